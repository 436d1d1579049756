package live_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// counter counts what goes through it: queries, and other requests by address.
type counter struct {
	base http.RoundTripper

	mu      sync.Mutex
	queries int
	asked   map[string]int
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	switch path := strings.ToLower(r.URL.Path); {
	case strings.HasSuffix(path, "/microsoft.resourcegraph/resources"):
		c.queries++
	case !strings.HasPrefix(path, "/metadata") && !strings.Contains(path, "/oauth2/"):
		c.asked[path]++
	}
	c.mu.Unlock()
	return c.base.RoundTrip(r)
}

// TestAScanMakesNoMoreCallsThanItMust wants every list that only ARM has asked
// for once, nothing else asked of ARM, and the number that is told to be that of
// the requests that were made. Which lists there must be is written down here for
// the example by hand.
func TestAScanMakesNoMoreCallsThanItMust(t *testing.T) {
	c := start(t)
	c.example("workspace")
	n := &counter{asked: map[string]int{}}
	client := c.client(func(base http.RoundTripper) http.RoundTripper { n.base = base; return n })
	_, stats := read(t, client, group)
	ns := strings.ToLower(group) + "/providers/microsoft."
	want := []string{
		ns + "machinelearningservices/workspaces/demand-ml/computes", ns + "machinelearningservices/workspaces/demand-ml/datastores", ns + "machinelearningservices/workspaces/demand-ml/connections",
		ns + "storage/storageaccounts/demandst7f3k/blobservices", ns + "storage/storageaccounts/demandst7f3k/fileservices",
		ns + "storage/storageaccounts/demandlake7f3k/blobservices", ns + "storage/storageaccounts/demandlake7f3k/fileservices",
		ns + "storage/storageaccounts/demandlake7f3k", // the state of its geo-replication, which is only shown when asked for
		ns + "containerservice/managedclusters/demand-aks/maintenanceconfigurations", ns + "containerservice/managedclusters/demand-aks/providers/microsoft.kubernetesconfiguration/extensions",
		ns + "operationalinsights/workspaces/demand-logs/dataexports",
		"/subscriptions/" + subscription + "/providers/microsoft.authorization/locks",
		"/subscriptions/" + subscription + "/providers/microsoft.machinelearningservices/locations/westeurope/usages",
	}
	for path, times := range n.asked {
		if times != 1 {
			t.Errorf("%s was asked for %d times", path, times)
		}
	}
	for _, path := range want {
		if n.asked[path] == 0 {
			t.Errorf("%s was not asked for", path)
		}
		delete(n.asked, path)
	}
	for path := range n.asked {
		if !strings.Contains(path, "/microsoft.sql/") {
			t.Errorf("%s was asked for", path)
		}
	}
	reads := len(want) + len(n.asked)
	if got := stats.Calls; got.Graph != int64(n.queries) || got.Reads != int64(reads) || got.Requests() != int64(n.queries+reads) {
		t.Errorf("%d queries and %d reads were made, %s are told", n.queries, reads, got)
	}
	if n.queries > 4 {
		t.Errorf("%d queries for an example that is in one group", n.queries)
	}
}

// TestAScanTakesLittleLongerThanTheLimitsAllow reads 200 workspaces with 40
// resources each from a service that takes 80 ms to answer and counts requests as
// Azure does: 250 reads and 25 more a second, 15 queries in 5 seconds. Time is
// that of testing/synctest: every wait of the client and of the service takes as
// long as it would, computing takes none. The least time is that of the requests
// which must be made.
func TestAScanTakesLittleLongerThanTheLimitsAllow(t *testing.T) {
	const workspaces, resources = 200, 40
	synctest.Test(t, func(t *testing.T) {
		a := newARM(workspaces, resources)
		a.latency = 80 * time.Millisecond
		a.bucket, a.queries = &bucket{size: 250, rate: 25}, &bucket{size: 15, window: 5 * time.Second}
		c := connect(t, a)
		start := time.Now()
		e, stats, err := live.Read(t.Context(), c, parse(t, "azure"), live.Options{})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)

		// For each workspace: computes, datastores, connections; blob and file
		// service; replications of the registry; exports of the logs. And the locks, and the quota of the
		// one region.
		lists := 7*workspaces + 2
		graph := 0
		for rows := len(a.rows) - workspaces; rows > 0; rows -= 1000 {
			graph++
		}
		graph++ // the groups, of which one query takes 250
		least := time.Duration((float64(lists)-250)/25*float64(time.Second)) + 80*time.Millisecond
		t.Logf("%s in %v; %d lists and %d pages are needed, %v is the least time (%.3f times)", stats, took, lists, graph, least, took.Seconds()/least.Seconds())
		if n := len(e.Coverage.NotSeen); n > 0 || e.Coverage.Resources != workspaces*resources {
			t.Errorf("%d resources; %d things not seen, such as %+v", e.Coverage.Resources, n, e.Coverage.NotSeen[:min(n, 1)])
		}
		if stats.Calls.Reads != int64(lists) || stats.Calls.Graph != int64(graph) || a.refused > 0 {
			t.Errorf("%d reads of %d, %d queries of %d, %d refused", stats.Calls.Reads, lists, stats.Calls.Graph, graph, a.refused)
		}
		if took.Seconds() > 1.3*least.Seconds() {
			t.Errorf("it took %v, more than 1.3 times %v", took, least)
		}
		for path, times := range a.asked {
			if times != 1 {
				t.Errorf("%s was asked for %d times", path, times)
			}
		}
	})
}

// TestProgressIsTold wants the numbers of a scan to grow.
func TestProgressIsTold(t *testing.T) {
	a := newARM(3, 12)
	c := connect(t, a)
	var last live.Progress
	var told []string
	_, stats, err := live.Read(t.Context(), c, parse(t, "azure"), live.Options{Progress: func(p live.Progress) {
		if p.Resources < last.Resources || p.Requests < last.Requests {
			told = append(told, fmt.Sprint(last, p))
		}
		last = p
	}})
	if err != nil || len(told) > 0 || last.Resources == 0 || last.Requests == 0 || int64(stats.Calls.Requests()) < last.Requests {
		t.Errorf("%v, %v, at last %+v of %s", err, told, last, stats)
	}
}

// TestTheQuotaOfEachRegionIsTold wants what is in use, and what is used up, of
// each region that has a workspace; and a quota that may not be read to be told as
// not seen.
func TestTheQuotaOfEachRegionIsTold(t *testing.T) {
	const usages = "/subscriptions/" + subscription + "/providers/microsoft.machinelearningservices/locations/westeurope/usages"
	row := func(used, limit int, name, localized string) map[string]any {
		return map[string]any{"currentValue": used, "limit": limit, "unit": "Count", "name": map[string]any{"value": name, "localizedValue": localized}}
	}
	a := newARM(2, 12)
	var path string
	for _, ws := range a.rows { // the region and subscription of the workspaces
		if strings.EqualFold(ws["type"].(string), estate.WorkspaceType) {
			id := strings.Split(ws["id"].(string), "/")
			path = strings.ToLower("/subscriptions/" + id[2] + "/providers/Microsoft.MachineLearningServices/locations/" + ws["location"].(string) + "/usages")
		}
	}
	a.children[path] = []map[string]any{row(3, 500, "Clusters", "Clusters"), row(24, 24, "dv3", ""), row(0, 100, "nc", "Standard NC")}
	e, _, err := live.Read(t.Context(), connect(t, a), parse(t, "azure"), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if note := e.Coverage.Inputs[0].Note; !strings.Contains(note, ": 3 of 500 Clusters, 24 of 24 dv3 (used up)") || strings.Contains(note, "NC") {
		t.Errorf("the note is %q", note)
	}

	c := start(t)
	c.example("workspace")
	shut := c.client(func(base http.RoundTripper) http.RoundTripper {
		return answering(func(r *http.Request) (*http.Response, error) {
			if strings.EqualFold(r.URL.Path, usages) {
				return answer(r, http.StatusForbidden, map[string]any{"error": map[string]any{"code": "AuthorizationFailed", "message": "no"}}), nil
			}
			return base.RoundTrip(r)
		})
	})
	e, _ = read(t, shut, group)
	if !slices.ContainsFunc(e.Coverage.NotSeen, func(n estate.NotSeen) bool {
		return strings.Contains(n.What, "quota of Azure Machine Learning in westeurope")
	}) {
		t.Errorf("not seen are %+v", e.Coverage.NotSeen)
	}
}

// answering is a transport that is a function.
type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
