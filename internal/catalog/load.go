package catalog

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"reflect"
	"strings"
	"sync"
)

//go:embed data.json
var embedded []byte

// Default gives the embedded catalog. It is loaded once; it is checked by the
// tests, not at run time.
func Default() (*Catalog, error) { return defaultCatalog() }

var defaultCatalog = sync.OnceValues(func() (*Catalog, error) { return load(embedded) })

// load reads what Generate wrote.
func load(data []byte) (*Catalog, error) {
	root, err := readJSON(data)
	if err != nil {
		return nil, err
	}
	rd := &reader{file: "the embedded catalog"}
	b, in := new(bundle), new(input)
	rd.read(&root, reflect.ValueOf(b).Elem())
	in.add(b)
	if err := rd.problems.sorted(); err != nil {
		return nil, err
	}
	return assemble(nil, in), nil
}

// Load gives the embedded catalog extended with the folders, one after the
// other. The error is a [Problems] when what the files say is wrong.
func Load(dirs ...string) (*Catalog, error) {
	c, err := Default()
	for _, dir := range dirs {
		if err != nil {
			return nil, err
		}
		info, statErr := os.Stat(dir)
		if statErr != nil {
			return nil, fmt.Errorf("reading a catalog: %w: name a folder with services, rules or sources in YAML", statErr)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("reading a catalog: %s is not a folder: name the folder that it is in", dir)
		}
		c, err = c.With(os.DirFS(dir), dir)
	}
	return c, err
}

// With gives the catalog extended with the files of fsys; name is what its
// places begin with, usually the folder's path. Everything that is wrong is
// reported together, as [Problems]; conditions are compiled and type-checked.
func (c *Catalog) With(fsys fs.FS, name string) (*Catalog, error) {
	in, rd, err := readFiles(fsys, name)
	if err != nil {
		return nil, err
	}
	out := assemble(c, in)
	check(c, out, in, rd)
	if err := rd.problems.sorted(); err != nil {
		return nil, err
	}
	return out, nil
}

// Parse gives the catalog of a folder alone, without the embedded one, checked
// as by [Catalog.With].
func Parse(fsys fs.FS, name string) (*Catalog, error) { return (*Catalog)(nil).With(fsys, name) }

// Generate gives the catalog of a folder in the form that is embedded.
func Generate(fsys fs.FS) ([]byte, error) {
	if _, err := Parse(fsys, "data"); err != nil {
		return nil, err
	}
	var all node
	err := eachFile(fsys, func(name string, src []byte) error {
		root, err := readYAML(src)
		if err != nil || root.kind == nullNode {
			return err
		}
		bundle, err := bundleOf(name, root)
		for i := range bundle.fields {
			all.append(&bundle.fields[i])
		}
		return err
	})
	all.kind = mapNode
	return append(appendJSON(nil, &all, 0), '\n'), err
}

// append adds the elements of a list to the section of the same name.
func (n *node) append(f *field) {
	if section := n.get(f.key); section != nil {
		section.elems = append(section.elems, f.value.elems...)
		return
	}
	n.fields = append(n.fields, field{key: f.key, value: f.value})
}

// bundle is what the files of one catalog hold.
type bundle struct {
	Services []Service `yaml:"services"`
	Rules    []Rule    `yaml:"rules"`
	Remedies []Remedy  `yaml:"remedies"`
	Meters   []Meter   `yaml:"meters"`
	Types    []Type    `yaml:"types"`
	Sources  []Source  `yaml:"sources"`
	Needs    []Need    `yaml:"needs"`
	Spreads  []Spread  `yaml:"spreads"`
	Disable  []string  `yaml:"disable"`
}

// input is the bundles of all files, with what was read kept where it is: the
// checks find places by pointer.
type input struct {
	services []*Service
	rules    []*Rule
	remedies []*Remedy
	meters   []*Meter
	types    []*Type
	sources  []*Source
	needs    []*Need
	spreads  []*Spread
	disable  []*string
}

func (in *input) add(b *bundle) {
	in.services = appendPointers(in.services, b.Services)
	in.rules = appendPointers(in.rules, b.Rules)
	in.remedies = appendPointers(in.remedies, b.Remedies)
	in.meters = appendPointers(in.meters, b.Meters)
	in.types = appendPointers(in.types, b.Types)
	in.sources = appendPointers(in.sources, b.Sources)
	in.needs = appendPointers(in.needs, b.Needs)
	in.spreads = appendPointers(in.spreads, b.Spreads)
	in.disable = appendPointers(in.disable, b.Disable)
}

func appendPointers[T any](dst []*T, elems []T) []*T {
	for i := range elems {
		dst = append(dst, &elems[i])
	}
	return dst
}

// maxFiles and maxTotal bound a whole catalog.
const (
	maxFiles = 1000
	maxTotal = 2 << 20
)

func readFiles(fsys fs.FS, name string) (*input, *reader, error) {
	in, rd := new(input), &reader{keep: true, places: map[any]place{}}
	count := 0
	err := eachFile(fsys, func(file string, src []byte) error {
		count++
		rd.file = path.Join(name, file)
		if err := rd.addFile(file, src, in); err != nil {
			rd.problem(int32(err.line), int32(err.column), err.what, err.do)
			rd.unread = true
		}
		return nil
	})
	if err == nil && count == 0 {
		err = fmt.Errorf("reading a catalog: there is no .yaml file in %s: put services, rules or sources there", name)
	}
	return in, rd, err
}

// addFile reads one file into in.
func (rd *reader) addFile(file string, src []byte, in *input) *syntaxError {
	root, err := readYAML(src)
	if err == nil && root.kind != nullNode { // null: empty, or nothing but comments
		if root, err = bundleOf(file, root); err == nil {
			b := new(bundle)
			rd.read(&root, reflect.ValueOf(b).Elem())
			in.add(b)
		}
	}
	var syntax *syntaxError
	errors.As(err, &syntax)
	return syntax
}

// eachFile calls f with every YAML file of a folder, in the order of their paths.
func eachFile(fsys fs.FS, f func(name string, src []byte) error) error {
	count, total := 0, 0
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading a catalog: %w", err)
		}
		ext := path.Ext(name)
		if d.IsDir() || (ext != ".yaml" && ext != ".yml") {
			return nil
		}
		src, err := readBounded(fsys, name)
		if err != nil {
			return fmt.Errorf("reading a catalog: %w", err)
		}
		count, total = count+1, total+len(src)
		if count > maxFiles || total > maxTotal {
			return fmt.Errorf("reading a catalog: more than %d files or %d bytes: name a folder that holds only the catalog", maxFiles, maxTotal)
		}
		return f(name, src)
	})
}

// readBounded reads one byte more than a file may have: the check of its size
// says what is wrong with it.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxFileBytes+1))
}

// bundleOf gives the tree of a file as a mapping of sections: the folder or the
// name of the file tells which section a list belongs to.
func bundleOf(file string, root node) (node, error) {
	if root.kind == mapNode && hasSection(&root) {
		return root, nil
	}
	section := path.Base(path.Dir(file))
	if !isSection(section) {
		section = strings.TrimSuffix(path.Base(file), path.Ext(file))
	}
	if !isSection(section) {
		return node{}, root.refuse("the file does not say what it holds", "begin with services:, rules:, remedies:, meters:, types:, sources:, needs:, spreads: or disable:, or put it into a folder of that name")
	}
	if root.kind == mapNode {
		root = node{kind: listNode, line: root.line, column: root.column, elems: []node{root}}
	}
	return node{kind: mapNode, line: root.line, column: root.column, fields: []field{{key: section, line: root.line, column: root.column, value: root}}}, nil
}

func isSection(name string) bool {
	return fieldsOf(reflect.TypeFor[bundle]()).find(name) >= 0
}

// hasSection tells a mapping of sections from a single service, rule or source,
// which have an id or a key.
func hasSection(n *node) bool {
	return n.get("id") == nil && n.get("key") == nil && n.get("capability") == nil && n.get("role") == nil &&
		len(n.fields) > 0 && isSection(n.fields[0].key)
}
