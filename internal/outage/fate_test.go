package outage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// fatesOf gives the fates in words.
func fatesOf(r *Result) []string {
	var out []string
	for _, f := range r.Fates {
		line := f.Resource.Name + " " + string(f.State)
		if f.State == catalog.Unknown {
			line += "(" + string(f.AtBest) + ".." + string(f.AtWorst) + ")"
		}
		line += " " + span2(f.RTO) + "/" + span2(f.RPO)
		if f.Through != nil {
			line += " through " + f.Through.Name
		}
		if len(f.Unknowns) > 0 {
			line += ": " + strings.Join(f.Unknowns, "; ")
		}
		out = append(out, line)
	}
	return out
}

func TestFatesSayWhatEachResourceDoes(t *testing.T) {
	m := model(t, `
		workspace ws westeurope
		storage lrs westeurope sku=LRS
		storage zrs westeurope sku=ZRS
		storage open westeurope sku=?
		storage away external sku=GRS
		vault kv westeurope
		insights ai swedencentral
		logs la westeurope
		aks k8s westeurope pools=1,2
		datastore ws/ds
		compute ws/k northeurope kind=AKS
		ws -default-storage-> lrs
		ws -datastore-> away
		ai -logs-> la
		ws/k -compute-> k8s
		ws -network-> la`)
	r := m.Run(zone("westeurope", "1"))
	want := []string{
		"k8s degraded 10m/0m",
		"ai down outage/0m through la",
		"ws degraded outage/0m through la",
		"ws/k degraded 10m/0m through k8s",
		"la down outage/0m",
		"away unknown(carries-on..failed-over) <=60m/<=15m: region of away: the input does not say where it is",
		"lrs down outage/total",
		"open unknown(carries-on..down) outage/total: sku.name of open: {parameters('sku')}",
	}
	if diff := cmp.Diff(want, fatesOf(&r)); diff != "" {
		t.Errorf("fates (-want +got):\n%s", diff)
	}
	if _, falls := r.Fate(named(t, m.estate, "zrs")); falls {
		t.Error("the zone-redundant account falls")
	}
}

func TestWhatIsTakenForGrantedIsSaid(t *testing.T) {
	m := model(t, `
		workspace ws swedencentral
		vault kv westeurope
		ws -key-vault-> kv`)
	ws := named(t, m.estate, "ws")
	r := m.Run(zone("westeurope", "1"))
	if im := r.Impact(ws, catalog.Train); im.Effect != None || len(im.Assuming) != 1 || im.Assuming[0] != "That writes never pause." {
		t.Errorf("that training goes on takes for granted %q", im.Assuming)
	}
	if im := r.Impact(ws, catalog.Monitor); len(im.Assuming) != 0 {
		t.Errorf("monitoring does not lean on the vault, yet takes for granted %q", im.Assuming)
	}
	r = m.Run(region("westeurope"))
	if im := r.Impact(ws, catalog.Train); len(im.Assuming) != 1 || im.Assuming[0] != "The time until the switch." {
		t.Errorf("that training is lost takes for granted %q", im.Assuming)
	}
}

func TestCausesSayWhatWouldMakeThemKnown(t *testing.T) {
	m := model(t, `
		workspace ws westeurope
		storage st westeurope sku=?
		ws -default-storage-> st`)
	r := m.Run(zone("westeurope", "1"))
	im := r.Impact(named(t, m.estate, "ws"), catalog.Train)
	if len(im.Because) != 1 || len(im.Because[0].Unknowns) != 1 || im.Because[0].Unknowns[0] != "sku.name of st: {parameters('sku')}" {
		t.Fatalf("training: %+v", im)
	}
	c := im.Because[0]
	if c.AtBest != None || c.AtWorst != Lost || c.RTO().Word != "outage" || c.RPO().Word != "total" || c.BestRTO().Seconds != 0 || c.Role != "default-storage" || c.Need == nil || c.Fact != nil {
		t.Errorf("the cause is %+v", c)
	}
}

func TestSpansAreOrdered(t *testing.T) {
	order := []catalog.Span{
		{}, {Seconds: 60}, {Seconds: 60, Upper: true}, {Seconds: 61}, {Seconds: -1, Word: "unknown"},
		{Seconds: -1, Word: "outage"}, {Seconds: -1, Word: "rebuild"}, {Seconds: -1, Word: "total"},
	}
	for i, a := range order {
		if back := toSpan(a).catalog(); back != a {
			t.Errorf("%v comes back as %v", a, back)
		}
		for j, b := range order {
			if got := CompareSpans(a, b); got != min(1, max(-1, i-j)) {
				t.Errorf("CompareSpans(%v, %v) = %d", a, b, got)
			}
		}
	}
	if none := (catalog.Span{Seconds: -1, Word: "none"}); CompareSpans(none, catalog.Span{}) != 0 {
		t.Error("none is not no time")
	}
}
