package jsonc_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// plain turns a node into what encoding/json makes of the same text.
func plain(n jsonc.Node) any {
	switch n.Kind() {
	case jsonc.Bool:
		return n.Bool()
	case jsonc.Number:
		return n.Float()
	case jsonc.String:
		return n.Str()
	case jsonc.Array:
		list := []any{}
		for c := range n.Children() {
			list = append(list, plain(c))
		}
		return list
	case jsonc.Object:
		object := map[string]any{}
		for c := range n.Children() {
			object[c.Key()] = plain(c)
		}
		return object
	}
	return nil
}

func values() *rapid.Generator[any] {
	text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("\"\\/[]{}\n\t\u2028é😀"))))
	scalar := rapid.OneOf(
		rapid.Just(any(nil)), rapid.Bool().AsAny(), rapid.Int64().AsAny(),
		rapid.Float64Range(-1e300, 1e300).AsAny(), text.AsAny(),
	)
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		if depth == 0 {
			return scalar
		}
		return rapid.OneOf(
			scalar,
			rapid.SliceOfN(value(depth-1), 0, 5).AsAny(),
			rapid.MapOfN(text, value(depth-1), 0, 40).AsAny(),
		)
	}
	return value(3)
}

func TestReadsWhatEncodingJSONWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values().Draw(t, "value")
		var src bytes.Buffer
		enc := json.NewEncoder(&src)
		enc.SetEscapeHTML(rapid.Bool().Draw(t, "escape"))
		if rapid.Bool().Draw(t, "indent") {
			enc.SetIndent("", "\t")
		}
		if err := enc.Encode(v); err != nil {
			t.Skip(err)
		}
		var want any
		if err := json.Unmarshal(src.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		doc, errs := jsonc.Parse("f.json", src.Bytes())
		if len(errs) > 0 {
			t.Fatalf("%v in %s", errs, src.Bytes())
		}
		if diff := cmp.Diff(want, plain(doc.Root())); diff != "" {
			t.Fatalf("values differ (-want +got):\n%s", diff)
		}
	})
}

// FuzzParse checks that no input breaks the reader, that all places lie inside
// of the text, and that it accepts and understands whatever encoding/json does.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, -2.5e3, true, null, "x\u00e9\n"], "A": {}, "a": 2}`,
		"// c\n{'a': \"x\n\", b: [1 2,,}]", "\xEF\xBB\xBF[/* */]", "\xFF\xFE{", `"\ud800\udc00\ud800"`, "[[[[", `{"a":{"b":]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, errs := jsonc.Parse("f.json", bytes.Clone(src))
		for _, e := range errs {
			if e.Pos.Line < 1 || e.Pos.Offset > len(src) || e.Message == "" {
				t.Fatalf("bad error %+v", e)
			}
		}
		count := 0
		var walk func(n jsonc.Node)
		walk = func(n jsonc.Node) {
			if n.Start() > n.End() || n.End() > len(src) || n.KeyEnd() > n.Start() || len(n.Raw()) > len(src) {
				t.Fatalf("bad place of %s", n.Pointer())
			}
			if at := n.SourceOffset(len(n.Str())); at < n.Start() || at > n.End() {
				t.Fatalf("bad source offset of %s", n.Pointer())
			}
			i := 0
			for c := range n.Children() {
				if c.Parent() != n || (i < 100 && n.At(i) != c) {
					t.Fatalf("bad links at %s", c.Pointer())
				}
				i++
				walk(c)
			}
			if i != n.Len() {
				t.Fatalf("%s has %d children, Len is %d", n.Pointer(), i, n.Len())
			}
			count++
		}
		walk(doc.Root())
		var want any
		if bytes.ContainsRune(src, '\uFFFD') || json.Unmarshal(src, &want) != nil {
			return
		}
		if len(errs) > 0 {
			if strings.Contains(errs[0].Message, "nested too deeply") || strings.Contains(errs[0].Message, "UTF-8") {
				return
			}
			t.Fatalf("valid JSON is refused: %v", errs)
		}
		if diff := cmp.Diff(want, plain(doc.Root())); diff != "" {
			t.Fatalf("values differ (-want +got):\n%s", diff)
		}
	})
}

// corpus returns the shared sample templates, or a made-up document without them.
func corpus(tb testing.TB) [][]byte {
	tb.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	var all [][]byte
	filepath.WalkDir(filepath.Join(shared, "data", "quickstarts"), func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".json") {
			if src, err := os.ReadFile(path); err == nil && json.Valid(src) {
				all = append(all, src)
			}
		}
		return nil
	})
	if len(all) == 0 {
		tb.Skip("the shared sample templates are not there; set HOLDFAST_SHARED")
	}
	return all
}

func BenchmarkParse(b *testing.B) {
	files := corpus(b)
	size := 0
	for _, src := range files {
		size += len(src)
	}
	b.Run("jsonc", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, src := range files {
				if _, errs := jsonc.Parse("f.json", src); len(errs) > 0 {
					b.Fatal(errs)
				}
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, src := range files {
				var v any
				if err := json.Unmarshal(src, &v); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
