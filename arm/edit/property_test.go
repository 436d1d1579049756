package edit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// tree is a document as a model of what edits do to it, without any text.
type tree struct {
	kind  jsonc.Kind
	text  string // scalars: as JSON writes them
	keys  []string
	elems []*tree
	node  jsonc.Node // where it was read from; absent for what was added
}

func grow(n jsonc.Node) *tree {
	t := &tree{kind: n.Kind(), node: n}
	switch n.Kind() {
	case jsonc.Object, jsonc.Array:
		for c := range n.Children() {
			t.keys = append(t.keys, c.Key())
			t.elems = append(t.elems, grow(c))
		}
	case jsonc.Number:
		t.text = fmt.Sprint(n.Float())
	default:
		t.text = string(value.FromNode(n).AppendJSON(nil))
	}
	return t
}

func (t *tree) String() string {
	var b strings.Builder
	t.print(&b)
	return b.String()
}

func (t *tree) print(b *strings.Builder) {
	switch t.kind {
	case jsonc.Object, jsonc.Array:
		b.WriteString(map[jsonc.Kind]string{jsonc.Object: "{", jsonc.Array: "["}[t.kind])
		for i, e := range t.elems {
			fmt.Fprintf(b, "%q:", t.keys[i])
			e.print(b)
			b.WriteByte(' ')
		}
		b.WriteByte(']')
	default:
		b.WriteString(t.text)
	}
}

// all lists a tree's nodes, the outermost first.
func (t *tree) all() []*tree {
	list := []*tree{t}
	for _, e := range t.elems {
		list = append(list, e.all()...)
	}
	return list
}

func (t *tree) find(key string) int {
	for i, k := range t.keys {
		if k == key {
			return i
		}
	}
	found := -1
	for i, k := range t.keys {
		if jsonc.EqualFold(k, key) {
			found = i
		}
	}
	return found
}

// drawn writes a random document in a random, even careless, format.
type drawn struct {
	*rapid.T
	b        strings.Builder
	newline  string
	comments int
	plain    bool // no comments, no trailing commas
}

func drawDocument(t *rapid.T) string {
	d := &drawn{T: t, newline: rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "newline"), plain: rapid.Bool().Draw(t, "plain")}
	if rapid.IntRange(0, 9).Draw(t, "bom") == 0 {
		d.b.WriteString("\xEF\xBB\xBF")
	}
	d.blank("")
	d.value(3, d.newline)
	d.blank("")
	return d.b.String()
}

// blank writes white space, and sometimes comments, with a number in each so that
// they can be told apart.
func (d *drawn) blank(otherwise string) {
	kinds := []string{otherwise, otherwise, otherwise, otherwise, "", " ", "line", "  "}
	if !d.plain {
		kinds = append(kinds, "//", "/*", "/*2")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(d.T, "blank"); kind {
	case "line":
		d.b.WriteString(d.newline)
	case "//":
		d.comments++
		fmt.Fprintf(&d.b, " // \"c%d\": [,%s", d.comments, d.newline)
	case "/*":
		d.comments++
		fmt.Fprintf(&d.b, " /* }c%d, */ ", d.comments)
	case "/*2":
		d.comments++
		fmt.Fprintf(&d.b, " /* c%d {%s // */", d.comments, d.newline)
	default:
		d.b.WriteString(kind)
	}
}

func (d *drawn) value(depth int, indent string) {
	kind := rapid.IntRange(0, 9).Draw(d.T, "kind")
	if depth == 0 {
		kind = min(kind, 3)
	}
	switch {
	case kind < 4:
		d.b.WriteString(rapid.SampledFrom([]string{`1`, `-2.5e3`, `true`, `null`, `""`, `"a"`, `"[parameters('x')]"`, `"\u00e9\n\"//"`, `"/*"`}).Draw(d.T, "scalar"))
	default:
		open, shut := "{", "}"
		if kind > 7 {
			open, shut = "[", "]"
		}
		inner, between, pad := indent+"  ", indent+"  ", indent
		if rapid.Bool().Draw(d.T, "line") {
			between, pad = " ", rapid.SampledFrom([]string{"", " "}).Draw(d.T, "pad")
		}
		d.b.WriteString(open)
		n := rapid.IntRange(0, 4).Draw(d.T, "len")
		for i := range n {
			if i > 0 {
				d.blank("")
				d.b.WriteString(",")
				d.blank(between)
			} else if pad == indent {
				d.blank(between)
			} else {
				d.blank(pad)
			}
			if open == "{" {
				keys := []string{"a", "b", "c", "d", "A", "sku", "\\u0061x", "é"}
				fmt.Fprintf(&d.b, "\"%s\"", rapid.SampledFrom(keys).Draw(d.T, "key"))
				d.blank("")
				d.b.WriteString(":")
				d.blank(" ")
			}
			d.value(depth-1, inner)
		}
		if n > 0 && !d.plain && rapid.IntRange(0, 5).Draw(d.T, "trailing") == 0 {
			d.b.WriteString(",")
		}
		d.blank(pad)
		d.b.WriteString(shut)
	}
}

func drawValue(t *rapid.T) value.Value {
	return val(rapid.SampledFrom([]string{
		`1`, `2`, `"Standard_ZRS"`, `null`, `false`, `{}`, `[]`, `{"name":"x"}`, `{"a":1,"b":[1,2,{"c":3}]}`, `["1","2","3"]`,
		`[{"a":1},{"b":[]}]`, `"[if(true(), 'a', 'b')]"`, `{"a":{"b":{"c":null}},"d":"é"}`,
	}).Draw(t, "new"))
}

// act draws one edit, makes it in the set and, when the set takes it, in the model.
// It tells what nodes of the source it wrote over or took away.
func act(t *rapid.T, s *edit.Set, model *tree) (lost jsonc.Node, err error) {
	var there []*tree
	for _, m := range model.all() {
		if m.node.IsValid() {
			there = append(there, m)
		}
	}
	pick := func(what string, ok func(*tree) bool) *tree {
		list := slices.DeleteFunc(slices.Clone(there), func(m *tree) bool { return !ok(m) })
		if len(list) == 0 {
			return model
		}
		return rapid.SampledFrom(list).Draw(t, what)
	}
	object := func(m *tree) bool { return m.kind == jsonc.Object }
	fresh := func(v value.Value) *tree {
		d, _ := jsonc.Parse("v", v.AppendJSON(nil))
		g := grow(d.Root())
		for _, m := range g.all() {
			m.node = jsonc.Node{}
		}
		return g
	}
	why := "because"
	switch rapid.IntRange(0, 4).Draw(t, "edit") {
	case 0:
		m, v := pick("node", func(*tree) bool { return true }), drawValue(t)
		n := m.node
		if err := s.Replace(n, v, why); err != nil {
			return n, err
		}
		if !alike(grow(n), fresh(v)) {
			*m = *fresh(v)
		}
		return n, nil
	case 1, 2:
		m, v := pick("object", object), drawValue(t)
		key := rapid.SampledFrom([]string{"a", "B", "sku", "zones", "x y"}).Draw(t, "key")
		place := len(m.keys)
		n := m.node.Get(key)
		if rapid.Bool().Draw(t, "after") {
			after := rapid.SampledFrom([]string{"", "a", "b", "zones"}).Draw(t, "other")
			if i := m.find(after); i >= 0 {
				place = i + 1
			}
			if after == "" {
				place = 0
			}
			err = s.SetMemberAfter(m.node, after, key, v, why)
		} else {
			err = s.SetMember(m.node, key, v, why)
		}
		if err != nil {
			return n, err
		}
		i := m.find(key)
		switch {
		case i < 0:
			m.keys, m.elems = slices.Insert(m.keys, place, key), slices.Insert(m.elems, place, fresh(v))
		case n.IsValid():
			if !alike(m.elems[i], fresh(v)) {
				m.elems[i] = fresh(v)
			}
		default: // two objects that were added have become one
			m.elems[i] = both(m.elems[i], fresh(v))
		}
		return n, nil
	case 3:
		m, v := pick("array", func(m *tree) bool { return m.kind == jsonc.Array }), drawValue(t)
		if err := s.Append(m.node, v, why); err != nil {
			return jsonc.Node{}, err
		}
		m.keys, m.elems = append(m.keys, ""), append(m.elems, fresh(v))
		return jsonc.Node{}, nil
	default:
		m := pick("gone", func(*tree) bool { return true })
		n := m.node
		if err := s.Remove(n, why); err != nil {
			return n, err
		}
		for _, up := range model.all() {
			if i := slices.Index(up.elems, m); i >= 0 {
				up.keys, up.elems = slices.Delete(up.keys, i, i+1), slices.Delete(up.elems, i, i+1)
			}
		}
		return n, nil
	}
}

// alike compares without regard to the order of members.
func alike(a, b *tree) bool {
	if a.kind != b.kind || a.text != b.text || len(a.elems) != len(b.elems) {
		return false
	}
	for i, e := range a.elems {
		k := i
		if a.kind == jsonc.Object {
			if k = slices.Index(b.keys, a.keys[i]); k < 0 {
				return false
			}
		}
		if !alike(e, b.elems[k]) {
			return false
		}
	}
	return true
}

func both(a, b *tree) *tree {
	if alike(a, b) {
		return a
	}
	for i, k := range b.keys {
		if j := a.find(k); j >= 0 {
			a.elems[j] = both(a.elems[j], b.elems[i])
		} else {
			a.keys, a.elems = append(a.keys, k), append(a.elems, b.elems[i])
		}
	}
	return a
}

func TestAnEditChangesWhatItShouldAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := drawDocument(t)
		doc, errs := jsonc.Parse("t.json", []byte(source))
		if len(errs) > 0 {
			t.Fatalf("the test draws no JSON: %v\n%s", errs[0], source)
		}
		holds(t, doc, rapid.IntRange(1, 6).Draw(t, "edits"))
	})
}

// holds makes random edits in a document and checks all that this package promises.
func holds(t *rapid.T, doc *jsonc.Document, edits int) {
	source := doc.Source()
	s := edit.New(doc)
	model := grow(doc.Root())
	var lost []jsonc.Node
	for range edits {
		before := string(s.Bytes())
		n, err := act(t, s, model)
		if err != nil {
			if string(s.Bytes()) != before {
				t.Fatalf("an edit that was refused (%v) has changed something", err)
			}
			continue
		}
		if n.IsValid() {
			lost = append(lost, n)
		}
	}
	after := string(s.Bytes())
	got, errs := jsonc.Parse("t.json", []byte(after))
	if len(errs) > 0 {
		t.Fatalf("the result is no JSON: %v\nbefore:\n%s\nafter:\n%s", errs[0], source, after)
	}
	if !alike(model, grow(got.Root())) {
		t.Fatalf("the result has other content\nwant %s\ngot  %s\nbefore:\n%s\nafter:\n%s", model, grow(got.Root()), source, after)
	}
	// Every byte outside of the changes is kept.
	at, back := 0, len(after)
	changes := s.Changes()
	rebuilt := 0
	for _, c := range changes {
		if c.Start < at || c.End < c.Start || c.End > len(source) || len(c.Why) == 0 {
			t.Fatalf("bad change %+v behind %d", c, at)
		}
		rebuilt += c.Start - at
		if after[rebuilt:rebuilt+len(c.Text)] != c.Text {
			t.Fatalf("the text of %+v is not in the result", c)
		}
		rebuilt += len(c.Text)
		at = c.End
	}
	if source[at:] != after[rebuilt:back] {
		t.Fatal("the end of the source is not kept")
	}
	// Comments are lost only with what they stand in, or behind on its line.
	for from := range commentsOf(source) {
		if slices.ContainsFunc(lost, func(n jsonc.Node) bool { return coveredBy(source, n, from[0]) }) {
			continue
		}
		if text := source[from[0]:from[1]]; !strings.Contains(after, text) {
			t.Fatalf("the comment %q is gone\nbefore:\n%s\nafter:\n%s", text, source, after)
		}
	}
	// The result written over itself changes nothing.
	again := edit.New(got)
	if err := again.Replace(got.Root(), value.FromNode(got.Root()), "again"); err != nil || again.Len() != 0 {
		t.Fatalf("replacing a document by itself makes %d changes: %v", again.Len(), err)
	}
}

// coveredBy says whether a place goes with a node: it lies in it, or behind it
// on the line where it ends.
func coveredBy(source string, n jsonc.Node, place int) bool {
	end := n.End()
	if i := strings.IndexByte(source[end:], '\n'); i >= 0 {
		end += i
	} else {
		end = len(source)
	}
	return place >= n.KeyStart() && place < end
}

// commentsOf runs over the comments of a text, as start and end.
func commentsOf(source string) map[[2]int]bool {
	found := map[[2]int]bool{}
	for i := 0; i < len(source); i++ {
		switch {
		case source[i] == '"':
			for i++; source[i] != '"'; i++ {
				if source[i] == '\\' {
					i++
				}
			}
		case strings.HasPrefix(source[i:], "//"):
			end := i + strings.IndexByte(source[i:]+"\n", '\n')
			found[[2]int{i, end - len(source[i:end]) + len(strings.TrimRight(source[i:end], "\r"))}] = true
			i = end
		case strings.HasPrefix(source[i:], "/*"):
			end := i + 2 + strings.Index(source[i+2:], "*/") + 2
			found[[2]int{i, end}] = true
			i = end - 1
		}
	}
	return found
}

// quickstarts reads the published templates.
func quickstarts(t testing.TB) map[string][]byte {
	t.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	files := map[string][]byte{}
	root := filepath.Join(shared, "data", "quickstarts")
	filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".json") {
			if src, err := os.ReadFile(path); err == nil {
				rel, _ := filepath.Rel(root, path)
				files[rel] = src
			}
		}
		return nil
	})
	if len(files) == 0 {
		t.Skip("the shared sample templates are not there; set HOLDFAST_SHARED")
	}
	return files
}

func TestPublishedTemplatesCanBeEditedAnywhere(t *testing.T) {
	files := quickstarts(t)
	names := make([]string, 0, len(files))
	for name, src := range files {
		if _, errs := jsonc.Parse(name, src); len(errs) == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	// A few at a time, so that none of them is left out.
	for some := range slices.Chunk(names, 6) {
		rapid.Check(t, func(t *rapid.T) {
			name := rapid.SampledFrom(some).Draw(t, "template")
			doc, _ := jsonc.Parse(name, files[name])
			holds(t, doc, rapid.IntRange(1, 8).Draw(t, "edits"))
		})
	}
}
