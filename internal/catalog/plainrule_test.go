package catalog

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Plain rules that look at more than the resource itself: what leans on it, what
// it leans on, its children. Each has an estate that breaks it and one that does
// not; the rule must apply to both.
func TestRulesAboutMoreThanOneResource(t *testing.T) {
	const (
		accounts   = "Microsoft.Storage/storageAccounts"
		registries = "Microsoft.ContainerRegistry/registries"
		databases  = "Microsoft.Sql/servers/databases"
		servers    = "Microsoft.DBforPostgreSQL/flexibleServers"
	)
	declare := func(typ, name, location, rest string) *estate.Resource {
		if rest != "" {
			rest = "," + rest
		}
		return resource(t, typ, name, location, `{`+inTemplate+rest+`}`)
	}
	workspaceAt := func(name, location string) *estate.Resource {
		return declare(estate.WorkspaceType, name, location, "")
	}
	stored := func(sku string) *estate.Resource {
		return declare(accounts, "it", "westeurope", `"kind":"StorageV2","sku":{"name":"`+sku+`"}`)
	}
	// leaning makes relations from each to the first resource in the role.
	leaning := func(role estate.Role, to *estate.Resource, from ...*estate.Resource) (out []estate.Relation) {
		for _, f := range from {
			out = append(out, estate.Relation{From: f, To: to, Role: role})
		}
		return out
	}
	type sketch struct {
		resources []*estate.Resource // the first one is asked about
		relations []estate.Relation
	}
	of := func(resources ...*estate.Resource) sketch { return sketch{resources: resources} }
	used := func(role estate.Role, resources ...*estate.Resource) sketch {
		return sketch{resources, leaning(role, resources[0], resources[1:]...)}
	}
	child := func(parent *estate.Resource, typ, name, location, rest string) sketch {
		return of(parent, declare(parent.Type+"/"+typ, parent.Name+"/"+name, location, rest))
	}
	insights := declare("Microsoft.Insights/components", "it", "westeurope", "")
	lock := func(level string) *estate.Resource {
		return declare("Microsoft.Authorization/locks", "l", "", `"properties":{"level":"`+level+`"}`)
	}
	registry := func() *estate.Resource {
		return declare(registries, "it", "westeurope", `"sku":{"name":"Premium"}`)
	}
	builder := func(rest string) sketch {
		w, r := declare(estate.WorkspaceType, "it", "westeurope", rest), declare(registries, "cr", "westeurope", `"sku":{"name":"premium"}`)
		return sketch{[]*estate.Resource{w, r}, leaning(estate.ContainerRegistry, r, w)}
	}
	replicated := func(others ...*estate.Resource) sketch {
		server, copied := declare(servers, "it", "westeurope", ""), declare(servers, "copy", "northeurope", "")
		return sketch{append([]*estate.Resource{server, copied}, others...), leaning(estate.Replica, copied, server)}
	}
	sql := func() *estate.Resource { return declare(databases, "s/it", "westeurope", "") }
	tests := []struct {
		rule      string
		bad, good sketch
	}{
		{"application-insights-shared-across-regions",
			used(estate.ApplicationInsights, insights, workspaceAt("a", "westeurope"), workspaceAt("b", "northeurope")),
			used(estate.ApplicationInsights, insights, workspaceAt("a", "westeurope"), workspaceAt("b", "westeurope"))},
		{"workspace-image-build-compute", builder(""), builder(`"properties":{"imageBuildCompute":"cpu"}`)},
		{"azure-sql-backup-retention",
			child(sql(), "backupShortTermRetentionPolicies", "default", "", `"properties":{"retentionDays":1}`),
			child(sql(), "backupShortTermRetentionPolicies", "default", "", `"properties":{"retentionDays":14}`)},
		{"storage-read-only-lock",
			sketch{[]*estate.Resource{stored("Standard_ZRS"), lock("ReadOnly")}, nil}, sketch{[]*estate.Resource{stored("Standard_ZRS"), lock("CanNotDelete")}, nil}},
		{"default-storage-shared",
			used(estate.DefaultStorage, stored("Standard_ZRS"), workspaceAt("a", "westeurope"), workspaceAt("b", "westeurope")),
			used(estate.DefaultStorage, stored("Standard_ZRS"), workspaceAt("a", "westeurope"))},
		{"storage-share-soft-delete",
			child(stored("Standard_ZRS"), "fileServices", "default", "", `"properties":{"shareDeleteRetentionPolicy":{"enabled":false}}`),
			child(stored("Standard_ZRS"), "fileServices", "default", "", `"properties":{"shareDeleteRetentionPolicy":{"enabled":true}}`)},
		{"storage-planned-failover-blocked",
			child(stored("Standard_GRS"), "blobServices", "default", "", `"properties":{"changeFeed":{"enabled":true}}`),
			child(stored("Standard_GRS"), "blobServices", "default", "", `"properties":{"changeFeed":{"enabled":false}}`)},
		{"container-registry-replica-at-home",
			child(registry(), "replications", "a", "westeurope", ""), child(registry(), "replications", "a", "northeurope", "")},
		{"container-registry-replica-routing",
			child(registry(), "replications", "a", "northeurope", `"properties":{"regionEndpointEnabled":false}`), child(registry(), "replications", "a", "northeurope", "")},
		{"postgresql-virtual-endpoint", replicated(), replicated(declare(servers+"/virtualendpoints", "it/v", "", ""))},
	}
	c := defaultCatalogOf(t)
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			rule := c.Rule(tt.rule)
			if rule == nil {
				t.Fatal("there is no such rule")
			}
			for _, x := range []struct {
				sketch
				passes bool
			}{{tt.bad, false}, {tt.good, true}} {
				it := x.resources[0]
				for _, r := range x.resources {
					if r.Type == "Microsoft.Authorization/locks" {
						x.relations = append(x.relations, estate.Relation{From: r, To: it, Role: estate.Lock})
					}
				}
				e := built(c, x.resources, x.relations)
				if v := c.Applies(rule, e, it); !v.Known || !v.Holds {
					t.Errorf("passes %v: it does not apply to %s: %+v", x.passes, it.Service, v)
				}
				if v := c.Check(rule, e, it); !v.Known || v.Holds != x.passes {
					t.Errorf("passes %v: %+v", x.passes, v)
				}
			}
		})
	}
}
