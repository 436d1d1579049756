package eval

import (
	"strings"
	"unicode"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// str reads an argument that must be a string. Which is its position, or -1 when it is the only one.
func str(e *expr.Expr, which int, v value.Value) (string, *Error) {
	if s, ok := v.AsString(); ok {
		return s, nil
	}
	return "", wrongType(e, which, "String", v)
}

func integer(e *expr.Expr, which int, v value.Value) (int64, *Error) {
	if i, ok := v.AsInt(); ok {
		return i, nil
	}
	return 0, wrongType(e, which, "Integer", v)
}

// made gives a produced string and takes it off the budget.
func (m *Machine) made(s string) (value.Value, *Error) {
	if err := m.Budget.Produce(len(s)); err != nil {
		return value.Value{}, err
	}
	return value.String(s), nil
}

// onString makes a function of one known string.
func onString(f func(string) string) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		s, err := str(e, -1, a[0])
		if err != nil {
			return value.Value{}, err
		}
		return m.made(f(s))
	}
}

// fnConcat joins strings, or arrays. Unknown arguments leave a string with holes; an array needs all of them.
func fnConcat(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	arrays, scalars, open := 0, 0, 0
	for i, v := range a {
		switch kindOf(v) {
		case value.ArrayKind:
			arrays++
			if v.IsUnknown() {
				open++
			}
		case value.StringKind, value.IntKind, value.BoolKind:
			scalars++
		case value.AbsentKind, value.NullKind:
			if !v.IsUnknown() {
				return value.Value{}, concatType(e, i, v)
			}
			open++
		default:
			return value.Value{}, concatType(e, i, v)
		}
	}
	switch {
	case arrays > 0 && scalars > 0:
		return value.Value{}, cannot(e, "the provided parameters are not valid. Either all or none of the parameters must be an array")
	case arrays > 0 && open > 0, scalars == 0 && open > 0:
		hint := value.AbsentKind
		if arrays > 0 {
			hint = value.ArrayKind
		}
		return m.choose(e, a, hint)
	case arrays > 0:
		return m.concatArrays(a)
	case len(a) == 1 && a[0].IsUnknown() && kindOf(a[0]) == value.StringKind:
		return a[0], nil
	}
	return m.concatStrings(e, a)
}

func concatType(e *expr.Expr, which int, v value.Value) *Error {
	return wrongType(e, which, "String, Integer, Boolean or Array", v)
}

func (m *Machine) concatStrings(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	open := false
	for _, v := range a {
		open = open || v.IsUnknown()
	}
	if open {
		if v, err, ok := m.splitChoice(e, a); ok {
			return v, err
		}
	}
	t := m.text()
	for _, v := range a {
		if v.IsUnknown() {
			t.unknown(v)
		} else {
			t.lit = appendScalar(t.lit, v)
		}
	}
	if !open {
		return m.finish(&t, nil)
	}
	return m.finish(&t, func() *expr.Expr { return m.residual(e, a) })
}

func (m *Machine) concatArrays(a []value.Value) (value.Value, *Error) {
	n := 0
	for _, v := range a {
		n += v.Len()
	}
	if err := m.Budget.elements(n); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, 0, n)
	for _, v := range a {
		for _, x := range v.Elems() {
			elems = append(elems, x)
		}
	}
	return value.Array(elems), nil
}

// splitChoice runs the function of e on both cases when a condition decides one of its arguments.
func (m *Machine) splitChoice(e *expr.Expr, a []value.Value) (value.Value, *Error, bool) {
	f := functionOf(e)
	for i := range a {
		if u := a[i].Unknown(); u != nil && u.Choice != nil {
			return m.split(u, a, func(cases []value.Value) (value.Value, *Error) {
				return m.apply(f, e, cases)
			}, func() *expr.Expr { return m.residual(e, a) })
		}
	}
	return value.Value{}, nil, false
}

// choose is the unknown result of a function that is not strict: per case of a condition, or of that kind.
func (m *Machine) choose(e *expr.Expr, a []value.Value, hint value.Kind) (value.Value, *Error) {
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	return m.unknown(e, a, hint), nil
}

func fnReplace(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	var s [3]string
	for i := range a {
		if i == 0 && a[0].IsUnknown() {
			continue
		}
		if a[i].IsUnknown() {
			return m.choose(e, a, value.StringKind)
		}
		var err *Error
		if s[i], err = str(e, i, a[i]); err != nil {
			return value.Value{}, err
		}
	}
	if s[1] == "" {
		return value.Value{}, cannot(e, "the string to replace must not be empty")
	}
	if a[0].IsUnknown() {
		return m.replaceParts(e, a, s[1], s[2])
	}
	if grown := len(s[2]) - len(s[1]); grown > 0 {
		if err := m.Budget.Produce(strings.Count(s[0], s[1]) * grown); err != nil {
			return value.Value{}, err
		}
	}
	return m.made(strings.ReplaceAll(s[0], s[1], s[2]))
}

// replaceParts replaces in what is known of a string. Only a single character cannot lie across a hole.
func (m *Machine) replaceParts(e *expr.Expr, a []value.Value, old, new string) (value.Value, *Error) {
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	u := a[0].Unknown()
	if len(old) != 1 || len(u.Parts) == 0 {
		return m.unknown(e, a, value.StringKind), nil
	}
	var t text
	for _, p := range u.Parts {
		if p.Hole == nil {
			t.literal(strings.ReplaceAll(p.Lit, old, new))
		} else {
			t.hole(expr.Call("replace", holeText(p), expr.Str(old), expr.Str(new)), u)
		}
	}
	return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
}

// recase makes toLower and toUpper, which change what is known of a string and wrap the rest.
func recase(change func(string) string) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		u := a[0].Unknown()
		if u == nil {
			s, err := str(e, -1, a[0])
			if err != nil {
				return value.Value{}, err
			}
			return m.made(change(s))
		}
		if len(u.Parts) == 0 {
			return m.choose(e, a, value.StringKind)
		}
		name := callName(e)
		var t text
		for _, p := range u.Parts {
			switch {
			case p.Hole == nil:
				t.literal(change(p.Lit))
			case alreadyCased(p.Hole, name):
				t.part(p, u)
			default:
				t.hole(expr.Call(name, holeText(p)), u)
			}
		}
		return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
	}
}

// alreadyCased says that changing the case of what an expression gives changes nothing.
func alreadyCased(e *expr.Expr, name string) bool {
	if e.Kind != expr.KindCall {
		return false
	}
	if equalFold(e.Name, name) {
		return true
	}
	return name == "toLower" && (equalFold(e.Name, "uniqueString") || equalFold(e.Name, "guid") || equalFold(e.Name, "newGuid"))
}

func fnSubstring(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	for i := range a {
		if a[i].IsUnknown() {
			return m.substringOfParts(e, a)
		}
	}
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	from, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	size := int64(utf16Len(s))
	if from < 0 {
		return value.Value{}, cannot(e, "the index parameter cannot be less than zero. The index: '%d'", from)
	}
	if from > size {
		return value.Value{}, cannot(e, "the index parameter cannot be larger than the length of the string. The index: '%d', the length: '%d'", from, size)
	}
	n := size - from
	if len(a) == 3 {
		if n, err = integer(e, 2, a[2]); err != nil {
			return value.Value{}, err
		}
		if n < 0 {
			return value.Value{}, cannot(e, "the length parameter cannot be less than zero. The length parameter: '%d'", n)
		}
		if n > size-from {
			return value.Value{}, cannot(e, "the index and length parameters must refer to a location within the string. The index: '%d', the length: '%d', the length of the string: '%d'", from, n, size)
		}
	}
	return m.made(utf16Slice(s, int(from), int(from+n)))
}

func fnPadLeft(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if k := a[0].Kind(); k != value.StringKind && k != value.IntKind {
		return value.Value{}, wrongType(e, 0, "String or Integer", a[0])
	}
	width, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	pad := " "
	if len(a) == 3 {
		if pad, err = str(e, 2, a[2]); err != nil {
			return value.Value{}, err
		}
		if utf16Len(pad) != 1 {
			return value.Value{}, cannot(e, "the padding must be a single character")
		}
	}
	const most = 16
	if width < 0 || width > most {
		return value.Value{}, cannot(e, "the total width must be a positive integer value and not greater than '%d'. The provided value: '%d'", most, width)
	}
	s := string(appendScalar(nil, a[0]))
	if missing := int(width) - utf16Len(s); missing > 0 {
		s = strings.Repeat(pad, missing) + s
	}
	return m.made(s)
}

func fnSplit(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if a[1].IsUnknown() {
		return m.choose(e, a, value.ArrayKind)
	}
	delimiters, err := delimitersOf(e, a[1])
	if err != nil {
		return value.Value{}, err
	}
	if a[0].IsUnknown() {
		return m.splitParts(e, a, delimiters)
	}
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	pieces := cut(s, delimiters)
	if err := m.Budget.elements(len(pieces)); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, len(pieces))
	for i, p := range pieces {
		elems[i] = value.String(p)
	}
	return value.Array(elems), nil
}

func delimitersOf(e *expr.Expr, v value.Value) ([]string, *Error) {
	if s, ok := v.AsString(); ok {
		if s == "" {
			return nil, nil
		}
		return []string{s}, nil
	}
	if v.Kind() != value.ArrayKind {
		return nil, wrongType(e, 1, "String or Array of strings", v)
	}
	var out []string
	for _, d := range v.Elems() {
		s, ok := d.AsString()
		if !ok {
			return nil, wrongType(e, 1, "String or Array of strings", v)
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out, nil
}

// cut splits at the leftmost delimiter each time; of several at one place the first listed counts.
func cut(s string, delimiters []string) []string {
	switch len(delimiters) {
	case 0:
		return []string{s}
	case 1:
		return strings.Split(s, delimiters[0])
	}
	var out []string
	start := 0
	for i := 0; i < len(s); {
		step := 0
		for _, d := range delimiters {
			if strings.HasPrefix(s[i:], d) {
				step = len(d)
				break
			}
		}
		if step == 0 {
			i++
			continue
		}
		out = append(out, s[start:i])
		i += step
		start = i
	}
	return append(out, s[start:])
}

// splitParts splits a partly known id: its holes must be of a sort that holds no slash.
func (m *Machine) splitParts(e *expr.Expr, a []value.Value, delimiters []string) (value.Value, *Error) {
	u := a[0].Unknown()
	sure := len(u.Parts) > 0 && len(delimiters) == 1 && delimiters[0] == "/"
	for _, p := range u.Parts {
		sure = sure && (p.Hole == nil || segmentHole(p.Hole))
	}
	if !sure {
		return m.choose(e, a, value.ArrayKind)
	}
	segments := splitSegments(a[0])
	if err := m.Budget.elements(len(segments)); err != nil {
		return value.Value{}, err
	}
	return value.Array(segments), nil
}

// splitSegments cuts what is known of a string at its slashes.
func splitSegments(v value.Value) []value.Value {
	var out []value.Value
	var t text
	next := func() {
		s, _ := t.value(nil, t.soleHole())
		if v.Secret() {
			s = s.WithSecret()
		}
		out = append(out, s)
		t = text{}
	}
	for _, p := range partsOf(v) {
		if p.Hole != nil {
			t.part(p, v.Unknown())
			continue
		}
		for i, piece := range strings.Split(p.Lit, "/") {
			if i > 0 {
				next()
			}
			t.literal(piece)
		}
	}
	next()
	return out
}

// soleHole gives the residual of a text that is one hole and nothing else.
func (t *text) soleHole() func() *expr.Expr {
	if len(t.parts) == 1 && len(t.lit) == 0 && t.parts[0].Hole != nil {
		e := t.parts[0].Hole
		return func() *expr.Expr { return e }
	}
	return nil
}

// fnLike matches a whole string with a pattern in which '*' stands for any text, without regard to case.
func fnLike(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	pattern, err := str(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	pieces := strings.Split(pattern, "*")
	if err := m.Budget.Spend(len(pieces)); err != nil {
		return value.Value{}, err
	}
	return value.Bool(matchPieces(upperFold(s), pieces)), nil
}

// matchPieces reports whether a folded string is the pieces with any text between them.
func matchPieces(s string, pieces []string) bool {
	for i := range pieces {
		pieces[i] = upperFold(pieces[i])
	}
	if len(pieces) == 1 {
		return s == pieces[0]
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, p := range pieces[1 : len(pieces)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

func upperFold(s string) string { return strings.Map(unicode.ToUpper, s) }
