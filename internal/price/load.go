package price

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// Options say how a list is loaded. The zero Options work.
type Options struct {
	Now time.Time // prices that are valid only later do not replace older ones; zero: they do
}

// Load reads a downloaded price list: files, and folders with .json, .jsonl and
// .ndjson files in them. Only what some meter of the catalog asks for is kept, so
// files may be far larger than the memory. The error has the place.
func Load(cat *catalog.Catalog, opt Options, names ...string) (*List, error) {
	b := newBuilder(cat, opt.Now)
	ends, singles := 0, 0
	for _, name := range names {
		files, err := filesOf(name)
		if err != nil {
			return nil, fmt.Errorf("reading prices: %w", err)
		}
		for _, file := range files {
			one, end, err := b.readFile(file)
			if err != nil {
				return nil, fmt.Errorf("reading prices: %w", err)
			}
			if one {
				singles++
				if end {
					ends++
				}
			}
		}
	}
	if singles > 0 && ends == 0 {
		b.list.Partial = append(b.list.Partial, "every page says that another page follows: the last one is missing")
	}
	return b.finish()
}

// Read is [Load] for one stream; date is when it was written, zero when that is
// not known.
func Read(cat *catalog.Catalog, opt Options, name string, r io.Reader, date time.Time) (*List, error) {
	b := newBuilder(cat, opt.Now)
	if err := b.read(name, r, date); err != nil {
		return nil, fmt.Errorf("reading prices: %w", err)
	}
	return b.finish()
}

func (b *builder) finish() (*List, error) {
	l := b.done()
	if read, _ := l.Items(); read == 0 {
		return nil, fmt.Errorf("reading prices: there is no item in what was read: download the price list again, see docs/costs.md")
	}
	return l, nil
}

// readFile reads one file; one says that it is a single page, end that no other
// one follows it.
func (b *builder) readFile(name string) (one, end bool, err error) {
	file, err := os.Open(name)
	if err != nil {
		return false, false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, false, err
	}
	pages, ends := b.pages, b.ends
	err = b.read(name, file, info.ModTime().UTC())
	return b.pages == pages+1, b.ends > ends, err
}

// filesOf lists the files of a folder in the order of their names; a file is
// itself.
func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var out []string
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains([]string{".json", ".jsonl", ".ndjson"}, strings.ToLower(filepath.Ext(path))) {
			out = append(out, path)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%s has no .json file: name the folder with the downloaded price list", name)
	}
	return out, err
}
