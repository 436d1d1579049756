package data_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the catalog looks at or adds can be written: its type has a version of
// the API, and the way in which its settings are changed.
func TestEveryTypeCanBeWritten(t *testing.T) {
	c := load(t)
	known := func(what, name string) {
		if name != "" && c.TypeOf(name) == nil {
			t.Errorf("%s: types.yaml does not have %s", what, name)
		}
	}
	for _, s := range c.Services() {
		for _, m := range s.Matches {
			known(s.ID, m.Type)
		}
		for _, set := range s.Settings {
			known(s.ID+"."+set.Name, set.Child)
		}
	}
	for _, r := range c.Remedies() {
		for _, a := range r.Add {
			known(r.ID, a.Type)
		}
	}
}

// Where the published schemas have a type, they have it in the version that is
// written.
func TestTypesAreWrittenInPublishedVersions(t *testing.T) {
	schemas := filepath.Join(shared(t), "data", "arm-schemas")
	files, err := filepath.Glob(filepath.Join(schemas, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas in %s: %v", schemas, err)
	}
	c := load(t)
	text := map[string]string{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text[f] = string(src)
	}
	checked := 0
	for _, s := range c.Services() {
		for _, m := range s.Matches {
			found, right := "", false
			for f, src := range text {
				if strings.Contains(src, `"`+m.Type+`"`) {
					found = filepath.Base(filepath.Dir(f))
					right = right || c.TypeOf(m.Type) != nil && found == c.TypeOf(m.Type).APIVersion
				}
			}
			if found != "" && c.TypeOf(m.Type) != nil {
				checked++
				if !right {
					t.Errorf("%s is written in version %s, the schema has %s", m.Type, c.TypeOf(m.Type).APIVersion, found)
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d types were found in the schemas", checked)
	}
}

// shared is the folder with the shared data; without it the test is passed over.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HOLDFAST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the shared data is not there: %v", err)
	}
	return dir
}
