package azure_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

func TestOnlyWhatADrillMadeIsDeleted(t *testing.T) {
	for _, tc := range []struct {
		name, drill string
		get         http.HandlerFunc
		deleted     bool
		fails       error
	}{
		{"its own", "d1", answer(200, `{"tags":{"holdfast-drill":"d1"}}`), true, nil},
		{"its own, in other letters", "d1", answer(200, `{"tags":{"Holdfast-Drill":"d1"}}`), true, nil},
		{"of another drill", "d1", answer(200, `{"tags":{"holdfast-drill":"d2"}}`), false, azure.ErrRefused},
		{"without tag", "d1", answer(200, `{"tags":{"a":"b"}}`), false, azure.ErrRefused},
		{"without tags", "d1", answer(200, `{}`), false, azure.ErrRefused},
		{"tags of another form", "d1", answer(200, `{"tags":["holdfast-drill"]}`), false, azure.ErrRefused},
		{"no drill", "", answer(200, `{"tags":{"holdfast-drill":""}}`), false, azure.ErrRefused},
		{"blank drill", " ", answer(200, `{"tags":{"holdfast-drill":" "}}`), false, azure.ErrRefused},
		{"gone already", "d1", answer(404, ``), false, nil},
		{"not to be read", "d1", answer(403, ``), false, azure.ErrForbidden},
		{"answer cut off", "d1", answer(200, `{"tags":{"holdfast-drill":"d1"}`), false, azure.ErrIncomplete},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.on("GET "+ws, tc.get)
			s.say("DELETE "+ws, 204, ``)
			op, err := s.client().DeleteDrilled(t.Context(), ws, version, tc.drill)
			if !errors.Is(err, tc.fails) {
				t.Fatal(err)
			}
			if deleted := s.count("DELETE "+ws) == 1; deleted != tc.deleted {
				t.Errorf("deleted: %v, after %v", deleted, s.requests())
			}
			if err == nil {
				if resp, err := op.Wait(t.Context(), nil); err != nil || resp != nil || !op.Done() {
					t.Errorf("%v, %v", resp, err)
				}
			}
		})
	}
}

func TestAGroupIsDeletedOnlyWithNothingOfOthersInIt(t *testing.T) {
	for name, tc := range map[string]struct {
		resources string
		deleted   bool
	}{
		"empty":                {`{"value":[]}`, true},
		"the drill's own":      {`{"value":[{"id":"/a","tags":{"holdfast-drill":"d1"}}]}`, true},
		"something of another": {`{"value":[{"id":"/a","tags":{"holdfast-drill":"d1"}},{"id":"/precious","tags":{}}]}`, false},
		"not to be listed":     {`{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.say("GET "+rg, 200, `{"tags":{"holdfast-drill":"d1"}}`)
			s.say("GET "+rg+"/resources", 200, tc.resources)
			s.say("DELETE "+rg, 202, ``, "Location", s.URL+resultPath)
			s.turns("GET "+resultPath, answer(202, ``), answer(200, ``))
			op, err := s.client().DeleteDrilled(t.Context(), rg, "2021-04-01", "d1")
			if deleted := s.count("DELETE "+rg) == 1; deleted != tc.deleted || deleted != (err == nil) {
				t.Fatalf("deleted %v, %v", deleted, err)
			}
			if err != nil {
				if strings.Contains(tc.resources, "precious") && !strings.Contains(err.Error(), "/precious") {
					t.Errorf("does not name what is in the way: %v", err)
				}
				return
			}
			if _, err := op.Wait(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDeletionsRunTheirTime(t *testing.T) {
	for _, tc := range []struct {
		name   string
		header string
		poll   []http.HandlerFunc
		after  []http.HandlerFunc // the resource after the first read
	}{
		{"Location, 202 then 204", "Location", []http.HandlerFunc{answer(202, ``), answer(204, ``)}, nil},
		{"Location that vanishes", "Location", []http.HandlerFunc{answer(202, ``), answer(404, ``)}, nil},
		{"Azure-AsyncOperation", "Azure-AsyncOperation", []http.HandlerFunc{answer(200, `{"status":"Deleting"}`), answer(200, `{"status":"Succeeded"}`)}, nil},
		{"no address", "", nil, []http.HandlerFunc{answer(200, `{"properties":{"provisioningState":"Deleting"}}`), answer(404, ``)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.turns("GET "+ws, append([]http.HandlerFunc{answer(200, `{"etag":"\"7\"","tags":{"holdfast-drill":"d1"}}`)}, tc.after...)...)
			if tc.header != "" {
				s.say("DELETE "+ws, 202, ``, tc.header, s.URL+statusPath)
				s.turns("GET "+statusPath, tc.poll...)
			} else {
				s.say("DELETE "+ws, 202, ``)
			}
			op, err := s.client().DeleteDrilled(t.Context(), ws, version, "d1", azure.Query("forceToPurge", "true"))
			if err != nil {
				t.Fatal(err)
			}
			if op.Done() {
				t.Error("done at once")
			}
			if resp, err := op.Wait(t.Context(), nil); err != nil || resp != nil {
				t.Errorf("%v, %v", resp, err)
			}
			if s.heads[1].Get("If-Match") != `"7"` {
				t.Error("what was read is not what is deleted: no If-Match")
			}
			if !strings.Contains(s.asked[1], "forceToPurge=true") {
				t.Errorf("asked %s", s.asked[1])
			}
		})
	}
}

func TestOtherDoorsToDeletingAreShut(t *testing.T) {
	s := newService(t)
	c := s.client()
	for _, path := range []string{ws + "/purge", ws + "/Delete", "/subscriptions/0000/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/v/purge"} {
		if _, err := c.Post(t.Context(), path, version, nil); !errors.Is(err, azure.ErrRefused) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, mode := range []string{"Complete", "complete"} {
		_, err := c.Put(t.Context(), rg+"/providers/Microsoft.Resources/deployments/d", version, map[string]any{"properties": map[string]any{"mode": mode}})
		if !errors.Is(err, azure.ErrRefused) {
			t.Errorf("deployment in mode %s: %v", mode, err)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	s.say("POST "+ws+"/listKeys", 200, `{}`)
	if _, err := c.Post(t.Context(), ws+"/listKeys", version, nil); err != nil {
		t.Error(err)
	}
}
