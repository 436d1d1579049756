package outage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// draft is a random estate in the lines of package sketch.
type draft struct {
	resources []draftResource
	relations [][3]string // from, role, to
}

type draftResource struct{ kind, name, place, sku, more, presence string }

var draftRegions = []string{"westeurope", "northeurope", "westus", "{resourceGroup().location}"}

func (d *draft) text() string {
	var b strings.Builder
	for _, r := range d.resources {
		fmt.Fprintf(&b, "%s %s %s", r.kind, r.name, r.place)
		if r.sku != "" {
			b.WriteString(" sku=" + r.sku)
		}
		if r.presence != "" {
			b.WriteString(" presence=" + r.presence)
		}
		b.WriteString(" " + r.more + "\n")
	}
	for _, r := range d.relations {
		fmt.Fprintf(&b, "%s -%s-> %s\n", r[0], r[1], r[2])
	}
	return b.String()
}

// without gives the draft without one resource and what hangs on it.
func (d *draft) without(name string) *draft {
	out := &draft{}
	for _, r := range d.resources {
		if r.name != name {
			out.resources = append(out.resources, r)
		}
	}
	for _, r := range d.relations {
		if r[0] != name && r[2] != name {
			out.relations = append(out.relations, r)
		}
	}
	return out
}

func (d *draft) change(i int, f func(*draftResource)) *draft {
	out := &draft{resources: slices.Clone(d.resources), relations: d.relations}
	f(&out.resources[i])
	return out
}

func drawDraft(t *rapid.T) *draft {
	d := &draft{}
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	add := func(kind, name, more string) {
		r := draftResource{kind: kind, name: name, place: pick("place", draftRegions...), more: more}
		if kind == "storage" {
			r.sku = pick("sku", "LRS", "ZRS", "GRS", "GZRS", "?")
		}
		if rapid.IntRange(0, 5).Draw(t, "perhaps") == 0 {
			r.presence = "wanted"
		}
		d.resources = append(d.resources, r)
	}
	lean := func(from, role, to string) { d.relations = append(d.relations, [3]string{from, role, to}) }
	accounts, clusters, vaults := rapid.IntRange(1, 4).Draw(t, "accounts"), rapid.IntRange(0, 2).Draw(t, "clusters"), rapid.IntRange(0, 2).Draw(t, "vaults")
	for i := range accounts {
		add("storage", fmt.Sprintf("st%d", i), pick("zones", "", "zones=1", "zones=2,3"))
	}
	for i := range clusters {
		add("aks", fmt.Sprintf("k8s%d", i), pick("pools", "", "pools=1,2,3"))
	}
	for i := range vaults {
		add("vault", fmt.Sprintf("kv%d", i), "")
	}
	workspaces := rapid.IntRange(1, 3).Draw(t, "workspaces")
	for w := range workspaces {
		ws := fmt.Sprintf("ws%d", w)
		d.resources = append(d.resources, draftResource{kind: "workspace", name: ws, place: pick("place", draftRegions...)})
		lean(ws, "default-storage", fmt.Sprintf("st%d", rapid.IntRange(0, accounts-1).Draw(t, "account")))
		if vaults > 0 {
			lean(ws, "key-vault", fmt.Sprintf("kv%d", rapid.IntRange(0, vaults-1).Draw(t, "vault")))
		}
		for c := range rapid.IntRange(0, 3).Draw(t, "computes") {
			name := fmt.Sprintf("%s/c%d", ws, c)
			attached := clusters > 0 && rapid.Bool().Draw(t, "attached")
			add("compute", name, map[bool]string{true: "kind=AKS"}[attached])
			lean(ws, "compute", name)
			if attached {
				lean(name, "compute", fmt.Sprintf("k8s%d", rapid.IntRange(0, clusters-1).Draw(t, "cluster")))
			}
		}
		for s := range rapid.IntRange(0, 2).Draw(t, "datastores") {
			name := fmt.Sprintf("%s/ds%d", ws, s)
			d.resources = append(d.resources, draftResource{kind: "datastore", name: name})
			lean(ws, "datastore", name)
			lean(name, "datastore", fmt.Sprintf("st%d", rapid.IntRange(0, accounts-1).Draw(t, "data")))
		}
		if w > 0 {
			switch pick("tie", "", "hub", "pair") {
			case "hub":
				lean(ws, "hub", "ws0")
			case "pair":
				lean("ws0", "pair", ws)
			}
		}
	}
	return d
}

// eachImpact calls f for every capability of every workspace.
func eachImpact(m *Model, r *Result, f func(Impact)) {
	for _, res := range m.estate.Resources {
		if IsWorkspace(res) {
			for _, c := range catalog.Capabilities {
				f(r.Impact(res, c))
			}
		}
	}
}

// noWorse fails when one outage hurts somewhere more than another.
func noWorse(t *rapid.T, what string, of *Model, better *Result, than *Model, worse *Result) {
	t.Helper()
	eachImpact(of, better, func(b Impact) {
		w := worse.Impact(than.estate.ByID(b.Workspace.ID), b.Capability)
		if b.AtWorst.Worse(w.AtWorst) || b.AtBest.Worse(w.AtBest) {
			t.Fatalf("%s: %s of %s in %s is %s..%s, which is worse than %s..%s in %s", what, b.Capability, b.Workspace.Name, better.Outage, b.AtBest, b.AtWorst, w.AtBest, w.AtWorst, worse.Outage)
		}
		if toSpan(b.RPO) > toSpan(w.RPO) {
			t.Fatalf("%s: %s of %s in %s loses %v of data, more than %v", what, b.Capability, b.Workspace.Name, better.Outage, b.RPO, w.RPO)
		}
	})
}

func TestARegionOutageHurtsNoLessThanOneOfItsZones(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model(t, drawDraft(t).text())
		for _, o := range m.Outages() {
			if o.Scope != catalog.ScopeZone {
				continue
			}
			small, large := m.Run(o), m.Run(region(o.Region))
			noWorse(t, "a zone of the region", m, &small, m, &large)
		}
	})
}

func TestMoreRedundancyNeverHurtsMore(t *testing.T) {
	better := map[string][]string{"LRS": {"ZRS", "GRS", "GZRS"}, "ZRS": {"GZRS"}, "GRS": {"GZRS"}}
	rapid.Check(t, func(t *rapid.T) {
		d := drawDraft(t)
		i := rapid.IntRange(0, len(d.resources)-1).Draw(t, "which")
		skus := better[d.resources[i].sku]
		if len(skus) == 0 {
			t.Skip("nothing to better")
		}
		sku := rapid.SampledFrom(skus).Draw(t, "better")
		before := model(t, d.text())
		after := model(t, d.change(i, func(r *draftResource) { r.sku = sku }).text())
		for _, o := range before.Outages() {
			worse, better := before.Run(o), after.Run(o)
			noWorse(t, d.resources[i].name+" made "+sku, after, &better, before, &worse)
		}
	})
}

func TestRunAllIsRunOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawDraft(t).text()
		m := model(t, text)
		for _, r := range m.RunAll() {
			alone := New(sketch.Estate(t, text), sketch.Catalog(t)).Run(r.Outage)
			if diff := cmp.Diff(fatesOf(&alone), fatesOf(&r)); diff != "" {
				t.Fatalf("%s, fates (-alone +all):\n%s", r.Outage, diff)
			}
			for _, ws := range m.estate.Resources {
				if diff := cmp.Diff(told(&alone, ws.Name), told(&r, ws.Name)); diff != "" {
					t.Fatalf("%s, impacts (-alone +all):\n%s", r.Outage, diff)
				}
			}
		}
	})
}

func TestTheUnknownLiesBetweenBestAndWorst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDraft(t)
		known := d
		for i, r := range d.resources {
			if r.sku == "?" {
				sku := rapid.SampledFrom([]string{"LRS", "ZRS", "GRS", "GZRS"}).Draw(t, "sku")
				known = known.change(i, func(r *draftResource) { r.sku = sku })
			}
			if r.presence != "" {
				known = known.change(i, func(r *draftResource) { r.presence = "" })
			}
		}
		for _, r := range d.resources {
			if r.presence != "" && rapid.Bool().Draw(t, "left out") {
				known = known.without(r.name)
			}
		}
		open, closed := model(t, d.text()), model(t, known.text())
		for _, o := range open.Outages() {
			a, b := open.Run(o), closed.Run(o)
			eachImpact(closed, &b, func(im Impact) {
				if im.Effect == Unknown {
					t.Fatalf("%s of %s in %s is unknown although all is known", im.Capability, im.Workspace.Name, o)
				}
				bounds := a.Impact(open.estate.ByID(im.Workspace.ID), im.Capability)
				if bounds.AtBest.Worse(im.Effect) || im.Effect.Worse(bounds.AtWorst) {
					t.Fatalf("%s of %s in %s is %s, not between %s and %s\n%s", im.Capability, im.Workspace.Name, o, im.Effect, bounds.AtBest, bounds.AtWorst, known.text())
				}
			})
		}
	})
}

func TestEveryHurtHasACauseAsGraveAsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model(t, drawDraft(t).text())
		for _, r := range m.RunAll() {
			for _, im := range r.Impacts {
				if im.AtWorst == None {
					continue
				}
				if len(im.Because) == 0 || im.Because[0].AtWorst != im.AtWorst {
					t.Fatalf("%s is %s at worst, yet its causes are %+v", im.Capability, im.AtWorst, im.Because)
				}
				grave, loss := span(0), span(0)
				for _, c := range im.Because {
					if c.AtWorst == im.AtWorst {
						grave = max(grave, c.worst.back)
					}
					loss = max(loss, c.worst.loss)
				}
				if grave < toSpan(im.RTO) || loss < toSpan(im.RPO) {
					t.Fatalf("%s is lost for %v with %v of data, and no cause says so: %+v", im.Capability, im.RTO, im.RPO, im.Because)
				}
			}
		}
	})
}
