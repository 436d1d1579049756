package blueprint_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares a text with a file below testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// What is written reads as a careful person would have written it: some of it is
// kept to be looked at.
func TestWhatIsWritten(t *testing.T) {
	for dir, src := range map[string]string{
		"plain": "name: churn\nregion: northeurope\ntarget: dev\n",
		"pair":  "name: churn\nregion: westeurope\nsecondRegion: northeurope\ntarget: critical\nnetwork: private\nservices: [aks, data-lake, sql]\ntags: {team: ml}\nadministrators: {name: ml-admins, objectId: 11111111-2222-4333-8444-555555555555}\n",
		"keyed": "name: churn\nregion: westeurope\nsecondRegion: swedencentral\ncustomerManagedKey: true\nservices: [mysql, databricks, hdinsight]\n",
	} {
		s, err := blueprint.ParseSpec("workspace.yaml", []byte(src))
		if err == nil {
			err = s.Check()
		}
		if err != nil {
			t.Fatal(err)
		}
		files, err := blueprint.Compose(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			golden(t, dir+"/"+strings.TrimPrefix(f.Name, "."), f.Text)
			for n, line := range strings.Split(f.Text, "\n") {
				if strings.TrimRight(line, " \t") != line {
					t.Errorf("%s/%s:%d ends in blanks", dir, f.Name, n+1)
				}
			}
		}
	}
}
