package data_test

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// Issue by issue of the guide: whatever takes a service away has a remedy, or a
// word on why it has none.
func TestEveryServiceOfTheGuideIsMendedOrCannotBe(t *testing.T) {
	c := load(t)
	services := 0
	for _, s := range c.Services() {
		if !s.InGuide {
			continue
		}
		services++
		for _, scope := range []catalog.Scope{catalog.ScopeZone, catalog.ScopeService, catalog.ScopeRegion} {
			if !hurts(s, scope) {
				continue
			}
			if !slices.ContainsFunc(c.RemediesFor(s.ID), func(r *catalog.Remedy) bool { return r.Helps(scope) }) {
				t.Errorf("%s: a %s outage hurts, and no remedy says what can be done, or why nothing can", s.ID, scope)
			}
		}
	}
	if services != 20 {
		t.Errorf("%d services of the guide, want 20", services)
	}
}

func hurts(s *catalog.Service, scope catalog.Scope) bool {
	return slices.ContainsFunc(s.Survival, func(row catalog.Survival) bool {
		return row.Scope == scope && row.State != catalog.CarriesOn && row.State != catalog.FailsOver
	})
}

// A remedy that costs nothing known says why; one that cannot be undone says what.
func TestRemediesSayWhatTheyCostAndWhatTheyBind(t *testing.T) {
	c := load(t)
	for _, r := range c.Remedies() {
		if r.Change.OneWay != (r.Forever != "") {
			t.Errorf("%s: one way %v, but for ever %q", r.ID, r.Change.OneWay, r.Forever)
		}
		if r.Mends() && r.Change.Kind == "none" {
			t.Errorf("%s changes something by no kind of change", r.ID)
		}
		if !r.Mends() && r.Change.Kind != "none" {
			t.Errorf("%s changes nothing, by a change of the kind %s", r.ID, r.Change.Kind)
		}
		if len(r.Rules) == 0 && r.Mends() && len(r.Scopes) > 0 {
			t.Errorf("%s mends the finding of no rule", r.ID)
		}
	}
}

// The rules about outages of a zone or region lead to what mends them.
func TestOutageRulesOfTheGuideLeadToRemedies(t *testing.T) {
	c := load(t)
	known := []string{ // nothing is to be mended there: what they find is the region itself
		"container-registry-zone-outage", "key-vault-zone-outage",
	}
	for _, r := range c.Rules() {
		if r.Scope != catalog.ScopeZone && r.Scope != catalog.ScopeRegion || slices.Contains(known, r.ID) {
			continue
		}
		about := false
		for _, id := range r.Services {
			about = about || c.Service(id) != nil && c.Service(id).InGuide
		}
		if about && len(c.RemediesOf(r.ID)) == 0 {
			t.Errorf("the findings of %s lead to no remedy", r.ID)
		}
	}
}

// What applies to a resource as it stands, and what it needs and costs.
func TestRemediesOfResources(t *testing.T) {
	flexible := func(rest string) thing {
		return with("Microsoft.DBforPostgreSQL/flexibleServers", "", rest)
	}
	for _, x := range []struct {
		what    string
		it      thing
		remedy  string
		applies bool
		missing []string // texts of what it needs first
		factor  float64  // 0: not known
	}{
		{"LRS converts to ZRS", stored("Standard_LRS", ""), "storage-zrs", true, nil, 1.24},
		{"ZRS is there already", stored("Standard_ZRS", ""), "storage-zrs", false, nil, 0},
		{"no zones, no ZRS", stored("Standard_LRS", "").standing("westus"), "storage-zrs", true, []string{"a region with availability zones"}, 1.24},
		{"GRS keeps its copy", stored("Standard_GRS", "").asDefault(), "storage-gzrs", true, nil, 1.17},
		{"the default account gets no geo copy", stored("Standard_ZRS", "").asDefault(), "storage-geo-zrs", false, nil, 0},
		{"data may", stored("Standard_ZRS", "").asBlobs(), "storage-geo-zrs", true, nil, 1.88},
		{"a replica needs Premium", with(images, "", `"sku":{"name":"Basic"}`), "registry-replica", true, []string{"the Premium tier"}, 2},
		{"Premium costs ten times Basic", with(images, "", `"sku":{"name":"Basic"}`), "registry-premium", true, nil, 10},
		{"and two and a half times Standard", with(images, "", `"sku":{"name":"Standard"}`), "registry-premium", true, nil, 2.5},
		{"burstable servers have no standby", flexible(`"sku":{"tier":"Burstable"},"properties":{}`), "postgresql-zone-ha", true, []string{"the tier General Purpose or Memory Optimized"}, 2},
		{"a standby moves to another zone", flexible(`"sku":{"tier":"GeneralPurpose"},"properties":{"highAvailability":{"mode":"SameZone"}}`), "postgresql-zone-ha", true, nil, 1},
		{"the price of zones of General Purpose is not known", with("Microsoft.Sql/servers/databases", "", `"sku":{"tier":"GeneralPurpose"}`), "sql-zone-redundant", true, nil, 0},
		{"Business Critical pays nothing", with("Microsoft.Sql/servers/databases", "", `"sku":{"tier":"BusinessCritical"}`), "sql-zone-redundant", true, nil, 1},
		{"purge protection is free", with(vault, "", `"properties":{}`), "key-vault-purge-protection", true, nil, 1},
	} {
		c, e, r := x.it.put(t)
		rem := c.Remedy(x.remedy)
		if rem == nil {
			t.Fatalf("there is no remedy %s", x.remedy)
		}
		if v := c.Concerns(rem, e, r); !v.Known || v.Holds != x.applies {
			t.Errorf("%s: %s concerns it: %+v, want %v", x.what, x.remedy, v, x.applies)
		}
		if !x.applies {
			continue
		}
		var missing []string
		needs, _ := c.Missing(rem, e, r)
		for _, n := range needs {
			missing = append(missing, n.Text)
		}
		if !slices.Equal(missing, x.missing) {
			t.Errorf("%s: %s needs %q first, want %q", x.what, x.remedy, missing, x.missing)
		}
		factor := 0.0
		if cost := c.CostOf(rem, e, r); cost != nil {
			factor = cost.Factor
		}
		if factor != x.factor {
			t.Errorf("%s: %s costs %v, want %v", x.what, x.remedy, factor, x.factor)
		}
	}
}

func (x thing) standing(region string) thing {
	x.at = region
	return x
}

// What could be changed in place and has no remedy all the same: why a person has
// to do it.
func TestWhatStaysByHandHasItsReason(t *testing.T) {
	reasons := map[string]string{
		"aks-nat-gateway-zonal":              "the way out changes its addresses, which others have on their lists",
		"aks-system-pool-isolation":          "the taint belongs to some elements of a list, those of system pools, and where their pods go has to be looked at",
		"aks-v1-attached-twice":              "which of the attachments is given up has to be chosen",
		"application-insights-classic":       "the Log Analytics workspace that old data goes with has to be chosen; the kind was retired",
		"azure-sql-connection-host":          "what names the server is a datastore or connection, with credentials",
		"azure-sql-general-purpose-v2":       "the tier to go to has to be chosen, by size and price",
		"azure-sql-maintenance-window":       "which windows are offered depends on region and tier",
		"cosmos-db-strong-two-regions":       "a third region or a weaker consistency has to be chosen",
		"databricks-trial":                   "the tier to pay for has to be chosen",
		"datastore-files-no-secondary-reads": "it takes something away that somebody may read from",
		"datastore-v1-api":                   "the body of the new version is another one, with credentials",
		"key-vault-access-policies-ignored":  "roles or policies: who may do what has to be decided",
		"log-analytics-export":               "which tables are kept, and where, has to be chosen",
		"log-analytics-replica-region":       "replication has to be set up anew, in a region of the group that has to be chosen",
		"resource-group-lock":                "a lock is taken away, which nothing that is set or added does",
		"storage-failover-blocked":           "failover or replication has to be chosen",
		"storage-geo-without-pair":           "where the second copy goes has to be chosen",
		"storage-planned-failover-blocked":   "point-in-time restore or planned failover has to be chosen",
		"storage-read-only-lock":             "it is a lock of somebody else",
	}
	c := load(t)
	for _, r := range c.Rules() {
		found := len(c.RemediesOf(r.ID)) > 0
		reason := reasons[r.ID]
		switch {
		case r.Change.Kind == "inPlace" && !found && reason == "":
			t.Errorf("%s could be mended in place, and no remedy does it", r.ID)
		case found && reason != "":
			t.Errorf("%s has a remedy: it does not stay by hand", r.ID)
		}
		delete(reasons, r.ID)
	}
	for id := range reasons {
		t.Errorf("there is no rule %s", id)
	}
}
