package outage

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Outages lists what the estate can meet: for each region that it touches, in
// order of name, each zone, the region, and each service that stands there, in
// catalog order; services that extend another one fail with it. A region without zones has no zone outage; one that is not
// known, or symbolic, has the outage of any zone.
func (m *Model) Outages() []Outage {
	var out []Outage
	for _, name := range slices.Sorted(slices.Values(m.places.names)) {
		at := m.places.index[name]
		for _, zone := range zonesOf(name) {
			out = append(out, Outage{Scope: catalog.ScopeZone, Region: name, Zone: zone})
		}
		out = append(out, Outage{Scope: catalog.ScopeRegion, Region: name})
		there := make([]bool, len(m.facts.services))
		for _, i := range m.places.within[at] {
			if s := m.service[i]; s >= 0 {
				there[m.facts.family[s]] = true
			}
		}
		for s, is := range there {
			if is {
				out = append(out, Outage{Scope: catalog.ScopeService, Region: name, Service: m.facts.services[s]})
			}
		}
	}
	return out
}

// Resources lists the outages of each single resource that has a service and
// that something leans on, in estate order.
func (m *Model) Resources() []Outage {
	var out []Outage
	for i, r := range m.estate.Resources {
		if m.service[i] >= 0 && (len(m.leans.by(int32(i))) > 0 || len(m.graph.leanedOnBy(int32(i))) > 0) {
			out = append(out, Outage{Scope: catalog.ScopeResource, Region: r.Location, Resource: r})
		}
	}
	return out
}

func zonesOf(region string) []string {
	if r, ok := estate.RegionByName(region); ok {
		zones := make([]string, r.Zones)
		for i := range zones {
			zones[i] = strconv.Itoa(i + 1)
		}
		return zones
	}
	return []string{AnyZone}
}

// RunAll puts every one of [Model.Outages] through the estate.
func (m *Model) RunAll() []Result {
	out, _ := m.RunEach(context.Background(), m.Outages())
	return out
}

// RunEach puts outages through the estate, one result for each. Outages of
// zones that hit the same resources share their fates and impacts. The error is
// that of the context, when it ends first.
func (m *Model) RunEach(ctx context.Context, outages []Outage) ([]Result, error) {
	out := make([]Result, len(outages))
	if len(m.estate.Resources) < manyResources {
		m.runSome(ctx, outages, out)
		return out, ctx.Err()
	}
	var work sync.WaitGroup
	var next atomic.Int64
	chunks := byRegion(outages)
	for range min(runtime.GOMAXPROCS(0), len(chunks)) {
		work.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(chunks)); n = next.Add(1) - 1 {
				c := chunks[n]
				m.runSome(ctx, outages[c[0]:c[1]], out[c[0]:c[1]])
			}
		})
	}
	work.Wait()
	return out, ctx.Err()
}

// manyResources is from how many resources on it pays to use all processors.
const manyResources = 5000

func (m *Model) runSome(ctx context.Context, outages []Outage, out []Result) {
	for i, o := range outages {
		if ctx.Err() != nil {
			return
		}
		if i > 0 && m.same(outages[i-1], o) {
			out[i] = out[i-1]
			out[i].Outage = o
			continue
		}
		out[i] = m.Run(o)
	}
}

// byRegion cuts a list of outages where the region changes: those of the zones
// of one region stay together.
func byRegion(outages []Outage) [][2]int {
	var out [][2]int
	from := 0
	for i := range outages {
		if i+1 == len(outages) || outages[i+1].Region != outages[i].Region {
			out = append(out, [2]int{from, i + 1})
			from = i + 1
		}
	}
	return out
}

// same says that two outages hit the same resources in the same way.
func (m *Model) same(a, b Outage) bool {
	if a.Scope != catalog.ScopeZone || b.Scope != a.Scope || a.Region != b.Region {
		return false
	}
	at, ok := m.places.index[estate.NormalizeLocation(a.Region)]
	return ok && !m.places.pinned[at]
}
