package kusto

import (
	"maps"
	"slices"
)

// multiCall is arg_max, arg_min, take_any or any: it takes several columns of one
// row of the group.
type multiCall struct {
	direction int  // of arg_max 1, of arg_min -1; 0 takes the first row
	by        expr // what is maximised
	exprs     []expr
}

var multiCalls = []string{"any", "arg_max", "arg_min", "argmax", "argmin", "take_any"}

func isMulti(name string) bool { return slices.Contains(multiCalls, name) }

// aggregateNames are all that may stand in summarize.
func aggregateNames() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(aggregates)), multiCalls...)))
}

// multi binds such a call and names its columns; * leaves out those that the
// rows are grouped by.
func (b *binder) multi(f flow, c call, name string, by []Column) (multiCall, []Column, error) {
	m := multiCall{}
	args := c.args
	if len(args) == 0 {
		return m, nil, b.fail(c.position, "%s() takes 1 argument or more, not 0", c.name)
	}
	var columns []Column
	add := func(e expr, given string) {
		if given == "" {
			switch {
			case e.name == "":
				given = "any_"
			case c.name == "any":
				given = "any_" + e.name
			default:
				given = e.name
			}
		}
		m.exprs = append(m.exprs, e)
		columns = append(columns, Column{given, e.typ})
	}
	if c.name != "any" && c.name != "take_any" {
		m.direction = 1
		if c.name == "arg_min" || c.name == "argmin" {
			m.direction = -1
		}
		key, err := b.bindIn(f, args[0])
		if err != nil {
			return m, nil, err
		}
		if key.typ == TypeDynamic {
			return m, nil, b.fail(args[0].place(), "%s() takes a value of a scalar type; cast this dynamic with toint(), todatetime() or tostring()", c.name)
		}
		m.by = key
		add(key, name)
		args, name = args[1:], ""
	}
	for _, arg := range args {
		if _, all := arg.(star); all {
			for i, col := range f.columns {
				if (flow{columns: by}).column(col.Name) >= 0 || m.direction != 0 && col.Name == columns[0].Name {
					continue
				}
				e := expr{typ: col.Type, name: col.Name, eval: func(r Row) Value { return r.Column(i) }}
				add(e, "")
			}
			continue
		}
		e, err := b.bindIn(f, arg)
		if err != nil {
			return m, nil, err
		}
		add(e, name)
		name = ""
	}
	return m, columns, nil
}

// chooser keeps the row of a group that a multiCall takes.
type chooser struct {
	call multiCall
	row  Row
	best Value
}

func (c *chooser) add(row Row) {
	if c.call.direction == 0 {
		if c.row == nil {
			c.row = row
		}
		return
	}
	v := c.call.by.eval(row)
	if c.row == nil || !v.IsNull() && (c.best.IsNull() || total(v, c.best)*c.call.direction > 0) {
		c.row, c.best = row, v
	}
}

func (c *chooser) values() []Value {
	out := make([]Value, len(c.call.exprs))
	for i, e := range c.call.exprs {
		if c.row != nil {
			out[i] = e.eval(c.row)
		}
	}
	return out
}
