package kusto

import "slices"

func dynamicFunctions() map[string]function {
	dynamic := func(min, max int, apply func([]Value) Value) function {
		return function{min: min, max: max, typ: TypeDynamic, apply: apply}
	}
	pack := dynamic(2, -1, packBag)
	length := function{min: 1, max: 1, typ: TypeLong, apply: func(a []Value) Value {
		if a[0].kind != arrayKind {
			return Value{}
		}
		return Long(int64(a[0].length()))
	}}
	return map[string]function{
		"pack_array":      dynamic(0, -1, func(a []Value) Value { return array(slices.Clone(a)) }),
		"pack":            pack,
		"bag_pack":        pack,
		"pack_dictionary": pack,
		"array_length":    length,
		"arraylength":     length,
		"array_concat":    dynamic(1, -1, concat),
		"array_index_of":  {min: 2, max: 2, typ: TypeLong, apply: func(a []Value) Value { return Long(indexOfElement(a[0], a[1])) }},
		"array_slice":     dynamic(3, 3, slice),
		"array_reverse":   dynamic(1, 1, reversed),
		"array_sort_asc":  dynamic(1, 1, func(a []Value) Value { return sorted(a[0], 1) }),
		"array_sort_desc": dynamic(1, 1, func(a []Value) Value { return sorted(a[0], -1) }),
		"array_sum":       {min: 1, max: 1, typ: TypeReal, apply: sumOfArray},
		"set_has_element": {min: 2, max: 2, typ: TypeBool, apply: func(a []Value) Value { return Bool(indexOfElement(a[0], a[1]) >= 0) }},
		"set_union":       dynamic(1, -1, func(a []Value) Value { return setOf(a, func(n int) bool { return n > 0 }) }),
		"set_intersect":   dynamic(1, -1, func(a []Value) Value { n := len(a); return setOf(a, func(in int) bool { return in == n }) }),
		"set_difference":  dynamic(2, -1, difference),
		"bag_keys":        dynamic(1, 1, bagKeys),
		"bag_has_key":     {min: 2, max: 2, typ: TypeBool, apply: func(a []Value) Value { return Bool(slices.Contains(a[0].keys(), a[1].Text())) }},
		"bag_merge":       dynamic(1, -1, merge),
		"bag_remove_keys": dynamic(2, 2, removeKeys),
		"bag_set_key":     dynamic(3, 3, func(a []Value) Value { return merge([]Value{bag([]string{a[1].Text()}, []Value{a[2]}), a[0]}) }),
		"range":           dynamic(2, 3, numbers),
		"zip":             dynamic(2, -1, zip),
	}
}

func packBag(a []Value) Value {
	var b bagBuilder
	for i := 0; i+1 < len(a); i += 2 {
		b.set(a[i].Text(), a[i+1])
	}
	return b.value()
}

func concat(a []Value) Value {
	items := []Value{}
	for _, v := range a {
		if v.kind == arrayKind {
			items = append(items, v.elements()...)
		}
	}
	return array(items)
}

// same is equality of elements: by number, text, time, or JSON.
func same(a, b Value) bool {
	c, ok := order(a, b)
	return ok && c == 0 || a.IsNull() && b.IsNull()
}

func indexOfElement(list, v Value) int64 {
	if list.kind != arrayKind {
		return -1
	}
	return int64(slices.IndexFunc(list.elements(), func(e Value) bool { return same(e, v) }))
}

// slice takes the elements from start to end, both included, both counted from
// the end when negative.
func slice(a []Value) Value {
	if a[0].kind != arrayKind {
		return Value{}
	}
	items := a[0].elements()
	n := int64(len(items))
	start, end := toLong(a[1]), toLong(a[2])
	if start.IsNull() || end.IsNull() {
		return Value{}
	}
	for _, p := range []*int64{&start.n, &end.n} {
		if *p < 0 {
			*p = max(*p+n, -1)
		}
	}
	low, high := max(start.n, 0), min(end.n, n-1)
	if low > high {
		return array([]Value{})
	}
	return array(items[low : high+1])
}

func reversed(a []Value) Value {
	if a[0].kind != arrayKind {
		return Value{}
	}
	items := slices.Clone(a[0].elements())
	slices.Reverse(items)
	return array(items)
}

// sorted orders an array, nulls last.
func sorted(v Value, direction int) Value {
	if v.kind != arrayKind {
		return Value{}
	}
	items := slices.Clone(v.elements())
	slices.SortStableFunc(items, func(a, b Value) int {
		switch {
		case a.IsNull() && b.IsNull():
			return 0
		case a.IsNull():
			return 1
		case b.IsNull():
			return -1
		}
		return direction * total(a, b)
	})
	return array(items)
}

func sumOfArray(a []Value) Value {
	if a[0].kind != arrayKind {
		return Value{}
	}
	sum := 0.0
	for _, e := range a[0].elements() {
		if !e.number() {
			return Value{}
		}
		sum += e.float()
	}
	return Real(sum)
}

// setOf is the different elements of arrays, in order of appearance, that are
// in as many of the arrays as wanted says.
func setOf(arrays []Value, wanted func(in int) bool) Value {
	var all []Value
	in, last := map[string]int{}, map[string]int{}
	var keys []string
	for i, a := range arrays {
		if a.kind != arrayKind {
			return Value{}
		}
		for _, e := range a.elements() {
			key := string(appendKey(nil, e))
			if in[key] == 0 {
				all, keys = append(all, e), append(keys, key)
			}
			if last[key] != i+1 {
				in[key]++
				last[key] = i + 1
			}
		}
	}
	items := []Value{}
	for i, e := range all {
		if wanted(in[keys[i]]) {
			items = append(items, e)
		}
	}
	return array(items)
}

func difference(a []Value) Value {
	others := setOf(a[1:], func(int) bool { return true })
	if a[0].kind != arrayKind || others.IsNull() {
		return Value{}
	}
	gone := map[string]bool{}
	for _, e := range others.elements() {
		gone[string(appendKey(nil, e))] = true
	}
	items := []Value{}
	for _, e := range a[0].elements() {
		if key := string(appendKey(nil, e)); !gone[key] {
			gone[key] = true
			items = append(items, e)
		}
	}
	return array(items)
}

func bagKeys(a []Value) Value {
	if a[0].kind != bagKind {
		return Value{}
	}
	items := []Value{}
	for _, k := range a[0].keys() {
		items = append(items, String(k))
	}
	return array(items)
}

// merge makes one bag of several; of a key that is in more than one, the
// leftmost bag's value stays, as in Kusto.
func merge(a []Value) Value {
	var b bagBuilder
	bags := 0
	for _, v := range a {
		if v.kind != bagKind {
			continue
		}
		bags++
		v.each(func(k string, item Value) bool {
			if _, there := b.at[k]; !there {
				b.set(k, item)
			}
			return true
		})
	}
	if bags == 0 {
		return Value{}
	}
	return b.value()
}

func removeKeys(a []Value) Value {
	if a[0].kind != bagKind {
		return Value{}
	}
	var b bagBuilder
	a[0].each(func(k string, item Value) bool {
		if indexOfElement(a[1], String(k)) < 0 {
			b.set(k, item)
		}
		return true
	})
	return b.value()
}

// maxRange bounds the numbers that range() makes, as Kusto does.
const maxRange = 1_048_576

func numbers(a []Value) Value {
	step := Long(1)
	if len(a) == 3 {
		step = a[2]
	}
	if c, ok := order(step, Long(0)); !ok && step.kind != timespanKind || c == 0 && ok {
		return Value{}
	}
	up := step.n > 0
	if step.kind == realKind {
		up = step.real() > 0
	}
	items := []Value{}
	for v := a[0]; len(items) < maxRange; v = arithmetic('+', v, step) {
		c, ok := order(v, a[1])
		if !ok || up && c > 0 || !up && c < 0 {
			break
		}
		items = append(items, v)
	}
	return array(items)
}

// zip pairs arrays by position, with nulls where one is shorter.
func zip(a []Value) Value {
	n := 0
	for _, v := range a {
		if v.kind != arrayKind {
			return Value{}
		}
		n = max(n, v.length())
	}
	rows := make([]Value, n)
	for i := range rows {
		row := make([]Value, len(a))
		for j, v := range a {
			row[j] = v.at(int64(i))
		}
		rows[i] = array(row)
	}
	return array(rows)
}
