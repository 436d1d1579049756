package value_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
)

func TestRevealedJSONHoldsSecrets(t *testing.T) {
	box := value.Object([]value.Member{
		{Key: "a\"", Value: value.String("hunter2").WithSecret()},
		{Key: "b", Value: value.Array([]value.Value{value.Int(1), value.Null(), value.Float(2.5), value.Bool(true)}).WithSecret()},
		{Key: "c", Value: parse(t, `{"d": {"e": []}}`)},
	})
	got, err := box.AppendRevealed([]byte("x"))
	if want := `x{"a\"":"hunter2","b":[1,null,2.5,true],"c":{"d":{"e":[]}}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if shown := string(box.AppendJSON(nil)); strings.Contains(shown, "hunter2") {
		t.Errorf("afterwards it is shown: %s", shown)
	}
}

func TestWhatIsNotKnownCannotBeRevealed(t *testing.T) {
	for want, v := range map[string]value.Value{
		"the value is not known: a parameter without a value": unknown("p"),
		".a[1] is not known: a parameter without a value":     value.Object([]value.Member{{Key: "a", Value: value.Array([]value.Value{value.Int(1), unknown("p")})}}),
	} {
		if _, err := v.AppendRevealed(nil); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
