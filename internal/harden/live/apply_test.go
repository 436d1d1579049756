package live_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/harden/live"
)

func TestAPlanIsCarriedOutAndTakenBack(t *testing.T) {
	c := start(t)
	p, g := c.usual("once")
	w, o := c.work(p, g), c.options()
	from := len(c.Writes(0))
	run, err := live.Apply(t.Context(), o, w)
	if err != nil || !run.Good() || !strings.HasPrefix(run.ID, "harden-") {
		t.Fatalf("%+v, %v", run, err)
	}
	if n := len(c.Writes(0)) - from; n != len(w.Tasks) {
		t.Errorf("%d writes for %d tasks", n, len(w.Tasks))
	}
	again, err := live.Apply(t.Context(), o, w)
	if err != nil || !again.Good() || again.ID == run.ID {
		t.Fatalf("%+v, %v", again, err)
	}
	if n := len(c.Writes(0)) - from; n != len(w.Tasks) {
		t.Errorf("%d writes after the same was asked again", n)
	}
	if _, err := live.Undo(t.Context(), o, run.ID); err != nil {
		t.Fatal(err)
	}
	account := c.get(p.Steps[0].Resource.ID.String(), "2023-05-01")
	if sku := account.Path("sku", "name").Str(); sku != "Standard_LRS" {
		t.Errorf("the account is %s after the undoing", sku)
	}
}
