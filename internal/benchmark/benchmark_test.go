package benchmark_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// quickstarts is the folder of published templates beside the checkout.
func quickstarts(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("HOLDFAST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "data", "quickstarts")
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("no published templates at %s: set HOLDFAST_SHARED to the folder that holds data/", dir)
	}
	return dir
}

// folder is one quickstart with its files in memory, so that no benchmark
// measures the disk.
type folder struct {
	name  string
	files memory
	bytes int
}

// memory serves files from memory, by their full names.
type memory map[string][]byte

func (m memory) ReadFile(name string) ([]byte, error) {
	if b, ok := m[filepath.Clean(name)]; ok {
		return b, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (m memory) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

func (m memory) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// load reads every quickstart folder that holds templates.
func load(tb testing.TB) []folder {
	tb.Helper()
	top := quickstarts(tb)
	entries, err := os.ReadDir(top)
	if err != nil {
		tb.Fatal(err)
	}
	var out []folder
	for _, e := range entries {
		f := folder{name: filepath.Join(top, e.Name()), files: memory{}}
		err := filepath.WalkDir(f.name, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			b, err := os.ReadFile(path)
			f.files[filepath.Clean(path)] = b
			f.bytes += len(b)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// BenchmarkQuickstarts costs all published templates, from bytes to findings,
// beside plain decoding of the same bytes.
func BenchmarkQuickstarts(b *testing.B) {
	folders := load(b)
	size := 0
	for _, f := range folders {
		size += f.bytes
	}
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain-json", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, f := range folders {
				for _, src := range f.files {
					var x any
					_ = json.Unmarshal(src, &x) // two of the published files are malformed
				}
			}
		}
	})
	b.Run("assess", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, f := range folders {
				assessAll(b, cat, f)
			}
		}
	})
}

func assessAll(tb testing.TB, cat *catalog.Catalog, f folder) *assess.Result {
	e, _, err := source.Load(context.Background(), []string{f.name}, source.Options{Files: f.files})
	if err != nil {
		tb.Fatalf("%s: %v", f.name, err)
	}
	r, err := assess.Assess(context.Background(), e, cat, assess.Options{})
	if err != nil {
		tb.Fatalf("%s: %v", f.name, err)
	}
	return r
}

// TestEveryQuickstartIsAssessed makes sure that the benchmark does not measure
// failure: every folder gives resources and findings.
func TestEveryQuickstartIsAssessed(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range load(t) {
		r := assessAll(t, cat, f)
		if r.Summary.Resources == 0 || len(r.Findings) == 0 {
			t.Errorf("%s: %d resources, %d findings", filepath.Base(f.name), r.Summary.Resources, len(r.Findings))
		}
	}
}
