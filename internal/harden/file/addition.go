package file

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// shape is the additions that one declaration makes: one for each resource that
// the declaration of their owner makes.
type shape struct {
	first  *addition
	all    []*addition
	node   jsonc.Node // the declaration of the owner
	symbol string     // in a template with symbolic names
	id     *expr.Expr
	full   text   // its name, with those of its parents
	above  *shape // of the owner, where that is added itself
}

// additions writes the declarations of resources that are not there yet.
func (d *draft) additions() {
	shapes := map[string]*shape{}
	var order []*shape
	d.shapes = map[*addition]*shape{}
	of := d.shapes
	for _, t := range d.state.order {
		a := t.added
		if a == nil {
			continue
		}
		made := d.w.made[a.owner]
		if made == nil || !d.w.editable(d.w.node(made.Node)) {
			d.fail(t.steps, a.owner.Name+" is not declared in the files, so nothing can be added to it")
			continue
		}
		node := d.w.node(made.Node)
		key := fmt.Sprintf("%s#%d %s %s %s %s", node.Document().Name(), node.Start(), a.typ, a.name, a.location, t.body.AppendJSON(nil))
		if a.above != nil {
			key += " of " + a.above.typ + " " + a.above.name
		}
		s := shapes[key]
		if s == nil {
			s = &shape{first: a, node: node, above: of[a.above]}
			shapes[key] = s
			order = append(order, s)
		}
		s.all = append(s.all, a)
		of[a] = s
	}
	defer d.depend(order)
	for _, s := range order {
		if err := d.addition(s, of); err != nil {
			for _, a := range s.all {
				d.fail(a.target.steps, err.Error())
			}
		}
	}
}

func (s *shape) steps() []*harden.Step {
	var out []*harden.Step
	for _, a := range s.all {
		for _, x := range a.target.steps {
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func (d *draft) addition(s *shape, of map[*addition]*shape) error {
	a := s.first
	if made := len(d.w.byDec[s.node]); made != len(s.all) {
		return fmt.Errorf("the declaration at line %d makes %d resources, and %s %s is wanted for %d of them", s.node.Pos().Line, made, article(a.typ), last(a.typ), len(s.all))
	}
	made := d.w.made[a.owner] // where the owner is added, too, that beside which it stands
	section, inside, err := d.section(s)
	if err != nil {
		return err
	}
	formats := d.formats(s.node.Document())
	version := d.version(a.typ, s.node)
	if version == "" {
		return fmt.Errorf("no API version is known for %s", a.typ)
	}
	own, err := d.marked(a.name, s.node)
	if err != nil {
		return err
	}
	loop := enclosingCopy(s.node)
	top := outermost(s.node)
	var members []value.Member
	put := func(key string, v value.Value) { members = append(members, value.Member{Key: key, Value: v}) }
	rename := func(v value.Value) value.Value { return v }
	if !inside {
		if c := condition(s.node); c.IsValid() {
			put("condition", rawValue(c))
		}
		if loop.IsValid() {
			was := loop.Get("name").Str()
			name := d.freshLoop(was + upperFirst(last(a.typ)))
			put("copy", value.Object([]value.Member{{Key: "name", Value: value.String(name)}, {Key: "count", Value: rawValue(loop.Get("count"))}}))
			rename = func(v value.Value) value.Value { return renameLoop(v, was, name) }
		}
	} else if c := s.node.Get("condition"); c.IsValid() {
		put("condition", rawValue(c))
	}
	full := own
	typ := a.typ
	parent := nameOf(s.node)
	ownerID := idOf(s.node, made.Type, formats)
	ownerSymbol := symbolOf(s.node)
	if s.above != nil {
		parent, ownerID, ownerSymbol = s.above.full, s.above.id, s.above.symbol
		if ownerID == nil {
			return fmt.Errorf("%s %s, which it belongs to, cannot be written", article(s.above.first.typ), last(s.above.first.typ))
		}
	}
	switch {
	case inside:
		typ = last(a.typ)
	case a.child:
		full = join(parent, literal("/"), own)
	}
	put("type", value.String(typ))
	put("apiVersion", value.String(version))
	put("name", rename(value.String(full.write(formats))))
	if a.location != "" {
		t, err := d.marked(a.location, s.node)
		if err != nil {
			return err
		}
		put("location", rename(value.String(t.write(formats))))
	}
	if a.lock {
		put("scope", rename(value.String("["+ownerID.String()+"]")))
	}
	body, err := d.resolve(a.target.body, s.node)
	if err != nil {
		return err
	}
	body = rename(d.twin(a, body, formats))
	properties := value.Absent()
	var rest []value.Member
	for k, v := range body.Members() {
		if strings.EqualFold(k, "properties") {
			properties = v
			continue
		}
		rest = append(rest, value.Member{Key: k, Value: v})
	}
	members = append(members, rest...)
	var needs []value.Value
	symbolic := section.Kind() == jsonc.Object
	depend := func(symbol string, id *expr.Expr) {
		v := value.String("[" + id.String() + "]")
		if symbolic && symbol != "" {
			v = value.String(symbol)
		}
		needs = append(needs, rename(v))
	}
	if a.child || a.lock || a.target.id.Group().Equal(a.owner.ID.Group()) && a.after == nil && mentions(a) {
		depend(ownerSymbol, ownerID)
	}
	for _, b := range a.after {
		if before := of[b]; before != nil && before.id != nil {
			depend(before.symbol, before.id)
		}
	}
	for _, sibling := range d.siblings(a) {
		depend(symbolOf(sibling), idOf(sibling, a.typ, formats))
	}
	for _, other := range d.done {
		if other.node == s.node && other.above == s.above && strings.EqualFold(other.first.typ, a.typ) && a.child && other.id != nil && !slices.Contains(a.after, other.first) {
			depend(other.symbol, other.id)
		}
	}
	d.done = append(d.done, s)
	if needs != nil {
		put("dependsOn", value.Array(needs))
	}
	if !properties.IsAbsent() {
		put("properties", properties)
	}
	nameCount := strings.Count(a.typ, "/")
	s.full = own
	if a.child {
		s.full = join(parent, literal("/"), own)
	}
	s.id = expr.Call("resourceId", append([]*expr.Expr{expr.Str(a.typ)}, s.full.segments(nameCount, formats)...)...)
	if a.lock {
		s.id = expr.Call("extensionResourceId", append([]*expr.Expr{ownerID}, s.id.Args...)...)
	}
	declared := value.Object(members)
	steps := s.steps()
	if symbolic {
		s.symbol = d.freshSymbol(section, symbolOf(top)+upperFirst(last(a.typ)))
		d.do(steps, func(why string) error {
			return d.set(section).SetMemberAfter(section, symbolOf(top), s.symbol, declared, why)
		})
		return nil
	}
	whys := make([]string, len(steps))
	for i, x := range steps {
		whys[i] = why(x)
	}
	if err := d.set(section).Append(section, declared, strings.Join(whys, "; ")); err != nil {
		return err
	}
	return nil
}

// depend lets resources that are told of an addition wait for it.
func (d *draft) depend(shapes []*shape) {
	told := map[string]bool{}
	for _, s := range shapes {
		if s.id == nil || s.first.child || s.first.lock {
			continue
		}
		v := value.String("[" + s.id.String() + "]")
		if s.symbol != "" {
			v = value.String(s.symbol)
		}
		for _, t := range d.state.order {
			if t.was == nil || !speaksOf(t.body, s.first) {
				continue
			}
			node := d.w.node(t.was.Body.Use())
			key := fmt.Sprint(node.Start(), " ", v.Str())
			if told[key] || outermost(node).Parent() != outermost(s.node).Parent() {
				continue
			}
			told[key] = true
			d.do(s.first.target.steps[:1], func(why string) error {
				list := node.Get("dependsOn")
				if list.IsValid() {
					return d.set(list).Append(list, v, why)
				}
				after, _ := place(node, "dependsOn", true)
				return d.set(node).SetMemberAfter(node, after, "dependsOn", value.Array([]value.Value{v}), why)
			})
		}
	}
}

// speaksOf says that a body holds the id of an addition.
func speaksOf(body value.Value, a *addition) bool {
	return body.Contains(func(v value.Value) bool {
		s, ok := v.AsString()
		return ok && strings.HasPrefix(s, markStart+"group@") && strings.HasSuffix(s, markEnd+"/providers/"+a.typ+"/"+a.name)
	})
}

// siblings are the declarations of the children of the same type that the owner has
// already: many providers make one child at a time.
func (d *draft) siblings(a *addition) []jsonc.Node {
	if !a.child || a.above != nil {
		return nil
	}
	var out []jsonc.Node
	owner := d.w.node(a.owner.Body.Use())
	prefix := a.owner.ID.Key() + "/"
	for _, r := range d.w.estate.Resources {
		made := d.w.made[r]
		if made == nil || !strings.EqualFold(r.Type, a.typ) || !strings.HasPrefix(r.ID.Key(), prefix) {
			continue
		}
		n := d.w.node(made.Node)
		if n.Document() == owner.Document() && outermost(n).Parent() == outermost(owner).Parent() && !enclosingCopy(n).IsValid() && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// mentions says that an addition names its owner in its body.
func mentions(a *addition) bool {
	return a.target.body.Contains(func(v value.Value) bool {
		s, ok := v.AsString()
		return ok && strings.Contains(s, markStart+"id@")
	})
}

// section is where an addition is declared: among the children that are written
// inside of the owner where there are such, else beside it.
func (d *draft) section(s *shape) (section jsonc.Node, inside bool, err error) {
	if s.first.child && s.above == nil {
		if list := s.node.Get("resources"); list.Kind() == jsonc.Array && list.Len() > 0 {
			short := true
			for c := range list.Children() {
				short = short && !namesProvider(c.Get("type").Str())
			}
			if short {
				return list, true, nil
			}
		}
	}
	top := outermost(s.node)
	section = top.Parent()
	if section.Kind() != jsonc.Array && section.Kind() != jsonc.Object {
		return section, false, fmt.Errorf("the resources around line %d are no list", s.node.Pos().Line)
	}
	return section, false, nil
}

// outermost is the declaration of a template that a declaration is written in.
func outermost(n jsonc.Node) jsonc.Node {
	for {
		up := around(n)
		if !up.IsValid() {
			return n
		}
		n = up
	}
}

func enclosingCopy(n jsonc.Node) jsonc.Node {
	for ; n.IsValid(); n = around(n) {
		if c := n.Get("copy"); c.Kind() == jsonc.Object {
			return c
		}
	}
	return jsonc.Node{}
}

// condition is that of a declaration, or else of the nearest one around it.
func condition(n jsonc.Node) jsonc.Node {
	for ; n.IsValid(); n = around(n) {
		if c := n.Get("condition"); c.IsValid() {
			return c
		}
	}
	return jsonc.Node{}
}

func symbolOf(n jsonc.Node) string {
	if n.IsMember() {
		return n.Key()
	}
	return ""
}

// rawValue is a literal as it is written, with expressions in it.
func rawValue(n jsonc.Node) value.Value { return value.FromNode(n) }

// freshLoop makes a name for a loop that no other one has.
func (d *draft) freshLoop(name string) string {
	for i, try := 2, name; ; i++ {
		if !d.loops[strings.ToLower(try)] {
			d.loops[strings.ToLower(try)] = true
			return try
		}
		try = name + strconv.Itoa(i)
	}
}

func (d *draft) freshSymbol(section jsonc.Node, name string) string {
	taken := d.names[section]
	if taken == nil {
		taken = map[string]bool{}
		d.names[section] = taken
	}
	for i, try := 2, name; ; i++ {
		if !section.Get(try).IsValid() && !taken[strings.ToLower(try)] {
			taken[strings.ToLower(try)] = true
			return try
		}
		try = name + strconv.Itoa(i)
	}
}

// renameLoop lets copyIndex() ask for a loop under its new name.
func renameLoop(v value.Value, was, now string) value.Value {
	switch v.Kind() {
	case value.StringKind:
		s := v.Str()
		if !expr.IsExpression(s) {
			return v
		}
		e, err := expr.Parse(s)
		if err != nil {
			return v
		}
		return value.String("[" + renamed(e, was, now).String() + "]")
	case value.ArrayKind:
		out := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			out = append(out, renameLoop(e, was, now))
		}
		return value.Array(out)
	case value.ObjectKind:
		out := make([]value.Member, 0, v.Len())
		for k, e := range v.Members() {
			out = append(out, value.Member{Key: k, Value: renameLoop(e, was, now)})
		}
		return value.Object(out)
	}
	return v
}

func renamed(e *expr.Expr, was, now string) *expr.Expr {
	if len(e.Args) == 0 {
		return e
	}
	out := *e
	out.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = renamed(a, was, now)
	}
	if isCall(e, "copyIndex") && e.Args[0].Kind == expr.KindString && strings.EqualFold(e.Args[0].Text, was) {
		out.Args[0] = expr.Str(now)
	}
	return &out
}

// twin gives an addition of the type of its owner what the owner says and the
// addition does not: who administers it, its version, its tier.
func (d *draft) twin(a *addition, body value.Value, formats bool) value.Value {
	return body
}

// version is the API version that a new resource is declared with: that of another
// resource of its type in the file, or the one that the catalog knows, or that of
// its owner, or of another resource of its provider.
func (d *draft) version(typ string, owner jsonc.Node) string {
	best, rank := "", 0
	consider := func(n jsonc.Node, full string) {
		v := n.Get("apiVersion").Str()
		if v == "" || isExpression(n.Get("apiVersion")) {
			return
		}
		r := 0
		switch {
		case strings.EqualFold(full, typ):
			r = 4
		case n == owner && sameProvider(full, typ):
			r = 2
		case sameProvider(full, typ):
			r = 1
		}
		if r > rank || r == rank && r > 0 && v > best {
			best, rank = v, r
		}
	}
	for node, list := range d.w.byDec {
		if node.Document() == owner.Document() {
			consider(node, list[0].Type)
		}
	}
	if known := d.cat.TypeOf(typ); rank < 4 && known != nil {
		return known.APIVersion
	}
	return best
}

func sameProvider(a, b string) bool {
	pa, _, _ := strings.Cut(a, "/")
	pb, _, _ := strings.Cut(b, "/")
	return strings.EqualFold(pa, pb)
}

func last(typ string) string { return typ[strings.LastIndexByte(typ, '/')+1:] }

func upperFirst(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

func article(typ string) string {
	if strings.ContainsRune("aeiou", unicode.ToLower([]rune(last(typ) + "x")[0])) {
		return "an"
	}
	return "a"
}
