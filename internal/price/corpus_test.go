package price

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/source"
)

// corpus lists the folders with templates: the examples, and the published
// quickstarts where they are there.
func corpus(t *testing.T) []string {
	t.Helper()
	shared := os.Getenv("HOLDFAST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	var out []string
	for _, root := range []string{filepath.Join("..", "..", "examples"), filepath.Join(shared, "data", "quickstarts")} {
		entries, err := os.ReadDir(root)
		if err != nil {
			t.Logf("%v: not priced", err)
			continue
		}
		for _, e := range entries {
			if e.IsDir() {
				out = append(out, filepath.Join(root, e.Name()))
			}
		}
	}
	return out
}

// Whatever the template: each resource of it has a bill, each line of a bill is
// known or says why not, and the estate costs as much as itself.
func TestEveryTemplateHasItsBill(t *testing.T) {
	l, cat := madeUp(t), loadCatalog(t)
	priced, resources, types := 0, 0, map[string]int{}
	for _, dir := range corpus(t) {
		e, _, err := source.Load(t.Context(), []string{dir}, source.Options{})
		if err != nil {
			continue // no template in it
		}
		cat.Classify(e)
		total := Estate(l, cat, e)
		priced++
		for _, b := range total.Bills {
			resources++
			if b.Why != "" {
				types[b.Resource.Type]++
			}
			if (b.Why == "") == (len(b.Lines) == 0) {
				t.Errorf("%s: %s has %d lines, because %q", dir, b.Resource.Name, len(b.Lines), b.Why)
			}
			for _, x := range b.Lines {
				if x.Known == (x.Why != "") {
					t.Errorf("%s: %s, %s: known %v, because %q", dir, b.Resource.Name, x.What(), x.Known, x.Why)
				}
				if x.Known && !(x.Monthly >= 0) {
					t.Errorf("%s: %s, %s costs %g", dir, b.Resource.Name, x.What(), x.Monthly)
				}
			}
		}
		if d := Between(total, total); len(d.Changes) > 0 {
			t.Errorf("%s differs from itself by %+v", dir, d.Changes)
		}
		var text strings.Builder
		if err := total.Text(&text); err != nil || strings.Contains(text.String(), "%!") {
			t.Errorf("%s: %v\n%s", dir, err, text.String())
		}
	}
	if priced == 0 {
		t.Fatal("nothing was priced")
	}
	var unpriced []string
	for typ := range types {
		unpriced = append(unpriced, typ)
	}
	slices.Sort(unpriced)
	t.Logf("%d estates with %d resources; no meter fits %d types: %s", priced, resources, len(types), strings.Join(unpriced, ", "))
}
