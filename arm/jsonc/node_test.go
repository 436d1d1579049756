package jsonc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

func TestPositions(t *testing.T) {
	const src = "{\r\n  \"ключ\": [1, \"é€😀\", {\"b\": true}],\n\t\"last\": null }"
	root := parse(t, src)
	list := root.Get("ключ")
	type place struct{ Pointer, Key, Start, End string }
	short := func(p jsonc.Position) string { p.File = ""; return p.String() }
	var got []place
	for _, n := range []jsonc.Node{root, list, list.At(0), list.At(1), list.At(2), list.At(2).Get("b"), root.Get("last")} {
		got = append(got, place{n.Pointer(), short(n.KeyPos()), short(n.Pos()), short(n.EndPos())})
	}
	want := []place{
		{"", "1:1", "1:1", "3:16"},
		{"/ключ", "2:3", "2:11", "2:34"},
		{"/ключ/0", "2:12", "2:12", "2:13"},
		{"/ключ/1", "2:15", "2:15", "2:20"},
		{"/ключ/2", "2:22", "2:22", "2:33"},
		{"/ключ/2/b", "2:23", "2:28", "2:32"},
		{"/last", "3:2", "3:10", "3:14"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places differ (-want +got):\n%s", diff)
	}
}

func TestPositionIgnoresByteOrderMark(t *testing.T) {
	root := parse(t, "\xEF\xBB\xBF{\"a\": 1}")
	if got := root.Get("a").Pos().String(); got != "f.json:1:7" {
		t.Errorf("position is %s, want f.json:1:7", got)
	}
}

func TestPointerEscapes(t *testing.T) {
	root := parse(t, `{"a/b~c": {"": [[], {"x": 1}]}}`)
	if got := root.At(0).At(0).At(1).At(0).Pointer(); got != "/a~1b~0c//1/x" {
		t.Errorf("pointer is %s", got)
	}
}

func TestScalars(t *testing.T) {
	root := parse(t, `[true, false, null, 12, -9223372036854775808, 9223372036854775808, 1.0, 1e3, "x"]`)
	ints := map[int]int64{3: 12, 4: -9223372036854775808}
	for i := range root.Len() {
		got, ok := root.At(i).Int()
		want, isInt := ints[i]
		if ok != isInt || ok && got != want {
			t.Errorf("element %d: Int is %d, %v", i, got, ok)
		}
	}
	if !root.At(0).Bool() || root.At(1).Bool() || root.At(8).Bool() {
		t.Error("Bool is wrong")
	}
	if f := root.At(7).Float(); f != 1000 {
		t.Errorf("Float of 1e3 is %v", f)
	}
	if f := root.At(5).Float(); f != 9223372036854775808 {
		t.Errorf("Float of 2^63 is %v", f)
	}
	if root.At(8).Str() != "x" || root.At(3).Str() != "" || root.At(6).Raw() != "1.0" {
		t.Error("Str or Raw is wrong")
	}
}

func TestGet(t *testing.T) {
	root := parse(t, `{"Name": 1, "name": 2, "NAME": 3, "other": 4, "esc\u0061pe": 5, "\u212A": 6}`)
	tests := map[string]string{
		"Name": "1", "name": "2", "nAme": "3", "OTHER": "4", "escape": "5", "ESCAPE": "5", "k": "", "missing": "",
	}
	for name, want := range tests {
		if got := root.Get(name).Raw(); got != want {
			t.Errorf("Get(%q) is %q, want %q", name, got, want)
		}
	}
}

func TestLiteral(t *testing.T) {
	tests := map[string]bool{
		`{"a": 1, "b": ["x", " [y]"]}`:        true,
		`{"a": {"b": ["[x]"]}}`:               false,
		`{"a": "[[x]"}`:                       false,
		`{"[x]": 1}`:                          false,
		`{"a": {"Copy": 1}}`:                  false,
		`{"a": {"copyIt": 1}}`:                true,
		`{"a": "\u005bx]"}`:                   false,
		`{"\u0063opy": 1}`:                    false,
		`{"a": "copy"}`:                       true,
		`[1, 2, 3, "x"]`:                      true,
		`[[], {}, [[{"a": "[concat('b')]"}]]`: false,
	}
	for src, want := range tests {
		doc, _ := jsonc.Parse("f.json", []byte(src))
		if got := doc.Root().Literal(); got != want {
			t.Errorf("Literal of %s is %v", src, got)
		}
	}
	root := parse(t, `{"plain": {"a": 1}, "other": {"a": "[x]"}}`)
	if !root.Get("plain").Literal() || root.Get("other").Literal() {
		t.Error("Literal of a member depends on its sibling")
	}
}

func TestSourceOffset(t *testing.T) {
	tests := []struct {
		src    string
		within int
		want   string // what stands at the place in the source
	}{
		{`"abc"`, 1, `bc"`},
		{`"abc"`, 3, `"`},
		{`"abc"`, 9, `"`},
		{`"a\"b\\c"`, 1, `\"b\\c"`},
		{`"a\"b\\c"`, 2, `b\\c"`},
		{`"a\"b\\c"`, 4, `c"`},
		{`"\u00e9x"`, 2, `x"`},
		{`"\ud83d\ude00x"`, 4, `x"`},
		{`"\ud83dx\n"`, 3, `x\n"`},
		{"\"a\\n\nb\"", 3, "b\""},
		{`"é\nb"`, 3, `b"`},
	}
	for _, test := range tests {
		root := parse(t, test.src)
		if got := test.src[root.SourceOffset(test.within):]; got != test.want {
			t.Errorf("SourceOffset(%d) of %s points at %s, want %s", test.within, test.src, got, test.want)
		}
	}
	key := parse(t, `{"a\tb": 1}`).At(0)
	if got := key.Document().Source()[key.KeySourceOffset(2):]; got != `b": 1}` {
		t.Errorf("KeySourceOffset points at %s", got)
	}
}
