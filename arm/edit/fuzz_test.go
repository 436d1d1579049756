package edit_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// FuzzEdit makes edits at places that the input chooses, in texts that need not be
// JSON: nothing breaks, and what was JSON stays JSON.
func FuzzEdit(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, 2], "b": {}}`, "{ // x\n \"a\": 1, /* y */ \"a\": {}, }", "[{\r\n\t\"k\":[]}\r\n]", `{"a": 1 "b"}`, `{"a":/`, "[1,,]", `{"a":{"x":[/*`,
	} {
		f.Add([]byte(seed), uint(3), uint(17), uint(4))
	}
	f.Fuzz(func(t *testing.T, src []byte, a, b, c uint) {
		doc, errs := jsonc.Parse("f.json", src)
		var nodes []jsonc.Node
		var walk func(jsonc.Node)
		walk = func(n jsonc.Node) {
			nodes = append(nodes, n)
			for child := range n.Children() {
				walk(child)
			}
		}
		walk(doc.Root())
		s := edit.New(doc)
		for _, x := range []uint{a, b, c} {
			n, v := nodes[x/8%uint(len(nodes))], val(`{"a":[1,{"b":"c"}]}`)
			switch x % 8 {
			case 0, 1:
				s.Replace(n, v, "why")
			case 2, 3:
				s.SetMember(n, "a", v, "why")
			case 4:
				s.SetMemberAfter(n, "a", "new", v, "why")
			case 5:
				s.Append(n, v, "why")
			default:
				s.Remove(n, "why")
			}
		}
		after := s.Bytes()
		if len(errs) > 0 {
			return
		}
		if _, errs := jsonc.Parse("f.json", after); len(errs) > 0 {
			t.Fatalf("%v\nbefore:\n%q\nafter:\n%q", errs[0], src, after)
		}
	})
}
