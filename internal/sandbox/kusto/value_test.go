package kusto_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

func TestValuesOfGo(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "null"},
		{true, "true"},
		{false, "false"},
		{"a\"\n<\u2028>\x01", `"a\"\n<` + "\u2028" + `>\u0001"`},
		{"\xff", "\"\uFFFD\""},
		{7, "7"},
		{int32(-7), "-7"},
		{int64(math.MinInt64), "-9223372036854775808"},
		{2.0, "2"},
		{2.5, "2.5"},
		{math.NaN(), "null"},
		{math.Inf(1), "null"},
		{1e300, "1e+300"},
		{json.Number("12"), "12"},
		{json.Number("1.50"), "1.5"},
		{json.RawMessage(`{"b": 1, "a": [ ]}`), `{"b":1,"a":[]}`},
		{json.RawMessage(`{"b": `), "null"},
		{time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", 3600)), `"2026-01-02T02:04:05.0000006Z"`},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "null"},
		{90 * time.Minute, `"01:30:00"`},
		{-time.Nanosecond * 100, `"-00:00:00.0000001"`},
		{[]any{1, "a", nil}, `[1,"a",null]`},
		{map[string]any{"b": 1, "a": map[string]any{}}, `{"a":{},"b":1}`},
		{[]string{"a"}, `["a"]`},
		{struct{ A int }{1}, `{"A":1}`},
		{func() {}, "null"},
		{kusto.Long(3), "3"},
	} {
		if got := string(kusto.Of(c.v).AppendJSON(nil)); got != c.want {
			t.Errorf("%#v: got %s, want %s", c.v, got, c.want)
		}
	}
}

func TestJSONIsReadAsFarAsItIsLookedAt(t *testing.T) {
	v := kusto.JSON(`{"a": {"b": [10, {"c": "d"}]}, "e\u0301": 2, "a": 3, "broken": [1 2]}`)
	for _, c := range []struct {
		what string
		got  kusto.Value
		want string
	}{
		{"a member", kusto.Member(v, "a"), `{"b":[10,{"c":"d"}]}`},
		{"an element", kusto.At(kusto.Member(kusto.Member(v, "a"), "b"), 1), `{"c":"d"}`},
		{"the last element", kusto.At(kusto.Member(kusto.Member(v, "a"), "b"), -2), `10`},
		{"no such element", kusto.At(kusto.Member(kusto.Member(v, "a"), "b"), 2), `null`},
		{"an element before the first", kusto.At(kusto.Member(kusto.Member(v, "a"), "b"), -3), `null`},
		{"a key with an escape", kusto.Member(v, "e\u0301"), `2`},
		{"no such member", kusto.Member(v, "A"), `null`},
		{"an element of a bag", kusto.At(v, 0), `null`},
		{"a member of an array", kusto.Member(kusto.At(v, 0), "a"), `null`},
		{"an array that is no JSON", kusto.Member(v, "broken"), `null`},
		{"its sound part", kusto.At(kusto.Member(v, "broken"), 0), `1`},
		{"the whole with its broken part", v, `null`},
	} {
		if got := string(c.got.AppendJSON(nil)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
	if deep := kusto.JSON(strings.Repeat("[", 1000) + strings.Repeat("]", 1000)); !deep.IsNull() {
		t.Error("JSON of 1,000 levels is read")
	}
}

func TestAFailedWriteLeavesWhatWasThere(t *testing.T) {
	b := kusto.JSON(`[1, [2, {"a" 3}]]`).AppendJSON([]byte("x="))
	if string(b) != "x=null" {
		t.Errorf("got %s", b)
	}
}

func TestValuesMarshal(t *testing.T) {
	b, err := json.Marshal(kusto.Record{kusto.Null(), kusto.Bool(true), kusto.Real(1), kusto.Span(time.Second), kusto.Time(time.Unix(0, 0))})
	if want := `[null,true,1.0,"00:00:01","1970-01-01T00:00:00.0000000Z"]`; err != nil || string(b) != want {
		t.Errorf("got %s, %v; want %s", b, err, want)
	}
}

func TestTypesHaveTheNamesOfResourceGraph(t *testing.T) {
	for typ, want := range map[kusto.Type][2]string{
		kusto.TypeDynamic: {"dynamic", "object"}, kusto.TypeBool: {"bool", "boolean"}, kusto.TypeInt: {"int", "integer"}, kusto.TypeLong: {"long", "integer"},
		kusto.TypeReal: {"real", "number"}, kusto.TypeString: {"string", "string"}, kusto.TypeDateTime: {"datetime", "datetime"},
		kusto.TypeTimespan: {"timespan", "string"}, kusto.Type(99): {"unknown", "string"},
	} {
		if got := [2]string{typ.String(), typ.ResourceGraph()}; got != want {
			t.Errorf("%d: got %v, want %v", typ, got, want)
		}
	}
}

func TestARecordIsNullBeyondItsEnd(t *testing.T) {
	if v := (kusto.Record{kusto.Long(1)}).Column(3); !v.IsNull() {
		t.Errorf("got %s", v.Text())
	}
}

func TestColumnsFitTheirTypes(t *testing.T) {
	tables := kusto.TableSet{{Name: "resources", Table: table("s:string r:real t:datetime d:timespan", `[null, 5, "2026-01-01", "1h"]`)}}
	q, err := kusto.Parse("project s, r, t, d, half = r / 2, next = t + d, short = strlen(s)")
	if err != nil {
		t.Fatal(err)
	}
	res, err := q.Run(t.Context(), tables, kusto.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "s:string r:real t:datetime d:timespan half:real next:datetime short:long\n" +
		`"" 5.0 "2026-01-01T00:00:00.0000000Z" "01:00:00" 2.5 "2026-01-01T01:00:00.0000000Z" 0`
	if got := lines(res); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
