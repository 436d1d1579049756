package file

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// draft is the edits of all files that make what steps want.
type draft struct {
	w     *world
	cat   *catalog.Catalog
	state *state
	wants []*want
	sets  map[string]*edit.Set // by file
	notes map[*harden.Step][]string
	// failed are the steps that cannot be written, with the reason.
	failed map[*harden.Step]string
	unions map[jsonc.Node]*union
	grown  map[jsonc.Node]bool // lists that got their elements
	styles map[*jsonc.Document]bool
	loops  map[string]bool
	names  map[jsonc.Node]map[string]bool // symbols that additions took, by the section
	done   []*shape
	shapes map[*addition]*shape
	along  map[*estate.Resource][]difference
}

// union is members that are added to what an expression gives.
type union struct {
	added value.Value
	steps []*harden.Step
}

// newDraft writes what the steps want. Levels are those of wants that were tried
// wider and did not hold.
func newDraft(w *world, cat *catalog.Catalog, steps []*harden.Step, levels map[string]level) *draft {
	d := &draft{
		w: w, cat: cat, state: newState(w, cat), sets: map[string]*edit.Set{}, notes: map[*harden.Step][]string{}, failed: map[*harden.Step]string{},
		unions: map[jsonc.Node]*union{}, grown: map[jsonc.Node]bool{}, styles: map[*jsonc.Document]bool{}, loops: map[string]bool{}, names: map[jsonc.Node]map[string]bool{}, along: map[*estate.Resource][]difference{},
	}
	for _, s := range steps {
		d.state.apply(s)
	}
	for _, t := range d.state.order {
		if t.was == nil {
			continue
		}
		for _, x := range differences(t.was.Body, t.body) {
			p := x.path.String()
			d.wants = append(d.wants, &want{difference: x, target: t, steps: t.stepsAt(p, x.more == nil), least: t.leastAt(p), level: levels[t.id.Key()+"#"+p]})
		}
	}
	d.place()
	for _, x := range d.wants {
		if x.level != nowhere {
			d.write(x)
		}
	}
	d.writeUnions()
	d.additions()
	return d
}

// place chooses the spots: the widest that changes nothing that is not wanted.
func (d *draft) place() {
	byKey := map[string]*want{}
	for _, x := range d.wants {
		byKey[x.key()] = x
		d.find(x)
	}
	for range nowhere { // what gets narrower may leave another want alone at the wider spot
		nodes := map[jsonc.Node]bool{}
		for _, x := range d.wants {
			if x.level != nowhere {
				nodes[x.at.node] = true
			}
		}
		users := d.w.users(nodes)
		changed := false
		for _, x := range d.wants {
			if x.level == nowhere {
				continue
			}
			others := d.others(x, users[x.at.node], byKey)
			if len(others) == 0 {
				continue
			}
			changed = true
			clear(d.along)
			where := d.describe(x.at.node)
			if x.level++; x.level < nowhere && x.at.shared {
				d.find(x)
				if x.level != nowhere {
					d.note(x.steps, fmt.Sprintf("%s also sets %s: changed at this resource only; change it there to change all", where, strings.Join(others, ", ")))
					continue
				}
			}
			x.level = nowhere
			d.fail(x.steps, fmt.Sprintf("%s also makes %s, which would change with it", where, strings.Join(others, ", ")))
		}
		if !changed {
			return
		}
	}
}

// find locates a want at its level, or the next one at which there is a place.
func (d *draft) find(x *want) {
	for ; x.level < nowhere; x.level++ {
		if s, ok := d.w.locate(x); ok {
			x.at = s
			return
		}
	}
	d.fail(x.steps, fmt.Sprintf("there is no place in the files where %s of %s can be written", x.path, x.target.id.LastName()))
}

// others names what else the spot of a want sets, and that is not wanted so.
func (d *draft) others(x *want, users []user, byKey map[string]*want) []string {
	var out []string
	below := x.path[len(x.at.path):]
	for _, u := range users {
		if u.resource == x.target.was && u.path == x.at.path.String() {
			continue
		}
		full := u.path
		if rest := below.String(); rest != "" {
			full = strings.TrimPrefix(u.path+"."+rest, ".")
			if rest[0] == '[' {
				full = u.path + rest
			}
		}
		if y := byKey[u.resource.ID.Key()+"#"+full]; y != nil && y.level == x.level && y.at.node == x.at.node && y.gone == x.gone && alike(y.value, x.value) && slices.EqualFunc(y.more, x.more, alike) {
			continue
		}
		if y := companion(x, u, byKey); y != nil {
			d.along[u.resource] = append(d.along[u.resource], difference{path: u.at, value: x.value})
			continue
		}
		if x.least && x.at.whole && !x.at.shared && isExpression(x.at.node) && len(x.at.rest) == 0 {
			continue // max() leaves alone what is greater already; the proof looks at the rest
		}
		if name := u.resource.Name; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// companion is the want that a further use of its spot goes along with: the tier
// of a sku that takes it from where the name does.
func companion(x *want, u user, byKey map[string]*want) *want {
	n := len(u.at)
	if !x.at.whole || n != 2 || !strings.EqualFold(u.at[0].key, "sku") || u.at[1].key == "" {
		return nil
	}
	for _, y := range byKey {
		if y.target.was == u.resource && y.at.node == x.at.node && y.level == x.level && len(y.path) == 2 && strings.EqualFold(y.path[0].key, "sku") && alike(y.value, x.value) {
			return y
		}
	}
	return nil
}

// describe says what a shared spot is.
func (d *draft) describe(n jsonc.Node) string {
	pointer := strings.Split(n.Pointer(), "/")
	for i := len(pointer) - 2; i > 0; i-- {
		switch strings.ToLower(pointer[i]) {
		case "parameters":
			return "parameter " + pointer[i+1]
		case "variables":
			return "variable " + pointer[i+1]
		case "resources":
			return fmt.Sprintf("the declaration at line %d", n.Pos().Line)
		}
	}
	return fmt.Sprintf("the value at line %d", n.Pos().Line)
}

func (d *draft) note(steps []*harden.Step, text string) {
	for _, s := range steps {
		if !slices.Contains(d.notes[s], text) {
			d.notes[s] = append(d.notes[s], text)
		}
	}
}

func (d *draft) fail(steps []*harden.Step, why string) {
	for _, s := range steps {
		if d.failed[s] == "" {
			d.failed[s] = why
		}
	}
}

func (d *draft) set(n jsonc.Node) *edit.Set {
	name := n.Document().Name()
	if d.sets[name] == nil {
		d.sets[name] = edit.New(n.Document())
	}
	return d.sets[name]
}

// why is the reason of an edit: the remedies that want it, and the rules whose
// findings these mend.
func why(s *harden.Step) string {
	text := s.Remedy.ID + ": " + s.Remedy.Title
	var rules []string
	for _, i := range s.Items {
		if id := i.Finding.Rule.ID; !slices.Contains(rules, id) {
			rules = append(rules, id)
		}
	}
	if len(rules) > 0 {
		text += " (" + strings.Join(rules, ", ") + ")"
	}
	return text
}

// do makes an edit for each of some steps, so that each is a reason of it.
func (d *draft) do(steps []*harden.Step, make func(why string) error) {
	for _, s := range steps {
		if err := make(why(s)); err != nil {
			d.fail([]*harden.Step{s}, err.Error())
		}
	}
}

// write makes the edits of a want.
func (d *draft) write(x *want) {
	n := x.at.node
	switch {
	case x.gone:
		d.do(x.steps, func(why string) error { return d.set(n).Remove(n, why) })
	case x.at.whole && isExpression(n):
		d.computed(x)
	case x.at.whole:
		v, err := d.resolve(x.value, n)
		if err != nil {
			d.fail(x.steps, err.Error())
			return
		}
		d.allow(x, v)
		d.do(x.steps, func(why string) error { return d.set(n).Replace(n, v, why) })
	case len(x.more) > 0:
		if d.grown[n] {
			return
		}
		d.grown[n] = true
		for _, e := range x.more {
			v, err := d.resolve(e, n)
			if err != nil {
				d.fail(x.steps, err.Error())
				return
			}
			d.do(x.steps[:1], func(why string) error { return d.set(n).Append(n, v, why) })
		}
	default:
		v, err := d.resolve(nest(x.at.rest[1:], x.value), n)
		if err != nil {
			d.fail(x.steps, err.Error())
			return
		}
		key := x.at.rest[0].key
		d.do(x.steps, func(why string) error {
			if after, ordered := place(n, key, n == d.w.node(x.target.was.Body.Use())); ordered {
				return d.set(n).SetMemberAfter(n, after, key, v, why)
			}
			return d.set(n).SetMember(n, key, v, why)
		})
	}
}

// computed writes a want in the place of an expression: the value itself; of a
// number that is to be at least so large the greater one; what an object lacks in
// a union with it.
func (d *draft) computed(x *want) {
	n := x.at.node
	own := textOf(n.Str()).expr(false)
	if len(x.more) > 0 {
		whole, err := d.resolve(value.Array(x.more), n)
		if err != nil {
			d.fail(x.steps, err.Error())
			return
		}
		d.do(x.steps, func(why string) error {
			return d.set(n).Replace(n, value.String("["+callOn("concat", own, whole)+"]"), why)
		})
		return
	}
	if len(x.at.rest) > 0 {
		v, err := d.resolve(nest(x.at.rest, x.value), n)
		if err != nil {
			d.fail(x.steps, err.Error())
			return
		}
		u := d.unions[n]
		if u == nil {
			u = &union{added: value.Object(nil)}
			d.unions[n] = u
		}
		u.added = merge(u.added, v)
		u.steps = append(u.steps, x.steps...)
		return
	}
	v, err := d.resolve(x.value, n)
	if err != nil {
		d.fail(x.steps, err.Error())
		return
	}
	if _, number := v.AsInt(); number && x.least {
		v = value.String("[" + callOn("max", own, v) + "]")
	}
	d.do(x.steps, func(why string) error { return d.set(n).Replace(n, v, why) })
}

func (d *draft) writeUnions() {
	for _, n := range slices.SortedFunc(maps.Keys(d.unions), func(a, b jsonc.Node) int {
		if c := strings.Compare(a.Document().Name(), b.Document().Name()); c != 0 {
			return c
		}
		return a.Start() - b.Start()
	}) {
		u := d.unions[n]
		own := textOf(n.Str()).expr(false)
		d.do(u.steps, func(why string) error {
			return d.set(n).Replace(n, value.String("["+callOn("union", own, u.added)+"]"), why)
		})
	}
}

// nest puts a value below a path of members.
func nest(p path, v value.Value) value.Value {
	for _, x := range slices.Backward(p) {
		v = value.Object([]value.Member{{Key: x.key, Value: v}})
	}
	return v
}

// merge adds the members of an object to another one.
func merge(a, b value.Value) value.Value {
	if a.Kind() != value.ObjectKind || b.Kind() != value.ObjectKind {
		return b
	}
	var out []value.Member
	for k, v := range a.Members() {
		if other := b.Get(k); !other.IsAbsent() {
			v = merge(v, other)
		}
		out = append(out, value.Member{Key: k, Value: v})
	}
	for k, v := range b.Members() {
		if a.Get(k).IsAbsent() {
			out = append(out, value.Member{Key: k, Value: v})
		}
	}
	return value.Object(out)
}

// usual is the order in which the members of a resource are mostly written.
var usual = []string{"condition", "copy", "type", "apiVersion", "name", "location", "scope", "sku", "kind", "identity", "zones", "tags", "plan", "dependsOn", "properties", "resources"}

// place says behind which member of an object a new one goes, for members that
// have a usual place.
func place(object jsonc.Node, key string, declaration bool) (after string, ordered bool) {
	if !declaration {
		return "", false
	}
	at := slices.IndexFunc(usual, func(k string) bool { return strings.EqualFold(k, key) })
	for _, k := range slices.Backward(usual[:max(at, 0)]) {
		if m := object.Get(k); m.IsValid() {
			return m.Key(), true
		}
	}
	return "", false
}
