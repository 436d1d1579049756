package cosmos

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	locations = "properties.locations"
	backup    = "properties.backupPolicy"
	// moved is the kind of the event at which the priorities of an account have
	// changed; its key is the id, its data the locations.
	moved = "cosmos.moved"
	// moveTakes is how long that takes: data-stores.md 7 tells of seconds for a
	// region that the customer takes offline; the rest is an estimate.
	moveTakes = 30 * time.Second
)

// region is the name of a location of an account, as ARM spells regions.
func region(l object.Object) string { return estate.NormalizeLocation(object.Text(l, "locationName")) }

func priority(l object.Object) int {
	n, _ := strconv.Atoi(fmt.Sprint(object.Get(l, "failoverPriority")))
	return n
}

func prepareAccount(c *provider.Call) error {
	list := facet.Objects(c.Body, locations)
	for i, l := range list {
		if _, ok := object.Find(l, "failoverPriority"); !ok {
			object.Set(l, "failoverPriority", i)
		}
		object.Default(l, "isZoneRedundant", false)
	}
	if err := facet.Checks(c, checkLocations, checkAlone, checkConsistency, checkBackup); err != nil {
		return err
	}
	write(c, c.Body, list)
	if object.Text(c.Body, backup+".type") != "Continuous" {
		object.Default(c.Body, backup, object.Object{"type": "Periodic"})
		for name, v := range map[string]any{"backupIntervalInMinutes": 240, "backupRetentionIntervalInHours": 8, "backupStorageRedundancy": "Geo"} {
			object.Default(c.Body, backup+".periodicModeProperties."+name, v)
		}
	} else {
		object.Default(c.Body, backup+".continuousModeProperties.tier", "Continuous30Days")
	}
	facet.Made(c, "properties.instanceId", func() any { return c.World.GUID() })
	makeKeys(c)
	return nil
}

// write puts the locations into a body in the order of their priorities.
func write(c *provider.Call, body object.Object, list []object.Object) {
	sort.SliceStable(list, func(i, j int) bool { return priority(list[i]) < priority(list[j]) })
	out := make([]any, 0, len(list))
	for _, l := range list {
		name := region(l)
		shown := name
		if r, ok := estate.RegionByName(name); ok {
			shown = r.DisplayName
		}
		out = append(out, object.Object{
			"id": c.Name + "-" + name, "locationName": shown, "documentEndpoint": endpoint(c.Name, name), "provisioningState": "Succeeded",
			"failoverPriority": priority(l), "isZoneRedundant": object.Bool(l, "isZoneRedundant"),
		})
	}
	object.Set(body, locations, out)
}

func refuse(format string, args ...any) error { return refusal.BadRequest(format, args...) }

// checkLocations holds the regions of an account to data-stores.md 7: priorities
// count from 0, zones are chosen when a region is added, and the write region is
// changed by a failover, not by a PUT.
func checkLocations(c *provider.Call) error {
	now, was := facet.Objects(c.Body, locations), facet.Objects(facet.Was(c), locations)
	var names []string
	priorities := map[int]bool{}
	for _, l := range now {
		name := region(l)
		r, ok := estate.RegionByName(name)
		switch {
		case !ok:
			return refuse("The location '%s' of the account %s is none of Azure.", object.Text(l, "locationName"), c.Name)
		case slices.Contains(names, name):
			return refuse("The location '%s' of the account %s is listed twice.", name, c.Name)
		case object.Bool(l, "isZoneRedundant") && r.Zones == 0:
			return refuse("Zone redundancy is not supported in the region %s.", name)
		}
		names = append(names, name)
		priorities[priority(l)] = true
		for _, old := range was {
			if region(old) == name && object.Bool(old, "isZoneRedundant") != object.Bool(l, "isZoneRedundant") {
				return refuse("The zone redundancy of the region %s of the account %s cannot be changed: remove the region and add it anew.", name, c.Name)
			}
		}
	}
	for i := range now {
		if !priorities[i] {
			return refuse("The failover priorities of the account %s must be 0 to %d, each once.", c.Name, len(now)-1)
		}
	}
	if len(was) > 0 && !slices.ContainsFunc(now, func(l object.Object) bool { return region(l) == region(was[0]) && priority(l) == 0 }) {
		return refuse("The write region %s of the account %s cannot be changed or removed by an update: use failoverPriorityChange.", region(was[0]), c.Name)
	}
	if len(now) > 1 && serverless(c.Body) {
		return refuse("A serverless account cannot have more than one region.")
	}
	return nil
}

// checkAlone refuses a change that adds or removes regions and changes something
// else too (learn.microsoft.com, Manage an Azure Cosmos DB account: "cannot
// simultaneously add or remove regions and change other properties").
func checkAlone(c *provider.Call) error {
	if c.Was == nil {
		return nil
	}
	was := facet.Was(c)
	if regions(was) == regions(c.Body) {
		return nil
	}
	for _, path := range changeable {
		if before, now := object.Get(was, path), object.Get(c.Body, path); now != nil && !reflect.DeepEqual(before, now) {
			return refuse("The regions of the account %s cannot be added or removed together with a change of '%s': change the regions by themselves.", c.Name, path)
		}
	}
	return nil
}

// changeable are the properties of an account that an update changes, besides
// its regions.
var changeable = []string{
	"properties.enableAutomaticFailover", "properties.enableMultipleWriteLocations", "properties.consistencyPolicy.defaultConsistencyLevel",
	"properties.backupPolicy.type", "properties.publicNetworkAccess", "properties.ipRules", "properties.virtualNetworkRules",
	"properties.isVirtualNetworkFilterEnabled", "properties.disableLocalAuth",
}

// regions are the names of an account's regions, sorted and joined.
func regions(body object.Object) string {
	var names []string
	for _, l := range facet.Objects(body, locations) {
		names = append(names, region(l))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func serverless(body object.Object) bool {
	for _, capability := range facet.Objects(body, "properties.capabilities") {
		if strings.EqualFold(object.Text(capability, "name"), "EnableServerless") {
			return true
		}
	}
	return false
}

func checkConsistency(c *provider.Call) error {
	if object.Bool(c.Body, "properties.enableMultipleWriteLocations") && object.Text(c.Body, "properties.consistencyPolicy.defaultConsistencyLevel") == "Strong" {
		return refuse("Strong consistency is not supported with multiple write locations.")
	}
	return nil
}

func checkBackup(c *provider.Call) error {
	if object.Text(facet.Was(c), backup+".type") == "Continuous" && object.Text(c.Body, backup+".type") == "Periodic" {
		return refuse("The backup policy of the account %s cannot be changed from Continuous to Periodic.", c.Name)
	}
	if object.Text(c.Body, backup+".periodicModeProperties.backupStorageRedundancy") == "Zone" && !facet.HasZones(c.Location) {
		return refuse("Zone-redundant backup storage is not supported in the region %s.", c.Location)
	}
	return nil
}

// showAccount works out which regions read and write.
func showAccount(c *provider.Call) error {
	list := object.List(c.Body, locations)
	writes, policies := list[:min(1, len(list))], []any{}
	if object.Bool(c.Body, "properties.enableMultipleWriteLocations") {
		writes = list
	}
	for _, l := range facet.Objects(c.Body, locations) {
		policies = append(policies, object.Object{"id": object.Text(l, "id"), "locationName": object.Text(l, "locationName"), "failoverPriority": l["failoverPriority"]})
	}
	object.Set(c.Body, "properties.readLocations", object.Clone(list))
	object.Set(c.Body, "properties.writeLocations", object.Clone(writes))
	object.Set(c.Body, "properties.failoverPolicies", policies)
	object.Set(c.Body, "properties.documentEndpoint", endpoint(c.Name, ""))
	return nil
}

// changePriorities lets another region take the writes. It needs the one that
// takes them now: in an outage, the region is taken offline instead.
func changePriorities(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	have := facet.Objects(body, locations)
	sent := facet.Objects(c.Body, "failoverPolicies")
	if object.Bool(body, "properties.enableMultipleWriteLocations") {
		return provider.Reply{}, refuse("The failover priorities of an account with multiple write locations cannot be changed.")
	}
	if len(sent) != len(have) {
		return provider.Reply{}, refuse("The failover policies must list each of the %d regions of the account %s.", len(have), c.Name)
	}
	for _, l := range have {
		i := slices.IndexFunc(sent, func(s object.Object) bool { return region(s) == region(l) })
		if i < 0 {
			return provider.Reply{}, refuse("The failover policies do not list the region %s of the account %s.", region(l), c.Name)
		}
		l["failoverPriority"] = sent[i]["failoverPriority"]
	}
	if standing := c.World.Health.Own(c.Tx, c.ID, c.Now); standing.Why != "" {
		return provider.Reply{}, refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The write region of the account %s cannot be changed while it is down: take the region offline instead. %s", c.Name, standing.Why)
	}
	return move(c, have)
}

// offline takes a region out of service; the next one takes the writes.
func offline(c *provider.Call) (provider.Reply, error) {
	name := estate.NormalizeLocation(object.Text(c.Body, "region"))
	have := facet.Objects(facet.Was(c), locations)
	i := slices.IndexFunc(have, func(l object.Object) bool { return region(l) == name })
	switch {
	case i < 0:
		return provider.Reply{}, refuse("The region '%s' is none of the account %s.", name, c.Name)
	case len(have) < 2:
		return provider.Reply{}, refuse("The only region of the account %s cannot be taken offline.", c.Name)
	}
	last := have[i]
	have = append(slices.Delete(have, i, i+1), last)
	for i, l := range have {
		l["failoverPriority"] = i
	}
	return move(c, have)
}

// onlineAgain brings a region back, to read.
func onlineAgain(c *provider.Call) (provider.Reply, error) {
	return move(c, facet.Objects(facet.Was(c), locations))
}

func move(c *provider.Call, list []object.Object) (provider.Reply, error) {
	next := object.Object{}
	write(c, next, list)
	return provider.Reply{Status: http.StatusAccepted, Takes: moveTakes, Style: "both", Done: &state.Event{Kind: moved, Key: c.ID, Data: object.Encode(next)}}, nil
}

func endMove(tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil
	}
	body := object.Must(r.Body)
	object.Set(body, locations, object.Get(object.Must(e.Data), locations))
	next := r.Copy()
	next.Body, next.Changed = object.Encode(body), now
	return tx.Put(next)
}
