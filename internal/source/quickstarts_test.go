package source_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
)

var scope = template.Options{SubscriptionID: "S", ResourceGroup: "rg", Location: "westeurope", TenantID: "T"}

// describe writes an estate as lines: resources with region and presence, then
// relations with the place that says so.
func describe(e *estate.Estate) string {
	var b strings.Builder
	short := strings.NewReplacer("/subscriptions/S/resourceGroups/", "/")
	for _, r := range e.Resources {
		kind := "       "
		switch {
		case r.Implied:
			kind = "implied"
		case r.External:
			kind = "extern "
		}
		fmt.Fprintf(&b, "%s %s [%s]", kind, short.Replace(r.ID.String()), r.Location)
		if len(r.Zones) > 0 {
			fmt.Fprintf(&b, " zones %v", r.Zones)
		}
		fmt.Fprintf(&b, " %s\n", r.Presence)
	}
	for _, r := range e.Relations {
		fmt.Fprintf(&b, "%s -%s-> %s (%s) %s @%d %s\n", r.From.Name, r.Role, r.To.Name, r.Detail, r.Presence, r.Origin.Line, r.Origin.Pointer)
	}
	for _, n := range e.Coverage.NotSeen {
		fmt.Fprintf(&b, "not seen: %s: %s\n", short.Replace(n.What), n.Why)
	}
	fmt.Fprintf(&b, "%d resources, %d external, %d skipped\n", e.Coverage.Resources, e.Coverage.External, e.Coverage.Skipped)
	return b.String()
}

func TestQuickstarts(t *testing.T) {
	root := shared(t, "quickstarts")
	for _, name := range []string{
		"101-machine-learning-create", "101-machine-learning-compute-attach-aks", "101-machine-learning-compute-create-amlcompute",
		"101-machine-learning-datastore-create-blob", "101-machine-learning-datastore-create-sql", "101-machine-learning-datastore-create-psql", "101-machine-learning-datastore-create-dbfs",
		"101-machine-learning-dataset-create-workspace-multiple-dataset-datastore", "101-machine-learning-linkedservice-create",
		"101-machine-learning-service-create-aci", "101-sql-with-failover-group", "101-container-registry-geo-replication", "101-aks", "101-hdinsight-spark-linux",
		"201-machine-learning-advanced", "201-machine-learning-encrypted-workspace", "201-machine-learning-private-ip",
	} {
		t.Run(name, func(t *testing.T) {
			e, _, err := source.Load(context.Background(), []string{filepath.Join(root, name, "azuredeploy.json")}, source.Options{Template: scope})
			if err != nil {
				t.Fatal(err)
			}
			got := describe(e)
			file := filepath.Join("testdata", "quickstarts", name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// The advanced workspace takes every associated resource new, from elsewhere, or
// (the registry and the network) not at all.
func TestTheAdvancedWorkspaceInAllCombinations(t *testing.T) {
	file := filepath.Join(shared(t, "quickstarts"), "201-machine-learning-advanced", "azuredeploy.json")
	twoWays, threeWays := []string{"new", "existing"}, []string{"new", "existing", "none"}
	for _, storage := range twoWays {
		for _, vault := range twoWays {
			for _, insights := range twoWays {
				for _, registry := range threeWays {
					for _, endpoint := range []string{"none", "AutoApproval"} {
						t.Run(strings.Join([]string{storage, vault, insights, registry, endpoint}, "-"), func(t *testing.T) {
							checkAdvanced(t, file, map[string]string{"storageAccount": storage, "keyVault": vault, "applicationInsights": insights, "containerRegistry": registry}, endpoint)
						})
					}
				}
			}
		}
	}
}

func checkAdvanced(t *testing.T, file string, options map[string]string, endpoint string) {
	t.Helper()
	opts := source.Options{Template: scope}
	set := func(name, text string) {
		opts.Template.Parameters = append(opts.Template.Parameters, template.Assignment{Name: name, Text: text})
	}
	set("workspaceName", "ws")
	set("location", "westeurope")
	set("vnetOption", "new")
	set("subnetOption", "new")
	set("privateEndpointType", endpoint)
	for what, option := range options {
		set(what+"Option", option)
		set(what+"Name", what)
		if option == "existing" {
			set(what+"ResourceGroupName", "elsewhere")
		}
	}
	e, diags, err := source.Load(context.Background(), []string{file}, opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		if d.Severity == template.Error {
			t.Error(d)
		}
	}
	ws := e.Workspaces()
	if len(ws) != 1 {
		t.Fatalf("%d workspaces", len(ws))
	}
	roles := map[string]estate.Role{"storageAccount": estate.DefaultStorage, "keyVault": estate.KeyVault, "applicationInsights": estate.ApplicationInsights, "containerRegistry": estate.ContainerRegistry}
	for what, role := range roles {
		var to []*estate.Resource
		for rel := range e.LeansOn(ws[0]) {
			if rel.Role == role {
				to = append(to, rel.To)
			}
		}
		switch options[what] {
		case "none":
			if len(to) != 0 {
				t.Errorf("%s: none, but the workspace leans on %s", what, to[0].ID)
			}
		default:
			group := map[string]string{"new": "rg", "existing": "elsewhere"}[options[what]]
			if len(to) != 1 || to[0].External != (options[what] == "existing") || to[0].ID.ResourceGroup() != group || to[0].ID.LastName() != what {
				t.Errorf("%s: %s, but the workspace leans on %+v", what, options[what], to)
			}
		}
	}
	private := slices.ContainsFunc(e.Resources, func(r *estate.Resource) bool { return r.Is("Microsoft.Network/privateEndpoints") })
	leans := false
	for rel := range e.LeansOn(ws[0]) {
		leans = leans || rel.Role == estate.Network && rel.To.Is("Microsoft.Network/privateEndpoints")
	}
	if private != (endpoint != "none") || leans != private {
		t.Errorf("endpoint %s: there is one: %v, the workspace leans on it: %v", endpoint, private, leans)
	}
	if len(e.Coverage.NotSeen) != 0 {
		t.Errorf("not seen: %v", e.Coverage.NotSeen)
	}
}

func TestEveryQuickstartGivesAnEstate(t *testing.T) {
	root := shared(t, "quickstarts")
	for _, opts := range []template.Options{scope, {}} {
		e, diags, err := source.Load(context.Background(), []string{root}, source.Options{Template: opts})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range diags {
			if d.Severity == template.Error {
				t.Error(d)
			}
		}
		files, given := 0, 0
		for _, in := range e.Coverage.Inputs {
			files++
			given += in.Resources
		}
		twice := 0
		for _, n := range e.Coverage.NotSeen {
			if strings.Contains(n.Why, "already read") {
				twice++
			}
		}
		if given != e.Coverage.Resources+twice {
			t.Errorf("the counts do not add up: %d resources given, %d in the estate, %d twice", given, e.Coverage.Resources, twice)
		}
		if files < 180 {
			t.Errorf("only %d files were looked at", files)
		}
		for _, r := range e.Relations {
			if r.Origin.File == "" {
				t.Errorf("%s -%s-> %s has no place", r.From.ID, r.Role, r.To.ID)
			}
		}
	}
}

func TestAnEstateIsTheSameWhenItIsReadAgain(t *testing.T) {
	root := shared(t, "quickstarts")
	enc := estate.Encoding{Bodies: true}
	for _, name := range []string{"201-machine-learning-advanced", "201-machine-learning-encrypted-workspace", "101-machine-learning-dataset-create-workspace-multiple-dataset-datastore", "101-machine-learning-datastore-create-dbfs", ""} {
		e, _, err := source.Load(context.Background(), []string{filepath.Join(root, name)}, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e.Coverage.Inputs = nil
		first := string(enc.AppendDocument(nil, e))
		again, _, err := source.Load(context.Background(), []string{"estate.json"}, source.Options{Files: tree("estate.json", first)})
		if err != nil {
			t.Fatal(err)
		}
		again.Coverage.Inputs = nil
		second := string(enc.AppendDocument(nil, again))
		if first != second {
			a, b := strings.Split(strings.ReplaceAll(first, "{\"", "\n{\""), "\n"), strings.Split(strings.ReplaceAll(second, "{\"", "\n{\""), "\n")
			d := cmp.Diff(a, b)
			t.Errorf("%q: -written +read and written again\n%.3000s", name, d)
		}
	}
}
