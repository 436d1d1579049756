package file

import (
	"fmt"
	"slices"
	"strings"

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
	body = rename(body)
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
	var whys []string
	for _, x := range steps {
		if text := why(x); !slices.Contains(whys, text) {
			whys = append(whys, text)
		}
	}
	if err := d.set(section).Append(section, declared, strings.Join(whys, "; ")); err != nil {
		return err
	}
	return nil
}

// mentions says that an addition names its owner in its body.
func mentions(a *addition) bool {
	return a.target.body.Contains(func(v value.Value) bool {
		s, ok := v.AsString()
		return ok && strings.Contains(s, markStart+"id@")
	})
}
