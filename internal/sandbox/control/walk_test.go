package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// bareControl is a control plane without a server, that lets everybody in.
func bareControl(store *state.Store) *Control {
	w := world.New(clock.New(start, 0, func() time.Time { return start }), store, nil, 1)
	w.Tenant, w.At.Main = tenantID, "https://arm"
	c := New(w, toys(), shop())
	c.Unthrottled = true
	return c
}

// call asks a control plane without a network.
func call(c *Control, method, target, body string) (int, object.Object) {
	rw := httptest.NewRecorder()
	c.ServeHTTP(rw, httptest.NewRequest(method, target, strings.NewReader(body)))
	return rw.Code, object.Must(rw.Body.Bytes())
}

// TestAWalkSeesEachResourceOnce walks lists of any size in pages of any size
// while others come and go: what is there all the time is seen once, in order.
func TestAWalkSeesEachResourceOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := bareControl(state.New())
		ids := func(label string) []string {
			var out []string
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 40), 0, 20, func(n int) int { return n }).Draw(t, label) {
				kind := []string{"boxes", "dolls", "trains"}[n%3]
				out = append(out, fmt.Sprintf("%s/resourceGroups/g%d/providers/Toy.Box/%s/n%02d", subPath, n%2, kind, n))
			}
			return out
		}
		stay, go_, come := ids("stay"), ids("go"), ids("come")
		seed := func(ids []string) {
			var all []Seeded
			for _, id := range ids {
				typ := parse(id).kind(1)
				all = append(all, Seeded{ID: id, Type: typ, Location: "westeurope"})
			}
			if err := c.w.Store.Write(func(tx *state.Tx) error { return c.Seed(tx, start, all) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.w.Store.Write(func(tx *state.Tx) error { return PutSubscription(tx, Subscription{ID: subID}) }); err != nil {
			t.Fatal(err)
		}
		seed(stay)
		seed(go_)
		filter := rapid.SampledFrom([]string{"", "resourceType eq 'Toy.Box/boxes'", "location eq 'westeurope'", "resourceGroup eq 'g1'"}).Draw(t, "filter")
		top := rapid.IntRange(1, 7).Draw(t, "top")
		next := fmt.Sprintf("%s/resources?api-version=2021-04-01&$top=%d&$filter=%s", subPath, top, url.QueryEscape(filter))
		var seen []string
		for page := 0; next != ""; page++ {
			status, body := call(c, http.MethodGet, next, "")
			if status != http.StatusOK {
				t.Fatalf("page %d: %d %v", page, status, body)
			}
			for _, v := range object.List(body, "value") {
				seen = append(seen, state.Key(object.Text(v.(object.Object), "id")))
			}
			if n := len(object.List(body, "value")); n > top {
				t.Fatalf("page %d has %d, not up to %d", page, n, top)
			}
			if page == 0 {
				seed(come)
				for _, id := range go_ {
					if slices.Contains(stay, id) {
						continue
					}
					if status, body := call(c, http.MethodDelete, id+"?api-version="+version, ""); status >= 300 {
						t.Fatalf("deleting %s: %d %v", id, status, body)
					}
				}
				c.w.Clock.Advance(time.Hour)
			}
			next = object.Text(body, "nextLink")
		}
		if !slices.IsSorted(seen) || len(slices.Compact(slices.Clone(seen))) != len(seen) {
			t.Fatalf("seen were %v", seen)
		}
		for _, id := range stay {
			fits := filter == "" || strings.HasPrefix(filter, "location") || strings.Contains(filter, "boxes") && strings.Contains(id, "/boxes/") || strings.Contains(filter, "g1") && strings.Contains(id, "/g1/")
			if slices.Contains(seen, state.Key(id)) != fits {
				t.Fatalf("%s: seen %v, it should be %v", id, !fits, fits)
			}
		}
	})
}

// TestARestartChangesNothing compares all that can be read before and after the
// state was closed and opened again.
func TestARestartChangesNothing(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := bareControl(store)
	if err := store.Write(func(tx *state.Tx) error {
		return c.Seed(tx, start, []Seeded{{ID: group, Type: groupType, Location: "westeurope"}})
	}); err != nil {
		t.Fatal(err)
	}
	const here = `{"location":"westeurope","properties":{"colour":"x","code":"secret"},"tags":{"a":"1"}}`
	var asked []string
	for _, step := range []struct{ method, path, body string }{
		{"PUT", box, here}, {"PUT", box + "/blocks/b", "{}"}, {"PUT", train, here},
		{"PUT", group + "/providers/Toy.Box/dolls/ann", here}, {"PUT", group + "/providers/Toy.Box/dolls/ann/dresses/d", "{}"}, {"DELETE", group + "/providers/Toy.Box/dolls/ann", ""},
		{"PUT", box + "/providers/Microsoft.Authorization/locks/l", `{"properties":{"level":"ReadOnly"}}`},
		{"PUT", subPath + "/providers/Microsoft.Resources/tags/default", `{"properties":{"tags":{"t":"1"}}}`},
		{"POST", subPath + "/providers/Toy.Box/unregister", ""},
	} {
		path := step.path + "?api-version=" + versionOf(step.path)
		if status, body := call(c, step.method, path, step.body); status >= 300 {
			t.Fatalf("%s %s: %d %v", step.method, path, status, body)
		}
		asked = append(asked, step.path)
	}
	asked = append(asked, subPath+"/resources", subPath+"/resourceGroups", subPath+"/providers/Toy.Box", subPath+"/providers/Toy.Box/locations/westeurope/deletedDolls", "/subscriptions")
	read := func(c *Control) string {
		var out strings.Builder
		for _, path := range asked {
			status, body := call(c, http.MethodGet, path+"?api-version="+versionOf(path), "")
			text, _ := json.Marshal(body)
			fmt.Fprintf(&out, "%s %d %s\n", path, status, text)
		}
		return out.String()
	}
	before := read(c)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if store, err = state.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	again := bareControl(store)
	if after := read(again); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	if status, body := call(again, "PATCH", box+"?api-version="+version, `{"tags":{}}`); status != http.StatusConflict {
		t.Errorf("the lock is forgotten: %d %v", status, body)
	}
	if status, body := call(again, "PUT", group+"/providers/Toy.Box/dolls/ann?api-version="+version, `{"location":"westeurope","properties":{"createMode":"recover"}}`); status != http.StatusCreated {
		t.Errorf("what was deleted is forgotten: %d %v", status, body)
	}
}

func versionOf(path string) string {
	switch {
	case strings.Contains(path, "Authorization"):
		return "2020-05-01"
	case strings.Contains(path, "Toy."):
		return version
	}
	return "2021-04-01"
}

// TestABucketNeverGivesMoreThanItHolds lets requests come at any times.
func TestABucketNeverGivesMoreThanItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := start
		b := buckets{now: func() time.Time { return now }}
		kind := rapid.SampledFrom([]string{"reads", "writes", "deletes"}).Draw(t, "kind")
		size := sizes[kind]
		given := 0.0
		for range rapid.IntRange(1, 30).Draw(t, "rounds") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "later")) * time.Millisecond)
			for range rapid.IntRange(0, 200).Draw(t, "requests") {
				left, wait := b.take("s", "p", kind)
				switch {
				case wait > 0: // it is right to come back then, and not before
					then := now
					now = now.Add(wait - time.Millisecond)
					if _, again := b.take("s", "p", kind); again == 0 {
						t.Fatalf("after less than the wait of %v there is one", wait)
					}
					now = then.Add(wait + time.Millisecond)
					if _, again := b.take("s", "p", kind); again != 0 {
						t.Fatalf("after the wait of %v there is none for %v", wait, again)
					}
					given++
				case left < 0 || float64(left) > size.holds:
					t.Fatalf("%d are left", left)
				default:
					given++
				}
				if wait > 0 {
					break
				}
			}
			if most := size.holds + size.refill*max(now.Sub(start).Seconds()+0.3, 0)*1.0 + 30*0.1*size.refill; given > most {
				t.Fatalf("%v were given in %v", given, now.Sub(start))
			}
		}
	})
}

// TestAnEstateCanBeReadAsItWasPutIn seeds random estates and reads each resource
// and each list over HTTP.
func TestAnEstateCanBeReadAsItWasPutIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := bareControl(state.New())
		var all []Seeded
		want := map[string]string{} // tag by id
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 99), 1, 15, func(n int) int { return n }).Draw(t, "resources") {
			kind := rapid.SampledFrom([]string{"Toy.Box/boxes", "Toy.Box/trains", "Toy.Shop/orders", "Strange.Thing/things"}).Draw(t, "type")
			tag := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "tag")
			id := fmt.Sprintf("%s/resourceGroups/g%d/providers/%s/n%02d", subPath, n%3, kind, n)
			all = append(all, Seeded{ID: id, Type: kind, Location: rapid.SampledFrom([]string{"West Europe", "eastus"}).Draw(t, "location"), Body: object.Object{"tags": object.Object{"t": tag}}})
			want[id] = tag
		}
		if err := c.w.Store.Write(func(tx *state.Tx) error { return c.Seed(tx, start, all) }); err != nil {
			t.Fatal(err)
		}
		for id, tag := range want {
			if strings.Contains(id, "Strange") {
				continue
			}
			if status, body := call(c, http.MethodGet, id+"?api-version="+version, ""); status != http.StatusOK || object.Text(body, "tags.t") != tag {
				t.Fatalf("%s: %d %v", id, status, body)
			}
		}
		for _, tag := range []string{"a", "b", "c"} {
			n := 0
			for _, have := range want {
				if have == tag {
					n++
				}
			}
			path := subPath + "/resources?api-version=2021-04-01&$filter=" + url.QueryEscape("tagName eq 't' and tagValue eq '"+tag+"'")
			if _, body := call(c, http.MethodGet, path, ""); len(object.List(body, "value")) != n {
				t.Fatalf("with the tag %s there are %v, not %d", tag, body, n)
			}
		}
	})
}

// TestWhatOneChangeRefusesLeavesNoTrace compares the state before and after
// changes that are refused.
func TestWhatOneChangeRefusesLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := bareControl(state.New())
		if err := c.w.Store.Write(func(tx *state.Tx) error {
			return c.Seed(tx, start, []Seeded{{ID: box, Type: "Toy.Box/boxes", Location: "westeurope", Body: object.Object{"properties": object.Object{"colour": "red"}}}})
		}); err != nil {
			t.Fatal(err)
		}
		generation := c.w.Store.Generation()
		method := rapid.SampledFrom([]string{"PUT", "PATCH", "POST", "DELETE"}).Draw(t, "method")
		target := rapid.SampledFrom([]string{box, group, group + "/providers/Toy.Box/boxes/new", group + "/providers/Toy.Box/trains/t", box + "/blocks/b", box + "/listKeys", group + "/providers/Toy.Shop/orders/o", subPath + "/resourceGroups/x/providers/Toy.Box/boxes/b"}).Draw(t, "target")
		body, _ := json.Marshal(map[string]any{
			"location":   rapid.SampledFrom([]any{"westeurope", "eastus", "moon", 5, nil}).Draw(t, "location"),
			"tags":       rapid.SampledFrom([]any{nil, map[string]any{"a": "1"}, map[string]any{"a/": "1"}, 3}).Draw(t, "tags"),
			"zones":      rapid.SampledFrom([]any{nil, []any{"1"}, []any{"9"}, "x"}).Draw(t, "zones"),
			"properties": rapid.SampledFrom([]any{nil, map[string]any{"colour": "red"}, map[string]any{"colour": "blue", "what": "broken", "express": true}, "text"}).Draw(t, "properties"),
			"identity":   rapid.SampledFrom([]any{nil, map[string]any{"type": "SystemAssigned"}, map[string]any{"type": "Odd"}, 1}).Draw(t, "identity"),
		})
		status, answer := call(c, method, target+"?api-version="+versionOf(target), string(body))
		if status >= 500 {
			t.Fatalf("%s %s %s: %d %v", method, target, body, status, answer)
		}
		if status >= 400 && c.w.Store.Generation() != generation {
			t.Fatalf("%s %s was refused with %d and has changed something", method, target, status)
		}
	})
}

var _ provider.Engine = (*Control)(nil)
