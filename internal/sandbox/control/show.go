package control

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Get gives a resource as reading shows it. It implements provider.Engine and
// asks nothing about outages.
func (c *Control) Get(tx *state.Tx, now time.Time, id string) (object.Object, error) {
	t, err := c.find(tx, parse(id), "", true)
	if err != nil {
		return nil, err
	}
	if t.was == nil {
		for _, r := range roles() {
			if t.typ.Name == definitionType && strings.EqualFold(r.ID, t.name()) {
				return r.view(t.sub), nil
			}
		}
		return nil, c.notFound(t)
	}
	return c.show(tx, now, t.was, t.typ, provider.Request{})
}

// show is a resource as reading shows it; query is that of a GET for it, by which
// a hook may show more.
func (c *Control) show(tx *state.Tx, now time.Time, r *state.Resource, typ *provider.Type, rq provider.Request, query ...url.Values) (object.Object, error) {
	if r == nil {
		return nil, nil
	}
	body := object.Must(r.Body)
	if typ.ETag && r.ETag != "" {
		body["etag"] = etag(r)
	}
	if typ.Hooks.Show == nil {
		return body, nil
	}
	p := parse(r.ID)
	t := &target{place: p, typ: typ, id: r.ID, was: r}
	if p.group != "" {
		t.group = tx.Resource("/subscriptions/" + p.sub + "/resourceGroups/" + p.group)
	}
	if owner := state.OwnerOf(r.ID); t.group == nil || !sameID(owner, t.group.ID) {
		t.parent = tx.Resource(owner)
	}
	rq.APIVersion = cmp.Or(rq.APIVersion, typ.APIVersions[0])
	call := c.call(tx, now, t, rq)
	call.Body = body
	if len(query) > 0 {
		call.Query = query[0]
	}
	if err := typ.Hooks.Show(call); err != nil {
		return nil, fmt.Errorf("showing %s: %w", r.ID, err)
	}
	return call.Body, nil
}

// etag is the tag of a resource's body as headers have it.
func etag(r *state.Resource) string { return `W/"` + r.ETag + `"` }

// preconditions holds a change to the tags of its If-Match and If-None-Match.
func (c *Control) preconditions(t *target, ch change) error {
	failed := func(why string) error {
		return refusal.New(http.StatusPreconditionFailed, "PreconditionFailed", "The condition of the request is not met for the resource '%s': %s.", t.id, why)
	}
	if ch.ifNoneMatch == "*" && t.was != nil {
		return failed("it exists already")
	}
	if ch.ifMatch == "" || !t.typ.ETag && ch.ifMatch != "*" {
		return nil
	}
	switch {
	case t.was == nil:
		return failed("it does not exist")
	case ch.ifMatch != "*" && bare(ch.ifMatch) != t.was.ETag:
		return failed("it has changed since the ETag was read")
	}
	return nil
}

// bare is an ETag without the marks around it.
func bare(tag string) string {
	for len(tag) > 1 && (tag[0] == '"' || tag[:2] == `W/`) {
		if tag[0] == '"' {
			tag = tag[1:]
		} else {
			tag = tag[2:]
		}
	}
	for len(tag) > 0 && tag[len(tag)-1] == '"' {
		tag = tag[:len(tag)-1]
	}
	return tag
}

// up refuses what an outage of the control plane forbids: of the records of the
// group, and of the service that has the type in the region. What belongs to a
// resource is passed on to its service: ARM has no records of it.
func (c *Control) up(tx *state.Tx, now time.Time, t *target, location string, write bool) error {
	recorded := t.typ == nil || t.typ.Kind == "tracked" || t.parent == nil
	if t.group != nil && (write && recorded || t.isGroup()) {
		if err := c.stand(c.w.Health.Control(tx, t.group.ID, groupType, t.group.Location, now), write); err != nil {
			return err
		}
	}
	if t.isGroup() && t.group != nil {
		return nil
	}
	return c.stand(c.w.Health.Control(tx, t.id, t.typ.Name, location, now), write)
}

// stand refuses every request to what is gone, and every other one to what is
// there in part.
func (c *Control) stand(s world.Standing, write bool) error {
	switch s.Of(write) {
	case world.Gone:
	case world.Partial:
		if c.turn.Add(1)%2 == 0 {
			return nil
		}
	default:
		return nil
	}
	e := refusal.Unavailable("The service is temporarily unavailable. %s Please try again later.", s.Why)
	e.RetryAfter = 5 * time.Second
	return e
}

// stamp is a time as ARM writes it: in UTC, to the tenth of a microsecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }
