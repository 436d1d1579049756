package outage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// withRealFacts makes a model with the facts of the embedded catalog.
func withRealFacts(t *testing.T, text string) *Model {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	e := sketch.Estate(t, text)
	cat.Classify(e)
	return New(e, cat)
}

// effects gives the effect on each capability, without figures, so that facts
// may be refined without changing what is said here.
func effects(t *testing.T, m *Model, o Outage) string {
	t.Helper()
	r, ws := m.Run(o), named(t, m.estate, "ws")
	var words []string
	for _, c := range catalog.Capabilities {
		if e := r.Impact(ws, c).Effect; e != None {
			words = append(words, string(c)+" "+string(e))
		}
	}
	return strings.Join(words, ", ")
}

// What today's facts make of the questions that the resiliency guide asks.
func TestOutagesByTheFactsOfToday(t *testing.T) {
	zone1, west := zone("westeurope", "1"), region("westeurope")
	account := func(sku string) string {
		return "workspace ws swedencentral\nstorage st westeurope sku=" + sku + "\nws -default-storage-> st"
	}
	const allButScoring = "author lost, train lost, score-online degraded, score-batch lost, register lost, monitor degraded"
	registry := func(more string) string {
		return `
			workspace ws swedencentral
			registry cr westeurope sku=Premium
			` + more + `
			ws -container-registry-> cr`
	}
	tests := []struct {
		name, estate string
		outage       Outage
		want         string
	}{
		{"LRS does not survive a zone", account("Standard_LRS"), zone1, allButScoring},
		{"ZRS does", account("Standard_ZRS"), zone1, ""},
		{"GRS does not: the default account is not failed over", account("Standard_GRS"), zone1, allButScoring},
		{"RA-GRS does not either", account("Standard_RAGRS"), zone1, allButScoring},
		{"GZRS does", account("Standard_GZRS"), zone1, ""},
		{"no sku of the default account survives its region", account("Standard_RAGZRS"), west, allButScoring},
		{"a data account with a geo copy is failed over by its owner", `
			workspace ws swedencentral
			storage data westeurope sku=Standard_GZRS
			datastore ws/ds body={"properties":{"datastoreType":"AzureBlob"}}
			ws -datastore:AzureBlob-> ws/ds
			ws/ds -datastore:AzureBlob-> data`, west, "author degraded, train lost, score-batch lost, register degraded"},
		{"a vault survives a zone", `
			workspace ws swedencentral
			vault kv westeurope
			ws -key-vault-> kv`, zone1, ""},
		{"and is out of reach for hours with its region, then read-only", `
			workspace ws swedencentral
			vault kv westeurope
			ws -key-vault-> kv`, west, "author degraded, train lost, score-online degraded, score-batch lost, register lost"},
		{"a registry survives a zone", registry(""), zone1, ""},
		{"but not its region", registry(""), west, "train degraded, score-online degraded, score-batch degraded, register degraded"},
		{"telemetry is lost with its region", `
			workspace ws swedencentral
			insights ai westeurope
			ws -application-insights-> ai`, west, "monitor lost"},
		{"a cluster without zones falls with one", `
			workspace ws swedencentral
			aks k8s westeurope body={"properties":{"agentPoolProfiles":[{"name":"a","count":3}]}}
			compute ws/k swedencentral body={"properties":{"computeType":"AKS","resourceId":"k8s"}}
			ws -compute:AKS-> ws/k
			ws/k -compute:AKS-> k8s`, zone1, "train lost, score-batch lost"},
		{"one over three zones with three nodes does not", `
			workspace ws swedencentral
			aks k8s westeurope body={"properties":{"agentPoolProfiles":[{"name":"a","count":3,"availabilityZones":["1","2","3"]}]}}
			compute ws/k swedencentral body={"properties":{"computeType":"AKS","resourceId":"k8s"}}
			ws -compute:AKS-> ws/k
			ws/k -compute:AKS-> k8s`, zone1, ""},
		{"no cluster survives its region", `
			workspace ws swedencentral
			aks k8s westeurope body={"properties":{"agentPoolProfiles":[{"name":"a","count":3,"availabilityZones":["1","2","3"]}]}}
			compute ws/k swedencentral body={"properties":{"computeType":"AKS","resourceId":"k8s"}}
			ws -compute:AKS-> ws/k
			ws/k -compute:AKS-> k8s`, west, "train lost, score-batch lost"},
		{"a compute instance falls with its zone; notebooks can still be read", `
			workspace ws swedencentral
			compute ws/ci westeurope body={"properties":{"computeType":"ComputeInstance"}}
			ws -compute-> ws/ci`, zone1, "author degraded"},
		{"the workspace survives a zone", "workspace ws westeurope", zone1, ""},
		{"and has no disaster recovery", "workspace ws westeurope", west, "author lost, train lost, score-online lost, score-batch lost, register lost, monitor degraded"},
		{"unless it has a secondary", `
			workspace ws westeurope
			workspace second northeurope
			ws -pair-> second`, west, "author degraded, train degraded, score-online degraded, score-batch degraded, register degraded, monitor degraded"},
		{"a secondary with the same vault does not keep what needs it", `
			workspace ws westeurope
			workspace second northeurope
			vault kv westeurope
			ws -key-vault-> kv
			second -key-vault-> kv
			ws -pair-> second`, west, "author degraded, train lost, score-online degraded, score-batch lost, register lost, monitor degraded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, effects(t, withRealFacts(t, tt.estate), tt.outage)); diff != "" {
				t.Errorf("in an outage of %s (-want +got):\n%s", tt.outage, diff)
			}
		})
	}
}

// A registry with a replica elsewhere fails over by itself within minutes.
func TestAReplicatedRegistryFailsOver(t *testing.T) {
	m := withRealFacts(t, `
		workspace ws swedencentral
		registry cr westeurope sku=Premium
		replica cr/northeurope northeurope
		cr -replica-> cr/northeurope
		ws -container-registry-> cr`)
	r := m.Run(region("westeurope"))
	f, falls := r.Fate(named(t, m.estate, "cr"))
	if !falls || f.State != catalog.FailsOver || toSpan(f.RTO) > 2*3600 {
		t.Errorf("the registry does %+v", f)
	}
}

func TestFactsAreMadeReadyOncePerCatalog(t *testing.T) {
	small := sketch.Catalog(t)
	if once := factsOf(small); factsOf(small) != once {
		t.Error("the same catalog is read twice")
	}
	other, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	if f := factsOf(other); f.cat != other || factsOf(small).cat != small {
		t.Error("one catalog is taken for another")
	}
}

func TestRowsThatMayHoldAreBracketed(t *testing.T) {
	down := &catalog.Survival{State: catalog.Down, RTO: ending, RPO: never}
	byHand := &catalog.Survival{State: catalog.FailedOver, RTO: hour}
	fine := &catalog.Survival{State: catalog.CarriesOn}
	tests := []struct {
		name            string
		rows            []*catalog.Survival
		atBest, atWorst catalog.State
		state           catalog.State
		bestIs, worstIs condition
	}{
		{"the lightest and the gravest count", []*catalog.Survival{byHand, down, fine}, catalog.CarriesOn, catalog.Down, catalog.Unknown, condition{}, ofFact(down)},
		{"in any order", []*catalog.Survival{down, fine, byHand}, catalog.CarriesOn, catalog.Down, catalog.Unknown, condition{}, ofFact(down)},
		{"one that does the same is definite", []*catalog.Survival{down, {State: catalog.Down, RTO: ending}}, catalog.Down, catalog.Down, catalog.Down, condition{read: out(spanOutage), write: out(spanOutage)}, ofFact(down)},
		{"without any nothing is known", nil, catalog.CarriesOn, catalog.Down, catalog.Unknown, condition{}, condition{read: out(spanUnknown), write: out(spanUnknown), loss: spanUnknown}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ofRows(catalog.Outcome{State: catalog.Unknown, Candidates: tt.rows, Unknowns: []string{"the sku"}})
			if s.state != tt.state || s.atBest != tt.atBest || s.atWorst != tt.atWorst || s.best != tt.bestIs || s.worst != tt.worstIs || len(s.unknowns) != 1 || s.fact != nil {
				t.Errorf("got %+v", s)
			}
		})
	}
}
