package control

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestClientsAreToldToWaitInRealTime(t *testing.T) {
	for rate, want := range map[float64]int{0: 1, 1: 15, 60: 5, 1000: 1} {
		w := world.New(clock.New(start, rate, func() time.Time { return start }), state.New(), nil, 1)
		c := New(w)
		o := &operation{Progress: provider.Progress{Ends: start.Add(5 * time.Minute)}}
		if got := c.wait(o); got != want {
			t.Errorf("at a rate of %v: %d s, not %d", rate, got, want)
		}
		o.Ends = start.Add(-time.Hour)
		if got := c.wait(o); got != 1 {
			t.Errorf("at a rate of %v, when it has ended: %d s", rate, got)
		}
	}
}

func TestBucketsFillUpByTheClockUnlessItStands(t *testing.T) {
	for rate, want := range map[float64]time.Duration{0: time.Minute, 1: time.Minute, 60: time.Hour} {
		wall := start
		w := world.New(clock.New(start, rate, func() time.Time { return wall }), state.New(), nil, 1)
		w.Wall = func() time.Time { return wall }
		c := New(w)
		before := c.bucketTime()
		wall = wall.Add(time.Minute)
		if got := c.bucketTime().Sub(before); got != want {
			t.Errorf("at a rate of %v a minute is %v", rate, got)
		}
	}
}

func TestDurationsAreWrittenAsISO8601(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Minute: "PT1M0S", 90 * time.Minute: "PT1H30M0S", 5 * time.Second: "PT5S"} {
		if got := duration(d); got != want {
			t.Errorf("%v is %s", d, got)
		}
	}
}

func TestTagsHaveLimits(t *testing.T) {
	many := object.Object{}
	for i := range 51 {
		many[fmt.Sprint("t", i)] = "x"
	}
	for name, c := range map[string]struct {
		tags any
		code string
	}{
		"none":        {nil, ""},
		"a null":      {object.Object{"a": nil}, ""},
		"a list":      {[]any{}, "InvalidRequestContent"},
		"51":          {many, "TooManyTags"},
		"no name":     {object.Object{"": "x"}, "InvalidTagNameLength"},
		"a long name": {object.Object{strings.Repeat("n", 513): "x"}, "InvalidTagNameLength"},
		"a slash":     {object.Object{"a/b": "x"}, "InvalidTagNameCharacters"},
		"long":        {object.Object{"a": strings.Repeat("v", 257)}, "InvalidTagValueLength"},
		"longest":     {object.Object{strings.Repeat("n", 512): strings.Repeat("v", 256)}, ""},
	} {
		err := tags(object.Object{"tags": c.tags})
		if (err == nil) != (c.code == "") || err != nil && refusal.Of(err).Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestETagsAreComparedWithoutTheirMarks(t *testing.T) {
	for tag, want := range map[string]string{`W/"a"`: "a", `"a"`: "a", "a": "a", `""a""`: "a", "": "", `"`: "", "W/": ""} {
		if got := bare(tag); got != want {
			t.Errorf("%s is %q", tag, got)
		}
	}
}

func TestAGroupWhoseContentsRefuseToGoStays(t *testing.T) {
	glued := &provider.Provider{Namespace: "Toy.Glue", Types: []*provider.Type{
		{Name: "Toy.Glue/pots", Kind: "tracked", APIVersions: []string{version}, Hooks: provider.Hooks{Drop: func(call *provider.Call) error {
			if object.Bool(call.Body, "properties.stuck") {
				return refusal.Conflict("PotStuck", "It sticks.")
			}
			return nil
		}}},
		{Name: "Toy.Glue/pots/lids", Kind: "proxy", APIVersions: []string{version}, Hooks: provider.Hooks{Drop: func(call *provider.Call) error {
			if !call.Cascade {
				return refusal.Conflict("LidTight", "It does not come off alone.")
			}
			return call.Tx.PutRecord("lids", call.Name, []byte(call.Group))
		}}},
	}}
	s := open(t, state.New(), glued)
	pot := group + "/providers/Toy.Glue/pots/p"
	put := func(want int, id, body string) { s.do(want, "PUT", id+"?api-version="+version, body) }
	put(201, pot, `{"location":"westeurope","properties":{"stuck":true}}`)
	put(201, pot+"/lids/l", "{}")
	s.refused(409, "LidTight", "DELETE", pot+"/lids/l?api-version="+version, "")
	s.refused(409, "PotStuck", "DELETE", pot+"?api-version="+version, "")
	url := s.do(202, "DELETE", group, "").header.Get("Location")
	s.advance(time.Minute)
	s.refused(409, "PotStuck", "GET", url, "")
	s.do(200, "GET", pot+"/lids/l?api-version="+version, "")
	if got := object.Text(s.do(200, "GET", group, "").body, stateProperty); got != "Failed" {
		t.Errorf("the group is %s", got)
	}
	put(200, pot, `{"location":"westeurope","properties":{"stuck":false}}`)
	url = s.do(202, "DELETE", group, "").header.Get("Location")
	s.advance(time.Minute)
	s.do(200, "GET", url, "")
	_ = s.w.Store.Read(func(tx *state.Tx) error {
		if v, _ := tx.Record("lids", "l"); string(v) != group {
			t.Errorf("the lid went with %q", v)
		}
		return nil
	})
}

func TestHealthIsToldOfWhatCanHaveIt(t *testing.T) {
	s := fill(t)
	const api = "?api-version=2020-05-01"
	status := "/providers/Microsoft.ResourceHealth/availabilityStatuses"
	for path, code := range map[string]string{
		box + "x" + status + "/current":                         "ResourceNotFound",
		subPath + "/resourceGroups/none" + status:               "ResourceGroupNotFound",
		box + "/providers/Microsoft.ResourceHealth/other":       "InvalidResourceType",
		subPath + "/providers/Microsoft.ResourceHealth/other/x": "InvalidResourceType",
	} {
		s.refused(404, code, "GET", path+api, "")
	}
	s.refused(400, "NoRegisteredProviderFound", "GET", box+status+"/current?api-version=2000-01-01", "")
	s.do(405, "PUT", box+status+"/current"+api, "{}")
	if got := s.do(200, "GET", subPath+"/providers/Microsoft.ResourceHealth/events"+api, ""); len(object.List(got.body, "value")) != 0 {
		t.Errorf("events: %s", got.text)
	}
	if got := s.do(200, "GET", box+status+api, ""); names(got.body) != "current" {
		t.Errorf("all of one: %s", got.text)
	}
	if got := s.do(200, "GET", group+status+api, ""); len(object.List(got.body, "value")) != 3 {
		t.Errorf("of a group: %s", got.text)
	}
	s.w.Health = halfGone{}
	if got := s.do(200, "GET", box+status+"/current"+api, ""); object.Text(got.body, "properties.availabilityState") != "Degraded" {
		t.Errorf("read-only: %s", got.text)
	}
}

// halfGone is a world where everything can be read and nothing written.
type halfGone struct{ world.Well }

func (halfGone) Resource(*state.Tx, string, time.Time) world.Standing {
	return world.Standing{Write: world.Gone, Why: "It takes no writes."}
}

func TestAFailureOfOursTellsNothing(t *testing.T) {
	broken := &provider.Provider{Namespace: "Toy.Broken", Types: []*provider.Type{{Name: "Toy.Broken/things", Kind: "proxy", APIVersions: []string{version}, Hooks: provider.Hooks{
		Show: func(*provider.Call) error { return errors.New("password=hunter2") },
	}}}}
	s := open(t, state.New(), broken)
	thing := group + "/providers/Toy.Broken/things/t?api-version=" + version
	for _, r := range []response{s.do(500, "PUT", thing, "{}"), s.do(404, "GET", thing, "")} {
		if strings.Contains(r.text, "hunter2") {
			t.Errorf("it tells %s", r.text)
		}
	}
}

func TestOddRequestsAreAnswered(t *testing.T) {
	s := fill(t)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", subPath + "/nonsense", "", 404},
		{"GET", subPath + "/locations/westeurope", "", 404},
		{"GET", group + "/nonsense", "", 404},
		{"GET", "/subscriptions/" + subID + "/operationresults/none", "", 404},
		{"GET", subPath + "/providers/Toy.Box/locations/westeurope/operationStatuses/none", "", 404},
		{"GET", subPath + "/providers/Toy.Box/locations/westeurope/operationResults/none", "", 404},
		{"GET", subPath + "/providers/Toy.Box/locations/westeurope/nonsense", "", 404},
		{"POST", subPath + "/providers/Toy.Box/locations/westeurope/operationResults/none", "{}", 405},
		{"PUT", box + "/weight", "{}", 405},
		{"GET", box + "/nonsense", "", 404},
		{"GET", group + "/providers/Toy.Box/boxes/none/weight", "", 404},
		{"POST", group + "/providers/Toy.Box/boxes", "{}", 404},
		{"POST", box, "{}", 405},
		{"POST", box + "/blocks/b0", "{}", 404},
		{"DELETE", group + "/providers/Toy.Box/boxes", "", 404},
		{"DELETE", group + "/providers/Toy.Box", "", 404},
		{"OPTIONS", box, "", 405},
		{"DELETE", subPath + "/resources", "", 405},
		{"HEAD", box, "", 204},
		{"HEAD", box + "x", "", 404},
		{"HEAD", subPath + "/resources", "", 200},
		{"POST", subPath + "/providers/Microsoft.Resources/checkZonePeers", `{"location":"moon"}`, 400},
		{"GET", "/providers/Toy.Nothing", "", 404},
	} {
		path := c.path + "?api-version=" + map[bool]string{true: version, false: "2022-09-01"}[strings.Contains(c.path, "Toy.")]
		if r := s.raw(c.method, path, c.body); r.status != c.status || strings.Contains(r.text, "InternalServerError") {
			t.Errorf("%s %s gives %d %s", c.method, c.path, r.status, r.text)
		}
	}
	rw := httptest.NewRecorder()
	rq := httptest.NewRequest(http.MethodGet, group, nil)
	rq.URL.RawQuery = "api-version=%zz"
	if s.ServeHTTP(rw, rq); rw.Code != http.StatusBadRequest {
		t.Errorf("a broken query gives %d", rw.Code)
	}
	rq = httptest.NewRequest(http.MethodGet, group+"?API-Version=2022-09-01", nil)
	rq.Header.Set("Authorization", "Bearer me")
	if rw = httptest.NewRecorder(); rw.Code != http.StatusOK {
		t.Fatal("a recorder begins with 200")
	}
	if s.ServeHTTP(rw, rq); rw.Code != http.StatusOK {
		t.Errorf("a parameter in other letters gives %d %s", rw.Code, rw.Body)
	}
	for _, id := range []string{"", "/", subPath, "/x/y", subPath + "/providers/Toy.Box"} {
		_ = s.w.Store.Write(func(tx *state.Tx) error {
			_, err1 := s.Put(tx, start, provider.Request{ID: id})
			_, err2 := s.Delete(tx, start, provider.Request{ID: id})
			_, err3 := s.Post(tx, start, provider.Request{ID: id}, "x")
			_, err4 := s.Get(tx, start, id)
			for _, err := range []error{err1, err2, err3, err4} {
				if err == nil {
					t.Errorf("%q is taken for a resource", id)
				}
			}
			return errors.New("nothing is to stay")
		})
	}
}
