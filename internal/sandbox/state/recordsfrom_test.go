package state

import (
	"slices"
	"testing"
)

func TestRecordsFrom(t *testing.T) {
	s := New()
	write(t, s, func(tx *Tx) error {
		for _, k := range []string{"a/1", "a/2", "a/3", "b/1"} {
			_ = tx.PutRecord("kind", k, []byte(k))
		}
		return tx.PutRecord("kinder", "a/2", nil)
	})
	for _, c := range []struct {
		prefix, from string
		want         []string
	}{
		{"a/", "", []string{"a/1", "a/2", "a/3"}},
		{"a/", "a/2", []string{"a/2", "a/3"}},
		{"a/", "a/2\x00", []string{"a/3"}},
		{"a/", "b/", nil},
		{"", "a/3", []string{"a/3", "b/1"}},
	} {
		_ = s.Read(func(tx *Tx) error {
			var got []string
			for k, v := range tx.RecordsFrom("kind", c.prefix, c.from) {
				if string(v) != k {
					t.Errorf("%s holds %q", k, v)
				}
				got = append(got, k)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("below %q from %q are %q, want %q", c.prefix, c.from, got, c.want)
			}
			return nil
		})
	}
}
