package live_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/faulty"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
)

// patient is the estate that faults meet: PUT and PATCH, at once and long, an
// addition and the call of a conversion.
func (c *cloud) patient(name string) (*live.Work, string) {
	g := c.group("rg-" + name)
	blob, zone := g+"/providers/Microsoft.Storage/storageAccounts/fb"+name, g+"/providers/Microsoft.Storage/storageAccounts/fz"+name
	registry := g + "/providers/Microsoft.ContainerRegistry/registries/faulty" + name
	for _, account := range []string{blob, zone} {
		c.put(account, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	}
	c.put(registry, "2023-07-01", `{"location":"westeurope","sku":{"name":"Basic"},"properties":{}}`)
	p := c.plan([]*estate.Resource{c.resource(blob, "2023-05-01"), c.resource(zone, "2023-05-01"), c.resource(registry, "2023-07-01")}, "northeurope",
		step{"storage-zrs", zone, nil}, step{"storage-soft-delete", blob, nil}, step{"storage-geo-lrs", blob, nil},
		step{"registry-premium", registry, nil}, step{"registry-replica", registry, []int{3}})
	return c.work(p, g), g
}

// TestFaultsLoseAndRepeatNothing puts each kind of fault in the place of each
// answer, one at a time, and then several by chance. Whatever the faults, a run ends
// well or says clearly that it stays open, and in the end each write was made once.
func TestFaultsLoseAndRepeatNothing(t *testing.T) {
	c := hurry(t, 1_000_000)
	over := c.client.HTTPClient().Transport
	number, faults, open := 0, 0, 0
	journal := emptyJournal(t)
	attempt := func(tr *faulty.Transport) {
		number++
		w, g := c.patient(fmt.Sprintf("f%d", number))
		client, err := azure.New(context.Background(), azure.Options{ARMEndpoint: c.Connection.Address, Credential: c.login, Clock: hasty{}, Transport: tr, Seed: uint64(number)})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		from := last(c)
		o := live.Options{Client: client, Journal: journalFrom(t, journal), Clock: hasty{}}
		var run *live.Run
		for tries := 1; ; tries++ {
			if run, err = live.Apply(t.Context(), o, w); err == nil {
				break
			}
			open++
			var e *azure.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), "stays open") || run == nil || run.State != live.Open || tries > 60 {
				t.Fatalf("try %d: %+v, %v (%v)", tries, run, err, tr.Faults())
			}
		}
		faults += len(tr.Faults())
		if !run.Good() {
			t.Errorf("%+v", run)
			for _, x := range run.Tasks {
				t.Logf("%s %s %s", x.Remedy, x.State, x.Why)
			}
		}
		var writes []string
		for _, x := range c.Writes(from) {
			writes = append(writes, x.Method+" "+strings.TrimPrefix(x.Path, g))
		}
		slices.Sort(writes)
		if len(writes) != 5 || len(slices.Compact(writes)) != 5 {
			t.Errorf("writes %s", strings.Join(writes, "\n"))
		}
		if t.Failed() {
			t.Fatalf("run %d: %v", number, tr.Faults())
		}
	}
	stride, by, least := 1, 24, 250
	if testing.Short() || watched {
		stride, by, least = 6, 4, 40
	}
	for _, kind := range faulty.Kinds {
		for nth := 1; ; nth += stride + nth/5 {
			tr := &faulty.Transport{Base: over, Seed: uint64(nth), Nth: nth, Kinds: []faulty.Kind{kind}, Clock: hasty{}, HangFor: 5 * time.Second, Spare: metadata}
			attempt(tr)
			if len(tr.Faults()) == 0 {
				break // beyond the last answer
			}
		}
	}
	for seed := range by {
		attempt(&faulty.Transport{Base: over, Seed: uint64(seed), Every: 2 + seed%4, Clock: hasty{}, HangFor: 5 * time.Second, Spare: metadata})
	}
	t.Logf("%d runs, %d faults, %d times left open", number, faults, open)
	if faults < least {
		t.Errorf("%d faults are too few to say much", faults)
	}
	for range 200 {
		if len(remaining()) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("goroutines are left:\n%s", strings.Join(remaining(), "\n\n"))
}

// remaining are the goroutines of runs and of DBOS.
func remaining() []string {
	buf := make([]byte, 1<<20)
	var out []string
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "harden/live.") || strings.Contains(g, "dbos-transact") || strings.Contains(g, "database/sql") {
			out = append(out, g)
		}
	}
	return out
}

// metadata spares the address of the cloud's metadata, which is tried elsewhere.
func metadata(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/metadata/") }

// journalFrom is a journal with no runs in a folder of its own.
func journalFrom(t *testing.T, empty []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "journal.db")
	write(t, file, empty)
	return file
}
