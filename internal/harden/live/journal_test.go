package live_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
)

func TestTheJournalIsKeptFromOthers(t *testing.T) {
	c := start(t)
	p, g := c.usual("kept")
	o := c.options()
	o.Journal = filepath.Join(t.TempDir(), "new folder", "odd #name?%20", "harden.db")
	run, err := live.Apply(t.Context(), o, c.work(p, g))
	if err != nil || !run.Good() {
		t.Fatalf("%+v, %v", run, err)
	}
	dir := filepath.Dir(o.Journal)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
}

func TestTheJournalStandsWhereTheUserKeepsState(t *testing.T) {
	for _, tc := range []struct{ state, want string }{
		{"/var/me", "/var/me/holdfast/harden.db"},
		{"relative", ".local/state/holdfast/harden.db"}, // as the specification of these variables wants it
		{"", ".local/state/holdfast/harden.db"},
	} {
		got, err := live.JournalFile(func(string) string { return tc.state })
		if err != nil || !strings.HasSuffix(filepath.ToSlash(got), tc.want) || !filepath.IsAbs(got) {
			t.Errorf("%q: %s, %v", tc.state, got, err)
		}
	}
}

func TestAJournalThatIsNotThereHasNoRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none.db")
	runs, err := live.List(t.Context(), file)
	if err != nil || len(runs) != 0 {
		t.Error(runs, err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Error("reading has made a journal")
	}
	if _, err := live.Find(t.Context(), file, "harden-0"); err == nil || !strings.Contains(err.Error(), "no run") {
		t.Error(err)
	}
}

func TestWhatIsNoJournalIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := live.List(t.Context(), file); err == nil || !strings.Contains(err.Error(), file) {
		t.Error(err)
	}
}

// TestAnotherProcessIsRefused while one is at work; reading is not.
func TestAnotherProcessIsRefused(t *testing.T) {
	c := start(t)
	p, g := c.usual("lock")
	w, o := c.work(p, g), c.options()
	second := o
	asked := false
	o.Progress = func(*live.Work, live.Event) {
		if asked {
			return
		}
		asked = true
		if run, err := live.Apply(t.Context(), second, w); !errors.Is(err, live.ErrBusy) || run != nil {
			t.Errorf("%+v, %v", run, err)
		}
		if _, err := live.Undo(t.Context(), second, "harden-0"); !errors.Is(err, live.ErrBusy) {
			t.Error(err)
		}
		runs, err := live.List(t.Context(), second.Journal)
		if err != nil || len(runs) != 1 || runs[0].State != live.Open || !runs[0].Ended.IsZero() {
			t.Errorf("%+v, %v", runs, err)
		}
	}
	if run, err := live.Apply(t.Context(), o, w); err != nil || !run.Good() || !asked {
		t.Errorf("%+v, %v", run, err)
	}
}

// TestAnInterruptedRunIsTakenUp at each of its steps forward.
func TestAnInterruptedRunIsTakenUp(t *testing.T) {
	c := start(t)
	p, g := c.usual("again")
	w, o := c.work(p, g), c.options()
	from := last(c)
	interrupted := 0
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		events := 0
		o.Progress = func(*live.Work, live.Event) {
			if events++; events == 1+n%4 {
				cancel()
			}
		}
		run, err := live.Apply(ctx, o, w)
		cancel()
		if err == nil {
			if !run.Good() || run.Resumed != (n > 1) {
				t.Errorf("%+v", run)
			}
			break
		}
		interrupted++
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), run.ID) || run.State != live.Open {
			t.Fatalf("%+v, %v", run, err)
		}
		open, err := live.OpenRun(t.Context(), o.Journal, strings.ToUpper(g))
		if err != nil || open == nil || open.ID != run.ID {
			t.Fatalf("%+v, %v", open, err)
		}
		if n > 100 {
			t.Fatal("it does not come to an end")
		}
	}
	if n := len(c.Writes(from)); n != len(w.Tasks) || interrupted < 5 {
		t.Errorf("%d writes after %d interruptions", n, interrupted)
	}
	if open, err := live.OpenRun(t.Context(), o.Journal, g); err != nil || open != nil {
		t.Errorf("%+v, %v", open, err)
	}
}

// stopAfter carries a work out and interrupts it.
func (c *cloud) stopAfter(o live.Options, w *live.Work, events int) *live.Run {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	defer cancel()
	o.Progress = func(*live.Work, live.Event) {
		if events--; events == 0 {
			cancel()
		}
	}
	run, err := live.Apply(ctx, o, w)
	if err == nil || run == nil {
		c.t.Fatalf("%+v, %v", run, err)
	}
	return run
}

// TestAnOpenRunKeepsOthersOffItsResources until it is finished or given up.
func TestAnOpenRunKeepsOthersOffItsResources(t *testing.T) {
	c := start(t)
	p, g := c.usual("mine")
	w, o := c.work(p, g), c.options()
	run := c.stopAfter(o, w, 4)
	account := p.Steps[0].Resource.ID.String()
	other := c.work(c.plan([]*estate.Resource{c.resource(account, "2023-05-01")}, "northeurope", step{"storage-geo-lrs", account, nil}), account)
	if _, err := live.Apply(t.Context(), o, other); err == nil || !strings.Contains(err.Error(), run.ID) || !strings.Contains(err.Error(), g) {
		t.Errorf("%v", err)
	}
	gone, err := live.Abandon(t.Context(), o.Journal, run.ID)
	if err != nil || gone.State != live.Abandoned {
		t.Fatalf("%+v, %v", gone, err)
	}
	if _, err := live.Abandon(t.Context(), o.Journal, "harden-000000000000"); err == nil {
		t.Error("a run that is not there was given up")
	}
	if r, err := live.Apply(t.Context(), o, other); err != nil || !r.Good() {
		t.Errorf("%+v, %v", r, err)
	}
	runs, err := live.List(t.Context(), o.Journal)
	if err != nil || len(runs) != 2 || runs[1].State != live.Abandoned || runs[0].State != live.Over {
		t.Errorf("%+v, %v", runs, err)
	}
}

// TestTheSameWorkIsAnotherRunAfterTheFirstHasEnded, with a name of its own.
func TestTheSameWorkIsAnotherRunAfterTheFirstHasEnded(t *testing.T) {
	c := start(t)
	p, g := c.usual("names")
	w, o := c.work(p, g), c.options()
	var ids []string
	for range 3 {
		run, err := live.Apply(t.Context(), o, w)
		if err != nil || run.Resumed {
			t.Fatal(run, err)
		}
		ids = append(ids, run.ID)
	}
	if ids[1] != ids[0]+".2" || ids[2] != ids[0]+".3" {
		t.Error(ids)
	}
}

// TestNoSecretsComeIntoTheJournal looks for the token of the login in its bytes.
func TestNoSecretsComeIntoTheJournal(t *testing.T) {
	c := start(t)
	p, g := c.usual("quiet")
	o := c.options()
	if _, err := live.Apply(t.Context(), o, c.work(p, g)); err != nil {
		t.Fatal(err)
	}
	token := c.login.(*once).token.Token
	for _, f := range []string{o.Journal, o.Journal + "-wal"} {
		text, err := os.ReadFile(f)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(token)) || bytes.Contains(text, []byte(c.Connection.ClientSecret)) || bytes.Contains(text, []byte("Bearer ")) {
			t.Errorf("%s holds a secret", f)
		}
	}
}

// TestVariablesOfDBOSAreNotTaken, which would give runs to other programs.
func TestVariablesOfDBOSAreNotTaken(t *testing.T) {
	t.Setenv("DBOS__VMID", "another")
	file := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := live.List(t.Context(), file); err == nil || !strings.Contains(err.Error(), "DBOS__VMID") {
		t.Error(err)
	}
}

// TestNothingIsPrinted by DBOS, which logs to the standard output by itself.
func TestNothingIsPrinted(t *testing.T) {
	c := start(t)
	p, g := c.usual("mute")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	_, err = live.Apply(t.Context(), c.options(), c.work(p, g))
	os.Stdout, os.Stderr = out, stderr
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(r); err != nil || text.Len() > 0 {
		t.Errorf("%q, %v", text.String(), err)
	}
}
