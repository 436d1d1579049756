package blueprint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func TestEveryCombinationAssessesClean(t *testing.T) {
	for _, c := range combinations() {
		t.Run(c.name, func(t *testing.T) {
			r := assessed(t, written(t, &c.spec), &c.spec)
			for _, f := range r.Findings {
				if f.Status == assess.Fail {
					t.Errorf("%s (%s) fails for %s: %s", f.Rule.ID, f.Severity, f.Resource.ID, f.Message)
				}
			}
		})
	}
}

// What is suppressed is listed here by hand, so that nothing slips in: each entry
// is a finding that no template can avoid, or only at a price.
func TestNothingElseIsSuppressed(t *testing.T) {
	known := map[string]string{
		"log-analytics-zone-outage":      "production critical", // regions whose logs have no service resilience
		"mysql-region-outage":            "critical",            // nobody bounds the lag of replicas
		"aks-reserved-capacity":          "dev production critical",
		"cosmos-db-managed-by-microsoft": "dev production critical",
		"workspace-region-pair":          "dev production critical", // facts about regions
		"key-vault-not-replicated":       "dev production critical",
		"workspace-region-zones":         "dev",
		"container-registry-tier":        "dev", // for its price
	}
	for _, c := range combinations() {
		t.Run(c.name, func(t *testing.T) {
			r := assessed(t, written(t, &c.spec), &c.spec)
			for _, f := range r.Findings {
				if f.Status == assess.Suppressed && !strings.Contains(known[f.Rule.ID], c.spec.Target) {
					t.Errorf("%s is suppressed for %s", f.Rule.ID, f.Resource.ID)
				}
			}
			for _, n := range r.Notes {
				if n.Severity == "warning" {
					t.Errorf("%s", n.Message)
				}
			}
		})
	}
}

// The regions whose logs are taken to be resilient are those of the catalog.
func TestTheCatalogAgreesOnTheLogsOfRegions(t *testing.T) {
	for _, region := range estate.Regions() {
		if !region.AML || region.Restricted || region.Zones == 0 {
			continue
		}
		for _, c := range combinations() {
			if c.spec.Target != "production" || c.spec.Paired() || c.spec.Key || c.spec.Network != "public" || len(c.spec.Services) > 0 {
				continue
			}
			c.spec.Region = region.Name
			r := assessed(t, written(t, &c.spec), &c.spec)
			suppressed := slices.ContainsFunc(r.Findings, func(f assess.Finding) bool {
				return f.Rule.ID == "log-analytics-zone-outage" && f.Status == assess.Suppressed
			})
			resilient := slices.Contains([]string{"eastus2", "israelcentral", "italynorth", "northeurope", "spaincentral", "westus2"}, region.Name)
			if suppressed == resilient {
				t.Errorf("%s: the finding is suppressed: %v; its logs are resilient: %v", region.Name, suppressed, resilient)
			}
			for _, f := range r.Findings {
				if f.Status == assess.Fail {
					t.Errorf("%s: %s fails for %s: %s", region.Name, f.Rule.ID, f.Resource.ID, f.Message)
				}
			}
		}
	}
}
