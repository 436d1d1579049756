package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/price"
)

// newFlags are the flags of new.
type newFlags struct {
	dir         string
	force       bool
	dryRun      bool
	interactive bool
	outs        []string
	prices      []string
}

func (p *program) newCommand() *cobra.Command {
	var f newFlags
	cmd := &cobra.Command{
		Use:   "new SPEC.yaml",
		Short: "Write the templates of a new workspace that meets its target",
		Long: `From a short specification it writes an ARM template with its parameter file,
the project's settings and a README: the workspace with storage, vault, registry
and logs, computes, data stores, roles, network and private endpoints, in one
region or two, in the settings that the target asks for. 'holdfast deploy' and
'az deployment' deploy it; 'holdfast assess' in the folder finds nothing to
fail.

--interactive asks for the specification on the terminal and writes it first.
What Azure would refuse is refused here, with the reason and what would do.
Files that are there and differ are not overwritten without --force.`,
		Example: `  holdfast new workspace.yaml -d infra/
  holdfast new workspace.yaml -d infra/ --dry-run`,
		Args: wants(1, 1, "a specification"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.runNew(cmd, args[0], &f) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.dir, "dir", "d", ".", "write into this folder, which is made if it is not there")
	flags.BoolVar(&f.force, "force", false, "overwrite files that differ")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be written, and write nothing")
	pricesFlag(cmd, &f.prices)
	flags.BoolVar(&f.interactive, "interactive", false, "write the specification first, by questions on the terminal")
	outputFlag(cmd, &f.outs, "text", "json")
	return cmd
}

func (p *program) runNew(cmd *cobra.Command, file string, f *newFlags) error {
	if f.interactive {
		if err := p.interview(cmd.Context(), file, f.force); err != nil {
			return err
		}
	}
	spec, err := p.readSpec(file)
	if err != nil {
		return err
	}
	files, err := blueprint.Compose(spec)
	if err != nil {
		return err
	}
	folder := p.path(f.dir)
	states, err := blueprint.Compare(files, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, name)) })
	if err != nil {
		return err
	}
	differ := slices.Contains(states, blueprint.Differs) && !f.force
	r := newReport{SchemaVersion: "1.0", Folder: f.dir, Asked: blueprint.Asked(spec), Written: !f.dryRun && !differ}
	for i, file := range files {
		r.Files = append(r.Files, newFile{Name: file.Name, State: states[i], Lines: strings.Count(file.Text, "\n")})
	}
	total, err := p.newCosts(cmd.Context(), f.prices, spec, files)
	if err != nil {
		return err
	}
	if total != nil {
		cost := total.Document()
		r.Cost, r.total = &cost, total
	}
	if err := p.render(f.outs, []string{"text", "json"}, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return r.text(w, spec, f) },
		"json": func(w io.Writer) error { return writeJSONLine(w, r) },
	}); err != nil {
		return err
	}
	if differ {
		return withHint(usage("%s has other files of these names, and nothing was written", f.dir), "choose another folder with -d, or overwrite them with --force")
	}
	if f.dryRun {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	for i, file := range files {
		if states[i] == blueprint.Same {
			continue
		}
		o := output{file: filepath.Join(folder, file.Name)}
		if err := o.write(p.Streams, func(w io.Writer) error {
			_, err := io.WriteString(w, file.Text)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// readSpec reads a specification and has it checked.
func (p *program) readSpec(file string) (*blueprint.Spec, error) {
	src, err := p.readInput(file)
	if err != nil {
		return nil, err
	}
	spec, err := blueprint.ParseSpec(file, src)
	if err == nil {
		err = spec.Check()
	}
	if err != nil {
		return nil, usage("%w", err)
	}
	return spec, nil
}

// readInput reads a file, or standard input for "-".
func (p *program) readInput(file string) ([]byte, error) {
	if file == "-" {
		src, err := io.ReadAll(p.In)
		if err != nil {
			return nil, usage("standard input: %w", err)
		}
		return src, nil
	}
	src, err := os.ReadFile(p.path(file))
	var why *os.PathError
	if errors.As(err, &why) {
		return nil, withHint(usage("cannot read %s: %w", file, why.Err), "write a specification by questions with: holdfast new --interactive "+file)
	}
	return src, err
}

// newReport is what new tells.
type newReport struct {
	SchemaVersion string    `json:"schemaVersion"`
	Folder        string    `json:"folder"`
	Written       bool      `json:"written"`
	Files         []newFile `json:"files"`
	Asked         []string  `json:"asked"` // parameters that are given when it is deployed

	Cost  *price.Document `json:"cost,omitempty"` // with --prices
	total *price.Total
}

type newFile struct {
	Name  string          `json:"name"`
	State blueprint.State `json:"state"`
	Lines int             `json:"lines"`
}

func (r *newReport) text(w io.Writer, spec *blueprint.Spec, f *newFlags) error {
	verb := "writes into"
	if !r.Written {
		verb = "would write into"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s %s\n", blueprint.Headline(spec), verb, r.Folder)
	for _, file := range r.Files {
		sign, what := "+", "new"
		switch file.State {
		case blueprint.Same:
			sign, what = "=", "as it is"
		case blueprint.Differs:
			sign, what = "~", "differs"
		}
		fmt.Fprintf(&b, "  %s %-22s %5d lines, %s\n", sign, file.Name, file.Lines, what)
	}
	if r.Written {
		fmt.Fprintf(&b, "\nthen, in that folder, where the settings are found\n  holdfast assess .\n  holdfast deploy %s --location %s", blueprint.TemplateFile, spec.Region)
		for _, a := range r.Asked {
			fmt.Fprintf(&b, " -p %s=…", a)
		}
		b.WriteByte('\n')
	}
	if r.total != nil {
		text, err := costText(r.total)
		if err != nil {
			return err
		}
		b.WriteString(text)
	}
	_, err := io.WriteString(w, harmless(b.String()))
	return err
}
