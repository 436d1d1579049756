package sarif

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// place is where a finding is shown. Code hosts refuse a result without a file:
// what came from a stream or from live Azure is shown at the top of the first
// input.
func (b *builder) place(f *assess.Finding) location {
	at := f.Origin
	if at.File == "" && f.Resource != nil {
		at = f.Resource.Origin
	}
	if at.File == "" {
		at = estate.Origin{File: b.firstInput(), Line: 1, Column: 1}
	}
	out := location{PhysicalLocation: b.physical(at)}
	if f.Resource != nil {
		out.LogicalLocations = []logicalLocation{{
			Name: clean(report.ResourceName(f.Resource)), FullyQualifiedName: clean(f.Resource.ID.String()), Kind: "resource",
		}}
	}
	return out
}

func (b *builder) firstInput() string {
	for _, in := range b.result.Estate.Coverage.Inputs {
		if in.Name != "" && in.Name != "-" {
			return in.Name
		}
	}
	return "stdin"
}

// related are the places of the evidence that are not the finding's own.
func (b *builder) related(f *assess.Finding) []location {
	var out []location
	for _, e := range f.Evidence {
		if e.Origin.File == "" || e.Origin == f.Origin {
			continue
		}
		id := len(out)
		out = append(out, location{ID: &id, PhysicalLocation: b.physical(e.Origin), Message: &message{Text: short(e.Path + " = " + e.Value)}})
	}
	return out
}

func (b *builder) physical(o estate.Origin) *physicalLocation {
	p := &physicalLocation{ArtifactLocation: b.artifact(o.File)}
	if o.Line > 0 {
		p.Region = &region{StartLine: o.Line, StartColumn: max(o.Column, 0)}
	}
	return p
}

// artifact is the file's address relative to the base folder. A file outside of
// it keeps its absolute address.
func (b *builder) artifact(file string) artifactLocation {
	if filepath.IsAbs(file) {
		rel, err := filepath.Rel(b.opt.Base, file)
		if b.opt.Base == "" || err != nil || strings.HasPrefix(rel, "..") {
			return artifactLocation{URI: (&url.URL{Scheme: "file", Path: filepath.ToSlash(clean(file))}).String()}
		}
		file = rel
	}
	path := filepath.ToSlash(filepath.Clean(clean(file)))
	u := &url.URL{Path: path}
	return artifactLocation{URI: u.String(), URIBaseID: "%SRCROOT%"}
}
