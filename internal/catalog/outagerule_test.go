package catalog

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// losesIn says that some resource of the service does not carry on in an outage
// of the scope.
func losesIn(s *Service, scope Scope) bool {
	return slices.ContainsFunc(s.Survival, func(r Survival) bool { return r.Scope == scope && r.State != CarriesOn })
}

// A rule about a single service may only state that it always carries on; among
// several, one that cannot break the rule would be there by mistake.
func TestEveryOutageRuleOfSeveralServicesCanFail(t *testing.T) {
	c := defaultCatalogOf(t)
	n := 0
	for _, r := range c.Rules() {
		if r.Scope == "" || len(r.Services) == 1 {
			continue
		}
		n++
		for _, s := range c.Services() {
			if slices.Contains(c.RulesFor(s.ID), r) && !losesIn(s, r.Scope) {
				t.Errorf("%s: %s always carries on in an outage of the scope %s", r.ID, s.ID, r.Scope)
			}
		}
	}
	if n == 0 {
		t.Error("there is no outage rule: the test proves nothing")
	}
}

// What an outage of a zone or a region takes away has a rule with a remedy of
// its own for every service of the guide.
func TestEveryLossOfTheGuidesServicesHasARule(t *testing.T) {
	c := defaultCatalogOf(t)
	for _, s := range c.Services() {
		for _, scope := range []Scope{ScopeZone, ScopeRegion} {
			has := slices.ContainsFunc(c.RulesFor(s.ID), func(r *Rule) bool { return r.Scope == scope })
			if s.InGuide && losesIn(s, scope) && !has {
				t.Errorf("no rule speaks of %s in an outage of the scope %s", s.ID, scope)
			}
		}
	}
}

// What a row says must hang together.
func TestRowsHangTogether(t *testing.T) {
	zero := Span{}
	for _, s := range defaultCatalogOf(t).Services() {
		for i, r := range s.Survival {
			at := s.ID + " in an outage of " + string(r.Scope)
			if r.State == CarriesOn && (r.Reads != "ok" || r.RPO != zero && r.RPO.Word == "" && !r.RPO.Upper) {
				t.Errorf("%s, row %d: it carries on, and loses something: reads %s, RPO %v", at, i+1, r.Reads, r.RPO)
			}
			if (r.State == FailsOver || r.State == FailedOver) && r.RTO.Word == "outage" {
				t.Errorf("%s, row %d: it is failed over, and yet down until the outage ends", at, i+1)
			}
			if r.State == Down && (r.Reads == "ok" || r.Writes == "ok") {
				t.Errorf("%s, row %d: it is down, and yet reads are %s and writes %s", at, i+1, r.Reads, r.Writes)
			}
			if r.State == Unknown && r.Unverified == "" && r.Why == "" {
				t.Errorf("%s, row %d: nothing says why it is not known", at, i+1)
			}
		}
	}
}

// The rule of decision 1: geo-redundancy of the default account buys no
// failover, so ZRS is right there although other tools want a geo copy.
func TestTheGuidesDemandsOnTheDefaultAccountAreRules(t *testing.T) {
	c := defaultCatalogOf(t)
	for _, sku := range []string{"Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS"} {
		r := resource(t, "Microsoft.Storage/storageAccounts", "st1", "westeurope", `{`+inTemplate+`,"kind":"StorageV2","sku":{"name":"`+sku+`"}}`)
		w := resource(t, "Microsoft.MachineLearningServices/workspaces", "ws1", "westeurope", `{`+inTemplate+`}`)
		e := built(c, []*estate.Resource{r, w}, []estate.Relation{{From: w, To: r, Role: estate.DefaultStorage}})
		zone, region := c.Survive(e, r, ScopeZone).State, c.Survive(e, r, ScopeRegion).State
		if zonal := sku == "Standard_ZRS" || sku == "Standard_GZRS" || sku == "Standard_RAGZRS"; (zone == CarriesOn) != zonal {
			t.Errorf("a default account with %s in an outage of a zone: %s", sku, zone)
		}
		if region == CarriesOn || region == FailsOver || region == FailedOver {
			t.Errorf("a default account with %s in an outage of the region: %s", sku, region)
		}
	}
}
