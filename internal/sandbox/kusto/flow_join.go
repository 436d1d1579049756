package kusto

// joined is a bound join.
type joined struct {
	run         *run
	at          position
	kind        string
	left, right flow
	on          [][2]int // columns compared
}

func (b *binder) join(f flow, op joinOp) (flow, error) {
	switch op.kind {
	case "inner", "innerunique", "leftouter", "fullouter":
	default:
		if b.run.opts.DocumentedJoins {
			return flow{}, place(b.run.text, op.kindAt, CodeJoin, "The join kind \"%s\" is not supported or not allowed. Kinds are inner, innerunique, leftouter, fullouter", op.kind)
		}
	}
	right, err := b.pipeline(op.right)
	if err != nil {
		return flow{}, err
	}
	b.verb = "join"
	j := &joined{run: b.run, at: op.position, kind: op.kind, left: f, right: right}
	for _, key := range op.on {
		pair := [2]int{f.column(key.left), right.column(key.right)}
		for i, side := range []flow{f, right} {
			name := []string{key.left, key.right}[i]
			b.scope = side.columns
			if pair[i] < 0 {
				return flow{}, b.fail(key.at, "Failed to resolve column named '%s' on the %s side%s", name, []string{"left", "right"}[i], b.hint(name))
			}
			if side.columns[pair[i]].Type == TypeDynamic {
				return flow{}, b.fail(key.at, "Join key '%s' is of a 'dynamic' type. Please use an explicit cast: extend a column with tostring() on that side, and join on it", name)
			}
		}
		if l, r := f.columns[pair[0]].Type, right.columns[pair[1]].Type; l != r && !(l.numeric() && r.numeric()) {
			return flow{}, b.fail(key.at, "Join keys '%s' and '%s' are of the types %s and %s", key.left, key.right, l, r)
		}
		j.on = append(j.on, pair)
	}
	switch op.kind {
	case "leftanti", "leftsemi":
		return flow{f.columns, j.filter(f, right, 0)}, nil
	case "rightanti", "rightsemi":
		return flow{right.columns, j.filter(right, f, 1)}, nil
	}
	var names namer
	for _, c := range f.columns {
		names.add(c)
	}
	for _, c := range right.columns {
		names.add(Column{names.free(c.Name), c.Type})
	}
	return flow{names.columns, j.rows}, nil
}

// key appends the join key of a row of one side; ok is false when a part is
// null, as null equals nothing.
func (j *joined) key(b []byte, row Row, side int) ([]byte, bool) {
	f := j.left
	if side == 1 {
		f = j.right
	}
	for _, pair := range j.on {
		v := fit(row.Column(pair[side]), f.columns[pair[side]].Type)
		if v.IsNull() {
			return b, false
		}
		b = appendKey(b, v)
	}
	return b, true
}

// filter keeps the rows of one side that match (or, for anti, do not match) a
// row of the other.
func (j *joined) filter(keep, other flow, side int) func(func(Row) bool) {
	anti := j.kind == "leftanti" || j.kind == "rightanti"
	return func(yield func(Row) bool) {
		keys := map[string]struct{}{}
		var buf []byte
		for row := range other.rows {
			if key, ok := j.key(buf[:0], row, 1-side); ok {
				keys[string(key)] = struct{}{}
				buf = key
			}
			if !j.run.within(len(keys), j.at) {
				return
			}
		}
		if !j.run.going() {
			return
		}
		for row := range keep.rows {
			key, ok := j.key(buf[:0], row, side)
			buf = key
			if ok {
				_, ok = keys[string(key)]
			}
			if ok != anti && !yield(row) {
				return
			}
		}
	}
}

// pair is a row of a join: either side may be missing.
type pair struct {
	left, right Row
	split       int // columns of the left side
}

func (p *pair) Column(i int) Value {
	side := p.left
	if i >= p.split {
		side, i = p.right, i-p.split
	}
	if side == nil {
		return Value{}
	}
	return side.Column(i)
}

// match is a right row with a key, and whether a left row has met it.
type match struct {
	row Row
	met bool
}

// rows joins by a hash of the right side.
func (j *joined) rows(yield func(Row) bool) {
	var all []*match
	byKey := map[string][]*match{}
	var buf []byte
	for row := range j.right.rows {
		m := &match{row: row}
		if all = append(all, m); !j.run.within(len(all), j.at) {
			return
		}
		key, ok := j.key(buf[:0], row, 1)
		buf = key
		if ok {
			byKey[string(key)] = append(byKey[string(key)], m)
		}
	}
	if !j.run.going() {
		return
	}
	split, made := len(j.left.columns), 0
	emit := func(l, r Row) bool {
		made++
		return j.run.within(made, j.at) && yield(&pair{l, r, split})
	}
	var unique map[string]struct{}
	if j.kind == "innerunique" {
		unique = map[string]struct{}{}
	}
	for row := range j.left.rows {
		key, ok := j.key(buf[:0], row, 0)
		buf = key
		var matches []*match
		if ok {
			matches = byKey[string(key)]
		}
		if unique != nil && len(matches) > 0 {
			if _, seen := unique[string(key)]; seen {
				continue
			}
			unique[string(key)] = struct{}{}
		}
		for _, m := range matches {
			m.met = true
			if !emit(row, m.row) {
				return
			}
		}
		if len(matches) == 0 && (j.kind == "leftouter" || j.kind == "fullouter") && !emit(row, nil) {
			return
		}
	}
	if j.kind != "rightouter" && j.kind != "fullouter" {
		return
	}
	for _, m := range all {
		if !m.met && !emit(nil, m.row) {
			return
		}
	}
}

// union binds union as an operator, or as a source when there is no input.
func (b *binder) union(input *flow, op *unionOp) (flow, error) {
	var legs []flow
	names := op.names
	if input != nil {
		legs = append(legs, *input)
		names = append([]string{"union_arg0"}, names...) // as Kusto calls a leg that is no table
	}
	for _, leg := range op.legs {
		f, err := b.pipeline(leg)
		if err != nil {
			return flow{}, err
		}
		legs = append(legs, f)
	}
	b.verb = "union"
	var out namer
	if op.withSource != "" {
		out.add(Column{op.withSource, TypeString})
	}
	offset := len(out.columns)
	for _, f := range legs {
		for _, c := range f.columns {
			i := (flow{columns: out.columns}).column(c.Name)
			if i < 0 {
				if !op.inner || inAll(legs, c.Name) {
					out.add(c)
				}
			} else if i >= offset && out.columns[i].Type != c.Type {
				return flow{}, b.fail(op.position, "the column '%s' is a %s in one leg and a %s in another; cast it in one of them", c.Name, out.columns[i].Type, c.Type)
			}
		}
	}
	r := b.run
	return flow{out.columns, func(yield func(Row) bool) {
		made := 0
		for n, f := range legs {
			if !r.going() {
				return
			}
			from, extra := make([]int, len(out.columns)), []Value{{}, String(names[n])}
			for i, c := range out.columns {
				if from[i] = f.column(c.Name); from[i] < 0 {
					from[i] = ^0
				}
			}
			if offset == 1 {
				from[0] = ^1
			}
			for row := range f.rows {
				made++
				if !r.within(made, op.position) || !yield(&remapped{row, from, extra}) {
					return
				}
			}
		}
	}}, nil
}

func inAll(legs []flow, name string) bool {
	for _, f := range legs {
		if f.column(name) < 0 {
			return false
		}
	}
	return true
}
