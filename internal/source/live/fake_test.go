package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// unused is a credential for clients that ask for nothing that needs a token,
// and for services that look at none.
type unused struct{}

func (unused) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "unused", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

const armURL = "https://arm.test"

// arm is a service in memory with many workspaces that are all alike: for what
// depends on the number of requests and on faults between client and service.
// What the bodies mean is tested with the sandbox.
type arm struct {
	latency time.Duration
	bucket  *bucket // of reads, nil for no limit
	queries *bucket // of Resource Graph

	rows     []map[string]any            // of Resource Graph, in the order of their ids
	children map[string][]map[string]any // by path in lower case

	mu           sync.Mutex
	asked        map[string]int
	pages, reads int
	refused      int
	skips        map[string][]map[string]any
	total        int
}

const armSubscription = "/subscriptions/dddddddd-0000-4000-8000-000000000004"

// newARM makes a service with as many workspaces, each with a number of resources
// in all: those that it leans on, endpoints with deployments, computes and
// datastores.
func newARM(workspaces, resources int) *arm {
	a := &arm{children: map[string][]map[string]any{}, asked: map[string]int{}, skips: map[string][]map[string]any{}}
	for i := range workspaces {
		a.workspace(i, resources)
	}
	slices.SortFunc(a.rows, func(x, y map[string]any) int { return strings.Compare(lower(x["id"]), lower(y["id"])) })
	return a
}

func lower(x any) string { return strings.ToLower(x.(string)) }

func (a *arm) workspace(i, resources int) {
	g := fmt.Sprintf("%s/resourceGroups/rg-%03d", armSubscription, i)
	id := func(typ, name string) string { return fmt.Sprintf("%s/providers/%s/%s%03d", g, typ, name, i) }
	row := func(id, typ string, more map[string]any) {
		r := map[string]any{"id": id, "type": strings.ToLower(typ), "name": id[strings.LastIndexByte(id, '/')+1:], "location": "westeurope", "properties": map[string]any{}}
		for k, v := range more {
			r[k] = v
		}
		a.rows = append(a.rows, r)
	}
	ws := id("Microsoft.MachineLearningServices/workspaces", "mlw")
	st, kv, cr := id("Microsoft.Storage/storageAccounts", "st"), id("Microsoft.KeyVault/vaults", "kv"), id("Microsoft.ContainerRegistry/registries", "cr")
	ai, log := id("Microsoft.Insights/components", "ai"), id("Microsoft.OperationalInsights/workspaces", "log")
	row(g, "microsoft.resources/subscriptions/resourcegroups", nil)
	row(ws, "microsoft.machinelearningservices/workspaces", map[string]any{"properties": map[string]any{"storageAccount": st, "keyVault": kv, "containerRegistry": cr, "applicationInsights": ai}})
	row(st, "microsoft.storage/storageaccounts", map[string]any{"kind": "storagev2", "sku": map[string]any{"name": "Standard_ZRS"}})
	row(kv, "microsoft.keyvault/vaults", nil)
	row(cr, "microsoft.containerregistry/registries", map[string]any{"sku": map[string]any{"name": "Premium"}})
	row(ai, "microsoft.insights/components", map[string]any{"properties": map[string]any{"WorkspaceResourceId": log}})
	row(log, "microsoft.operationalinsights/workspaces", nil)
	child := func(parent, kind, name string, properties map[string]any) {
		a.children[strings.ToLower(parent+"/"+kind)] = append(a.children[strings.ToLower(parent+"/"+kind)], map[string]any{"id": parent + "/" + kind + "/" + name, "name": name, "properties": properties})
	}
	child(st, "blobServices", "default", map[string]any{})
	child(st, "fileServices", "default", map[string]any{})
	for n := 9; n < resources; n++ { // with the group and the two services above
		name := fmt.Sprintf("n%02d", n)
		switch n % 4 {
		case 0:
			child(ws, "computes", name, map[string]any{"computeType": "AmlCompute"})
		case 1:
			child(ws, "datastores", name, map[string]any{"datastoreType": "AzureBlob", "accountName": fmt.Sprintf("st%03d", i), "subscriptionId": armSubscription[15:], "resourceGroup": fmt.Sprintf("rg-%03d", i)})
		case 2:
			row(ws+"/onlineEndpoints/"+name, "microsoft.machinelearningservices/workspaces/onlineendpoints", nil)
		case 3:
			row(ws+"/onlineEndpoints/n"+fmt.Sprintf("%02d", max(10, n-1))+"/deployments/blue", "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments", nil)
		}
	}
}

// RoundTrip answers a request after its latency, unless a bucket is empty.
func (a *arm) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(a.latency)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var text []byte
	if r.Body != nil {
		var err error
		if text, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	status, body := 200, any(nil)
	low := strings.ToLower(r.URL.Path)
	switch {
	case low == "/metadata/endpoints":
		body = map[string]any{"name": "memory", "authentication": map[string]any{"loginEndpoint": armURL, "audiences": []string{armURL}}}
	case strings.HasSuffix(low, "/microsoft.resourcegraph/resources"):
		if !a.queries.take() {
			return a.busy(r), nil
		}
		a.pages++
		body = a.query(text)
	default:
		if !a.bucket.take() {
			return a.busy(r), nil
		}
		a.reads++
		a.asked[low]++
		list := a.children[low]
		if list == nil {
			list = []map[string]any{}
		}
		body = map[string]any{"value": list}
	}
	return answer(r, status, body), nil
}

func (a *arm) busy(r *http.Request) *http.Response {
	a.refused++
	resp := answer(r, 429, map[string]any{"error": map[string]any{"code": "SubscriptionRequestsThrottled", "message": "slow down"}})
	resp.Header.Set("Retry-After", "1")
	return resp
}

func answer(r *http.Request, status int, body any) *http.Response {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: int64(len(text)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(string(text)))}
}

// query answers the queries of package live, each by its form: of a scope, by
// ids, or for what is not here.
func (a *arm) query(text []byte) map[string]any {
	var q struct {
		Query   string
		Options struct {
			Skip string `json:"$skipToken"`
		}
	}
	if err := json.Unmarshal(text, &q); err != nil {
		panic(err)
	}
	rows := a.skips[q.Options.Skip]
	if q.Options.Skip == "" {
		containers := strings.HasPrefix(q.Query, "resourcecontainers")
		ids := strings.Contains(q.Query, "| where id in~ (")
		for _, row := range a.rows {
			group := strings.HasSuffix(row["type"].(string), "resourcegroups")
			in := ids && strings.Contains(strings.ToLower(q.Query), "'"+lower(row["id"])+"'") || !ids && strings.Contains(q.Query, "| where type in~")
			if group == containers && in {
				rows = append(rows, row)
			}
		}
	}
	const most = 1000
	page := map[string]any{"totalRecords": len(rows), "resultTruncated": "false"}
	if q.Options.Skip != "" {
		page["totalRecords"] = a.total
	}
	a.total = page["totalRecords"].(int)
	if len(rows) > most {
		token := fmt.Sprintf("skip%d", len(a.skips))
		a.skips[token], rows = rows[most:], rows[:most]
		page["$skipToken"] = token
	}
	if rows == nil {
		rows = []map[string]any{}
	}
	page["data"], page["count"] = rows, len(rows)
	return page
}

// connect makes a client of a service in memory.
func connect(t *testing.T, tr http.RoundTripper, change ...func(*azure.Options)) *azure.Client {
	t.Helper()
	o := azure.Options{ARMEndpoint: armURL, Transport: tr, Credential: unused{}, Seed: 1}
	for _, f := range change {
		f(&o)
	}
	c, err := azure.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readFrom reads all of a service in memory, on a clock if one is given.
func readFrom(t *testing.T, tr http.RoundTripper, now clock.Clock) *estate.Estate {
	t.Helper()
	c := connect(t, tr, func(o *azure.Options) { o.Clock = now })
	defer c.Close()
	e, _, err := live.Read(t.Context(), c, parse(t, "azure"), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
