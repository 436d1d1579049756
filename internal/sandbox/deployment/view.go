package deployment

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// view is what reading a deployment shows: no secure parameter or output.
func (s *Service) view(d *record) object.Object {
	properties := object.Object{
		"templateHash": d.Hash, "mode": d.Mode, "provisioningState": d.State, "correlationId": d.Correlation,
		"timestamp": timestamp(d.Changed), "duration": period(d.Changed.Sub(d.Started)),
		"providers": d.providers(), "dependencies": d.dependencies(), "parameters": shownObject(d.Parameters),
	}
	if d.Link != nil {
		properties["templateLink"] = d.Link
	}
	if d.Debug != nil {
		properties["debugSetting"] = d.Debug
	}
	if d.Error != nil {
		properties["error"] = d.Error
	}
	if d.done() && d.State != canceled {
		if d.State == succeeded {
			properties["outputs"] = shownObject(d.Outputs)
		}
		properties["outputResources"] = d.outputResources()
	}
	o := object.Object{"id": d.ID, "name": d.Name, "type": Type, "properties": properties}
	if d.Location != "" {
		o["location"] = d.Location
	}
	if d.Tags != nil {
		o["tags"] = d.Tags
	}
	return o
}

func shownObject(list []shown) object.Object {
	o := object.Object{}
	for _, p := range list {
		v := object.Object{"type": p.Type}
		if p.Value != nil {
			v["value"] = decoded(p.Value)
		}
		o[p.Name] = v
	}
	return o
}

// providers lists the types of the template with their locations.
func (d *record) providers() []any {
	list := []any{}
	types := map[string]object.Object{}
	namespaces := map[string]object.Object{}
	for i := range d.Steps {
		st := &d.Steps[i]
		namespace, short, _ := strings.Cut(st.Type, "/")
		p := namespaces[strings.ToLower(namespace)]
		if p == nil {
			p = object.Object{"namespace": namespace, "resourceTypes": []any{}}
			namespaces[strings.ToLower(namespace)] = p
			list = append(list, p)
		}
		t := types[strings.ToLower(st.Type)]
		if t == nil {
			t = object.Object{"resourceType": short, "locations": []any{}}
			types[strings.ToLower(st.Type)] = t
			p["resourceTypes"] = append(object.List(p, "resourceTypes"), t)
		}
		var location any
		if st.Location != "" {
			location = strings.ToLower(strings.ReplaceAll(st.Location, " ", ""))
		}
		known := false
		for _, l := range object.List(t, "locations") {
			known = known || l == location
		}
		if !known {
			t["locations"] = append(object.List(t, "locations"), location)
		}
	}
	return list
}

func (st *step) reference() object.Object {
	return object.Object{"id": st.ID, "resourceType": st.Type, "resourceName": st.Name}
}

func (d *record) dependencies() []any {
	list := []any{}
	for i := range d.Steps {
		st := &d.Steps[i]
		if len(st.After) == 0 {
			continue
		}
		var on []any
		for _, k := range st.After {
			on = append(on, d.Steps[k].reference())
		}
		o := st.reference()
		o["dependsOn"] = on
		list = append(list, o)
	}
	return list
}

// made are the ids of what was deployed, by child deployments, too.
func (d *record) made() []string {
	var ids []string
	for i := range d.Steps {
		switch st := &d.Steps[i]; {
		case st.State != succeeded:
		case strings.EqualFold(st.Type, Type):
			ids = append(ids, st.Made...)
		default:
			ids = append(ids, st.ID)
		}
	}
	return ids
}

func (d *record) outputResources() []any {
	list := []any{}
	for _, id := range d.made() {
		list = append(list, object.Object{"id": id})
	}
	return list
}

// operations answers GET …/operations and …/operations/{id}.
func (s *Service) operations(tx *state.Tx, p place, r Request) (Answer, error) {
	d, err := s.find(tx, p)
	if err != nil {
		return Answer{}, err
	}
	var all []any
	for i := range d.Steps {
		if st := &d.Steps[i]; !st.Started.IsZero() && st.State != skipped {
			all = append(all, d.operation(st, "Create"))
		}
	}
	if d.Outcome != nil {
		all = append(all, d.operation(d.Outcome, "EvaluateDeploymentOutput"))
	}
	switch len(p.rest) {
	case 1:
		return s.page(all, r)
	case 2:
		for _, o := range all {
			if o := o.(object.Object); strings.EqualFold(object.Text(o, "operationId"), p.rest[1]) {
				return Answer{Status: http.StatusOK, Body: o}, nil
			}
		}
	}
	return Answer{}, refusal.New(http.StatusNotFound, "DeploymentOperationNotFound", "Deployment operation '%s' could not be found.", p.rest[len(p.rest)-1])
}

// operation is one step as the list of operations shows it.
func (d *record) operation(st *step, what string) object.Object {
	shownState, last := st.State, st.Ended
	if shownState == "" || shownState == running {
		shownState, last = running, d.Changed
	}
	properties := object.Object{
		"provisioningOperation": what, "provisioningState": shownState, "timestamp": timestamp(last),
		"duration": period(last.Sub(st.Started)), "trackingId": st.Tracking,
	}
	if st.ID != "" {
		properties["targetResource"] = st.reference()
	}
	if st.Status != 0 {
		properties["statusCode"] = strings.ReplaceAll(http.StatusText(st.Status), " ", "")
	}
	if st.Error != nil {
		message := object.Object{"error": st.Error}
		if st.Terminal {
			message = object.Object{"status": failed, "error": st.reported()}
		}
		properties["statusMessage"] = message
	}
	return object.Object{"id": d.ID + "/operations/" + st.OpID, "operationId": st.OpID, "properties": properties}
}

// cancel answers POST …/cancel.
func (s *Service) cancel(tx *state.Tx, now time.Time, p place) (Answer, error) {
	d, err := s.find(tx, p)
	if err != nil {
		return Answer{}, err
	}
	if d.done() {
		return Answer{}, refusal.Conflict("DeploymentCannotBeCancelled", "The deployment '%s' cannot be cancelled because it is in the state '%s'.", d.Name, d.State)
	}
	return Answer{Status: http.StatusNoContent}, s.stop(tx, now, d)
}

// stop ends a deployment and its children where they are. What the resources'
// own operations do goes on.
func (s *Service) stop(tx *state.Tx, now time.Time, d *record) error {
	d.State = canceled
	for i := range d.Steps {
		st := &d.Steps[i]
		if st.State != running {
			continue
		}
		st.State, st.Ended = canceled, now
		if !strings.EqualFold(st.Type, Type) {
			continue
		}
		child, err := s.load(tx, st.ID)
		if err != nil {
			return err
		}
		if child != nil && !child.done() && child.Parent == d.ID {
			if err := s.stop(tx, now, child); err != nil {
				return err
			}
		}
	}
	if err := s.ended(tx, now, d); err != nil {
		return err
	}
	return s.save(tx, d)
}

// export answers POST …/exportTemplate with the template as it was sent, without
// its comments.
func (s *Service) export(tx *state.Tx, p place) (Answer, error) {
	d, err := s.find(tx, p)
	if err != nil {
		return Answer{}, err
	}
	in, err := s.loadInput(tx, d.ID)
	if err != nil {
		return Answer{}, err
	}
	doc, _ := jsonc.Parse("template", []byte(in.Source))
	return Answer{Status: http.StatusOK, Body: object.Object{"template": decoded(value.FromNode(doc.Root()).AppendJSON(nil))}}, nil
}

// secureOutputs answers listOutputsWithSecureValues.
func (s *Service) secureOutputs(tx *state.Tx, p place) (Answer, error) {
	d, err := s.find(tx, p)
	if err != nil {
		return Answer{}, err
	}
	in, err := s.loadInput(tx, d.ID)
	if err != nil {
		return Answer{}, err
	}
	out := object.Object{}
	for _, o := range d.Outputs {
		v := any(nil)
		if o.Value != nil {
			v = decoded(o.Value)
		}
		if secret, ok := in.SecureOutputs[o.Name]; ok {
			v = secret
		}
		out[o.Name] = v
	}
	return Answer{Status: http.StatusOK, Body: out}, nil
}
