package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// dependencies evaluates dependsOn of all resources.
func (x *expander) dependencies() {
	for _, r := range x.all {
		if r.Presence == No {
			continue
		}
		if n := r.decl.dependsOn; n.IsValid() && n.Kind() != jsonc.Null {
			x.dependsOn(r, n, x.tree(n, r.frame), 0)
		}
		seen := map[*Resource]bool{r: true}
		for _, e := range r.edges {
			if !seen[e.to] && e.to.Presence != No {
				seen[e.to] = true
				r.DependsOn = append(r.DependsOn, e.to)
			}
		}
	}
}

// duplicates reports resources that a template deploys twice.
func (x *expander) duplicates() {
	counts := func(r *Resource) bool {
		return r.Presence == Yes && !r.Existing && r.ID.Kind() == value.StringKind && !r.ID.Secret()
	}
	if len(x.all) > 16 {
		if x.index(); !x.repeated {
			return
		}
	}
	reported := map[string]bool{}
	for i, r := range x.all {
		if !counts(r) || len(reported) > 0 && reported[strings.ToLower(r.idText)] {
			continue
		}
		same := x.all[i+1:]
		if len(x.all) > 16 {
			same = x.byID[strings.ToLower(r.idText)]
		}
		for _, other := range same {
			if other == r || other.dep != r.dep || !jsonc.EqualFold(r.idText, other.idText) || !counts(other) {
				continue
			}
			reported[strings.ToLower(r.idText)] = true
			severity := Error
			if strings.Contains(r.nameText, placeholderPrefix) {
				severity = Warning
			}
			x.diags.add(at(other.Node, CodeDuplicate, severity, "the resource '%s' is defined multiple times in the template, first at line %d", r.idText, r.Node.Pos().Line).
				hint("in a copy loop the name needs copyIndex()"))
			break
		}
	}
}

// dependsOn adds the resources that an evaluated list, or an entry of it, names.
func (x *expander) dependsOn(r *Resource, n jsonc.Node, v value.Value, depth int) {
	switch v.Kind() {
	case value.ArrayKind:
		if depth > 3 {
			return
		}
		for _, e := range v.Elems() {
			place := n
			if u := e.Use(); u.IsValid() && u.Document() == n.Document() && u.Start() >= n.Start() && u.End() <= n.End() {
				place = u
			}
			x.dependsOn(r, place, e, depth+1)
		}
	case value.StringKind, value.UnknownKind:
		if depth == 0 && v.Kind() == value.StringKind {
			x.diags.add(at(n, CodeDependency, Warning, "dependsOn is a string, expected an array of names or ids"))
		}
		if u := v.Unknown(); u != nil && u.Choice != nil {
			x.dependsOn(r, n, u.Choice.Then, depth+1)
			x.dependsOn(r, n, u.Choice.Else, depth+1)
			return
		}
		x.dependsOnOne(r, n, v)
	case value.NullKind, value.AbsentKind:
	default:
		x.diags.add(at(n, CodeDependency, Error, "an entry of dependsOn is of type %s, expected a string", v.Kind()))
	}
}

func (x *expander) dependsOnOne(r *Resource, n jsonc.Node, v value.Value) {
	text := v.Text()
	if text == "" {
		return
	}
	list := x.resolve(r.dep, v, text)
	if len(list) == 0 {
		if !v.IsUnknown() {
			d := at(n, CodeDependency, Warning, "the resource '%s' that %s depends on is not defined in the template", text, r.describe()).
				hint("dependsOn names resources of the same template by name, id or, with languageVersion 2.0, symbol")
			d.Trace = r.frame.trace()
			x.diags.add(d)
		}
		return
	}
	if !x.meansAll(r.dep, list, text) {
		list = list[:1]
	}
	if len(list) > 1 && x.spend(n, len(list)) {
		return
	}
	for _, to := range list {
		if to != r {
			r.edges = append(r.edges, edge{to: to, node: n})
		}
	}
}

// meansAll reports whether a text names a whole loop and not one resource.
func (x *expander) meansAll(d *deployment, list []*Resource, text string) bool {
	if len(list) < 2 {
		return true
	}
	if d.t.decl.symbolic && list[0].Symbol == text {
		return true
	}
	n := len(list[0].Copies)
	return n > 0 && jsonc.EqualFold(list[0].Copies[n-1].Loop, strings.Trim(text, "/"))
}

const (
	unvisited uint8 = iota
	visiting
	visited
)

// sorter puts resources into an order in which they can be deployed.
type sorter struct {
	x       *expander
	stack   []step
	ordered []*Resource
}

// step is a resource that waits for others; next is the dependency to look at,
// -1 before the resource is begun.
type step struct {
	r    *Resource
	next int
}

// order sorts resources so that each comes after those it depends on, and those
// of a nested deployment right behind its deployments resource. Otherwise the
// order of the source is kept.
func (x *expander) order() (ordered, skipped []*Resource) {
	s := sorter{x: x, ordered: make([]*Resource, 0, len(x.all))}
	for _, r := range x.all {
		if r.Presence == No {
			skipped = append(skipped, r)
			continue
		}
		s.stack = append(s.stack, step{r, -1})
		s.run()
	}
	return s.ordered, skipped
}

func (s *sorter) run() {
	for len(s.stack) > 0 {
		top := &s.stack[len(s.stack)-1]
		r := top.r
		if top.next < 0 {
			if r.visited != unvisited {
				s.stack = s.stack[:len(s.stack)-1]
				continue
			}
			r.visited, top.next = visiting, 0
		}
		if top.next < len(r.DependsOn) {
			to := r.DependsOn[top.next]
			top.next++
			switch to.visited {
			case unvisited:
				s.stack = append(s.stack, step{to, -1})
			case visiting:
				s.cycle(r, to)
			}
			continue
		}
		r.visited = visited
		s.stack = s.stack[:len(s.stack)-1]
		s.ordered = append(s.ordered, r)
		if r.child != nil {
			for i := len(r.child.resources) - 1; i >= 0; i-- {
				if c := r.child.resources[i]; c.Presence != No {
					s.stack = append(s.stack, step{c, -1})
				}
			}
		}
	}
}

// cycle reports that a resource depends on one that waits for it.
func (s *sorter) cycle(from, to *Resource) {
	if from.circular || to.circular {
		return // evaluation has met and reported it
	}
	var names []string
	for _, step := range s.stack {
		if step.next >= 0 && (step.r == to || len(names) > 0) {
			names = append(names, step.r.describe())
		}
	}
	if len(names) > 8 {
		names = append(names[:8], "...")
	}
	place := from.decl.dependsOn
	for _, e := range from.edges {
		if e.to == to && e.node.IsValid() {
			place = e.node
		}
	}
	if !place.IsValid() {
		place = from.Node
	}
	s.x.diags.add(at(place, CodeCycle, Error, "Circular dependency detected on resource: '%s'", to.idText).
		hint("%s -> %s", strings.Join(names, " -> "), to.describe()))
}
