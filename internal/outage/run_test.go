package outage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// told gives a result in words: "train lost outage/total st1" for each
// capability that is hurt, with RTO/RPO and the causes, worst first.
func told(r *Result, workspace string) string {
	var lines []string
	for _, im := range r.Impacts {
		if im.Workspace.Name != workspace || im.Effect == None {
			continue
		}
		line := string(im.Capability) + " " + string(im.Effect)
		if im.Effect == Unknown {
			line += "(" + string(im.AtBest) + ".." + string(im.AtWorst) + ")"
		}
		line += " " + span2(im.RTO) + "/" + span2(im.RPO)
		for _, c := range im.Because {
			line += " " + c.Resource.Name
			if c.Via != nil {
				line += "(" + c.Via.Name + ")"
			}
			if c.Effect != im.Effect {
				line += ":" + string(c.Effect)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func span2(s catalog.Span) string {
	if s.Word != "" {
		return s.Word
	}
	text := fmt.Sprintf("%dm", s.Seconds/60)
	if s.Upper {
		text = "<=" + text
	}
	return text
}

func zone(region, zone string) Outage {
	return Outage{Scope: catalog.ScopeZone, Region: region, Zone: zone}
}

func region(name string) Outage { return Outage{Scope: catalog.ScopeRegion, Region: name} }

func service(region, id string) Outage {
	return Outage{Scope: catalog.ScopeService, Region: region, Service: id}
}

const plain = `
	workspace ws westeurope
	storage st westeurope sku=SKU
	ws -default-storage-> st
`

// outageCase is an estate, an outage, and what the workspace ws loses (or the
// workspace project, when want begins with PROJECT).
type outageCase struct {
	name   string
	estate string
	outage Outage
	want   string
}

func checkCases(t *testing.T, tests []outageCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, ws := tt.want, "ws"
			if rest, ok := strings.CutPrefix(want, "PROJECT"); ok {
				want, ws = rest, "project"
			}
			want = strings.TrimSpace(strings.ReplaceAll(want, "\t", ""))
			r := model(t, tt.estate).Run(tt.outage)
			if got := told(&r, ws); got != want {
				t.Errorf("in an outage of %s\ngot:\n%s\nwant:\n%s", tt.outage, got, want)
			}
		})
	}
}

func TestOutagesOfSmallEstates(t *testing.T) {
	checkCases(t, []outageCase{
		{
			"a zone takes a locally redundant default account, and with it all but scoring and monitoring",
			strings.Replace(plain, "SKU", "LRS", 1), zone("westeurope", "1"), `
			author lost outage/total st
			train lost outage/total st
			score-online degraded outage/total st
			score-batch lost outage/total st
			register lost outage/total st`,
		},
		{"a zone-redundant default account survives a zone", strings.Replace(plain, "SKU", "ZRS", 1), zone("westeurope", "1"), ``},
		{
			"geo-redundancy of the default account buys no failover", strings.Replace(plain, "SKU", "GRS", 1), zone("westeurope", "2"), `
			author lost outage/<=15m st
			train lost outage/<=15m st
			score-online degraded outage/<=15m st
			score-batch lost outage/<=15m st
			register lost outage/<=15m st`,
		},
		{
			"a data account with a geo copy is failed over by hand", `
			workspace ws westeurope
			storage data westeurope sku=GRS
			datastore ws/ds
			ws -datastore-> ws/ds
			ws/ds -datastore-> data`, zone("westeurope", "1"), `
			train lost <=60m/<=15m data(ws/ds)`,
		},
		{"an outage elsewhere does nothing", strings.Replace(plain, "SKU", "LRS", 1), zone("northeurope", "1"), ``},
		{
			"a vault is switched by Microsoft after hours and takes no writes then", `
			workspace ws swedencentral
			vault kv westeurope
			ws -key-vault-> kv`, region("westeurope"), `
			train lost 480m/unknown kv
			register lost 480m/unknown kv`,
		},
		{
			"a vault without a paired region is down with its region", `
			workspace ws swedencentral
			vault kv italynorth
			ws -key-vault-> kv`, region("italynorth"), `
			train lost outage/unknown kv
			register lost outage/unknown kv`,
		},
		{
			"a registry with a replica elsewhere still serves images", `
			workspace ws swedencentral
			registry cr westeurope
			replica cr/north northeurope
			cr -replica-> cr/north
			ws -container-registry-> cr`, region("westeurope"), `
			train degraded 5m/<=15m cr
			score-online degraded 0m/<=15m cr`,
		},
		{
			"one without a replica does not", `
			workspace ws swedencentral
			registry cr westeurope
			ws -container-registry-> cr`, region("westeurope"), `
			train degraded outage/unknown cr
			score-online degraded outage/unknown cr`,
		},
		{
			"the outage of a replica's region leaves the registry alone", `
			workspace ws swedencentral
			registry cr westeurope
			replica cr/north northeurope
			cr -replica-> cr/north
			ws -container-registry-> cr`, region("northeurope"), ``,
		},
		{
			"a compute falls with the cluster behind it", `
			workspace ws westeurope
			compute ws/k westeurope kind=AKS
			aks k8s westeurope
			ws -compute-> ws/k
			ws/k -compute-> k8s`, zone("westeurope", "1"), `
			train lost outage/0m k8s(ws/k)`,
		},
		{
			"a cluster over zones works in part", `
			workspace ws westeurope
			compute ws/k westeurope kind=AKS
			aks k8s westeurope pools=1,2,3
			ws -compute-> ws/k
			ws/k -compute-> k8s`, zone("westeurope", "1"), `
			train degraded 10m/0m k8s(ws/k)`,
		},
		{
			"one of several computes is enough to train", `
			workspace ws westeurope
			compute ws/a westeurope
			compute ws/k northeurope kind=AKS
			ws -compute-> ws/a
			ws -compute-> ws/k`, zone("westeurope", "1"), `
			train degraded 10m/0m ws/a`,
		},
		{
			"when all are lost the first one back ends it", `
			workspace ws westeurope
			compute ws/a westeurope
			compute ws/k westeurope kind=AKS
			aks k8s westeurope
			ws -compute-> ws/a
			ws -compute-> ws/k
			ws/k -compute-> k8s`, zone("westeurope", "1"), `
			train lost 10m/0m k8s(ws/k) ws/a`,
		},
		{
			"a compute that may not be deployed is no alternative at worst", `
			workspace ws westeurope
			compute ws/a westeurope
			compute ws/b northeurope presence=wanted
			ws -compute-> ws/a
			ws -compute-> ws/b`, zone("westeurope", "1"), `
			train unknown(degraded..lost) 10m/0m ws/a`,
		},
		{
			"what is pinned to other zones is not hit", `
			workspace ws westeurope
			aks k8s westeurope zones=2
			compute ws/k northeurope kind=AKS
			ws -compute-> ws/k
			ws/k -compute-> k8s`, zone("westeurope", "1"), ``,
		},
		{
			"what is pinned to this one is", `
			workspace ws westeurope
			aks k8s westeurope zones=1
			compute ws/k northeurope kind=AKS
			ws -compute-> ws/k
			ws/k -compute-> k8s`, zone("westeurope", "1"), `
			train lost outage/0m k8s(ws/k)`,
		},
		{
			"insights fall with their logs", `
			workspace ws westeurope
			insights ai westeurope
			logs la westeurope
			ws -application-insights-> ai
			ai -logs-> la`, zone("westeurope", "3"), `
			monitor lost outage/0m la(ai)`,
		},
		{
			"an endpoint answers as long as one deployment does", `
			workspace ws westeurope
			endpoint ws/e westeurope
			deployment ws/e/blue westeurope capacity=1
			deployment ws/e/green westeurope capacity=3
			ws -endpoint-> ws/e
			ws/e -deployment-> ws/e/blue
			ws/e -deployment-> ws/e/green`, zone("westeurope", "1"), `
			score-online degraded outage/0m ws/e/blue(ws/e)`,
		},
		{
			"and no longer", `
			workspace ws westeurope
			endpoint ws/e westeurope
			deployment ws/e/blue westeurope capacity=1
			ws -endpoint-> ws/e
			ws/e -deployment-> ws/e/blue`, zone("westeurope", "1"), `
			score-online lost outage/0m ws/e/blue(ws/e)`,
		},
	})
}

func TestAnOutageOfOneResource(t *testing.T) {
	m := model(t, strings.Replace(plain, "SKU", "GZRS", 1)+"vault kv westeurope\nws -key-vault-> kv")
	st := named(t, m.estate, "st")
	r := m.Run(Outage{Scope: catalog.ScopeResource, Resource: st})
	if im := r.Impact(named(t, m.estate, "ws"), catalog.Train); im.Effect != Lost || im.RTO.Word != "rebuild" {
		t.Errorf("training is %s for %v, want lost until rebuilt", im.Effect, im.RTO)
	}
	x := model(t, "other x westeurope").estate.Resources[0] // of another estate
	if r = m.Run(Outage{Scope: catalog.ScopeResource, Resource: x}); len(r.Fates) > 0 || len(r.Impacts) > 0 {
		t.Errorf("the outage of what is not in the estate does %v", r)
	}
	m = model(t, "other x westeurope\nworkspace ws westeurope\nws -default-storage-> x")
	x = named(t, m.estate, "x") // no fact says what it does when it fails alone
	r = m.Run(Outage{Scope: catalog.ScopeResource, Resource: x})
	if f, ok := r.Fate(x); !ok || f.State != catalog.Down || f.RTO.Word != "outage" {
		t.Errorf("it does %v, want down until the outage ends", f)
	}
}

func model(t sketch.T, text string) *Model {
	t.Helper()
	return New(sketch.Estate(t, text), sketch.Catalog(t))
}

func named(t sketch.T, e *estate.Estate, name string) *estate.Resource {
	t.Helper()
	for _, r := range e.Resources {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no resource %s", name)
	return nil
}
