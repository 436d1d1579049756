package remote_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/remote"
)

// start starts a sandbox with a clock that only the test moves, and a client.
func start(t *testing.T) (*sandbox.Sandbox, *remote.Client, context.Context) {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Listen: "127.0.0.1:0", Manual: true, Chance: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := remote.Dial(s.Connection)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return s, c, ctx
}

func TestOutagesBeginAndEnd(t *testing.T) {
	_, c, ctx := start(t)
	one, err := c.StartOutage(ctx, failure.Outage{Scope: catalog.ScopeRegion, Region: "westeurope"})
	if err != nil || one.ID == "" || one.Started.IsZero() {
		t.Fatalf("it begins as %+v, %v", one, err)
	}
	two, err := c.StartOutage(ctx, failure.Outage{Scope: catalog.ScopeZone, Region: "northeurope", Zone: "1"})
	if err != nil {
		t.Fatal(err)
	}
	status, err := c.Status(ctx)
	if err != nil || len(status.Outages) != 2 || status.Clock != "manual" {
		t.Errorf("the status is %+v, %v", status, err)
	}
	ended, err := c.StopOutage(ctx, one.ID)
	if err != nil || len(ended) != 1 || ended[0].ID != one.ID || ended[0].Ended == nil {
		t.Errorf("there end %+v, %v", ended, err)
	}
	if ended, err = c.StopOutage(ctx, ""); err != nil || len(ended) != 1 || ended[0].ID != two.ID {
		t.Errorf("of all there end %+v, %v", ended, err)
	}
	all, err := c.Outages(ctx)
	if err != nil || len(all) != 2 || all[0].ID != one.ID || all[1].ID != two.ID {
		t.Errorf("the list has %+v, %v", all, err)
	}
}

func TestFaultsBeginAndEnd(t *testing.T) {
	_, c, ctx := start(t)
	f, err := c.StartFault(ctx, failure.Fault{Kind: "error", Status: 503, Path: "storageAccounts"})
	if err != nil || f.ID == "" {
		t.Fatalf("it begins as %+v, %v", f, err)
	}
	if list, err := c.Faults(ctx); err != nil || len(list) != 1 || list[0].ID != f.ID || list[0].Status != 503 {
		t.Errorf("the list has %+v, %v", list, err)
	}
	if err := c.StopFault(ctx, f.ID); err != nil {
		t.Error(err)
	}
	if list, err := c.Faults(ctx); err != nil || len(list) != 0 {
		t.Errorf("the list has %+v, %v", list, err)
	}
	for range 2 {
		if _, err := c.StartFault(ctx, failure.Fault{Kind: "throttle"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.StopFault(ctx, ""); err != nil {
		t.Error(err)
	}
	if list, err := c.Faults(ctx); err != nil || len(list) != 0 {
		t.Errorf("after all have ended the list has %+v, %v", list, err)
	}
}

func TestTheClockMovesAhead(t *testing.T) {
	s, c, ctx := start(t)
	before := s.World.Clock.Now()
	now, err := c.Advance(ctx, 3*time.Hour)
	if err != nil || now.Sub(before) != 3*time.Hour {
		t.Errorf("from %v to %v, %v", before, now, err)
	}
	if status, err := c.Status(ctx); err != nil || !status.Now.Equal(now) {
		t.Errorf("the status says %v, %v", status.Now, err)
	}
}

func TestWhatTheSandboxRefuses(t *testing.T) {
	s, c, ctx := start(t)
	for name, ask := range map[string]func() error{
		"an outage of nothing":     func() error { _, err := c.StartOutage(ctx, failure.Outage{Scope: "planet"}); return err },
		"an outage without region": func() error { _, err := c.StartOutage(ctx, failure.Outage{Scope: catalog.ScopeRegion}); return err },
		"a fault of no kind":       func() error { _, err := c.StartFault(ctx, failure.Fault{Kind: "gremlin"}); return err },
		"a way back in time":       func() error { _, err := c.Advance(ctx, -time.Hour); return err },
		"another's token": func() error {
			at := s.Connection
			at.AdminToken = "canary-token"
			other, err := remote.Dial(at)
			if err != nil {
				return err
			}
			_, err = other.Status(ctx)
			return err
		},
	} {
		err := ask()
		if !errors.Is(err, remote.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), s.Connection.AdminToken) {
			t.Errorf("%s: the error tells the token: %v", name, err)
		}
	}
}

func TestASandboxThatIsNotReachedIsNoRefusal(t *testing.T) {
	s, c, ctx := start(t)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Status(gone); err == nil || errors.Is(err, remote.ErrRefused) || !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := c.Status(ctx)
	if err == nil || errors.Is(err, remote.ErrRefused) || !strings.Contains(err.Error(), s.Connection.Address) {
		t.Errorf("when it is closed: %v", err)
	}
}

func TestTheCertificateMustBeOne(t *testing.T) {
	none := filepath.Join(t.TempDir(), "ca.pem")
	if _, err := remote.Dial(sandbox.Connection{CAFile: none}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a file that is not there: %v", err)
	}
	if err := os.WriteFile(none, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Dial(sandbox.Connection{CAFile: none}); err == nil || !strings.Contains(err.Error(), none) {
		t.Errorf("of a file that holds none: %v", err)
	}
}
