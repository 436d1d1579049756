package sql

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// otherSide is the id of a failover group of instances as its partner region has
// it, "" when it names none.
func otherSide(c *provider.Call, body object.Object) string {
	at, _, found := cutLast(c.ID, "/instanceFailoverGroups/")
	for _, p := range facet.Objects(body, "properties.partnerRegions") {
		if location := estate.NormalizeLocation(object.Text(p, "location")); location != "" && found {
			return at[:strings.LastIndexByte(at, '/')+1] + location + "/instanceFailoverGroups/" + c.Name
		}
	}
	return ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(strings.ToLower(s), strings.ToLower(sep))
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// keptPair gives the partner region its side of the group: a failover is asked of
// the region that is to be the primary one.
func keptPair(c *provider.Call) error {
	id := otherSide(c, c.Body)
	if id == "" || c.Seeding || object.Text(c.Body, "properties.replicationRole") != "Primary" {
		return nil
	}
	at := state.OwnerOf(id)
	if c.Tx.Resource(at) == nil {
		if err := facet.Bring(c, provider.Request{ID: at, Body: object.Object{}}); err != nil {
			return err
		}
	}
	side := object.CloneObject(c.Body)
	side["id"] = id
	object.Set(side, "properties.replicationRole", "Secondary")
	here := state.OwnerOf(c.ID)
	object.Set(side, "properties.partnerRegions", []any{object.Object{"location": here[strings.LastIndexByte(here, '/')+1:], "replicationRole": "Primary"}})
	r := &state.Resource{ID: id, Type: pairType, Name: c.Name, Created: c.Now}
	if was := c.Tx.Resource(id); was != nil {
		r = was.Copy()
	}
	return keep(c.Tx, c.Now, r, side)
}

// dropPair takes the other side away too.
func dropPair(c *provider.Call) error {
	if id := otherSide(c, facet.Was(c)); id != "" {
		return c.Tx.Delete(id)
	}
	return nil
}

// failOverPair makes the region that is asked the primary one.
func failOverPair(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	if object.Text(body, "properties.replicationRole") == "Primary" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "FailoverGroupAlreadyPrimary", "The failover group %s is the primary one in this region already: fail over in its partner region.", c.Name)
	}
	if r := c.Tx.Resource(otherSide(c, body)); r != nil {
		other := object.Must(r.Body)
		swap(other, "Secondary")
		if err := keep(c.Tx, c.Now, r, other); err != nil {
			return provider.Reply{}, err
		}
	}
	swap(body, "Primary")
	return provider.Reply{Status: http.StatusAccepted, Takes: time.Minute, Style: "both"}, facet.Change(c, c.Was, body, nil)
}

// swap gives a side of a group its new role, and its instances theirs.
func swap(body object.Object, role string) {
	theirs := "Secondary"
	if role == theirs {
		theirs = "Primary"
	}
	object.Set(body, "properties.replicationRole", role)
	for _, p := range facet.Objects(body, "properties.partnerRegions") {
		p["replicationRole"] = theirs
	}
	for _, pair := range facet.Objects(body, "properties.managedInstancePairs") {
		pair["primaryManagedInstanceId"], pair["partnerManagedInstanceId"] = pair["partnerManagedInstanceId"], pair["primaryManagedInstanceId"]
	}
}
