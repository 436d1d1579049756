// Package examples_test holds the example estates against Microsoft's published
// schemas and against what the documentation says of them.
package examples_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// assessed loads and assesses an example, or published templates.
func assessed(t *testing.T, target string, opts template.Options, inputs ...string) *assess.Result {
	t.Helper()
	e, diags, err := source.Load(context.Background(), inputs, source.Options{Template: opts})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == template.Error {
			t.Errorf("%v", d)
		}
	}
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	r, err := assess.Assess(context.Background(), e, cat, assess.Options{Target: assess.TargetByName(target)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExamplesValidateAgainstThePublishedSchemas(t *testing.T) {
	s := schemas.Load(t)
	for _, file := range []string{"workspace/azuredeploy.json", "all-services/main.json", "resilient/azuredeploy.json"} {
		t.Run(file, func(t *testing.T) {
			params := strings.TrimSuffix(file, ".json") + ".parameters.json"
			x, err := arm.ExpandFile(context.Background(), file, arm.Options{ParameterPaths: []string{params}})
			if err != nil {
				t.Fatal(err)
			}
			checked := 0
			for _, r := range x.Resources {
				found, err := s.Validate(sendable(t, r))
				if err != nil {
					t.Errorf("%s: %v", r.ID.Text(), err)
				}
				if found {
					checked++
				} else if !strings.HasSuffix(r.APIVersion, "-preview") {
					t.Errorf("%s@%s: no schema is published for it", r.Type, r.APIVersion)
				}
			}
			if checked < len(x.Resources)*3/4 {
				t.Errorf("only %d of %d resources were checked", checked, len(x.Resources))
			}
		})
	}
}

var marked = regexp.MustCompile(`\{"\$(unknown|secret)":("(?:[^"\\]|\\.)*"|true)\}`)

// sendable is the body as the schemas see it: unknown values as the expressions
// that they are.
func sendable(t *testing.T, r *template.Resource) map[string]any {
	t.Helper()
	text := marked.ReplaceAllStringFunc(string(r.Body.AppendJSON(nil)), func(m string) string {
		if strings.HasPrefix(m, `{"$secret"`) {
			return `"[secret()]"`
		}
		return strings.TrimSuffix(strings.TrimPrefix(m, `{"$unknown":`), "}")
	})
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatalf("%s: %v", r.ID.Text(), err)
	}
	return body
}

// TestEveryServiceIsFoundAndJudged wants each service of the guide to be found
// in the example that has them all, and to be judged by at least one rule.
func TestEveryServiceIsFoundAndJudged(t *testing.T) {
	r := assessed(t, assess.CriticalTarget, template.Options{}, "all-services")
	found, judged := map[string]bool{}, map[string]bool{}
	for _, res := range r.Estate.Resources {
		found[res.Service] = true
	}
	for _, f := range r.Findings {
		if f.Resource != nil && (f.Status == assess.Fail || f.Status == assess.Pass) {
			judged[f.Resource.Service] = true
		}
	}
	guide := 0
	for _, s := range r.Catalog.Services() {
		if !s.InGuide {
			continue
		}
		guide++
		if !found[s.ID] {
			t.Errorf("%s is not found", s.ID)
		} else if !judged[s.ID] {
			t.Errorf("%s is found, but no rule says pass or fail", s.ID)
		}
	}
	if guide != 20 {
		t.Errorf("the guide has 20 services, the catalog %d", guide)
	}
}

func roleOf(e *estate.Estate, role estate.Role) []*estate.Resource {
	var out []*estate.Resource
	for _, rel := range e.Relations {
		if rel.Role == role && strings.EqualFold(rel.From.Type, "Microsoft.MachineLearningServices/workspaces") {
			out = append(out, rel.To)
		}
	}
	return out
}

func TestTheWorkspaceLeansOn(t *testing.T) {
	r := assessed(t, assess.ProductionTarget, template.Options{}, "workspace")
	for role, name := range map[estate.Role]string{
		estate.DefaultStorage:      "demandst7f3k",
		estate.KeyVault:            "demand-kv-7f3k",
		estate.ContainerRegistry:   "demandcr7f3k",
		estate.ApplicationInsights: "demand-insights",
	} {
		got := roleOf(r.Estate, role)
		if len(got) != 1 || got[0].Name != name {
			t.Errorf("role %s: %v, want %s", role, names(got), name)
		}
	}
	if got := names(roleOf(r.Estate, estate.Compute)); !slices.Equal(got, []string{"demand-ml/scoring", "demand-ml/train"}) {
		t.Errorf("computes: %v", got)
	}
}

func names(rs []*estate.Resource) []string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Name)
	}
	slices.Sort(out)
	return out
}

func TestTheEncryptedWorkspaceHasItsStore(t *testing.T) {
	dir := filepath.Join(schemas.Shared(t, "data/quickstarts"), "201-machine-learning-encrypted-workspace", "azuredeploy.json")
	r := assessed(t, assess.ProductionTarget, template.Options{}, dir)
	stores := roleOf(r.Estate, estate.EncryptionStore)
	if !slices.ContainsFunc(stores, func(s *estate.Resource) bool { return s.Service == "cosmos-db" && s.Implied }) {
		t.Errorf("encryption stores: %v; want the Cosmos DB that the service makes", names(stores))
	}
}

// TestDefaultStorageIsNotFailedOver is demand 7 of the guide: the same geo-redundant
// account comes back after a region outage as a data store, not as the default one.
func TestDefaultStorageIsNotFailedOver(t *testing.T) {
	r := assessed(t, assess.CriticalTarget, template.Options{Parameters: []template.Assignment{
		{Name: "prefix", Value: value.String("demand")}, {Name: "storageSku", Value: value.String("Standard_RAGRS")}, {Name: "suffix", Value: value.String("7f3k")},
		{Name: "location", Value: value.String("westeurope")}, {Name: "sqlPassword", Value: value.String("not-a-secret")},
	}}, "workspace/azuredeploy.json")
	states := map[string]catalog.State{}
	for _, o := range r.Outages {
		if o.Outage.Scope != catalog.ScopeRegion {
			continue
		}
		for _, f := range o.Fates {
			states[f.Resource.Name] = f.State
		}
	}
	if states["demandst7f3k"] != catalog.Down {
		t.Errorf("the default account is %s in a region outage, want down", states["demandst7f3k"])
	}
	if states["demandlake7f3k"] != catalog.FailedOver {
		t.Errorf("the data lake is %s in a region outage, want failed-over", states["demandlake7f3k"])
	}
	if !slices.ContainsFunc(r.Findings, func(f assess.Finding) bool {
		return f.Rule.ID == "default-storage-region-failover" && f.Status == assess.Fail
	}) {
		t.Error("default-storage-region-failover does not fail")
	}
}

// TestTheResilientExampleMeetsItsTarget wants the example of the good settings to
// survive a zone, and not to survive a region: nothing in one region does.
func TestTheResilientExampleMeetsItsTarget(t *testing.T) {
	for target, want := range map[string]bool{assess.ProductionTarget: false, assess.CriticalTarget: true} {
		r := assessed(t, target, template.Options{}, "resilient")
		for _, f := range r.Findings {
			if target == assess.ProductionTarget && f.Status == assess.Fail && f.Severity != assess.Info {
				t.Errorf("%s fails for %s: %s", f.Rule.ID, f.Resource.Name, f.Message)
			}
		}
		if got := r.FailOn(assess.High); got != want {
			t.Errorf("target %s: fails = %v, want %v", target, got, want)
		}
	}
}

// TestTheAdvancedQuickstart is demand 13 of the guide: the template that deploys a
// workspace with everything is found and judged in each of its combinations.
func TestTheAdvancedQuickstart(t *testing.T) {
	file := filepath.Join(schemas.Shared(t, "data/quickstarts"), "201-machine-learning-advanced", "azuredeploy.json")
	for _, storage := range []string{"new", "existing"} {
		for _, registry := range []string{"new", "existing", "none"} {
			t.Run(storage+" storage, "+registry+" registry", func(t *testing.T) {
				r := assessed(t, assess.ProductionTarget, template.Options{Parameters: []template.Assignment{
					{Name: "workspaceName", Value: value.String("mlw")}, {Name: "location", Value: value.String("westeurope")},
					{Name: "storageAccountOption", Value: value.String(storage)}, {Name: "containerRegistryOption", Value: value.String(registry)},
				}}, file)
				accounts := roleOf(r.Estate, estate.DefaultStorage)
				if len(accounts) != 1 || accounts[0].External != (storage == "existing") {
					t.Errorf("default storage: %v", names(accounts))
				}
				registries := roleOf(r.Estate, estate.ContainerRegistry)
				if want := map[string]int{"new": 1, "existing": 1, "none": 0}[registry]; len(registries) != want {
					t.Errorf("registries: %v", names(registries))
				}
				if len(registries) == 1 && registries[0].External != (registry == "existing") {
					t.Errorf("the registry is external: %v", registries[0].External)
				}
			})
		}
	}
}
