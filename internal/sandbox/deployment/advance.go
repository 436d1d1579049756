package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// happen carries a deployment on at an event.
func (s *Service) happen(tx *state.Tx, now time.Time, e state.Event) error {
	var data eventData
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return fmt.Errorf("deployment %s: %w", e.Key, err)
	}
	d, err := s.load(tx, e.Key)
	if err != nil || d == nil || d.Run != data.Run || d.done() {
		return err
	}
	d.State = running
	err = tx.Attempt(func() error {
		if data.Step >= 0 && data.Step < len(d.Steps) {
			if err := s.stepEnded(tx, now, d, data.Step); err != nil {
				return err
			}
		}
		return s.advance(tx, now, d)
	})
	if err != nil { // nobody would come back to it
		s.w.Log.Error("a deployment cannot go on", "deployment", d.ID, "error", err)
		d.State, d.Error = failed, refusal.Of(err)
		if err := s.ended(tx, now, d); err != nil {
			return err
		}
	}
	d.Changed = now
	return s.save(tx, d)
}

// stepEnded notes how a step has ended that took its time.
func (s *Service) stepEnded(tx *state.Tx, now time.Time, d *record, i int) error {
	st := &d.Steps[i]
	if st.State != running {
		return nil
	}
	if strings.EqualFold(st.Type, Type) {
		child, err := s.load(tx, st.ID)
		switch {
		case err != nil:
			return err
		case child == nil:
			st.fail(now, refusal.New(http.StatusNotFound, "DeploymentNotFound", "Deployment '%s' could not be found.", st.Name))
		case child.State == succeeded:
			st.State, st.Ended, st.Made = succeeded, now, child.made()
		case child.done():
			st.fail(now, child.Error)
			st.Terminal, st.Status = true, http.StatusConflict
		}
		return nil
	}
	p, ok := s.engine.Progress(tx, st.Operation)
	switch {
	case !ok:
		st.fail(now, refusal.New(http.StatusNotFound, "OperationNotFound", "The operation of the resource is not there any more."))
	case p.Status == succeeded:
		st.State, st.Ended = succeeded, now
		if st.Status == http.StatusAccepted {
			st.Status = http.StatusOK
		}
	case p.Status == failed || p.Status == canceled:
		e := new(refusal.Error)
		if len(p.Error) == 0 || json.Unmarshal(p.Error, e) != nil {
			e = refusal.Conflict("OperationFailed", "The operation has ended in the state '%s'.", p.Status)
		}
		st.fail(now, e)
		st.Terminal, st.Status = true, http.StatusConflict
	default: // it takes longer than it was to
		next := p.Ends
		if !next.After(now) {
			next = now.Add(5 * time.Second)
		}
		return tx.Schedule(d.event(next, i))
	}
	return nil
}

func (st *step) fail(now time.Time, e *refusal.Error) {
	if e == nil {
		e = refusal.Conflict("Conflict", "The resource operation was cancelled.")
	}
	st.State, st.Ended, st.Error = failed, now, e
	if st.Status = e.Status; st.Status == 0 {
		st.Status = http.StatusConflict
	}
}

// advance starts what can be started and ends the deployment when nothing is
// left to do.
func (s *Service) advance(tx *state.Tx, now time.Time, d *record) error {
	c, err := s.carriedOf(tx, now, d)
	if err != nil {
		return err
	}
	if len(c.run.Steps()) != len(d.Steps) {
		return fmt.Errorf("deployment %s: its template gives %d steps where it gave %d", d.ID, len(c.run.Steps()), len(d.Steps))
	}
	for again := true; again; {
		again = false
		for i := range d.Steps {
			if d.ready(i, now) {
				if err := s.start(tx, now, d, c, i); err != nil {
					return err
				}
				again = again || d.Steps[i].ended()
			}
		}
	}
	return s.finish(tx, now, d, c)
}

// ready says whether a step can be started.
func (d *record) ready(i int, now time.Time) bool {
	if d.Steps[i].State != "" || d.Steps[i].NotBefore.After(now) {
		return false
	}
	for _, k := range d.Steps[i].After {
		if s := d.Steps[k].State; s != succeeded && s != skipped {
			return false
		}
	}
	return true
}

// blocked says of each step whether it can never be started, because one has
// failed that it waits for.
func (d *record) blocked() []bool {
	out, known := make([]bool, len(d.Steps)), make([]bool, len(d.Steps))
	var look func(i int) bool
	look = func(i int) bool {
		if known[i] {
			return out[i]
		}
		known[i] = true
		for _, k := range d.Steps[i].After {
			switch d.Steps[k].State {
			case failed, canceled:
				out[i] = true
			case "":
				out[i] = out[i] || look(k)
			}
		}
		return out[i]
	}
	for i := range d.Steps {
		look(i)
	}
	return out
}

// maxDepth is how deep deployments nest in the sandbox.
const maxDepth = 32

// maxTries is how often a step is sent that is refused for a while.
const maxTries = 5

// start sends a step.
func (s *Service) start(tx *state.Tx, now time.Time, d *record, c *carried, i int) error {
	st := &d.Steps[i]
	st.Tries++
	if st.Started.IsZero() {
		st.Started, st.Tracking = now, s.w.GUID()
	}
	req, err := c.run.Request(context.Background(), c.run.Steps()[i].Resource)
	if err != nil {
		st.fail(now, stepFault(err))
		return nil
	}
	st.ID, st.Name = groupID(req.ID), req.Name
	if !req.Present {
		st.State, st.Ended = skipped, now
		return nil
	}
	event := d.event(now, i)
	err = tx.Attempt(func() error {
		if strings.EqualFold(st.Type, Type) {
			return s.startChild(tx, now, d, i, req, c)
		}
		result, err := s.send(tx, now, req, c.live.in, &event)
		if err != nil {
			return err
		}
		st.State, st.Status, st.Operation = running, result.Status, result.Operation
		if result.Operation == "" {
			st.State, st.Ended = succeeded, now
		}
		return nil
	})
	if err == nil {
		return nil
	}
	var e *refusal.Error
	if !errors.As(err, &e) {
		s.w.Log.Error("a deployment could not send a resource", "deployment", d.ID, "resource", st.ID, "error", err)
		e = refusal.Of(err)
	} else if (e.Status == http.StatusTooManyRequests || e.Status >= 500) && st.Tries < maxTries {
		wait := e.RetryAfter
		if wait <= 0 {
			wait = 15 * time.Second
		}
		st.NotBefore = now.Add(wait)
		return tx.Schedule(d.event(st.NotBefore, -1))
	}
	st.fail(now, e)
	return nil
}

// startChild begins the deployment that a step is.
func (s *Service) startChild(tx *state.Tx, now time.Time, d *record, i int, req template.Request, c *carried) error {
	p, err := parse(req.ID)
	if err != nil {
		return err
	}
	if err := s.scopeExists(tx, p); err != nil {
		return err
	}
	src, err := req.Body.AppendRevealed(nil)
	if err != nil {
		return err
	}
	if d.Depth >= maxDepth {
		return refusal.New(http.StatusBadRequest, "InvalidTemplate", "Deployment template validation failed: 'deployments are nested more than %d levels deep'.", maxDepth)
	}
	sub, err := s.read(tx, now, p, src, c.live.in.Caller, d)
	if err != nil {
		return err
	}
	sub.step = i
	child, err := s.begin(tx, now, sub)
	if err != nil {
		return err
	}
	st := &d.Steps[i]
	st.ID, st.State, st.Status = child.ID, running, http.StatusCreated
	return nil
}

// finish ends a deployment of which nothing runs and nothing can be started.
func (s *Service) finish(tx *state.Tx, now time.Time, d *record, c *carried) error {
	var broken []*step
	blocked := d.blocked()
	for i := range d.Steps {
		switch st := &d.Steps[i]; {
		case st.State == running, st.State == "" && !blocked[i]:
			return nil
		case st.State == failed:
			broken = append(broken, st)
		}
	}
	if len(broken) > 0 {
		d.State, d.Error = failed, d.failure(broken)
	} else if err := s.evaluateOutputs(tx, now, d, c); err != nil {
		return err
	}
	return s.ended(tx, now, d)
}

// ended forgets what only a running deployment needs and tells the parent.
func (s *Service) ended(tx *state.Tx, now time.Time, d *record) error {
	d.Changed = now
	delete(s.runs, d.Run)
	if in, err := s.loadInput(tx, d.ID); err == nil { // else there is nothing to forget
		in.Parameters = `{"parameters":{}}` // their secrets are not needed any more
		if err := s.saveInput(tx, d.ID, in); err != nil {
			return err
		}
	}
	if d.Parent == "" {
		return nil
	}
	parent, err := s.load(tx, d.Parent)
	if err != nil || parent == nil || parent.done() {
		return err
	}
	return tx.Schedule(parent.event(now, d.ParentStep))
}

// evaluateOutputs gives a deployment its outputs, or its failure.
func (s *Service) evaluateOutputs(tx *state.Tx, now time.Time, d *record, c *carried) error {
	d.State = succeeded
	list, err := c.run.Outputs(context.Background())
	op := &step{State: succeeded, Started: now, Ended: now, Status: http.StatusOK, OpID: strings.ToUpper(longHash(d.Run + "outputs")), Tracking: d.Correlation}
	d.Outcome = op
	if err != nil {
		fault := stepFault(err)
		op.fail(now, fault)
		d.State = failed
		d.Error = refusal.New(http.StatusBadRequest, "DeploymentOutputEvaluationFailed",
			"Unable to evaluate template outputs. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.")
		d.Error.Details = []*refusal.Error{fault}
		return nil
	}
	secure := object.Object{}
	for _, o := range list {
		d.Outputs = append(d.Outputs, show(o.Name, o.Type, o.Value, o.Secure))
		if o.Secure {
			src, err := o.Value.AppendRevealed(nil)
			if err != nil {
				return err
			}
			secure[o.Name] = decoded(src)
		}
	}
	if len(secure) == 0 {
		return nil
	}
	in, err := s.loadInput(tx, d.ID)
	if err != nil {
		return err
	}
	in.SecureOutputs = secure
	return s.saveInput(tx, d.ID, in)
}

// failure is the error of a deployment whose steps have failed, as Azure nests
// it.
func (d *record) failure(broken []*step) *refusal.Error {
	e := &refusal.Error{
		Status: http.StatusConflict, Code: "DeploymentFailed", Target: d.ID,
		Message: "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.",
	}
	for _, st := range broken {
		e.Details = append(e.Details, st.reported())
	}
	return e
}

// reported is the error of a step: what was refused at once as it is, what failed
// later with the reason inside.
func (st *step) reported() *refusal.Error {
	if !st.Terminal {
		inner := *st.Error
		if inner.Target == "" {
			inner.Target = st.ID
		}
		return &inner
	}
	return &refusal.Error{
		Status: st.Status, Code: "ResourceDeploymentFailure", Target: st.ID,
		Message: "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
		Details: []*refusal.Error{st.Error},
	}
}
