package state

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAFolderKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sample(t, s)
	write(t, s, func(tx *Tx) error {
		_ = tx.PutRecord("kind", "key", []byte("value"))
		_ = tx.PutRecord("kind", "gone", []byte("value"))
		_ = tx.Schedule(Event{At: noon, Kind: "e", Key: "later"})
		return nil
	})
	write(t, s, func(tx *Tx) error {
		_ = tx.Delete(group + "/providers/A.B/accounts/xy")
		return tx.DeleteRecord("kind", "gone")
	})
	all := func(tx *Tx) func(func(*Resource) bool) { return tx.Below("") }
	before := ids(s, all)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := ids(s, all); !slices.Equal(got, before) {
		t.Errorf("it has %v, want %v", got, before)
	}
	_ = s.Read(func(tx *Tx) error {
		if v, _ := tx.Record("kind", "key"); string(v) != "value" {
			t.Errorf("the record is %q", v)
		}
		if _, ok := tx.Record("kind", "gone"); ok {
			t.Error("a deleted record is back")
		}
		r := tx.Resource(group + "/providers/A.B/accounts/x")
		if string(r.Body) != `{"a":1}` || !r.Created.Equal(noon) {
			t.Errorf("the resource is %+v", r)
		}
		return nil
	})
	if at, ok := s.Next(); !ok || !at.Equal(noon) {
		t.Errorf("the event is at %v, %v", at, ok)
	}
}

func TestAFolderHasOneOwner(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "another sandbox") {
		t.Errorf("a second one opens it: %v", err)
	}
}

func TestAFileThatIsNoStateIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "state.db"), []byte(strings.Repeat("no state at all ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("it opens")
	}
}

// TestAKilledProcessLeavesNothingHalfDone writes pairs of resources in another
// process until that is killed: both of a pair are there, or neither.
func TestAKilledProcessLeavesNothingHalfDone(t *testing.T) {
	if dir := os.Getenv("HOLDFAST_TEST_STATE"); dir != "" {
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			write(t, s, func(tx *Tx) error {
				name := time.Duration(i).String()
				_ = tx.Put(resource("/a/"+name, "T"))
				return tx.Put(resource("/b/"+name, "T"))
			})
		}
	}
	dir := t.TempDir()
	most := 0
	for range 5 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAKilledProcessLeavesNothingHalfDone$")
		cmd.Env = append(os.Environ(), "HOLDFAST_TEST_STATE="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if info, err := os.Stat(filepath.Join(dir, "state.db")); err == nil && info.Size() > 0 {
				break
			}
		}
		time.Sleep(60 * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		a := ids(s, func(tx *Tx) func(func(*Resource) bool) { return tx.Below("/a") })
		b := ids(s, func(tx *Tx) func(func(*Resource) bool) { return tx.Below("/b") })
		if len(a) != len(b) {
			t.Errorf("%d of one kind and %d of the other", len(a), len(b))
		}
		most = max(most, len(a))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if most == 0 {
		t.Error("nothing was ever written")
	}
}
