package source

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	source "github.com/holdfast-ml/holdfast/internal/source/template"
)

// pending is a template that waits until all files are known: it may turn out to
// be linked from another one.
type pending struct {
	name   string
	doc    *jsonc.Document
	named  bool // by the user, not found in a folder
	result source.Result
	used   []string // parameter files
}

type parameterFile struct {
	name  string
	clean string // the name as filepath.Clean gives it
	doc   *jsonc.Document
	named bool
	used  bool
	files []string // templates that took it
}

// templates expands what is pending, and takes the resources of all templates
// that no other one links.
func (l *loader) templates(ctx context.Context) error {
	linkedBy := map[string]string{}
	for _, p := range l.pending {
		if err := l.expand(ctx, p); err != nil {
			return err
		}
		for _, file := range p.result.Linked {
			if file = filepath.Clean(file); file != filepath.Clean(p.name) && linkedBy[file] == "" {
				linkedBy[file] = p.name
			}
		}
	}
	roots := 0
	for _, p := range l.pending {
		if p.named || linkedBy[filepath.Clean(p.name)] == "" {
			roots++
		}
	}
	for _, p := range l.pending {
		by := linkedBy[filepath.Clean(p.name)]
		if by != "" && !p.named && roots > 0 {
			l.coverage.Inputs = append(l.coverage.Inputs, estate.Input{Name: p.name, Kind: "template", Note: "assessed where it is linked, from " + by})
			continue
		}
		l.take(p)
	}
	l.leftoverParameters()
	l.strayAssignments()
	return nil
}

// strayAssignments tells the values for parameters that no template of a run of
// several has; with a single template its expansion tells them.
func (l *loader) strayAssignments() {
	if len(l.pending) == 1 {
		return
	}
	for _, a := range l.opts.Template.Parameters {
		if !slices.ContainsFunc(l.pending, func(p *pending) bool { return p.doc.Root().Get("parameters").Get(a.Name).IsValid() }) {
			l.report(template.Error, template.CodeParameterUnknown, "", "a value is given for the parameter "+a.Name+", which no template declares", "check its spelling")
		}
	}
}

func (l *loader) take(p *pending) {
	if l.opts.Expanded != nil {
		l.opts.Expanded(p.result.Expansion)
	}
	given := 0
	for _, r := range p.result.Resources {
		if !r.External {
			given++
		}
	}
	l.coverage.Inputs = append(l.coverage.Inputs, estate.Input{Name: p.name, Kind: "template", Resources: given, Parameters: p.used})
	l.coverage.NotSeen = append(l.coverage.NotSeen, p.result.NotSeen...)
	l.coverage.Skipped += p.result.Skipped
	l.resources = append(l.resources, p.result.Resources...)
	l.diagnostics = append(l.diagnostics, p.result.Diagnostics...)
	if g := p.result.Group; !g.ID.IsZero() && l.groups[g.ID.Key()] == "" {
		if !estate.IsSymbolic(g.Location) || slices.ContainsFunc(p.result.Resources, func(r *estate.Resource) bool { return r.Location == g.Location }) {
			l.groups[g.ID.Key()] = g.Location
		}
	}
}

// groupLocation gives the region of the group that templates are deployed to. A
// region that nobody supplied counts when the resources lie in it as well.
func (l *loader) groupLocation(group estate.ResourceID) string { return l.groups[group.Key()] }

func (l *loader) expand(ctx context.Context, p *pending) error {
	opts := l.opts.Template
	opts.ReadFile = l.files.ReadFile
	opts.ParameterFiles = slices.Clone(opts.ParameterFiles)
	for _, d := range opts.ParameterFiles {
		p.used = append(p.used, d.Name())
	}
	shared := len(opts.ParameterFiles) > 0
	for _, f := range l.parametersFor(p) {
		shared = shared || f.named
		opts.ParameterFiles = append(opts.ParameterFiles, f.doc)
		p.used = append(p.used, f.name)
		f.used = true
	}
	t, _ := template.Parse(p.doc) // its diagnostics come again with the expansion
	if len(l.pending) > 1 {
		opts.Parameters = declared(t, opts.Parameters)
	}
	res, err := source.Read(ctx, t, opts)
	if err != nil {
		return err
	}
	if len(l.pending) > 1 && shared { // they are meant for other templates of the run as well
		res.Diagnostics = slices.DeleteFunc(res.Diagnostics, func(d Diagnostic) bool { return d.Code == template.CodeParameterUnknown })
	}
	if l.opts.Expanded == nil {
		res.Expansion = nil // nobody asks for it, and it is large
	}
	p.result = res
	return nil
}

// declared keeps the assignments for parameters that the template has: in a run
// of several templates the others are meant for another one.
func declared(t *template.Template, all []template.Assignment) []template.Assignment {
	var kept []template.Assignment
	for _, a := range all {
		if t.Node().Get("parameters").Get(a.Name).IsValid() {
			kept = append(kept, a)
		}
	}
	return kept
}

// parametersFor gives the parameter files of a template: those that the user
// named, else the one that is named for it. Of several that are named for it in
// the way of name.parameters.variant.json none is taken without being asked for.
func (l *loader) parametersFor(p *pending) []*parameterFile {
	var named []*parameterFile
	for _, f := range l.parameters {
		if f.named {
			named = append(named, f)
		}
	}
	if len(named) > 0 || len(l.opts.Template.ParameterFiles) > 0 {
		return named
	}
	if strings.HasPrefix(p.name, "(") { // the standard input
		return nil
	}
	for _, name := range usualNames(p.name) {
		if f := l.beside(name); f != nil {
			l.tellVariants(p, f)
			return []*parameterFile{f}
		}
	}
	variants := l.variants(p)
	if len(variants) == 1 {
		return variants
	}
	l.tellVariants(p, nil)
	return nil
}

// usualNames are the names that the parameter file of a template has: that of the
// template with "parameters" in it; and beside a template.json, as the portal
// exports both, parameters.json.
func usualNames(templateName string) []string {
	names := []string{stem(templateName) + ".parameters.json", stem(templateName) + ".parameters.jsonc"}
	if strings.EqualFold(filepath.Base(templateName), "template.json") {
		names = append(names, filepath.Join(filepath.Dir(templateName), "parameters.json"))
	}
	return names
}

// stem is the name of a file without its extension.
func stem(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// beside gives the parameter file of that name, read when it was not already.
func (l *loader) beside(name string) *parameterFile {
	clean := filepath.Clean(name)
	for _, f := range l.parameters {
		if f.clean == clean {
			return f
		}
	}
	if l.seen[clean] {
		return nil // it is something else, or cannot be read
	}
	info, err := l.files.Stat(name)
	if err != nil || info.IsDir() {
		return nil
	}
	l.file(name, info.Size(), false)
	if n := len(l.parameters); n > 0 && l.parameters[n-1].clean == clean {
		return l.parameters[n-1]
	}
	return nil
}

// variants are the files name.parameters.*.json beside a template.
func (l *loader) variants(p *pending) []*parameterFile {
	dir, prefix := filepath.Dir(p.name), filepath.Base(stem(p.name))+".parameters."
	var out []*parameterFile
	for _, e := range l.list(dir) {
		name := e.Name()
		if e.IsDir() || !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, ".json") || len(name) <= len(prefix)+len(".json") {
			continue
		}
		if f := l.beside(filepath.Join(dir, name)); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// list gives what is in a folder, nothing when it cannot be read. The last one is
// kept: templates that lie together come one after the other.
func (l *loader) list(dir string) []fs.DirEntry {
	if l.listed.dir != dir {
		l.listed.dir = dir
		l.listed.entries, _ = l.files.ReadDir(dir)
	}
	return l.listed.entries
}

// tellVariants names the parameter files that are not used.
func (l *loader) tellVariants(p *pending, used *parameterFile) {
	for _, f := range l.variants(p) {
		if f == used || f.used {
			continue
		}
		f.files = append(f.files, p.name)
		l.report(template.Info, CodeNotUsed, f.name, "the parameter file is not used for "+p.name, "give it with -p "+f.name)
	}
}

// leftoverParameters puts the parameter files into the coverage.
func (l *loader) leftoverParameters() {
	for _, f := range l.parameters {
		in := estate.Input{Name: f.name, Kind: "parameters"}
		switch {
		case f.used:
		case len(f.files) > 0:
			in.Note = "not used; it is a variant for " + strings.Join(f.files, ", ")
		default:
			in.Note = "no template takes it"
			if f.named {
				l.report(template.Error, CodeNotUsed, f.name, "the parameter file is given without a template", "name the template as well")
			}
		}
		l.coverage.Inputs = append(l.coverage.Inputs, in)
	}
}
