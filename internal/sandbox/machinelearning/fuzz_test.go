package machinelearning

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// FuzzPlane asks the data planes for anything: they answer in JSON, and never with
// a fault of their own.
func FuzzPlane(f *testing.F) {
	for _, path := range []string{
		studio, scoreURI, "/regions/westeurope/discovery", "/regions/westeurope/history/v1.0" + wsID + "/experiments/e/runs", "/regions//x/v1.0/",
		"/inference/westeurope/batch/jobs", "/inference/%2e%2e/x/score", "/regions/westeurope/mlflow/v1.0" + wsID + "/api/2.0/mlflow/runs/get",
	} {
		f.Add("GET", path, "")
		f.Add("POST", path, `{"properties":{"InputData":{"a":1}}}`)
	}
	b := trained(f)
	b.make(epID, endpointBody)
	plane := Handler(b.w, b.arm)
	f.Fuzz(func(t *testing.T, method, path, sent string) {
		req, err := http.NewRequest(method, "http://sandbox/", strings.NewReader(sent))
		if err != nil || !strings.HasPrefix(path, "/") {
			return
		}
		req.URL.Path = path
		req.Header.Set("Authorization", "Bearer good")
		rw := httptest.NewRecorder()
		plane.ServeHTTP(rw, req)
		if rw.Code == http.StatusInternalServerError {
			t.Fatalf("%s %q with %q: %d %s", method, path, sent, rw.Code, rw.Body)
		}
	})
}

// FuzzBodies gives the checks of bodies anything.
func FuzzBodies(f *testing.F) {
	for _, s := range []string{workspaceBody, clusterBody, attachBody, blobStoreBody, jobBody, endpointBody, deploymentBody, registryBody, `{"properties":{"jobs":{"a":null},"jobType":"Pipeline"}}`, `{"properties":null}`} {
		f.Add(uint8(0), s)
		f.Add(uint8(5), s)
	}
	b := trained(f)
	b.make(epID, endpointBody)
	paths := []string{
		ws, ws + "/computes/new", ws + "/datastores/new", ws + "/jobs/new", ws + "/models/new/versions/1", ws + "/environments/new/versions/1",
		ws + "/onlineEndpoints/new", epID + "/deployments/new", ws + "/batchEndpoints/new", ws + "/schedules/new", ws + "/connections/new", regID,
		ws + "/data/new/versions/1", ws + "/outboundRules/new", ws + "/serverlessEndpoints/new", ws + "/privateEndpointConnections/new",
	}
	f.Fuzz(func(t *testing.T, which uint8, sent string) {
		o, err := object.Decode([]byte(sent))
		if err != nil {
			return
		}
		path := paths[int(which)%len(paths)]
		own := *b
		own.t = t
		a := own.do("PUT", path, string(object.Encode(o)))
		if a.status == http.StatusInternalServerError {
			t.Fatalf("PUT %s with %s: %v", path, sent, a)
		}
		own.later(60e9)
	})
}
