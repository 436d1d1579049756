package benchmark_test

import (
	"bytes"
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
	"github.com/holdfast-ml/holdfast/internal/source/inventory/inventorytest"
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

// folder is one quickstart, read once, so that no benchmark measures the disk.
type folder struct {
	name  string
	disk  memory
	files [][]byte // what a plain decoder is given
	bytes int
}

// memory serves what was read before, by full names.
type memory struct {
	files map[string][]byte
	dirs  map[string][]fs.DirEntry
	infos map[string]fs.FileInfo
}

func (m memory) ReadFile(name string) ([]byte, error) { return get(m.files, "open", name) }

func (m memory) ReadDir(name string) ([]fs.DirEntry, error) { return get(m.dirs, "open", name) }

func (m memory) Stat(name string) (fs.FileInfo, error) { return get(m.infos, "stat", name) }

func get[T any](from map[string]T, op, name string) (T, error) {
	v, ok := from[name]
	if !ok {
		v, ok = from[filepath.Clean(name)]
	}
	if !ok {
		return v, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return v, nil
}

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
		f := folder{name: filepath.Join(top, e.Name()), disk: memory{map[string][]byte{}, map[string][]fs.DirEntry{}, map[string]fs.FileInfo{}}}
		if err := filepath.WalkDir(f.name, f.remember); err != nil {
			tb.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func (f *folder) remember(path string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if f.disk.infos[path], err = d.Info(); err != nil {
		return err
	}
	if d.IsDir() {
		f.disk.dirs[path], err = entries(path)
		return err
	}
	b, err := os.ReadFile(path)
	f.disk.files[path] = b
	if strings.HasSuffix(path, ".json") {
		f.files, f.bytes = append(f.files, b), f.bytes+len(b)
	}
	return err
}

// entries lists a folder with entries that know all about their files.
func entries(path string) ([]fs.DirEntry, error) {
	list, err := os.ReadDir(path)
	for i, e := range list {
		info, ierr := e.Info()
		if ierr != nil {
			return nil, ierr
		}
		list[i] = fs.FileInfoToDirEntry(info)
	}
	return list, err
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
	e, _, err := source.Load(context.Background(), []string{f.name}, source.Options{Files: f.disk})
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

// BenchmarkInventory costs an inventory of 100,000 resources with 1,000
// workspaces, beside plain decoding of the same bytes.
func BenchmarkInventory(b *testing.B) {
	src := inventorytest.Generate(1000)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain-json", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			var x any
			if err := json.Unmarshal(src, &x); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("assess", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			e, _, err := source.Load(context.Background(), []string{source.Stdin}, source.Options{Stdin: bytes.NewReader(src)})
			if err != nil {
				b.Fatal(err)
			}
			r, err := assess.Assess(context.Background(), e, cat, assess.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(r.Summary.Resources), "resources")
			b.ReportMetric(float64(r.Summary.Workspaces), "workspaces")
		}
	})
}
