package template

import (
	"context"
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Run carries a template through a deployment. [Template.Expand] says offline
// what will be deployed; a Run says, step by step and with the state of the
// world at hand, exactly what to send:
//
//   - [Run.Steps] are the resources of the deployment with what each waits for;
//   - [Run.Request] gives the complete body of one of them, once all that it
//     waits for is deployed;
//   - [Run.Outputs] gives the outputs, once everything is.
//
// A child deployment is a step like any other. Its body holds its template and
// its parameters: those of inner scope as written, those of outer scope with
// every expression evaluated; whoever deploys it starts a Run of its own with
// them, at the scope that its id names.
//
// The same template and options give the same steps in the same order, so that a
// deployment can be taken up again after a restart. A Run must not be used by
// several goroutines at once.
type Run struct {
	x         *expander
	root      *deployment
	expansion *Expansion
	steps     []Step
	byStep    map[*Resource]int
	byID      map[string]*Resource // by lower-case id
}

// Run expands the template for a deployment. Options must hold what a deployment
// knows: the facts of its scope, all parameters (those from a Key Vault as
// values), UTCNow and NewGUID; linked templates are not followed, they are for
// the deployment service to find. What is wrong with the template and its
// parameters are the diagnostics of [Run.Expansion]: with an error among them
// the run must not go on. The error is that of the context.
func (t *Template) Run(ctx context.Context, opts Options, live Live) (*Run, error) {
	opts.Strict, opts.ReadFile, opts.URIMap = true, nil, nil
	x := &expander{
		ctx: ctx, opts: opts, budget: eval.NewBudget(opts.Limits.Steps, opts.Limits.bytes()),
		live: &liveness{live: live},
	}
	out, err := x.expand(t)
	if err != nil {
		return nil, err
	}
	r := &Run{x: x, expansion: out}
	if r.root = x.rootOf; r.root == nil {
		return nil, fmt.Errorf("running %s: the template has no deployment", t.unit.doc.Name())
	}
	r.makeSteps()
	return r, nil
}

// Expansion is what is known of the deployment before anything is deployed.
func (r *Run) Expansion() *Expansion { return r.expansion }

// Request is what is to be sent for a resource.
type Request struct {
	// Present is false when the condition of the resource turns out false: there
	// is nothing to send, and what waits for it goes on.
	Present bool
	// ID is the full id, ScopeID that of what it lies in or extends.
	ID, ScopeID string
	Type, Name  string
	APIVersion  string
	// Body is complete: no part of it is unknown. [value.Value.AppendRevealed]
	// gives it with its secrets, as it has to be sent.
	Body value.Value
}

// RunError tells why something could not be evaluated completely.
type RunError struct {
	// Diagnostics are the errors, with their places.
	Diagnostics []Diagnostic
	// Cause is the error of [Live], when it is one.
	Cause error
}

// Error gives the first diagnostic with its place.
func (e *RunError) Error() string {
	if len(e.Diagnostics) == 0 {
		return "the template could not be evaluated"
	}
	d := e.Diagnostics[0]
	return d.Pos.String() + ": " + d.Message
}

// Unwrap gives the cause.
func (e *RunError) Unwrap() error { return e.Cause }

// Request evaluates the body of a resource of the run. It may be called once all
// that its step waits for is deployed, and again. The error is a [RunError] or
// that of the context.
func (r *Run) Request(ctx context.Context, res *Resource) (Request, error) {
	req := Request{
		ID: res.ID.Str(), ScopeID: res.ScopeID.Str(), Type: res.Type, Name: res.Name.Str(), APIVersion: res.APIVersion,
	}
	err := r.evaluate(ctx, res.frame, func(x *expander) {
		for _, v := range []value.Value{res.ID, res.Name} {
			x.complete(v, res)
		}
		for _, c := range res.Copies {
			x.complete(c.Index, res)
		}
		present, known := x.isPresent(res)
		if !known || !present {
			return
		}
		req.Present = true
		req.Body = x.bodyOf(res)
		x.complete(req.Body, res)
	})
	return req, err
}

// Outputs evaluates the outputs of the deployment. Those whose condition is false
// are left out. The error is a [RunError] or that of the context.
func (r *Run) Outputs(ctx context.Context) ([]Output, error) {
	var list []Output
	err := r.evaluate(ctx, &frame{ev: r.root.ev, dep: r.root}, func(x *expander) {
		for _, o := range r.root.t.decl.outputs {
			if out, ok := x.output(r.root, o); ok {
				x.complete(out.Value, nil)
				list = append(list, out)
			}
		}
	})
	return list, err
}

// evaluate runs work with the state of the world at hand and collects what is
// wrong.
func (r *Run) evaluate(ctx context.Context, f *frame, work func(*expander)) error {
	x := r.x
	x.ctx, x.diags, x.exhausted = ctx, reporter{}, false
	*x.budget = *eval.NewBudget(x.opts.Limits.Steps, x.opts.Limits.bytes())
	x.live.running, x.live.cause = true, nil
	before := f.ev.frame
	f.ev.frame = f
	work(x)
	f.ev.frame = before
	x.live.running = false
	if err := ctx.Err(); err != nil {
		return err
	}
	failed := &RunError{Cause: x.live.cause}
	for _, d := range x.diags.finish() {
		if d.Severity == Error {
			failed.Diagnostics = append(failed.Diagnostics, d)
		}
	}
	if len(failed.Diagnostics) == 0 {
		return nil
	}
	return failed
}

// isPresent evaluates the condition of a resource; known is false when it could
// not be, which is reported.
func (x *expander) isPresent(r *Resource) (present, known bool) {
	if r.Presence == No {
		return false, true
	}
	n := r.decl.condition
	if !n.IsValid() || r.Presence == Yes {
		return true, true
	}
	v := x.tree(n, r.frame)
	if b, ok := v.AsBool(); ok {
		return b, true
	}
	switch s, _ := v.AsString(); {
	case is(s, "true"):
		return true, true
	case is(s, "false"):
		return false, true
	case !v.IsUnknown():
		x.diags.add(at(n, CodeExpression, Error, "the condition of a resource is of type %s, expected a boolean", v.Kind()))
	}
	x.complete(v, r)
	return false, false
}

// complete reports what is still unknown in a value. What failed is reported
// already.
func (x *expander) complete(v value.Value, r *Resource) {
	switch v.Kind() {
	case value.ArrayKind:
		if literal := v.Def(); literal.IsValid() && literal.Literal() {
			return
		}
		for _, e := range v.Elems() {
			x.complete(e, r)
		}
	case value.ObjectKind:
		for _, m := range v.Members() {
			x.complete(m, r)
		}
	case value.UnknownKind:
		u := v.Unknown()
		n := v.Use()
		if !n.IsValid() && r != nil {
			n = r.Node
		}
		message := "the value cannot be known by a deployment: it is " + u.Reason.String()
		if u.Reason == value.Failed {
			message = "the value could not be evaluated"
			if len(x.diags.list) > 0 {
				return
			}
		}
		if u.Subject != "" && !v.Secret() && !strings.Contains(message, u.Subject) {
			message += " (" + u.Subject + ")"
		}
		d := at(n, CodeExpression, Error, "%s", message)
		if !n.IsValid() {
			d = Diagnostic{Code: CodeExpression, Severity: Error, Message: message}
		}
		x.diags.add(d)
	}
}
