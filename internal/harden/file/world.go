package file

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// world is what the inputs give.
type world struct {
	estate      *estate.Estate
	diagnostics []source.Diagnostic
	result      *assess.Result

	docs  map[string]*jsonc.Document              // the files that can be edited, by name
	made  map[*estate.Resource]*template.Resource // the declaration behind a resource of the estate
	byDec map[jsonc.Node][]*estate.Resource       // the resources that a declaration makes
}

// reader reads the inputs, once as they are and again with edits.
type reader struct {
	in    Input
	opts  Options
	stdin []byte
}

func newReader(in Input, opts Options) (*reader, error) {
	r := &reader{in: in, opts: opts}
	if in.Source.Stdin != nil && slices.Contains(in.Names, source.Stdin) {
		text, err := io.ReadAll(in.Source.Stdin)
		if err != nil {
			return nil, fmt.Errorf("reading the standard input: %w", err)
		}
		r.stdin = text
	}
	return r, nil
}

// stdinName is how package source names the standard input.
const stdinName = "(standard input)"

// read loads and assesses the inputs with some files edited; files are named as
// they were read.
func (r *reader) read(ctx context.Context, edited map[string][]byte) (*world, error) {
	files := &overlay{base: r.in.Source.Files, edited: map[string][]byte{}, read: map[string][]byte{}}
	if files.base == nil {
		files.base = disk{}
	}
	stdin := r.stdin
	for name, text := range edited {
		if name == stdinName {
			stdin = text
		}
		files.edited[filepath.Clean(name)] = text
	}
	opts := r.in.Source
	opts.Files = files
	if stdin != nil {
		opts.Stdin = bytes.NewReader(stdin)
	}
	opts.Template.ParameterFiles = slices.Clone(opts.Template.ParameterFiles)
	w := &world{docs: map[string]*jsonc.Document{}, made: map[*estate.Resource]*template.Resource{}, byDec: map[jsonc.Node][]*estate.Resource{}}
	for i, doc := range opts.Template.ParameterFiles {
		if text, ok := edited[doc.Name()]; ok {
			doc, _ = jsonc.Parse(doc.Name(), text)
			opts.Template.ParameterFiles[i] = doc
		}
		w.docs[doc.Name()] = doc
	}
	var expansions []*template.Expansion
	opts.Expanded = func(x *template.Expansion) { expansions = append(expansions, x) }
	var err error
	if w.estate, w.diagnostics, err = source.Load(ctx, r.in.Names, opts); err != nil {
		return nil, err
	}
	for _, x := range expansions {
		w.know(x, files)
	}
	how := r.opts.Assess
	if how.Notes == nil && r.opts.Notes != nil {
		how.Notes = r.opts.Notes(w.diagnostics)
	}
	if len(r.opts.Pairs) > 0 {
		var notes []assess.Note
		w.estate, notes = assess.Join(w.estate, r.opts.Pairs)
		how.Notes = append(slices.Clip(how.Notes), notes...)
	}
	if w.result, err = assess.Assess(ctx, w.estate, r.in.Catalog, how); err != nil {
		return nil, err
	}
	return w, nil
}

// know notes the declarations of an expansion, and the files that they are in.
func (w *world) know(x *template.Expansion, files *overlay) {
	for _, r := range x.Resources {
		if r.Existing || r.IsDeployment() {
			continue
		}
		e := w.estate.ByID(estate.ParseID(r.IDText()))
		if e == nil || e.External || w.made[e] != nil || e.Body.Use() != r.Node {
			continue
		}
		w.see(r.Node.Document(), files)
		w.made[e] = r
		node := w.node(r.Node)
		w.byDec[node] = append(w.byDec[node], e)
	}
	for _, p := range x.Parameters {
		if p.Source == template.FromFile {
			w.see(p.Origin.Document(), files)
		}
	}
	for d := range deployments(x) {
		w.see(d.Template.Document(), files)
	}
}

func deployments(x *template.Expansion) map[*template.Deployment]bool {
	out := map[*template.Deployment]bool{x.Root: true}
	for _, r := range x.Resources {
		for d := r.Deployment; d != nil && !out[d]; d = d.Parent {
			out[d] = true
		}
	}
	return out
}

// see notes a file that can be edited: one that was read, as it was read.
func (w *world) see(doc *jsonc.Document, files *overlay) {
	if doc == nil || w.docs[doc.Name()] != nil {
		return
	}
	if _, ok := files.read[filepath.Clean(doc.Name())]; ok || doc.Name() == stdinName {
		w.docs[doc.Name()] = doc
	}
}

// editable says whether a node is in a file that can be edited.
func (w *world) editable(n jsonc.Node) bool {
	return n.IsValid() && w.docs[n.Document().Name()] == n.Document()
}

// node gives the node of the one document that stands for a file: a linked
// template is read once for each deployment tree.
func (w *world) node(n jsonc.Node) jsonc.Node {
	doc := n.Document()
	if doc == nil {
		return n
	}
	own := w.docs[doc.Name()]
	if own == nil || own == doc || len(own.Source()) != len(doc.Source()) {
		return n
	}
	at := own.Root()
	for at.Start() != n.Start() || at.End() != n.End() {
		inside := jsonc.Node{}
		for c := range at.Children() {
			if c.Start() <= n.Start() && n.End() <= c.End() {
				inside = c
				break
			}
		}
		if !inside.IsValid() {
			return n
		}
		at = inside
	}
	return at
}

// within says whether a node lies in another one, or is it.
func within(n, around jsonc.Node) bool {
	return n.IsValid() && around.IsValid() && n.Document() == around.Document() && around.Start() <= n.Start() && n.End() <= around.End()
}
