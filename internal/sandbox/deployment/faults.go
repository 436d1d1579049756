package deployment

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// invalidTemplate is the refusal of a template or its parameters; the place is
// counted in the template.
func invalidTemplate(pos jsonc.Position, pointer, format string, args ...any) *refusal.Error {
	message := fmt.Sprintf(format, args...)
	e := refusal.New(http.StatusBadRequest, "InvalidTemplate", "Deployment template validation failed: '%s'.", message)
	if pos.IsValid() {
		e.AdditionalInfo = []any{map[string]any{
			"type": "TemplateViolation",
			"info": map[string]any{"lineNumber": pos.Line, "linePosition": pos.Column, "path": strings.ReplaceAll(strings.Trim(pointer, "/"), "/", ".")},
		}}
	}
	return e
}

// refused says whether the service refuses a template for a diagnostic: errors,
// and what is a doubt offline but not when it is deployed.
func refused(d template.Diagnostic) bool {
	return d.Severity == template.Error || d.Severity == template.Warning && (d.Code == template.CodeLimit || d.Code == template.CodeDependency)
}

// check refuses a template that has something wrong before anything is deployed.
func (c *carried) check() error {
	if c.root.Kind() == jsonc.Object && c.root.Get("contentVersion").Kind() != jsonc.String {
		return refusal.New(http.StatusBadRequest, "InvalidTemplate",
			"Deployment template parse failed: 'Required property 'contentVersion' not found in JSON. Path '', line %d, position %d.'.", c.root.Pos().Line, c.root.Pos().Column)
	}
	x := c.run.Expansion()
	if e := c.parameterFault(x); e != nil {
		return e
	}
	for _, d := range x.Diagnostics {
		if refused(d) {
			return diagnosed(d)
		}
	}
	return nil
}

// diagnosed is a diagnostic as a refusal.
func diagnosed(d template.Diagnostic) *refusal.Error {
	message := d.Message
	if d.Pos.IsValid() && d.Pos.File == "template" {
		message = fmt.Sprintf("%s at line '%d' and column '%d'", strings.TrimSuffix(d.Message, "."), d.Pos.Line, d.Pos.Column)
	}
	if d.Hint != "" {
		message += " (" + d.Hint + ")"
	}
	return invalidTemplate(d.Pos, d.Pointer, "%s", message)
}

// parameterFault are the faults of parameters in the service's own words.
func (c *carried) parameterFault(x *template.Expansion) *refusal.Error {
	var extra, known []string
	parameters := c.root.Get("parameters")
	for _, d := range x.Diagnostics {
		if d.Code == template.CodeParameterUnknown && d.Pos.File == "parameters" {
			extra = append(extra, strings.TrimPrefix(d.Pointer, "/parameters/"))
		}
	}
	if len(extra) > 0 {
		for p := range parameters.Children() {
			known = append(known, p.Key())
		}
		return invalidTemplate(jsonc.Position{}, "",
			"The following parameters were supplied, but do not correspond to any parameters defined in the template: '%s'. The parameters defined in the template are: '%s'. Please see https://aka.ms/arm-pass-parameter-values for usage details.",
			strings.Join(extra, ", "), strings.Join(known, ", "))
	}
	for _, p := range x.Parameters {
		if p.Source == template.Missing {
			pos := p.Node.KeyPos()
			return invalidTemplate(pos, p.Node.Pointer(),
				"The value for the template parameter '%s' at line '%d' and column '%d' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.", p.Name, pos.Line, pos.Column)
		}
	}
	return nil
}

// stepFault is why a step could not even be sent.
func stepFault(err error) *refusal.Error {
	var r *refusal.Error
	if errors.As(err, &r) {
		return r
	}
	var run *template.RunError
	if errors.As(err, &run) && len(run.Diagnostics) > 0 {
		e := diagnosed(run.Diagnostics[0])
		e.Message = strings.Replace(e.Message, "Deployment template validation failed", "Deployment template language expression evaluation failed", 1)
		return e
	}
	return refusal.Of(err)
}
