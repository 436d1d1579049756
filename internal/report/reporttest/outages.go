package reporttest

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// blow is what one cause does to one capability.
type blow struct {
	effect   outage.Effect
	rto, rpo catalog.Span
	because  []string
}

func contosoOutages(b *builder) []outage.Result {
	down := func(why string) *catalog.Survival {
		return &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Down, RTO: untilEnd, RPO: allData, Reads: "down", Writes: "down", Why: why, Sources: []string{"storage-redundancy"}}
	}
	storage := down("All copies of the account stand in one zone.")
	registry := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Degraded, RTO: oneHour, RPO: catalog.Span{}, Why: "Pulls may fail while another zone takes over.", Estimate: true}
	vault := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.FailedOver, Trigger: "microsoft", RTO: unknownFor, RPO: fifteenMin, Why: "Microsoft fails the vault over to the paired region, where it is read-only."}
	instance := &catalog.Survival{Scope: catalog.ScopeZone, State: catalog.Down, RTO: rebuild, RPO: allData, Why: "It is a single machine."}
	facts := map[string]*catalog.Survival{"stcontosoml": storage, "acrcontosoml": registry, "kv-contoso-ml": vault, "ci-anna": instance}

	stop := []string{"stcontosoml"}
	zone := map[catalog.Capability]blow{
		catalog.Author:     {outage.Lost, untilEnd, allData, []string{"stcontosoml", "ci-anna"}},
		catalog.Train:      {outage.Lost, untilEnd, allData, stop},
		catalog.ScoreBatch: {outage.Lost, untilEnd, allData, stop},
		catalog.Register:   {outage.Lost, untilEnd, allData, stop},
		catalog.Monitor:    {outage.Degraded, oneHour, catalog.Span{}, []string{"acrcontosoml"}},
	}
	calmer := map[catalog.Capability]blow{
		catalog.ScoreOnline: {outage.Degraded, oneHour, catalog.Span{}, []string{"acrcontosoml"}},
	}
	region := map[catalog.Capability]blow{}
	for _, c := range catalog.Capabilities {
		region[c] = blow{outage.Lost, untilEnd, allData, []string{"stcontosoml", "kv-contoso-ml", "ci-anna", "acrcontosoml"}}
	}
	maybe := map[catalog.Capability]blow{catalog.Train: {outage.Unknown, untilEnd, catalog.Span{}, []string{"sales"}}}
	keys := map[catalog.Capability]blow{
		catalog.Author: {outage.Lost, unknownFor, catalog.Span{}, []string{"kv-contoso-ml"}},
		catalog.Train:  {outage.Lost, unknownFor, catalog.Span{}, []string{"kv-contoso-ml"}},
	}
	we := func(scope catalog.Scope, zone, service string) outage.Outage {
		return outage.Outage{Scope: scope, Region: "westeurope", Zone: zone, Service: service}
	}
	return []outage.Result{
		b.outage(outage.Outage{Scope: catalog.ScopeRegion, Region: "northeurope"}, maybe, facts),
		b.outage(we(catalog.ScopeRegion, "", ""), region, facts),
		b.outage(we(catalog.ScopeZone, "1", ""), zone, facts),
		b.outage(we(catalog.ScopeZone, "2", ""), calmer, facts),
		b.outage(we(catalog.ScopeZone, "3", ""), calmer, facts),
		b.outage(we(catalog.ScopeService, "", "key-vault"), keys, facts),
		b.outage(we(catalog.ScopeService, "", "azure-storage"), zone, facts),
		b.outage(we(catalog.ScopeService, "", "application-insights"), nil, facts),
	}
}

// outage makes the result of one outage on all workspaces of the builder.
func (b *builder) outage(o outage.Outage, blows map[catalog.Capability]blow, facts map[string]*catalog.Survival) outage.Result {
	r := outage.Result{Outage: o}
	fallen := map[*estate.Resource]bool{}
	for _, ws := range b.resources {
		if ws.Service != "aml-workspace" {
			continue
		}
		for _, c := range catalog.Capabilities {
			m := outage.Impact{Workspace: ws, Capability: c, Effect: outage.None, AtBest: outage.None, AtWorst: outage.None}
			if x, ok := blows[c]; ok {
				m.Effect, m.AtBest, m.AtWorst, m.RTO, m.RPO = x.effect, x.effect, x.effect, x.rto, x.rpo
				if x.effect == outage.Unknown {
					m.AtBest, m.AtWorst = outage.None, outage.Lost
				}
				for _, name := range x.because {
					if b.byName[name] == nil {
						continue
					}
					cause := outage.Cause{Resource: b.byName[name], Effect: x.effect, Fact: facts[name]}
					if len(cause.Resource.Roles) > 0 {
						cause.Role = cause.Resource.Roles[0]
					}
					if x.effect == outage.Unknown {
						cause.Unknowns = []string{"properties.zoneRedundant of sales: [parameters('zoneRedundant')]"}
						m.Assuming = []string{"the server of " + name + " is where its name says"}
					}
					m.Because = append(m.Because, cause)
					fallen[cause.Resource] = true
				}
			}
			r.Impacts = append(r.Impacts, m)
		}
	}
	for _, x := range b.resources {
		if !fallen[x] {
			continue
		}
		f := outage.Fate{Resource: x, State: catalog.Unknown, AtBest: catalog.CarriesOn, AtWorst: catalog.Down, Unknowns: []string{"properties.zoneRedundant of " + x.Name}}
		if fact := facts[lastName(x)]; fact != nil {
			f = outage.Fate{Resource: x, State: fact.State, AtBest: fact.State, AtWorst: fact.State, Fact: fact, RTO: fact.RTO, RPO: fact.RPO}
		}
		r.Fates = append(r.Fates, f)
		if x.Name == "acrcontosoml" && b.byName["blue"] != nil {
			r.Fates = append(r.Fates, outage.Fate{Resource: b.byName["blue"], State: catalog.Degraded, AtBest: catalog.Degraded, AtWorst: catalog.Degraded, Through: x, RTO: oneHour})
		}
	}
	slices.SortStableFunc(r.Fates, func(a, b outage.Fate) int { return a.Resource.Index() - b.Resource.Index() })
	slices.SortStableFunc(r.Impacts, func(a, b outage.Impact) int { return a.Workspace.Index() - b.Workspace.Index() })
	return r
}

// lastName is the short name by which the builder knows x.
func lastName(x *estate.Resource) string {
	name := x.Name
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return name[i+1:]
		}
	}
	return name
}
