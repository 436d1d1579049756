package reporttest

import (
	"slices"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// SmallOptions are those of the small results: a version and nothing else.
func SmallOptions() report.Options {
	return report.Options{Tool: report.Tool{Version: "1.0.0"}}
}

// Small gives a result that shows one thing only, by its name: small enough that
// a test can hold all that each format says of it.
//
//   - right: a workspace that meets its target
//   - unknown: nothing that was asked could be answered
//   - accepted: one gap each is accepted, accepted no longer, and known before
//   - unseen: a part of the input is not there
//   - unused: a storage account without a workspace
//   - anywhere: the region is left to the deployment
//   - four: more workspaces than are shown one by one
func Small(t testing.TB, name string) *assess.Result {
	t.Helper()
	fill, ok := map[string]func(*small){
		"right": right, "unknown": unknown, "accepted": accepted, "unseen": unseen, "unused": unused, "anywhere": anywhere, "four": four,
	}[name]
	if !ok {
		t.Fatalf("there is no small result %q", name)
	}
	s := &small{builder: &builder{}, result: &assess.Result{Catalog: Catalog(t), Target: Production()}}
	fill(s)
	for _, x := range s.resources {
		x.Origin.File = "main.json"
	}
	s.coverage.Inputs = []estate.Input{{Name: "main.json", Kind: "template", Resources: len(s.resources)}}
	s.result.Estate = s.build(s.coverage)
	for _, o := range s.outages {
		s.result.Outages = append(s.result.Outages, s.strike(o))
	}
	for i := range s.result.Findings {
		f := &s.result.Findings[i]
		f.Origin = f.Resource.Origin
		if f.Status != assess.Pass {
			f.Takes = losses(s.result.Outages, f.Resource)
		}
	}
	s.result.Summary = Summarize(s.result)
	return s.result
}

type small struct {
	*builder
	result   *assess.Result
	coverage estate.Coverage
	outages  []smallOutage
}

// smallOutage is the outage of a zone, which takes training from the workspaces
// that lean on one of these storage accounts.
type smallOutage struct {
	zone, region string
	effect       outage.Effect
	hits         []string
}

// pair adds a workspace that leans on a storage account.
func (s *small) pair(ws, storage, region string) {
	s.add(ws, "Microsoft.MachineLearningServices/workspaces", "aml-workspace", region)
	s.add(storage, "Microsoft.Storage/storageAccounts", "azure-storage", region)
	s.lean(ws, estate.DefaultStorage, storage)
}

// strike puts the estate through one outage.
func (s *small) strike(o smallOutage) outage.Result {
	r := outage.Result{Outage: outage.Outage{Scope: catalog.ScopeZone, Region: o.region, Zone: o.zone}}
	fact := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Down, RTO: untilEnd, RPO: allData, Why: "All copies stand in one zone."}
	for _, x := range s.result.Estate.Resources {
		if slices.Contains(o.hits, x.Name) {
			fate := outage.Fate{Resource: x, State: fact.State, Fact: fact, AtBest: fact.State, AtWorst: fact.State, RTO: fact.RTO, RPO: fact.RPO}
			if o.effect == outage.Unknown {
				fate = outage.Fate{Resource: x, State: catalog.Unknown, AtBest: catalog.CarriesOn, AtWorst: catalog.Down, RTO: fact.RTO, RPO: fact.RPO, Unknowns: open(x)}
			}
			r.Fates = append(r.Fates, fate)
		}
		if x.Service != "aml-workspace" {
			continue
		}
		for _, c := range catalog.Capabilities {
			m := outage.Impact{Workspace: x, Capability: c, Effect: outage.None, AtBest: outage.None, AtWorst: outage.None}
			for rel := range s.result.Estate.LeansOn(x) {
				if c != catalog.Train || !slices.Contains(o.hits, rel.To.Name) {
					continue
				}
				m.Effect, m.AtBest, m.AtWorst, m.RTO, m.RPO = o.effect, o.effect, o.effect, fact.RTO, fact.RPO
				cause := outage.Cause{Resource: rel.To, Role: rel.Role, Effect: o.effect, Fact: fact}
				if o.effect == outage.Unknown {
					m.AtBest, m.AtWorst, cause.Fact, cause.Unknowns = outage.None, outage.Lost, nil, open(rel.To)
				}
				m.Because = []outage.Cause{cause}
			}
			r.Impacts = append(r.Impacts, m)
		}
	}
	return r
}

func open(x *estate.Resource) []string {
	return []string{"sku.name of " + x.Name + ": [parameters('sku')]"}
}

func (s *small) zone(zone, region string, effect outage.Effect, hits ...string) {
	s.outages = append(s.outages, smallOutage{zone, region, effect, hits})
}

func (s *small) finding(resource string, status assess.Status, severity assess.Severity, fingerprint string) *assess.Finding {
	x := s.byName[resource]
	f := assess.Finding{Rule: s.result.Catalog.Rule("default-storage-zone"), Status: status, Severity: severity, Resource: x, Origin: x.Origin, Fingerprint: fingerprint}
	if status == assess.Fail || status == assess.Suppressed {
		f.Message = "The data of " + resource + " stand in one zone."
	}
	s.result.Findings = append(s.result.Findings, f)
	return &s.result.Findings[len(s.result.Findings)-1]
}

func right(s *small) {
	s.pair("mlw", "st", "westeurope")
	s.zone("1", "westeurope", outage.None)
	s.finding("st", assess.Pass, assess.Critical, "a1")
}

func unknown(s *small) {
	s.pair("mlw", "st", "westeurope")
	s.zone("1", "westeurope", outage.Unknown, "st")
	s.finding("st", assess.Unknown, assess.Critical, "b1").Unknowns = open(s.byName["st"])
}

func accepted(s *small) {
	for _, name := range []string{"a", "b", "c"} {
		s.pair("mlw-"+name, "st"+name, "westeurope")
	}
	s.zone("1", "westeurope", outage.Lost, "sta", "stb", "stc")
	at := estate.Origin{File: ".holdfast.yaml", Line: 4, Column: 5}
	s.finding("stb", assess.Fail, assess.High, "c2").Suppression = &assess.Suppression{Rule: "*", Resource: "stb", Reason: "soon rebuilt", Owner: "ml", Expires: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Expired: true, Origin: at}
	s.finding("stc", assess.Fail, assess.Low, "c3").Known = true
	s.finding("sta", assess.Suppressed, assess.High, "c1").Suppression = &assess.Suppression{Rule: "*", Resource: "sta", Reason: "a sandbox", Owner: "ml", Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Origin: at}
}

func unseen(s *small) {
	right(s)
	s.coverage.Skipped = 1
	s.coverage.NotSeen = []estate.NotSeen{
		{What: "network.json", Why: "the file is not there", Origin: estate.Origin{File: "main.json", Line: 9, Column: 3}},
		{What: "the region of mlw", Why: "no permission"},
	}
	s.result.Notes = []assess.Note{{Severity: "info", Message: "one parameter is not used", Origin: estate.Origin{File: "main.json", Line: 2}}, {Severity: "error", Message: "apiVersion is missing", Hint: "add it"}}
}

func unused(s *small) {
	s.add("st", "Microsoft.Storage/storageAccounts", "azure-storage", "westeurope")
	s.add("nic", "Microsoft.Network/networkInterfaces", "", "westeurope")
	s.finding("st", assess.Fail, assess.Medium, "d1")
}

func anywhere(s *small) {
	s.pair("{format('mlw-{0}', parameters('env'))}", "{uniqueString(resourceGroup().id)}", "{resourceGroup().location}")
	s.zone("1", "{resourceGroup().location}", outage.Lost, "{uniqueString(resourceGroup().id)}")
	s.finding("{uniqueString(resourceGroup().id)}", assess.Fail, assess.Critical, "e1")
}

func four(s *small) {
	for _, name := range []string{"a", "b", "c", "d"} {
		s.pair("mlw-"+name, "st"+name, "westeurope")
	}
	s.zone("1", "westeurope", outage.Lost, "std")
	s.zone("2", "westeurope", outage.None)
	s.finding("std", assess.Fail, assess.Critical, "f4")
	for _, name := range []string{"sta", "stb", "stc"} {
		s.finding(name, assess.Pass, assess.Critical, "f-"+name)
	}
}
