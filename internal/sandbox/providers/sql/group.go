package sql

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	// failedOver is the kind of the event at which a failover group has failed
	// over; its key is the id of the group that becomes the primary one.
	failedOver = "sql.failover"
	// failoverTakes is how long that takes: documented as typically within 60
	// seconds (data-stores.md 1.2).
	failoverTakes = 45 * time.Second
)

// server is the server that an id of a child begins with.
func server(id string) string { return state.OwnerOf(id) }

// partner is the id of the server on the other side of a group, "" without one.
func partner(body object.Object) string {
	for _, p := range facet.Objects(body, "properties.partnerServers") {
		return object.Text(p, "id")
	}
	return ""
}

func prepareGroup(c *provider.Call) error {
	if c.Method == http.MethodPatch && changedToManual(c) { // that a PATCH takes the endpoint as a whole is OUR READING of its schema
		object.Delete(c.Body, grace)
	}
	if err := facet.Checks(c, checkGroup); err != nil {
		return err
	}
	facet.Made(c, "properties.replicationRole", func() any { return "Primary" })
	facet.Made(c, "properties.replicationState", func() any { return "CATCH_UP" })
	for _, p := range facet.Objects(c.Body, "properties.partnerServers") {
		if r := c.Tx.Resource(object.Text(p, "id")); r != nil {
			p["location"] = display(r.Location)
		}
		if object.Text(p, "replicationRole") == "" {
			p["replicationRole"] = "Secondary"
		}
	}
	return nil
}

const grace = "properties.readWriteEndpoint.failoverWithDataLossGracePeriodMinutes"

// changedToManual says that a change leaves the policy Automatic, and keeps its
// grace period only because it does not speak of it.
func changedToManual(c *provider.Call) bool {
	was := facet.Was(c)
	policy := "properties.readWriteEndpoint.failoverPolicy"
	return object.Text(was, policy) == "Automatic" && object.Text(c.Body, policy) == "Manual" && number(object.Get(was, grace)) == number(object.Get(c.Body, grace))
}

// checkGroup holds a group to a partner in another region, and a policy to its
// grace period (data-stores.md 1.1).
func checkGroup(c *provider.Call) error {
	other := c.Tx.Resource(partner(c.Body))
	minutes, hasGrace := object.Find(c.Body, grace)
	automatic := object.Text(c.Body, "properties.readWriteEndpoint.failoverPolicy") == "Automatic"
	switch {
	case other == nil || !strings.EqualFold(other.Type, serverType):
		return refusal.New(http.StatusBadRequest, "FailoverGroupPartnerServerNotFound", "The partner server '%s' of the failover group %s is not found.", partner(c.Body), c.Name)
	case c.Parent != nil && other.Location == c.Parent.Location:
		return refusal.New(http.StatusBadRequest, "FailoverGroupCreateOrUpdateRequestSameRegion", "The partner server %s of the failover group %s is in the same region, %s.", other.Name, c.Name, other.Location)
	case automatic && (!hasGrace || number(minutes) < 60):
		return refusal.New(http.StatusBadRequest, "InvalidFailoverGroupGracePeriod", "Grace period value is not provided or is invalid: with the failover policy Automatic it must be at least 60 minutes.")
	case !automatic && hasGrace && minutes != nil && number(minutes) != 0:
		return refusal.New(http.StatusBadRequest, "InvalidFailoverGroupGracePeriod", "Grace period should not be provided when failover policy Manual is selected for the read-write endpoint.")
	}
	for r := range c.Tx.OfType(groupType, "") {
		if strings.EqualFold(r.Name, c.Name) && !strings.EqualFold(r.ID, c.ID) && !strings.EqualFold(server(r.ID), other.ID) {
			return refusal.Conflict("FailoverGroupAlreadyExists", "The failover group name '%s' is already in use.", c.Name)
		}
	}
	for _, id := range facet.Strings(c.Body, "properties.databases") {
		if c.Tx.Resource(id) == nil || !strings.EqualFold(server(id), server(c.ID)) {
			return refusal.New(http.StatusBadRequest, "FailoverGroupDatabaseNotFound", "The database '%s' of the failover group %s is not one of its server.", id, c.Name)
		}
	}
	return nil
}

// keptGroup gives the partner server its side of the group, and a copy of each
// database.
func keptGroup(c *provider.Call) error {
	if object.Text(c.Body, "properties.replicationRole") != "Primary" {
		return nil
	}
	other := partner(c.Body)
	here := c.Tx.Resource(server(c.ID))
	if c.Tx.Resource(other) == nil || here == nil {
		return nil
	}
	theirs := []any{}
	for _, id := range facet.Strings(c.Body, "properties.databases") {
		copyID := other + "/databases/" + id[strings.LastIndexByte(id, '/')+1:]
		theirs = append(theirs, copyID)
		if err := replicate(c, id, copyID); err != nil {
			return err
		}
	}
	side := object.CloneObject(c.Body)
	for _, own := range []string{"id", "name", "type"} {
		object.Delete(side, own)
	}
	object.Set(side, "properties.replicationRole", "Secondary")
	object.Set(side, "properties.databases", theirs)
	object.Set(side, "properties.partnerServers", []any{object.Object{"id": here.ID, "location": display(here.Location), "replicationRole": "Primary"}})
	r := &state.Resource{ID: other + "/failoverGroups/" + c.Name, Type: groupType, Name: c.Name, Created: c.Now, Changed: c.Now}
	if was := c.Tx.Resource(r.ID); was != nil {
		r = was.Copy()
	}
	side["id"], side["name"], side["type"] = r.ID, r.Name, groupType
	r.Body = object.Encode(side)
	return c.Tx.Put(r)
}

// replicate makes a copy of a database on another server unless there is one.
func replicate(c *provider.Call, id, copyID string) error {
	source, target := c.Tx.Resource(id), c.Tx.Resource(server(copyID))
	if c.Tx.Resource(copyID) != nil || source == nil || target == nil {
		return nil
	}
	body := object.Must(source.Body)
	err := facet.Bring(c, provider.Request{ID: copyID, Body: object.Object{
		"location": target.Location, "sku": object.CloneObject(object.Inner(body, "sku")),
		"properties": object.Object{"createMode": "Secondary", "sourceDatabaseId": source.ID, "collation": object.Text(body, "properties.collation"),
			"catalogCollation": object.Text(body, "properties.catalogCollation")},
	}})
	return err
}

// dropGroup takes the other side away too. The databases stay, as do their links.
func dropGroup(c *provider.Call) error {
	return c.Tx.Delete(partner(facet.Was(c)) + "/failoverGroups/" + c.Name)
}

func failover(c *provider.Call) (provider.Reply, error) { return begin(c, false) }

func forceFailover(c *provider.Call) (provider.Reply, error) { return begin(c, true) }

// begin starts a failover to the server of the group that is called. A planned
// one needs both servers; a forced one the called one alone.
func begin(c *provider.Call, forced bool) (provider.Reply, error) {
	body := facet.Was(c)
	other := c.World.Health.Own(c.Tx, partner(body), c.Now)
	switch {
	case object.Text(body, "properties.replicationRole") == "Primary":
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "FailoverGroupAlreadyPrimary", "The failover group %s is the primary one on the server %s already: fail over on its partner.", c.Name, server(c.ID)[strings.LastIndexByte(server(c.ID), '/')+1:])
	case !forced && other.Why != "":
		return provider.Reply{}, refusal.Conflict("FailoverGroupPlannedFailoverNotPossible", "A planned failover of the group %s needs both servers. Force it, and what is not copied yet is lost. %s", c.Name, other.Why)
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: failoverTakes, Style: "both", Done: &state.Event{Kind: failedOver, Key: c.ID}}, nil
}

// endFailover swaps the roles of a group and of the links of its databases.
func endFailover(tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil
	}
	other := tx.Resource(partner(object.Must(r.Body)) + "/failoverGroups/" + r.Name)
	for i, side := range []*state.Resource{r, other} {
		if side == nil {
			continue
		}
		role, theirs := "Primary", "Secondary"
		if i == 1 {
			role, theirs = theirs, role
		}
		body := object.Must(side.Body)
		object.Set(body, "properties.replicationRole", role)
		for _, p := range facet.Objects(body, "properties.partnerServers") {
			p["replicationRole"] = theirs
		}
		if err := keep(tx, now, side, body); err != nil {
			return err
		}
		for _, id := range facet.Strings(body, "properties.databases") {
			if err := turn(tx, now, id, role, theirs); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn gives the links of a database their new roles.
func turn(tx *state.Tx, now time.Time, database, role, theirs string) error {
	var links []*state.Resource
	for l := range tx.Children(database, linkType) {
		links = append(links, l)
	}
	for _, l := range links {
		body := object.Must(l.Body)
		object.Set(body, "properties.role", role)
		object.Set(body, "properties.partnerRole", theirs)
		if err := keep(tx, now, l, body); err != nil {
			return err
		}
	}
	return nil
}

func keep(tx *state.Tx, now time.Time, r *state.Resource, body object.Object) error {
	next := r.Copy()
	next.Body, next.Changed = object.Encode(body), now
	return tx.Put(next)
}
