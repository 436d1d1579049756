package improve

import (
	"strings"
	"testing"
)

// FuzzWeights gives any text as a file of costs: it is refused with the file's name,
// or every cost that it has is one.
func FuzzWeights(f *testing.F) {
	f.Add("currency: EUR\nresources:\n  - {name: st, monthly: 40}\n")
	f.Add("resources: [{name: a, monthly: 1e400}]")
	f.Add("resources: &a [*a, *a]")
	f.Add("{{{{")
	f.Add("resources:\n  - name: [x]\n    monthly: .inf\n")
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseWeights("costs.yaml", []byte(text))
		if err != nil {
			if !strings.Contains(err.Error(), "costs.yaml") {
				t.Errorf("the message does not name the file: %v", err)
			}
			return
		}
		for name, x := range w.Monthly {
			if name == "" || !(x >= 0) || x > 1e12 {
				t.Errorf("%q costs %v", name, x)
			}
		}
		if !w.Money() {
			t.Error("a file without costs is taken")
		}
	})
}
