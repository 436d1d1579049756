package providers_test

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// down is a health in which the resources with the ids are gone since a time.
type down struct {
	world.Well
	since time.Time
	lost  time.Duration
	ids   map[string]bool
}

func (d down) Own(_ *state.Tx, id string, _ time.Time) world.Standing {
	if !d.ids[state.Key(id)] {
		return world.Standing{}
	}
	return world.Standing{Read: world.Gone, Write: world.Gone, Why: "West Europe is down.", Since: d.since, Lost: d.lost}
}

func fell(b *trial.Bench, lost time.Duration, paths ...string) {
	d := down{since: b.World.Clock.Now(), lost: lost, ids: map[string]bool{}}
	for _, p := range paths {
		d.ids[state.Key(trial.ID(p))] = true
	}
	b.World.Health = d
}

// TestTheCopyStopsWithItsPrimary wants the last sync of an account to stay where
// the outage found it, and a failover to be possible only unplanned.
func TestTheCopyStopsWithItsPrimary(t *testing.T) {
	const account = "Microsoft.Storage/storageAccounts/alpha"
	b := trial.New(t)
	b.Make(account, `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_RAGRS"}}`)
	b.Advance(2 * time.Hour)
	at := b.World.Clock.Now()
	fell(b, 15*time.Minute, account)
	b.Advance(time.Hour)
	stats := object.Inner(b.Expand(account, "geoReplicationStats"), "properties.geoReplicationStats")
	b.Is(stats, "lastSyncTime", at.Add(-15*time.Minute).UTC().Format("2006-01-02T15:04:05Z"))
	b.Is(stats, "canFailover", "true")
	b.Is(stats, "canPlannedFailover", "false")
	if err := b.Follow(account, "failover", "failoverType=Planned"); trial.Code(err) != "LastSyncTimeTooOld" {
		t.Errorf("a planned failover: %v", err)
	}
	if err := b.Follow(account, "failover", ""); err != nil {
		t.Errorf("an unplanned failover: %v", err)
	}
}

func TestAPlannedFailoverOfDatabasesNeedsBothServers(t *testing.T) {
	const server = "Microsoft.Sql/servers/"
	b := trial.New(t)
	for name, location := range map[string]string{"one": "westeurope", "two": "northeurope"} {
		b.Make(server+name, `{"location":"`+location+`","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"}}`)
	}
	b.Make(server+"one/failoverGroups/group", `{"properties":{"partnerServers":[{"id":"`+trial.ID(server+"two")+`"}],"readWriteEndpoint":{"failoverPolicy":"Manual"}}}`)
	fell(b, 0, server+"one")
	if err := b.Follow(server+"two/failoverGroups/group", "failover", ""); trial.Code(err) != "FailoverGroupPlannedFailoverNotPossible" {
		t.Errorf("a planned failover: %v", err)
	}
	if err := b.Follow(server+"two/failoverGroups/group", "forceFailoverAllowDataLoss", ""); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Minute)
	b.Is(b.Get(server+"two/failoverGroups/group"), "properties.replicationRole", "Primary")
}

func TestTheWriteRegionOfCosmosIsNotChangedWhileItIsDown(t *testing.T) {
	const account = "Microsoft.DocumentDB/databaseAccounts/one"
	b := trial.New(t)
	b.Make(account, `{"location":"westeurope","properties":{"locations":[{"locationName":"westeurope","failoverPriority":0},{"locationName":"northeurope","failoverPriority":1}]}}`)
	fell(b, 0, account)
	if _, err := b.Post(account, "failoverPriorityChange", `{"failoverPolicies":[{"locationName":"northeurope","failoverPriority":0},{"locationName":"westeurope","failoverPriority":1}]}`); trial.Code(err) != "ServiceUnavailable" {
		t.Errorf("the priorities change: %v", err)
	}
	if _, _, err := b.Over("POST", account+"/offlineRegion", "", `{"region":"westeurope"}`); err != nil {
		t.Errorf("the region cannot be taken offline: %v", err)
	}
}

func TestAReplicationSaysThatItsRegionIsDown(t *testing.T) {
	const registry = "Microsoft.ContainerRegistry/registries/alpha"
	b := trial.New(t)
	b.Make(registry, `{"location":"westeurope","sku":{"name":"Premium"}}`)
	b.Make(registry+"/replications/northeurope", `{"location":"northeurope"}`)
	fell(b, 0, registry+"/replications/westeurope")
	b.Is(b.Get(registry+"/replications/westeurope"), "properties.status.displayStatus", "Unavailable")
	b.Is(b.Get(registry+"/replications/northeurope"), "properties.status.displayStatus", "Ready")
}
