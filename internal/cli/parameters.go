package cli

import (
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// parameterFlag adds -p.
func parameterFlag(cmd *cobra.Command, values *[]string) {
	cmd.Flags().StringArrayVarP(values, "parameters", "p", nil, "parameter file, or NAME=VALUE; may be repeated, later ones win")
}

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

// parameters sorts the values of -p into assignments and files. A leading @ is
// allowed before a file's name, as the az command line has it.
func parameters(values []string) (assigned []template.Assignment, files []string) {
	for _, v := range values {
		if assignment.MatchString(v) {
			name, text, _ := strings.Cut(v, "=")
			assigned = append(assigned, template.Assignment{Name: name, Text: text})
			continue
		}
		files = append(files, strings.TrimPrefix(v, "@"))
	}
	return assigned, files
}

// readParameters reads parameter files; the notes are about those that cannot be
// parsed.
func (p *program) readParameters(files []string) ([]*jsonc.Document, []template.Diagnostic, error) {
	var docs []*jsonc.Document
	var diags []template.Diagnostic
	for _, f := range files {
		src, err := os.ReadFile(p.path(f))
		if err != nil {
			return nil, nil, withHint(usage("cannot read the parameter file: %w", err), "-p takes a file, or NAME=VALUE")
		}
		doc, errs := jsonc.Parse(f, src)
		diags = append(diags, template.SyntaxDiagnostics(errs)...)
		if len(errs) == 0 && !template.IsParameterFile(doc.Root()) {
			return nil, nil, withHint(usage("%s is not a parameter file: it has no object \"parameters\" with values", f), "-p takes a parameter file, or NAME=VALUE")
		}
		docs = append(docs, doc)
	}
	return docs, diags, nil
}
