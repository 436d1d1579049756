package kusto

import (
	"regexp"
	"strings"
)

// expand is mv-expand: one row for each element, several columns in step.
func (b *binder) expand(f flow, op expandOp) (flow, error) {
	most := b.run.opts.MvExpandLimit
	if op.limit != nil {
		b.scope = nil
		e, err := b.bind(op.limit)
		if err != nil {
			return flow{}, err
		}
		if n := e.value(); !e.constant || n.kind != longKind || n.n < 1 {
			return flow{}, b.fail(op.limit.place(), "the limit of mv-expand must be a whole number above 0")
		} else {
			most = int(min(n.n, 1<<31-1))
		}
		b.scope = f.columns
	}
	var names namer
	from := make([]int, len(f.columns))
	for i, c := range f.columns {
		names.add(c)
		from[i] = i
	}
	var items []expr
	for n, it := range op.items {
		e, err := b.bind(it.expr)
		if err != nil {
			return flow{}, err
		}
		if e.typ != TypeDynamic {
			return flow{}, b.fail(it.at, "mv-expand takes dynamic values, this is a %s; parse_json() makes one of a string", e.typ)
		}
		name := it.name
		if name == "" {
			if name = e.name; name == "" {
				name = names.infer(e)
			}
		}
		typ := TypeDynamic
		if it.typed {
			typ = it.to
		}
		if i := (flow{columns: names.columns}).column(name); i >= 0 {
			names.columns[i].Type, from[i] = typ, ^n
		} else {
			names.add(Column{name, typ})
			from = append(from, ^n)
		}
		items = append(items, e)
	}
	if op.itemIndex != "" {
		names.add(Column{names.free(op.itemIndex), TypeLong})
		from = append(from, ^len(items))
	}
	in, r := f.rows, b.run
	return flow{names.columns, func(yield func(Row) bool) {
		made := 0
		for row := range in {
			lists, n := make([][]Value, len(items)), 0
			for i, e := range items {
				lists[i] = expanded(e.eval(row), op.array)
				n = max(n, len(lists[i]))
			}
			for k := range min(n, most) {
				extra := make([]Value, len(items)+1)
				for i, list := range lists {
					if k < len(list) {
						extra[i] = list[k]
					}
					if op.items[i].typed {
						extra[i] = castOnly(extra[i], op.items[i].to)
					}
				}
				extra[len(items)] = Long(int64(k))
				made++
				if !r.within(made, op.position) || !yield(&remapped{row, from, extra}) {
					return
				}
			}
		}
	}}, nil
}

// expanded is what a value becomes: the elements of an array, a bag (or with
// asArray a pair) for each entry of a bag, the value itself otherwise.
func expanded(v Value, asArray bool) []Value {
	switch v.kind {
	case arrayKind:
		return v.elements()
	case bagKind:
		var out []Value
		v.each(func(k string, item Value) bool {
			if asArray {
				out = append(out, array([]Value{String(k), item}))
			} else {
				out = append(out, bag([]string{k}, []Value{item}))
			}
			return true
		})
		return out
	}
	return []Value{v}
}

// castOnly is what to typeof() does: an element of another type becomes null;
// anything becomes a string; a string may be a datetime or a timespan.
func castOnly(v Value, t Type) Value {
	fits := v.kind == boolKind && t == TypeBool || v.number() && t.numeric() || t == TypeString || t == TypeDynamic ||
		(v.kind == stringKind || v.kind == dateTimeKind || v.kind == timespanKind) && (t == TypeDateTime || t == TypeTimespan)
	if !fits {
		return Value{}
	}
	return convert(v, t)
}

// parse is parse and parse-where: a pattern of texts and columns becomes one
// regular expression.
func (b *binder) parse(f flow, op parseOp) (flow, error) {
	e, err := b.bind(op.expr)
	if err != nil {
		return flow{}, err
	}
	if err := b.wantText(op.expr.place(), op.token, e); err != nil {
		return flow{}, err
	}
	var names namer
	from := make([]int, len(f.columns))
	for i, c := range f.columns {
		names.add(c)
		from[i] = i
	}
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	var types []Type
	var groups []int
	group := 0
	for i, part := range op.parts {
		last := i == len(op.parts)-1
		switch {
		case part.star && last:
			pattern.WriteString(`.*`)
		case part.star:
			pattern.WriteString(`.*?`)
		case part.column == "" && op.regex:
			re, err := regexp.Compile(part.text)
			if err != nil {
				return flow{}, b.fail(part.at, "this is no regular expression of RE2: %v", err)
			}
			group += re.NumSubexp()
			pattern.WriteString("(?:" + part.text + ")")
		case part.column == "":
			pattern.WriteString(regexp.QuoteMeta(part.text))
		default:
			group++
			groups, types = append(groups, group), append(types, part.typ)
			pattern.WriteString(columnPattern(part.typ, last))
			at := ^(len(groups) - 1)
			if i := (flow{columns: names.columns}).column(part.column); i >= 0 {
				names.columns[i].Type, from[i] = part.typ, at
			} else {
				names.add(Column{part.column, part.typ})
				from = append(from, at)
			}
		}
	}
	pattern.WriteByte('$')
	re, err := regexp.Compile(pattern.String())
	if err != nil {
		return flow{}, b.fail(op.position, "the pattern is too large or no regular expression: %v", err)
	}
	in := f.rows
	return flow{names.columns, func(yield func(Row) bool) {
		for row := range in {
			found := re.FindStringSubmatch(e.eval(row).Text())
			if found == nil && op.where {
				continue
			}
			extra := make([]Value, len(types))
			for i, t := range types {
				if found != nil {
					extra[i] = convert(String(found[groups[i]]), t)
				}
			}
			if !yield(&remapped{row, from, extra}) {
				return
			}
		}
	}}, nil
}

// columnPattern is what a column of a type takes: a string as little as it can,
// or at the end all there is.
func columnPattern(t Type, last bool) string {
	switch {
	case t == TypeLong || t == TypeInt:
		return `(-?\d+)`
	case t == TypeReal:
		return `(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)`
	case t == TypeBool:
		return `(true|false)`
	case last:
		return `(.*)`
	}
	return `(.*?)`
}
