package kusto

import (
	"iter"
	"strings"
)

// Column is a column's name, as a query writes it, and its type.
type Column struct {
	Name string
	Type Type
}

// Row gives the value of a table's columns by their number. It must stay valid
// and unchanged until the Run that it was given to has returned. A value that is
// not of the column's type makes comparisons false, nothing worse.
type Row interface {
	Column(i int) Value
}

// Record is a Row whose values are all at hand; a column beyond its end is null.
type Record []Value

// Column is the i-th value.
func (r Record) Column(i int) Value {
	if i < len(r) {
		return r[i]
	}
	return Value{}
}

// Table is columns, and rows that may be gone through more than once (a query
// that joins a table with itself does).
type Table struct {
	Columns []Column
	Rows    iter.Seq[Row]
}

// Tables finds a table by the name in a query. Names of tables do not depend on
// case; Names lists those that there are, for error messages.
type Tables interface {
	Table(name string) (Table, bool)
	Names() []string
}

// TableSet is Tables of a fixed set, in their order.
type TableSet []NamedTable

// NamedTable is a table of a TableSet.
type NamedTable struct {
	Name  string
	Table Table
}

// Table finds a table of the set.
func (s TableSet) Table(name string) (Table, bool) {
	for _, t := range s {
		if strings.EqualFold(t.Name, name) {
			return t.Table, true
		}
	}
	return Table{}, false
}

// Names are the names of the set.
func (s TableSet) Names() []string {
	names := make([]string, len(s))
	for i, t := range s {
		names[i] = t.Name
	}
	return names
}

var _ Tables = TableSet(nil)

// remapped is a Row made of columns of another row and of values beside it:
// from[i] is a column of base, or ^n for the n-th of the values.
type remapped struct {
	base  Row
	from  []int
	extra []Value
}

func (r *remapped) Column(i int) Value {
	if n := r.from[i]; n >= 0 {
		return r.base.Column(n)
	} else {
		return r.extra[^n]
	}
}
