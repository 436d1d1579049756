package state

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"
)

const group = "/subscriptions/s/resourceGroups/g"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func write(t *testing.T, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Write(fn); err != nil {
		t.Fatal(err)
	}
}

func ids(s *Store, list func(*Tx) func(func(*Resource) bool)) []string {
	var out []string
	_ = s.Read(func(tx *Tx) error {
		for r := range list(tx) {
			out = append(out, r.ID)
		}
		return nil
	})
	return out
}

func resource(id, typ string) *Resource {
	return &Resource{ID: id, Type: typ, Body: json.RawMessage(`{"a":1}`), Created: noon, Changed: noon}
}

func sample(t *testing.T, s *Store) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		for _, r := range []*Resource{
			resource(group, "Microsoft.Resources/resourceGroups"),
			resource(group+"/providers/A.B/accounts/x", "A.B/accounts"),
			resource(group+"/providers/A.B/accounts/x/parts/p", "A.B/accounts/parts"),
			resource(group+"/providers/A.B/accounts/x/parts/p/bits/q", "A.B/accounts/parts/bits"),
			resource(group+"/providers/A.B/accounts/xy", "A.B/accounts"),
			resource(group+"/providers/A.B/accounts/x/providers/L.M/locks/l", "L.M/locks"),
			resource(group+"/providers/L.M/locks/m", "L.M/locks"),
		} {
			if err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestOwners(t *testing.T) {
	for _, c := range []struct{ id, want string }{
		{group + "/providers/A.B/accounts/x", group},
		{group + "/providers/A.B/accounts/x/", group},
		{group + "/providers/A.B/accounts/x/parts/p", group + "/providers/A.B/accounts/x"},
		{group + "/providers/A.B/accounts/x/providers/L.M/locks/l", group + "/providers/A.B/accounts/x"},
		{group + "/providers/L.M/locks/l", group},
		{"/subscriptions/s/providers/L.M/locks/l", "/subscriptions/s"},
		{group, "/subscriptions/s"},
		{"/subscriptions/s", ""},
		{"/providers/M/groups/g", ""},
		{"", ""}, {"/", ""}, {"x", ""}, {"providers/a/b/c", ""},
	} {
		if got := OwnerOf(c.id); got != c.want {
			t.Errorf("OwnerOf(%q) = %q, want %q", c.id, got, c.want)
		}
	}
}

func TestWhatIsKeptIsFoundInAnyLetterCase(t *testing.T) {
	s := New()
	sample(t, s)
	_ = s.Read(func(tx *Tx) error {
		if r := tx.Resource("/SUBSCRIPTIONS/S/resourcegroups/G/providers/a.b/Accounts/X/"); r == nil || r.ID != group+"/providers/A.B/accounts/x" {
			t.Errorf("got %v", r)
		}
		return nil
	})
	for name, c := range map[string]struct {
		list func(*Tx) func(func(*Resource) bool)
		want []string
	}{
		"children of a type": {
			func(tx *Tx) func(func(*Resource) bool) { return tx.Children(group, "a.b/ACCOUNTS") },
			[]string{group + "/providers/A.B/accounts/x", group + "/providers/A.B/accounts/xy"},
		},
		"extensions of one owner only": {
			func(tx *Tx) func(func(*Resource) bool) { return tx.Children(group, "L.M/locks") },
			[]string{group + "/providers/L.M/locks/m"},
		},
		"all of a type below": {
			func(tx *Tx) func(func(*Resource) bool) { return tx.OfType("L.M/locks", "/subscriptions/s") },
			[]string{group + "/providers/A.B/accounts/x/providers/L.M/locks/l", group + "/providers/L.M/locks/m"},
		},
		"grandchildren": {
			func(tx *Tx) func(func(*Resource) bool) { return tx.Below(group + "/providers/A.B/accounts/x/parts") },
			[]string{group + "/providers/A.B/accounts/x/parts/p", group + "/providers/A.B/accounts/x/parts/p/bits/q"},
		},
	} {
		if got := ids(s, c.list); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestATransactionWithAnErrorLeavesNothingBehind(t *testing.T) {
	s := New()
	sample(t, s)
	write(t, s, func(tx *Tx) error {
		_ = tx.PutRecord("k", "old", []byte("1"))
		return tx.Schedule(Event{At: noon, Kind: "e", Key: "first"})
	})
	before, generation := ids(s, func(tx *Tx) func(func(*Resource) bool) { return tx.Below("") }), s.Generation()
	wrong := errors.New("wrong")
	err := s.Write(func(tx *Tx) error {
		_ = tx.Delete(group + "/providers/A.B/accounts/x")
		_ = tx.Put(resource(group+"/providers/A.B/accounts/xy", "C.D/other"))
		_ = tx.Put(resource(group+"/providers/A.B/accounts/new", "A.B/accounts"))
		_ = tx.DeleteRecord("k", "old")
		_ = tx.PutRecord("k", "new", []byte("2"))
		_, _, _ = tx.Due(noon)
		_ = tx.Schedule(Event{At: noon, Kind: "e", Key: "second"})
		return wrong
	})
	if !errors.Is(err, wrong) {
		t.Fatal(err)
	}
	if got := ids(s, func(tx *Tx) func(func(*Resource) bool) { return tx.Below("") }); !slices.Equal(got, before) {
		t.Errorf("resources are %v", got)
	}
	if got := ids(s, func(tx *Tx) func(func(*Resource) bool) { return tx.OfType("A.B/accounts", "") }); len(got) != 2 {
		t.Errorf("accounts are %v", got)
	}
	_ = s.Read(func(tx *Tx) error {
		if v, ok := tx.Record("k", "old"); !ok || string(v) != "1" {
			t.Errorf("the record is %q", v)
		}
		if _, ok := tx.Record("k", "new"); ok {
			t.Error("a record stayed")
		}
		for e := range tx.Events("e") {
			if e.Key != "first" {
				t.Errorf("an event stayed: %v", e)
			}
		}
		return nil
	})
	if s.Generation() != generation {
		t.Error("the generation changed")
	}
}

func TestAReadingTransactionCannotWrite(t *testing.T) {
	s := New()
	_ = s.Read(func(tx *Tx) error {
		_, _, due := tx.Due(noon)
		for _, err := range []error{tx.Put(resource("/x", "T")), tx.Delete("/x"), tx.PutRecord("a", "b", nil), tx.DeleteRecord("a", "b"), tx.Schedule(Event{}), due} {
			if err == nil {
				t.Error("a change is accepted")
			}
		}
		return nil
	})
}

func TestEventsComeInTheirOrder(t *testing.T) {
	s := New()
	write(t, s, func(tx *Tx) error {
		for i, at := range []time.Duration{3, 1, 1, 2} {
			if err := tx.Schedule(Event{At: noon.Add(at * time.Minute), Kind: "e", Key: string(rune('a' + i))}); err != nil {
				return err
			}
		}
		return nil
	})
	if at, ok := s.Next(); !ok || !at.Equal(noon.Add(time.Minute)) {
		t.Errorf("the next one is at %v", at)
	}
	var got string
	write(t, s, func(tx *Tx) error {
		for {
			e, ok, err := tx.Due(noon.Add(2 * time.Minute))
			if err != nil || !ok {
				return err
			}
			got += e.Key
		}
	})
	if got != "bcd" {
		t.Errorf("they came as %s", got)
	}
}

func TestAnAttemptThatFailsLeavesNothingBehind(t *testing.T) {
	s, fails := New(), errors.New("no")
	if err := s.Write(func(tx *Tx) error {
		if err := tx.PutRecord("k", "a", []byte("1")); err != nil {
			return err
		}
		if err := tx.Attempt(func() error {
			return errors.Join(tx.PutRecord("k", "a", []byte("2")), tx.Put(&Resource{ID: "/x", Type: "t"}), tx.Schedule(Event{Kind: "e"}), fails)
		}); !errors.Is(err, fails) {
			t.Errorf("got %v", err)
		}
		return tx.Attempt(func() error { return tx.PutRecord("k", "b", []byte("3")) })
	}); err != nil {
		t.Fatal(err)
	}
	_ = s.Read(func(tx *Tx) error {
		a, _ := tx.Record("k", "a")
		b, _ := tx.Record("k", "b")
		if string(a) != "1" || string(b) != "3" || tx.Len() != 0 {
			t.Errorf("got %s, %s and %d resources", a, b, tx.Len())
		}
		return nil
	})
	if _, ok := s.Next(); ok {
		t.Error("the event of the attempt is still to come")
	}
}

func TestTheVersionTellsResourcesThatAreTheSame(t *testing.T) {
	s, fails := New(), errors.New("no")
	version := func() (v uint64) {
		_ = s.Read(func(tx *Tx) error { v = tx.Version(); return nil })
		return v
	}
	put := func(tx *Tx) error { return tx.Put(resource("/a/b", "T")) }
	for _, c := range []struct {
		name    string
		do      func(tx *Tx) error
		changes bool
	}{
		{"a new resource", put, true},
		{"one that is put again", put, true},
		{"a record", func(tx *Tx) error { return tx.PutRecord("k", "a", nil) }, false},
		{"an event", func(tx *Tx) error { return tx.Schedule(Event{At: noon, Kind: "e"}) }, false},
		{"a change that is taken back", func(tx *Tx) error {
			before := tx.Version()
			_ = tx.Attempt(func() error { return errors.Join(put(tx), fails) })
			if tx.Version() == before {
				t.Error("within the transaction it is the same")
			}
			return fails
		}, true},
		{"a deletion of nothing", func(tx *Tx) error { return tx.Delete("/x") }, false},
		{"a deletion", func(tx *Tx) error { return tx.Delete("/a/b") }, true},
	} {
		before := version()
		_ = s.Write(c.do)
		if (version() != before) != c.changes {
			t.Errorf("%s: the version was %d and is %d", c.name, before, version())
		}
	}
}
