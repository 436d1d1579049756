package deployment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// The kinds of changes of resources, as the service names them.
const (
	resourceCreate      = "Create"
	resourceModify      = "Modify"
	resourceNoChange    = "NoChange"
	resourceIgnore      = "Ignore"
	resourceDeploy      = "Deploy"
	resourceUnsupported = "Unsupported"
)

// keptResults is how many what-if results are there to be fetched.
const keptResults = 32

// whatIf answers POST …/whatIf: the result is fetched from the address in
// Location.
func (s *Service) whatIf(tx *state.Tx, now time.Time, p place, r Request) (Answer, error) {
	sub, err := s.read(tx, now, p, r.Body, r.Caller, nil)
	if err != nil {
		return Answer{}, err
	}
	f := &forecast{s: s, now: now, only: strings.EqualFold(sub.format, "ResourceIdOnly"), seen: map[string]bool{}, groups: map[string]bool{}}
	err = tx.Attempt(func() error {
		if err := f.deployment(tx, sub); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		return Answer{}, err
	}
	if err := f.ignored(tx); err != nil {
		return Answer{}, err
	}
	slices.SortStableFunc(f.changes, func(a, b object.Object) int {
		return cmp.Compare(strings.ToLower(object.Text(a, "resourceId")), strings.ToLower(object.Text(b, "resourceId")))
	})
	result := object.Object{"status": succeeded, "properties": object.Object{"correlationId": s.w.GUID(), "changes": f.changes}}
	id, err := s.keepResult(tx, now, result)
	if err != nil {
		return Answer{}, err
	}
	h := http.Header{}
	h.Set("Location", s.w.At.Main+sub.id()+"/operationResults/"+id+"?api-version="+r.Query.Get("api-version"))
	h.Set("Retry-After", retryAfter)
	return Answer{Status: http.StatusAccepted, Header: h}, nil
}

func (s *Service) keepResult(tx *state.Tx, now time.Time, result object.Object) (string, error) {
	var keys []string
	for key := range tx.Records(whatIfKind, "") {
		keys = append(keys, key)
	}
	for len(keys) >= keptResults { // in the order of time
		if err := tx.DeleteRecord(whatIfKind, keys[0]); err != nil {
			return "", err
		}
		keys = keys[1:]
	}
	src, err := json.Marshal(result)
	if err != nil {
		return "", err
	}
	id := now.UTC().Format("20060102150405.000000000") + "-" + s.w.GUID()
	return id, tx.PutRecord(whatIfKind, id, src)
}

// whatIfResult answers the address in Location.
func (s *Service) whatIfResult(tx *state.Tx, p place) (Answer, error) {
	src, ok := tx.Record(whatIfKind, p.rest[1])
	if !ok {
		return Answer{}, refusal.New(http.StatusNotFound, "OperationNotFound", "The result of what-if '%s' is not there any more.", p.rest[1])
	}
	return Answer{Status: http.StatusOK, Body: object.Must(src)}, nil
}

// forecast finds out what a deployment would change, by doing it within an
// attempt that is taken back.
type forecast struct {
	s       *Service
	now     time.Time
	only    bool // ids without bodies
	changes []object.Object
	seen    map[string]bool // resources of the template
	groups  map[string]bool // that are deployed to
	depth   int
}

// deployment forecasts one deployment with its children.
func (f *forecast) deployment(tx *state.Tx, sub *submission) error {
	_, c, err := f.s.prepare(tx, f.now, sub)
	if err != nil {
		return err
	}
	if sub.group != "" {
		f.groups[sub.scope] = true
	}
	for _, i := range inOrder(c.run.Steps()) {
		r := c.run.Steps()[i].Resource
		req, err := c.run.Request(context.Background(), r)
		switch {
		case err != nil && r.IsDeployment():
			f.unknownChild(tx, c, r)
		case err != nil:
			f.unknown(tx, r)
		case !req.Present:
		case r.IsDeployment():
			if err := f.child(tx, c, r, req); err != nil {
				return err
			}
		default:
			f.resource(tx, c, r, req)
		}
	}
	return nil
}

// inOrder gives the indices of steps, each after those it waits for.
func inOrder(steps []template.Step) []int {
	var order []int
	state := make([]bool, len(steps))
	var visit func(i int)
	visit = func(i int) {
		if state[i] {
			return
		}
		state[i] = true
		for _, k := range steps[i].After {
			visit(k)
		}
		order = append(order, i)
	}
	for i := range steps {
		visit(i)
	}
	return order
}

// child forecasts a deployment within the deployment.
func (f *forecast) child(tx *state.Tx, c *carried, r *template.Resource, req template.Request) error {
	p, err := parse(req.ID)
	if err != nil {
		return err
	}
	src, err := req.Body.AppendRevealed(nil)
	if err != nil {
		return err
	}
	if f.depth++; f.depth > maxDepth {
		return refusal.New(http.StatusBadRequest, "InvalidTemplate", "Deployment template validation failed: 'deployments are nested more than %d levels deep'.", maxDepth)
	}
	defer func() { f.depth-- }()
	if err := f.s.scopeExists(tx, p); err != nil {
		f.unknownChild(tx, c, r)
		return nil
	}
	sub, err := f.s.read(tx, f.now, p, src, c.live.in.Caller, &record{})
	if err != nil {
		return err
	}
	sub.unsure = true
	return f.deployment(tx, sub)
}

// resource forecasts one resource of which everything is known.
func (f *forecast) resource(tx *state.Tx, c *carried, r *template.Resource, req template.Request) {
	id := groupID(req.ID)
	before, err := f.s.engine.Get(tx, f.now, id)
	if err != nil {
		before = nil
	}
	masked := masking{}
	declared := masked.body(req)
	var after object.Object
	putErr := tx.Attempt(func() error {
		if _, err := f.s.send(tx, f.now, req, c.live.in, nil); err != nil {
			return err
		}
		after, err = f.s.engine.Get(tx, f.now, id)
		return err
	})
	f.seen[state.Key(id)] = true
	change := object.Object{"resourceId": id, "unsupportedReason": nil, "before": nil, "after": nil, "delta": nil}
	switch {
	case f.only:
		change["changeType"] = resourceDeploy
	case before == nil:
		change["changeType"], change["after"] = resourceCreate, described(id, req, declared)
	default:
		before = quiet(before)
		if putErr != nil {
			after = object.CloneObject(before)
			object.Merge(after, declared)
		}
		after, _ = masked.hide(quiet(after)).(object.Object)
		keepTimes(before, after, declared)
		delta := difference(before, after)
		change["changeType"] = resourceNoChange
		if len(delta) > 0 {
			change["changeType"] = resourceModify
		}
		if delta = append(delta, noEffect(f.s.engine.Type(r.Type), before, declared)...); len(delta) > 0 {
			change["delta"] = delta
		}
		change["before"], change["after"] = before, after
	}
	f.changes = append(f.changes, change)
}

// noEffect lists what a template sets that only the service can.
func noEffect(t *provider.Type, before, declared object.Object) []any {
	if t == nil {
		return nil
	}
	var out []any
	for _, path := range slices.Sorted(slices.Values(t.ReadOnly)) {
		v, ok := object.Find(declared, path)
		if was := object.Get(before, path); ok && v != nil && !same(v, was) {
			out = append(out, object.Object{"path": path, "propertyChangeType": changeNoEffect, "before": nil, "after": v, "children": nil})
		}
	}
	return out
}

// quiet is a body without what changes by itself.
func quiet(o object.Object) object.Object {
	o = object.CloneObject(o)
	for _, path := range []string{"etag", "systemData", "properties.provisioningState"} {
		object.Delete(o, path)
	}
	return o
}

// keepTimes takes back the times in a body that a service has set by itself, as
// those of a last change.
func keepTimes(before, after, declared object.Object) {
	for name, v := range after {
		was, ok := object.Find(before, name)
		if !ok {
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if inner, ok := was.(map[string]any); ok {
				keepTimes(inner, v, object.Inner(declared, name))
			}
		case string:
			if text, ok := was.(string); ok && object.Get(declared, name) == nil && isTime(v) && isTime(text) {
				after[name] = was
			}
		}
	}
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// described is a body as what-if shows it for a resource that is not there yet.
func described(id string, req template.Request, body object.Object) object.Object {
	o := object.CloneObject(body)
	o["id"], o["apiVersion"], o["type"] = id, req.APIVersion, req.Type
	o["name"] = id[strings.LastIndexByte(id, '/')+1:]
	if p, err := parseScope(groupOf(id)); err == nil && p.group != "" {
		o["resourceGroup"] = p.group
	}
	return o
}

// groupOf is the id of the group that an id lies in, as far as it has one.
func groupOf(id string) string {
	segments := strings.Split(id, "/")
	if len(segments) < 5 {
		return id
	}
	return strings.Join(segments[:5], "/")
}

// unknown is a change of a resource whose body cannot be told yet: what is not
// known stands there as its expression.
func (f *forecast) unknown(tx *state.Tx, r *template.Resource) {
	id := r.ID.Str()
	change := object.Object{"resourceId": r.ID.Text(), "unsupportedReason": nil, "before": nil, "after": nil, "delta": nil}
	f.changes = append(f.changes, change)
	if id == "" || r.ID.Secret() {
		change["changeType"] = resourceUnsupported
		change["unsupportedReason"] = "Changes to the resource declared at '" + r.Node.Pos().String() + "' cannot be analyzed because its resource ID or API version cannot be calculated until the deployment is under way."
		return
	}
	id = groupID(id)
	f.seen[state.Key(id)] = true
	change["resourceId"] = id
	body, _ := partial(r.Body).(object.Object)
	before, err := f.s.engine.Get(tx, f.now, id)
	switch {
	case f.only:
		change["changeType"] = resourceDeploy
	case err != nil:
		req := template.Request{Type: r.Type, APIVersion: r.APIVersion}
		change["changeType"], change["after"] = resourceCreate, described(id, req, body)
	default:
		before = quiet(before)
		after := object.CloneObject(before)
		for _, name := range []string{"type", "name", "apiVersion"} {
			object.Delete(body, name)
		}
		object.Merge(after, body)
		change["before"], change["after"], change["changeType"] = before, after, resourceNoChange
		if delta := difference(before, after); len(delta) > 0 {
			change["delta"], change["changeType"] = delta, resourceModify
		}
	}
}

// unknownChild forecasts the resources of a child deployment whose parameters
// cannot be told yet, as far as they are known offline.
func (f *forecast) unknownChild(tx *state.Tx, c *carried, deployment *template.Resource) {
	below := func(d *template.Deployment) bool {
		for ; d != nil; d = d.Parent {
			if d.Resource == deployment {
				return true
			}
		}
		return false
	}
	if deployment.Child == nil {
		f.unknown(tx, deployment)
		return
	}
	for _, r := range c.run.Expansion().Resources {
		if !r.Existing && !r.IsDeployment() && below(r.Deployment) {
			f.unknown(tx, r)
		}
	}
}

// ignored lists what lies in the groups and is in no template.
func (f *forecast) ignored(tx *state.Tx) error {
	for group := range f.groups {
		for r := range tx.Below(group) {
			t := f.s.engine.Type(r.Type)
			if f.seen[state.Key(r.ID)] || t == nil || t.Kind != "tracked" {
				continue
			}
			body, err := f.s.engine.Get(tx, f.now, r.ID)
			if err != nil {
				return err
			}
			change := object.Object{"resourceId": r.ID, "changeType": resourceIgnore, "unsupportedReason": nil, "before": nil, "after": nil, "delta": nil}
			if !f.only {
				change["before"], change["after"] = quiet(body), quiet(body)
			}
			f.changes = append(f.changes, change)
		}
	}
	return nil
}
