package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// State is how far a step or a deployment is.
type State string

// The states, as far as they matter to people.
const (
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// stateOf reads the states of the service: all that it does not know are on the way.
func stateOf(text string) State {
	switch strings.ToLower(text) {
	case "succeeded", "completed":
		return Succeeded
	case "failed":
		return Failed
	case "canceled", "cancelled":
		return Cancelled
	}
	return Running
}

// Step is what a deployment does with one resource.
type Step struct {
	Key      string        `json:"-"` // the same in every snapshot
	ID       string        `json:"id"`
	Type     string        `json:"type"`
	Name     string        `json:"name"`
	Within   string        `json:"within,omitempty"` // the name of the child deployment that it belongs to
	State    State         `json:"state"`
	Took     time.Duration `json:"-"`
	Seconds  float64       `json:"seconds"`
	Known    bool          `json:"-"` // whether the service has told how long it took
	Failure  *Problem      `json:"failure,omitempty"`
	deployed bool          // it is a deployment itself
}

// Snapshot is a deployment at one moment.
type Snapshot struct {
	State State
	Steps []Step // in the order in which they were first seen
	Stale bool   // the steps could not be read this time: they are those of before
}

// Output is an output of the template. Value is absent when it is a secret.
type Output struct {
	Name   string          `json:"name"`
	Type   string          `json:"type"`
	Value  json.RawMessage `json:"value,omitempty"`
	Secret bool            `json:"secret,omitempty"`
}

// Result is how a deployment ended.
type Result struct {
	Name        string        `json:"name"`
	ID          string        `json:"id"`
	State       State         `json:"state"`
	Took        time.Duration `json:"-"`
	Seconds     float64       `json:"seconds"`
	Correlation string        `json:"correlationId,omitempty"`
	Steps       []Step        `json:"steps"`
	NotBegun    int           `json:"notBegun"` // resources of the template that a failed deployment has not come to; 0 when it is not known
	Outputs     []Output      `json:"outputs"`
	Problems    []Problem     `json:"problems"`
	// Missing tells what of the result could not be read; it is empty when the
	// result is whole.
	Missing []string `json:"missing"`
}

// Follower follows one deployment.
type Follower struct {
	Client   *azure.Client
	Scope    azure.Scope
	Name     string
	Template *Template      // nil when it is not at hand
	Show     func(Snapshot) // is called after every look; may be nil

	order []string
	steps map[string]Step
}

// Follow follows a deployment to its end. That it failed is told by the result;
// an error means that it could not be followed, and may go on.
func (f *Follower) Follow(ctx context.Context, op *azure.Operation) (*Result, error) {
	show := func() {
		stale := f.look(ctx) != nil
		if f.Show != nil && ctx.Err() == nil {
			f.Show(Snapshot{State: stateOf(op.Status()), Steps: f.list(), Stale: stale})
		}
	}
	progress := func(azure.Progress) { show() }
	if op.Done() { // there is nothing to watch
		progress = nil
	} else {
		show()
	}
	_, err := op.Wait(ctx, progress)
	if err != nil && (!op.Done() || !errors.Is(err, azure.ErrFailed)) {
		return nil, err
	}
	return f.result(ctx, op, err)
}

// result reads how the deployment ended. What cannot be read is told as missing.
func (f *Follower) result(ctx context.Context, op *azure.Operation, failure error) (*Result, error) {
	s := f.Template.secrets()
	r := &Result{Name: f.Name, ID: s.Hide(f.Scope.Path() + "/providers/Microsoft.Resources/deployments/" + f.Name), State: stateOf(op.Status()),
		Outputs: []Output{}, Problems: []Problem{}, Missing: []string{}}
	if failure != nil && r.State != Cancelled {
		r.State = Failed
	}
	d, err := f.Client.GetDeployment(ctx, f.Scope, f.Name)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, err
	case err != nil:
		r.Missing = append(r.Missing, "how long it took, and its outputs: "+s.Hide(err.Error()))
	default:
		r.Took, _ = azure.ParseDuration(d.Properties.Duration)
		r.Correlation = d.Properties.CorrelationID
		r.Outputs = f.Template.outputs(d)
	}
	r.Seconds = r.Took.Seconds()
	if err := f.look(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		r.Missing = append(r.Missing, "its operations: "+s.Hide(err.Error()))
	}
	r.Steps = f.list()
	for _, st := range r.Steps {
		if st.Failure != nil {
			r.Problems = append(r.Problems, *st.Failure)
		}
	}
	if r.State != Succeeded && len(r.Missing) == 0 {
		begun := 0
		for _, st := range r.Steps {
			if !st.deployed {
				begun++
			}
		}
		r.NotBegun = max(0, f.Template.Planned()-begun)
	}
	if len(r.Problems) == 0 && failure != nil {
		r.Problems = f.Template.Problems(failure)
	}
	if len(r.Problems) == 0 && r.State == Failed {
		r.Problems = append(r.Problems, Problem{Code: "DeploymentFailed", Message: s.Hide(fmt.Sprint(failure))})
	}
	return r, nil
}

// look reads the operations of the deployment and of its children. On an error
// the steps stay as they were.
func (f *Follower) look(ctx context.Context) error {
	before, order := f.steps, f.order
	f.steps, f.order = map[string]Step{}, nil
	err := f.read(ctx, f.Scope, f.Name, "", 0, map[string]bool{})
	if err != nil {
		f.steps, f.order = before, order
		return err
	}
	for _, key := range f.order { // those that were seen before stand where they stood
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
	}
	f.order = slices.DeleteFunc(order, func(key string) bool { _, there := f.steps[key]; return !there })
	return nil
}

// deepest is how deep Azure nests deployments, with room.
const deepest = 16

func (f *Follower) read(ctx context.Context, s azure.Scope, name, within string, depth int, seen map[string]bool) error {
	seen[strings.ToLower(s.Path()+"|"+name)] = true
	for o, err := range f.Client.DeploymentOperations(ctx, s, name) {
		if err != nil {
			if within != "" && errors.Is(err, azure.ErrNotFound) {
				return nil // the child is not there yet
			}
			return err
		}
		st, ok := f.Template.step(o, within)
		if !ok {
			continue
		}
		st.Key = within + "|" + st.Key
		if _, there := f.steps[st.Key]; !there {
			f.order = append(f.order, st.Key)
		}
		f.steps[st.Key] = st
		child, childName, ok := deploymentOf(o)
		if !ok || depth >= deepest || seen[strings.ToLower(child.Path()+"|"+childName)] {
			continue
		}
		if err := f.read(ctx, child, childName, childName, depth+1, seen); err != nil {
			return err
		}
		if st.Failure != nil && f.failedWithin(childName) { // told by its own step
			st.Failure = nil
			f.steps[st.Key] = st
		}
	}
	return nil
}

func (f *Follower) failedWithin(name string) bool {
	for _, st := range f.steps {
		if st.Within == name && st.Failure != nil {
			return true
		}
	}
	return false
}

func (f *Follower) list() []Step {
	out := make([]Step, 0, len(f.order))
	for _, key := range f.order {
		out = append(out, f.steps[key])
	}
	return out
}

// deploymentOf is the child deployment that an operation makes.
func deploymentOf(o azure.DeploymentOperation) (azure.Scope, string, bool) {
	r := o.Properties.TargetResource
	if r == nil || !isDeployment(r.ID) || !strings.EqualFold(o.Properties.ProvisioningOperation, "Create") {
		return azure.Scope{}, "", false
	}
	id := estate.ParseID(r.ID)
	return azure.Scope{Subscription: id.Subscription(), Group: id.ResourceGroup()}, id.LastName(), id.Subscription() != ""
}

// step tells of an operation; false for those that do nothing to a resource and
// have not failed.
func (t *Template) step(o azure.DeploymentOperation, within string) (Step, bool) {
	p := o.Properties
	st := Step{Key: o.OperationID, State: stateOf(p.ProvisioningState), Within: within, Failure: t.failure(o)}
	if p.TargetResource != nil {
		st.Key = p.TargetResource.ID + "|" + p.ProvisioningOperation
	}
	does := strings.EqualFold(p.ProvisioningOperation, "Create") || p.ProvisioningOperation == ""
	if !does && st.Failure == nil {
		return st, false
	}
	s := t.secrets()
	switch {
	case p.TargetResource == nil:
		st.Type, st.Name = "", "the outputs of the template"
	default:
		st.ID = s.Hide(p.TargetResource.ID)
		st.Type, st.Name = typeAndName(p.TargetResource.ID)
		if st.Type == "" {
			st.Type, st.Name = p.TargetResource.ResourceType, p.TargetResource.ResourceName
		}
		st.Name = s.Hide(st.Name)
		st.deployed = isDeployment(p.TargetResource.ID)
	}
	st.Took, st.Known = azure.ParseDuration(p.Duration)
	st.Seconds = st.Took.Seconds()
	return st, true
}

// IsDeployment says whether the step is a child deployment, whose resources have
// steps of their own.
func (s Step) IsDeployment() bool { return s.deployed }

// outputs are those of a deployment, in the order of the template where that is at
// hand. What is secret by its type, or was made of secrets, has no value.
func (t *Template) outputs(d *azure.Deployment) []Output {
	s := t.secrets()
	secret, place := map[string]bool{}, map[string]int{}
	if t != nil {
		for i, o := range t.expansion.Outputs {
			place[strings.ToLower(o.Name)] = i
			secret[strings.ToLower(o.Name)] = o.Secure || o.Value.Secret()
		}
	}
	out := []Output{}
	for name, o := range d.Properties.Outputs {
		x := Output{Name: name, Type: o.Type, Value: s.JSON(o.Value)}
		x.Secret = strings.HasPrefix(strings.ToLower(o.Type), "secure") || secret[strings.ToLower(name)]
		if x.Secret {
			x.Value = nil
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Output) int {
		if d := place[strings.ToLower(a.Name)] - place[strings.ToLower(b.Name)]; d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
