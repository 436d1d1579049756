package sandboxtest

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestAWorldHoldsWhatIsPut(t *testing.T) {
	w := New(t)
	id := w.Account("data", "Standard_LRS", nil)
	child := w.Put("Microsoft.Storage/storageAccounts/data/blobServices/default", "", nil, nil)
	_ = w.Store.Read(func(tx *state.Tx) error {
		if r := tx.Resource(id); r == nil || r.Type != "Microsoft.Storage/storageAccounts" || r.Name != "data" {
			t.Errorf("the account is %+v", r)
		}
		if r := tx.Resource(child); r == nil || r.Type != "Microsoft.Storage/storageAccounts/blobServices" {
			t.Errorf("the child is %+v", r)
		}
		return nil
	})
	w.Health.Set(id, world.Standing{Read: world.Gone})
	if w.World.Health.Resource(nil, id, Noon).Read != world.Gone {
		t.Error("the health is not what was said")
	}
}
