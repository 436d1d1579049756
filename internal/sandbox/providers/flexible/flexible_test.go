package flexible_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	pg = "Microsoft.DBforPostgreSQL/flexibleServers/"
	my = "Microsoft.DBforMySQL/flexibleServers/"
)

func body(location, more string) string {
	return `{"location":"` + location + `","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"` + more + `}}`
}

func TestNewServers(t *testing.T) {
	b := trial.New(t)
	p := b.Make(pg+"pg-one", body("westeurope", ""))
	m := b.Make(my+"my-one", body("westeurope", ""))
	for path, want := range map[string][2]string{
		"properties.state": {"Ready", "Ready"}, "properties.highAvailability.mode": {"Disabled", "Disabled"}, "properties.highAvailability.state": {"NotEnabled", "NotEnabled"},
		"properties.replicationRole": {"Primary", "None"}, "properties.backup.backupRetentionDays": {"7", "7"}, "properties.backup.geoRedundantBackup": {"Disabled", "Disabled"},
		"properties.storage.autoGrow":         {"Disabled", "Enabled"},
		"properties.fullyQualifiedDomainName": {"pg-one.postgres.database.azure.com", "my-one.mysql.database.azure.com"},
	} {
		b.Is(p, path, want[0])
		b.Is(m, path, want[1])
	}
	b.Is(b.Make(pg+"listening", body("westeurope", "")), "properties.fullyQualifiedDomainName", "127.0.0.1:9000")
	b.Is(b.Get(pg+"pg-one/databases/postgres"), "properties.charset", "UTF8")
	b.Is(b.Make(my+"my-one/databases/app", `{"properties":{}}`), "properties.charset", "utf8mb3")
	b.Refuses("InvalidParameterValue", pg+"new", `{"location":"westeurope","properties":{"administratorLogin":"boss"}}`)
}

// TestHighAvailability is data-stores.md 3 and 5: what each service lets be
// chosen, and when.
func TestHighAvailability(t *testing.T) {
	b := trial.New(t)
	const zones, same = `,"highAvailability":{"mode":"ZoneRedundant"}`, `,"highAvailability":{"mode":"SameZone"}`
	const off = `,"highAvailability":{"mode":"Disabled"}`
	z := b.Make(pg+"zonal", body("westeurope", zones))
	b.Is(z, "properties.highAvailability.state", "Healthy")
	b.Is(z, "properties.highAvailability.standbyAvailabilityZone", "2")
	b.Make(pg+"plain", body("westeurope", ""))
	b.Make(pg+"plain", body("westeurope", same))
	b.Refuses("HAModeChangeNotSupported", pg+"plain", body("westeurope", zones))
	b.Is(b.Make(pg+"plain", body("westeurope", off)), "properties.highAvailability.state", "NotEnabled")
	b.Make(pg+"plain", body("westeurope", zones))
	b.Refuses("ZoneRedundantHANotSupported", pg+"far", body("westus", zones))
	small := strings.Replace(body("westeurope", zones), `"properties"`, `"sku":{"name":"Standard_B1ms","tier":"Burstable"},"properties"`, 1)
	b.Refuses("HANotSupportedForBurstableSku", pg+"small", small)
	b.Refuses("HANotSupportedForBurstableSku", my+"small", small)

	b.Make(my+"zonal", body("westeurope", zones))
	b.Make(my+"plain", body("westeurope", ""))
	b.Refuses("ZoneRedundantHACannotBeEnabled", my+"plain", body("westeurope", zones))
	b.Refuses("GtidModeRequired", my+"plain", body("westeurope", same))
	for _, name := range []string{"gtid_mode", "enforce_gtid_consistency"} {
		b.Make(my+"plain/configurations/"+name, `{"properties":{"value":"ON","source":"user-override"}}`)
	}
	b.Is(b.Make(my+"plain", body("westeurope", same)), "properties.highAvailability.state", "Healthy")
	b.Refuses("HANeedsAutoGrow", my+"new", body("westeurope", same+`,"storage":{"autoGrow":"Disabled"}`))
}

func TestBackups(t *testing.T) {
	b := trial.New(t)
	const geo = `,"backup":{"geoRedundantBackup":"Enabled"}`
	b.Make(pg+"plain", body("westeurope", ""))
	b.Refuses("PropertyChangeNotAllowed", pg+"plain", body("westeurope", geo))
	b.Refuses("GeoBackupNotSupported", pg+"alone", body("qatarcentral", geo))
	b.Refuses("InvalidParameterValue", pg+"new", body("westeurope", `,"backup":{"backupRetentionDays":6}`))
	b.Make(my+"plain", body("westeurope", `,"backup":{"backupRetentionDays":1}`))
	b.Is(b.Make(my+"plain", body("westeurope", geo)), "properties.backup.geoRedundantBackup", "Enabled")
	b.Make(my+"zonal", body("westeurope", `,"highAvailability":{"mode":"ZoneRedundant"}`))
	b.Refuses("GeoBackupCannotBeChanged", my+"zonal", body("westeurope", geo))
	b.Refuses("StorageSizeDecreaseNotSupported", pg+"plain", body("westeurope", `,"storage":{"storageSizeGB":16}`))
}

func TestReplicas(t *testing.T) {
	b := trial.New(t)
	for _, c := range []struct{ server, word, alone string }{{pg, "GeoAsyncReplica", "Primary"}, {my, "Replica", "None"}} {
		b.Make(c.server+"source", body("westeurope", ""))
		follows := `{"location":"northeurope","properties":{"createMode":"Replica","sourceServerResourceId":"` + trial.ID(c.server+"source") + `"}}`
		r := b.Make(c.server+"copy", follows)
		b.Is(r, "properties.replicationRole", c.word)
		b.Is(r, "properties.administratorLogin", "boss")
		if list := object.List(b.Below(c.server+"source", "replicas"), "value"); len(list) != 1 {
			t.Errorf("the replicas are %v", list)
		}
		b.Refuses("HANotSupportedForReplica", c.server+"copy", `{"location":"northeurope","properties":{"highAvailability":{"mode":"SameZone"}}}`)
		b.Refuses("SourceServerNotFound", c.server+"other", strings.Replace(follows, "/source", "/none", 1))
		promoted, err := b.Patch(c.server+"copy", `{"properties":{"replicationRole":"None"}}`)
		if err != nil {
			t.Fatal(err)
		}
		b.Is(promoted, "properties.replicationRole", c.alone)
		b.Is(promoted, "properties.sourceServerResourceId", "")
	}
}

func TestPowerAndFailover(t *testing.T) {
	b := trial.New(t)
	b.Make(my+"zonal", body("westeurope", `,"highAvailability":{"mode":"ZoneRedundant"}`))
	b.Make(my+"plain", body("westeurope", ""))
	for action, then := range map[string]string{"stop": "Stopped"} {
		if err := b.Follow(my+"plain", action, ""); err != nil {
			t.Fatal(err)
		}
		b.Settle()
		b.Is(b.Get(my+"plain"), "properties.state", then)
	}
	if err := b.Follow(my+"plain", "failover", ""); trial.Code(err) != "HANotEnabled" {
		t.Errorf("a failover without a standby: %v", err)
	}
	if err := b.Follow(my+"zonal", "failover", ""); err != nil {
		t.Fatal(err)
	}
	b.Is(b.Get(my+"zonal"), "properties.highAvailability.state", "FailingOver")
	b.Settle()
	z := b.Get(my + "zonal")
	b.Is(z, "properties.availabilityZone", "2")
	b.Is(z, "properties.highAvailability.standbyAvailabilityZone", "1")
	b.Is(z, "properties.highAvailability.state", "Healthy")
}

func TestSettings(t *testing.T) {
	b := trial.New(t)
	b.Make(my+"plain", body("westeurope", ""))
	b.Is(b.Get(my+"plain/configurations/gtid_mode"), "properties.value", "OFF")
	b.Refuses("InvalidParameterValue", my+"plain/configurations/gtid_mode", `{"properties":{"value":"MAYBE"}}`)
	b.Refuses("InvalidParameterValue", my+"plain/configurations/none", `{"properties":{"value":"x"}}`)
	set := b.Make(my+"plain/configurations/gtid_mode", `{"properties":{"value":"ON"}}`)
	b.Is(set, "properties.source", "user-override")
	b.Is(set, "properties.defaultValue", "OFF")
	if err := b.Delete(my + "plain/configurations/gtid_mode"); trial.Code(err) != "MethodNotAllowed" {
		t.Errorf("a setting goes: %v", err)
	}
}

func TestSingleServersAreNoMore(t *testing.T) {
	b := trial.New(t)
	for _, typ := range []string{"Microsoft.DBforPostgreSQL", "Microsoft.DBforMySQL"} {
		_, err := b.Put(typ+"/servers/old@2017-12-01", body("westeurope", ""))
		if err == nil || !strings.Contains(err.Error(), "retired") || !strings.Contains(err.Error(), "flexibleServers") {
			t.Errorf("%s: %v", typ, err)
		}
	}
}
