package sql_test

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	server   = "Microsoft.Sql/servers/"
	instance = "Microsoft.Sql/managedInstances/"
)

func boss(location string) string {
	return `{"location":"` + location + `","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"}}`
}

func database(location, sku, properties string) string {
	return `{"location":"` + location + `","sku":{"name":"` + sku + `"},"properties":{` + properties + `}}`
}

func TestANewServer(t *testing.T) {
	b := trial.New(t)
	s := b.Make(server+"one", boss("westeurope"))
	for path, want := range map[string]string{
		"properties.fullyQualifiedDomainName": "one.database.windows.net", "properties.state": "Ready", "properties.version": "12.0", "kind": "v12.0",
		"properties.minimalTlsVersion": "1.2", "properties.administratorLoginPassword": "",
	} {
		b.Is(s, path, want)
	}
	b.Is(b.Get(server+"one/databases/master"), "sku.name", "System")
	b.Is(b.Make(server+"listening", boss("westeurope")), "properties.fullyQualifiedDomainName", "127.0.0.1,9000")
	b.Refuses("InvalidParameterValue", server+"two", `{"location":"westeurope","properties":{"administratorLogin":"admin","administratorLoginPassword":"x"}}`)
	b.Refuses("InvalidParameterValue", server+"two", `{"location":"westeurope","properties":{"administratorLogin":"boss"}}`)
	b.Refuses("PropertyChangeNotAllowed", server+"one", `{"location":"westeurope","properties":{"administratorLogin":"other"}}`)
	if err := b.Delete(server + "one/databases/master"); trial.Code(err) != "CannotDeleteSystemDatabase" {
		t.Errorf("master goes: %v", err)
	}
}

func TestWhatASkuSays(t *testing.T) {
	b := trial.New(t)
	b.Make(server+"one", boss("westeurope"))
	for sku, want := range map[string][3]string{
		"GP_Gen5_4": {"GP_Gen5", "GeneralPurpose", "GP_Gen5_4"}, "S2": {"S2", "Standard", "S2"}, "Basic": {"Basic", "Basic", "Basic"},
		"P1": {"P1", "Premium", "P1"}, "BC_Gen5_8": {"BC_Gen5", "BusinessCritical", "BC_Gen5_8"}, "Standard": {"Standard", "Standard", "S0"},
	} {
		d := b.Make(server+"one/databases/"+sku, database("westeurope", sku, ""))
		b.Is(d, "sku.name", want[0])
		b.Is(d, "sku.tier", want[1])
		b.Is(d, "properties.currentServiceObjectiveName", want[2])
		b.Is(d, "properties.status", "Online")
	}
	plain := b.Make(server+"one/databases/plain", `{"location":"westeurope"}`)
	b.Is(plain, "properties.currentServiceObjectiveName", "GP_Gen5_2")
	b.Is(plain, "properties.currentBackupStorageRedundancy", "Geo")
	b.Is(plain, "properties.defaultSecondaryLocation", "northeurope")
	b.Refuses("InvalidSkuName", server+"one/databases/odd", database("westeurope", "XX", ""))
}

// TestZoneRedundancy is data-stores.md 1.1: by tier, by region, and for
// Hyperscale at creation only.
func TestZoneRedundancy(t *testing.T) {
	b := trial.New(t)
	b.Make(server+"one", boss("westeurope"))
	b.Make(server+"far", boss("westus"))
	const zones = `"zoneRedundant":true`
	for _, c := range []struct{ path, sku, location, properties, code string }{
		{"one/databases/a", "Basic", "westeurope", zones, "ProvisioningDisabled"},
		{"one/databases/a", "S2", "westeurope", zones, "ProvisioningDisabled"},
		{"far/databases/a", "GP_Gen5_2", "westus", zones, "ProvisioningDisabled"},
		{"one/databases/gp", "GP_Gen5_2", "westeurope", zones, ""},
		{"one/databases/h", "HS_Gen5_2", "westeurope", zones, "ZoneRedundantHyperscaleNeedsZoneBackups"},
		{"one/databases/h", "HS_Gen5_2", "westeurope", zones + `,"requestedBackupStorageRedundancy":"Zone"`, "ZoneRedundantHyperscaleNeedsReplica"},
		{"one/databases/h", "HS_Gen5_2", "westeurope", zones + `,"requestedBackupStorageRedundancy":"Zone","highAvailabilityReplicaCount":1`, ""},
	} {
		if _, err := b.Put(server+c.path, database(c.location, c.sku, c.properties)); trial.Code(err) != c.code {
			t.Errorf("%s %s %s: %v, want %q", c.path, c.sku, c.properties, err, c.code)
		}
	}
	b.Settle()
	b.Refuses("ZoneRedundancyCannotBeChanged", server+"one/databases/h", database("westeurope", "HS_Gen5_2", `"zoneRedundant":false`))
	b.Is(b.Make(server+"one/databases/gp", database("westeurope", "GP_Gen5_2", `"zoneRedundant":false`)), "properties.zoneRedundant", "false")
	b.Refuses("UpdateNotAllowed", server+"one/databases/h", database("westeurope", "BC_Gen5_2", zones))
}

func group(b *trial.Bench, more string) string {
	return `{"properties":{"partnerServers":[{"id":"` + trial.ID(server+"two") + `"}],"databases":["` + trial.ID(server+"one/databases/db") + `"]` + more + `}}`
}

const manual = `,"readWriteEndpoint":{"failoverPolicy":"Manual"}`

func pair(t *testing.T) *trial.Bench {
	b := trial.New(t)
	b.Make(server+"one", boss("westeurope"))
	b.Make(server+"two", boss("northeurope"))
	b.Make(server+"near", boss("westeurope"))
	b.Make(server+"one/databases/db", database("westeurope", "GP_Gen5_2", ""))
	return b
}

func TestAFailoverGroupStandsOnBothServers(t *testing.T) {
	b := pair(t)
	g := b.Make(server+"one/failoverGroups/group", group(b, manual))
	b.Is(g, "properties.replicationRole", "Primary")
	b.Is(facet.Objects(g, "properties.partnerServers")[0], "location", "North Europe")
	other := b.Get(server + "two/failoverGroups/group")
	b.Is(other, "properties.replicationRole", "Secondary")
	b.Is(b.Get(server+"two/databases/db"), "location", "northeurope")
	links := func(at string) (out []string) {
		_, list, err := b.Over("GET", server+at+"/databases/db/replicationLinks", "", "")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range facet.Objects(list, "value") {
			out = append(out, object.Text(l, "properties.role")+">"+object.Text(l, "properties.partnerServer"))
		}
		return out
	}
	if one, two := links("one"), links("two"); len(one) != 1 || one[0] != "Primary>two" || len(two) != 1 || two[0] != "Secondary>one" {
		t.Errorf("the links are %v and %v", one, two)
	}
	if err := b.Follow(server+"one/failoverGroups/group", "failover", ""); trial.Code(err) != "FailoverGroupAlreadyPrimary" {
		t.Errorf("a failover to the primary: %v", err)
	}
	if err := b.Follow(server+"two/failoverGroups/group", "failover", ""); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Minute)
	b.Is(b.Get(server+"two/failoverGroups/group"), "properties.replicationRole", "Primary")
	b.Is(b.Get(server+"one/failoverGroups/group"), "properties.replicationRole", "Secondary")
	if one := links("one"); one[0] != "Secondary>two" {
		t.Errorf("the links become %v", one)
	}
	if err := b.Delete(server + "one/databases/db"); trial.Code(err) != "OperationNotAllowed" {
		t.Errorf("a database of a group goes: %v", err)
	}
	if err := b.Delete(server + "two/failoverGroups/group"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(server + "one/failoverGroups/group"); err == nil {
		t.Error("the other side is left")
	}
	if err := b.Delete(server + "one/databases/db"); err != nil {
		t.Error(err)
	}
	if left := links("two"); len(left) != 0 {
		t.Errorf("links are left: %v", left)
	}
}

func TestWhatAFailoverGroupRefuses(t *testing.T) {
	b := pair(t)
	at := server + "one/failoverGroups/group"
	b.Refuses("InvalidFailoverGroupGracePeriod", at, group(b, `,"readWriteEndpoint":{"failoverPolicy":"Automatic"}`))
	b.Refuses("InvalidFailoverGroupGracePeriod", at, group(b, `,"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":30}`))
	b.Refuses("InvalidFailoverGroupGracePeriod", at, group(b, `,"readWriteEndpoint":{"failoverPolicy":"Manual","failoverWithDataLossGracePeriodMinutes":60}`))
	b.Refuses("FailoverGroupCreateOrUpdateRequestSameRegion", at, `{"properties":{"partnerServers":[{"id":"`+trial.ID(server+"near")+`"}]`+manual+`}}`)
	b.Refuses("FailoverGroupPartnerServerNotFound", at, `{"properties":{"partnerServers":[{"id":"`+trial.ID(server+"none")+`"}]`+manual+`}}`)
	b.Refuses("FailoverGroupDatabaseNotFound", at, `{"properties":{"partnerServers":[{"id":"`+trial.ID(server+"two")+`"}],"databases":["`+trial.ID(server+"one/databases/none")+`"]`+manual+`}}`)
	b.Make(at, group(b, `,"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":60}`))
}

func TestASecondaryNeedsItsPrimary(t *testing.T) {
	b := pair(t)
	b.Refuses("SourceDatabaseNotFound", server+"two/databases/db", database("northeurope", "GP_Gen5_2", `"createMode":"Secondary","sourceDatabaseId":"`+trial.ID(server+"one/databases/none")+`"`))
	d := b.Make(server+"two/databases/db", database("northeurope", "GP_Gen5_2", `"createMode":"Secondary","sourceDatabaseId":"`+trial.ID(server+"one/databases/db")+`"`))
	b.Is(d, "properties.secondaryType", "Geo")
	b.Is(d, "properties.createMode", "")
}

func TestSmallerThings(t *testing.T) {
	b := pair(t)
	b.Refuses("InvalidBackupRetentionPeriod", server+"one/databases/db/backupShortTermRetentionPolicies/default", `{"properties":{"retentionDays":36}}`)
	b.Refuses("InvalidFirewallRule", server+"one/firewallRules/r", `{"properties":{"startIpAddress":"10.0.0.9","endIpAddress":"10.0.0.1"}}`)
	b.Refuses("TargetElasticPoolDoesNotExist", server+"one/databases/pooled", database("westeurope", "GP_Gen5_2", `"elasticPoolId":"`+trial.ID(server+"one/elasticPools/none")+`"`))
	b.Refuses("ProvisioningDisabled", server+"one/elasticPools/p", `{"location":"westeurope","sku":{"name":"StandardPool"},"properties":{"zoneRedundant":true}}`)
}

// TestManagedInstances is data-stores.md 2.
func TestManagedInstances(t *testing.T) {
	b := trial.New(t)
	b.Make("Microsoft.Network/virtualNetworks/net", `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"mi","properties":{"addressPrefix":"10.0.0.0/24"}}]}}`)
	body := func(location, more string) string {
		return `{"location":"` + location + `","properties":{"subnetId":"` + trial.ID("Microsoft.Network/virtualNetworks/net/subnets/mi") + `","administratorLogin":"boss","administratorLoginPassword":"canary"` + more + `}}`
	}
	shown, err := b.Put(instance+"one", body("westeurope", ""))
	if err != nil {
		t.Fatal(err)
	}
	b.Is(shown, "properties.provisioningState", "Creating")
	b.Advance(20 * time.Minute)
	b.Is(b.Get(instance+"one"), "properties.provisioningState", "Creating")
	b.Advance(20 * time.Minute)
	one := b.Get(instance + "one")
	b.Is(one, "properties.state", "Ready")
	zone := object.Text(one, "properties.dnsZone")
	b.Is(one, "properties.fullyQualifiedDomainName", "one."+zone+".database.windows.net")
	b.Refuses("ZoneRedundancyNotSupported", instance+"new", body("westeurope", `,"zoneRedundant":true`))
	b.Refuses("ZoneRedundancyNotSupported", instance+"new", body("westeurope", `,"zoneRedundant":true,"requestedBackupStorageRedundancy":"Zone","isGeneralPurposeV2":true`))
	b.Refuses("VirtualNetworkSubnetNotFound", instance+"new", `{"location":"westeurope","properties":{"subnetId":"/none"}}`)
	b.Make(instance+"alien", body("northeurope", ""))
	two := b.Make(instance+"two", body("northeurope", `,"dnsZonePartner":"`+trial.ID(instance+"one")+`"`))
	b.Is(two, "properties.dnsZone", zone)
	joined := func(second string) string {
		return `{"properties":{"partnerRegions":[{"location":"northeurope"}],"managedInstancePairs":[{"primaryManagedInstanceId":"` + trial.ID(instance+"one") + `","partnerManagedInstanceId":"` + trial.ID(instance+second) + `"}],"readWriteEndpoint":{"failoverPolicy":"Manual"}}}`
	}
	at := "Microsoft.Sql/locations/westeurope/instanceFailoverGroups/group"
	b.Refuses("InstanceFailoverGroupDnsZoneMismatch", at, joined("alien"))
	b.Is(b.Make(at, joined("two")), "properties.replicationRole", "Primary")
	other := "Microsoft.Sql/locations/northeurope/instanceFailoverGroups/group"
	b.Is(b.Get(other), "properties.replicationRole", "Secondary")
	if _, err := b.Post(at, "failover", ""); trial.Code(err) != "FailoverGroupAlreadyPrimary" {
		t.Errorf("a failover to the primary region: %v", err)
	}
	if _, err := b.Post(other, "failover", ""); err != nil {
		t.Fatal(err)
	}
	b.Is(b.Get(other), "properties.replicationRole", "Primary")
	b.Is(b.Get(at), "properties.replicationRole", "Secondary")
	for _, side := range []string{at, other} {
		pair, _ := object.List(b.Get(side), "properties.managedInstancePairs")[0].(map[string]any)
		b.Is(pair, "primaryManagedInstanceId", trial.ID(instance+"two"))
	}
	if err := b.Delete(at); err != nil {
		t.Fatal(err)
	}
	if b.Stored(other) != nil {
		t.Error("the other side of a group is left")
	}
}
