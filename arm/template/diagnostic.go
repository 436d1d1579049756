package template

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// Severity ranks diagnostics.
type Severity uint8

// The severities. The zero Severity is not valid.
const (
	// Error: Azure would refuse the template, or a value could not be evaluated.
	Error Severity = iota + 1
	// Warning: something is missing or doubtful; the expansion is less complete.
	Warning
	// Info: something worth knowing.
	Info
)

// String gives error, warning or info.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return "invalid"
}

// The codes of diagnostics, stable for scripts.
const (
	CodeSyntax           = "syntax"            // the text is not JSON
	CodeExpressionSyntax = "expression-syntax" // an expression cannot be parsed
	CodeExpression       = "expression"        // an expression cannot be evaluated
	CodeSchema           = "schema"            // $schema is missing or of no template
	CodeStructure        = "structure"         // a section or a member has the wrong form
	CodeDuplicate        = "duplicate"         // a name or resource occurs twice
	CodeParameterMissing = "parameter-missing" // a required parameter has no value
	CodeParameterUnknown = "parameter-unknown" // a value for a parameter that is not declared
	CodeParameterType    = "parameter-type"    // a value does not fit its declaration
	CodeParameterFile    = "parameter-file"    // a parameter file has the wrong form
	CodeCycle            = "cycle"             // things depend on each other in a circle
	CodeCopy             = "copy"              // a loop has a wrong count or form
	CodeName             = "name"              // name and type do not fit each other
	CodeReference        = "reference"         // a resource that is referred to is not there
	CodeDependency       = "dependency"        // dependsOn names what is not there
	CodeDeployment       = "deployment"        // a nested deployment has the wrong form
	CodeLinkedTemplate   = "linked-template"   // a linked template is not at hand
	CodeOutput           = "output"            // an output does not fit its declaration
	CodeLimit            = "limit"             // a limit of Azure is exceeded
	CodeBudget           = "budget"            // the expansion was cut short for its cost
	CodeAssert           = "assert"            // an assertion of the template does not hold
)

// Diagnostic is something to tell about a template: what happened, where, and
// what to do.
type Diagnostic struct {
	// Code is one of the Code constants.
	Code     string
	Severity Severity
	// Message says what happened and what was expected.
	Message string
	// Hint says what to do; it may be empty.
	Hint string
	// Pos is the place in the file, inside an expression where possible.
	Pos jsonc.Position
	// Pointer is the JSON pointer of the value at Pos in its file.
	Pointer string
	// Trace tells how evaluation came there, outermost first.
	Trace []string
}

// String gives position, severity, message and hint on one line.
func (d Diagnostic) String() string {
	s := d.Pos.String() + ": " + d.Severity.String() + ": " + d.Message
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	return s
}

// diagnosticLimit bounds what a hostile template can make a user read.
const diagnosticLimit = 1000

// reporter collects diagnostics: one for each place and code, with the number of
// repetitions that copies of a resource make.
type reporter struct {
	list    []Diagnostic
	index   map[diagnosticKey]int
	repeats map[int]int
	dropped int
}

type diagnosticKey struct {
	code   string
	file   string
	offset int
}

func (r *reporter) add(d Diagnostic) {
	key := diagnosticKey{d.Code, d.Pos.File, d.Pos.Offset}
	if i, ok := r.index[key]; ok && d.Pos.IsValid() {
		switch old := &r.list[i]; {
		case old.Severity > d.Severity:
			*old = d
		case old.Message == d.Message && slices.Equal(old.Trace, d.Trace):
		default:
			if r.repeats == nil {
				r.repeats = map[int]int{}
			}
			r.repeats[i]++
		}
		return
	}
	if len(r.list) >= diagnosticLimit {
		r.dropped++
		return
	}
	if r.index == nil {
		r.index = map[diagnosticKey]int{}
	}
	r.index[key] = len(r.list)
	r.list = append(r.list, d)
}

// finish returns the diagnostics, errors first, then by place.
func (r *reporter) finish() []Diagnostic {
	for i, n := range r.repeats {
		r.list[i].Message += fmt.Sprintf(" (and %d more times at this place)", n)
	}
	slices.SortStableFunc(r.list, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Offset, b.Pos.Offset),
		)
	})
	if r.dropped > 0 {
		r.list = append(r.list, Diagnostic{
			Code: CodeLimit, Severity: Warning,
			Message: fmt.Sprintf("%d more diagnostics are left out", r.dropped),
		})
	}
	return r.list
}

// at makes a diagnostic about a node.
func at(n jsonc.Node, code string, severity Severity, format string, args ...any) Diagnostic {
	return Diagnostic{
		Code: code, Severity: severity, Message: fmt.Sprintf(format, args...),
		Pos: n.Pos(), Pointer: n.Pointer(),
	}
}

// hint returns d with a hint.
func (d Diagnostic) hint(format string, args ...any) Diagnostic {
	d.Hint = fmt.Sprintf(format, args...)
	return d
}

// HasErrors reports whether any of the diagnostics is an error.
func HasErrors(list []Diagnostic) bool {
	return slices.ContainsFunc(list, func(d Diagnostic) bool { return d.Severity == Error })
}

// SyntaxDiagnostics turns the errors of reading a JSON text into diagnostics.
func SyntaxDiagnostics(errs []*jsonc.SyntaxError) []Diagnostic {
	var list []Diagnostic
	for _, e := range errs {
		d := Diagnostic{Code: CodeSyntax, Severity: Error, Message: e.Message, Pos: e.Pos}
		if e.Expected != "" {
			d.Message += ", expected " + e.Expected
		}
		list = append(list, d)
	}
	return list
}
