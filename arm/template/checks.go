package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// The limits of the service (learn.microsoft.com/azure/azure-resource-manager/templates/best-practices, "Template
// limits").
const (
	maxParameters    = 256
	maxVariables     = 256
	maxOutputs       = 64
	maxResources     = 800
	maxCopyCount     = 800
	maxTemplateBytes = 4 << 20
)

func (t *Template) checkSize() {
	if size := len(t.unit.doc.Source()); size > maxTemplateBytes {
		t.unit.report(at(t.node, CodeLimit, Warning, "the template has %d bytes; Azure accepts %d", size, maxTemplateBytes))
	}
}

// checkNames reports what exceeds Azure's limits and names that occur twice.
func (u *unit) checkNames(t *Template, outputs jsonc.Node) {
	d := &t.decl
	limit := func(what string, n, most int) {
		if n > most {
			u.report(at(t.node, CodeLimit, Warning, "the template has %d %s; Azure accepts %d", n, what, most))
		}
	}
	limit("parameters", len(d.parameters), maxParameters)
	limit("variables", len(d.variables), maxVariables)
	limit("outputs", len(d.outputs), maxOutputs)
	u.duplicates("parameter", len(d.parameters), func(i int) (string, jsonc.Node) { return d.parameters[i].name, d.parameters[i].node })
	u.duplicates("variable", len(d.variables), func(i int) (string, jsonc.Node) { return d.variables[i].name, d.variables[i].node })
	u.duplicates("output", len(d.outputs), func(i int) (string, jsonc.Node) { return d.outputs[i].name, d.outputs[i].node })
	u.duplicates("user function", len(d.functions), func(i int) (string, jsonc.Node) { return d.functions[i].name, d.functions[i].output.Parent() })
	for _, note := range u.doc.Notes() {
		if note.Kind == jsonc.NoteDuplicateKey && t.node == u.doc.Root() {
			u.report(Diagnostic{
				Code: CodeDuplicate, Severity: Warning, Message: "the property \"" + note.Key + "\" occurs twice in its object; the last one counts",
				Pos: u.doc.Position(note.Offset),
			})
		}
	}
}

// fewNames is up to how many names it is quicker to compare each with all others.
const fewNames = 24

func (u *unit) duplicates(what string, n int, item func(int) (string, jsonc.Node)) {
	if n < 2 || n <= fewNames && distinct(n, item) {
		return
	}
	seen := make(map[string]bool, n)
	for i := range n {
		name, node := item(i)
		key := strings.ToLower(name)
		if seen[key] {
			d := at(node, CodeDuplicate, Error, "the %s %q is declared twice", what, name).hint("names compare without letter case")
			d.Pos = node.KeyPos()
			u.report(d)
		}
		seen[key] = true
	}
}

func distinct(n int, item func(int) (string, jsonc.Node)) bool {
	for i := range n {
		name, _ := item(i)
		for k := range i {
			if other, _ := item(k); jsonc.EqualFold(other, name) {
				return false
			}
		}
	}
	return true
}
