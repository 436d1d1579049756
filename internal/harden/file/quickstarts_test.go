package file_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// shared is a folder of the public material beside the checkout.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("HOLDFAST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the shared data is not there: set HOLDFAST_SHARED")
	}
	return dir
}

// here is what the templates are deployed to.
var here = template.Options{SubscriptionID: "6f1c1c8e-5c3a-4f0b-9a55-0d3d2f9d1a11", ResourceGroup: "rg", Location: "eastus2", TenantID: "0b0d1f5c-0d1a-4f7e-8b39-5a6f2f7c9e10"}

// published lists the templates to deploy, one of each folder.
func published(t testing.TB) (names, files []string) {
	root := shared(t, "quickstarts")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := filepath.Join(root, e.Name(), "azuredeploy.json")
		if _, err := os.Stat(name); err == nil {
			names, files = append(names, e.Name()), append(files, name)
		}
	}
	return names, files
}

func defaults(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func hardened(t testing.TB, cat *catalog.Catalog, opts source.Options, target string, names ...string) *file.Result {
	t.Helper()
	res, err := file.Harden(context.Background(), file.Input{Names: names, Catalog: cat, Source: opts},
		file.Options{Assess: assess.Options{Target: assess.TargetByName(target)}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// memory is files of the disk with some of them edited.
type memory map[string][]byte

func (m memory) put(res *file.Result) memory {
	for _, f := range res.Files {
		m[filepath.Clean(f.Name)] = f.After
	}
	return m
}

func (m memory) ReadFile(name string) ([]byte, error) {
	if text, ok := m[filepath.Clean(name)]; ok {
		return text, nil
	}
	return os.ReadFile(name)
}
func (m memory) ReadDir(name string) ([]os.DirEntry, error) { return os.ReadDir(name) }
func (m memory) Stat(name string) (os.FileInfo, error)      { return os.Stat(name) }

// Every planned change of every published template is made and proven; a second run changes nothing; what is not changed is the same to the byte.
func TestQuickstartsAreMended(t *testing.T) {
	cat := defaults(t)
	names, files := published(t)
	nowhere := here
	nowhere.Location = ""
	for i, name := range names {
		for _, target := range []string{"production", "critical"} {
			for where, opts := range map[string]template.Options{"": here, " without a region": nowhere} {
				t.Run(name+" "+target+where, func(t *testing.T) {
					res := hardened(t, cat, source.Options{Template: opts}, target, files[i])
					for _, x := range res.Plan.Items {
						key := name + " " + target + " " + x.Finding.Rule.ID + " " + x.Finding.Resource.Name
						switch {
						case x.Outcome == harden.Planned, x.Outcome == harden.Mended && len(x.Steps) == 0:
							t.Errorf("%s is left as it was", key)
						case x.Outcome == harden.Withdrawn:
							t.Errorf("%s is withdrawn: %s", key, x.Why)
						}
					}
					holds(t, res)
					again := hardened(t, cat, source.Options{Template: opts, Files: memory{}.put(res)}, target, files[i])
					for _, f := range again.Files {
						t.Errorf("a second run changes %s: %v", f.Name, f.Changes)
					}
				})
			}
		}
	}
}

// holds checks what the result promises.
func holds(t testing.TB, res *file.Result) {
	t.Helper()
	for _, f := range res.Files {
		rest, at := []byte(nil), 0
		for _, c := range f.Changes {
			rest = append(append(rest, f.Before[at:c.Start]...), c.Text...)
			at = c.End
			if len(c.Why) == 0 {
				t.Errorf("%s: the change at %d has no reason", f.Name, c.Start)
			}
		}
		if rest = append(rest, f.Before[at:]...); string(rest) != string(f.After) {
			t.Errorf("%s: the changes do not make the text", f.Name)
		}
	}
	failing := map[string]bool{}
	for _, i := range res.Plan.Items {
		if i.Follows { // it is told that this comes
			failing[i.Finding.Fingerprint] = true
		}
	}
	for _, f := range res.Before.Findings {
		if f.Status == assess.Fail {
			failing[f.Fingerprint] = true
		}
	}
	now := map[string]bool{}
	for _, f := range res.After.Findings {
		if f.Status == assess.Fail {
			now[f.Fingerprint] = true
			if !failing[f.Fingerprint] {
				t.Errorf("%s of %s is new", f.Rule.ID, f.Resource.Name)
			}
		}
	}
	for _, i := range res.Plan.Items {
		if i.Outcome == harden.Mended && now[i.Finding.Fingerprint] {
			t.Errorf("%s of %s is not mended", i.Finding.Rule.ID, i.Finding.Resource.Name)
		}
	}
}
