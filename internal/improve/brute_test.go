package improve

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// drawEstate draws a workspace with a few resources of real services, of which
// some can be changed.
func drawEstate(t *rapid.T, tb testing.TB) *builder {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	b := newBuilder(tb, pick("region", "westeurope", "westeurope", "westus", "swedencentral"))
	b.account("st", pick("default", "Standard_LRS", "Standard_GRS", "Standard_ZRS", "Standard_RAGRS"))
	b.lean("ws", estate.DefaultStorage, "st")
	for n, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"data", "registry", "aks", "postgresql", "sql", "cosmos"}), 1, 3, rapid.ID[string]).Draw(t, "kinds") {
		name := fmt.Sprintf("%s%d", kind, n)
		switch kind {
		case "data":
			b.account(name, pick("data", "Standard_LRS", "Standard_ZRS", "Standard_GRS"))
			b.store("d"+name, "AzureBlob", name)
		case "registry":
			b.add(name, registryType, fmt.Sprintf(`"sku":{"name":%q},"properties":{}`, pick("tier", "Basic", "Standard", "Premium")))
			b.lean("ws", estate.ContainerRegistry, name)
		case "aks":
			b.cluster(name, pick("pools", `[{"name":"a","count":1}]`, `[{"name":"a","count":3,"availabilityZones":["1","2","3"]}]`, `[{"name":"a","count":2,"availabilityZones":["1","2","3"]},{"name":"b","count":4}]`))
		case "postgresql":
			b.add(name, postgresType, fmt.Sprintf(`"sku":{"tier":%q},"properties":{"highAvailability":{"mode":%q}}`, pick("pg", "Burstable", "GeneralPurpose"), pick("ha", "Disabled", "SameZone", "ZoneRedundant")))
			b.store("d"+name, "AzurePostgreSql", name)
		case "sql":
			b.add(name, serverType, `"properties":{}`)
			b.add(name+"/db", serverType+"/databases", fmt.Sprintf(`"sku":{"tier":%q},"properties":{}`, pick("edition", "BusinessCritical", "GeneralPurpose", "Basic")))
			b.lean(name+"/db", estate.Server, name)
			b.store("d"+name, "AzureSqlDatabase", name+"/db")
		case "cosmos":
			b.add(name, cosmosType, `"properties":{"locations":[{"locationName":"`+b.region+`","failoverPriority":0}]}`)
			b.lean("ws", estate.EncryptionStore, name)
		}
	}
	return b
}

// state is an estate that changes lead to, with what they cost at least.
type state struct {
	e       *estate.Estate
	factors map[string]float64 // by resource
	unknown int
	lost    float64
}

func (s *state) cost() Cost {
	c := Cost{Unknown: s.unknown}
	for _, k := range sorted(s.factors) {
		c.Extra += s.factors[k] - 1
	}
	return c
}

func sorted(m map[string]float64) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// everything applies every remedy to every resource in every order, and analyses
// each estate that this leads to by itself: it knows of no groups and no bounds.
// Nil when there are more than most.
func everything(tb testing.TB, cat *catalog.Catalog, e *estate.Estate, ws estate.ResourceID, c catalog.Capability, region string, most int) []*state {
	tb.Helper()
	seen := map[string]*state{}
	var queue []*state
	enter := func(s *state) {
		key := signature(s.e)
		if old := seen[key]; old != nil {
			if s.cost().Compare(old.cost()) < 0 {
				old.factors, old.unknown = s.factors, s.unknown
				queue = append(queue, old)
			}
			return
		}
		seen[key] = s
		queue = append(queue, s)
	}
	enter(&state{e: e, factors: map[string]float64{}})
	for at := 0; at < len(queue); at++ {
		s := queue[at]
		for _, r := range s.e.Resources {
			for _, rem := range cat.RemediesFor(r.Service) {
				matters := slices.ContainsFunc(rem.Scopes, func(x catalog.Scope) bool { return x != catalog.ScopeResource }) ||
					slices.Contains([]string{"registry-premium", "postgresql-tier", "mysql-tier", "sql-tier", "sql-backup-zone", "storage-v2"}, rem.ID)
				if len(rem.Set)+len(rem.Add) == 0 || !matters || e.ByID(r.ID) == nil {
					continue
				}
				if v := cat.Concerns(rem, s.e, r); !v.Known || !v.Holds {
					continue
				}
				if needs, _ := cat.Missing(rem, s.e, r); len(needs) > 0 {
					continue
				}
				next := &state{e: Apply(s.e, cat, region, Change{rem, r}), factors: map[string]float64{}, unknown: s.unknown}
				for k, f := range s.factors {
					next.factors[k] = f
				}
				switch cost := cat.CostOf(rem, s.e, r); {
				case cost == nil:
					next.unknown++
				case next.factors[r.Name] == 0:
					next.factors[r.Name] = cost.Factor
				default:
					next.factors[r.Name] *= cost.Factor
				}
				enter(next)
				if len(seen) > most {
					return nil
				}
			}
		}
	}
	var out []*state
	for _, s := range seen {
		a, err := availability.New(context.Background(), s.e, cat, usualRates(), availability.Options{Draws: 1, Regions: []string{region}})
		if err != nil {
			tb.Fatal(err)
		}
		for _, row := range a.Rows {
			if row.Workspace.ID.Equal(ws) && row.Capability == c {
				s.lost = 1 - row.Expected.Worst
			}
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *state) int { return a.cost().Compare(b.cost()) })
	return out
}

func signature(e *estate.Estate) string {
	var b strings.Builder
	for _, r := range e.Resources {
		b.WriteString(r.ID.Key())
		b.Write(r.Body.AppendJSON(nil))
	}
	return b.String()
}

// least is the smallest loss among states that cost at most so much.
func least(all []*state, cost Cost) float64 {
	out := math.Inf(1)
	for _, s := range all {
		if s.cost().Compare(cost) <= 0 {
			out = min(out, s.lost)
		}
	}
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-5*math.Max(a, b) }

// On random small estates the frontier and the answers are those of trying
// everything: the same cost, the same availability.
func TestImproveIsRightAgainstBruteForce(t *testing.T) {
	estates, most := 200, 400
	if testing.Short() {
		estates = 40
	}
	cat := loadCatalog(t)
	compared, left, steps, answers := 0, 0, 0, 0
	draw := rapid.Custom(func(rt *rapid.T) *builder { return drawEstate(rt, t) })
	for n := 0; compared < estates; n++ {
		b := draw.Example(n)
		e := b.build(cat)
		ws := e.Workspaces()[0]
		c := []catalog.Capability{catalog.Train, catalog.Author}[n%2]
		region := OtherRegion(b.region)
		all := everything(t, cat, e, ws.ID, c, region, most)
		if all == nil {
			left++
			continue
		}
		compared++
		r, err := Find(t.Context(), e, cat, ws, c, Options{Rates: usualRates(), NoPair: true})
		if err != nil {
			t.Fatalf("estate %d: %v", n, err)
		}
		f := r.Alone
		if !f.Whole || f.Capped {
			t.Fatalf("estate %d: the search was not ended: %+v", n, f)
		}
		for _, s := range f.Steps {
			steps++
			if want := least(all, s.Cost); !near(1-s.Available, want) {
				t.Errorf("estate %d, %s: for %+v lost %.9g, everything tried: %.9g", n, c, s.Cost, 1-s.Available, want)
			}
		}
		for _, want := range frontierOf(all) {
			at := slices.IndexFunc(f.Steps, func(s Step) bool { return near(1-s.Available, want.lost) })
			if at < 0 {
				t.Errorf("estate %d, %s: %+v reaches %.9g, which is not on the frontier %v", n, c, want.cost(), want.lost, f.Steps)
				continue
			}
			if got := f.Steps[at].Cost; got.Unknown != want.unknown || math.Abs(got.Extra-want.cost().Extra) > 1e-6 {
				t.Errorf("estate %d, %s: %.9g costs %+v, everything tried: %+v", n, c, want.lost, got, want.cost())
			}
			answers++
			// Half way to the step before: this step is the answer.
			a, err := f.Reaching(t.Context(), 1-want.lost*(1+1.5e-5))
			if err != nil || !a.Found || !a.Proven || a.Cost.Unknown != want.unknown || math.Abs(a.Cost.Extra-want.cost().Extra) > 1e-6 || !near(1-a.Available, want.lost) {
				t.Errorf("estate %d, %s: asked for %.9g: %+v (%v), want %+v", n, c, want.lost, a, err, want.cost())
			}
		}
		best := all[0].lost
		for _, s := range all {
			best = min(best, s.lost)
		}
		if a, err := f.Reaching(t.Context(), 1-best*(1-1e-4)); err != nil || a.Found || !a.Proven {
			t.Errorf("estate %d: more than the best was reached: %+v (%v)", n, a, err)
		}
	}
	t.Logf("%d estates compared, %d left out, %d steps, %d answers", compared, left, steps, answers)
}

// frontierOf leaves the states that gain more than rounding.
func frontierOf(all []*state) []*state {
	var out []*state
	best := math.Inf(1)
	for i := 0; i < len(all); {
		top := all[i]
		j := i
		for ; j < len(all) && all[j].cost().Compare(all[i].cost()) == 0; j++ {
			if all[j].lost < top.lost {
				top = all[j]
			}
		}
		if top.lost < best*(1-2e-5) {
			best = top.lost
			out = append(out, top)
		}
		i = j
	}
	return out
}
