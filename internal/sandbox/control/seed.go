package control

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Seeded is a resource that a sandbox begins with.
type Seeded struct {
	ID       string
	Type     string
	Location string        // "" for that of its parent or group
	Body     object.Object // as reading shows it; members that it lacks are filled in
}

// Seed puts resources in as they are, without operations, locks or validation:
// what an estate says is so. Subscriptions that the ids name are made where they
// are missing, and groups, in the location of their first resource. The hooks of
// a type are called with Seeding set, parents before children, and may make what
// comes with a resource; what the list has of that counts. A type that no
// provider knows is kept as it is. It gives the first failure with the id.
func (c *Control) Seed(tx *state.Tx, now time.Time, resources []Seeded) error {
	all := slices.Clone(resources)
	slices.SortStableFunc(all, func(a, b Seeded) int { return strings.Compare(state.Key(a.ID), state.Key(b.ID)) })
	for _, s := range all {
		if err := c.seedGround(tx, now, s); err != nil {
			return fmt.Errorf("seeding %s: %w", s.ID, err)
		}
	}
	for _, s := range all {
		if err := c.seed(tx, now, s); err != nil {
			return fmt.Errorf("seeding %s: %w", s.ID, err)
		}
	}
	return nil
}

// seedGround makes the subscription and the group of a resource.
func (c *Control) seedGround(tx *state.Tx, now time.Time, s Seeded) error {
	p := parse(s.ID)
	if p.sub == "" {
		return nil
	}
	if _, ok := tx.Record(SubscriptionRecords, state.Key(p.sub)); !ok {
		if err := PutSubscription(tx, Subscription{ID: p.sub, Name: "Sandbox " + p.sub[:min(len(p.sub), 8)]}); err != nil {
			return err
		}
	}
	id := "/subscriptions/" + p.sub + "/resourceGroups/" + p.group
	location := estate.NormalizeLocation(s.Location)
	if _, known := estate.RegionByName(location); p.group == "" || tx.Resource(id) != nil && !p.isGroup() || !known && !p.isGroup() {
		return nil
	}
	if p.isGroup() {
		return c.seed(tx, now, s)
	}
	return c.seed(tx, now, Seeded{ID: id, Type: groupType, Location: location})
}

func (c *Control) seed(tx *state.Tx, now time.Time, s Seeded) error {
	body := object.CloneObject(s.Body)
	location := estate.NormalizeLocation(s.Location)
	if location != "" {
		object.Set(body, "location", location)
	}
	p := parse(s.ID)
	typ := c.Type(s.Type)
	if p.isGroup() {
		typ = c.Type(groupType)
	}
	if typ == nil || !p.isResource() && !p.isGroup() {
		object.Set(body, "id", p.path)
		object.Default(body, "name", p.name())
		object.Default(body, "type", s.Type)
		return tx.Put(&state.Resource{ID: p.path, Type: s.Type, Name: p.name(), Location: location, Body: object.Encode(body), Created: now, Changed: now})
	}
	if p.group != "" && !p.isGroup() {
		if id := "/subscriptions/" + p.sub + "/resourceGroups/" + p.group; tx.Resource(id) == nil {
			if err := c.seed(tx, now, Seeded{ID: id, Type: groupType, Location: cmp.Or(location, "eastus")}); err != nil {
				return err
			}
		}
	}
	if location == "" && typ.Kind == "tracked" && !typ.Global {
		t, err := c.find(tx, p, "", true)
		if err != nil {
			return err
		}
		object.Set(body, "location", cmp.Or(t.location(), "eastus"))
	}
	_, err := c.put(tx, now, change{Request: provider.Request{ID: p.path, Body: body, Internal: true}, seeding: true})
	return err
}
