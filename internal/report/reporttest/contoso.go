package reporttest

import (
	"embed"
	"io/fs"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

//go:embed catalog
var catalogFiles embed.FS

// Catalog is the small catalog of the fixtures.
func Catalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	files, err := fs.Sub(catalogFiles, "catalog")
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Parse(files, "catalog")
	if err != nil {
		t.Fatalf("the catalog of the fixtures: %v", err)
	}
	return c
}

// Options are those that a command would give, with nothing that changes from
// run to run.
func Options() report.Options {
	return report.Options{
		Tool: report.Tool{Version: "0.1.0", Commit: "abc1234"},
		Exit: report.Exit{Code: 3, Meaning: "findings of severity high or worse"},
		Next: []string{"holdfast explain default-storage-zone"},
	}
}

const (
	file  = "infra/azuredeploy.json"
	group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml"
)

// builder collects an estate by short names.
type builder struct {
	resources []*estate.Resource
	relations []estate.Relation
	byName    map[string]*estate.Resource
	line      int
}

func (b *builder) add(name, typ, service, location string) *estate.Resource {
	return b.addID(group+"/providers/"+typ+"/"+name, name, typ, service, location)
}

func (b *builder) addID(id, name, typ, service, location string) *estate.Resource {
	b.line += 24
	r := &estate.Resource{
		ID: estate.ParseID(id), Type: typ, Name: name, Service: service, Location: location,
		Origin: estate.Origin{File: file, Line: b.line, Column: 5, Pointer: "/resources/" + name},
	}
	b.resources = append(b.resources, r)
	if b.byName == nil {
		b.byName = map[string]*estate.Resource{}
	}
	b.byName[name] = r
	return r
}

func (b *builder) child(parent, typ, name, service, location string) *estate.Resource {
	p := b.byName[parent]
	r := b.addID(p.ID.String()+"/"+typ+"/"+name, p.Name+"/"+name, p.Type+"/"+typ, service, location)
	b.byName[name] = r
	return r
}

func (b *builder) lean(from string, role estate.Role, to string) {
	b.relations = append(b.relations, estate.Relation{From: b.byName[from], To: b.byName[to], Role: role})
}

func (b *builder) build(coverage estate.Coverage) *estate.Estate {
	return estate.Build(b.resources, b.relations, coverage)
}

// Span shorthands.
var (
	untilEnd   = catalog.Span{Seconds: -1, Word: "outage"}
	rebuild    = catalog.Span{Seconds: -1, Word: "rebuild"}
	allData    = catalog.Span{Seconds: -1, Word: "total"}
	unknownFor = catalog.Span{Seconds: -1, Word: "unknown"}
	oneHour    = catalog.Span{Seconds: 3600, Upper: true}
	fifteenMin = catalog.Span{Seconds: 900}
)

func contosoEstate() (*builder, *estate.Estate) {
	b := &builder{}
	b.add("mlw-contoso", "Microsoft.MachineLearningServices/workspaces", "aml-workspace", "westeurope")
	b.add("stcontosoml", "Microsoft.Storage/storageAccounts", "azure-storage", "westeurope")
	b.add("kv-contoso-ml", "Microsoft.KeyVault/vaults", "key-vault", "westeurope")
	b.add("acrcontosoml", "Microsoft.ContainerRegistry/registries", "container-registry", "westeurope")
	b.add("appi-contoso", "Microsoft.Insights/components", "application-insights", "westeurope")
	b.add("log-contoso", "Microsoft.OperationalInsights/workspaces", "log-analytics", "westeurope")
	b.child("mlw-contoso", "computes", "cpu-cluster", "compute-cluster", "westeurope")
	b.child("mlw-contoso", "computes", "ci-anna", "compute-instance", "westeurope")
	b.child("mlw-contoso", "computes", "inference", "aks", "westeurope")
	b.add("aks-shared", "Microsoft.ContainerService/managedClusters", "aks", "{resourceGroup().location}").External = true
	b.child("mlw-contoso", "datastores", "sales", "azure-sql", "")
	b.add("sql-contoso/sales", "Microsoft.Sql/servers/databases", "azure-sql", "northeurope").External = true
	b.child("mlw-contoso", "onlineEndpoints", "churn", "aml-endpoint", "westeurope")
	b.child("churn", "deployments", "blue", "aml-endpoint", "westeurope")
	b.add("pe-workspace", "Microsoft.Network/privateEndpoints", "", "westeurope")
	b.add("lock-kv", "Microsoft.Authorization/locks", "", "")
	ws := "mlw-contoso"
	b.lean(ws, estate.DefaultStorage, "stcontosoml")
	b.lean(ws, estate.KeyVault, "kv-contoso-ml")
	b.lean(ws, estate.ContainerRegistry, "acrcontosoml")
	b.lean(ws, estate.ApplicationInsights, "appi-contoso")
	b.lean("appi-contoso", estate.Logs, "log-contoso")
	b.lean(ws, estate.Compute, "cpu-cluster")
	b.lean(ws, estate.Compute, "ci-anna")
	b.lean(ws, estate.Compute, "inference")
	b.lean("inference", estate.Compute, "aks-shared")
	b.lean(ws, estate.Datastore, "sales")
	b.lean("sales", estate.Datastore, "sql-contoso/sales")
	b.lean(ws, estate.Endpoint, "churn")
	b.lean("churn", estate.Deployment, "blue")
	b.lean(ws, estate.Network, "pe-workspace")
	b.lean("lock-kv", estate.Lock, "kv-contoso-ml")
	return b, b.build(estate.Coverage{
		Inputs: []estate.Input{{Name: file, Kind: "template", Resources: 14, Parameters: []string{"infra/azuredeploy.parameters.json"}}},
		NotSeen: []estate.NotSeen{{
			What: "linked template https://example.com/network.json", Why: "it is not on this machine; map its address to a file with --link",
			Origin: estate.Origin{File: file, Line: 402, Column: 11, Pointer: "/resources/12/properties/templateLink/uri"},
		}},
		Skipped: 2,
	})
}

// Contoso is one workspace in West Europe that misses its target: its default
// storage has one zone, a database stands in another region and is not zone
// redundant, and one check cannot be decided.
func Contoso(t testing.TB) *assess.Result {
	t.Helper()
	c := Catalog(t)
	b, e := contosoEstate()
	r := &assess.Result{Estate: e, Catalog: c, Target: Production(), Outages: contosoOutages(b)}
	r.Findings = contosoFindings(b, c, r.Outages)
	r.Notes = []assess.Note{
		{Severity: "warning", Message: "parameter administratorLogin has no value; what depends on it is not known", Hint: "give it with -p administratorLogin=VALUE",
			Origin: estate.Origin{File: file, Line: 31, Column: 6, Pointer: "/parameters/administratorLogin"}},
	}
	r.Summary = Summarize(r)
	return r
}

// Production is the target of the fixtures: survive a zone.
func Production() *assess.Target {
	t := &assess.Target{Name: "production", Title: "every capability survives the loss of a zone", Capabilities: map[catalog.Capability][]assess.Demand{}}
	for _, c := range catalog.Capabilities {
		t.Capabilities[c] = []assess.Demand{{Scope: catalog.ScopeZone, RTO: 3600, RPO: 0}}
	}
	return t
}

func contosoFindings(b *builder, c *catalog.Catalog, outages []outage.Result) []assess.Finding {
	ws := []*estate.Resource{b.byName["mlw-contoso"]}
	rule := func(id string) *catalog.Rule {
		for _, r := range c.Rules() {
			if r.ID == id {
				return r
			}
		}
		return nil
	}
	at := func(line, column int, pointer string) estate.Origin {
		return estate.Origin{File: file, Line: line, Column: column, Pointer: pointer}
	}
	fs := []assess.Finding{
		{Rule: rule("default-storage-zone"), Status: assess.Fail, Severity: assess.Critical, Resource: b.byName["stcontosoml"], Workspaces: ws,
			Origin: at(54, 17, "/resources/1/sku/name"), Message: "The data of stcontosoml stand in one zone of westeurope.",
			Evidence: []assess.Evidence{{Setting: "sku", Path: "sku.name", Value: "Standard_LRS", Origin: at(54, 17, "/resources/1/sku/name")}},
			Takes:    losses(outages, b.byName["stcontosoml"]), Fingerprint: "1f2e3d4c5b6a7988"},
		{Rule: rule("sql-zone"), Status: assess.Fail, Severity: assess.High, Resource: b.byName["sql-contoso/sales"], Workspaces: ws,
			Origin: at(268, 30, "/resources/10/properties/server"), Message: "The database is not zone-redundant.",
			Evidence:    []assess.Evidence{{Setting: "zoneRedundant", Path: "properties.zoneRedundant", Value: "(absent, default false)", Origin: at(268, 30, "/resources/10/properties/server")}},
			Suppression: &assess.Suppression{Rule: "sql-zone", Resource: "sales", Reason: "moves to another team", Owner: "data", Expires: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Expired: true},
			Fingerprint: "2f2e3d4c5b6a7988"},
		{Rule: rule("key-vault-purge-protection"), Status: assess.Fail, Severity: assess.Medium, Resource: b.byName["kv-contoso-ml"], Workspaces: ws,
			Origin: at(72, 5, "/resources/2"), Message: "Purge protection is off.",
			Evidence:    []assess.Evidence{{Setting: "purgeProtection", Path: "properties.enablePurgeProtection", Value: "(absent, default false)", Origin: at(72, 5, "/resources/2")}},
			Fingerprint: "3f2e3d4c5b6a7988"},
		{Rule: rule("sql-zone"), Status: assess.Unknown, Severity: assess.High, Resource: b.byName["sales"], Workspaces: ws, Origin: at(264, 5, "/resources/10"),
			Unknowns: []string{"properties.zoneRedundant of sales: [parameters('zoneRedundant')]"}, Fingerprint: "4f2e3d4c5b6a7988"},
		{Rule: rule("registry-region"), Status: assess.Suppressed, Severity: assess.Low, Resource: b.byName["acrcontosoml"], Workspaces: ws, Origin: at(96, 5, "/resources/3"),
			Suppression: &assess.Suppression{Rule: "registry-region", Resource: "acr*", Reason: "images are built in each region", Owner: "platform",
				Expires: time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC), Origin: estate.Origin{File: ".holdfast.yaml", Line: 4, Column: 5}},
			Fingerprint: "5f2e3d4c5b6a7988"},
		{Rule: rule("key-vault-purge-protection"), Status: assess.NotApplicable, Severity: assess.Medium, Resource: b.byName["acrcontosoml"], Fingerprint: "6f2e3d4c5b6a7988"},
		{Rule: rule("default-storage-zone"), Status: assess.Pass, Severity: assess.Critical, Resource: b.byName["acrcontosoml"], Workspaces: ws, Fingerprint: "7f2e3d4c5b6a7988"},
	}
	return fs
}

// losses gives what the zone outages take because of a resource.
func losses(outages []outage.Result, because *estate.Resource) []assess.Loss {
	var out []assess.Loss
	for i := range outages {
		if outages[i].Outage.Scope != catalog.ScopeZone {
			continue
		}
		for _, m := range outages[i].Impacts {
			for _, c := range m.Because {
				if c.Resource == because && m.Effect == outage.Lost {
					out = append(out, assess.Loss{Workspace: m.Workspace, Capability: m.Capability, Outage: outages[i].Outage, Effect: m.Effect, RTO: m.RTO, RPO: m.RPO})
				}
			}
		}
	}
	return out
}

// Summarize counts what is in a result.
func Summarize(r *assess.Result) assess.Summary {
	m := assess.Summary{
		Resources: r.Estate.Coverage.Resources, External: r.Estate.Coverage.External, Relations: len(r.Estate.Relations),
		Outages: len(r.Outages), Findings: len(r.Findings), NotSeen: len(r.Estate.Coverage.NotSeen), BySeverity: map[assess.Severity]int{},
	}
	for _, x := range r.Estate.Resources {
		if x.Service == "aml-workspace" {
			m.Workspaces++
		}
	}
	if r.Catalog != nil {
		m.Rules = len(r.Catalog.Rules())
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		switch f.Status {
		case assess.Pass:
			m.Pass++
		case assess.Fail:
			m.Fail++
			if f.Known {
				m.Known++
			} else {
				m.BySeverity[f.Severity]++
			}
		case assess.Unknown:
			m.Unknown++
		case assess.NotApplicable:
			m.NotApplicable++
		case assess.Suppressed:
			m.Suppressed++
		}
		if f.Suppression != nil && f.Suppression.Expired {
			m.Expired++
		}
	}
	return m
}
