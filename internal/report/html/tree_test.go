package html_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// element is a part of a page, as a browser would have it.
type element struct {
	name     string
	attr     map[string]string
	parent   *element
	children []*element
	text     string // of a text node, whose name is ""
}

// parse reads a page without its style and its scripts.
func parse(t testing.TB, page string) *element {
	t.Helper()
	page = styles.ReplaceAllString(page, "")
	page = blocks.ReplaceAllString(page, "")
	page = scripts.ReplaceAllString(page, "")
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &element{}
	at := root
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not sound: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attr: map[string]string{}, parent: at}
			for _, a := range x.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			at.children = append(at.children, e)
			at = e
		case xml.EndElement:
			if at.name != x.Name.Local {
				t.Fatalf("</%s> ends <%s>", x.Name.Local, at.name)
			}
			at = at.parent
		case xml.CharData:
			at.children = append(at.children, &element{text: string(x), parent: at})
		}
	}
	if at != root {
		t.Fatalf("<%s> is not ended", at.name)
	}
	return root
}

// all gives the elements below e, in order, that are of the kind and class: "tr.row", ".ws",
// "details", or "[id]" for those with an attribute.
func (e *element) all(selector string) []*element {
	name, class, _ := strings.Cut(selector, ".")
	attr := ""
	if rest, ok := strings.CutPrefix(selector, "["); ok {
		name, class, attr = "", "", strings.TrimSuffix(rest, "]")
	}
	var out []*element
	for _, c := range e.children {
		_, has := c.attr[attr]
		if c.name != "" && (name == "" || c.name == name) && (class == "" || c.is(class)) && (attr == "" || has) {
			out = append(out, c)
		}
		out = append(out, c.all(selector)...)
	}
	return out
}

// one gives the only element of its kind.
func (e *element) one(t testing.TB, selector string) *element {
	t.Helper()
	found := e.all(selector)
	if len(found) != 1 {
		t.Fatalf("%d of %s, want one", len(found), selector)
	}
	return found[0]
}

func (e *element) is(class string) bool {
	for c := range strings.FieldsSeq(e.attr["class"]) {
		if c == class {
			return true
		}
	}
	return false
}

// inside gives the nearest element around e of that kind, nil without one.
func (e *element) inside(name string) *element {
	for at := e.parent; at != nil; at = at.parent {
		if at.name == name {
			return at
		}
	}
	return nil
}

// words is the text of an element on one line.
func (e *element) words() string {
	var b strings.Builder
	e.write(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (e *element) write(b *strings.Builder) {
	b.WriteString(e.text)
	for _, c := range e.children {
		c.write(b)
	}
}

// blocksOf are the kinds of elements that begin on a line of their own.
const blocksOf = " p h1 h2 h3 li tr caption dt dd summary label option title desc text form ul table section div "

// lines is the text of an element as a reader without pictures has it: a line for each
// paragraph, item and row, the cells of a row apart. Pictures and forms are left out.
func (e *element) lines() string {
	var b strings.Builder
	e.read(&b)
	var out []string
	for line := range strings.Lines(b.String()) {
		if words := strings.Join(strings.Fields(line), " "); words != "" && words != "|" {
			out = append(out, strings.TrimRight(words, " |;"))
		}
	}
	return strings.Join(out, "\n") + "\n"
}

func (e *element) read(b *strings.Builder) {
	if e.name == "svg" || e.name == "form" {
		return
	}
	b.WriteString(strings.ReplaceAll(e.text, "\n", " "))
	block := e.name != "" && strings.Contains(blocksOf, " "+e.name+" ")
	if block {
		b.WriteByte('\n')
	}
	if e.name == "small" {
		b.WriteByte(' ')
	}
	for _, c := range e.children {
		c.read(b)
		if c.is("source") {
			b.WriteString("; ")
		}
		if c.name == "th" || c.name == "td" {
			b.WriteString(" | ")
		}
	}
	if block || e.name == "br" {
		b.WriteByte('\n')
	}
}

// byID gives the element with that id.
func (e *element) byID(t testing.TB, id string) *element {
	t.Helper()
	for _, x := range e.all("[id]") {
		if x.attr["id"] == id {
			return x
		}
	}
	t.Fatalf("nothing has the id %q", id)
	return nil
}
