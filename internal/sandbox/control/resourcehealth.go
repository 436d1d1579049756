package control

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// healthType is the type of what Azure says about the health of a resource.
const healthType = "Microsoft.ResourceHealth/availabilityStatuses"

// healthTypes lets the list of providers name them.
func healthTypes() []*provider.Type {
	return []*provider.Type{{
		Name: healthType, Kind: "extension", States: provider.States{Creating: "-"},
		APIVersions: []string{"2025-05-01", "2025-04-01", "2024-02-01", "2023-10-01-preview", "2022-10-01", "2022-05-01", "2020-05-01", "2018-07-01", "2017-07-01", "2015-01-01"},
	}}
}

// resourceHealth answers for the availability statuses of a resource, a group or
// a subscription.
func (c *Control) resourceHealth(tx *state.Tx, q *request) (*answer, error) {
	if q.method != http.MethodGet {
		return notAllowed(q.method), nil
	}
	if _, err := c.version(c.Type(healthType), q.version, "global"); err != nil {
		return nil, err
	}
	at, what := parse(q.at.scope), strings.ToLower(strings.Join(q.at.rest, "/"))
	if (at.isSubscription() || at.isGroup()) && what == "availabilitystatuses" {
		if at.isGroup() && tx.Resource(at.path) == nil {
			return nil, refusal.GroupNotFound(at.group)
		}
		value := []object.Object{}
		for r := range tx.Below(at.path) {
			if c.isListed(r) {
				value = append(value, c.healthView(tx, q.now, r))
			}
		}
		return &answer{http.StatusOK, object.Object{"value": value}}, nil
	}
	if what == "events" {
		return &answer{http.StatusOK, object.Object{"value": []any{}}}, nil
	}
	if what != "availabilitystatuses" && what != "availabilitystatuses/current" || !at.isResource() {
		return nil, noType(q.at.space, q.version)
	}
	t, err := c.find(tx, at, "", false)
	if err != nil {
		return nil, err
	}
	if t.was == nil {
		return nil, c.notFound(t)
	}
	view := c.healthView(tx, q.now, t.was)
	if what == "availabilitystatuses" {
		return &answer{http.StatusOK, object.Object{"value": []object.Object{view}}}, nil
	}
	return &answer{http.StatusOK, view}, nil
}

// healthView is the availability status of a resource. The member occuredTime is
// spelt as Azure spells it.
func (c *Control) healthView(tx *state.Tx, now time.Time, r *state.Resource) object.Object {
	s := c.w.Health.Resource(tx, r.ID, now)
	level := max(s.Read, s.Write)
	p := object.Object{
		"availabilityState": "Available", "title": "Available", "summary": "There aren't any known Azure platform problems affecting this resource.",
		"reasonType": "", "reasonChronicity": "Transient", "occuredTime": r.Created.UTC().Format(time.RFC3339), "reportedTime": now.UTC().Format(time.RFC3339),
	}
	if level != world.Whole {
		p["availabilityState"], p["title"] = "Unavailable", "Unavailable"
		if level == world.Partial || s.Of(false) != world.Gone {
			p["availabilityState"], p["title"] = "Degraded", "Degraded"
		}
		p["summary"], p["reasonType"], p["reasonChronicity"] = s.Why, "Unplanned", "Persistent"
		p["healthEventType"], p["healthEventCause"], p["healthEventCategory"] = "Downtime", "PlatformInitiated", "Unplanned"
		if !s.Since.IsZero() {
			p["occuredTime"] = s.Since.UTC().Format(time.RFC3339)
		}
	}
	return object.Object{
		"id": r.ID + "/providers/" + healthType + "/current", "name": "current", "type": healthType, "location": r.Location, "properties": p,
	}
}
