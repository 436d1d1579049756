package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
)

// loader gathers what the inputs give.
type loader struct {
	opts  Options
	files Files

	resources   []*estate.Resource
	relations   []estate.Relation
	coverage    estate.Coverage
	diagnostics []Diagnostic

	seen       map[string]bool    // files by cleaned name
	pending    []*pending         // templates, until all files are known
	parameters []*parameterFile   // parameter files
	groups     map[string]string  // region by the key of a group
	told       map[[2]string]bool // what and why of the notes in estates that were read back
	foreign    map[string]int     // files of other languages by extension
	foreignAt  map[string]string
	listed     struct { // the folder that was listed last
		dir     string
		entries []fs.DirEntry
	}
}

func newLoader(opts Options) *loader {
	l := &loader{opts: opts, files: opts.Files, seen: map[string]bool{}, groups: map[string]string{}}
	if l.files == nil {
		l.files = osFiles{}
	}
	return l
}

// maxFile bounds the size of one file; the JSON reader takes files of up to 2 GiB.
const maxFile = 1 << 30

func (l *loader) input(ctx context.Context, name string) error {
	if name == Stdin {
		return l.stdin()
	}
	info, err := l.files.Stat(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return notThere(name)
		}
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if info.IsDir() {
		if err := l.folder(ctx, name); err != nil {
			return err
		}
		l.tellForeign(name)
		return nil
	}
	l.file(name, info.Size(), true)
	return nil
}

// notThere is the error of an input that does not exist, by its name.
type notThere string

func (n notThere) Error() string { return "there is no file or folder " + string(n) }

// Is makes errors.Is(err, fs.ErrNotExist) hold.
func (notThere) Is(target error) bool { return target == fs.ErrNotExist }

func (l *loader) stdin() error {
	const name = "(standard input)"
	if l.opts.Stdin == nil {
		return errors.New("the input - means the standard input, which is not there")
	}
	if l.seen[name] {
		return nil
	}
	l.seen[name] = true
	src, err := io.ReadAll(io.LimitReader(l.opts.Stdin, maxFile+1))
	if err != nil {
		return fmt.Errorf("reading the standard input: %w", err)
	}
	if len(src) > maxFile {
		return errors.New("the standard input holds more than 1 GiB")
	}
	l.document(name, src, true)
	return nil
}

// skippedFolders hold no input of the user's.
var skippedFolders = []string{".git", "node_modules", ".terraform"}

// folder reads a folder and those below it, in the order of their names.
func (l *loader) folder(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := l.files.ReadDir(dir)
	if err != nil {
		l.unreadable(dir, err)
		return nil
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if !slices.Contains(skippedFolders, e.Name()) {
				if err := l.folder(ctx, name); err != nil {
					return err
				}
			}
		case isJSON(e.Name()):
			info, err := e.Info()
			if err == nil && e.Type()&fs.ModeSymlink != 0 {
				info, err = l.files.Stat(name)
			}
			switch {
			case err != nil:
				l.unreadable(name, err)
			case info.Mode().IsRegular():
				l.file(name, info.Size(), false)
			case info.IsDir():
				l.link(name)
			}
		case e.Type()&fs.ModeSymlink != 0:
			l.link(name)
		default:
			l.foreignFile(name)
		}
	}
	return nil
}

// link tells of a link to a folder: it is not followed, since it may lead in a
// circle or out of what the user named.
func (l *loader) link(name string) {
	info, err := l.files.Stat(name)
	if err == nil && info.IsDir() {
		l.coverage.NotSeen = append(l.coverage.NotSeen, estate.NotSeen{
			What: name, Why: "it is a link to a folder, and those are not followed; name the folder as an input too", Origin: estate.Origin{File: name}})
		return
	}
	l.foreignFile(name)
}

func isJSON(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".jsonc", ".ndjson", ".jsonl":
		return true
	}
	return false
}

func (l *loader) unreadable(name string, err error) {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	l.coverage.NotSeen = append(l.coverage.NotSeen, estate.NotSeen{What: name, Why: "it cannot be read: " + err.Error(), Origin: estate.Origin{File: name}})
	l.report(template.Error, CodeRead, name, "it cannot be read: "+err.Error(), "")
}

func (l *loader) report(severity template.Severity, code, file, message, hint string) {
	l.diagnostics = append(l.diagnostics, Diagnostic{Code: code, Severity: severity, Message: message, Hint: hint, Pos: jsonc.Position{File: file}})
}

func (l *loader) file(name string, size int64, named bool) {
	clean := filepath.Clean(name)
	if l.seen[clean] {
		return
	}
	l.seen[clean] = true
	if size > maxFile {
		l.unreadable(name, fmt.Errorf("it has %d bytes, more than 1 GiB", size))
		return
	}
	src, err := l.files.ReadFile(name)
	if err != nil {
		l.unreadable(name, err)
		return
	}
	l.document(name, src, named)
}

// document reads one text. A text that the user named must be one that Holdfast
// knows; in a folder others may lie about.
func (l *loader) document(name string, src []byte, named bool) {
	doc, errs := jsonc.Parse(name, src)
	if len(errs) > 0 {
		if joined, ok := inventory.Join(src); ok {
			if stream, bad := jsonc.Parse(name, joined); len(bad) == 0 && inventory.Recognise(stream.Root()) == "inventory" {
				l.inventory(name, "inventory", inventory.ReadStream(stream))
				return
			}
		}
	}
	kind := Recognise(doc)
	if len(errs) > 0 {
		l.syntax(name, kind, errs, named)
		return
	}
	switch kind {
	case "template":
		l.pending = append(l.pending, &pending{name: name, doc: doc, named: named})
	case "parameters":
		l.parameters = append(l.parameters, &parameterFile{name: name, clean: filepath.Clean(name), doc: doc, named: named})
	case "inventory", "estate":
		l.inventory(name, kind, inventory.Read(doc))
	default:
		l.coverage.Inputs = append(l.coverage.Inputs, estate.Input{Name: name, Kind: kind, Note: "it says nothing of resources"})
		if named {
			l.coverage.NotSeen = append(l.coverage.NotSeen, estate.NotSeen{What: name, Why: "it is neither a template nor an inventory", Origin: estate.Origin{File: name}})
			l.report(template.Error, CodeNotRecognised, name, "the JSON is neither an ARM template nor an inventory",
				"expected a template with $schema, or the output of `az resource list`, `az graph query` or a Holdfast estate")
		}
	}
}

// syntax tells that a text is no JSON. In a folder it may be another dialect of
// JSON that nobody meant for Holdfast: then it is a warning.
func (l *loader) syntax(name, kind string, errs []*jsonc.SyntaxError, named bool) {
	l.coverage.Inputs = append(l.coverage.Inputs, estate.Input{Name: name, Kind: kind, Note: "it is not valid JSON"})
	first := errs[0].Pos
	l.coverage.NotSeen = append(l.coverage.NotSeen, estate.NotSeen{
		What: name, Why: "it is not valid JSON", Origin: estate.Origin{File: name, Line: first.Line, Column: first.Column}})
	for _, d := range template.SyntaxDiagnostics(errs) {
		if kind == "other" && !named {
			d.Severity = template.Warning
		}
		l.diagnostics = append(l.diagnostics, d)
	}
}

func (l *loader) inventory(name, kind string, res inventory.Result) {
	if l.resources == nil {
		l.resources = res.Resources
	} else {
		l.resources = append(l.resources, res.Resources...)
	}
	l.relations = append(l.relations, res.Relations...)
	l.coverage.NotSeen = append(l.coverage.NotSeen, res.NotSeen...)
	l.coverage.Skipped += res.Skipped
	if kind == "estate" {
		if l.told == nil {
			l.told = map[[2]string]bool{}
		}
		for _, n := range res.NotSeen {
			l.told[[2]string{n.What, n.Why}] = true
		}
	}
	given := 0
	for _, r := range res.Resources {
		if !r.External {
			given++
		}
	}
	l.coverage.Inputs = append(l.coverage.Inputs, estate.Input{Name: name, Kind: kind, Resources: given})
}

// Recognise says what a document is: "template", "parameters", "inventory",
// "estate" or "other".
func Recognise(doc *jsonc.Document) string {
	root := doc.Root()
	switch {
	case root.Kind() == jsonc.Object && isTemplate(root):
		return "template"
	case root.Kind() == jsonc.Object && template.IsParameterFile(root):
		return "parameters"
	}
	if kind := inventory.Recognise(root); kind != "" {
		return kind
	}
	return "other"
}

// isTemplate says whether an object is a template: by its schema, or by having
// resources and a contentVersion.
func isTemplate(root jsonc.Node) bool {
	schema := strings.ToLower(root.Get("$schema").Str())
	if strings.Contains(schema, "deploymenttemplate.json") {
		return true
	}
	if strings.Contains(schema, "deploymentparameters.json") {
		return false
	}
	resources := root.Get("resources")
	return root.Get("contentVersion").IsValid() && (resources.Kind() == jsonc.Array || resources.Kind() == jsonc.Object)
}

// foreignLanguages are what users write infrastructure in that Holdfast does not
// read, and what makes something of it that it does.
var foreignLanguages = map[string]string{
	".bicep":      "Bicep is not read; compile it with `az bicep build`",
	".bicepparam": "Bicep parameters are not read; compile them with `az bicep build-params`",
	".tf":         "Terraform is not read; assess the inventory of what it deployed",
}

func (l *loader) foreignFile(name string) {
	ext := strings.ToLower(filepath.Ext(name))
	if foreignLanguages[ext] == "" {
		return
	}
	if l.foreign == nil {
		l.foreign, l.foreignAt = map[string]int{}, map[string]string{}
	}
	if l.foreign[ext]++; l.foreign[ext] == 1 {
		l.foreignAt[ext] = name
	}
}

func (l *loader) tellForeign(dir string) {
	for _, ext := range []string{".bicep", ".bicepparam", ".tf"} {
		if n := l.foreign[ext]; n > 0 {
			l.coverage.NotSeen = append(l.coverage.NotSeen, estate.NotSeen{
				What: fmt.Sprintf("%d %s files in %s", n, ext, dir), Why: foreignLanguages[ext], Origin: estate.Origin{File: l.foreignAt[ext]}})
		}
	}
	l.foreign, l.foreignAt = nil, nil
}
