package deployment

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// put answers a PUT: the deployment is accepted, and goes on by itself.
func (s *Service) put(tx *state.Tx, now time.Time, p place, r Request) (Answer, error) {
	was, err := s.load(tx, p.id())
	if err != nil {
		return Answer{}, err
	}
	sub, err := s.read(tx, now, p, r.Body, r.Caller, nil)
	if err != nil {
		return Answer{}, err
	}
	sub.correlation = r.Correlation
	d, err := s.begin(tx, now, sub)
	if err != nil {
		return Answer{}, err
	}
	status := http.StatusCreated
	if was != nil {
		status = http.StatusOK
	}
	h := http.Header{}
	h.Set("Azure-AsyncOperation", s.w.At.Main+d.ID+"/operationStatuses/"+d.Run+"?api-version="+r.Query.Get("api-version"))
	h.Set("Retry-After", retryAfter)
	return Answer{Status: status, Header: h, Body: s.view(d)}, nil
}

// begin keeps a new deployment and lets it start.
func (s *Service) begin(tx *state.Tx, now time.Time, sub *submission) (*record, error) {
	was, err := s.load(tx, sub.id())
	if err != nil {
		return nil, err
	}
	if was != nil && !was.done() {
		return nil, refusal.Conflict("DeploymentActive",
			"Unable to edit or replace deployment '%s': previous deployment from '%s' is still active. Please see https://aka.ms/arm-deploy for usage details.", was.Name, was.Started.Format("1/2/2006 3:04:05 PM"))
	}
	if was != nil && sub.group == "" && !strings.EqualFold(was.Location, sub.location) {
		return nil, refusal.Conflict("InvalidDeploymentLocation",
			"Invalid deployment location '%s'. The deployment '%s' already exists in location '%s'.", sub.location, was.Name, was.Location)
	}
	d, c, err := s.prepare(tx, now, sub)
	if err != nil {
		return nil, err
	}
	if was != nil {
		if err := s.drop(tx, was); err != nil {
			return nil, err
		}
	}
	if err := s.makeRoom(tx, d.Scope); err != nil {
		return nil, err
	}
	s.remember(d.Run, c)
	if err := s.saveInput(tx, d.ID, sub.in); err != nil {
		return nil, err
	}
	if err := tx.Schedule(d.event(now, -1)); err != nil {
		return nil, err
	}
	return d, s.save(tx, d)
}

// prepare makes the record of a submission and refuses what can be seen to be
// wrong.
func (s *Service) prepare(tx *state.Tx, now time.Time, sub *submission) (*record, *carried, error) {
	location := sub.location
	if sub.group != "" {
		location = sub.in.GroupLocation
	}
	if standing := s.w.Health.Control(tx, sub.id(), Type, location, now); standing.Write == world.Gone {
		return nil, nil, refusal.Unavailable("The deployment '%s' cannot be written: %s", sub.name, standing.Why)
	}
	c, err := s.carry(sub.in, sub.name, sub.location, now)
	if err != nil {
		return nil, nil, err
	}
	c.live.tx, c.live.now = tx, now
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	d := &record{
		ID: sub.id(), Name: sub.name, Scope: sub.scope, Location: sub.location, Tags: sub.tags, State: accepted, Mode: sub.mode,
		Debug: sub.debug, Hash: c.hash, Correlation: s.w.GUID(), Run: s.w.GUID(), Started: now, Changed: now, Link: sub.shownLink(),
	}
	if sub.correlation != "" {
		d.Correlation = sub.correlation
	}
	if sub.parent != nil {
		d.Parent, d.ParentStep, d.Correlation, d.Depth = sub.parent.ID, sub.step, sub.parent.Correlation, sub.parent.Depth+1
	}
	for _, p := range c.run.Expansion().Parameters {
		d.Parameters = append(d.Parameters, show(p.Name, p.Node.Get("type").Str(), p.Value, p.Secure))
	}
	for _, st := range c.run.Steps() {
		r := st.Resource
		d.Steps = append(d.Steps, step{
			ID: r.ID.Str(), Type: r.Type, Name: r.Name.Str(), After: st.After, Location: r.Location.Str(), OpID: operationID(st, d.Run),
		})
	}
	if sub.unsure {
		return d, c, nil
	}
	return d, c, s.preflight(tx, now, d, c, sub)
}

// shownLink is the link without what may be a token.
func (sub *submission) shownLink() object.Object {
	if sub.link == nil {
		return nil
	}
	link := object.CloneObject(sub.link)
	object.Delete(link, "queryString")
	if uri := object.Text(link, "uri"); uri != "" {
		object.Set(link, "uri", withoutQuery(uri))
	}
	if object.Text(link, "contentVersion") == "" {
		doc, _ := jsonc.Parse("template", []byte(sub.in.Source))
		object.Set(link, "contentVersion", doc.Root().Get("contentVersion").Str())
	}
	return link
}

// show makes what reading shows of a parameter or an output.
func show(name, declared string, v value.Value, secure bool) shown {
	out := shown{Name: name, Type: typeName(declared, v, secure)}
	if strings.HasPrefix(out.Type, "Secure") || secure {
		return out
	}
	if src, err := v.AppendRevealed(nil); err == nil {
		out.Value = src
	}
	return out
}

// maxHistory is how many deployments a scope keeps (learn.microsoft.com/azure/
// azure-resource-manager/management/azure-subscription-service-limits).
const maxHistory = 800

// makeRoom takes the oldest deployments out of a full history.
func (s *Service) makeRoom(tx *state.Tx, scope string) error {
	all, err := s.at(tx, scope)
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= maxHistory-1; i-- {
		if all[i].done() {
			if err := s.drop(tx, all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// at gives the deployments of a scope itself, the newest first.
func (s *Service) at(tx *state.Tx, scope string) ([]*record, error) {
	prefix := state.Key(scope) + collection + "/"
	var ids []string
	for key := range tx.Records(recordKind, prefix) {
		ids = append(ids, key)
	}
	var all []*record
	for _, id := range ids {
		d, err := s.load(tx, id)
		if err != nil {
			return nil, err
		}
		if d != nil {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b *record) int { return b.Started.Compare(a.Started) })
	return all, nil
}

// operationID names an operation, the same each time it is asked for.
func operationID(st template.Step, run string) string {
	doc := value.String(run + st.Resource.ID.Text())
	return strings.ToUpper(longHash(doc.Str()))
}
