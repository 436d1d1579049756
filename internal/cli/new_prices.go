package cli

import (
	"bytes"
	"context"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/price"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// newCosts gives what the workspace of a specification would cost a month by the
// price list of --prices; nil without one. The files are read where they were
// composed: none is written for it.
func (p *program) newCosts(ctx context.Context, names []string, spec *blueprint.Spec, made []blueprint.File) (*price.Total, error) {
	if len(names) == 0 {
		return nil, nil
	}
	cat, err := catalog.Default()
	if err != nil {
		return nil, err
	}
	list, err := p.readPrices(cat, names)
	if err != nil {
		return nil, err
	}
	opts, _, err := p.sourceOptions(&inputFlags{}, assess.Scope{Location: spec.Region})
	if err != nil {
		return nil, err
	}
	opts.Files = composed(made)
	e, _, err := source.Load(ctx, []string{blueprint.TemplateFile}, opts)
	if err != nil {
		return nil, err
	}
	cat.Classify(e)
	return price.Estate(list, cat, e), nil
}

// costText is a total for people, as new shows it.
func costText(total *price.Total) (string, error) {
	var b bytes.Buffer
	b.WriteString("\nwhat it costs a month\n")
	err := total.Text(&b)
	return b.String(), err
}

// composed are files that are in memory only, all in one folder.
type composed []blueprint.File

func (c composed) find(name string) (*blueprint.File, error) {
	for i := range c {
		if filepath.Clean(name) == c[i].Name {
			return &c[i], nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (c composed) ReadFile(name string) ([]byte, error) {
	f, err := c.find(name)
	if err != nil {
		return nil, err
	}
	return []byte(f.Text), nil
}

func (c composed) ReadDir(string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for i := range c {
		out = append(out, fs.FileInfoToDirEntry(composedInfo{&c[i]}))
	}
	return out, nil
}

func (c composed) Stat(name string) (fs.FileInfo, error) {
	f, err := c.find(name)
	if err != nil {
		return nil, err
	}
	return composedInfo{f}, nil
}

type composedInfo struct{ file *blueprint.File }

func (i composedInfo) Name() string       { return i.file.Name }
func (i composedInfo) Size() int64        { return int64(len(i.file.Text)) }
func (i composedInfo) Mode() fs.FileMode  { return 0o444 }
func (i composedInfo) ModTime() time.Time { return time.Time{} }
func (i composedInfo) IsDir() bool        { return false }
func (i composedInfo) Sys() any           { return nil }
