package control

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// full is a control plane with n boxes in groups of a thousand.
func full(b *testing.B, store *state.Store, n int) *Control {
	b.Helper()
	w := world.New(clock.New(start, 0, func() time.Time { return start }), store, nil, 1)
	w.Tenant = tenantID
	c := New(w, toys())
	c.Unthrottled = true
	all := make([]Seeded, n)
	for i := range all {
		all[i] = Seeded{ID: boxID(i), Type: "Toy.Box/boxes", Location: "westeurope", Body: object.Object{
			"tags": object.Object{"env": "prod", "team": fmt.Sprint(i % 10)}, "sku": object.Object{"name": "Small"},
			"properties": object.Object{"colour": "red", "tier": "Hot", "note": strings.Repeat("n", 200), "list": []any{"a", "b", "c"}},
		}}
	}
	for part := range (n + 9999) / 10000 {
		if err := store.Write(func(tx *state.Tx) error { return c.Seed(tx, start, all[part*10000:min((part+1)*10000, n)]) }); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func boxID(i int) string {
	return fmt.Sprintf("%s/resourceGroups/g%03d/providers/Toy.Box/boxes/box%06d", subPath, i/1000, i)
}

// ask sends a request to the handler itself, without a network.
func ask(b *testing.B, c *Control, method, path, body string) {
	rq := httptest.NewRequest(method, path, strings.NewReader(body))
	rw := httptest.NewRecorder()
	c.ServeHTTP(rw, rq)
	if rw.Code >= http.StatusBadRequest {
		b.Fatalf("%s %s: %d %s", method, path, rw.Code, rw.Body)
	}
}

const many = 100_000

func perSecond(b *testing.B) { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s") }

// BenchmarkControl measures requests of the control plane with 100,000 resources
// there, and the memory that these take.
func BenchmarkControl(b *testing.B) {
	for _, kept := range []string{"memory", "folder"} {
		b.Run(kept, func(b *testing.B) {
			store := state.New()
			if kept == "folder" {
				var err error
				if store, err = state.Open(b.TempDir()); err != nil {
					b.Fatal(err)
				}
				defer store.Close()
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			c := full(b, store, many)
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.Run("read", func(b *testing.B) {
				for i := range b.N {
					ask(b, c, http.MethodGet, boxID(i*7919%many)+"?api-version="+version, "")
				}
				perSecond(b)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/many, "B/resource")
			})
			b.Run("write", func(b *testing.B) {
				for i := range b.N {
					ask(b, c, http.MethodPut, boxID(i*7919%many)+"?api-version="+version, `{"location":"westeurope","tags":{"a":"b"},"properties":{"colour":"red","tier":"Hot"}}`)
				}
				perSecond(b)
			})
			b.Run("page", func(b *testing.B) { // of a thousand, in the middle
				next := c.next(&request{at: parse(subPath + "/resources")}, page{param: "$skiptoken"}, boxID(many/2), false)
				for range b.N {
					ask(b, c, http.MethodGet, next+"&api-version=2022-09-01", "")
				}
				perSecond(b)
			})
			b.Run("filter", func(b *testing.B) { // by a tag that one in ten has
				for range b.N {
					ask(b, c, http.MethodGet, subPath+"/resources?$top=10&$filter=tagName%20eq%20'team'%20and%20tagValue%20eq%20'7'&api-version=2022-09-01", "")
				}
				perSecond(b)
			})
		})
	}
}
