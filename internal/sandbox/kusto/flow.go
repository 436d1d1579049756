package kusto

import (
	"fmt"
	"strconv"
	"strings"
)

// pipeline binds a pipeline: each operator turns a flow into a flow.
func (b *binder) pipeline(p *pipeline) (flow, error) {
	f, err := b.source(p.source)
	if err != nil {
		return flow{}, err
	}
	for _, op := range p.ops {
		b.verb = op.place().token
		b.scope, b.aggs = f.columns, nil
		if f, err = b.operator(f, op); err != nil {
			return flow{}, err
		}
		b.verb = ""
	}
	return f, nil
}

func (b *binder) source(s source) (flow, error) {
	switch {
	case s.inner != nil:
		return b.pipeline(s.inner)
	case s.union != nil:
		return b.union(nil, s.union)
	}
	name := s.table
	if name == "" {
		name = b.run.opts.DefaultTable
	}
	if l, ok := b.lets[name]; ok {
		if l.table == nil {
			return flow{}, b.fail(s.at, "'%s' is a scalar; a table is wanted here", name)
		}
		return *l.table, nil
	}
	t, ok := b.tables.Table(name)
	if !ok {
		return flow{}, place(b.run.text, s.at, CodeTable, "Table %s is invalid, unsupported or disallowed. Tables are %s", name, strings.Join(b.tables.Names(), ", "))
	}
	r := b.run
	return flow{columns: t.Columns, rows: func(yield func(Row) bool) {
		if t.Rows == nil {
			return
		}
		for row := range t.Rows {
			if !r.going() || !yield(row) {
				return
			}
		}
	}}, nil
}

func (b *binder) operator(f flow, op operator) (flow, error) {
	switch op := op.(type) {
	case whereOp:
		return b.where(f, op)
	case projectOp:
		return b.project(f, op)
	case selectOp:
		return b.selection(f, op)
	case renameOp:
		return b.rename(f, op)
	case summarizeOp:
		return b.summarize(f, op)
	case sortOp:
		return b.sort(f, op)
	case takeOp:
		return b.take(f, op)
	case distinctOp:
		return b.distinct(f, op)
	case countOp:
		return b.summarize(f, summarizeOp{op.position, []named{{at: op.position, name: "Count", expr: call{op.position, "count", nil}}}, nil})
	case joinOp:
		return b.join(f, op)
	case *unionOp:
		return b.union(&f, op)
	case expandOp:
		return b.expand(f, op)
	case parseOp:
		return b.parse(f, op)
	}
	return flow{}, b.fail(op.place(), "this operator is not supported")
}

func (b *binder) where(f flow, op whereOp) (flow, error) {
	cond, err := b.predicate(op.cond)
	if err != nil {
		return flow{}, err
	}
	in := f.rows
	f.rows = func(yield func(Row) bool) {
		for row := range in {
			if is, _ := cond.eval(row).truth(); is && !yield(row) {
				return
			}
		}
	}
	return f, nil
}

// namer gives columns their names: those that were written, those that follow
// from the expression, and Column1 and so on for the rest.
type namer struct {
	columns []Column
	taken   map[string]bool
	unnamed int
}

func (n *namer) add(c Column) {
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	n.taken[c.Name] = true
	n.columns = append(n.columns, c)
}

// free is a name that no column has yet: the name itself, or with a number.
func (n *namer) free(name string) string {
	free := name
	for i := 1; n.taken[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	return free
}

// infer names a column of an expression without a name.
func (n *namer) infer(e expr) string {
	if e.name != "" {
		return n.free(e.name)
	}
	n.unnamed++
	return n.free(fmt.Sprintf("Column%d", n.unnamed))
}

// project is project and extend.
func (b *binder) project(f flow, op projectOp) (flow, error) {
	var out namer
	var from []int
	if op.keep {
		for i, c := range f.columns {
			out.add(c)
			from = append(from, i)
		}
	}
	var extra []expr
	given := map[string]bool{}
	for _, it := range op.items {
		e, err := b.bind(it.expr)
		if err != nil {
			return flow{}, err
		}
		name := it.name
		if name == "" {
			name = e.name
			if !op.keep || name == "" {
				name = out.infer(e)
			}
		} else if given[name] || !op.keep && out.taken[name] {
			return flow{}, b.fail(it.at, "there are two columns named '%s'", name)
		}
		given[name] = true
		source := ^len(extra)
		if ref, ok := it.expr.(nameRef); ok && f.column(ref.name) >= 0 {
			source = f.column(ref.name)
		} else {
			extra = append(extra, e)
		}
		if i := (flow{columns: out.columns}).column(name); i >= 0 { // extend replaces
			out.columns[i].Type, from[i] = e.typ, source
			continue
		}
		out.add(Column{name, e.typ})
		from = append(from, source)
	}
	return f.mapped(out.columns, from, extra), nil
}

// mapped is the flow with other columns: from[i] is a column of f, or ^n for the
// n-th of the expressions.
func (f flow) mapped(columns []Column, from []int, extra []expr) flow {
	in := f.rows
	return flow{columns: columns, rows: func(yield func(Row) bool) {
		for row := range in {
			out := &remapped{base: row, from: from}
			if len(extra) > 0 {
				out.extra = make([]Value, len(extra))
				for i, e := range extra {
					out.extra[i] = e.eval(row)
				}
			}
			if !yield(out) {
				return
			}
		}
	}}
}

// selection is project-away, project-keep and project-reorder.
func (b *binder) selection(f flow, op selectOp) (flow, error) {
	chosen := make([]bool, len(f.columns))
	var order []int
	for _, p := range op.patterns {
		var fits []int
		for i, c := range f.columns {
			if !chosen[i] && wildcard(p.name, c.Name) {
				chosen[i] = true
				fits = append(fits, i)
			}
		}
		if len(fits) == 0 && !strings.Contains(p.name, "*") && f.column(p.name) < 0 {
			return flow{}, b.fail(p.at, "Failed to resolve column named '%s'%s", p.name, b.hint(p.name))
		}
		sortColumns(f.columns, fits, p.order)
		order = append(order, fits...)
	}
	var from []int
	switch op.verb {
	case "project-reorder":
		from = order
		for i := range f.columns {
			if !chosen[i] {
				from = append(from, i)
			}
		}
	default:
		for i := range f.columns {
			if chosen[i] == (op.verb == "project-keep") {
				from = append(from, i)
			}
		}
	}
	columns := make([]Column, len(from))
	for i, at := range from {
		columns[i] = f.columns[at]
	}
	return f.mapped(columns, from, nil), nil
}

func (b *binder) rename(f flow, op renameOp) (flow, error) {
	columns := append([]Column(nil), f.columns...)
	from := make([]int, len(columns))
	for i := range from {
		from[i] = i
	}
	for _, it := range op.items {
		old := it.expr.(nameRef)
		i := f.column(old.name)
		if i < 0 {
			return flow{}, b.fail(old.position, "Failed to resolve column named '%s'%s", old.name, b.hint(old.name))
		}
		columns[i].Name = it.name
	}
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[c.Name] {
			return flow{}, b.fail(op.position, "there would be two columns named '%s'", c.Name)
		}
		seen[c.Name] = true
	}
	return f.mapped(columns, from, nil), nil
}
