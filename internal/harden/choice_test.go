package harden_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// told writes items as lines: rule, resource, outcome, and the steps or the reason.
func told(p *harden.Plan) string {
	var lines []string
	for _, item := range p.Items {
		line := fmt.Sprintf("%s %s: %s", item.Finding.Rule.ID, item.Finding.Resource.Name, item.Outcome)
		for _, s := range item.Steps {
			line += " " + s.Remedy.ID
			if s.Resource != item.Finding.Resource {
				line += " on " + s.Resource.Name
			}
			if s.Region != "" {
				line += " to " + s.Region
			}
		}
		if len(item.Steps) == 0 {
			line += ": " + item.Why
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// The cases of what is chosen: each says what is there, and what becomes of the
// findings of some rules.
func TestWhatIsChosen(t *testing.T) {
	cat := realCatalog(t)
	data := func(region, kind, sku, properties string) func(testing.TB) *builder {
		return func(t testing.TB) *builder {
			b := newBuilder(t, region)
			b.account("data", kind, sku, properties)
			b.store("blobs", "AzureBlob", "data")
			return b
		}
	}
	on := func(region, kind, typ, members string) func(testing.TB) *builder {
		return func(t testing.TB) *builder {
			b := newBuilder(t, region)
			b.add("it", typ, members)
			b.store("d", kind, "it")
			return b
		}
	}
	storage := []string{"storage-zone-outage", "storage-region-outage", "storage-legacy-kind"}
	tests := []struct {
		name   string
		estate func(testing.TB) *builder
		target string
		opts   harden.Options
		want   string
	}{
		{"a zone alone takes ZRS", data("westeurope", "StorageV2", "Standard_LRS", ""), assess.ProductionTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: planned storage-zrs`},
		{"nothing is wanted, nothing is done", data("westeurope", "StorageV2", "Standard_LRS", ""), assess.DevTarget, harden.Options{Rules: storage}, ``},
		{"a zone and a region take one remedy that covers both", data("westeurope", "StorageV2", "Standard_LRS", ""), assess.CriticalTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: planned storage-gzrs-lrs
			storage-region-outage data: planned storage-gzrs-lrs`},
		{"what is kept elsewhere already stays there", data("westeurope", "StorageV2", "Standard_GRS", ""), assess.CriticalTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: planned storage-gzrs`},
		{"the region alone", data("westeurope", "StorageV2", "Standard_ZRS", ""), assess.CriticalTarget, harden.Options{Rules: storage}, `
			storage-region-outage data: planned storage-geo-zrs`},
		{"what it needs first comes first", data("westeurope", "Storage", "Standard_LRS", ""), assess.ProductionTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: planned storage-v2 storage-zrs`},
		{"and mends a finding of its own", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage", "container-registry-tier"}}, `
			container-registry-tier cr: planned registry-premium
			container-registry-region-outage cr: planned registry-premium registry-replica to northeurope`},
		{"what nothing brings about", data("westeurope", "StorageV2", "Standard_LRS", `"isNfsV3Enabled":true,"isHnsEnabled":true`), assess.ProductionTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: cannot: "Convert the account to zone-redundant storage (ZRS)" needs no NFS 3.0, which can only be left out when the account is made.`},
		{"a symbolic region", data("{resourceGroup().location}", "StorageV2", "Standard_LRS", ""), assess.ProductionTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: decision: "Convert the account to zone-redundant storage (ZRS)" needs a region with availability zones, and the region is not known: give --location.`},
		{"a region without zones still has a pair", data("northcentralus", "StorageV2", "Standard_LRS", ""), assess.CriticalTarget, harden.Options{Rules: storage}, `
			storage-region-outage data: planned storage-geo-lrs`},
		{"a region without a pair", data("polandcentral", "StorageV2", "Standard_ZRS", ""), assess.CriticalTarget, harden.Options{Rules: storage}, `
			storage-region-outage data: cannot: "Add a copy in the paired region (ZRS to GZRS) and rehearse the account failover" needs a region that has a pair, and polandcentral is none.`},
		{"what has to be made anew is said", data("westeurope", "BlockBlobStorage", "Premium_LRS", ""), assess.ProductionTarget, harden.Options{Rules: storage}, `
			storage-zone-outage data: recreate storage-premium-zrs`},
		{"and is done where nothing is deployed yet", data("westeurope", "BlockBlobStorage", "Premium_LRS", ""), assess.ProductionTarget, harden.Options{Rules: storage, Fresh: true}, `
			storage-zone-outage data: planned storage-premium-zrs`},
		{"a chain of a tier and a replica, in the other region of the resource", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage"}}, `
			container-registry-region-outage cr: planned registry-premium registry-replica to northeurope`},
		{"in the region that is given", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage"}, Region: "swedencentral"}, `
			container-registry-region-outage cr: planned registry-premium registry-replica to swedencentral`},
		{"not in its own", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage"}, Region: "westeurope"}, `
			container-registry-region-outage cr: planned registry-premium registry-replica to northeurope`},
		{"another region that nobody can name", func(t testing.TB) *builder { return usual(t, "{resourceGroup().location}") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage"}}, `
			container-registry-region-outage cr: decision: "Add a replica of the registry in another region" needs another region, and the region of cr is not known: give --region or --location.`},
		{"a replica somewhere, of something nowhere", func(t testing.TB) *builder { return usual(t, "{resourceGroup().location}") }, assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage"}, Region: "northeurope"}, `
			container-registry-region-outage cr: decision: Whether "Add a replica of the registry in another region" is enough depends on the region, which is not known: give --location.`},
		{"the default account never fails over", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"default-storage-region-outage", "default-storage-zone-outage"}}, `
			default-storage-zone-outage st: planned storage-zrs
			default-storage-region-outage st: cannot: Azure Machine Learning does not support failing over the default account, whatever its redundancy, and the account of a workspace cannot be exchanged.`},
		{"a second workspace is for the owner to want", func(t testing.TB) *builder { return usual(t, "westeurope") }, assess.CriticalTarget, harden.Options{Rules: []string{"workspace-region-outage"}}, `
			workspace-region-outage ws: decision: It takes a second workspace in another region, with all that it leans on: more than a change of what is there.`},
		{"a tier before the standby", on("westeurope", "AzurePostgreSql", postgresType, `"sku":{"tier":"Burstable"},"properties":{}`), assess.ProductionTarget, harden.Options{Rules: []string{"postgresql-zone-outage"}}, `
			postgresql-zone-outage it: planned postgresql-tier postgresql-zone-ha`},
		{"not in Azure, where a person chooses the size", on("westeurope", "AzurePostgreSql", postgresType, `"sku":{"tier":"Burstable"},"properties":{}`), assess.ProductionTarget, harden.Options{Rules: []string{"postgresql-zone-outage"}, Live: true}, `
			postgresql-zone-outage it: decision: "Move the server to General Purpose" is not done without a person: The size of the new tier has to be chosen by the load.`},
		{"a standby that is chosen at creation", on("westeurope", "AzureMySql", mysqlType, `"sku":{"tier":"GeneralPurpose"},"properties":{}`), assess.ProductionTarget, harden.Options{Rules: []string{"mysql-zone-outage"}}, `
			mysql-zone-outage it: recreate mysql-zone-ha`},
		{"a remedy that is not enough", on("westeurope", "AzureMySql", mysqlType, `"sku":{"tier":"GeneralPurpose"},"properties":{"highAvailability":{"mode":"ZoneRedundant"}}`), assess.CriticalTarget, harden.Options{Rules: []string{"mysql-region-outage"}}, `
			mysql-region-outage it: decision: "Add a read replica in another region" is not enough for what the target allows: when region westeurope fails, author is still degraded (back after: 15 min; data lost: not documented).`},
		{"what the rest of the service says", on("westeurope", "AzurePostgreSql", "Microsoft.DBforPostgreSQL/servers", `"properties":{}`), assess.ProductionTarget, harden.Options{Rules: []string{"postgresql-zone-outage"}}, `
			postgresql-zone-outage it: cannot: Single server was retired on 2025-03-28.`},
		{"what only the owner can say", on("westeurope", "AzureSqlDatabase", serverType+"/databases", `"sku":{"tier":"BusinessCritical"},"properties":{}`), assess.CriticalTarget, harden.Options{Rules: []string{"azure-sql-region-outage"}}, `
			azure-sql-region-outage it: decision: "Add a failover group with a server in another region" takes what only you can say: the administrator and the password of a partner server, or a server that is there.`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, troubles := prove(t, tt.estate(t).build(cat), cat, tt.target, tt.opts)
			if diff := cmp.Diff(strings.TrimSpace(strings.ReplaceAll(tt.want, "\t", "")), told(p)); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if len(troubles) > 0 {
				t.Errorf("it does not hold: %v", troubles)
			}
		})
	}
}

// What is only named cannot be changed, and says so.
func TestWhatIsOnlyNamed(t *testing.T) {
	cat := realCatalog(t)
	b := usual(t, "westeurope")
	b.add("away", "Microsoft.Network/virtualNetworks", `"properties":{}`).External = true
	b.lean("ws", estate.Network, "away")
	p, _ := prove(t, b.build(cat), cat, assess.CriticalTarget, harden.Options{})
	if len(flaws(p)) > 0 {
		t.Error(flaws(p))
	}
}
