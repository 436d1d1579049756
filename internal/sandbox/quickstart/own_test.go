package quickstart_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/quickstart"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

var update = flag.Bool("update", false, "rewrite the lists of what templates make")

// TestTemplatesOfTheProjectsOwnAreDeployed deploys templates with everything that a
// new workspace may consist of, twice, and holds what they make to testdata/own/
// *.made. The second time nothing may be made or refused.
func TestTemplatesOfTheProjectsOwnAreDeployed(t *testing.T) {
	all, err := filepath.Glob(filepath.Join("testdata", "own", "*.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("there are no templates: %v", err)
	}
	for _, file := range all {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parameters := ""
			if strings.Contains(string(template), `"workspace": { "type": "string" }`) {
				parameters = `{"parameters":{"workspace":{"value":"GET-PREREQ-workspaceName"}}}`
			}
			s := start(t)
			began := s.World.Clock.Now()
			deploy := func() {
				t.Helper()
				if err := quickstart.Deploy(t, s, name, template, []byte(parameters), quickstart.In("westeurope"), quickstart.Group("rg")); err != nil {
					t.Fatal(err)
				}
			}
			deploy()
			if took := s.World.Clock.Now().Sub(began); took > 4*time.Hour {
				t.Errorf("it took %v", took)
			}
			made := kept(t, s)
			golden := strings.TrimSuffix(file, ".json") + ".made"
			if *update {
				if err := os.WriteFile(golden, []byte(made), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if made != string(want) {
				t.Errorf("it makes\n%s\nand made\n%s", made, want)
			}
			deploy()
			if again := kept(t, s); again != made {
				t.Errorf("the second time there are\n%s\nnot\n%s", again, made)
			}
		})
	}
}

// kept lists how many of each type there are in each region, and complains of what
// is not whole.
func kept(t *testing.T, s *sandbox.Sandbox) string {
	t.Helper()
	count := map[string]int{}
	if err := s.World.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below("") {
			body, err := object.Decode(r.Body)
			if err != nil {
				return err
			}
			if word := object.Text(body, "properties.provisioningState"); word != "" && !strings.EqualFold(word, "Succeeded") {
				t.Errorf("%s is %s", r.ID, word)
			}
			count[r.Type+" "+cmp.Or(r.Location, "-")]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, what := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(&out, "%s %d\n", what, count[what])
	}
	return out.String()
}
