package lookup_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/lookup"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestFind(t *testing.T) {
	const typ = "Microsoft.KeyVault/vaults"
	s := state.New()
	at := func(group, name string) string {
		return "/subscriptions/s/resourceGroups/" + group + "/providers/" + typ + "/" + name
	}
	put := func(id, typ, name string) {
		if err := s.Write(func(tx *state.Tx) error { return tx.Put(&state.Resource{ID: id, Type: typ, Name: name}) }); err != nil {
			t.Fatal(err)
		}
	}
	put(at("a", "Vault1"), typ, "Vault1")
	put("/subscriptions/s/other", "Other/type", "vault2")
	x := lookup.Index{Type: typ}
	find := func(name string) (id string) {
		_ = s.Read(func(tx *state.Tx) error {
			if r := x.Find(tx, name); r != nil {
				id = r.ID
			}
			return nil
		})
		return id
	}
	for range 2 { // the second time it is remembered
		if got := find("vault1"); got != at("a", "Vault1") {
			t.Errorf("vault1 is %q", got)
		}
		if got := find("vault2"); got != "" {
			t.Errorf("a resource of another type is taken: %q", got)
		}
	}
	if err := s.Write(func(tx *state.Tx) error { return tx.Delete(at("a", "Vault1")) }); err != nil {
		t.Fatal(err)
	}
	if got := find("vault1"); got != "" {
		t.Errorf("a deleted vault is %q", got)
	}
	put(at("b", "vault1"), typ, "vault1")
	if got := find("VAULT1"); got != at("b", "vault1") {
		t.Errorf("the new one is %q", got)
	}
}
