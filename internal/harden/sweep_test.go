package harden_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// quickstarts lists the published templates.
func quickstarts(t testing.TB) []string {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	root = filepath.Join(root, "data", "quickstarts")
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(d.Name(), "azuredeploy.json") {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Skipf("the published templates are not there (%v); HOLDFAST_SHARED names the folder that has them as data/quickstarts", err)
	}
	return out
}

func load(t testing.TB, file string) *estate.Estate {
	t.Helper()
	return loadIn(t, file, "eastus2")
}

func loadIn(t testing.TB, file, location string) *estate.Estate {
	t.Helper()
	e, _, err := source.Load(t.Context(), []string{file}, source.Options{Template: template.Options{SubscriptionID: "S", ResourceGroup: "rg", TenantID: "T", Location: location}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func realCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// prove makes the plan of an estate, carries it out on a copy, and tells what of it
// does not hold: what is not mended, what is new, what a second plan would do.
func prove(t testing.TB, e *estate.Estate, cat *catalog.Catalog, target string, opts harden.Options) (*harden.Plan, []string) {
	t.Helper()
	assessed := assess.Options{Target: assess.TargetByName(target)}
	before, err := assess.Assess(t.Context(), e, cat, assessed)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := harden.Make(t.Context(), before, opts)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := plan.After(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	after, err := assess.Assess(t.Context(), changed, cat, assessed)
	if err != nil {
		t.Fatal(err)
	}
	troubles, err := plan.Prove(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range troubles {
		line := x.String()
		for _, s := range x.Steps {
			line += " [" + s.Remedy.ID + " on " + s.Resource.Name + "]"
		}
		out = append(out, line)
	}
	again, err := harden.Make(t.Context(), after, opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range again.Steps {
		out = append(out, "a second plan would do "+s.Remedy.ID+" on "+s.Resource.Name+" for "+s.Items[0].Finding.Rule.ID)
	}
	return plan, out
}

// Over all published templates the plan mends what it says, breaks nothing, and
// leaves nothing for a second one.
func TestThePlansOfThePublishedTemplatesHold(t *testing.T) {
	cat := realCatalog(t)
	for _, target := range []string{assess.ProductionTarget, assess.CriticalTarget} {
		counts := map[harden.Outcome]int{}
		steps := map[string]int{}
		for _, file := range quickstarts(t) {
			plan, troubles := prove(t, load(t, file), cat, target, harden.Options{})
			for _, x := range troubles {
				t.Errorf("%s, %s: %s", target, filepath.Base(filepath.Dir(file)), x)
			}
			for _, item := range plan.Items {
				counts[item.Outcome]++
			}
			for _, s := range plan.Steps {
				steps[s.Remedy.ID]++
			}
		}
		t.Logf("%s: %v by %v", target, counts, steps)
	}
}

// Without a region what depends on it is a decision, and the rest holds; so it does
// for a fresh estate, and for all templates as one.
func TestThePlansOfThePublishedTemplatesHoldOtherwiseToo(t *testing.T) {
	cat := realCatalog(t)
	files := quickstarts(t)
	all := filepath.Dir(filepath.Dir(files[0]))
	tests := []struct {
		name, location string
		files          []string
		opts           harden.Options
	}{
		{"without a region", "", files, harden.Options{}},
		{"with the other region alone", "", files, harden.Options{Region: "northeurope"}},
		{"fresh", "swedencentral", files, harden.Options{Fresh: true}},
		{"in a region without zones", "northcentralus", files, harden.Options{}},
		{"in Azure", "westeurope", files, harden.Options{Live: true}},
		{"all as one", "eastus2", []string{all}, harden.Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			for _, file := range tt.files {
				plan, troubles := prove(t, loadIn(t, file, tt.location), cat, assess.CriticalTarget, tt.opts)
				for _, x := range append(troubles, flaws(plan)...) {
					t.Errorf("%s: %s", filepath.Base(filepath.Dir(file)), x)
				}
				for _, item := range plan.Items {
					if item.Outcome == harden.Decision && strings.Contains(item.Why, "--location") {
						asked++
					}
				}
			}
			if open := tt.location == ""; open != (asked > 0) {
				t.Errorf("%d items ask for the region", asked)
			}
		})
	}
}
