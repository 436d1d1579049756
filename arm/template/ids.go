package template

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const resourceGroupType = "Microsoft.Resources/resourceGroups"

// nest completes type and name of a child that is written inside of its parent.
func (r *Resource) nest(parent *Resource) {
	if fullType(r.Type) {
		return
	}
	r.Type = parent.Type + "/" + r.Type
	r.Name = eval.Concat(parent.Name, value.String("/"), r.Name).WithDef(r.Name.Def())
}

// fullType reports whether a type names its provider.
func fullType(t string) bool {
	namespace, _, ok := strings.Cut(t, "/")
	return ok && strings.Contains(namespace, ".")
}

// place gives a resource its scope and its id.
func (x *expander) place(r *Resource, parent *Resource) {
	f := r.frame
	facts := r.dep.facts
	r.ScopeID = facts.ID()
	switch {
	case r.IsDeployment() || r.Existing:
		r.facts = x.target(r, f)
		r.ScopeID = r.facts.ID()
		if r.decl.scope.IsValid() && !r.IsDeployment() {
			r.ScopeID = x.scopeID(r, facts, x.tree(r.decl.scope, f.at("the scope of a resource")))
		}
	case r.decl.scope.IsValid():
		r.ScopeID = x.scopeID(r, facts, x.tree(r.decl.scope, f.at("the scope of a resource")))
	}
	if parent != nil && r.decl.scope.Kind() == jsonc.Invalid {
		r.ScopeID = parent.ScopeID
	}
	var room [12]value.Value
	parts, problem := pair(append(room[:0], r.ScopeID, value.String("/providers/")), r.Type, r.Name)
	if problem != "" {
		n := r.decl.name
		if !n.IsValid() {
			n = r.Node
		}
		d := at(n, CodeName, Error, "%s", problem).
			hint("a type such as Microsoft.Network/virtualNetworks/subnets goes with a name such as vnet/subnet")
		d.Trace = f.trace()
		x.diags.add(d)
	}
	switch {
	case is(r.Type, resourceGroupType):
		sub := r.facts
		if sub == nil {
			sub = facts
		}
		r.ID = eval.Concat(value.String("/subscriptions/"), sub.SubscriptionID(), value.String("/resourceGroups/"), r.Name)
	case parts == nil:
		r.ID = eval.Concat(r.ScopeID, value.String("/providers/"+r.Type+"/"), r.Name)
	default:
		r.ID = eval.Concat(parts...)
	}
	r.idText, r.nameText = r.ID.Text(), r.Name.Text()
}

// scopeID makes a full id of the scope member of a resource.
func (x *expander) scopeID(r *Resource, facts *eval.Facts, v value.Value) value.Value {
	if v.IsNull() {
		return facts.ID()
	}
	text := v.Text()
	if u := v.Unknown(); u != nil && (len(u.Parts) == 0 || u.Parts[0].Hole != nil) {
		return v
	}
	switch {
	case text == "/":
		return value.String("")
	case strings.HasPrefix(text, "/"):
		return v
	case v.Kind() != value.StringKind && !v.IsUnknown():
		x.diags.add(at(r.decl.scope, CodeStructure, Error, "the scope of a resource is of type %s, expected a string", v.Kind()))
		return facts.ID()
	}
	return eval.Concat(facts.ID(), value.String("/providers/"), v)
}

// pair adds type and name, interleaved to the end of an id, to its beginning. It
// gives nil when the name is not known well enough; problem says why they do not
// fit each other.
func pair(parts []value.Value, typ string, name value.Value) (_ []value.Value, problem string) {
	types := strings.Count(typ, "/") // behind the namespace
	names, sure := nameSegments(name)
	if types < 1 || len(names) != types {
		if sure && typ != "" && !strings.Contains(typ, "{") {
			problem = "'" + name.Text() + "' of type '" + typ + "' has incorrect segment lengths: " +
				"a type with " + plural(max(types, 1), "segment") + " after its namespace needs a name with as many, found " + plural(len(names), "segment")
			if types < 1 {
				problem = "the type '" + typ + "' has no namespace; expected one such as Microsoft.Storage/storageAccounts"
			}
		}
		return nil, problem
	}
	namespace, typ, _ := strings.Cut(typ, "/")
	parts = append(parts, value.String(namespace))
	for _, n := range names {
		var part string
		part, typ, _ = strings.Cut(typ, "/")
		parts = append(parts, value.String("/"), value.String(part), value.String("/"), n)
	}
	return parts, ""
}

func plural(n int, word string) string {
	s := value.Int(int64(n)).Text() + " " + word
	if n != 1 {
		s += "s"
	}
	return s
}

// nameSegments splits a name at its slashes. It is not sure when a part that is
// not known may hold some. The segments of a secret are secret.
func nameSegments(name value.Value) (segments []value.Value, sure bool) {
	segments, sure = segmentsOf(name)
	if name.Secret() {
		for i := range segments {
			segments[i] = segments[i].WithSecret()
		}
	}
	return segments, sure
}

func segmentsOf(name value.Value) (segments []value.Value, sure bool) {
	if s, ok := name.AsString(); ok {
		segments = make([]value.Value, 0, 1+strings.Count(s, "/"))
		for part := range strings.SplitSeq(s, "/") {
			segments = append(segments, value.String(part))
		}
		return segments, true
	}
	u := name.Unknown()
	if u == nil {
		return nil, false
	}
	if len(u.Parts) == 0 {
		return []value.Value{name}, false
	}
	if !name.Secret() && !slices.ContainsFunc(u.Parts, func(p value.Part) bool { return strings.Contains(p.Lit, "/") }) {
		return []value.Value{name}, false
	}
	current := []value.Value{}
	end := func() {
		switch len(current) {
		case 0:
			segments = append(segments, value.String(""))
		case 1:
			segments = append(segments, current[0])
		default:
			segments = append(segments, eval.Concat(current...))
		}
		current = nil
	}
	for _, p := range u.Parts {
		if p.Hole != nil {
			current = append(current, value.FromUnknown(value.Unknown{
				Reason: u.Reason, Hint: value.StringKind, Residual: p.Hole, Resource: u.Resource, Subject: u.Subject, NotNull: true,
			}))
			continue
		}
		lit := p.Lit
		for {
			head, tail, cut := strings.Cut(lit, "/")
			if head != "" {
				current = append(current, value.String(head))
			}
			if !cut {
				break
			}
			end()
			lit = tail
		}
	}
	end()
	return segments, false
}
