package telemetry

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestForgettingAComponentLeavesTheOthers(t *testing.T) {
	s := state.New()
	err := s.Write(func(tx *state.Tx) error {
		for _, key := range []string{"/g/one/0000", "/g/one/0001", "/g/onemore/0000"} {
			if err := tx.PutRecord(itemRecords, key, []byte("{}")); err != nil {
				return err
			}
		}
		if err := tx.PutRecord(countRecords, "/g/one", []byte("2")); err != nil {
			return err
		}
		return Forget(tx, "/g/One")
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Read(func(tx *state.Tx) error {
		var left []string
		for k := range tx.Records(itemRecords, "") {
			left = append(left, k)
		}
		if len(left) != 1 || left[0] != "/g/onemore/0000" || count(tx, "/g/one") != 0 {
			t.Errorf("what is left is %v, and %d are counted", left, count(tx, "/g/one"))
		}
		return nil
	})
}
