package edit

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// wide is the number of characters up to which an object stands in one line where
// those beside it do.
const wide = 100

// page is a box that is being laid out.
type page struct {
	*layout
	*box
	text  string
	limit int // offset of the closing bracket
	style style
	lines bool // one child per line
}

// box lays out what is removed from and added to a container.
func (l *layout) box(b *box) {
	p := &page{layout: l, box: b, text: l.set.doc.Source(), limit: b.node.End() - 1}
	p.style = near(l.set.wholeStyle(), b.node)
	if len(b.items) == 0 {
		p.fill()
		return
	}
	p.lines = inLines(b.node)
	adds, kept := 0, 0
	for _, e := range b.seq {
		switch {
		case e.add != nil:
			adds++
		case !e.gone:
			kept++
		}
	}
	if kept == 0 && adds == 0 && p.uncommented() {
		var why []string
		for _, e := range b.seq {
			why = append(why, e.why...)
		}
		p.delete(b.node.Start()+1, p.limit, why)
		return
	}
	if kept == 0 && adds > 0 {
		p.takeOver()
	}
	p.commas()
	p.cuts()
	p.adds()
}

// uncommented says that there is nothing but members, commas and white space.
func (p *page) uncommented() bool {
	at := p.node.Start() + 1
	for _, it := range p.items {
		if !blankOnly(p.text[at:it.start]) {
			return false
		}
		at = it.end
		if it.comma >= 0 {
			if !blankOnly(p.text[at:it.comma]) {
				return false
			}
			at = it.comma + 1
		}
	}
	return blankOnly(p.text[at:p.limit])
}

// fill opens an empty container up.
func (p *page) fill() {
	base := indentAt(p.text, p.node.KeyStart())
	inner := p.text[p.node.Start()+1 : p.limit]
	var why []string
	v := p.added(&why)
	lines := p.style.lines
	if up := p.node.Parent(); up.IsValid() && !inLines(up) {
		lines = false
	}
	lines = lines || strings.Contains(inner, "\n")
	if blankOnly(inner) {
		if lines && strings.Contains(inner, "\n") {
			p.style.scalars = false
		}
		p.substitute(p.node.Start(), p.node.End(), string(p.style.write(nil, v, base, lines)), why)
		return
	}
	at := p.node.Start() + 1 + len(strings.TrimRight(inner, " \t\r\n"))
	p.lines = lines
	lead := " "
	if lines || endsInLineComment(p.text, p.node.Start()+1, p.limit) {
		lead = p.style.newline + base + p.style.unit
	}
	for i, e := range p.seq {
		text := lead + p.written(e.add, base+p.style.unit)
		if i < len(p.seq)-1 {
			text += ","
		}
		p.insert(at, text, e.add.why)
	}
}

// added makes a value of all that is added.
func (p *page) added(why *[]string) value.Value {
	var members []value.Member
	var elems []value.Value
	for _, e := range p.seq {
		members = append(members, value.Member{Key: e.add.key, Value: e.add.value})
		elems = append(elems, e.add.value)
		*why = append(*why, e.add.why...)
	}
	if p.node.Kind() == jsonc.Object {
		return value.Object(members)
	}
	return value.Array(elems)
}

// takeOver writes the first thing that is added over the first one of a container
// that loses all it has, so that it stays in its place.
func (p *page) takeOver() {
	first := slices.IndexFunc(p.seq, func(e entry) bool { return e.add != nil })
	a := p.seq[first].add
	home := slices.IndexFunc(p.seq, func(e entry) bool { return e.item == 0 })
	it := p.items[0]
	why := append(slices.Clone(a.why), p.seq[home].why...)
	p.substitute(it.start, it.end, p.written(a, indentAt(p.text, it.start)), why)
	seq := []entry{{item: 0}}
	for i, e := range p.seq {
		if i != first && i != home {
			seq = append(seq, e)
		}
	}
	p.seq = seq
}

// commas gives each child that stays the comma that it needs, and takes from it
// the one that it needs no more.
func (p *page) commas() {
	trailing := p.items[len(p.items)-1].comma >= 0
	for i, e := range p.seq {
		if e.add != nil || e.gone {
			continue
		}
		it := p.items[e.item]
		needs := trailing || p.more(i)
		switch {
		case needs && it.comma < 0:
			p.insert(it.end, ",", p.reasons(i))
		case !needs && it.comma >= 0:
			end := it.comma + 1
			if next := p.items[e.item+1].start; !strings.Contains(p.text[end:next], "\n") && blankOnly(p.text[end:next]) {
				end = next
			}
			p.delete(it.comma, end, p.reasons(i))
		}
	}
}

// more says whether anything stays or comes behind the i-th entry.
func (p *page) more(i int) bool {
	return slices.ContainsFunc(p.seq[i+1:], func(e entry) bool { return !e.gone })
}

// reasons gives why something changes behind the i-th entry.
func (p *page) reasons(i int) []string {
	for _, e := range p.seq[i+1:] {
		switch {
		case e.add != nil:
			return e.add.why
		case e.gone:
			return e.why
		}
	}
	return nil
}

// cuts takes away what is removed.
func (p *page) cuts() {
	var gone = make([]bool, len(p.items))
	why := make([][]string, len(p.items))
	for _, e := range p.seq {
		if e.gone {
			gone[e.item], why[e.item] = true, e.why
		}
	}
	tail := true // everything from here to the end is removed
	for i := len(p.items) - 1; i >= 0; i-- {
		tail = tail && gone[i]
		if gone[i] {
			p.cut(i, tail, why[i])
		}
	}
}

// cut removes one item with its comma and the white space that would be left over.
func (p *page) cut(i int, tail bool, why []string) {
	it := p.items[i]
	start, end := it.start, it.end
	if it.comma >= 0 {
		if between := p.text[it.end:it.comma]; blankOnly(between) && !strings.Contains(between, "\n") {
			end = it.comma + 1
		} else {
			p.delete(it.comma, it.comma+1, why)
		}
	}
	line := max(lineStart(p.text, start), p.node.Start()+1)
	begins := line > p.node.Start()+1 && blankOnly(p.text[line:start])
	behind, _, eol := commentsOnLine(p.text, end, p.limit)
	switch {
	case begins && eol:
		behind = blanksAfter(p.text, behind, p.limit)
		p.delete(line, behind+newlineAt(p.text, behind), why)
	case eol && blankOnly(p.text[p.node.Start()+1:start]) && !tail:
		next := end
		for next < p.limit && isSpace(p.text[next]) {
			next++
		}
		p.delete(start, next, why)
	case eol || tail:
		from := spacesBefore(p.text, start, p.node.Start()+1)
		if begins && endsInLineComment(p.text, p.before(i), from) {
			from = start
		}
		p.delete(from, end, why)
	default:
		p.delete(start, blanksAfter(p.text, end, p.limit), why)
	}
}

// before gives the offset behind the item, and its comma, that stands before another.
func (p *page) before(i int) int {
	if i == 0 {
		return p.node.Start() + 1
	}
	return max(p.items[i-1].end, p.items[i-1].comma+1)
}

// adds writes what is added, each behind the child that stays before it.
func (p *page) adds() {
	last := -1
	for i, e := range p.seq {
		switch {
		case e.add == nil && !e.gone:
			last = e.item
		case e.add != nil && last < 0:
			p.addFirst(e.add)
		case e.add != nil:
			p.addBehind(last, e.add, p.more(i) || p.items[len(p.items)-1].comma >= 0)
		}
	}
}

// addFirst writes an addition before all that stays.
func (p *page) addFirst(a *addition) {
	open, first := p.node.Start()+1, p.items[0].start
	indent := p.indent(0)
	if p.lines && strings.Contains(p.text[open:first], "\n") {
		at := open
		if end, _, eol := commentsOnLine(p.text, open, p.limit); eol {
			at = end
		}
		p.insert(at, p.style.newline+indent+p.written(a, indent)+",", a.why)
		return
	}
	sep := p.style.comma
	if p.lines {
		sep = p.style.newline + indent
	}
	p.insert(first, p.written(a, indent)+","+sep, a.why)
}

// addBehind writes an addition behind an item.
func (p *page) addBehind(i int, a *addition, comma bool) {
	it := p.items[i]
	at := max(it.end, it.comma+1)
	last := i == len(p.items)-1
	line := false
	if end, l, eol := commentsOnLine(p.text, at, p.limit); eol || last && blankOnly(p.text[end:p.limit]) {
		at, line = end, l
	}
	indent := p.indent(i)
	lead := p.style.comma
	switch {
	case p.lines:
		lead = p.style.newline + indent
	case line: // what comes must not become part of the comment
		indent = indentAt(p.text, p.node.KeyStart()) + p.style.unit
		lead = p.style.newline + indent
	}
	text := lead + p.written(a, indent)
	if comma {
		text += ","
	}
	p.insert(at, text, a.why)
}

// indent gives the indentation of the children: that of the one at hand when it
// begins its line, else that of the nearest which does.
func (p *page) indent(i int) string {
	order := append([]int{i}, make([]int, 0, len(p.items))...)
	for k := range p.items {
		order = append(order, k)
	}
	for _, k := range order {
		start := p.items[k].start
		if line := lineStart(p.text, start); line > p.node.Start() && blankOnly(p.text[line:start]) {
			return indentAt(p.text, start)
		}
	}
	base := indentAt(p.text, p.node.KeyStart())
	if p.lines {
		return base + p.style.unit
	}
	return indentAt(p.text, p.items[i].start)
}

// written gives the text of an addition.
func (p *page) written(a *addition, indent string) string {
	render := func(lines bool) string {
		if p.node.Kind() == jsonc.Object {
			return string(p.style.member(nil, a.key, a.value, indent, lines))
		}
		return string(p.style.write(nil, a.value, indent, lines))
	}
	if a.value.Len() == 0 {
		return render(false)
	}
	alike, inline := 0, 0
	for c := range p.node.Children() {
		if c.Len() > 0 && (c.Kind() == jsonc.Object) == (a.value.Kind() == value.ObjectKind) {
			alike++
			if !strings.Contains(c.Raw(), "\n") {
				inline++
			}
		}
	}
	if alike == 0 {
		return render(p.lines)
	}
	if inline*2 > alike {
		if text := render(false); !p.lines || len(text) <= wide {
			return text
		}
	}
	return render(p.style.lines)
}
