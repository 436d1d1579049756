package assess

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// A service of the guide of which some resource does not carry on in a zone or a
// region outage has a rule about it. For others there is outage-uncovered.
func TestEveryServiceOfTheGuideHasItsOutageRules(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cat.Services() {
		for _, scope := range []catalog.Scope{catalog.ScopeZone, catalog.ScopeRegion} {
			if s.InGuide && hurts(s, scope) && !ruledOn(cat, s, scope) {
				t.Errorf("%s can be hurt in a %s outage, and no rule of that scope is about it", s.ID, scope)
			}
		}
	}
}

func hurts(s *catalog.Service, scope catalog.Scope) bool {
	for _, row := range s.Survival {
		if row.Scope == scope && row.State != catalog.CarriesOn {
			return true
		}
	}
	return false
}

func ruledOn(cat *catalog.Catalog, s *catalog.Service, scope catalog.Scope) bool {
	for _, rule := range cat.RulesFor(s.ID) {
		if rule.Scope == scope {
			return true
		}
	}
	return false
}
