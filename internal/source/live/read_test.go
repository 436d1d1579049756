package live_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// TestWhatIsThereIsRead wants everything that a template deploys to be in the
// estate that is read, with the same relations.
func TestWhatIsThereIsRead(t *testing.T) {
	for _, name := range []string{"workspace", "resilient"} {
		t.Run(name, func(t *testing.T) {
			c := start(t)
			want := c.example(name)
			e, stats := read(t, c.client(nil), group)
			for _, n := range e.Coverage.NotSeen {
				t.Errorf("not seen: %s: %s", n.What, n.Why)
			}
			for _, r := range want.Resources {
				if x := e.ByID(r.ID); !r.External && (x == nil || x.External) {
					t.Errorf("%s was not read", r.ID)
				}
			}
			got := relations(e)
			for _, rel := range relations(want) {
				if !slices.Contains(got, rel) && !strings.Contains(rel, "{") {
					t.Errorf("the relation %s was not found", rel)
				}
			}
			if stats.Resources != e.Coverage.Resources || stats.Calls.Requests() == 0 {
				t.Errorf("%s, and the coverage has %d resources", stats, e.Coverage.Resources)
			}
		})
	}
}

func relations(e *estate.Estate) []string {
	var out []string
	for _, r := range e.Relations {
		if !r.From.External {
			out = append(out, strings.ToLower(fmt.Sprintf("%s -%s-> %s", r.From.ID, r.Role, r.To.ID)))
		}
	}
	return out
}

// TestEveryScopeGivesTheSameWorkspace reads one workspace by its own id, by its
// group, its subscription, and as all that the login sees.
func TestEveryScopeGivesTheSameWorkspace(t *testing.T) {
	c := start(t)
	e := c.example("workspace")
	ws := e.Workspaces()[0].ID.String()
	client := c.client(nil)
	want, _ := read(t, client, ws)
	for _, scopes := range [][]string{{group}, {"/subscriptions/" + subscription}, {"azure"}, {ws, group}, {group, "azure", ws}} {
		got, _ := read(t, client, scopes...)
		if a, b := texts(want), texts(got); a != b {
			t.Errorf("%v gives another estate:\n%s", scopes, apart(a, b))
		}
		if len(got.Coverage.Inputs) != 1 || got.Coverage.Inputs[0].Resources != got.Coverage.Resources {
			t.Errorf("%v: inputs %+v for %d resources", scopes, got.Coverage.Inputs, got.Coverage.Resources)
		}
	}
}

// apart are the lines of two texts that only one of them has.
func apart(a, b string) string {
	var out strings.Builder
	for sign, pair := range map[string][2]string{"-": {a, b}, "+": {b, a}} {
		for line := range strings.Lines(pair[0]) {
			if !strings.Contains(pair[1], line) {
				out.WriteString(sign + line)
			}
		}
	}
	return out.String()
}

// synced is when a replica was last up to date, which moves on.
var synced = regexp.MustCompile(`"lastSyncTime":"[^"]*"`)

// texts is all of an estate but what it took to read it.
func texts(e *estate.Estate) string {
	var b strings.Builder
	for _, r := range e.Resources {
		fmt.Fprintf(&b, "%s %s %v %v %v\n", r.ID, r.Location, r.External, r.Roles, r.Listed)
		fmt.Fprintf(&b, "  %s\n", synced.ReplaceAll(r.Body.AppendJSON(nil), nil))
	}
	for _, r := range e.Relations {
		fmt.Fprintf(&b, "%s %s %s\n", r.From.ID, r.Role, r.To.ID)
	}
	return b.String()
}

// TestWhatIsNamedElsewhereIsFollowed puts the storage of a workspace into another
// subscription, and something beside it that nobody leans on.
func TestWhatIsNamedElsewhereIsFollowed(t *testing.T) {
	c := start(t)
	const other = "/subscriptions/bbbbbbbb-0000-4000-8000-000000000002/resourceGroups/rg-data"
	c.seed(`[
 {"id":"` + group + `/providers/Microsoft.MachineLearningServices/workspaces/mlw","type":"Microsoft.MachineLearningServices/workspaces","name":"mlw","location":"westeurope",
  "properties":{"storageAccount":"` + other + `/providers/Microsoft.Storage/storageAccounts/far","keyVault":"` + group + `/providers/Microsoft.KeyVault/vaults/kv"}},
 {"id":"` + group + `/providers/Microsoft.KeyVault/vaults/kv","type":"Microsoft.KeyVault/vaults","name":"kv","location":"westeurope","properties":{}},
 {"id":"` + group + `/providers/Microsoft.KeyVault/vaults/unused","type":"Microsoft.KeyVault/vaults","name":"unused","location":"westeurope","properties":{}},
 {"id":"` + other + `/providers/Microsoft.Storage/storageAccounts/far","type":"Microsoft.Storage/storageAccounts","name":"far","location":"northeurope","kind":"StorageV2","sku":{"name":"Standard_RAGRS"},"properties":{}}
]`)
	e, stats := read(t, c.client(nil), group)
	far := e.ByID(estate.ParseID(other + "/providers/Microsoft.Storage/storageAccounts/far"))
	if far == nil || far.External || far.Location != "northeurope" || !far.HasRole(estate.DefaultStorage) {
		t.Fatalf("the account of the other subscription: %+v", far)
	}
	if far.Property("geoReplicationStats").IsNull() {
		t.Error("the state of its geo-replication was not read")
	}
	if g := e.ByID(far.ID.Group()); g == nil || g.Location != "northeurope" {
		t.Errorf("its group: %+v", g)
	}
	if e.ByID(estate.ParseID(group+"/providers/Microsoft.KeyVault/vaults/unused")) != nil || stats.Left != 1 {
		t.Errorf("what nobody leans on is in the estate, or not counted: %d", stats.Left)
	}
	if !strings.Contains(e.Coverage.Inputs[0].Note, "1 resource that no workspace leans on left out") {
		t.Errorf("note %q", e.Coverage.Inputs[0].Note)
	}
}

// TestASnapshotGivesTheSameFindings writes an estate, reads it back and assesses
// both.
func TestASnapshotGivesTheSameFindings(t *testing.T) {
	for _, name := range []string{"workspace", "resilient"} {
		c := start(t)
		c.example(name)
		e, _ := read(t, c.client(nil), group)
		back := again(t, e)
		a, b := findings(t, e), findings(t, back)
		if a != b {
			t.Errorf("%s: the findings differ:\n%s", name, apart(a, b))
		}
		if !strings.Contains(a, "fail") || !strings.Contains(a, "pass") {
			t.Errorf("%s: findings without a failure or a pass:\n%s", name, a)
		}
	}
}

// again writes an estate as a snapshot and reads that.
func again(t *testing.T, e *estate.Estate) *estate.Estate {
	t.Helper()
	doc, errs := jsonc.Parse("estate.json", estate.Encoding{Bodies: true}.AppendDocument(nil, e))
	if len(errs) > 0 || source.Recognise(doc) != "estate" {
		t.Fatalf("the snapshot cannot be read: %v", errs)
	}
	res := inventory.Read(doc)
	return estate.Build(res.Resources, res.Relations, estate.Coverage{NotSeen: res.NotSeen})
}

func findings(t *testing.T, e *estate.Estate) string {
	t.Helper()
	var b strings.Builder
	for _, f := range assessed(t, e).Findings {
		id := ""
		if f.Resource != nil {
			id = f.Resource.ID.String()
		}
		fmt.Fprintf(&b, "%s %s %s %s %v\n", f.Rule.ID, f.Status, id, f.Message, f.Severity)
	}
	return b.String()
}

func assessed(t *testing.T, e *estate.Estate) *assess.Result {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	r, err := assess.Assess(t.Context(), e, cat, assess.Options{Target: assess.TargetByName(assess.ProductionTarget), Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestNothingIsAnError wants a scope without a workspace, or that is not there,
// told as such.
func TestNothingIsAnError(t *testing.T) {
	c := start(t)
	c.seed(`[{"id":"` + group + `/providers/Microsoft.KeyVault/vaults/kv","type":"Microsoft.KeyVault/vaults","name":"kv","location":"westeurope","properties":{}}]`)
	client := c.client(nil)
	for scope, want := range map[string]error{
		group:   live.ErrNothing,
		"azure": live.ErrNothing,
		"/subscriptions/" + subscription + "/resourceGroups/none":                                                                       azure.ErrNotFound,
		"/subscriptions/cccccccc-0000-4000-8000-000000000003":                                                                           azure.ErrNotFound,
		group + "/providers/Microsoft.MachineLearningServices/workspaces/none":                                                          azure.ErrNotFound,
		"/subscriptions/cccccccc-0000-4000-8000-000000000003/resourceGroups/g/providers/microsoft.machinelearningservices/WORKSPACES/x": azure.ErrNotFound,
	} {
		_, _, err := live.Read(t.Context(), client, parse(t, scope), live.Options{})
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", scope, err)
		}
	}
}
