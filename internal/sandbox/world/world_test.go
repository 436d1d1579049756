package world_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *world.World {
	t.Helper()
	return world.New(clock.New(noon, 0, time.Now), state.New(), nil, 1)
}

// schedule lets events of a kind happen so long after noon, with keys that tell
// the time.
func schedule(t *testing.T, w *world.World, kind string, after ...time.Duration) {
	t.Helper()
	if err := w.Store.Write(func(tx *state.Tx) error {
		for _, d := range after {
			if err := tx.Schedule(state.Event{At: noon.Add(d), Kind: kind, Key: d.String()}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, w *world.World) {
	t.Helper()
	if err := w.Settle(); err != nil {
		t.Fatal(err)
	}
}

func TestEventsHappenInOrderEachAtItsOwnTime(t *testing.T) {
	w := open(t)
	var happened []string
	w.Handle("tick", func(_ *state.Tx, now time.Time, e state.Event) error {
		if got := now.Sub(noon).String(); got != e.Key {
			t.Errorf("%s happens at %s", e.Key, got)
		}
		happened = append(happened, e.Key)
		return nil
	})
	schedule(t, w, "tick", 3*time.Hour, time.Minute, 2*time.Minute)
	settle(t, w)
	if happened != nil {
		t.Errorf("before their time happen %v", happened)
	}
	w.Clock.Advance(time.Minute)
	settle(t, w)
	if !slices.Equal(happened, []string{"1m0s"}) {
		t.Errorf("after a minute have happened %v", happened)
	}
	w.Clock.Advance(5 * time.Hour)
	settle(t, w)
	settle(t, w)
	if !slices.Equal(happened, []string{"1m0s", "2m0s", "3h0m0s"}) {
		t.Errorf("in the end have happened %v", happened)
	}
}

func TestAnEventMayScheduleOthersThatAreDueAlready(t *testing.T) {
	w := open(t)
	var at []string
	w.Handle("repeat", func(tx *state.Tx, now time.Time, e state.Event) error {
		at = append(at, now.Sub(noon).String())
		return tx.Schedule(state.Event{At: now.Add(time.Hour), Kind: e.Kind, Key: e.Key})
	})
	schedule(t, w, "repeat", time.Hour)
	w.Clock.Advance(3*time.Hour + time.Minute)
	settle(t, w)
	if !slices.Equal(at, []string{"1h0m0s", "2h0m0s", "3h0m0s"}) {
		t.Errorf("it happens at %v", at)
	}
	if next, ok := w.Store.Next(); !ok || !next.Equal(noon.Add(4*time.Hour)) {
		t.Errorf("the next is at %v, %v", next, ok)
	}
}

func TestAHandlersErrorTakesBackWhatItChangedAndIsLogged(t *testing.T) {
	w := open(t)
	var log strings.Builder
	w.Log = slog.New(slog.NewTextHandler(&log, nil))
	calls := 0
	w.Handle("bad", func(tx *state.Tx, _ time.Time, _ state.Event) error {
		calls++
		if err := tx.PutRecord("trace", "bad", []byte("x")); err != nil {
			return err
		}
		return errors.New("it did not work")
	})
	w.Handle("good", func(tx *state.Tx, _ time.Time, _ state.Event) error {
		return tx.PutRecord("trace", "good", []byte("x"))
	})
	schedule(t, w, "bad", time.Minute)
	schedule(t, w, "unknown", 2*time.Minute)
	schedule(t, w, "good", 3*time.Minute)
	w.Clock.Advance(time.Hour)
	settle(t, w)
	settle(t, w)
	if calls != 1 {
		t.Errorf("the handler is called %d times", calls)
	}
	_ = w.Store.Read(func(tx *state.Tx) error {
		if _, ok := tx.Record("trace", "bad"); ok {
			t.Error("what it changed is there")
		}
		if _, ok := tx.Record("trace", "good"); !ok {
			t.Error("the event behind it did not happen")
		}
		return nil
	})
	for _, want := range []string{"it did not work", "key=1m0s", `no part of the sandbox handles events of the kind`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %q:\n%s", want, log.String())
		}
	}
}

func TestRunSettlesByItselfUntilItsContextEnds(t *testing.T) {
	w := open(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	happened, ended := make(chan string), make(chan error)
	w.Handle("tick", func(_ *state.Tx, _ time.Time, e state.Event) error {
		select {
		case happened <- e.Key:
		case <-ctx.Done():
		}
		return nil
	})
	schedule(t, w, "tick", time.Minute, time.Hour)
	go func() { ended <- w.Run(ctx) }()
	w.Clock.Advance(2 * time.Hour)
	for _, want := range []string{"1m0s", "1h0m0s"} {
		if got := <-happened; got != want {
			t.Errorf("%q happens, not %q", got, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

func TestChanceFollowsFromItsSeed(t *testing.T) {
	draw := func(seed uint64) []string {
		w := world.New(clock.New(noon, 0, time.Now), state.New(), nil, seed)
		return []string{w.GUID(), string(w.Bytes(8)), w.GUID(), string(rune('a' + w.Intn(26)))}
	}
	if !slices.Equal(draw(7), draw(7)) {
		t.Error("the same seed gives something else")
	}
	if slices.Equal(draw(7), draw(8)) {
		t.Error("another seed gives the same")
	}
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	w := open(t)
	for range 100 {
		if id := w.GUID(); !form.MatchString(id) {
			t.Fatalf("%s is no UUID of version 4", id)
		}
		if n := w.Intn(3); n < 0 || n > 2 {
			t.Fatalf("%d is not below 3", n)
		}
	}
}

func TestAddresses(t *testing.T) {
	a := world.Addresses{Main: "https://127.0.0.1:8443", Blob: "https://127.0.0.1:8444", File: "https://127.0.0.1:8445"}
	for got, want := range map[string]string{
		a.BlobEndpoint("data", false):     "https://127.0.0.1:8444/data/",
		a.BlobEndpoint("data", true):      "https://127.0.0.1:8444/data-secondary/",
		a.FileEndpoint("data", false):     "https://127.0.0.1:8445/data/",
		a.FileEndpoint("data", true):      "https://127.0.0.1:8445/data-secondary/",
		a.Vault("safe"):                   "https://127.0.0.1:8443/vaults/safe/",
		a.Ingestion():                     "https://127.0.0.1:8443/ingestion/",
		a.Scoring("westeurope", "demand"): "https://127.0.0.1:8443/inference/westeurope/demand/score",
		a.Region("westeurope"):            "https://127.0.0.1:8443/regions/westeurope",
		a.Listener("/some/id"):            "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	a.Port = func(id string) string { return "127.0.0.1:1" + id }
	if got := a.Listener("/x"); got != "127.0.0.1:1/x" {
		t.Errorf("the listener is %q", got)
	}
}

func TestStandings(t *testing.T) {
	s := world.Standing{Read: world.Partial, Write: world.Gone}
	if s.Of(false) != world.Partial || s.Of(true) != world.Gone {
		t.Errorf("%v for reading, %v for writing", s.Of(false), s.Of(true))
	}
	var words []string
	for _, l := range []world.Level{world.Whole, world.Partial, world.Gone} {
		words = append(words, l.String())
	}
	if !slices.Equal(words, []string{"whole", "partial", "gone"}) {
		t.Errorf("the levels are called %v", words)
	}
	var well world.Health = world.Well{}
	for _, got := range []world.Standing{well.Resource(nil, "", noon), well.Own(nil, "", noon), well.Control(nil, "", "", "", noon), well.Identity(nil, noon)} {
		if got != (world.Standing{}) {
			t.Errorf("in a world that is well something is %+v", got)
		}
	}
}
