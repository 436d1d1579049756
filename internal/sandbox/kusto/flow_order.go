package kusto

import (
	"slices"
	"strings"
)

// sortColumns orders column numbers by name for project-reorder; without an
// order they stay as they are.
func sortColumns(columns []Column, at []int, order string) {
	if order == "" {
		return
	}
	slices.SortStableFunc(at, func(i, j int) int {
		c := strings.Compare(columns[i].Name, columns[j].Name)
		if order == "desc" {
			return -c
		}
		return c
	})
}

// ordering is bound sort keys.
type ordering struct {
	keys  []sortKey
	exprs []expr
}

func (b *binder) ordering(keys []sortKey) (ordering, error) {
	o := ordering{keys: keys}
	for _, k := range keys {
		e, err := b.bind(k.expr)
		if err != nil {
			return ordering{}, err
		}
		if e.typ == TypeDynamic {
			return ordering{}, b.fail(k.expr.place(), "Order key is of a 'dynamic' type. Please use an explicit cast, for example tostring(), as sorting by a 'dynamic' type is not supported")
		}
		o.exprs = append(o.exprs, e)
	}
	return o, nil
}

// keyed is a row with the values of its sort keys.
type keyed struct {
	row  Row
	keys []Value
}

func (o ordering) of(row Row) keyed {
	k := keyed{row: row, keys: make([]Value, len(o.exprs))}
	for i, e := range o.exprs {
		k.keys[i] = e.eval(row)
	}
	return k
}

func (o ordering) compare(a, b keyed) int {
	for i, k := range o.keys {
		x, y := a.keys[i], b.keys[i]
		switch {
		case x.IsNull() && y.IsNull():
			continue
		case x.IsNull() || y.IsNull():
			if x.IsNull() == k.nullsFirst {
				return -1
			}
			return 1
		}
		if c := total(x, y); c != 0 {
			if k.asc {
				return c
			}
			return -c
		}
	}
	return 0
}

func (b *binder) sort(f flow, op sortOp) (flow, error) {
	o, err := b.ordering(op.keys)
	if err != nil {
		return flow{}, err
	}
	in, r := f.rows, b.run
	f.rows = func(yield func(Row) bool) {
		var rows []keyed
		for row := range in {
			if rows = append(rows, o.of(row)); !r.within(len(rows), op.position) {
				return
			}
		}
		slices.SortStableFunc(rows, o.compare)
		for _, k := range rows {
			if !yield(k.row) {
				return
			}
		}
	}
	return f, nil
}

// take is take, limit and top.
func (b *binder) take(f flow, op takeOp) (flow, error) {
	b.scope = nil
	e, err := b.bind(op.count)
	if err != nil {
		return flow{}, err
	}
	n := e.value()
	if !e.constant || n.kind != longKind || n.n < 0 {
		return flow{}, b.fail(op.count.place(), "the number of rows must be a whole number that is not negative")
	}
	b.scope = f.columns
	if op.keys != nil {
		o, err := b.ordering(op.keys)
		if err != nil {
			return flow{}, err
		}
		return b.top(f, op, o, n.n), nil
	}
	in := f.rows
	f.rows = func(yield func(Row) bool) {
		left := n.n
		if left == 0 {
			return
		}
		for row := range in {
			if left--; !yield(row) || left == 0 {
				return
			}
		}
	}
	return f, nil
}

// top keeps no more than twice the rows it needs.
func (b *binder) top(f flow, op takeOp, o ordering, n int64) flow {
	in, r := f.rows, b.run
	f.rows = func(yield func(Row) bool) {
		var rows []keyed
		cut := func() {
			slices.SortStableFunc(rows, o.compare)
			if int64(len(rows)) > n {
				rows = rows[:n]
			}
		}
		for row := range in {
			if n == 0 {
				return
			}
			if rows = append(rows, o.of(row)); int64(len(rows)) >= 2*n+1024 {
				cut()
			}
			if !r.within(len(rows), op.position) {
				return
			}
		}
		cut()
		for _, k := range rows {
			if !yield(k.row) {
				return
			}
		}
	}
	return f
}

func (b *binder) distinct(f flow, op distinctOp) (flow, error) {
	s := summarizeOp{position: op.position, by: op.items}
	if op.star {
		for _, c := range f.columns {
			s.by = append(s.by, named{at: op.position, expr: nameRef{op.position, c.Name}})
		}
	}
	return b.summarize(f, s)
}
