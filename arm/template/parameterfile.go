package template

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// supply is a value for a parameter as it was given.
type supply struct {
	source     ParameterSource
	node       jsonc.Node // the value in a file, or a wrapper in a nested deployment
	vault      jsonc.Node // the Key Vault reference in a file
	expression *expr.Expr // of a compiled .bicepparam
	assignment *Assignment
}

// IsParameterFile reports whether a document is a parameter file: it says so in
// its $schema, or it has parameters of the right form and no resources.
func IsParameterFile(root jsonc.Node) bool {
	schema := root.Get("$schema").Str()
	if n := len(schema); n > 0 {
		name := schema
		for i := n - 1; i >= 0; i-- {
			if schema[i] == '/' {
				name = schema[i+1:]
				break
			}
		}
		if is(name, "deploymentParameters.json#") || is(name, "deploymentParameters.json") {
			return true
		}
	}
	parameters := root.Get("parameters")
	if parameters.Kind() != jsonc.Object || root.Get("resources").IsValid() || parameters.Len() == 0 {
		return false
	}
	for p := range parameters.Children() {
		if !p.Get("value").IsValid() && !p.Get("reference").IsValid() && !p.Get("expression").IsValid() {
			return false
		}
	}
	return true
}

// parameterFile gives the values of a parameter file, in their order.
func (x *expander) parameterFile(doc *jsonc.Document, give func(name string, s supply)) {
	root := doc.Root()
	section := root.Get("parameters")
	if section.Kind() != jsonc.Object {
		x.diags.add(Diagnostic{
			Code: CodeParameterFile, Severity: Error, Message: "the parameter file has no object \"parameters\"",
			Hint: "expected {\"parameters\": {\"name\": {\"value\": ...}}}", Pos: doc.Position(root.Start()),
		})
		return
	}
	for p := range section.Children() {
		s := supply{source: FromFile}
		if p.Kind() != jsonc.Object {
			x.diags.add(at(p, CodeParameterFile, Error, "the parameter %q is of kind %s, expected an object with a value", p.Key(), p.Kind()).
				hint("write {\"value\": ...} around it"))
			continue
		}
		s.node = p.Get("value")
		reference, expression := p.Get("reference"), p.Get("expression")
		switch {
		case s.node.IsValid():
		case reference.IsValid():
			s.source, s.vault, s.node = FromKeyVault, reference, reference
			x.checkVault(reference)
		case expression.IsValid():
			s.node = expression
			s.expression = x.fileExpression(expression)
		default:
			x.diags.add(at(p, CodeParameterFile, Error, "the parameter %q has neither a value nor a reference", p.Key()))
			continue
		}
		give(p.Key(), s)
	}
	x.readExternalInputs(root)
}

func (x *expander) checkVault(reference jsonc.Node) {
	if reference.Get("keyVault").Get("id").Str() == "" || reference.Get("secretName").Str() == "" {
		x.diags.add(at(reference, CodeParameterFile, Warning, "this is no reference to a Key Vault, which needs keyVault.id and secretName; the value stays unknown"))
	}
}

func (x *expander) fileExpression(n jsonc.Node) *expr.Expr {
	s := n.Str()
	if !expr.IsExpression(s) {
		return nil
	}
	e, err := compileExpression(s)
	if err != nil {
		d := at(n, CodeExpressionSyntax, Error, "%s", err.Error())
		d.Pos = n.Document().Position(n.SourceOffset(err.Offset))
		x.diags.add(d)
		return failedExpr
	}
	return e
}
