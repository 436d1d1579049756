package estate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRegionByNameTakesAnySpelling(t *testing.T) {
	for _, name := range []string{"westeurope", "West Europe", "WESTEUROPE", " west europe "} {
		r, ok := RegionByName(name)
		if !ok || r.Name != "westeurope" || r.DisplayName != "West Europe" || r.Pair != "northeurope" || !r.PairMutual || r.Zones != 3 || !r.AML {
			t.Errorf("RegionByName(%q) = %+v, %v", name, r, ok)
		}
	}
	for _, name := range []string{"", "{resourceGroup().location}", "atlantis"} {
		if r, ok := RegionByName(name); ok {
			t.Errorf("RegionByName(%q) = %+v, want none", name, r)
		}
	}
}

func TestRegionsHaveTheFactsThatDecideDesigns(t *testing.T) {
	var aml, pairWithAML, noPair, noZones int
	for _, r := range Regions() {
		if !r.AML {
			continue
		}
		aml++
		if r.Zones == 0 {
			noZones++
		}
		if r.Pair == "" {
			noPair++
		} else if p, ok := RegionByName(r.Pair); !ok {
			t.Errorf("%s is paired with the unknown region %s", r.Name, r.Pair)
		} else if p.AML {
			pairWithAML++
		}
	}
	// The figures of section 1 of the facts file on regions.
	if aml != 39 || pairWithAML != 26 || noPair != 6 || noZones != 8 {
		t.Errorf("AML regions %d (want 39), with AML in the pair %d (26), without pair %d (6), without zones %d (8)", aml, pairWithAML, noPair, noZones)
	}
	if r, _ := RegionByName("westus3"); r.Pair != "eastus" || r.PairMutual {
		t.Errorf("westus3 has a one-way pair to eastus, got %+v", r)
	}
	if RegionsAsOf() != "2026-05-01" {
		t.Errorf("RegionsAsOf() = %q", RegionsAsOf())
	}
}

func TestRegionTableHasOneRegionOnEveryLine(t *testing.T) {
	lines := 0
	for line := range strings.Lines(regionTable) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "asOf|") {
			lines++
		}
	}
	if n := len(Regions()); n != lines || n < 50 {
		t.Errorf("%d regions of %d lines", n, lines)
	}
}

func TestRegionsAreCopies(t *testing.T) {
	Regions()[0].Name = "changed"
	if Regions()[0].Name == "changed" {
		t.Error("a caller can change the table")
	}
}

func TestRegionTableAgreesWithTheSharedFacts(t *testing.T) {
	data, err := os.ReadFile(sharedData(t, "azure-regions.json"))
	if err != nil {
		t.Skipf("the shared facts are not there: %v", err)
	}
	var facts struct {
		AsOf    string
		Regions []struct {
			Name, DisplayName, Geography                      string
			PairedRegion                                      *string
			PairMutual                                        *bool
			ZoneCount                                         int
			AccessRestricted                                  bool
			AML, AMLRegistry, AKS, Databricks, ACI, HDInsight bool
		}
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	if len(facts.Regions) != len(Regions()) || facts.AsOf != RegionsAsOf() {
		t.Fatalf("facts: %d regions of %s, table: %d of %s", len(facts.Regions), facts.AsOf, len(Regions()), RegionsAsOf())
	}
	for _, f := range facts.Regions {
		want := Region{Name: f.Name, DisplayName: f.DisplayName, Geography: f.Geography, Zones: f.ZoneCount, Restricted: f.AccessRestricted,
			AML: f.AML, AMLRegistry: f.AMLRegistry, AKS: f.AKS, Databricks: f.Databricks, ACI: f.ACI, HDInsight: f.HDInsight}
		if f.PairedRegion != nil {
			want.Pair, want.PairMutual = *f.PairedRegion, *f.PairMutual
		}
		if got, _ := RegionByName(f.Name); got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", f.Name, got, want)
		}
	}
}

// sharedData is the path of a file of the shared data, wherever that lies.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(root, "data", name)
}

func TestNormalizeLocation(t *testing.T) {
	for in, want := range map[string]string{
		"West Europe": "westeurope", "westeurope": "westeurope", "East US 2": "eastus2", " North Europe ": "northeurope", "": "",
		"{resourceGroup().location}": "{resourceGroup().location}", "{parameters('Where To')}": "{parameters('Where To')}",
	} {
		if got := NormalizeLocation(in); got != want {
			t.Errorf("NormalizeLocation(%q) = %q, want %q", in, got, want)
		}
	}
}
