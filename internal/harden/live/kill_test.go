//go:build unix

package live_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// order is what a child process is told to do.
type order struct {
	Connection sandbox.Connection
	Secret     string
	Journal    string
	Work       *live.Work
	Undo       string // the run to take back instead
	KillAt     int    // the point at which it kills itself; 0: none
	Began      time.Time
	Haste      time.Duration
}

func init() { asChild = child }

// child is "holdfast harden --apply" with a death wish.
func child(file string) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fail(err)
	}
	var o order
	if err := json.Unmarshal(text, &o); err != nil {
		return fail(err)
	}
	began, haste = o.Began, o.Haste
	cred := credential(o.Connection.Address, o.Connection.CAFile, o.Connection.Tenant, o.Connection.ClientID, o.Secret)
	client, err := azure.New(context.Background(), azure.Options{ARMEndpoint: o.Connection.Address, CAFile: o.Connection.CAFile, Credential: cred, Clock: hasty{}})
	if err != nil {
		return fail(err)
	}
	points := 0
	options := live.Options{Client: client, Journal: o.Journal, Clock: hasty{}}.WithPoint(func(string) {
		if points++; points == o.KillAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it comes at once, but not before this
		}
	})
	var run *live.Run
	if o.Undo != "" {
		run, err = live.Undo(context.Background(), options, o.Undo)
	} else {
		run, err = live.Apply(context.Background(), options, o.Work)
	}
	if err != nil {
		return fail(err)
	}
	if !run.Good() {
		return fail(fmt.Errorf("%+v", run))
	}
	return 0
}

// victim is a small estate that processes die over.
type victim struct {
	c      *cloud
	name   string
	group  string
	dir    string
	work   *live.Work
	undo   string
	from   int // of the requests of the sandbox
	killed int
}

// victim makes an estate that takes writes of all kinds: PUT and PATCH, at once and
// long, additions, a call, and calls with a pause in between.
func (c *cloud) victim(t *testing.T, name string, journal []byte) *victim {
	v := &victim{c: c, name: name, group: c.group("rg-" + name), dir: t.TempDir()}
	blob := v.group + "/providers/Microsoft.Storage/storageAccounts/sb" + name
	zone := v.group + "/providers/Microsoft.Storage/storageAccounts/sz" + name
	geo := v.group + "/providers/Microsoft.Storage/storageAccounts/sg" + name
	registry := v.group + "/providers/Microsoft.ContainerRegistry/registries/cr" + name
	for _, account := range []string{blob, zone, geo} {
		c.put(account, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	}
	c.put(registry, "2023-07-01", `{"location":"westeurope","sku":{"name":"Basic"},"properties":{}}`)
	p := c.plan([]*estate.Resource{c.resource(blob, "2023-05-01"), c.resource(zone, "2023-05-01"), c.resource(geo, "2023-05-01"), c.resource(registry, "2023-07-01")}, "northeurope",
		step{"storage-zrs", zone, nil}, step{"storage-gzrs-lrs", geo, nil}, step{"storage-soft-delete", blob, nil}, step{"storage-geo-lrs", blob, nil},
		step{"registry-premium", registry, nil}, step{"registry-replica", registry, []int{4}}, step{"delete-lock", blob, nil})
	v.work = c.work(p, v.group)
	v.from = last(c)
	write(t, v.journal(), journal)
	return v
}

func last(c *cloud) int {
	all := c.Requests(0)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Number
}

func (v *victim) journal() string { return filepath.Join(v.dir, "journal.db") }

// command is a child that carries out the work.
func (v *victim) command(t *testing.T, killAt int) (*exec.Cmd, *bytes.Buffer) {
	text, err := json.Marshal(order{Connection: v.c.Connection, Secret: v.c.Connection.ClientSecret, Journal: v.journal(), Work: v.work, Undo: v.undo, KillAt: killAt, Began: began, Haste: haste})
	file := filepath.Join(v.dir, "order.json")
	if err = errors.Join(err, os.WriteFile(file, text, 0o600)); err != nil {
		t.Error(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+file)
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// process runs a child until it has done all or dies at a point; it says whether
// it died.
func (v *victim) process(t *testing.T, killAt int) (died bool) {
	t.Helper()
	cmd, out := v.command(t, killAt)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil && out.Len() == 0:
		return false
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		v.killed++
		return true
	}
	t.Errorf("%s, to be killed at %d: %v\n%s", v.name, killAt, err, out.String())
	return false
}

// writes are what was accepted from the estate's processes, with the name of the
// estate taken out.
func (v *victim) writes() []string {
	var out []string
	for _, w := range v.c.Writes(v.from) {
		if strings.Contains(w.Path, "/rg-"+v.name+"/") {
			out = append(out, w.Method+" "+strings.ReplaceAll(w.Path, v.name, "X"))
		}
	}
	slices.Sort(out)
	return out
}

// whole says that nothing was lost and nothing done twice.
func (v *victim) whole(t *testing.T, want []string) {
	t.Helper()
	if got := v.writes(); !slices.Equal(got, want) {
		t.Errorf("%s after %d kills: the writes were\n%s\nwant\n%s", v.name, v.killed, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	runs, err := live.List(t.Context(), v.journal())
	if err != nil || len(runs) != 1 || !runs[0].Good() {
		t.Errorf("%s after %d kills: %+v, %v", v.name, v.killed, runs, err)
	}
	sights, err := live.Preview(t.Context(), live.Options{Client: v.c.client, Clock: hasty{}}, v.work)
	if err != nil {
		t.Error(err)
	}
	for i := range sights {
		for _, s := range sights[i] {
			if s.Act != "nothing" {
				t.Errorf("%s after %d kills: %s is not done: %+v", v.name, v.killed, v.work.Tasks[i].Remedy, s)
			}
		}
	}
}

// TestKilledTwoHundredTimes kills processes at every point of the journal, once
// each, and then several times on the way at points of chance.
func TestKilledTwoHundredTimes(t *testing.T) {
	c := hurry(t, 1_000_000)
	journal := emptyJournal(t)
	first := c.victim(t, "first", journal)
	points := 0
	if _, err := live.Apply(t.Context(), live.Options{Client: c.client, Journal: first.journal(), Clock: hasty{}}.WithPoint(func(string) { points++ }), first.work); err != nil {
		t.Fatal(err)
	}
	want := first.writes()
	first.whole(t, want)
	if len(want) != 8 {
		t.Fatalf("writes:\n%s", strings.Join(want, "\n"))
	}

	var kills atomic.Int64
	lives := make(chan func(), 3)
	var wait sync.WaitGroup
	for range cap(lives) {
		wait.Go(func() {
			for live := range lives {
				live()
			}
		})
	}
	kill, stride := 200, 1
	if testing.Short() || watched {
		kill, stride = 0, 9
	}
	for n := 1; n <= points; n += stride {
		v := c.victim(t, fmt.Sprintf("each%d", n), journal)
		lives <- func() {
			if !v.process(t, n) {
				t.Errorf("%s ended before it came to point %d", v.name, n)
			}
			v.process(t, 0)
			v.whole(t, want)
			kills.Add(int64(v.killed))
		}
	}
	chance := rand.New(rand.NewPCG(7, 9))
	for left, n := kill-points, 0; left > 0; n++ {
		v := c.victim(t, fmt.Sprintf("some%d", n), journal)
		var at []int
		for range min(left, 12) {
			at = append(at, 2+chance.IntN(points/8))
		}
		left -= len(at)
		lives <- func() {
			for _, n := range at {
				if !v.process(t, n) {
					break
				}
			}
			v.process(t, 0)
			v.whole(t, want)
			kills.Add(int64(v.killed))
		}
	}
	close(lives)
	wait.Wait()
	t.Logf("%d points, %d kills", points, kills.Load())
	if kills.Load() < int64(max(kill, points/stride)) {
		t.Errorf("%d kills are too few", kills.Load())
	}
}

// TestUndoingIsKilledAtEveryPoint, once each, and taken up.
func TestUndoingIsKilledAtEveryPoint(t *testing.T) {
	c := start(t)
	journal := emptyJournal(t)
	begin := func(name string) (*victim, live.Options) {
		v := &victim{c: c, name: name, group: c.group("rg-" + name), dir: t.TempDir()}
		account := v.group + "/providers/Microsoft.Storage/storageAccounts/su" + name
		c.put(account, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
		p := c.plan([]*estate.Resource{c.resource(account, "2023-05-01")}, "northeurope",
			step{"storage-soft-delete", account, nil}, step{"storage-geo-lrs", account, nil}, step{"delete-lock", account, nil})
		write(t, v.journal(), journal)
		o := live.Options{Client: c.client, Journal: v.journal(), Clock: hasty{}}
		v.undo = c.applied(o, p, v.group).ID
		v.from = last(c)
		return v, o
	}
	first, o := begin("undo0")
	points := 0
	if _, err := live.Undo(t.Context(), o.WithPoint(func(string) { points++ }), first.undo); err != nil {
		t.Fatal(err)
	}
	want := first.writes()
	if len(want) != 2 || points < 20 {
		t.Fatalf("%d points, %v", points, want)
	}
	stride := 1
	if testing.Short() || watched {
		stride = 6
	}
	for n := 1; n <= points; n += stride {
		v, o := begin(fmt.Sprintf("undo%d", n))
		if !v.process(t, n) {
			t.Errorf("%s ended before it came to point %d", v.name, n)
		}
		v.process(t, 0)
		if got := v.writes(); !slices.Equal(got, want) {
			t.Errorf("killed at point %d: the writes were %v, want %v", n, got, want)
		}
		runs, err := live.List(t.Context(), o.Journal)
		if err != nil || len(runs) != 2 || !runs[0].Good() || states(&runs[0]) != "kept done done" {
			t.Errorf("killed at point %d: %+v, %v", n, runs, err)
		}
	}
	t.Logf("%d points", points)
}

// TestKilledFromOutside kills processes at any moment, also while they make their
// journal, and not only at the points that Holdfast knows.
func TestKilledFromOutside(t *testing.T) {
	c := hurry(t, 1_000_000)
	chance := rand.New(rand.NewPCG(3, 4))
	var want []string
	for n := range 5 {
		v := c.victim(t, fmt.Sprintf("any%d", n), nil)
		if n > 0 { // the first one lives, and shows what is to be written
			if err := os.Remove(v.journal()); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				cmd, _ := v.command(t, 0)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(chance.IntN(300)) * time.Millisecond)
				_ = cmd.Process.Kill() // it may have ended by itself
				if err := cmd.Wait(); err == nil {
					break
				}
				v.killed++
			}
		}
		v.process(t, 0)
		if n == 0 {
			want = v.writes()
		}
		if got := v.writes(); !slices.Equal(got, want) {
			t.Errorf("%s after %d kills: the writes were\n%s\nwant\n%s", v.name, v.killed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestAProcessOfItsOwnIsRefusedToo, as another one within a process is.
func TestAProcessOfItsOwnIsRefusedToo(t *testing.T) {
	c := hurry(t, 1_000_000)
	v := c.victim(t, "alone", emptyJournal(t))
	o := live.Options{Client: c.client, Journal: v.journal(), Clock: hasty{}}
	asked := false
	o.Progress = func(*live.Work, live.Event) {
		if !asked {
			asked = true
			cmd, out := v.command(t, 0)
			if err := cmd.Run(); err == nil || !strings.Contains(out.String(), "another process of Holdfast is at work") {
				t.Errorf("%v: %s", err, out)
			}
		}
	}
	if run, err := live.Apply(t.Context(), o, v.work); err != nil || !run.Good() || !asked {
		t.Errorf("%+v, %v", run, err)
	}
}
