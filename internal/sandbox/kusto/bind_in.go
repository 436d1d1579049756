package kusto

import "strings"

// in binds in, !in, in~, !in~, has_any and has_all.
func (b *binder) in(n inList) (expr, error) {
	left, err := b.bind(n.left)
	if err != nil {
		return expr{}, err
	}
	m := &membership{op: strings.TrimPrefix(n.op, "!"), negated: strings.HasPrefix(n.op, "!")}
	if m.op != "in" {
		if err := b.wantText(n.position, n.op, left); err != nil {
			return expr{}, err
		}
	}
	if n.table == nil && len(n.list) == 1 {
		if name, ok := n.list[0].(nameRef); ok && b.isTable(name.name) {
			n.table = &pipeline{source: source{at: name.position, table: name.name}}
		}
	}
	if n.table != nil {
		if err := b.inTable(m, n); err != nil {
			return expr{}, err
		}
		return expr{typ: TypeBool, eval: func(r Row) Value { return m.test(left.eval(r), nil) }}, nil
	}
	var list []expr
	allConstant := true
	for _, e := range n.list {
		item, err := b.bind(e)
		if err != nil {
			return expr{}, err
		}
		if m.op == "in" && item.typ != TypeDynamic {
			if err := b.wantComparable(e.place(), left.typ, item.typ); err != nil {
				return expr{}, err
			}
		}
		allConstant = allConstant && item.constant
		list = append(list, item)
	}
	if allConstant {
		for _, item := range list {
			m.add(item.value())
		}
		return expr{typ: TypeBool, eval: func(r Row) Value { return m.test(left.eval(r), nil) }}.folded(left.constant), nil
	}
	return expr{typ: TypeBool, eval: func(r Row) Value {
		var others membership
		others.op = m.op
		for _, item := range list {
			others.add(item.eval(r))
		}
		others.negated = m.negated
		return others.test(left.eval(r), nil)
	}}, nil
}

// isTable says whether a name that is no column is a pipeline or a table.
func (b *binder) isTable(name string) bool {
	if (flow{columns: b.scope}).column(name) >= 0 {
		return false
	}
	if l, ok := b.lets[name]; ok {
		return l.table != nil
	}
	_, ok := b.tables.Table(name)
	return ok
}

// inTable makes the first column of a pipeline the list; it runs when the first
// row asks.
func (b *binder) inTable(m *membership, n inList) error {
	scope, aggs, verb := b.scope, b.aggs, b.verb
	f, err := b.pipeline(n.table)
	b.scope, b.aggs, b.verb = scope, aggs, verb
	if err != nil {
		return err
	}
	if len(f.columns) == 0 {
		return b.fail(n.position, "the pipeline after %s has no column", n.op)
	}
	m.load = func() {
		for row := range f.rows {
			m.add(fit(row.Column(0), f.columns[0].Type))
			if !b.run.within(m.size(), n.position) {
				return
			}
		}
	}
	return nil
}

// membership is what a value may be one of.
type membership struct {
	op      string
	negated bool
	texts   map[string]struct{}
	terms   []string // of has_any and has_all
	others  []Value  // what is no text
	load    func()
}

func (m *membership) size() int { return len(m.texts) + len(m.others) + len(m.terms) }

// add takes a value, or the elements of an array.
func (m *membership) add(v Value) {
	if v.kind == arrayKind {
		for _, e := range v.elements() {
			m.add(e)
		}
		return
	}
	switch {
	case m.op == "has_any" || m.op == "has_all":
		m.terms = append(m.terms, fold(v.Text()))
	case v.kind == stringKind || m.op == "in~":
		if m.texts == nil {
			m.texts = map[string]struct{}{}
		}
		text := v.Text()
		if m.op == "in~" {
			text = fold(text)
		}
		m.texts[text] = struct{}{}
	case v.kind != nullKind:
		m.others = append(m.others, v)
	}
}

func (m *membership) test(v Value, _ Row) Value {
	if m.load != nil {
		load := m.load
		m.load = nil
		load()
	}
	return Bool(m.has(v) != m.negated)
}

func (m *membership) has(v Value) bool {
	switch m.op {
	case "has_any", "has_all":
		text, all := fold(v.Text()), m.op == "has_all"
		for _, t := range m.terms {
			if hasTerm(text, t) != all {
				return !all
			}
		}
		return all
	case "in~":
		_, ok := m.texts[fold(v.Text())]
		return ok && !v.IsNull()
	}
	if v.IsNull() {
		return false
	}
	if len(m.texts) > 0 {
		if _, ok := m.texts[v.Text()]; ok {
			return true
		}
	}
	for _, o := range m.others {
		if c, ok := order(v, o); ok && c == 0 {
			return true
		}
	}
	return false
}
