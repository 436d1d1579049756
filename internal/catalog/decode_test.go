package catalog

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everything has a field of each kind that the structs of the catalog have.
type everything struct {
	Text    string            `yaml:"text"`
	Flag    bool              `yaml:"flag"`
	Number  int               `yaml:"number"`
	Figure  float64           `yaml:"figure"`
	List    []string          `yaml:"list"`
	Values  Values            `yaml:"values"`
	Map     map[string]Values `yaml:"map"`
	Any     any               `yaml:"any"`
	Time    Span              `yaml:"time"`
	Inner   Change            `yaml:"inner"`
	Inners  []Change          `yaml:"inners"`
	State   State             `yaml:"state"`
	Ignored string            `yaml:"-"`
}

func decode(t *testing.T, text string) (everything, *reader) {
	t.Helper()
	var out everything
	root := readNode(t, text)
	rd := &reader{file: "x.yaml", keep: true, places: map[any]place{}}
	rd.read(&root, reflect.ValueOf(&out).Elem())
	return out, rd
}

func TestValuesTakeTheTypeOfTheirField(t *testing.T) {
	tests := []struct {
		text string
		want everything
	}{
		{"text: hello", everything{Text: "hello"}},
		{"text: 12", everything{Text: "12"}},
		{"text: true", everything{Text: "true"}},
		{"text: '  spaces '", everything{Text: "spaces"}},
		{"text: >-\n  two\n  lines", everything{Text: "two lines"}},
		{"flag: true", everything{Flag: true}},
		{"number: -3", everything{Number: -3}},
		{"figure: 99.95", everything{Figure: 99.95}},
		{"figure: 2", everything{Figure: 2}},
		{"list: [a, 'b', 3]", everything{List: []string{"a", "b", "3"}}},
		{"list: []", everything{List: []string{}}},
		{"values: a", everything{Values: Values{"a"}}},
		{"values: [a, b]", everything{Values: Values{"a", "b"}}},
		{"map: {k: a, l: [b, c]}", everything{Map: map[string]Values{"k": {"a"}, "l": {"b", "c"}}}},
		{"any: text", everything{Any: "text"}},
		{"any: 7", everything{Any: int64(7)}},
		{"any: 1.2", everything{Any: "1.2"}},
		{"any: 'true'", everything{Any: "true"}},
		{"any: false", everything{Any: false}},
		{"any: [a, 1]", everything{Any: []any{"a", int64(1)}}},
		{"time: <= PT1M", everything{Time: Span{Seconds: 60, Upper: true}}},
		{"time: 0", everything{}},
		{"inner: {kind: none, oneWay: true}", everything{Inner: Change{Kind: "none", OneWay: true}}},
		{"inners: [{kind: none}, {kind: inPlace}]", everything{Inners: []Change{{Kind: "none"}, {Kind: "inPlace"}}}},
		{"state: down", everything{State: Down}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, rd := decode(t, tt.text)
			if len(rd.problems) > 0 {
				t.Fatal(rd.problems)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestValuesOfAWrongType(t *testing.T) {
	tests := []struct{ text, at, want string }{
		{"text: [a]", "1:7", "a list stands where a text belongs"},
		{"text: {a: b}", "1:8", "a mapping stands where a text belongs"},
		{"text:", "1:7", "there is no value here"},
		{"flag: 1", "1:7", `the text "1" stands where true or false belongs`},
		{"flag: 'true'", "1:7", `the text "true" stands where true or false belongs`},
		{"number: 1.5", "1:9", "stands where a whole number belongs"},
		{"number: '3'", "1:9", "stands where a whole number belongs"},
		{"number: 99999999999999999999", "1:9", "stands where a whole number belongs"},
		{"figure: much", "1:9", "stands where a number belongs"},
		{"figure: .inf", "1:9", "stands where a number belongs"},
		{"list: a", "1:7", `the text "a" stands where a list belongs`},
		{"list: [[a]]", "1:8", "a list stands where a text belongs"},
		{"list: [~]", "1:8", "there is no value here"},
		{"values: {a: b}", "1:10", "a mapping stands where a list belongs"},
		{"map: [a]", "1:6", "a list stands where a mapping belongs"},
		{"map: {a: {b: c}}", "1:11", "a mapping stands where a list belongs"},
		{"time: {a: b}", "1:8", "a mapping stands where a time belongs"},
		{"time: soon", "1:7", `"soon" is not a time`},
		{"inner: none", "1:8", `the text "none" stands where a mapping belongs`},
		{"inner: {knd: none}", "1:9", `there is no field "knd" here`},
		{"inners: {kind: none}", "1:10", "a mapping stands where a list belongs"},
		{"ignored: x", "1:1", `there is no field "ignored" here`},
		{"Text: x", "1:1", `there is no field "Text" here; did you mean "text"?`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, rd := decode(t, tt.text)
			if len(rd.problems) != 1 {
				t.Fatalf("problems %v", rd.problems)
			}
			if got := rd.problems[0].String(); !strings.HasPrefix(got, "x.yaml:"+tt.at+": ") || !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %s at %s", got, tt.want, tt.at)
			}
		})
	}
}

func TestPlacesAreFoundByPointer(t *testing.T) {
	var out everything
	root := readNode(t, "text: a\nlist:\n  - b\n  - c\ninners:\n  - kind: none\n    note: x\n")
	rd := &reader{file: "x.yaml", keep: true, places: map[any]place{}}
	rd.read(&root, reflect.ValueOf(&out).Elem())
	for _, tt := range []struct {
		p            any
		line, column int32
	}{
		{&out.Text, 1, 7}, {&out.List, 3, 3}, {&out.List[0], 3, 5}, {&out.List[1], 4, 5},
		{&out.Inners[0], 6, 5}, {&out.Inners[0].Kind, 6, 11}, {&out.Inners[0].Note, 7, 11}, {&out, 1, 1},
	} {
		if got := rd.places[tt.p]; got != (place{"x.yaml", tt.line, tt.column}) {
			t.Errorf("%T is at %+v, want %d:%d", tt.p, got, tt.line, tt.column)
		}
	}
	if _, ok := rd.places[&out.Flag]; ok {
		t.Error("what is not written has a place")
	}
}

func TestTheNearestWordIsOffered(t *testing.T) {
	words := []string{"customer", "microsoft", "default-storage", "datastore"}
	tests := map[string]string{
		"custmer":        `did you mean "customer"?`,
		"Microsoft":      `did you mean "microsoft"?`,
		"default_storag": `did you mean "default-storage"?`,
		"datastroe":      `did you mean "datastore"?`,
		"xyz":            "it can be customer, microsoft, default-storage, datastore",
		"":               "it can be customer, microsoft, default-storage, datastore",
	}
	for word, want := range tests {
		if got := nearest(word, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = strings.Repeat("z", 20)
	}
	if got := nearest("abc", many); got != "" {
		t.Errorf("of many unlike words %q is offered", got)
	}
	if got := nearestOf("abc", many); got == "" {
		t.Error("nothing is said of many unlike words")
	}
}
