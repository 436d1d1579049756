package harden

import (
	"cmp"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Matrix is what outages do to the capabilities before and after, for all
// workspaces together.
type Matrix struct {
	Rows []Row
}

// Row is the outages of one scope in one region: of the zones of a region the worst
// one counts, and of single resources that stand there, too.
type Row struct {
	Scope   catalog.Scope
	Region  string // "" for resources that have none
	Service string // for [catalog.ScopeService]: the id of the service
	Cells   []Cell // by capability, in the order of [catalog.Capabilities]
}

// Cell is the worst that outages do to one capability of any workspace. A time
// without a figure counts as longer than every other.
type Cell struct {
	Capability    catalog.Capability
	Before, After Harm
}

// Harm is an effect with its times, at worst.
type Harm struct {
	Effect   outage.Effect
	RTO, RPO catalog.Span
}

// Better says that less is taken away afterwards.
func (c Cell) Better() bool { return c.Before.compare(c.After) > 0 }

// Worse says that more is taken away afterwards.
func (c Cell) Worse() bool { return c.Before.compare(c.After) < 0 }

// compare orders harms, the milder first: by effect, by the time until the
// capability is back, by the data lost.
func (h Harm) compare(other Harm) int {
	rank := func(e outage.Effect) int {
		return slices.Index([]outage.Effect{outage.None, outage.Degraded, outage.Unknown, outage.Lost}, e)
	}
	return cmp.Or(cmp.Compare(rank(h.Effect), rank(other.Effect)), outage.CompareSpans(h.RTO, other.RTO), outage.CompareSpans(h.RPO, other.RPO))
}

type rowKey struct {
	scope           catalog.Scope
	region, service string
}

// Compare holds the outages of two assessments against each other, such as that of
// a plan and that of what became of it. Rows stand by region, then zone, region,
// service, resource and node; outages that harm nothing before or after have none.
func Compare(before, after *assess.Result) *Matrix {
	rows := map[rowKey]*Row{}
	collect := func(results []outage.Result, side func(*Cell) *Harm) {
		for i := range results {
			o := results[i].Outage
			key := rowKey{o.Scope, o.Region, o.Service}
			for k := range results[i].Impacts {
				im := &results[i].Impacts[k]
				if im.Effect == outage.None || im.Effect == "" {
					continue
				}
				row := rows[key]
				if row == nil {
					row = newRow(key)
					rows[key] = row
				}
				at := slices.Index(catalog.Capabilities, im.Capability)
				if at < 0 {
					continue
				}
				if was, now := side(&row.Cells[at]), (Harm{im.Effect, im.RTO, im.RPO}); was.compare(now) < 0 {
					*was = now
				}
			}
		}
	}
	collect(before.Outages, func(c *Cell) *Harm { return &c.Before })
	collect(after.Outages, func(c *Cell) *Harm { return &c.After })
	m := &Matrix{}
	for _, row := range rows {
		m.Rows = append(m.Rows, *row)
	}
	slices.SortFunc(m.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(scopeRank(a.Scope), scopeRank(b.Scope)), cmp.Compare(a.Service, b.Service))
	})
	return m
}

func newRow(key rowKey) *Row {
	row := &Row{Scope: key.scope, Region: key.region, Service: key.service}
	for _, c := range catalog.Capabilities {
		none := Harm{Effect: outage.None}
		row.Cells = append(row.Cells, Cell{c, none, none})
	}
	return row
}

func scopeRank(s catalog.Scope) int {
	return slices.Index([]catalog.Scope{catalog.ScopeZone, catalog.ScopeRegion, catalog.ScopeService, catalog.ScopeResource, catalog.ScopeNode}, s)
}

// Name says what fails, as in "a zone of westeurope".
func (r *Row) Name() string {
	o := outage.Outage{Scope: r.Scope, Region: r.Region, Service: r.Service}
	switch r.Scope {
	case catalog.ScopeZone:
		o.Zone = outage.AnyZone
	case catalog.ScopeResource:
		where := r.Region
		if where == "" || estate.IsSymbolic(where) {
			where = "its region"
		}
		return "a resource in " + where
	}
	return o.String()
}

// Changed says that some cell is better or worse afterwards.
func (r *Row) Changed() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Better() || c.Worse() })
}
