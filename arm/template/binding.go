package template

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// newEvaluation makes the scope for the expressions of a template.
func (x *expander) newEvaluation(t *Template) *evaluation {
	return &evaluation{
		x: x, t: t,
		params:   make([]cell, len(t.decl.parameters)),
		supplies: make([]supply, len(t.decl.parameters)),
		vars:     make([]cell, len(t.decl.variables)),
	}
}

// rootSupplies collects what the caller gives for the parameters of the root.
func (x *expander) rootSupplies(ev *evaluation) {
	for _, doc := range x.opts.ParameterFiles {
		x.parameterFile(doc, ev.supply)
	}
	for i := range x.opts.Parameters {
		a := &x.opts.Parameters[i]
		ev.supply(a.Name, supply{source: FromAssignment, assignment: a})
	}
	x.undeclared(ev.t)
}

// supply notes what is given for a parameter; what is given last counts.
func (ev *evaluation) supply(name string, s supply) {
	for _, p := range ev.t.decl.parameters {
		if jsonc.EqualFold(p.name, name) {
			ev.supplies[p.index] = s
		}
	}
}

// undeclared reports values for parameters that the template does not have.
func (x *expander) undeclared(t *Template) {
	message := func(name string) (string, string) {
		hint := "the template has no parameters"
		if n := len(t.decl.parameters); n > 0 {
			names := make([]string, 0, n)
			for _, p := range t.decl.parameters {
				names = append(names, p.name)
			}
			if len(names) > 20 {
				names = append(names[:20], "...")
			}
			hint = "the template has " + strings.Join(names, ", ")
		}
		return fmt.Sprintf("the template has no parameter %q", name), hint
	}
	for _, doc := range x.opts.ParameterFiles {
		for p := range doc.Root().Get("parameters").Children() {
			if p.Key() != "" && t.findParameter(p.Key()) == nil {
				m, h := message(p.Key())
				d := at(p, CodeParameterUnknown, Error, "%s", m).hint("%s", h)
				d.Pos = p.KeyPos()
				x.diags.add(d)
			}
		}
	}
	for _, a := range x.opts.Parameters {
		if t.findParameter(a.Name) == nil {
			m, h := message(a.Name)
			x.diags.add(Diagnostic{Code: CodeParameterUnknown, Severity: Error, Message: m, Hint: h})
		}
	}
}

// bind gives the value of a parameter: what is supplied, else its default, else
// null if that is allowed, else an unknown.
func (ev *evaluation) bind(p *parameter) value.Value {
	x := ev.x
	s := &ev.supplies[p.index]
	v, given := ev.supplied(p, s)
	kind, secret := ev.t.declaredKind(p.node)
	if !given {
		switch {
		case p.dflt.IsValid():
			s.source, s.node = FromDefault, p.dflt
			v = x.tree(p.dflt, &frame{ev: ev, dep: ev.dep, static: "the default of a parameter", deflt: true})
		case p.node.Get("nullable").Bool() || ev.t.nullableType(p.node):
			s.source = FromNull
			return value.Null().WithDef(p.node)
		default:
			s.source = Missing
			v = ev.missing(p, kind)
		}
	}
	if secret || p.secure {
		v = v.WithSecret()
	}
	if !v.IsUnknown() {
		c := checker{t: ev.t, budget: checkBudget, report: func(part value.Value, _, message string, severity Severity) {
			x.typeMismatch(p, s, part, message, severity)
		}}
		c.check(p.node, v, "parameter '"+p.name+"'")
	}
	return v
}

func (t *Template) nullableType(n jsonc.Node) bool {
	s, ok := t.resolve(n)
	return ok && s.nullable()
}

func (ev *evaluation) missing(p *parameter, kind value.Kind) value.Value {
	if ev.dep.parent == nil {
		severity := Warning
		if ev.x.opts.Strict {
			severity = Error
		}
		d := at(p.node, CodeParameterMissing, severity, "the value for the template parameter '%s' is not provided; expected %s", p.name, ev.t.expects(p.node)).
			hint("give it in a parameter file or with -p %s=VALUE; until then what depends on it is unknown", p.name)
		d.Pos = p.node.KeyPos()
		ev.x.diags.add(d)
	} else {
		n := ev.dep.res.Node
		ev.x.diags.add(at(n, CodeParameterMissing, Error, "the deployment gives no value for the parameter '%s' of its template; expected %s", p.name, ev.t.expects(p.node)))
	}
	return value.FromUnknown(value.Unknown{
		Reason: value.MissingParameter, Hint: kind, NotNull: true, Subject: p.name,
		Residual: expr.Call("parameters", expr.Str(p.name)),
	}).WithDef(p.node)
}

// expects says in words what a declaration wants.
func (t *Template) expects(n jsonc.Node) string {
	s, ok := t.resolve(n)
	if !ok {
		return "a value"
	}
	typ := s.keyword("type").Str()
	if typ == "" {
		typ = "value"
	}
	article := "a "
	if strings.ContainsAny(typ[:1], "aeioAEIO") {
		article = "an "
	}
	if list := s.keyword("allowedValues"); list.Len() > 0 {
		var names []string
		for a := range list.Children() {
			if len(names) == 12 {
				names = append(names, "...")
				break
			}
			names = append(names, value.FromNode(a).Text())
		}
		return article + typ + ", one of " + strings.Join(names, ", ")
	}
	return article + typ
}

// supplied gives the value that was supplied, if any. Null counts as none.
func (ev *evaluation) supplied(p *parameter, s *supply) (value.Value, bool) {
	x := ev.x
	var v value.Value
	switch {
	case s.assignment != nil:
		v = x.assigned(ev.t, p, s.assignment)
	case s.vault.IsValid():
		return ev.keyVault(p, s), true
	case s.expression != nil:
		v = x.evaluateFileExpression(s, ev)
	case s.source == FromFile:
		v = value.FromNode(s.node)
	case s.node.IsValid():
		return ev.wrapped(p, s)
	}
	return v, !v.IsNull()
}

// wrapped evaluates {"value": ...} or {"reference": ...} that a parent deployment
// passes, in the scope of the parent.
func (ev *evaluation) wrapped(p *parameter, s *supply) (value.Value, bool) {
	if r := s.node.Get("reference"); r.IsValid() {
		return ev.keyVault(p, &supply{vault: r, source: FromKeyVault}), true
	}
	w := ev.x.tree(s.node, ev.supplyIn)
	if w.IsUnknown() {
		return w, true
	}
	v := w.Get("value")
	return v, !v.IsNull()
}

// keyVault is the unknown that stands for a secret in a vault.
func (ev *evaluation) keyVault(p *parameter, s *supply) value.Value {
	read := func(n jsonc.Node) value.Value {
		if ev.supplyIn == nil {
			return value.FromNode(n)
		}
		return ev.x.tree(n, ev.supplyIn)
	}
	vault := read(s.vault.Get("keyVault").Get("id")).Text()
	kind, _ := ev.t.declaredKind(p.node)
	return value.FromUnknown(value.Unknown{
		Reason: value.SecretValue, Hint: kind, NotNull: true, Subject: vault, Resource: vault,
		Residual: expr.Call("parameters", expr.Str(p.name)),
	}).WithDef(s.vault)
}

func (x *expander) typeMismatch(p *parameter, s *supply, part value.Value, message string, severity Severity) {
	n := part.Use()
	if !n.IsValid() || s.source == FromDefault {
		if n = s.node; !n.IsValid() {
			n = p.node
		}
	}
	if isPlaceholder(part.Str()) {
		severity = Warning
		message += "; it is a placeholder that the tests of Azure's quickstarts replace"
	}
	d := at(n, CodeParameterType, severity, "%s", message)
	if s.assignment != nil {
		d.Message += " (given beside the files)"
	}
	x.diags.add(d)
}

// The parameter files of github.com/Azure/azure-quickstart-templates hold
// placeholders that its tests replace before they deploy, GEN-UNIQUE with a new
// name each time and GET-PREREQ-x with an output of the prerequisites
// (1-CONTRIBUTION-GUIDE/README.md there). They are no values that could be wrong.
const placeholderPrefix = "GEN-UNIQUE"

func isPlaceholder(s string) bool {
	return strings.HasPrefix(s, placeholderPrefix) || strings.HasPrefix(s, "GET-PREREQ-") || strings.HasPrefix(s, "GEN-PASSWORD")
}

// assigned reads a value given as text by the declared type of its parameter.
func (x *expander) assigned(t *Template, p *parameter, a *Assignment) value.Value {
	if !a.Value.IsAbsent() {
		return a.Value
	}
	s, _ := t.resolve(p.node)
	kind, _, _ := kindOf(s.keyword("type").Str())
	text := strings.TrimSpace(a.Text)
	switch kind {
	case value.StringKind:
		return value.String(a.Text)
	case value.IntKind:
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return value.Int(i)
		}
	case value.BoolKind:
		switch strings.ToLower(text) {
		case "true":
			return value.Bool(true)
		case "false":
			return value.Bool(false)
		}
	}
	doc, errs := jsonc.Parse("-p "+p.name, []byte(text))
	if len(errs) == 0 {
		return value.FromNode(doc.Root())
	}
	if kind == value.ArrayKind || kind == value.ObjectKind {
		x.diags.add(Diagnostic{
			Code: CodeParameterType, Severity: Error, Pos: errs[0].Pos,
			Message: fmt.Sprintf("the value for parameter '%s' is not JSON: %s", p.name, errs[0].Message),
			Hint:    "the parameter is of type " + s.keyword("type").Str(),
		})
		return value.FromUnknown(value.Unknown{Reason: value.Failed, Hint: kind})
	}
	return value.String(a.Text) // a wrong type is reported by the check
}
