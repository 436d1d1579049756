package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func replaceOnce(t testing.TB, text, old, with string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("the test is wrong: %q is not exactly once in the text", old)
	}
	return strings.Replace(text, old, with, 1)
}

func readNode(t *testing.T, text string) node {
	t.Helper()
	n, err := readYAML([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestYAMLBecomesATreeWithPlaces(t *testing.T) {
	root := readNode(t, "a: 1\nb:\n  - x\n  - {c: 'y', d: true}\ne: >-\n  one\n  two\nf: |\n  one\n  two\ng: ~\n")
	at := func(n *node, line, column int32, kind nodeKind, text string) {
		t.Helper()
		if n == nil || n.line != line || n.column != column || n.kind != kind || n.text != text {
			t.Errorf("got %+v, want %q of kind %d at %d:%d", n, text, kind, line, column)
		}
	}
	at(&root, 1, 1, mapNode, "")
	at(root.get("a"), 1, 4, literalNode, "1")
	list := root.get("b")
	at(&list.elems[0], 3, 5, textNode, "x")
	at(&list.elems[1], 4, 6, mapNode, "")
	at(list.elems[1].get("c"), 4, 9, textNode, "y")
	at(list.elems[1].get("d"), 4, 17, literalNode, "true")
	if got := root.get("e").text; got != "one two" {
		t.Errorf("folded %q", got)
	}
	if got := root.get("f").text; got != "one\ntwo\n" {
		t.Errorf("literal %q", got)
	}
	if root.get("g").kind != nullNode || root.get("h") != nil {
		t.Error("null or nothing")
	}
}

func TestWhatIsALiteral(t *testing.T) {
	tests := map[string]nodeKind{
		"1": literalNode, "-1": literalNode, "0": literalNode, "99.95": literalNode, "true": literalNode, "false": literalNode,
		"'1'": textNode, `"true"`: textNode, "yes": textNode, "no": textNode, "on": textNode, "True": textNode, "007": textNode, "0x10": textNode, "1e3": textNode,
		".5": textNode, "1.": textNode, "2026-11-23": textNode, "2026-11": textNode, "1_000": textNode, ".inf": textNode, ".nan": textNode, "1.2.3": textNode, "PT15M": textNode,
	}
	for text, want := range tests {
		root := readNode(t, "a: "+text)
		if got := root.get("a"); got.kind != want || got.text != strings.Trim(text, `'"`) {
			t.Errorf("%s: %+v, want kind %d", text, got, want)
		}
	}
}

func TestFilesWithoutContent(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# only a comment\n", "---\n", "---\n# comment\n"} {
		if n := readNode(t, text); n.kind != nullNode {
			t.Errorf("%q: %+v", text, n)
		}
	}
}

func TestASingleEntryMayStandAloneOrInAList(t *testing.T) {
	indent := "- " + strings.ReplaceAll(strings.TrimSpace(shelfService), "\n", "\n  ")
	alone, list := shelfCatalog(t), (*Catalog)(nil)
	list, err := Parse(shelfFiles(map[string]string{"services/10-shelf.yaml": indent}), "shelf")
	if err != nil {
		t.Fatal(err)
	}
	bundled, err := Parse(shelfFiles(map[string]string{"services/10-shelf.yaml": "", "anything.yml": "services:\n" + indent}), "shelf")
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []*Catalog{list, bundled} {
		if diff := cmp.Diff(alone.services, other.services, cmp.FilterPath(func(p cmp.Path) bool { return unexported(p) }, cmp.Ignore())); diff != "" {
			t.Error(diff)
		}
	}
}

// unexported says that the last step of the path is a field that only the
// package itself sees.
func unexported(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name()[0] >= 'a' && f.Name()[0] <= 'z'
}

func TestATreeIsReadBackFromJSON(t *testing.T) {
	text := "a: 1\nb: [x, 'true', true, 1.50, \"quo\\\"te\", {c: -3, d: []}]\ne: |\n  two\n  lines\n"
	want := readNode(t, text)
	written := appendJSON(nil, &want, 0)
	got, err := readJSON(written)
	if err != nil {
		t.Fatalf("%v in %s", err, written)
	}
	if string(appendJSON(nil, &got, 0)) != string(written) {
		t.Errorf("got %s, want %s", appendJSON(nil, &got, 0), written)
	}
	if _, err := readJSON([]byte(`{"a":`)); err == nil || !strings.Contains(err.Error(), "go generate") {
		t.Errorf("err = %v", err)
	}
	if _, err := load([]byte(`{"services":[{"nothing":1}]}`)); err == nil {
		t.Error("an embedded catalog with an unknown field is accepted")
	}
}

func TestDefaultsTakeTheTypeOfTheirSetting(t *testing.T) {
	tests := []struct {
		typ     string
		written any
		want    any
		ok      bool
	}{
		{"string", "TLS1_2", "TLS1_2", true},
		{"string", "1.2", "1.2", true},
		{"string", int64(7), "7", true},
		{"string", true, "true", true},
		{"string", []any{"a"}, "", false},
		{"bool", false, false, true},
		{"bool", "false", false, false},
		{"int", int64(3), int64(3), true},
		{"int", "3", int64(0), false},
		{"strings", []any{"1", int64(2)}, []string{"1", "2"}, true},
		{"strings", []string{"1"}, []string{"1"}, true},
		{"strings", "1", nil, false},
		{"strings", []any{[]any{}}, nil, false},
		{"odd", "x", nil, false},
		{"int", nil, nil, true},
	}
	for _, tt := range tests {
		got, ok := (&Setting{Type: tt.typ, Default: tt.written}).typedDefault()
		if ok != tt.ok || ok && !cmp.Equal(got, tt.want) {
			t.Errorf("%s %v: %v, %v; want %v, %v", tt.typ, tt.written, got, ok, tt.want, tt.ok)
		}
	}
}

func TestExpandReplacesWordsInBraces(t *testing.T) {
	values := map[string]string{"a": "1", "b": "{a}"}
	tests := map[string]string{
		"":                  "",
		"plain":             "plain",
		"{a}":               "1",
		"x{a}y{a}z":         "x1y1z",
		"{b} is not again":  "{a} is not again",
		"{c} stays":         "{c} stays",
		"{ a} { {a} } {":    "{ a} { 1 } {",
		"[parameters('x')]": "[parameters('x')]",
		"}{a":               "}{a",
		"{{a}}":             "{1}",
	}
	for text, want := range tests {
		if got := expand(text, func(w string) (string, bool) { v, ok := values[w]; return v, ok }); got != want {
			t.Errorf("expand(%q) = %q, want %q", text, got, want)
		}
	}
}
