package catalog

import (
	"slices"
)

func (ck *checker) remedy(r *Remedy) {
	ck.text(r, &r.ID, "id")
	if r.ID != "" && !isID(r.ID) {
		ck.at(&r.ID, "the id "+quote(r.ID)+" has other characters than a to z, 0 to 9 and -", "write it like storage-zrs")
	}
	ck.text(r, &r.Title, "title")
	for i := range r.Scopes {
		oneOf(ck, r, &r.Scopes[i], "scope", false, words(Scopes())...)
	}
	ck.change(r, &r.Change)
	ck.sourcesOf(r, r.Sources, false)
	if len(r.Services) == 0 {
		ck.at(r, "services is missing", "name the services that it is about")
	}
	ck.servicesExist(r.Services)
	ck.remedyKind(r)
	for _, id := range r.Services {
		if f := ck.c.byID[id]; f != nil {
			ck.remedyFrame(r, f)
		}
	}
	for i := range r.Costs {
		if r.Costs[i].Factor < 0 {
			ck.at(&r.Costs[i].Factor, "factor is below 0", "write how many times today's cost it is")
		}
		ck.text(&r.Costs[i], &r.Costs[i].What, "what")
		ck.sourcesOf(&r.Costs[i], r.Costs[i].Sources, r.Costs[i].Estimate)
	}
	ck.calls(r)
	ck.remedyLinks(r)
}

// remedyKind requires that a remedy mends, or says why nothing does.
func (ck *checker) remedyKind(r *Remedy) {
	switch does := r.Mends() || len(r.By) > 0; {
	case !does && r.Cannot == "":
		ck.at(r, "it neither changes anything nor says why nothing can be changed", "add set:, add:, pair: or by:, or cannot: with the reason")
	case r.Mends() && r.Cannot != "":
		ck.at(&r.Cannot, "what can be changed is not beyond mending", "remove cannot:, or set: and add:")
	case r.Cannot != "" && r.Instead == "":
		ck.at(r, "instead is missing", "say what one does where it cannot be mended")
	}
	if r.Mends() {
		ck.text(r, &r.Downtime, "downtime")
		if len(r.Costs) == 0 && r.NoPrice == "" {
			ck.at(r, "it does not say what it costs", "add costs:, or noPrice: with the reason why that is not known")
		}
	}
	for i := range r.Add {
		a := &r.Add[i]
		ck.armType(&a.Type)
		ck.text(a, &a.Name, "name")
		oneOf(ck, a, &a.Of, "of", true, "parent")
		for k := range a.From {
			oneOf(ck, a, &a.From[k], "from", false, "resource", "parent")
		}
		if a.Role != "" {
			ck.role(a, &a.Role)
		}
	}
}

func (ck *checker) remedyFrame(r *Remedy, f *frame) {
	f.ready()
	what := func(text string) string { return "the condition " + quote(text) + " is wrong for " + f.service.ID }
	ck.compiles(&r.When, r.When, f, what(r.When), "")
	for i := range r.Needs {
		n := &r.Needs[i]
		ck.text(n, &n.Check, "check")
		ck.text(n, &n.Text, "text")
		ck.compiles(&n.Check, n.Check, f, what(n.Check), "")
	}
	for i := range r.Costs {
		ck.compiles(&r.Costs[i].When, r.Costs[i].When, f, what(r.Costs[i].When), "")
	}
	for i := range r.Set {
		a := &r.Set[i]
		switch {
		case (a.Setting == "") == (a.Path == ""):
			ck.at(a, "an assignment has a setting or a path", "write one of the two")
		case a.Remove != a.Value.IsAbsent():
			ck.at(a, "an assignment has a value, or removes what is there", "write one of the two")
		case a.Path != "":
			ck.path(&a.Path, a.Path)
		case f.setting(a.Setting) == nil:
			ck.at(&a.Setting, f.service.ID+" has no setting "+quote(a.Setting), nearestOf(a.Setting, f.names()))
		case len(f.setting(a.Setting).Allowed) > 0 && !f.setting(a.Setting).allows(a.Value.Text()):
			ck.at(a, "the value "+quote(a.Value.Text())+" is not allowed for "+a.Setting, nearestOf(a.Value.Text(), f.setting(a.Setting).Allowed))
		}
	}
}

// setting gives the setting of the service with that name, nil for none.
func (f *frame) setting(name string) *Setting {
	if v := f.variable(name); v != nil {
		return v.setting
	}
	return nil
}

// remedyLinks requires that the remedies and rules which are named are there.
func (ck *checker) remedyLinks(r *Remedy) {
	var ids []string
	for _, other := range ck.c.remedies {
		ids = append(ids, other.ID)
	}
	known := func(p *string) {
		if *p != "" && !slices.Contains(ids, *p) && !ck.unread {
			ck.at(p, "there is no remedy "+quote(*p), nearestOf(*p, ids))
		}
	}
	for i := range r.After {
		known(&r.After[i])
	}
	for i := range r.By {
		known(&r.By[i])
	}
	for i := range r.Needs {
		known(&r.Needs[i].By)
	}
	for i := range r.Rules {
		if ck.c.ruleIDs[r.Rules[i]] == nil && !ck.c.disabled[r.Rules[i]] && !ck.unread {
			ck.at(&r.Rules[i], "there is no rule "+quote(r.Rules[i]), nearestOf(r.Rules[i], mapKeys(ck.c.ruleIDs)))
		}
	}
}

func mapKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
