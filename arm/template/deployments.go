package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// target gives the facts of the scope that a deployments resource deploys to, or
// that an existing resource lies in.
func (x *expander) target(r *Resource, f *frame) *eval.Facts {
	facts, decl := r.dep.facts, r.decl
	optional := func(n jsonc.Node) value.Value {
		if !n.IsValid() {
			return value.Absent()
		}
		v := x.tree(n, f.at("the scope of a deployment"))
		if v.IsNull() || v.Kind() == value.StringKind && v.Str() == "" {
			return value.Absent()
		}
		return v
	}
	subscription, group := optional(decl.subID), optional(decl.group)
	if r.IsDeployment() && decl.scope.IsValid() {
		return x.scopeFacts(r, facts, optional(decl.scope))
	}
	var kind eval.ScopeKind
	switch {
	case !group.IsAbsent():
		kind = eval.ResourceGroupScope
	case !subscription.IsAbsent():
		kind = eval.SubscriptionScope
		if r.Existing && facts.Scope() == eval.ResourceGroupScope {
			kind = eval.ResourceGroupScope
		}
	default:
		return facts
	}
	return x.declaredGroup(r.dep, facts.Target(kind, subscription, group, value.Absent()))
}

// scopeFacts gives the facts of the scope that an id names.
func (x *expander) scopeFacts(r *Resource, facts *eval.Facts, v value.Value) *eval.Facts {
	none := value.Absent()
	if v.IsAbsent() {
		return facts
	}
	if v.Str() == "/" {
		return facts.Target(eval.TenantScope, none, none, none)
	}
	segments, _ := nameSegments(v)
	if len(segments) > 0 && segments[0].Str() == "" && !segments[0].IsUnknown() {
		segments = segments[1:]
	}
	word := func(i int, w string) bool { return i < len(segments) && is(segments[i].Str(), w) }
	if word(0, "providers") {
		segments = segments[1:]
	}
	switch {
	case word(0, "Microsoft.Management") && word(1, "managementGroups") && len(segments) == 3:
		return facts.Target(eval.ManagementGroupScope, none, none, segments[2])
	case word(0, "subscriptions") && word(2, "resourceGroups") && len(segments) == 4:
		return x.declaredGroup(r.dep, facts.Target(eval.ResourceGroupScope, segments[1], segments[3], none))
	case word(0, "subscriptions") && len(segments) == 2:
		return facts.Target(eval.SubscriptionScope, segments[1], none, none)
	case v.IsUnknown():
		kind := facts.Scope()
		if r.decl.nested != nil && r.decl.nested.template != nil {
			kind = r.decl.nested.template.decl.scope
		}
		return facts.Target(kind, none, none, none)
	}
	x.diags.add(at(r.decl.scope, CodeDeployment, Error, "the scope %s is not one that can be deployed to", shown(v)).
		hint("expected \"/\", the id of a management group, of a subscription or of a resource group"))
	return facts
}

// declaredGroup fills in the location and tags of a target resource group that
// the deployments around it create.
func (x *expander) declaredGroup(d *deployment, facts *eval.Facts) *eval.Facts {
	if facts.Scope() != eval.ResourceGroupScope {
		return facts
	}
	id := facts.ID().Text()
	for ; d != nil; d = d.parent {
		for _, decl := range d.t.decl.resources {
			if !is(decl.typ.Str(), resourceGroupType) || decl.existing {
				continue
			}
			for _, r := range x.instancesOf(d, decl) {
				if r.Presence == No || !jsonc.EqualFold(r.idText, id) {
					continue
				}
				g := facts.Given()
				if !r.Location.IsNull() {
					g.Location = r.Location
				}
				if tags := r.Node.Get("tags"); tags.IsValid() {
					g.Tags = x.tree(tags, r.frame)
				}
				return eval.NewFacts(g)
			}
		}
	}
	return facts
}

// deploy makes the deployment of a deployments resource.
func (x *expander) deploy(r *Resource) {
	d, nested := r.dep, r.decl.nested
	if nested == nil || r.decl.properties.Kind() != jsonc.Object {
		x.diags.add(at(r.Node, CodeDeployment, Error, "the deployment has no properties with a template or a templateLink"))
		return
	}
	if d.depth+1 > x.opts.Limits.depth() {
		x.diags.add(at(r.Node, CodeLimit, Error, "deployments are nested more than %d levels deep; this one is not looked at", x.opts.Limits.depth()))
		return
	}
	t, linked := nested.template, ""
	switch {
	case t != nil && nested.link.IsValid():
		x.diags.add(at(nested.link, CodeDeployment, Error, "the deployment has both a template and a templateLink; Azure accepts one of them"))
	case nested.link.IsValid():
		if t, linked = x.linkedTemplate(r, nested.link); t == nil {
			return
		}
	case t == nil:
		if x.templateUnknown(r) {
			return
		}
		x.diags.add(at(r.decl.properties, CodeDeployment, Error, "the deployment has neither a template nor a templateLink"))
		return
	}
	child := &deployment{
		pub: &Deployment{
			Name: r.Name, Resource: r, Parent: d.pub, Template: t, Facts: r.facts, Linked: linked,
		},
		t: t, parent: d, res: r, facts: r.facts, depth: d.depth + 1, presence: r.Presence, condition: r.Condition,
	}
	inner := linked != "" || nested.inner || d.t.decl.symbolic
	if nested.outer && d.t.decl.symbolic {
		x.diags.add(at(r.decl.properties.Get("expressionEvaluationOptions"), CodeDeployment, Error,
			"templates with languageVersion 2.0 cannot have nested deployments with outer scope").hint("use inner"))
	}
	if inner {
		child.ev = x.newEvaluation(t)
		child.ev.dep, child.ev.facts = child, r.facts
		child.ev.frame = &frame{ev: child.ev, dep: child}
		child.ev.supplyIn = r.frame
		x.nestedSupplies(child, r)
	} else {
		child.ev, child.outer, child.base = d.ev, true, r.frame.loops
		child.pub.Outer = true
	}
	if want := t.decl.scope; want != r.facts.Scope() && len(t.decl.resources) > 0 {
		x.diags.add(at(t.node, CodeDeployment, Warning, "the nested template is one for a %s, but it is deployed to a %s", want, r.facts.Scope()).
			hint("check its $schema, and the members scope, subscriptionId and resourceGroup of the deployment"))
	}
	r.Child = child.pub
	r.child = child
	d.children = append(d.children, child)
}

// templateUnknown reports whether the template is given by an expression.
func (x *expander) templateUnknown(r *Resource) bool {
	n := r.decl.properties.Get("template")
	if n.Kind() != jsonc.String {
		return false
	}
	x.diags.add(at(n, CodeLinkedTemplate, Warning, "the nested template is made by an expression; its resources are not known"))
	return true
}

// nestedSupplies hands the parameters of a deployments resource to its template.
func (x *expander) nestedSupplies(child *deployment, r *Resource) {
	section := r.decl.properties.Get("parameters")
	if link := r.decl.properties.Get("parametersLink"); link.IsValid() {
		if section.IsValid() {
			x.diags.add(at(link, CodeDeployment, Error, "the deployment has both parameters and a parametersLink; Azure accepts one of them"))
		}
		x.linkedParameters(child, r, link)
		return
	}
	switch section.Kind() {
	case jsonc.Object:
		for p := section.First(); p.IsValid(); p = p.Next() {
			decl := child.t.findParameter(p.Key())
			if decl == nil {
				d := at(p, CodeParameterUnknown, Error, "the template of the deployment has no parameter %q", p.Key())
				d.Pos = p.KeyPos()
				d.Trace = r.frame.trace()
				x.diags.add(d)
				continue
			}
			child.ev.supplies[decl.index].node = p
		}
	case jsonc.String:
		v := x.tree(section, r.frame)
		for _, p := range child.t.decl.parameters {
			given := v
			if !v.IsUnknown() {
				given = v.Get(p.name).Get("value")
			}
			if !given.IsNull() {
				child.ev.supplies[p.index].assignment = &Assignment{Name: p.name, Value: given}
			}
		}
	case jsonc.Invalid, jsonc.Null:
	default:
		x.diags.add(at(section, CodeDeployment, Error, "the parameters of a deployment are of kind %s, expected an object", section.Kind()))
	}
}

// deploymentObject is what deployment() gives.
func (ev *evaluation) deploymentObject() value.Value {
	d := ev.dep
	symbol := func(hint value.Kind, path ...string) value.Value {
		e := expr.Call("deployment")
		for _, name := range path {
			e = expr.Member(e, name)
		}
		return value.FromUnknown(value.Unknown{
			Reason: value.ScopeFact, Hint: hint, Residual: e, NotNull: true,
			Subject: "deployment()." + strings.Join(path, "."),
		})
	}
	properties := []value.Member{}
	version := ev.t.node.Get("contentVersion")
	link := value.Absent()
	switch uri := ev.x.opts.TemplateURI; {
	case d.parent == nil && uri != "":
		link = value.Object([]value.Member{{Key: "uri", Value: value.String(uri)}, {Key: "contentVersion", Value: value.FromNode(version)}})
	case d.parent == nil && ev.x.live != nil:
	case d.parent == nil, d.pub.Linked != "":
		link = symbol(value.ObjectKind, "properties", "templateLink")
	}
	if !link.IsAbsent() {
		properties = append(properties, value.Member{Key: "templateLink", Value: link})
	}
	if ev.t.decl.symbolic {
		properties = append(properties, value.Member{Key: "template", Value: value.Object([]value.Member{{Key: "contentVersion", Value: value.FromNode(version)}})})
	} else {
		properties = append(properties,
			value.Member{Key: "template", Value: value.FromNode(ev.t.node)},
			value.Member{Key: "templateHash", Value: ev.templateHash(symbol(value.StringKind, "properties", "templateHash"))},
			value.Member{Key: "parameters", Value: ev.givenParameters(symbol(value.ObjectKind, "properties", "parameters"))},
			value.Member{Key: "mode", Value: value.String("Incremental")},
			value.Member{Key: "provisioningState", Value: value.String("Accepted")})
	}
	members := []value.Member{{Key: "name", Value: d.pub.Name}}
	if ev.facts.Scope() != eval.ResourceGroupScope {
		location := symbol(value.StringKind, "location")
		switch {
		case d.parent == nil && ev.x.opts.Location != "":
			location = value.String(ev.x.opts.Location)
		case d.parent != nil && !d.res.Location.IsNull():
			location = d.res.Location
		}
		members = append(members, value.Member{Key: "location", Value: location})
	}
	return value.Object(append(members, value.Member{Key: "properties", Value: value.Object(properties)}))
}
