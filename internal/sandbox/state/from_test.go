package state

import (
	"fmt"
	"slices"
	"testing"
)

func TestIterationGoesOnWhereAPageEnded(t *testing.T) {
	s := New()
	want := map[string][]string{}
	if err := s.Write(func(tx *Tx) error {
		for _, typ := range []string{"M.A/as", "M.B/bs"} {
			for i := range 5 {
				id := fmt.Sprintf("%s/providers/%s/n%d", group, typ, i)
				want[typ] = append(want[typ], id)
				if err := tx.Put(&Resource{ID: id, Type: typ}); err != nil {
					return err
				}
			}
		}
		return tx.Put(&Resource{ID: "/subscriptions/s/resourceGroups/h/providers/M.B/bs/n9", Type: "M.B/bs"})
	}); err != nil {
		t.Fatal(err)
	}
	all := append(slices.Clone(want["M.A/as"]), want["M.B/bs"]...)
	ids := func(seq func(func(*Resource) bool)) (out []string) {
		for r := range seq {
			out = append(out, r.ID)
		}
		return out
	}
	_ = s.Read(func(tx *Tx) error {
		for i := range all {
			if got := ids(tx.BelowAfter(group, all[i])); !slices.Equal(got, all[i+1:]) {
				t.Errorf("below, after %s: %v", all[i], got)
			}
		}
		for typ, of := range want {
			for i := range of {
				if got := ids(tx.OfTypeAfter(typ, group, of[i])); !slices.Equal(got, of[i+1:]) {
					t.Errorf("%s after %s: %v", typ, of[i], got)
				}
			}
			if got := ids(tx.OfTypeAfter(typ, group, "")); !slices.Equal(got, of) {
				t.Errorf("%s from the start: %v", typ, got)
			}
		}
		if got := ids(tx.BelowAfter(group, "")); !slices.Equal(got, all) {
			t.Errorf("below, from the start: %v", got)
		}
		return nil
	})
}
