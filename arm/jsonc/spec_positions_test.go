package jsonc_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// Lines count line feeds, columns count code points, both from 1; a byte order mark counts for nothing.
func TestPlacesOfValuesAndKeys(t *testing.T) {
	tests := []struct{ name, src, pointer, key, from, to string }{
		{"root", `5`, "", "1:1", "1:1", "1:2"},
		{"member", `{"a": 5}`, "/a", "1:2", "1:7", "1:8"},
		{"next line", "{\n  \"a\": 5\n}", "/a", "2:3", "2:8", "2:9"},
		{"CRLF", "{\r\n  \"a\": 5\r\n}", "/a", "2:3", "2:8", "2:9"},
		{"byte order mark", "\ufeff{\"a\": 5}", "/a", "1:2", "1:7", "1:8"},
		{"byte order mark and lines", "\ufeff{\n\"a\": 5}", "/a", "2:1", "2:6", "2:7"},
		{"two bytes before", `{"é": 1, "a": 5}`, "/a", "1:10", "1:15", "1:16"},
		{"four bytes before", `{"😀": 1, "a": 5}`, "/a", "1:10", "1:15", "1:16"},
		{"comment before", "/* é\n*/ {\"a\": 5}", "/a", "2:5", "2:10", "2:11"},
		{"string over two lines", "{\"x\": \"1\n2\", \"a\": 5}", "/a", "2:5", "2:10", "2:11"},
		{"long value", "{\"a\": [1,\n 2]}", "/a", "1:2", "1:7", "2:4"},
		{"element", `[1, [2, 3]]`, "/1/1", "1:9", "1:9", "1:10"},
		{"tab", "{\t\"a\":\t5}", "/a", "1:3", "1:8", "1:9"},
		{"key and value apart", "{\"a\"\n:\n5}", "/a", "1:2", "3:1", "3:2"},
	}
	for _, tt := range tests {
		doc, errs := jsonc.Parse("", []byte(tt.src))
		n := doc.Root()
		if tt.pointer != "" {
			n = at(doc, tt.pointer)
		}
		if got := n.KeyPos().String() + " " + n.Pos().String() + " " + n.EndPos().String(); len(errs) > 0 || got != tt.key+" "+tt.from+" "+tt.to {
			t.Errorf("%s: key, start and end are %s, want %s %s %s; %v", tt.name, got, tt.key, tt.from, tt.to, errs)
		}
		if n.Pointer() != tt.pointer {
			t.Errorf("%s: the pointer is %s", tt.name, n.Pointer())
		}
	}
}

// RFC 6901: '~' and '/' in keys are escaped.
func TestPointers(t *testing.T) {
	doc, _ := jsonc.Parse("", []byte(`{"a/b": [{"m~n": [0, [1]]}], "": {" ": 2}, "\u0041": 3}`))
	var got []string
	var walk func(n jsonc.Node)
	walk = func(n jsonc.Node) {
		if n.Len() == 0 {
			got = append(got, n.Pointer()+"="+n.Raw())
		}
		for c := range n.Children() {
			walk(c)
		}
	}
	walk(doc.Root())
	want := []string{"/a~1b/0/m~0n/0=0", "/a~1b/0/m~0n/1/0=1", "// =2", "/A=3"}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("the pointers are %q, want %q", got, want)
		}
	}
}

// SourceOffset maps the decoded string back to its source, so that a part of an expression can be pointed at.
func TestSourceOffsets(t *testing.T) {
	tests := []struct {
		src  string // of a string
		i    int    // in the decoded string
		want int
	}{
		{`"abc"`, 0, 1},
		{`"abc"`, 2, 3},
		{`"abc"`, 3, 4}, // the closing quote
		{`"abc"`, 99, 4},
		{`"abc"`, -1, 1},
		{`""`, 0, 1},
		{`"a\"b"`, 1, 2},
		{`"a\"b"`, 2, 4},
		{`"a\\b"`, 2, 4},
		{`"\n\t\r"`, 1, 3},
		{`"\n\t\r"`, 2, 5},
		{`"\u0041b"`, 0, 1},
		{`"\u0041b"`, 1, 7},
		{`"\u00e9b"`, 1, 1}, // inside of the two bytes of é
		{`"\u00e9b"`, 2, 7},
		{`"\ud83d\ude00b"`, 3, 1},
		{`"\ud83d\ude00b"`, 4, 13},
		{`"éb"`, 2, 3},
		{`"é\"b"`, 2, 3},
		{`"é\"b"`, 3, 5},
		{`"😀\\b"`, 4, 5},
		{`"😀\\b"`, 5, 7},
		{"\"a\nb\"", 2, 3},
		{`"\/x"`, 1, 3},
		{`"\ud83dx"`, 3, 7}, // a surrogate alone is U+FFFD, three bytes
	}
	for _, tt := range tests {
		doc, errs := jsonc.Parse("", []byte(tt.src))
		if got := doc.Root().SourceOffset(tt.i); len(errs) > 0 || got != tt.want {
			t.Errorf("%s: %d is at %d, want %d; %v", tt.src, tt.i, got, tt.want, errs)
		}
		doc, _ = jsonc.Parse("", []byte(`{`+tt.src+`: 1}`))
		if got := doc.Root().First().KeySourceOffset(tt.i); got != tt.want+1 {
			t.Errorf("%s as a key: %d is at %d, want %d", tt.src, tt.i, got, tt.want+1)
		}
	}
	doc, _ := jsonc.Parse("", []byte(` [5]`))
	if n := doc.Root().First(); n.SourceOffset(3) != 2 || n.KeySourceOffset(3) != 2 {
		t.Errorf("what is no string and has no key is at %d, %d", n.SourceOffset(3), n.KeySourceOffset(3))
	}
}

// What is absent answers everything with nothing.
func TestAbsentNodes(t *testing.T) {
	doc, _ := jsonc.Parse("", []byte(`{"a": [1]}`))
	root := doc.Root()
	for name, n := range map[string]jsonc.Node{
		"zero": {}, "no such member": root.Get("b"), "member of an array": root.Get("a").Get("x"), "before the first": root.Get("a").At(-1),
		"behind the last": root.Get("a").At(1), "element of a number": root.Get("a").At(0).At(0), "above the root": root.Parent(),
		"behind the only member": root.Get("a").Next(), "first of nothing": root.Get("a").At(0).First(),
	} {
		if n.IsValid() || n.Kind() != jsonc.Invalid || n.Raw() != "" || n.Str() != "" || n.Key() != "" || n.Len() != 0 || n.Bool() ||
			n.Pointer() != "" || n.Pos().IsValid() || n.Start() != 0 || n.End() != 0 || n.KeyPos().IsValid() || n.IsMember() || !n.Literal() {
			t.Errorf("%s is there", name)
		}
		if _, ok := n.Int(); ok || n.Float() != 0 || n.Get("x").IsValid() || n.At(0).IsValid() || n.Parent().IsValid() || n.Document() != nil || n.Index() != -1 {
			t.Errorf("%s holds something", name)
		}
	}
	var none *jsonc.Document
	if none.Root().IsValid() || none.Name() != "" || none.Source() != "" || none.Notes() != nil || none.NodeCount() != 0 || none.Position(1).IsValid() {
		t.Error("no document holds something")
	}
}
