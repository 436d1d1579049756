// Package source makes one estate of all that a user names: ARM templates,
// inventories, estates, whole folders of them, and the standard input. What a
// file is, is recognised from its content.
//
// Words: an input is what the user names; a file is what it leads to. A file is
// a template, a parameter file, an inventory, an estate, or other: JSON that
// says nothing of resources. Every file is in the estate's coverage.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// Stdin is the input that stands for the standard input.
const Stdin = "-"

// Diagnostic is something to tell about a file.
type Diagnostic = template.Diagnostic

// The codes of diagnostics that this package adds to those of templates.
const (
	CodeRead          = "read"           // a file or folder cannot be read
	CodeNotRecognised = "not-recognised" // a named file is nothing that Holdfast knows
	CodeNotUsed       = "not-used"       // a parameter file that no template takes
)

// Options say how to read. The zero value works.
type Options struct {
	// Template holds the parameters, parameter files and scope facts, which are
	// shared by all templates of the run. Without parameter files each template
	// takes the one that is named for it. ReadFile is set by Load.
	Template template.Options
	// Files are the files to read from; nil are those of the operating system.
	Files Files
	// Stdin is read for the input "-".
	Stdin io.Reader
	// Expanded, when it is set, is called with the expansion of each template
	// whose resources come into the estate, in the order in which they do.
	Expanded func(*template.Expansion)
}

// ErrNothing matches the error of a run that found no resource at all: that is
// never a pass.
var ErrNothing = errors.New("no resources found")

// NothingError says that no resource was found, and what was looked at. It
// matches [ErrNothing].
type NothingError struct {
	Inputs   []string
	Coverage estate.Coverage
}

// Is makes errors.Is(err, ErrNothing) hold.
func (e *NothingError) Is(target error) bool { return target == ErrNothing }

func (e *NothingError) Error() string {
	var b strings.Builder
	b.WriteString("no resources found in " + strings.Join(e.Inputs, ", "))
	n := len(e.Coverage.Inputs)
	if n == 0 {
		b.WriteString(": there is no JSON file in it")
		return b.String()
	}
	b.WriteString(": looked at ")
	for i, in := range e.Coverage.Inputs {
		if i == 5 && n > 6 {
			fmt.Fprintf(&b, ", and %d more files", n-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(in.Name + " (" + in.Kind + ")")
	}
	if e.Coverage.Skipped > 0 {
		fmt.Fprintf(&b, "; %d resources are skipped by their conditions", e.Coverage.Skipped)
	}
	return b.String()
}

// Load reads the inputs (files, folders, "-") and makes one estate of them. A
// file that cannot be read becomes an error diagnostic and stands in the
// coverage; the rest goes on. The error is a [NothingError] when there is no
// resource in all of it (the estate is then empty, with its coverage), an input
// that does not exist, or that of ctx.
func Load(ctx context.Context, inputs []string, opts Options) (*estate.Estate, []Diagnostic, error) {
	l := newLoader(opts)
	for _, in := range inputs {
		if err := l.input(ctx, in); err != nil {
			return nil, l.diagnostics, err
		}
	}
	if err := l.templates(ctx); err != nil {
		return nil, l.diagnostics, err
	}
	found := relate.Find(l.resources, relate.Options{GroupLocation: l.groupLocation})
	l.coverage.NotSeen = append(l.coverage.NotSeen, l.unheard(found.NotSeen)...)
	e := estate.Build(found.Resources, append(l.relations, found.Relations...), l.coverage)
	if len(l.resources) == 0 {
		return e, l.diagnostics, &NothingError{Inputs: inputs, Coverage: e.Coverage}
	}
	return e, l.diagnostics, nil
}

// unheard are the notes on relations that no estate that was read back holds
// already.
func (l *loader) unheard(list []estate.NotSeen) []estate.NotSeen {
	if len(l.told) == 0 {
		return list
	}
	return slices.DeleteFunc(list, func(n estate.NotSeen) bool { return l.told[[2]string{n.What, n.Why}] })
}
