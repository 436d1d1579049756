package live_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// doors is a transport that keeps some doors shut: it answers what shut says of a
// request, when it says something.
type doors struct {
	base http.RoundTripper
	shut func(*http.Request) (status int, body string)
}

func (d doors) RoundTrip(r *http.Request) (*http.Response, error) {
	if status, body := d.shut(r); status != 0 {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: int64(len(body)),
			Header: http.Header{"Content-Type": {"application/json"}, "X-Ms-Request-Id": {"r1"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
	return d.base.RoundTrip(r)
}

// forbid answers 403 to all requests whose path ends so.
func forbid(ends ...string) func(http.RoundTripper) http.RoundTripper {
	return answerWith(403, func(path string) string {
		return fmt.Sprintf(`{"error":{"code":"AuthorizationFailed","message":"The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.X/read' over scope '%s' or the scope is invalid."}}`, path)
	}, ends...)
}

func answerWith(status int, body func(path string) string, ends ...string) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return doors{base, func(r *http.Request) (int, string) {
			if slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(strings.ToLower(r.URL.Path), strings.ToLower(end)) }) {
				return status, body(r.URL.Path)
			}
			return 0, ""
		}}
	}
}

// TestWhatMayNotBeReadIsUnknown shuts one list after the other and wants that to
// be told, and no check to come out better than it does with all in sight.
func TestWhatMayNotBeReadIsUnknown(t *testing.T) {
	for _, name := range []string{"workspace", "resilient"} {
		c := start(t)
		c.example(name)
		whole, _ := read(t, c.client(nil), group)
		before := assessed(t, whole)
		if len(before.NotWhole()) > 0 {
			t.Fatalf("%s: with all doors open: %v", name, before.NotWhole())
		}
		for _, end := range []string{"/computes", "/datastores", "/connections", "/blobServices", "/fileServices", "/replications", "/failoverGroups",
			"/backupShortTermRetentionPolicies", "/maintenanceConfigurations", "/extensions", "/dataExports", "/locks"} {
			t.Run(name+end, func(t *testing.T) {
				e, stats := read(t, c.client(forbid(end)), group)
				if stats.Calls.Failed == 0 {
					return // the example has nothing there
				}
				told(t, e, end[1:], "not allowed")
				after := assessed(t, e)
				if len(after.NotWhole()) == 0 {
					t.Error("the result looks whole")
				}
				noBetter(t, before, after)
				back := again(t, e)
				if a, b := findings(t, e), findings(t, back); a != b {
					t.Errorf("a snapshot gives other findings:\n%s", apart(a, b))
				}
			})
		}
	}
}

// told wants one thing that was not seen to be called what, with the reason and
// what to do.
func told(t *testing.T, e *estate.Estate, what, why string) {
	t.Helper()
	for _, n := range e.Coverage.NotSeen {
		if strings.Contains(strings.ToLower(n.What), strings.ToLower(what)) {
			if !strings.Contains(n.Why, "may not read it") || !strings.Contains(n.Why, "Microsoft.X/read") || !strings.Contains(n.Why, "role") {
				t.Errorf("%s: %s: neither why nor what to do", n.What, n.Why)
			}
			return
		}
	}
	t.Errorf("%s is not among what was not seen (%s): %+v", what, why, e.Coverage.NotSeen)
}

// noBetter wants every check that failed with all in sight to fail, to be unknown
// or to be gone, and every capability that an outage takes away to be taken away
// or not known.
func noBetter(t *testing.T, before, after *assess.Result) {
	t.Helper()
	was := map[string]assess.Status{}
	key := func(f *assess.Finding) string {
		if f.Resource == nil {
			return f.Rule.ID
		}
		return f.Rule.ID + " " + f.Resource.ID.Key()
	}
	for i := range before.Findings {
		was[key(&before.Findings[i])] = before.Findings[i].Status
	}
	unknown := 0
	for i := range after.Findings {
		f := &after.Findings[i]
		if f.Status == assess.Unknown {
			unknown++
		}
		if f.Status == assess.Pass && was[key(f)] == assess.Fail {
			t.Errorf("%s passes, and fails with all in sight", key(f))
		}
	}
	t.Logf("%d findings are unknown, %d were", unknown, before.Summary.Unknown)
	better := 0
	for i := range before.Outages {
		o := &before.Outages[i]
		for j := range o.Impacts {
			a := &o.Impacts[j]
			if a.Effect == outage.None {
				continue
			}
			for k := range after.Outages {
				p := &after.Outages[k]
				if p.Outage.String() != o.Outage.String() {
					continue
				}
				b := p.Impact(after.Estate.ByID(a.Workspace.ID), a.Capability)
				if b.Effect == outage.None || b.Effect != a.Effect && b.Effect != outage.Unknown {
					if better++; better < 4 {
						t.Errorf("%s: %s is %s, and %s with all in sight", o.Outage, a.Capability, b.Effect, a.Effect)
					}
				}
			}
		}
	}
}

// TestAGoneWorkspaceIsTold deletes a workspace, as it were, between Resource
// Graph's answer and the lists.
func TestAGoneWorkspaceIsTold(t *testing.T) {
	c := start(t)
	c.example("workspace")
	e, _ := read(t, c.client(answerWith(404, func(string) string {
		return `{"error":{"code":"ResourceNotFound","message":"The Resource was not found."}}`
	}, "/computes", "/datastores", "/connections")), group)
	gone := 0
	for _, n := range e.Coverage.NotSeen {
		if strings.Contains(n.Why, "it is gone, or was moved") {
			gone++
		}
	}
	if gone < 3 {
		t.Errorf("%d of 3 lists are told to be gone: %+v", gone, e.Coverage.NotSeen)
	}
}

// TestADanglingNameIsTold has a workspace name an account and a group that are
// not there.
func TestADanglingNameIsTold(t *testing.T) {
	c := start(t)
	c.seed(`[
 {"id":"` + group + `/providers/Microsoft.MachineLearningServices/workspaces/mlw","type":"Microsoft.MachineLearningServices/workspaces","name":"mlw","location":"westeurope",
  "properties":{"storageAccount":"` + group + `/providers/Microsoft.Storage/storageAccounts/gone","imageBuildCompute":"builder"}}]`)
	e, stats := read(t, c.client(nil), group)
	var all []string
	for _, n := range e.Coverage.NotSeen {
		all = append(all, n.What+": "+n.Why)
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{"storageAccounts/gone, which mlw names,: it is gone", "computes/builder, which mlw names,: the list of its workspace does not hold it"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
	if stats.Singles != 0 {
		t.Errorf("%d resources came one by one", stats.Singles)
	}
}

// TestWhatResourceGraphDoesNotShowIsReadFromARM hides a vault from Resource
// Graph, as it is for a while when it is new.
func TestWhatResourceGraphDoesNotShowIsReadFromARM(t *testing.T) {
	c := start(t)
	c.example("workspace")
	hide := func(base http.RoundTripper) http.RoundTripper { return hidden{base, "microsoft.keyvault/vaults"} }
	whole, _ := read(t, c.client(nil), group)
	e, stats := read(t, c.client(hide), group)
	if stats.Singles != 1 || len(e.Coverage.NotSeen) != 0 {
		t.Errorf("%d came one by one; not seen: %+v", stats.Singles, e.Coverage.NotSeen)
	}
	if a, b := findings(t, whole), findings(t, e); a != b {
		t.Errorf("the findings differ:\n%s", apart(a, b))
	}
}
