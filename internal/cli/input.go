package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// inputFlags are the flags of the commands that read a SOURCE.
type inputFlags struct {
	params []string
	strict bool
	azure  azureFlags

	notSeen []estate.NotSeen // of what was read live
}

// files reads names relative to the working directory of the program.
type files struct{ dir string }

func (f files) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

func (f files) ReadFile(name string) ([]byte, error)       { return os.ReadFile(f.path(name)) }
func (f files) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(f.path(name)) }
func (f files) Stat(name string) (fs.FileInfo, error)      { return os.Stat(f.path(name)) }

// load makes the estate of the sources. The notes say what is to be told of
// them, also beside an error.
func (p *program) load(ctx context.Context, args []string, in *inputFlags, scope assess.Scope) (*estate.Estate, []assess.Note, error) {
	if scopes, err := azureScopes(args); len(scopes) > 0 || err != nil {
		if err != nil {
			return nil, nil, err
		}
		e, err := p.readLive(ctx, scopes, in, scope.Tenant)
		return e, nil, err
	}
	if err := in.azure.unused(p); err != nil {
		return nil, nil, err
	}
	opts, diags, err := p.sourceOptions(in, scope)
	if err != nil {
		return nil, nil, err
	}
	e, more, err := source.Load(ctx, args, opts)
	notes := notesOf(append(diags, more...))
	var nothing *source.NothingError
	switch {
	case errors.As(err, &nothing):
		return nil, notes, withHint(usage("%w", err), "give ARM templates, or the JSON of 'az resource list' or 'az graph query'")
	case errors.Is(err, context.Canceled):
		return nil, notes, err
	case err != nil:
		return nil, notes, usage("%w", err)
	}
	return e, notes, nil
}

// sourceOptions says how files are read; the diagnostics are about the parameter
// files of the command line.
func (p *program) sourceOptions(in *inputFlags, scope assess.Scope) (source.Options, []template.Diagnostic, error) {
	assigned, paramFiles := parameters(in.params)
	docs, diags, err := p.readParameters(paramFiles)
	return source.Options{
		Template: template.Options{
			SubscriptionID: scope.Subscription,
			ResourceGroup:  scope.ResourceGroup,
			Location:       scope.Location,
			TenantID:       scope.Tenant,
			Parameters:     assigned,
			ParameterFiles: docs,
			Strict:         in.strict,
			Zones:          zones,
		},
		Files: files{p.Dir},
		Stdin: p.In,
	}, diags, err
}

func notesOf(diags []template.Diagnostic) []assess.Note {
	notes := make([]assess.Note, 0, len(diags))
	for _, d := range diags {
		notes = append(notes, assess.Note{
			Severity: d.Severity.String(),
			Message:  d.Message,
			Hint:     d.Hint,
			Origin:   estate.Origin{File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column, Pointer: d.Pointer},
		})
	}
	return notes
}

// printNotes tells of the input on standard error: errors always, the rest
// unless --quiet.
func (p *program) printNotes(notes []assess.Note) {
	for _, n := range notes {
		if p.quiet && n.Severity != template.Error.String() {
			continue
		}
		place := ""
		if n.Origin.File != "" {
			place = fmt.Sprintf("%s:%d:%d: ", n.Origin.File, n.Origin.Line, n.Origin.Column)
		}
		fmt.Fprintf(p.Err, "%s%s: %s\n", harmless(place), n.Severity, harmless(n.Message))
		if n.Hint != "" {
			fmt.Fprintf(p.Err, "  hint: %s\n", harmless(n.Hint))
		}
	}
}

// zones answers pickZones() from the region data.
func zones(namespace, resourceType, location string) ([]string, bool) {
	return estate.ZonesFor(namespace+"/"+resourceType, location)
}
