package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// brief is what a list of requests says, for comparing.
func brief(list []sandbox.Asked, without string) string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s %d", a.Method, strings.TrimPrefix(a.Path, without), a.Status))
	}
	return strings.Join(out, "\n")
}

func TestWhatWasAskedIsRememberedInOrder(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	before := len(l.Requests(0))
	id := l.group + "/providers/Microsoft.Storage/storageAccounts/alpha"
	l.ask(http.MethodPut, id, storageVersion, `{"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}`)
	l.ask(http.MethodPatch, id, storageVersion, `{"sku": {"name": "Standard_GRS"}}`)
	if status, _ := l.send(http.MethodPatch, l.Connection.Address+id+"?api-version="+storageVersion, l.Connection.Address, `{"sku": {"name": "Standard_ZRS"}}`); status != 400 {
		t.Errorf("a refused change answers %d", status)
	}
	l.ask(http.MethodGet, id, storageVersion, "")
	account := strings.TrimPrefix(id, l.group)
	if got, want := brief(l.Requests(before), l.group), "PUT "+account+" 202\nPATCH "+account+" 200\nPATCH "+account+" 400\nGET "+account+" 200"; got != want {
		t.Errorf("asked were\n%s\nnot\n%s", got, want)
	}
	if got, want := brief(l.Writes(before), l.group), "PUT "+account+" 202\nPATCH "+account+" 200"; got != want {
		t.Errorf("written were\n%s\nnot\n%s", got, want)
	}
	afar, err := dial(t, l.Sandbox).Requests(t.Context(), before, "patch")
	if err != nil || brief(afar, l.group) != "PATCH "+account+" 200\nPATCH "+account+" 400" {
		t.Errorf("from afar: %v %v", afar, err)
	}
	if len(l.Requests(before+4)) != 0 {
		t.Error("the administration is among the requests")
	}
}

// TestAnAnswerThatIsCutWasARequest holds that a write that took place is known,
// whatever its client got to hear of it.
func TestAnAnswerThatIsCutWasARequest(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	before := len(l.Requests(0))
	if err := l.World.Store.Write(func(tx *state.Tx) error {
		_, err := l.Board.Inject(tx, failure.Fault{Kind: "cut", Path: "/resourcegroups/other"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(l.group, "rg-data", "other", 1)
	token, err := l.client.Credential().GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{l.Connection.Address + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPut, l.Connection.Address+other+"?api-version=2022-09-01", strings.NewReader(`{"location":"westeurope"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.Token)
	res, err := l.client.HTTPClient().Do(r)
	if err == nil {
		res.Body.Close()
	}
	there := false
	_ = l.World.Store.Read(func(tx *state.Tx) error { there = tx.Resource(other) != nil; return nil })
	if listed := len(l.Writes(before)) == 1; listed != there {
		t.Errorf("the group is there: %v; its write is listed: %v", there, listed)
	}
}

// TestAnOutageSeesWhatWasChanged wants an account that was converted to stand an
// outage of a zone, which took it down before.
func TestAnOutageSeesWhatWasChanged(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	id := l.group + "/providers/Microsoft.Storage/storageAccounts/alpha"
	l.ask(http.MethodPut, id, storageVersion, `{"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}`)
	down := func() (n int) { // in how many zones an outage takes reading away
		t.Helper()
		for _, zone := range []string{"1", "2", "3"} {
			if _, err := l.StartOutage(failure.Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: zone}); err != nil {
				t.Fatal(err)
			}
			l.pass(time.Hour)
			_ = l.World.Store.Read(func(tx *state.Tx) error {
				if l.Board.Resource(tx, id, l.World.Clock.Now()).Why != "" {
					n++
				}
				return nil
			})
			if _, err := l.StopOutage(""); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	if down() == 0 {
		t.Error("copies in one zone stand the outage of each zone")
	}
	l.ask(http.MethodPost, id+"/startAccountMigration", storageVersion, `{"properties": {"targetSkuName": "Standard_ZRS"}}`)
	if o := l.ask(http.MethodGet, id+"/accountMigrations/default", storageVersion, ""); fmt.Sprint(o["properties"].(map[string]any)["migrationStatus"]) != "SubmittedForConversion" {
		t.Errorf("the conversion is %v", o)
	}
	l.pass(8 * 24 * time.Hour)
	if n := down(); n != 0 {
		t.Errorf("copies in several zones do not stand the outage of %d zones", n)
	}
}
