package refusal

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func TestARefusalIsWrittenAsARMDoes(t *testing.T) {
	e := Conflict("Outer", "It is %d%%.", 5)
	e.Target = "properties.x"
	e.Details = []*Error{BadRequest("inner <&>")}
	e.AdditionalInfo = []any{map[string]any{"type": "T"}}
	b, err := json.Marshal(map[string]any{"error": e})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"error":{"code":"Outer","message":"It is 5%.","target":"properties.x","details":[{"code":"BadRequest","message":"inner \u003c\u0026\u003e"}],"additionalInfo":[{"type":"T"}]}}`
	if string(b) != want {
		t.Errorf("got %s", b)
	}
	var back struct{ Error *Error }
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(map[string]any{"error": back.Error})
	if string(again) != want {
		t.Errorf("read again it is %s", again)
	}
	if err := json.Unmarshal([]byte(`[]`), new(Error)); err == nil {
		t.Error("a list is read as a refusal")
	}
}

func TestTheKindsOfRefusals(t *testing.T) {
	for _, c := range []struct {
		e      *Error
		status int
		text   string
	}{
		{NotFound("M.S/as/a", "g"), 404, "ResourceNotFound: The Resource 'M.S/as/a' under resource group 'g' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"},
		{GroupNotFound("g"), 404, "ResourceGroupNotFound: Resource group 'g' could not be found."},
		{BadRequest("no %s", "x"), 400, "BadRequest: no x"},
		{Conflict("C", "m"), 409, "C: m"},
		{Unavailable("down"), 503, "ServiceUnavailable: down"},
	} {
		if c.e.Status != c.status || c.e.Error() != c.text {
			t.Errorf("got %d %s", c.e.Status, c.e)
		}
	}
}

func TestOtherErrorsBecomeOneWithoutTheirText(t *testing.T) {
	e := Conflict("C", "m")
	if got := Of(fmt.Errorf("around: %w", e)); got != e {
		t.Errorf("got %v", got)
	}
	got := Of(errors.New("password=hunter2"))
	if got.Status != 500 || got.Code != "InternalServerError" || reflect.DeepEqual(got.Message, "password=hunter2") {
		t.Errorf("got %v", got)
	}
}
