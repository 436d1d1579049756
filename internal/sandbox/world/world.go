// Package world is what all parts of the sandbox share: its time, its state, the
// catalog, the addresses it is reached at, chance, and how well things are.
//
// Words: an event is something that happens by itself at a time of the clock
// (see package state); a part handles the kinds of events that it schedules. To
// settle is to let everything happen whose time has come, in order, each at its
// own time. Health is how far a resource can be used while outages go on.
package world

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// World is one simulated Azure. Its fields are set once, before anything runs.
type World struct {
	Clock   *clock.Clock
	Store   *state.Store
	Catalog *catalog.Catalog
	Tenant  string // the id of its one tenant
	At      Addresses
	Health  Health // never nil
	Tokens  Tokens // never nil once the sandbox runs
	Log     *slog.Logger
	// Wall is the time of those who ask. Whether a token or a signature is still
	// valid is judged by it: clients do not see that the clock was advanced.
	Wall func() time.Time

	mu       sync.Mutex
	chance   *rand.Rand
	handlers map[string]Handler
	settling sync.Mutex
}

// Handler makes an event happen. now is the event's own time, which may lie
// before that of the clock. An error takes back what it changed and is logged;
// the event does not come again.
type Handler func(tx *state.Tx, now time.Time, e state.Event) error

// New makes a world in which everything is well. The seed decides everything
// that is left to chance.
func New(c *clock.Clock, s *state.Store, cat *catalog.Catalog, seed uint64) *World {
	return &World{
		Clock: c, Store: s, Catalog: cat, Health: Well{}, Wall: time.Now, Log: slog.New(slog.DiscardHandler),
		chance: rand.New(rand.NewPCG(seed, 0x5eed)), handlers: map[string]Handler{},
	}
}

// Handle says what happens at events of a kind. Each kind has one handler.
func (w *World) Handle(kind string, h Handler) { w.handlers[kind] = h }

// Settle lets everything happen whose time has come. An error is one of keeping
// the state.
func (w *World) Settle() error {
	w.settling.Lock()
	defer w.settling.Unlock()
	for {
		now := w.Clock.Now()
		if at, ok := w.Store.Next(); !ok || at.After(now) {
			return nil
		}
		var event state.Event
		var failed error
		err := w.Store.Write(func(tx *state.Tx) error {
			e, ok, err := tx.Due(now)
			if err != nil || !ok {
				return err
			}
			event, failed = e, w.happen(tx, e)
			return failed
		})
		switch {
		case failed != nil: // the event is back: take it out alone
			w.Log.Error("an event failed", "kind", event.Kind, "key", event.Key, "error", failed)
			if err := w.Store.Write(func(tx *state.Tx) error {
				_, _, err := tx.Due(now)
				return err
			}); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
}

func (w *World) happen(tx *state.Tx, e state.Event) error {
	h := w.handlers[e.Kind]
	if h == nil {
		return fmt.Errorf("no part of the sandbox handles events of the kind %q", e.Kind)
	}
	return h(tx, e.At, e)
}

// Run settles whenever the time of an event has come, until ctx ends. A sandbox
// that is only asked over the wire settles before each answer anyway; Run is for
// what happens in between.
func (w *World) Run(ctx context.Context) error {
	for {
		next := w.Clock.Now().Add(time.Second)
		if at, ok := w.Store.Next(); ok && at.Before(next) {
			next = at
		}
		if err := w.Clock.Wait(ctx, next); err != nil {
			return nil //nolint:nilerr // ended as it was asked to
		}
		if err := w.Settle(); err != nil {
			return err
		}
	}
}

// Intn is a number in [0, n) by chance.
func (w *World) Intn(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.chance.IntN(n)
}

// Bytes is n bytes by chance. They are not secret: with the same seed a sandbox
// makes the same keys, so that a rehearsal can be repeated.
func (w *World) Bytes(n int) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.chance.Uint32())
	}
	return b
}

// GUID is a version 4 UUID by chance.
func (w *World) GUID() string {
	b := w.Bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
