package jsonc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

func TestPositionStaysInsideTheText(t *testing.T) {
	doc, _ := jsonc.Parse("f.json", []byte("{\n}\n"))
	for offset, want := range map[int]string{-5: "f.json:1:1", 0: "f.json:1:1", 1: "f.json:1:2", 2: "f.json:2:1", 3: "f.json:2:2", 4: "f.json:3:1", 99: "f.json:3:1"} {
		if got := doc.Position(offset).String(); got != want {
			t.Errorf("Position(%d) is %s, want %s", offset, got, want)
		}
	}
}

func TestPositionsInWords(t *testing.T) {
	tests := []struct {
		position jsonc.Position
		want     string
	}{
		{jsonc.Position{}, "-"},
		{jsonc.Position{File: "a"}, "a"},
		{jsonc.Position{Line: 2, Column: 3}, "2:3"},
		{jsonc.Position{File: "a", Line: 2, Column: 3}, "a:2:3"},
	}
	for _, test := range tests {
		if got := test.position.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestErrorsInWords(t *testing.T) {
	e := jsonc.SyntaxError{Pos: jsonc.Position{Line: 1, Column: 2}, Message: "found x"}
	if got := e.Error(); got != "1:2: found x" {
		t.Errorf("got %s", got)
	}
	e.Expected = "y"
	if got := e.Error(); got != "1:2: found x, expected y" {
		t.Errorf("got %s", got)
	}
	names := ""
	for k := jsonc.Kind(0); k < 8; k++ {
		names += k.String() + " "
	}
	if names != "invalid null boolean number string array object invalid " {
		t.Errorf("the kinds are %s", names)
	}
	if got := jsonc.NoteKind(0).String(); got != "note" {
		t.Errorf("no kind of note is %q", got)
	}
}

func TestNodesAreNumbered(t *testing.T) {
	doc, _ := jsonc.Parse("f.json", []byte(`{"a": [1, {"b": 2}], "c": 3}`))
	seen := map[int]bool{}
	var walk func(n jsonc.Node)
	walk = func(n jsonc.Node) {
		seen[n.Index()] = true
		for c := range n.Children() {
			walk(c)
		}
	}
	walk(doc.Root())
	for i := range doc.NodeCount() {
		if !seen[i] {
			t.Errorf("there is no node %d", i)
		}
	}
	if len(seen) != 6 || (jsonc.Node{}).Index() != -1 {
		t.Errorf("%d nodes were numbered", len(seen))
	}
}

func TestNotesAreLimited(t *testing.T) {
	doc, _ := jsonc.Parse("f.json", []byte("{"+strings.Repeat("/**/", 1000)+"\"a\": 1,}"))
	if n := len(doc.Notes()); n != 21 {
		t.Errorf("%d notes are kept, want 20 of comments and one of the comma", n)
	}
	if doc.Notes()[0].Offset != 1 {
		t.Errorf("the first note is at %d", doc.Notes()[0].Offset)
	}
}

func TestRecoveryFromCrossedBrackets(t *testing.T) {
	tests := map[string]string{
		`{"a": [1, 2}, "b": 3}`:        `{"a":[1,2]}`,
		`{"x": {"a": [1, 2}, "b": 3}}`: `{"b":3,"x":{"a":[1,2]}}`,
		`[{"a": 1], 2]`:                `[{"a":1}]`,
		`[[1}, 2]`:                     `[[1,null,2]]`,
		`{"a" "b"}`:                    `{"a":"b"}`,
		`{"a": 1 "b": 2}`:              `{"a":1,"b":2}`,
		`{"a": 1, x, "b": 2}`:          `{"a":1,"b":2}`,
		`{"a": 1, 'x': {}, "b": 2}`:    `{"a":1,"b":2}`,
		`{"a": 1, [1, 2], "b": 2}`:     `{"a":1,"b":2}`,
		`{"a": 1, : , "b": 2}`:         `{"a":1,"b":2}`,
		`[1 : 2]`:                      `[1,2]`,
		`["a" "b" "c"]`:                `["a","b","c"]`,
		`[@, 2]`:                       `[null,2]`,
		`{"a": @ }`:                    `{"a":null}`,
		`["open`:                       `["open"]`,
	}
	for src, want := range tests {
		doc, errs := jsonc.Parse("f.json", []byte(src))
		if len(errs) == 0 {
			t.Errorf("%s gives no error", src)
		}
		got, err := json.Marshal(plain(doc.Root()))
		if err != nil || string(got) != want {
			t.Errorf("%s is read as %s, want %s", src, got, want)
		}
	}
}

// Whatever the escapes, each byte of the decoded text is found in the source.
func TestSourceOffsetsFollowTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var source, decoded strings.Builder
		starts := []int{}
		source.WriteByte('"')
		for range rapid.IntRange(0, 30).Draw(t, "length") {
			r := rapid.RuneFrom([]rune("ab\"\\/\n\té€😀")).Draw(t, "rune")
			for range utf8.RuneLen(r) {
				starts = append(starts, source.Len())
			}
			decoded.WriteRune(r)
			switch {
			case r == '"' || r == '\\':
				source.WriteString(`\` + string(r))
			case rapid.Bool().Draw(t, "escape") && r < 0x10000:
				fmt.Fprintf(&source, `\u%04x`, r)
			case r == '😀' && rapid.Bool().Draw(t, "surrogates"):
				source.WriteString(`\ud83d\ude00`)
			default:
				source.WriteRune(r)
			}
		}
		end := source.Len()
		source.WriteByte('"')
		doc, errs := jsonc.Parse("f.json", []byte(source.String()))
		if len(errs) > 0 || doc.Root().Str() != decoded.String() {
			t.Fatalf("%s is read as %q: %v", source.String(), doc.Root().Str(), errs)
		}
		last := -1
		for i, want := range starts {
			got := doc.Root().SourceOffset(i)
			if got < last || got > end {
				t.Fatalf("byte %d of %q is at %d", i, decoded.String(), got)
			}
			if i == 0 || starts[i-1] != want {
				if got != want {
					t.Fatalf("byte %d of %q is at %d, want %d", i, decoded.String(), got, want)
				}
			}
			last = got
		}
		if got := doc.Root().SourceOffset(len(starts)); got != end {
			t.Fatalf("the end is at %d, want %d", got, end)
		}
	})
}

// inventory makes the JSON of many resources as az prints them.
func inventory(n int) []byte {
	var b strings.Builder
	b.WriteString("[\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `  {
    "id": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg%d/providers/Microsoft.Storage/storageAccounts/st%d",
    "kind": "StorageV2",
    "location": "westeurope",
    "name": "st%d",
    "properties": {"accessTier": "Hot", "encryption": {"keySource": "Microsoft.Storage", "services": {"blob": {"enabled": true}}}, "count": %d},
    "resourceGroup": "rg%d",
    "sku": {"name": "Standard_ZRS", "tier": "Standard"},
    "tags": null,
    "type": "Microsoft.Storage/storageAccounts"
  }`, i/10, i, i, i, i/10)
	}
	b.WriteString("\n]")
	return []byte(b.String())
}

func TestInventoryIsReadWhole(t *testing.T) {
	src := inventory(2000)
	doc, errs := jsonc.Parse("i.json", src)
	if len(errs) > 0 || doc.Root().Len() != 2000 {
		t.Fatalf("%d resources, %v", doc.Root().Len(), errs)
	}
	if last := doc.Root().At(1999); last.Get("NAME").Str() != "st1999" || last.Get("properties").Get("count").Raw() != "1999" {
		t.Errorf("the last resource is %s", last.Raw())
	}
}

func BenchmarkInventory(b *testing.B) {
	src := inventory(10_000)
	b.Run("jsonc", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, errs := jsonc.Parse("i.json", src); len(errs) > 0 {
				b.Fatal(errs)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if err := json.Unmarshal(src, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
