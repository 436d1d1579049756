package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// deploymentType is the type of resources that hold a template of their own.
const deploymentType = "Microsoft.Resources/deployments"

// maxChildLevels is how deep children may be written inside of their parents.
const maxChildLevels = 5

func (u *unit) readResources(section jsonc.Node, t *Template) {
	d := &t.decl
	switch section.Kind() {
	case jsonc.Array:
		if d.symbolic && section.Len() > 0 {
			u.report(at(section, CodeStructure, Error, "languageVersion 2.0 wants an object of symbolic names for resources, found an array"))
		}
	case jsonc.Object:
		if !d.symbolic {
			u.report(at(section, CodeStructure, Error, "resources is an object of symbolic names, but the template does not say languageVersion 2.0").
				hint("add \"languageVersion\": \"2.0\""))
			d.symbolic = true
		}
	case jsonc.Invalid:
		u.report(at(t.node, CodeStructure, Warning, "the template has no section \"resources\""))
		return
	case jsonc.Null:
		return
	default:
		u.report(at(section, CodeStructure, Error, "the section \"resources\" is of kind %s, expected an array or, with languageVersion 2.0, an object", section.Kind()))
		return
	}
	d.resources = make([]*declaration, 0, section.Len())
	u.declarations(section, nil, 1, &d.resources)
}

func (u *unit) declarations(section jsonc.Node, parent *declaration, level int, into *[]*declaration) {
	for n := section.First(); n.IsValid(); n = n.Next() {
		if n.Kind() != jsonc.Object {
			u.report(at(n, CodeStructure, Error, "a resource is of kind %s, expected an object", n.Kind()))
			continue
		}
		d := u.declaration(n, parent, level)
		d.index = len(*into)
		if n.IsMember() {
			d.symbol = n.Key()
		}
		*into = append(*into, d)
	}
}

// declaration reads one resource and compiles its expressions.
func (u *unit) declaration(n jsonc.Node, parent *declaration, level int) *declaration {
	d := &declaration{node: n, parent: parent}
	var children jsonc.Node
	for c := n.First(); c.IsValid(); c = c.Next() {
		switch key := c.Key(); len(key) {
		case 4:
			switch {
			case is(key, "type"):
				d.typ = c
			case is(key, "name"):
				d.name = c
			case is(key, "copy"):
				d.copy = c
			}
		case 5:
			if is(key, "scope") {
				d.scope = c
			}
		case 6:
			d.extension = d.extension || is(key, "import")
		case 8:
			switch {
			case is(key, "location"):
				d.location = c
			case is(key, "existing"):
				d.existing = c.Bool()
			}
		case 9:
			switch {
			case is(key, "condition"):
				d.condition = c
			case is(key, "dependsOn"):
				d.dependsOn = c
			case is(key, "resources"):
				children = c
				continue // compiled as declarations of their own
			case is(key, "extension"):
				d.extension = true
			}
		case 10:
			switch {
			case is(key, "apiVersion"):
				d.apiVersion = c
			case is(key, "properties"):
				d.properties = c
				continue
			}
		case 13:
			if is(key, "resourceGroup") {
				d.group = c
			}
		case 14:
			if is(key, "subscriptionId") {
				d.subID = c
			}
		}
		u.compileKey(c)
		u.compileTree(c)
	}
	if parent == nil && is(d.typ.Str(), deploymentType) {
		u.deploymentProperties(d)
	} else {
		u.compileTree(d.properties)
	}
	if !d.typ.IsValid() {
		u.report(at(n, CodeStructure, Error, "the resource has no type").hint("expected a type such as Microsoft.Storage/storageAccounts"))
	}
	if !d.name.IsValid() && !d.extension {
		u.report(at(n, CodeStructure, Error, "the resource has no name"))
	}
	if children.IsValid() {
		u.children(d, children, level)
	}
	return d
}

func (u *unit) children(d *declaration, section jsonc.Node, level int) {
	switch {
	case section.Kind() == jsonc.Null:
		return
	case section.Kind() != jsonc.Array && section.Kind() != jsonc.Object:
		u.report(at(section, CodeStructure, Error, "the child resources are of kind %s, expected an array", section.Kind()))
		return
	case level > maxChildLevels:
		u.report(at(section, CodeLimit, Error, "child resources are nested more than %d levels deep; the deeper ones are left out", maxChildLevels))
		return
	}
	u.declarations(section, d, level+1, &d.children)
	for _, c := range d.children {
		if c.copy.IsValid() {
			u.report(at(c.copy, CodeCopy, Error, "a child resource inside of its parent cannot have a copy loop").
				hint("write the child as a resource of the template with its full type and name"))
		}
	}
}

// deploymentProperties compiles the properties of a deployments resource; the
// nested template in it becomes a template of its own.
func (u *unit) deploymentProperties(d *declaration) {
	nested := &nestedTemplate{}
	d.nested = nested
	if d.properties.Kind() != jsonc.Object {
		u.compileTree(d.properties)
		return
	}
	for c := d.properties.First(); c.IsValid(); c = c.Next() {
		switch key := c.Key(); {
		case is(key, "template"):
			if c.Kind() == jsonc.Object {
				nested.template = u.template(c)
				continue
			}
		case is(key, "templateLink"):
			nested.link = c
		case is(key, "expressionEvaluationOptions"):
			scope := c.Get("scope").Str()
			nested.inner = is(scope, "inner")
			nested.outer = is(scope, "outer")
			if !nested.inner && !nested.outer && !strings.HasPrefix(scope, "[") {
				u.report(at(c, CodeDeployment, Error, "the scope of expressions is %q, expected inner or outer", scope))
			}
		}
		u.compileKey(c)
		u.compileTree(c)
	}
}
