package live_test

import (
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/faulty"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// spareMetadata lets a client find out about its cloud in peace: that is not what
// is tested here.
func spareMetadata(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/metadata/endpoints") }

// TestEveryAnswerReplacedInTurn puts each kind of fault in the place of each
// answer of a scan: the client tries again, and the estate is as it is without.
func TestEveryAnswerReplacedInTurn(t *testing.T) {
	before := runtime.NumGoroutine()
	a := newARM(2, 10)
	want := texts(readFrom(t, a, nil))
	for _, kind := range faulty.Kinds {
		for nth := 1; ; nth++ {
			now := clock.NewFake(time.Unix(1_800_000_000, 0))
			tr := &faulty.Transport{Base: a, Seed: uint64(nth), Nth: nth, Kinds: []faulty.Kind{kind}, Clock: now, Spare: spareMetadata}
			e := readFrom(t, tr, now)
			if len(tr.Faults()) == 0 {
				break // beyond the last
			}
			if len(e.Coverage.NotSeen) > 0 || texts(e) != want {
				t.Fatalf("%v: not seen %+v, or another estate", tr.Faults(), e.Coverage.NotSeen)
			}
		}
	}
	leakCheck(t, before)
}

// TestFaultsOnTheWire scans with faults everywhere, seldom and often, also more
// of them than the client has tries: a scan ends right, with an error that says
// why, or with what it has not seen told. 1,000 runs.
func TestFaultsOnTheWire(t *testing.T) {
	before := runtime.NumGoroutine()
	a := newARM(2, 10)
	want := texts(readFrom(t, a, nil))
	right, partly, failed := 0, 0, 0
	for seed := range uint64(1000) {
		now := clock.NewFake(time.Unix(1_800_000_000, 0))
		tr := &faulty.Transport{Base: a, Seed: seed, Every: 1 + int(seed%8), Clock: now, Spare: spareMetadata}
		c := connect(t, tr, func(o *azure.Options) { o.Clock, o.Seed = now, seed+1; o.Retry.Tries = 2 + int(seed%4) })
		e, _, err := live.Read(t.Context(), c, parse(t, "azure"), live.Options{})
		c.Close()
		own := new(azure.Error)
		switch {
		case err != nil:
			if failed++; !errors.As(err, &own) || e != nil || len(err.Error()) < 20 {
				t.Fatalf("seed %d: the error is not clear, or comes with an estate: %v", seed, err)
			}
		case len(e.Coverage.NotSeen) > 0:
			partly++
			for _, n := range e.Coverage.NotSeen {
				if n.What == "" || len(n.Why) < 10 {
					t.Fatalf("seed %d: not seen %+v", seed, n)
				}
			}
			if len(assessed(t, e).NotWhole()) == 0 {
				t.Fatalf("seed %d: a partial result looks whole", seed)
			}
		default:
			if right++; texts(e) != want {
				t.Fatalf("seed %d: a partial result is shown as whole after %v", seed, tr.Faults())
			}
		}
	}
	t.Logf("%d right, %d partly, %d failed", right, partly, failed)
	if right < 100 || partly < 100 || failed < 50 {
		t.Errorf("%d right, %d partly, %d failed: too one-sided to say much", right, partly, failed)
	}
	leakCheck(t, before)
}

// TestALostNetworkEndsAScan cuts the network for good in the middle of a scan: it
// ends within minutes, not after the tries of every list.
func TestALostNetworkEndsAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := &faulty.Transport{Base: newARM(20, 40), Every: 1, Kinds: []faulty.Kind{faulty.Refuse}, Spare: func(r *http.Request) bool {
			return spareMetadata(r) || !strings.HasSuffix(r.URL.Path, "/computes") && !strings.Contains(r.URL.Path, "/blobServices")
		}}
		c := connect(t, tr)
		start := time.Now()
		e, _, err := live.Read(t.Context(), c, parse(t, "azure"), live.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 6*time.Minute || len(e.Coverage.NotSeen) == 0 {
			t.Errorf("it took %v; %d things were not seen", took, len(e.Coverage.NotSeen))
		}
	})
}

// TestAScanEndsWithItsContext interrupts a scan that hangs.
func TestAScanEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := &faulty.Transport{Base: newARM(2, 10), Every: 1, Kinds: []faulty.Kind{faulty.Hang}, HangFor: time.Hour, Spare: func(r *http.Request) bool { return !strings.HasSuffix(r.URL.Path, "/computes") }}
		c := connect(t, tr)
		ctx, cancel := clock.Real{}.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		e, _, err := live.Read(ctx, c, parse(t, "azure"), live.Options{})
		if err == nil || e != nil || time.Since(start) > 4*time.Second {
			t.Errorf("after %v: %v, %v", time.Since(start), e, err)
		}
	})
}

// leakCheck waits until no more goroutines are left than there were before.
func leakCheck(t *testing.T, before int) {
	t.Helper()
	for range 2000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines were there before, %d are now:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}
