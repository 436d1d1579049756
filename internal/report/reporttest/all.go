package reporttest

import (
	"fmt"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// All gives every fixture by name.
func All(t testing.TB) map[string]*assess.Result {
	return map[string]*assess.Result{
		"contoso": Contoso(t), "calm": Calm(t), "hostile": Hostile(t), "fleet": Fleet(t, 25), "empty": Empty(),
	}
}

// Empty is what comes of an input without any resource.
func Empty() *assess.Result {
	return &assess.Result{Estate: estate.Build(nil, nil, estate.Coverage{}), Target: Production()}
}

// Calm is a workspace that meets its target, with nothing open.
func Calm(t testing.TB) *assess.Result {
	t.Helper()
	b := &builder{}
	b.add("mlw-calm", "Microsoft.MachineLearningServices/workspaces", "aml-workspace", "swedencentral")
	b.add("stcalm", "Microsoft.Storage/storageAccounts", "azure-storage", "swedencentral")
	b.lean("mlw-calm", estate.DefaultStorage, "stcalm")
	r := &assess.Result{Catalog: Catalog(t), Target: Production(), Estate: b.build(estate.Coverage{Inputs: []estate.Input{{Name: "-", Kind: "inventory", Resources: 2}}})}
	for _, zone := range []string{"1", "2", "3"} {
		r.Outages = append(r.Outages, b.outage(outage.Outage{Scope: catalog.ScopeZone, Region: "swedencentral", Zone: zone}, nil, nil))
	}
	r.Findings = []assess.Finding{{Rule: r.Catalog.Rules()[0], Status: assess.Pass, Severity: assess.Critical, Resource: b.byName["stcalm"], Fingerprint: "aa"}}
	r.Summary = Summarize(r)
	return r
}

// Fleet is n workspaces in four regions, each with its own storage; in three of
// four the storage has one zone.
func Fleet(t testing.TB, n int) *assess.Result {
	t.Helper()
	c := Catalog(t)
	regions := []string{"westeurope", "northeurope", "swedencentral", "{parameters('location')}"}
	fact := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Down, RTO: untilEnd, RPO: allData, Why: "All copies of the account stand in one zone."}
	b := &builder{}
	for i := range n {
		ws, st, region := fmt.Sprintf("mlw-%04d", i), fmt.Sprintf("stml%04d", i), regions[i%len(regions)]
		b.add(ws, "Microsoft.MachineLearningServices/workspaces", "aml-workspace", region)
		b.add(st, "Microsoft.Storage/storageAccounts", "azure-storage", region)
		b.lean(ws, estate.DefaultStorage, st)
	}
	r := &assess.Result{Catalog: c, Target: Production(), Estate: b.build(estate.Coverage{Inputs: []estate.Input{{Name: "inventory.json", Kind: "inventory", Resources: 2 * n}}})}
	for _, region := range regions {
		for _, zone := range []string{"1", "2", "3"} {
			r.Outages = append(r.Outages, fleetOutage(r.Estate, outage.Outage{Scope: catalog.ScopeZone, Region: region, Zone: zone}, fact))
		}
	}
	for i, x := range r.Estate.Resources {
		if x.Service != "azure-storage" {
			continue
		}
		f := assess.Finding{Rule: c.Rules()[0], Status: assess.Pass, Severity: assess.Critical, Resource: x, Origin: x.Origin, Fingerprint: fmt.Sprintf("%016x", i)}
		if !sturdy(x) {
			f.Status, f.Message, f.Takes = assess.Fail, "The data of "+x.Name+" stand in one zone.", losses(r.Outages, x)
		}
		r.Findings = append(r.Findings, f)
	}
	r.Summary = Summarize(r)
	return r
}

// sturdy says that a storage account of the fleet survives a zone.
func sturdy(x *estate.Resource) bool { return x.Location == "swedencentral" }

func fleetOutage(e *estate.Estate, o outage.Outage, fact *catalog.Survival) outage.Result {
	r := outage.Result{Outage: o}
	for _, x := range e.Resources {
		if x.Location != o.Region {
			continue
		}
		if x.Service == "azure-storage" {
			if !sturdy(x) && o.Zone == "1" {
				r.Fates = append(r.Fates, outage.Fate{Resource: x, State: fact.State, Fact: fact, RTO: fact.RTO, RPO: fact.RPO, AtBest: fact.State, AtWorst: fact.State})
			}
			continue
		}
		for _, c := range catalog.Capabilities {
			m := outage.Impact{Workspace: x, Capability: c, Effect: outage.None, AtBest: outage.None, AtWorst: outage.None}
			for rel := range e.LeansOn(x) {
				if !sturdy(rel.To) && o.Zone == "1" && c != catalog.Monitor {
					m.Effect, m.AtBest, m.AtWorst, m.RTO, m.RPO = outage.Lost, outage.Lost, outage.Lost, fact.RTO, fact.RPO
					m.Because = append(m.Because, outage.Cause{Resource: rel.To, Role: rel.Role, Effect: outage.Lost, Fact: fact})
				}
			}
			r.Impacts = append(r.Impacts, m)
		}
	}
	return r
}

// Evil is text that would do harm in a report that does not escape it: markup,
// quotes, the ends of scripts and comments, terminal sequences, directions,
// table bars, broken UTF-8, and a wide character.
const Evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> --> ]]> \x1b[2J\x07 `|` [x](javascript:alert(3)) \u202e\u2028 ${{7*7}} 幅\xff"

// Hostile is a workspace all of whose texts are [Evil].
func Hostile(t testing.TB) *assess.Result {
	t.Helper()
	c := Catalog(t)
	b := &builder{}
	at := estate.Origin{File: "a b/" + Evil + ".json", Line: 3, Column: 7, Pointer: "/" + Evil}
	ws := b.addID("/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/"+Evil, Evil, "Microsoft.MachineLearningServices/workspaces", "aml-workspace", Evil)
	store := b.addID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"+Evil, "st"+Evil, Evil, "azure-storage", Evil)
	ws.Origin, store.Origin, store.Zones = at, at, []string{Evil}
	b.relations = append(b.relations, estate.Relation{From: ws, To: store, Role: estate.DefaultStorage, Detail: Evil, Origin: at})
	r := &assess.Result{Catalog: c, Target: &assess.Target{Name: Evil, Title: Evil, Capabilities: Production().Capabilities}}
	r.Estate = b.build(estate.Coverage{
		Inputs:  []estate.Input{{Name: Evil, Kind: "template", Parameters: []string{Evil}}},
		NotSeen: []estate.NotSeen{{What: Evil, Why: Evil, Origin: at}},
	})
	fact := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Down, RTO: untilEnd, RPO: allData, Why: Evil}
	o := outage.Result{Outage: outage.Outage{Scope: catalog.ScopeZone, Region: Evil, Zone: Evil}, Fates: []outage.Fate{{Resource: store, State: catalog.Down, Fact: fact, Unknowns: []string{Evil}}}}
	for _, c := range catalog.Capabilities {
		o.Impacts = append(o.Impacts, outage.Impact{Workspace: ws, Capability: c, Effect: outage.Lost, RTO: untilEnd, RPO: allData,
			Because: []outage.Cause{{Resource: store, Role: estate.DefaultStorage, Effect: outage.Lost, Fact: fact, Unknowns: []string{Evil}}}, Assuming: []string{Evil}})
	}
	r.Outages = []outage.Result{o}
	rule := *c.Rules()[0]
	rule.Title, rule.Remedy, rule.Why, rule.How = Evil, Evil, Evil, []string{Evil}
	base := assess.Finding{Rule: &rule, Severity: assess.High, Resource: store, Workspaces: []*estate.Resource{ws}, Origin: at, Message: Evil, Unknowns: []string{Evil}, Fingerprint: Evil,
		Evidence: []assess.Evidence{{Setting: Evil, Path: Evil, Value: Evil, Origin: at}}, Takes: losses(r.Outages, store)}
	for _, s := range []assess.Status{assess.Fail, assess.Unknown, assess.Suppressed, assess.Pass} {
		f := base
		f.Status = s
		if s == assess.Suppressed {
			f.Suppression = &assess.Suppression{Rule: Evil, Resource: Evil, Reason: Evil, Owner: Evil, Origin: at}
		}
		r.Findings = append(r.Findings, f)
	}
	r.Notes = []assess.Note{{Severity: "warning", Message: Evil, Hint: Evil, Origin: at}}
	r.Summary = Summarize(r)
	return r
}
