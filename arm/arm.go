// Package arm reads the Azure Resource Manager template language: it parses
// templates with the place of everything in them, evaluates their expressions,
// and expands them to the resources that a deployment would ask for, offline.
//
// Vocabulary:
//
//   - template, parameter file: the JSON files; comments, trailing commas and
//     strings over several lines are accepted as Azure's tools do.
//   - expression: a string such as "[concat('a', parameters('b'))]"; see package
//     [github.com/holdfast-ml/holdfast/arm/expr] for the syntax and
//     [github.com/holdfast-ml/holdfast/arm/eval] for the functions.
//   - value: what an expression gives, with its origin; see
//     [github.com/holdfast-ml/holdfast/arm/value].
//   - unknown: a value that only a deployment, a secret or a missing parameter can
//     tell. It is never replaced by a guess; it remembers the expression that
//     would give it and goes through other functions as far as it must.
//   - expansion: the resources, outputs and diagnostics of a template; see
//     [github.com/holdfast-ml/holdfast/arm/template].
//   - scope facts: subscription, resource group, location, tenant. Those not given
//     stay symbolic.
//
// This package is the front: it reads files and hands on to the packages above,
// which can be used by themselves and touch neither files nor clock.
package arm

import (
	"context"
	"fmt"
	"os"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Options are the options of an expansion and the files to read for it.
type Options struct {
	template.Options
	// ParameterPaths are parameter files, read after ParameterFiles.
	ParameterPaths []string
}

// ParseFile reads and compiles a template file. The error is that of reading the
// file; what is wrong with its content are diagnostics.
func ParseFile(path string) (*template.Template, []template.Diagnostic, error) {
	doc, diags, err := readFile(path)
	if err != nil {
		return nil, nil, err
	}
	t, more := template.Parse(doc)
	return t, append(diags, more...), nil
}

// Parse compiles a template from its text; the name is for positions.
func Parse(name string, src []byte) (*template.Template, []template.Diagnostic) {
	doc, errs := jsonc.Parse(name, src)
	t, more := template.Parse(doc)
	return t, append(template.SyntaxDiagnostics(errs), more...)
}

// ExpandFile reads a template file and its parameter files, and expands it.
// Linked templates are read from the files beside it, unless opts.ReadFile says
// otherwise. The error is that of reading a file or of the context; what is wrong
// with the content are diagnostics of the expansion.
func ExpandFile(ctx context.Context, path string, opts Options) (*template.Expansion, error) {
	doc, diags, err := readFile(path)
	if err != nil {
		return nil, err
	}
	t, _ := template.Parse(doc)
	for _, p := range opts.ParameterPaths {
		file, more, err := readFile(p)
		if err != nil {
			return nil, err
		}
		diags = append(diags, more...)
		opts.ParameterFiles = append(opts.ParameterFiles[:len(opts.ParameterFiles):len(opts.ParameterFiles)], file)
	}
	if opts.ReadFile == nil {
		opts.ReadFile = readRegular
	}
	x, err := t.Expand(ctx, opts.Options)
	if err != nil {
		return nil, fmt.Errorf("expanding %s: %w", path, err)
	}
	x.Diagnostics = append(diags, x.Diagnostics...)
	return x, nil
}

// Eval evaluates one expression, with its brackets, outside of any template.
func Eval(ctx context.Context, expression string, opts template.Options) (value.Value, error) {
	doc, _ := jsonc.Parse("main.json", []byte(emptyTemplate))
	t, _ := template.Parse(doc)
	return t.Console(ctx, opts).Eval(expression)
}

const emptyTemplate = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": []
}`

func readFile(path string) (*jsonc.Document, []template.Diagnostic, error) {
	src, err := readRegular(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading a template or parameter file: %w", err)
	}
	doc, errs := jsonc.Parse(path, src)
	return doc, template.SyntaxDiagnostics(errs), nil
}

// maxFileBytes is far above the 4 MB that Azure accepts for a template.
const maxFileBytes = 256 << 20

// readRegular reads a file, but no device and nothing endless, as the path may
// come from a template.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Size() > maxFileBytes:
		return nil, fmt.Errorf("%s has %d bytes, more than %d", path, info.Size(), maxFileBytes)
	}
	return os.ReadFile(path)
}
