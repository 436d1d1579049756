package text_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/deploy"
	"github.com/holdfast-ml/holdfast/internal/deploy/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var at = text.Where{Name: "azuredeploy", Scope: "resource group rg-demand"}

// preview has every kind of change and everything that a change can have.
func preview() *deploy.Preview {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	return &deploy.Preview{
		Changes: []deploy.Change{
			{Kind: deploy.Delete, Name: "old", Type: "Microsoft.Web/sites"},
			{Kind: deploy.Modify, Name: "demandst7f3k", Type: "Microsoft.Storage/storageAccounts", File: "azuredeploy.json", Line: 57, Column: 5, Properties: []deploy.Property{
				{Path: "sku.name", Old: raw(`"Standard_LRS"`), New: raw(`"Standard_GRS"`)},
				{Path: "tags.owner", New: raw(`"mlops"`)},
				{Path: "properties.encryption.keySource", Old: raw(`"Microsoft.Storage"`)},
				{Path: "properties.networkAcls.virtualNetworkRules[0].id",
					Old: raw(`"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/one"`),
					New: raw(`"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/two"`)},
				{Path: "properties.creationTime", New: raw(`"x"`), NoEffect: true},
			}},
			{Kind: deploy.Create, Name: "demand-kv", Type: "Microsoft.KeyVault/vaults", Facts: []string{"westeurope", "standard"}},
			{Kind: deploy.Create, Maybe: true, Name: "demand-aks/aksManagedAutoUpgradeSchedule", Type: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations"},
			{Kind: deploy.NotEvaluated, Name: "later", Type: "Microsoft.Web/sites", Why: "Its name cannot be calculated until the deployment is under way."},
			{Kind: deploy.NotEvaluated, Untouched: true, Name: "other", Type: "Microsoft.Web/sites", Why: "the template does not name it"},
			{Kind: deploy.NoChange, Name: "same\x1b[31m", Type: "Microsoft.Web/sites"},
		},
		Remarks: []deploy.Problem{{Code: "NestedDeploymentShortCircuited", Message: "A nested deployment got short-circuited.", File: "azuredeploy.json", Line: 9, Column: 3}},
	}
}

func resilience() *deploy.Resilience {
	return &deploy.Resilience{
		Shifts: []deploy.Shift{
			{Workspace: "demand-ml", Outage: "region westeurope", Capabilities: []string{"train"}, Before: "degraded for up to 1 h", After: "lost until it is back"},
			{Workspace: "demand-ml", Gained: true, Outage: "any of zones 1, 2, 3 of westeurope", Capabilities: []string{"train", "author", "score online"}, Before: "lost until it is back", After: "holds"},
		},
		New: []deploy.Newcomer{{Workspace: "second-ml", Lines: []deploy.Stands{
			{Outage: "zone 1 of westeurope", Holds: []string{"author", "train"}},
			{Outage: "zone 2 of westeurope", Holds: []string{"author"}, Hurt: []string{"train"}, Lost: []string{"monitor"}},
			{Outage: "region westeurope", Lost: []string{"author", "train"}},
		}}},
		Same:  40,
		Notes: []string{"1 resource that Azure has not evaluated is left as it is in this comparison"},
	}
}

func failed() *deploy.Result {
	id := "/subscriptions/s/resourceGroups/rg-demand/providers/Microsoft.ContainerService/managedClusters/demand-aks"
	p := deploy.Problem{Code: "QuotaExceeded", Message: "Operation could not be completed as it results in exceeding approved Total Regional Cores quota.",
		Hint: "ask for more cores in the region, or take fewer", Resource: id, File: "azuredeploy.json", Line: 152, Column: 5}
	return &deploy.Result{Name: "azuredeploy", State: deploy.Failed, Took: 5*time.Minute + 20*time.Second, NotBegun: 2, Problems: []deploy.Problem{p},
		Missing: []string{"its operations: the answer is not whole"},
		Outputs: []deploy.Output{{Name: "workspaceId", Value: json.RawMessage(`"` + id + `"`)}, {Name: "key", Secret: true}, {Name: "n", Value: json.RawMessage(`{"a":1}`)}},
		Steps:   steps(&p)}
}

func steps(p *deploy.Problem) []deploy.Step {
	return []deploy.Step{
		{Key: "1", Name: "demandst7f3k", Type: "Microsoft.Storage/storageAccounts", State: deploy.Succeeded, Took: 20 * time.Second, Known: true},
		{Key: "2", Name: "demand-aks", Type: "Microsoft.ContainerService/managedClusters", State: deploy.Failed, Took: 5 * time.Minute, Known: true, Failure: p},
		{Key: "3", Name: "demand-ml/a-name-that-is-longer-than-its-column", Type: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints", State: deploy.Running, Took: 3 * time.Second, Known: true},
		{Key: "4", Name: "demand-insights", Type: "Microsoft.Insights/components", State: deploy.Succeeded, Took: 400 * time.Millisecond, Known: true},
		{Key: "5", Name: "demand-logs", Type: "Microsoft.OperationalInsights/workspaces", State: deploy.Cancelled},
	}
}

// TestTextsStandAsTheyShould holds previews and reports, narrow and wide, with and
// without colour, to their golden files.
func TestTextsStandAsTheyShould(t *testing.T) {
	for _, w := range []int{60, 80, 120} {
		for _, colour := range []bool{false, true} {
			o := text.Options{Width: w, Color: colour}
			all := o
			all.Verbose = true
			render := func(write func(*strings.Builder) error) string {
				t.Helper()
				var b strings.Builder
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				return b.String()
			}
			now := deploy.Snapshot{State: deploy.Running, Steps: steps(nil), Stale: true}
			for name, got := range map[string]string{
				"preview":         render(func(b *strings.Builder) error { return text.Preview(b, at, preview(), resilience(), o) }),
				"preview-verbose": render(func(b *strings.Builder) error { return text.Preview(b, at, preview(), &deploy.Resilience{}, all) }),
				"preview-empty": render(func(b *strings.Builder) error {
					return text.Preview(b, at, &deploy.Preview{}, &deploy.Resilience{Unknown: "there is no workspace"}, o)
				}),
				"failed":   render(func(b *strings.Builder) error { return text.Result(b, at, failed(), o) }),
				"problems": render(func(b *strings.Builder) error { return text.Problems(b, failed().Problems, o) }),
				"live":     strings.Join(text.Live(now, 83*time.Second, 9, 3, func(deploy.Step) time.Duration { return 4 * time.Second }, o), "") + "\n",
			} {
				file := name + "-" + map[int]string{60: "60", 80: "80", 120: "120"}[w] + map[bool]string{true: "-colour"}[colour] + ".txt"
				golden(t, file, got)
				fits(t, file, got, w)
			}
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // it is a golden file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update rewrites it:\n%s", file, got)
	}
}

var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// fits wants lines of at most w columns, without spaces at their ends and without
// anything that could steer a terminal but the colours.
func fits(t *testing.T, file, got string, w int) {
	t.Helper()
	bare := escape.ReplaceAllString(got, "")
	for line := range strings.Lines(bare) {
		line = strings.TrimSuffix(line, "\n")
		if runewidth.StringWidth(line) > w {
			t.Errorf("%s: %d columns: %q", file, runewidth.StringWidth(line), line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("%s: spaces at the end of %q", file, line)
		}
	}
	if strings.ContainsAny(bare, "\x1b\r\a") {
		t.Errorf("%s: control characters go through", file)
	}
	if !strings.Contains(file, "colour") && bare != got {
		t.Errorf("%s: colour without being asked for", file)
	}
}

// TestColourSaysNothing: without its colours a coloured text is the plain one.
func TestColourSaysNothing(t *testing.T) {
	var plain, colour strings.Builder
	if err := text.Result(&plain, at, failed(), text.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := text.Result(&colour, at, failed(), text.Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	if escape.ReplaceAllString(colour.String(), "") != plain.String() {
		t.Error("the texts differ in more than colour")
	}
}

func TestDurationsReadAsPeopleSayThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 400 * time.Millisecond: "0.4 s", 3 * time.Second: "3 s", 12500 * time.Millisecond: "13 s", 59 * time.Second: "59 s",
		time.Minute: "1 min", 252 * time.Second: "4 min 12 s", time.Hour: "1 h", 3720 * time.Second: "1 h 2 min", 49 * time.Hour: "49 h",
	} {
		if got := text.Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestALineTellsOneStep(t *testing.T) {
	got := text.Line(steps(nil)[1], text.Options{})
	if got != "✗ failed     demand-aks  ContainerService/managedClusters  5 min\n" {
		t.Errorf("%q", got)
	}
}

func TestTheTallyAddsUp(t *testing.T) {
	done, bad, other := text.Tally(steps(nil))
	if done != 2 || bad != 1 || other != 2 {
		t.Errorf("%d, %d, %d", done, bad, other)
	}
}
