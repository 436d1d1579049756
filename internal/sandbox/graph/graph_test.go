package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/graph"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	one = "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/Rg-ML"
	two = "/subscriptions/bbbbbbbb-0000-0000-0000-000000000002/resourceGroups/other"
)

type service struct {
	*testing.T
	*graph.Service
	w      *sandboxtest.World
	server *httptest.Server
}

func start(t *testing.T, more ...control.Seeded) service {
	t.Helper()
	w := sandboxtest.New(t)
	ps, err := providers.Providers(w.World)
	if err != nil {
		t.Fatal(err)
	}
	c := control.New(w.World, ps...)
	seeds := append([]control.Seeded{
		{ID: one + "/providers/Microsoft.KeyVault/vaults/kv", Type: "Microsoft.KeyVault/vaults", Location: "westeurope",
			Body: object.Object{"tags": map[string]any{"team": "ml"}, "properties": map[string]any{"enablePurgeProtection": true}}},
		{ID: one + "/providers/Microsoft.Storage/storageAccounts/st", Type: "Microsoft.Storage/storageAccounts", Location: "westeurope",
			Body: object.Object{"kind": "StorageV2", "sku": map[string]any{"name": "Standard_ZRS"}}},
		{ID: one + "/providers/Microsoft.Storage/storageAccounts/st/blobServices/default/containers/c", Type: "Microsoft.Storage/storageAccounts/blobServices/containers", Body: object.Object{}},
		{ID: two + "/providers/Made.Up/things/x", Type: "Made.Up/things", Location: "northeurope", Body: object.Object{"properties": map[string]any{"a": "b"}}},
	}, more...)
	if err := w.Store.Write(func(tx *state.Tx) error { return c.Seed(tx, w.Clock.Now(), seeds) }); err != nil {
		t.Fatal(err)
	}
	g := graph.New(w.World, c)
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return service{t, g, w, s}
}

type reply struct {
	status int
	header http.Header
	body   struct {
		TotalRecords, Count int
		ResultTruncated     string
		SkipToken           string `json:"$skipToken"`
		Data                json.RawMessage
		Error               struct {
			Code    string
			Details []struct{ Code, Message string }
		}
	}
}

func (s service) ask(body string) (r reply) {
	s.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.server.URL+"/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01", strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.w.Tokens.Issue(world.Caller{ObjectID: "o"}, "https://management.azure.com/", time.Time{}, time.Hour))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	src, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	if err := json.Unmarshal(src, &r.body); err != nil {
		s.Fatalf("%s: %v", src, err)
	}
	r.status, r.header = res.StatusCode, res.Header
	return r
}

func (s service) query(q string, subscriptions ...string) reply {
	s.Helper()
	b, err := json.Marshal(map[string]any{"query": q, "subscriptions": subscriptions})
	if err != nil {
		s.Fatal(err)
	}
	return s.ask(string(b))
}

func TestQueriesOverWhatTheSandboxHolds(t *testing.T) {
	s := start(t)
	for _, c := range []struct{ query, want string }{
		{"resources | project name, type | order by name asc",
			`[{"name":"kv","type":"microsoft.keyvault/vaults"},{"name":"st","type":"microsoft.storage/storageaccounts"},{"name":"x","type":"made.up/things"}]`},
		{"resources | where type =~ 'Microsoft.KeyVault/vaults' | project resourceGroup, location, team = tostring(tags.team), protected = tobool(properties.enablePurgeProtection)",
			`[{"resourceGroup":"rg-ml","location":"westeurope","team":"ml","protected":true}]`},
		{"resources | where name == 'st' | project kind, sku = tostring(sku.name)", `[{"kind":"storagev2","sku":"Standard_ZRS"}]`},
		{"resources | where name == 'x' | project properties", `[{"properties":{"a":"b"}}]`},
		{"resources | summarize n = count() by location | order by location asc", `[{"location":"northeurope","n":1},{"location":"westeurope","n":2}]`},
		{"resourcecontainers | where type == 'microsoft.resources/subscriptions/resourcegroups' | project name | order by name asc", `[{"name":"Rg-ML"},{"name":"other"}]`},
		{"resources | join kind=inner (resourcecontainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, sub = name) on subscriptionId | where name == 'x' | project sub",
			`[{"sub":"Sandbox bbbbbbbb"}]`},
	} {
		r := s.query(c.query)
		if r.status != 200 || string(r.body.Data) != c.want {
			t.Errorf("%s\n got %d %s %+v\nwant %s", c.query, r.status, r.body.Data, r.body.Error, c.want)
		}
	}
}

func TestSubscriptionsNarrowAQuery(t *testing.T) {
	s := start(t)
	r := s.query("resources | project name", "BBBBBBBB-0000-0000-0000-000000000002")
	if string(r.body.Data) != `[{"name":"x"}]` {
		t.Errorf("got %s", r.body.Data)
	}
	if r := s.query("resources", "cccccccc-0000-0000-0000-000000000003"); r.body.TotalRecords != 0 {
		t.Errorf("a subscription that is not there has %d", r.body.TotalRecords)
	}
}

func TestPagesAddUp(t *testing.T) {
	var more []control.Seeded
	for i := range 2300 {
		name := fmt.Sprintf("t%04d", i)
		more = append(more, control.Seeded{ID: two + "/providers/Made.Up/things/" + name, Type: "Made.Up/things", Location: "northeurope", Body: object.Object{}})
	}
	s := start(t, more...)
	s.Unthrottled = true
	var names []string
	token := ""
	for {
		r := s.ask(`{"query":"resources | where type == 'made.up/things' | project name | order by name asc","options":{"resultFormat":"objectArray","$skipToken":"` + token + `"}}`)
		var rows []struct{ Name string }
		if err := json.Unmarshal(r.body.Data, &rows); err != nil {
			t.Fatal(err)
		}
		if r.body.TotalRecords != 2301 || r.body.Count != len(rows) || len(rows) > 1000 {
			t.Fatalf("total %d, count %d, rows %d", r.body.TotalRecords, r.body.Count, len(rows))
		}
		for _, row := range rows {
			names = append(names, row.Name)
		}
		if token = r.body.SkipToken; token == "" {
			break
		}
	}
	if len(names) != 2301 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != 2301 {
		t.Errorf("%d rows came", len(names))
	}
}

func TestATableHasColumnsAndRows(t *testing.T) {
	r := start(t).ask(`{"query":"resources | where name == 'kv' | project name, properties.enablePurgeProtection","options":{"resultFormat":"table"}}`)
	if want := `{"columns":[{"name":"name","type":"string"},{"name":"properties_enablePurgeProtection","type":"object"}],"rows":[["kv",true]]}`; string(r.body.Data) != want {
		t.Errorf("got %s", r.body.Data)
	}
}

func TestWhatIsNoQueryIsRefusedWithItsPlace(t *testing.T) {
	s := start(t)
	for body, want := range map[string]string{
		`{"query":"resources | evaluate pivot(x)"}`:          "line 1, column 13",
		`{"query":"resources | where nothing == 1"}`:         "nothing",
		`{"query":"nowhere | take 1"}`:                       "nowhere",
		`{"query":"resources","managementGroups":["m"]}`:     "",
		`{"query":"resources","options":{"$skipToken":"!"}}`: "",
		`{"query":`: "",
	} {
		r := s.ask(body)
		if r.status != 400 || r.body.Error.Code != "BadRequest" {
			t.Errorf("%s: %d %+v", body, r.status, r.body.Error)
		}
		if want != "" && !strings.Contains(fmt.Sprint(r.body.Error.Details), want) {
			t.Errorf("%s: %+v does not name %q", body, r.body.Error.Details, want)
		}
	}
}

func TestTheQuotaIsFifteenInFiveSeconds(t *testing.T) {
	s := start(t)
	wall := sandboxtest.Noon
	s.w.Wall = func() time.Time { return wall }
	ask := func() (int, string) {
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodPost, "/providers/Microsoft.ResourceGraph/resources?api-version=1", strings.NewReader(`{"query":"resources"}`))
		req.Header.Set("Authorization", "Bearer "+s.w.Tokens.Issue(world.Caller{ObjectID: "o"}, "https://management.azure.com", time.Time{}, time.Hour))
		s.ServeHTTP(rec, req)
		return rec.Code, rec.Header().Get("x-ms-user-quota-remaining") + " " + rec.Header().Get("x-ms-user-quota-resets-after")
	}
	for i := range 15 {
		if code, quota := ask(); code != 200 || quota != fmt.Sprintf("%d 00:00:05", 14-i) {
			t.Fatalf("query %d: %d %s", i, code, quota)
		}
	}
	if code, _ := ask(); code != http.StatusTooManyRequests {
		t.Errorf("the sixteenth: %d", code)
	}
	wall = wall.Add(5 * time.Second)
	if code, _ := ask(); code != 200 {
		t.Errorf("five seconds later: %d", code)
	}
}

func TestATokenIsNeeded(t *testing.T) {
	rec := httptest.NewRecorder()
	start(t).ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/providers/Microsoft.ResourceGraph/resources?api-version=1", strings.NewReader(`{}`)))
	if rec.Code != http.StatusUnauthorized || !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("got %d %v", rec.Code, rec.Header())
	}
}
