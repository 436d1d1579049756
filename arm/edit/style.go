package edit

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// style is how a document, or a place in it, is written.
type style struct {
	newline string // what ends a line
	unit    string // one step of indentation
	colon   string // what stands between a key and its value
	comma   string // what stands behind a comma within a line
	padObj  string // what stands inside the braces of an object in one line
	padArr  string // what stands inside the brackets of an array in one line
	lines   bool   // the document has lines, one for each member
	scalars bool   // arrays of scalars stand in one line
}

// styleOf gathers the style of a whole document: of each trait what most places
// have, and what people write where there is nothing to go by.
func styleOf(d *jsonc.Document) *style {
	text := d.Source()
	var colons, commas, objs, arrs, units, ends, scalars tally
	lines, any := false, false
	var walk func(n jsonc.Node)
	walk = func(n jsonc.Node) {
		before := n.Start() + 1
		flat := true
		for c := range n.Children() {
			any = true
			gap := text[min(before, c.KeyStart()):c.KeyStart()]
			switch {
			case strings.Contains(gap, "\n"):
				lines = true
				if own, up := indentAt(text, c.KeyStart()), indentAt(text, n.KeyStart()); len(own) > len(up) && strings.HasPrefix(own, up) {
					units.add(own[len(up):])
				}
			case !blankOnly(strings.Replace(gap, ",", "", 1)): // a comment, or a member that does not count
			case before > n.Start()+1:
				commas.add(gap[strings.IndexByte(gap, ',')+1:])
			case n.Kind() == jsonc.Object:
				objs.add(gap)
			default:
				arrs.add(gap)
			}
			if colon, ok := colonOf(c); ok {
				colons.add(colon)
			}
			if c.Len() > 0 {
				flat = false
				walk(c)
			}
			before = c.End()
		}
		if n.Kind() == jsonc.Array && flat && n.Len() > 0 {
			if strings.Contains(n.Raw(), "\n") {
				scalars.add("lines")
			} else {
				scalars.add("line")
			}
		}
	}
	walk(d.Root())
	for i := strings.IndexByte(text, '\n'); i >= 0; {
		if i > 0 && text[i-1] == '\r' {
			ends.add("\r\n")
		} else {
			ends.add("\n")
		}
		next := strings.IndexByte(text[i+1:], '\n')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	st := &style{lines: lines || !any}
	st.newline = ends.most("\n")
	st.unit = units.most("  ")
	tight := " "
	if !st.lines {
		tight = ""
	}
	st.colon = colons.most(":" + tight)
	st.comma = commas.most(st.colon[strings.IndexByte(st.colon, ':')+1:])
	st.padObj = objs.most(st.comma)
	st.padArr = arrs.most("")
	st.scalars = scalars.most("lines") == "line"
	return st
}

// tally counts how often something is found; of those found equally often the
// first one wins.
type tally struct {
	order []string
	count map[string]int
}

func (t *tally) add(s string) {
	if t.count == nil {
		t.count = map[string]int{}
	}
	if t.count[s] == 0 {
		t.order = append(t.order, s)
	}
	t.count[s]++
}

func (t *tally) most(otherwise string) string {
	best, most := otherwise, 0
	for _, s := range t.order {
		if t.count[s] > most {
			best, most = s, t.count[s]
		}
	}
	return best
}

// colonOf gives what stands between the key and the value of a member, false when
// that is more than a colon and spaces.
func colonOf(n jsonc.Node) (string, bool) {
	if !n.IsMember() || n.Kind() == jsonc.Invalid {
		return "", false
	}
	colon := n.Document().Source()[n.KeyEnd():n.Start()]
	return colon, strings.Trim(colon, " \t") == ":"
}

// near is the style at a container: that of the document, with what can be learnt
// from the children and the containers around it.
func near(doc *style, n jsonc.Node) style {
	st := *doc
	if !n.IsValid() {
		return st
	}
	text := n.Document().Source()
	for up := n; up.IsValid(); up = up.Parent() {
		var colons tally
		for c := range up.Children() {
			if colon, ok := colonOf(c); ok {
				colons.add(colon)
			}
		}
		if len(colons.order) > 0 {
			st.colon = colons.most(st.colon)
			break
		}
	}
	for up := n; up.IsValid(); up = up.Parent() {
		for c := range up.Children() {
			own, outer := indentAt(text, c.KeyStart()), indentAt(text, up.KeyStart())
			if lineStart(text, c.KeyStart()) > up.Start() && len(own) > len(outer) && strings.HasPrefix(own, outer) {
				st.unit = own[len(outer):]
				return st
			}
		}
	}
	return st
}

// write appends a value as it stands in a file: in lines with the indentation of
// the line that it begins in, or all in one line.
func (st *style) write(dst []byte, v value.Value, indent string, lines bool) []byte {
	switch v.Kind() {
	case value.ObjectKind:
		if v.Len() == 0 {
			return append(dst, "{}"...)
		}
		dst = append(dst, '{')
		first := true
		for k, e := range v.Members() {
			dst = st.between(dst, first, st.padObj, indent, lines)
			first = false
			dst = st.member(dst, k, e, indent+st.unit, lines)
		}
		return append(st.last(dst, st.padObj, indent, lines), '}')
	case value.ArrayKind:
		if v.Len() == 0 {
			return append(dst, "[]"...)
		}
		lines = lines && !(st.scalars && flat(v))
		dst = append(dst, '[')
		for i, e := range v.Elems() {
			dst = st.between(dst, i == 0, st.padArr, indent, lines)
			dst = st.write(dst, e, indent+st.unit, lines)
		}
		return append(st.last(dst, st.padArr, indent, lines), ']')
	}
	return v.AppendJSON(dst)
}

// member appends a key and its value.
func (st *style) member(dst []byte, key string, v value.Value, indent string, lines bool) []byte {
	dst = append(value.AppendQuoted(dst, key), st.colon...)
	return st.write(dst, v, indent, lines)
}

func (st *style) between(dst []byte, first bool, pad, indent string, lines bool) []byte {
	if !first {
		dst = append(dst, ',')
		pad = st.comma
	}
	if lines {
		pad = st.newline + indent + st.unit
	}
	return append(dst, pad...)
}

func (st *style) last(dst []byte, pad, indent string, lines bool) []byte {
	if lines {
		pad = st.newline + indent
	}
	return append(dst, pad...)
}

// flat says that no element is an object or array with something in it.
func flat(v value.Value) bool {
	for _, e := range v.Elems() {
		if e.Len() > 0 && (e.Kind() == value.ObjectKind || e.Kind() == value.ArrayKind) {
			return false
		}
	}
	return true
}
