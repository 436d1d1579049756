package template

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Console evaluates single expressions in the scope of the root deployment of a
// template: its parameters, variables, functions and resources. It must not be
// used by several goroutines.
type Console struct {
	x    *expander
	root *deployment
}

// Console prepares the evaluation of single expressions. The limits of the
// options hold for all of them together.
func (t *Template) Console(ctx context.Context, opts Options) *Console {
	x := &expander{ctx: ctx, opts: opts, budget: eval.NewBudget(opts.Limits.Steps, opts.Limits.bytes())}
	return &Console{x: x, root: x.root(t)}
}

// Eval evaluates an expression with its brackets, such as "[parameters('x')]". A
// text that is no expression is what it stands for. The error of an expression
// that cannot be parsed is an [expr.SyntaxError]; of one that cannot be
// evaluated an [eval.Error]; both tell the place in the text.
func (c *Console) Eval(text string) (value.Value, error) {
	if !expr.IsExpression(text) {
		s, _ := expr.Unescape(text)
		return value.String(s), nil
	}
	e, syntax := compileExpression(text)
	if syntax != nil {
		return value.Value{}, syntax
	}
	ev := c.root.ev
	ev.frame = &frame{ev: ev, dep: c.root}
	v, err := c.x.machine(ev, ev.facts).Eval(e)
	switch {
	case err != nil:
		return v, err
	case c.x.ctx.Err() != nil:
		return v, c.x.ctx.Err()
	}
	if u := v.Unknown(); u != nil && u.Reason == value.Failed {
		// The value of a parameter, variable or resource that it reads failed.
		for _, d := range c.x.diags.list {
			if d.Severity == Error {
				return v, fmt.Errorf("%s: %w", d.Pos, errors.New(d.Message))
			}
		}
	}
	return v, nil
}

// Diagnostics are those that the evaluations so far have given, beside their own
// errors: missing parameters and broken variables for example.
func (c *Console) Diagnostics() []Diagnostic { return c.x.diags.finish() }
