package kusto_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestInventories runs the queries of testdata/inventory over the small estate;
// what they give stands beside each.
func TestInventories(t *testing.T) {
	queries, err := filepath.Glob("testdata/inventory/*.kql")
	if err != nil || len(queries) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, file := range queries {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".kql"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := lines(run(t, string(text), kusto.Options{DocumentedJoins: true})) + "\n"
			golden := strings.TrimSuffix(file, ".kql") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", file, diff)
			}
		})
	}
}
