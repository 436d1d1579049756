package storage_test

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

// stats are the geo-replication statistics that a GET with $expand shows.
func stats(b *trial.Bench, name string) object.Object {
	b.T.Helper()
	return object.Inner(b.Expand(account+name, "geoReplicationStats"), "properties.geoReplicationStats")
}

func TestTheCopyCatchesUp(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_GZRS", ""))
	b.Is(stats(b, "alpha"), "status", "Bootstrap")
	if _, err := b.Post(account+"alpha", "failover", ""); trial.Code(err) != "LastSyncTimeNotAvailable" {
		t.Errorf("a failover before the first copy is whole: %v", err)
	}
	b.Advance(time.Hour)
	s := stats(b, "alpha")
	for path, want := range map[string]string{"status": "Live", "canFailover": "true", "canPlannedFailover": "true", "postFailoverRedundancy": "Standard_LRS", "postPlannedFailoverRedundancy": "Standard_GRS"} {
		b.Is(s, path, want)
	}
	if object.Inner(b.Get(account+"alpha"), "properties.geoReplicationStats") != nil {
		t.Error("the statistics are shown unasked")
	}
	b.Make(account+"plain", body("westeurope", "StorageV2", "Standard_LRS", ""))
	if stats(b, "plain") != nil {
		t.Error("an account in one region has statistics")
	}
}

func TestAFailover(t *testing.T) {
	for _, c := range []struct{ sku, query, then, second string }{
		{"Standard_RAGRS", "", "Standard_LRS", ""},
		{"Standard_GZRS", "", "Standard_LRS", ""},
		{"Standard_GRS", "Planned", "Standard_GRS", "westeurope"},
		{"Standard_RAGZRS", "planned", "Standard_RAGRS", "westeurope"},
	} {
		b := trial.New(t)
		b.Make(account+"alpha", body("westeurope", "StorageV2", c.sku, ""))
		b.Advance(time.Hour)
		if err := b.Follow(account+"alpha", "failover", "failoverType="+c.query); err != nil {
			t.Fatal(err)
		}
		b.Is(b.Get(account+"alpha"), "properties.failoverInProgress", "true")
		b.Refuses("StorageAccountOperationInProgress", account+"alpha", body("westeurope", "StorageV2", c.sku, ""))
		if _, err := b.Post(account+"alpha", "failover", ""); trial.Code(err) != "AccountFailoverInProgress" {
			t.Errorf("a second failover: %v", err)
		}
		b.Advance(time.Hour)
		a := b.Get(account + "alpha")
		for path, want := range map[string]string{
			"sku.name": c.then, "location": "westeurope", "properties.primaryLocation": "northeurope",
			"properties.secondaryLocation": c.second, "properties.failoverInProgress": "",
		} {
			b.Is(a, path, want)
		}
		if object.Text(a, "properties.lastGeoFailoverTime") == "" {
			t.Error("it does not say when it failed over")
		}
		if c.second != "" {
			b.Is(stats(b, "alpha"), "status", "Bootstrap")
		}
	}
}

func TestAFailoverThatCannotBe(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"plain", body("westeurope", "StorageV2", "Standard_ZRS", ""))
	b.Make(account+"nfs", body("westeurope", "StorageV2", "Standard_GRS", `"isHnsEnabled":true,"isNfsV3Enabled":true`))
	b.Make(account+"replicating", body("westeurope", "StorageV2", "Standard_GRS", ""))
	b.Make(account+"replicating/objectReplicationPolicies/default", `{"properties":{"sourceAccount":"a","destinationAccount":"b","rules":[{"sourceContainer":"x","destinationContainer":"y"}]}}`)
	b.Make(account+"feeding", body("westeurope", "StorageV2", "Standard_GRS", ""))
	b.Make(account+"feeding/blobServices/default", `{"properties":{"changeFeed":{"enabled":true}}}`)
	b.Advance(time.Hour)
	for name, c := range map[string]struct{ query, code string }{
		"plain": {"", "InvalidAccountType"}, "nfs": {"", "AccountFailoverNotSupported"}, "replicating": {"", "AccountFailoverNotSupported"},
		"feeding": {"planned", "AccountFailoverNotSupported"},
	} {
		if err := b.Follow(account+name, "failover", "failoverType="+c.query); trial.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if err := b.Follow(account+"feeding", "failover", ""); err != nil {
		t.Errorf("an unplanned one with a change feed: %v", err)
	}
}

func TestAConversion(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	for _, to := range []string{"Standard_GZRS", "Standard_GRS", "Premium_ZRS", "Standard_LRS", "none"} {
		if _, err := b.Post(account+"alpha", "startAccountMigration", `{"properties":{"targetSkuName":"`+to+`"}}`); trial.Code(err) != "InvalidSkuConversion" {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if _, err := b.Post(account+"alpha", "startAccountMigration", `{"properties":{"targetSkuName":"Standard_ZRS"}}`); err != nil {
		t.Fatal(err)
	}
	b.Is(b.Below(account+"alpha", "accountMigrations/default"), "properties.migrationStatus", "SubmittedForConversion")
	b.Is(b.Get(account+"alpha"), "properties.accountMigrationInProgress", "true")
	if _, err := b.Post(account+"alpha", "startAccountMigration", `{"properties":{"targetSkuName":"Standard_ZRS"}}`); trial.Code(err) != "SkuConversionInProgress" {
		t.Errorf("a second one: %v", err)
	}
	b.Advance(25 * time.Hour)
	b.Is(b.Below(account+"alpha", "accountMigrations/default"), "properties.migrationStatus", "InProgress")
	b.Advance(12 * time.Hour)
	b.Is(b.Get(account+"alpha"), "sku.name", "Standard_ZRS")
	b.Is(b.Below(account+"alpha", "accountMigrations/default"), "properties.migrationStatus", "Complete")
}

func TestNoConversionAfterAFailover(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_GRS", ""))
	b.Advance(time.Hour)
	if err := b.Follow(account+"alpha", "failover", ""); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Hour)
	if _, err := b.Post(account+"alpha", "startAccountMigration", `{"properties":{"targetSkuName":"Standard_ZRS"}}`); trial.Code(err) != "SkuConversionBlocked" {
		t.Errorf("it is converted: %v", err)
	}
}
