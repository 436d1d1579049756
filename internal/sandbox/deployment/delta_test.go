package deployment

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// lines writes a difference as "Kind path before>after", children behind their parent.
func lines(list []any, prefix string) []string {
	text := func(v any) string {
		return strings.TrimSuffix(strings.TrimPrefix(string(object.Encode(object.Object{"v": v})), `{"v":`), "}")
	}
	var out []string
	for _, d := range list {
		d := d.(object.Object)
		path := prefix + object.Text(d, "path")
		line := object.Text(d, "propertyChangeType") + " " + path
		if d["before"] != nil || d["after"] != nil {
			line += " " + text(d["before"]) + ">" + text(d["after"])
		}
		out = append(append(out, line), lines(object.List(d, "children"), path+"/")...)
	}
	return out
}

func TestDifferencesAreToldByProperty(t *testing.T) {
	for name, test := range map[string]struct{ before, after, want string }{
		"nothing":         {`{"a": 1}`, `{"a": 1}`, ""},
		"numbers":         {`{"a": 1, "b": 2}`, `{"a": 1, "b": 3}`, "Modify b 2>3"},
		"letter case":     {`{"Name": "x"}`, `{"name": "x"}`, ""},
		"value case":      {`{"name": "x"}`, `{"name": "X"}`, `Modify name "x">"X"`},
		"created":         {`{}`, `{"a": {"b": 1}}`, `Create a null>{"b":1}`},
		"deleted":         {`{"a": [1]}`, `{}`, `Delete a [1]>null`},
		"null is nothing": {`{"a": null}`, `{"b": null}`, ""},
		"null to value":   {`{"a": null}`, `{"a": 1}`, "Create a null>1"},
		"deep":            {`{"a": {"b": {"c": 1, "d": 1}}}`, `{"a": {"b": {"c": 2, "d": 1}}}`, "Modify a.b.c 1>2"},
		"kinds":           {`{"a": {"b": 1}}`, `{"a": [1]}`, `Modify a {"b":1}>[1]`},
		"arrays":          {`{"a": [1, 2, 3]}`, `{"a": [1, 4]}`, "Array a|Modify a/1 2>4|Delete a/2 3>null"},
		"longer arrays":   {`{"a": [1]}`, `{"a": [1, {"b": 2}]}`, `Array a|Create a/1 null>{"b":2}`},
		"same arrays":     {`{"a": [{"b": 1}]}`, `{"a": [{"b": 1}]}`, ""},
		"array of arrays": {`{"a": [[1]]}`, `{"a": [[2]]}`, "Array a|Array a/0|Modify a/0/0 1>2"},
		"objects within":  {`{"a": [{"b": 1, "c": {"d": 1}}]}`, `{"a": [{"b": 1, "c": {"d": 2}}]}`, "Array a|Modify a/0|Modify a/0/c.d 1>2"},
		"sorted by name":  {`{"z": 1, "B": 1, "a": 1}`, `{"z": 2, "B": 2, "a": 2}`, "Modify a 1>2|Modify B 1>2|Modify z 1>2"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(lines(difference(object.Must([]byte(test.before)), object.Must([]byte(test.after))), ""), "|")
			if got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

// bodies draws JSON objects.
func bodies(depth int) *rapid.Generator[object.Object] {
	return rapid.Custom(func(t *rapid.T) object.Object {
		o := object.Object{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 3, rapid.ID).Draw(t, "names") {
			switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
			case kind == 0 && depth > 0:
				o[name] = bodies(depth-1).Draw(t, "inner")
			case kind == 1 && depth > 0:
				list := []any{}
				for range rapid.IntRange(0, 3).Draw(t, "length") {
					list = append(list, bodies(depth-1).Draw(t, "element"))
				}
				o[name] = list
			case kind == 2:
				o[name] = rapid.Bool().Draw(t, "bool")
			default:
				o[name] = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "text")
			}
		}
		return o
	})
}

// A body does not differ from itself; two that are not the same differ; and what is created one way is deleted the other.
func TestDifferencesHaveTheirLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := bodies(3).Draw(t, "a"), bodies(3).Draw(t, "b")
		if d := difference(a, a); len(d) > 0 {
			t.Fatalf("it differs from itself: %v", d)
		}
		there, back := lines(difference(a, b), ""), lines(difference(b, a), "")
		if (len(there) == 0) != same(a, b) {
			t.Fatalf("%s and %s differ by %q", object.Encode(a), object.Encode(b), there)
		}
		if len(there) != len(back) {
			t.Fatalf("there %q, back %q", there, back)
		}
		for i := range there {
			word, rest, _ := strings.Cut(there[i], " ")
			other, otherRest, _ := strings.Cut(back[i], " ")
			want := map[string]string{"Create": "Delete", "Delete": "Create", "Modify": "Modify", "Array": "Array"}[word]
			path, _, _ := strings.Cut(rest, " ")
			otherPath, _, _ := strings.Cut(otherRest, " ")
			if other != want || path != otherPath {
				t.Fatalf("there %s, back %s", there[i], back[i])
			}
		}
	})
}
