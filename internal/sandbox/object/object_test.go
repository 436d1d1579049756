package object

import (
	"encoding/json"
	"reflect"
	"testing"
)

func read(t *testing.T, src string) Object {
	t.Helper()
	o, err := Decode([]byte(src))
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return o
}

func TestOnlyObjectsAreRead(t *testing.T) {
	for _, src := range []string{"", "null", "[]", "1", `"a"`, "{", `{"a":}`} {
		if o, err := Decode([]byte(src)); err == nil {
			t.Errorf("%s is read as %v", src, o)
		}
		if o := Must([]byte(src)); o == nil || len(o) != 0 {
			t.Errorf("%s must be empty, not %v", src, o)
		}
	}
	if o := read(t, `{"n":1.50}`); o["n"] != json.Number("1.50") {
		t.Errorf("a number became %v", o["n"])
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	const src = `{"a":"<&>","b":[1,2.0,null,true],"c":{"d":{}}}`
	if got := string(Encode(read(t, src))); got != src {
		t.Errorf("got %s", got)
	}
	if got := string(Encode(Object{"f": func() {}})); got != "{}" {
		t.Errorf("what is no JSON is written as %s", got)
	}
}

func TestPathsAreFoundWithoutRegardToCase(t *testing.T) {
	o := read(t, `{"Properties":{"sku":{"Name":"S","tier":null},"list":[1],"on":true}}`)
	for path, want := range map[string]any{
		"properties.SKU.name": "S", "properties.sku.tier": nil, "properties.none": nil, "properties.list.x": nil, "properties.on": true, "": nil,
	} {
		if got := Get(o, path); got != want {
			t.Errorf("%q is %v, not %v", path, got, want)
		}
	}
	if _, there := Find(o, "properties.sku.tier"); !there {
		t.Error("null is not found")
	}
	if _, there := Find(o, "properties.sku.other"); there {
		t.Error("what is not there is found")
	}
	if Text(o, "properties.sku.name") != "S" || Text(o, "properties.on") != "" || !Bool(o, "properties.on") || Bool(o, "properties.sku") ||
		len(List(o, "properties.list")) != 1 || List(o, "properties") != nil || Inner(o, "properties.sku")["Name"] != "S" || Inner(o, "properties.on") != nil {
		t.Error("a value is given as another kind")
	}
}

func TestValuesAreSetWhereTheyStand(t *testing.T) {
	o := read(t, `{"Properties":{"on":true}}`)
	Set(o, "properties.ON", false)
	Set(o, "properties.a.b.c", "x")
	Set(o, "properties.on.deep", "y")
	Default(o, "properties.a.b.c", "z")
	Default(o, "properties.n", "new")
	if got := string(Encode(o)); got != `{"Properties":{"a":{"b":{"c":"x"}},"n":"new","on":{"deep":"y"}}}` {
		t.Errorf("got %s", got)
	}
	if v := Delete(o, "PROPERTIES.a.B.c"); v != "x" {
		t.Errorf("took out %v", v)
	}
	if v := Delete(o, "properties.a.b.c"); v != nil {
		t.Errorf("took out %v once more", v)
	}
	if v := Delete(o, "nothing.there"); v != nil {
		t.Errorf("took out %v", v)
	}
	if v := Delete(o, "properties"); !reflect.DeepEqual(v, read(t, `{"a":{"b":{}},"n":"new","on":{"deep":"y"}}`)) || len(o) != 0 {
		t.Errorf("took out %v", v)
	}
}

// TestMergeFollowsTheExamplesOfTheRFC has the table of RFC 7396, appendix A, as
// far as both sides are objects.
func TestMergeFollowsTheExamplesOfTheRFC(t *testing.T) {
	for _, c := range []struct{ o, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"Tags":{"A":"1"}}`, `{"tags":{"a":"2","b":"3"}}`, `{"Tags":{"A":"2","b":"3"}}`},
		{`{"Tags":{"A":"1"}}`, `{"TAGS":null}`, `{}`},
	} {
		o := read(t, c.o)
		Merge(o, read(t, c.patch))
		if got := string(Encode(o)); got != c.want {
			t.Errorf("%s merged with %s is %s, not %s", c.o, c.patch, got, c.want)
		}
	}
}

func TestFillAddsOnlyWhatIsNotThere(t *testing.T) {
	for _, c := range []struct{ o, defaults, want string }{
		{`{}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`},
		{`{"a":{"b":2}}`, `{"a":{"b":1,"c":3}}`, `{"a":{"b":2,"c":3}}`},
		{`{"A":{"B":null}}`, `{"a":{"b":1}}`, `{"A":{"B":null}}`},
		{`{"a":"text"}`, `{"a":{"b":1}}`, `{"a":"text"}`},
		{`{"a":[]}`, `{"a":[1]}`, `{"a":[]}`},
	} {
		o := read(t, c.o)
		Fill(o, read(t, c.defaults))
		if got := string(Encode(o)); got != c.want {
			t.Errorf("%s filled with %s is %s, not %s", c.o, c.defaults, got, c.want)
		}
	}
}
