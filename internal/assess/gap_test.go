package assess

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

var (
	minute  = catalog.Span{Seconds: 60}
	ending  = catalog.Span{Seconds: -1, Word: "outage"}
	rebuilt = catalog.Span{Seconds: -1, Word: "rebuild"}
	nobody  = catalog.Span{Seconds: -1, Word: "unknown"}
	allData = catalog.Span{Seconds: -1, Word: "total"}
	none    = catalog.Span{}
)

func TestWhatGoesBeyondADemand(t *testing.T) {
	quarter := Demand{Scope: catalog.ScopeZone, RTO: 900, RPO: 900}
	tests := []struct {
		name   string
		demand Demand
		effect outage.Effect
		rto    catalog.Span
		rpo    catalog.Span
		want   excess
	}{
		{"nothing lost is nothing beyond", quarter, outage.None, ending, allData, excess{}},
		{"degraded is survived, for however long", quarter, outage.Degraded, ending, none, excess{}},
		{"but not with data lost", quarter, outage.Degraded, ending, allData, excess{data: true}},
		{"lost for a minute is short enough", quarter, outage.Lost, minute, minute, excess{}},
		{"lost for as long as the limit, too", quarter, outage.Lost, catalog.Span{Seconds: 900}, catalog.Span{Seconds: 900, Upper: true}, excess{}},
		{"a second more is not", quarter, outage.Lost, catalog.Span{Seconds: 901}, none, excess{time: true}},
		{"until the outage ends is not", quarter, outage.Lost, ending, none, excess{time: true}},
		{"nor until it is rebuilt", quarter, outage.Lost, rebuilt, none, excess{time: true}},
		{"what nobody documents promises nothing", quarter, outage.Lost, nobody, nobody, excess{true, true}},
		{"who asks for nothing gets that", Demand{RTO: Any, RPO: Any}, outage.Lost, ending, allData, excess{}},
		{"who bears no minute loses one", Demand{RTO: 0, RPO: 0}, outage.Lost, minute, minute, excess{true, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := beyond(tt.demand, tt.effect, tt.rto, tt.rpo); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestTheSeverityOfAGap(t *testing.T) {
	tests := []struct {
		name string
		g    gap
		most Severity
		want Severity
	}{
		{"data lost for good are critical", gap{first: true, forGood: true}, Critical, Critical},
		{"all that is wanted lost is critical", gap{first: true, byTime: true, everything: true}, Critical, Critical},
		{"something lost for too long is high", gap{first: true, byTime: true}, Critical, High},
		{"too much data lost is medium", gap{first: true}, Critical, Medium},
		{"behind a workspace that is lost it is low", gap{byTime: true, everything: true}, Critical, Low},
		{"unless data are lost for good", gap{byTime: true, forGood: true}, Critical, Medium},
		{"never more than the rule", gap{first: true, forGood: true}, Medium, Medium},
		{"never less than what is lost because of it", gap{first: true}, Low, Low},
		{"a rule that does not say bounds nothing", gap{first: true, forGood: true}, "", Critical},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.g.severity(tt.most); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSeveritiesAreOrdered(t *testing.T) {
	names := SeverityNames()
	for i, a := range names {
		for j, b := range names {
			if got := Severity(a).AtLeast(Severity(b)); got != (i <= j) {
				t.Errorf("%s is at least %s: %v", a, b, got)
			}
			if got, want := milder(Severity(a), Severity(b)), Severity(names[max(i, j)]); got != want {
				t.Errorf("the milder of %s and %s is %s", a, b, got)
			}
		}
		if s, ok := ParseSeverity(a); !ok || string(s) != a {
			t.Errorf("%s is no severity", a)
		}
	}
	if _, ok := ParseSeverity("awful"); ok {
		t.Error("awful is a severity")
	}
}

// Who asks only for training is not told of what scoring loses.
func TestOnlyWhatTheTargetWantsIsAGap(t *testing.T) {
	const estate = `
		workspace ws westeurope
		endpoint ws/e westeurope
		deployment ws/e/blue westeurope capacity=1
		ws -endpoint-> ws/e
		ws/e -deployment-> ws/e/blue`
	ask := func(c catalog.Capability) *Target {
		return &Target{Name: "one", Capabilities: map[catalog.Capability][]Demand{c: {{catalog.ScopeZone, 60, 60}}}}
	}
	if got := told(assess(t, estate, Options{Target: ask(catalog.Train)})); got != "" {
		t.Errorf("a target for training finds\n%s", got)
	}
	if got := told(assess(t, estate, Options{Target: ask(catalog.ScoreOnline)})); got != "fail critical outage-uncovered ws/e/blue" {
		t.Errorf("a target for scoring finds\n%s", got)
	}
}

func TestATargetCanAskForServicesAndSingleResources(t *testing.T) {
	target := &Target{Name: "all", Capabilities: map[catalog.Capability][]Demand{
		catalog.Register: {{catalog.ScopeService, 60, 60}, {catalog.ScopeResource, 60, 60}},
	}}
	r := assess(t, `
		workspace ws westeurope
		vault kv westeurope
		ws -key-vault-> kv`, Options{Target: target})
	scopes := map[catalog.Scope]int{}
	for i := range r.Findings {
		for _, l := range r.Findings[i].Takes {
			scopes[l.Outage.Scope]++
		}
	}
	// Each of both resources takes registering away, as its service does.
	if len(scopes) != 2 || scopes[catalog.ScopeService] != 2 || scopes[catalog.ScopeResource] != 2 {
		t.Errorf("what is taken: %v", scopes)
	}
	if got := told(r); got != "fail critical outage-uncovered ws\nfail critical outage-uncovered kv" && got != "fail critical outage-uncovered kv\nfail critical outage-uncovered ws" {
		t.Errorf("findings:\n%s", got)
	}
}

func TestARuleOfTheCatalogTakesThePlaceOfTheGeneralOne(t *testing.T) {
	a := &assessor{cat: ruled(t)}
	if a.uncovered() != Uncovered {
		t.Error("the small catalog has a general rule")
	}
}

func TestTheStrictestDemandCountsWithoutAWorkspace(t *testing.T) {
	a := &assessor{target: &Target{Capabilities: map[catalog.Capability][]Demand{
		catalog.Author:  {{catalog.ScopeZone, 3600, Any}},
		catalog.Train:   {{catalog.ScopeZone, Any, 60}},
		catalog.Monitor: {{catalog.ScopeRegion, 1, 1}},
	}}}
	if got, want := a.strictest(catalog.ScopeZone), (Demand{catalog.ScopeZone, 3600, 60}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	r := assess(t, "storage st westeurope sku=?\nregistry cr westeurope", Options{})
	if got := told(r); got != "unknown medium storage-data-zone st\nunknown low storage-zrs-only st\nfail medium registry-replicated cr" && got != "fail medium registry-replicated cr\nunknown medium storage-data-zone st\nunknown low storage-zrs-only st" {
		t.Errorf("findings:\n%s", got)
	}
}
