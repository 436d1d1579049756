package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// resilience holds what outages do to the workspaces as they are against what they
// would do after a deployment.
func (p *program) resilience(ctx context.Context, cat *catalog.Catalog, st *settings, v *deploy.Preview, at azure.Scope, location string) *deploy.Resilience {
	before, err := estateOf(ctx, cat, st, v.Before, at, location)
	if err != nil {
		return &deploy.Resilience{Unknown: "what is there cannot be read: " + err.Error()}
	}
	after, err := estateOf(ctx, cat, st, v.After, at, location)
	if err != nil {
		return &deploy.Resilience{Unknown: "what would be there cannot be read: " + err.Error()}
	}
	r := compare(before, after, cat)
	unsure := 0
	for _, c := range v.Changes {
		if c.Kind == deploy.NotEvaluated && !c.Untouched || c.Maybe {
			unsure++
		}
	}
	if unsure > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s that Azure has not evaluated is left as it is in this comparison", report.Count(unsure, "resource", "resources")))
	}
	return r
}

// estateOf makes an estate of bodies as Azure gives them, and of their group.
func estateOf(ctx context.Context, cat *catalog.Catalog, st *settings, bodies []json.RawMessage, at azure.Scope, location string) (*estate.Estate, error) {
	if at.Group != "" {
		group, err := json.Marshal(map[string]string{"id": at.Path(), "name": at.Group, "type": "Microsoft.Resources/resourceGroups", "location": location})
		if err != nil {
			return nil, err
		}
		bodies = append([]json.RawMessage{group}, bodies...)
	}
	list, err := json.Marshal(bodies)
	if err != nil {
		return nil, err
	}
	e, _, err := source.Load(ctx, []string{source.Stdin}, source.Options{Stdin: bytes.NewReader(list)})
	if err != nil && !errors.Is(err, source.ErrNothing) {
		return nil, err
	}
	if st.project != nil {
		e, _ = assess.Join(e, st.project.Pairs)
	}
	cat.Classify(e)
	return e, nil
}

// compare puts all outages that either estate can meet through both.
func compare(before, after *estate.Estate, cat *catalog.Catalog) *deploy.Resilience {
	r := &deploy.Resilience{Shifts: []deploy.Shift{}, New: []deploy.Newcomer{}}
	was, will := outage.New(before, cat), outage.New(after, cat)
	services := report.IndexServices(cat)
	outages := union(was.Outages(), will.Outages())
	then, now := make([]outage.Result, len(outages)), make([]outage.Result, len(outages))
	for i, o := range outages {
		then[i], now[i] = was.Run(o), will.Run(o)
	}
	if len(will.Workspaces()) == 0 && len(was.Workspaces()) == 0 {
		r.Unknown = "neither the template nor the resource group holds a workspace"
		return r
	}
	for _, ws := range will.Workspaces() {
		old := before.ByID(ws.ID)
		if old == nil || !slices.Contains(was.Workspaces(), old) {
			r.New = append(r.New, newcomer(ws, outages, now, services))
			continue
		}
		found, same := shifts(old, ws, outages, then, now, services)
		r.Shifts = append(r.Shifts, found...)
		r.Same += same
	}
	slices.SortStableFunc(r.Shifts, func(a, b deploy.Shift) int { // what is lost first
		switch {
		case a.Gained == b.Gained:
			return 0
		case b.Gained:
			return -1
		}
		return 1
	})
	return r
}

func union(a, b []outage.Outage) []outage.Outage {
	out := slices.Clone(a)
	for _, o := range b {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// answer is what an outage does to a capability, in words and by rank.
type answer struct {
	effect outage.Effect
	rto    catalog.Span
}

func (a answer) String() string {
	if a.effect == outage.Lost || a.effect == outage.Degraded {
		return report.EffectWord(a.effect) + report.ForHowLong(a.rto)
	}
	return strings.Replace(report.EffectWord(a.effect), "unknown", "not known", 1)
}

// against is below zero when a is better than b.
func (a answer) against(b answer) int {
	if d := report.EffectRank(a.effect) - report.EffectRank(b.effect); d != 0 {
		return d
	}
	if a.effect != outage.Lost && a.effect != outage.Degraded {
		return 0
	}
	return outage.CompareSpans(a.rto, b.rto)
}

// turn is a change of one answer; capabilities that turn alike are told together.
type turn struct {
	gained        bool
	before, after string
	capabilities  string
}

// shifts are the answers of one workspace that change. Zones of a region that
// change alike are one.
func shifts(old, ws *estate.Resource, outages []outage.Outage, then, now []outage.Result, services report.Services) (out []deploy.Shift, same int) {
	type told struct {
		turn
		outages []outage.Outage
	}
	var all []told
	for i, o := range outages {
		alike := map[turn][]string{}
		var order []turn
		for _, c := range catalog.Capabilities {
			b, a := then[i].Impact(old, c), now[i].Impact(ws, c)
			x, y := answer{b.Effect, b.RTO}, answer{a.Effect, a.RTO}
			d := y.against(x)
			if d == 0 || x.String() == y.String() {
				same++
				continue
			}
			k := turn{gained: d < 0, before: x.String(), after: y.String()}
			if alike[k] == nil {
				order = append(order, k)
			}
			alike[k] = append(alike[k], report.CapabilityWord(c))
		}
		for _, k := range order {
			k.capabilities = strings.Join(alike[k], ", ")
			at := slices.IndexFunc(all, func(t told) bool {
				return t.turn == k && o.Scope == catalog.ScopeZone && t.outages[0].Scope == o.Scope && t.outages[0].Region == o.Region
			})
			if at < 0 {
				all = append(all, told{turn: k})
				at = len(all) - 1
			}
			all[at].outages = append(all[at].outages, o)
		}
	}
	for _, t := range all {
		out = append(out, deploy.Shift{
			Workspace: report.ResourceName(ws), Gained: t.gained, Before: t.before, After: t.after,
			Capabilities: strings.Split(t.capabilities, ", "), Outage: report.OutagesTitle(t.outages, services),
		})
	}
	return out, same
}

// newcomer tells what a new workspace does when a zone or a region fails.
func newcomer(ws *estate.Resource, outages []outage.Outage, now []outage.Result, services report.Services) deploy.Newcomer {
	n := deploy.Newcomer{Workspace: report.ResourceName(ws), Lines: []deploy.Stands{}}
	var groups [][]outage.Outage
	for i, o := range outages {
		if o.Scope != catalog.ScopeZone && o.Scope != catalog.ScopeRegion {
			continue
		}
		l := deploy.Stands{Holds: []string{}, Hurt: []string{}, Lost: []string{}}
		for _, c := range catalog.Capabilities {
			word := report.CapabilityWord(c)
			switch now[i].Impact(ws, c).Effect {
			case outage.Lost:
				l.Lost = append(l.Lost, word)
			case outage.Degraded, outage.Unknown:
				l.Hurt = append(l.Hurt, word)
			default:
				l.Holds = append(l.Holds, word)
			}
		}
		if k := len(groups) - 1; k >= 0 && groups[k][0].Scope == o.Scope && o.Scope == catalog.ScopeZone && groups[k][0].Region == o.Region &&
			slices.Equal(l.Lost, n.Lines[k].Lost) && slices.Equal(l.Hurt, n.Lines[k].Hurt) {
			groups[k] = append(groups[k], o)
			continue
		}
		groups, n.Lines = append(groups, []outage.Outage{o}), append(n.Lines, l)
	}
	for k := range groups {
		n.Lines[k].Outage = report.OutagesTitle(groups[k], services)
	}
	return n
}
