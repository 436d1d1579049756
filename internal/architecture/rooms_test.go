package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/architecture"
)

// imports asks the go command which package of the module imports which.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p.Imports
	}
}

func TestNoRoomKnowsWhatItMustNot(t *testing.T) {
	all := imports(t)
	if len(all) < 10 {
		t.Fatalf("only %d packages listed: the test would prove nothing", len(all))
	}
	for _, b := range architecture.Breaks(all) {
		t.Error(b)
	}
}

func TestBreaksAreFound(t *testing.T) {
	m := architecture.Module + "/"
	tests := []struct {
		name     string
		from, to string
		broken   bool
	}{
		{"a lens knows the catalog", "internal/outage", "internal/catalog", false},
		{"a lens must not know a source", "internal/assess", "internal/source/template", true},
		{"a lens must not know a report", "internal/outage", "internal/report/text", true},
		{"the language knows no other room", "arm/template", "internal/estate", true},
		{"the language knows itself", "arm/template", "arm/eval", false},
		{"the model knows values", "internal/estate", "arm/value", false},
		{"the model does not know the evaluator", "internal/estate", "arm/eval", true},
		{"a source does not know the catalog", "internal/source/relate", "internal/catalog", true},
		{"main only delegates", "cmd/holdfast", "internal/assess", true},
		{"the command line knows all", "internal/cli", "internal/source", false},
		{"a prefix is a folder, not a word", "internal/catalogue", "internal/estate", true},
		{"other modules are nobody's business", "arm/jsonc", "../../strings", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to := m + tt.to
			if strings.HasPrefix(tt.to, "../../") {
				to = strings.TrimPrefix(tt.to, "../../")
			}
			got := architecture.Breaks(map[string][]string{m + tt.from: {to}})
			if (len(got) > 0) != tt.broken {
				t.Errorf("Breaks = %v, want broken = %v", got, tt.broken)
			}
		})
	}
}
