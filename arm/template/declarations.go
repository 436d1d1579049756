package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// declarations are the sections of a template in a form that is quick to use.
type declarations struct {
	scope       eval.ScopeKind
	symbolic    bool // languageVersion 2.x: resources have symbolic names
	generator   string
	definitions jsonc.Node
	parameters  []*parameter
	variables   []*variable
	functions   []*function
	resources   []*declaration
	outputs     []*output
	asserts     []jsonc.Node
}

type parameter struct {
	name   string
	node   jsonc.Node // the declaration, a type schema
	dflt   jsonc.Node // defaultValue
	index  int
	secure bool
}

type variable struct {
	name  string
	node  jsonc.Node // the value, or the entry of "copy"
	loop  bool       // node is an entry of "copy"
	index int
}

type function struct {
	name       string // namespace.member
	parameters []*parameter
	output     jsonc.Node
	value      jsonc.Node
	index      int
}

type output struct {
	name  string
	node  jsonc.Node
	index int
}

// declaration is one resource as written.
type declaration struct {
	node       jsonc.Node
	symbol     string
	parent     *declaration
	children   []*declaration
	typ        jsonc.Node
	name       jsonc.Node
	apiVersion jsonc.Node
	location   jsonc.Node
	scope      jsonc.Node
	condition  jsonc.Node
	copy       jsonc.Node
	dependsOn  jsonc.Node
	properties jsonc.Node
	subID      jsonc.Node // subscriptionId of a deployment or existing resource
	group      jsonc.Node // resourceGroup of the same
	existing   bool
	extension  bool // a resource of a Bicep extension, not of ARM
	nested     *nestedTemplate
	index      int // among the resources of the template, or of the parent
}

// nestedTemplate is what a deployments resource says of its template.
type nestedTemplate struct {
	template *Template  // nil for linked ones
	inner    bool       // expressions are evaluated in the nested template's own scope
	outer    bool       // the parent's scope was asked for in so many words
	link     jsonc.Node // templateLink
}

func is(key, word string) bool { return len(key) == len(word) && jsonc.EqualFold(key, word) }

// each runs over the members of a section that must be an object.
func (u *unit) each(section jsonc.Node, visit func(member jsonc.Node)) {
	switch section.Kind() {
	case jsonc.Object:
		for c := section.First(); c.IsValid(); c = c.Next() {
			visit(c)
		}
	case jsonc.Invalid, jsonc.Null:
	default:
		u.report(at(section, CodeStructure, Error, "the section %q is of kind %s, expected an object", section.Key(), section.Kind()))
	}
}

// template reads the sections of a template object and compiles its expressions.
func (u *unit) template(n jsonc.Node) *Template {
	t := &Template{unit: u, node: n}
	d := &t.decl
	var resources, outputs jsonc.Node
	var hasSchema, hasVersion bool
	for c := n.First(); c.IsValid(); c = c.Next() {
		switch key := c.Key(); {
		case is(key, "$schema"):
			hasSchema = true
			u.readSchema(c, d)
		case is(key, "contentVersion"):
			hasVersion = true
		case is(key, "languageVersion"):
			d.symbolic = strings.HasPrefix(c.Str(), "2.")
		case is(key, "definitions"):
			d.definitions = c
		case is(key, "parameters"):
			u.each(c, func(p jsonc.Node) { d.parameters = append(d.parameters, u.parameter(p, len(d.parameters))) })
		case is(key, "functions"):
			u.readFunctions(c, d)
		case is(key, "variables"):
			u.readVariables(c, d)
		case is(key, "resources"):
			resources = c
		case is(key, "outputs"):
			outputs = c
		case is(key, "metadata"):
			d.generator = c.Get("_generator").Get("name").Str()
		case is(key, "asserts"):
			u.each(c, func(a jsonc.Node) { u.compileTree(a); d.asserts = append(d.asserts, a) })
		case is(key, "apiProfile"), is(key, "imports"), is(key, "extensions"), is(key, "rules"):
		default:
			u.report(at(c, CodeStructure, Warning, "a template has no section %q", key).
				hint("Azure refuses sections that it does not know; see the template syntax"))
		}
	}
	if !hasSchema {
		u.report(at(n, CodeSchema, Warning, "the template has no $schema; it is taken as one for a resource group").
			hint("add \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\""))
	}
	if !hasVersion {
		u.report(at(n, CodeStructure, Warning, "the template has no contentVersion").hint("add \"contentVersion\": \"1.0.0.0\""))
	}
	// languageVersion may stand behind resources, so these are read last.
	u.readResources(resources, t)
	u.each(outputs, func(o jsonc.Node) {
		u.compileTree(o.Get("value"))
		u.compileTree(o.Get("copy"))
		u.compileTree(o.Get("condition"))
		d.outputs = append(d.outputs, &output{name: o.Key(), node: o, index: len(d.outputs)})
	})
	u.checkNames(t, outputs)
	return t
}

var schemaScopes = [...]struct {
	file  string
	scope eval.ScopeKind
}{
	{"deploymentTemplate.json", eval.ResourceGroupScope},
	{"subscriptionDeploymentTemplate.json", eval.SubscriptionScope},
	{"managementGroupDeploymentTemplate.json", eval.ManagementGroupScope},
	{"tenantDeploymentTemplate.json", eval.TenantScope},
}

// SchemaScope tells the level that a template with this $schema is deployed at,
// by the last segment of the address; false when it is no template's.
func SchemaScope(schema string) (eval.ScopeKind, bool) {
	name := strings.TrimSuffix(strings.TrimSpace(schema), "#")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	for _, s := range schemaScopes {
		if is(name, s.file) {
			return s.scope, true
		}
	}
	return 0, false
}

func (u *unit) readSchema(n jsonc.Node, d *declarations) {
	scope, ok := SchemaScope(n.Str())
	if !ok {
		u.report(at(n, CodeSchema, Error, "%q is not the schema of a template", n.Str()).
			hint("expected an address that ends in deploymentTemplate.json, subscriptionDeploymentTemplate.json, " +
				"managementGroupDeploymentTemplate.json or tenantDeploymentTemplate.json"))
	}
	d.scope = scope
}

func (u *unit) parameter(n jsonc.Node, index int) *parameter {
	p := &parameter{name: n.Key(), node: n, index: index}
	for c := n.First(); c.IsValid(); c = c.Next() {
		switch key := c.Key(); {
		case is(key, "defaultValue"):
			p.dflt = c
			u.compileTree(c)
		case is(key, "type"):
			p.secure = is(c.Str(), "securestring") || is(c.Str(), "secureobject")
		}
	}
	if n.Kind() != jsonc.Object {
		u.report(at(n, CodeStructure, Error, "the declaration of parameter %q is of kind %s, expected an object with a type", n.Key(), n.Kind()))
	}
	return p
}

func (u *unit) readVariables(section jsonc.Node, d *declarations) {
	u.each(section, func(v jsonc.Node) {
		if is(v.Key(), "copy") && v.Kind() == jsonc.Array {
			for entry := v.First(); entry.IsValid(); entry = entry.Next() {
				u.compileTree(entry)
				name := entry.Get("name")
				if name.Kind() != jsonc.String {
					u.report(at(entry, CodeCopy, Error, "a variable loop needs a name, a count and an input"))
					continue
				}
				d.variables = append(d.variables, &variable{name: name.Str(), node: entry, loop: true, index: len(d.variables)})
			}
			return
		}
		u.compileTree(v)
		d.variables = append(d.variables, &variable{name: v.Key(), node: v, index: len(d.variables)})
	})
}

func (u *unit) readFunctions(section jsonc.Node, d *declarations) {
	if section.Kind() != jsonc.Array {
		if section.Kind() != jsonc.Null && section.Len() > 0 {
			u.report(at(section, CodeStructure, Error, "the section %q is of kind %s, expected an array of namespaces", section.Key(), section.Kind()))
		}
		return
	}
	for ns := section.First(); ns.IsValid(); ns = ns.Next() {
		name := ns.Get("namespace").Str()
		if name == "" {
			u.report(at(ns, CodeStructure, Error, "a group of user functions has no namespace"))
		}
		u.each(ns.Get("members"), func(m jsonc.Node) {
			f := &function{name: name + "." + m.Key(), output: m.Get("output"), index: len(d.functions)}
			f.value = f.output.Get("value")
			u.compileTree(f.value)
			for p := m.Get("parameters").First(); p.IsValid(); p = p.Next() {
				f.parameters = append(f.parameters, &parameter{name: p.Get("name").Str(), node: p, index: len(f.parameters)})
			}
			if !f.value.IsValid() {
				u.report(at(m, CodeStructure, Error, "the user function %q has no output value", f.name))
			}
			d.functions = append(d.functions, f)
		})
	}
}
