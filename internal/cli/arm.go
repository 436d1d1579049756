package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func (p *program) armCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "arm",
		Short: "Work with ARM templates: expand them, evaluate expressions",
		Args:  subcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.armExpandCommand(), p.armEvalCommand())
	return cmd
}

// armFlags are what both arm commands take.
type armFlags struct {
	settings
	params []string
	strict bool
}

func (a *armFlags) add(cmd *cobra.Command) {
	parameterFlag(cmd, &a.params)
	a.addScope(cmd)
	cmd.Flags().BoolVar(&a.strict, "strict", false, "a required parameter without a value is an error")
}

// options are the template's options that the flags say, and what is wrong with
// the parameter files.
func (a *armFlags) options(p *program) (template.Options, []template.Diagnostic, error) {
	assigned, names := parameters(a.params)
	docs, diags, err := p.readParameters(names)
	return template.Options{
		SubscriptionID: a.scope.Subscription,
		ResourceGroup:  a.scope.ResourceGroup,
		Location:       a.scope.Location,
		TenantID:       a.scope.Tenant,
		Parameters:     assigned,
		ParameterFiles: docs,
		Strict:         a.strict,
		Zones:          zones,
		ReadFile:       files{p.Dir}.ReadFile, // linked templates
	}, diags, err
}

func (p *program) parseTemplate(name string) (*template.Template, []template.Diagnostic, error) {
	var src []byte
	var err error
	if name == "-" {
		src, err = io.ReadAll(p.In)
		name = "(standard input)"
	} else {
		src, err = os.ReadFile(p.path(name))
	}
	if err != nil {
		return nil, nil, usage("cannot read the template: %w", err)
	}
	doc, errs := jsonc.Parse(name, src)
	t, diags := template.Parse(doc)
	return t, append(template.SyntaxDiagnostics(errs), diags...), nil
}

func (p *program) armExpandCommand() *cobra.Command {
	var flags armFlags
	var outs []string
	cmd := &cobra.Command{
		Use:   "expand FILE",
		Short: "Expand a template: all resources with their final values",
		Long: `Expands copy loops, conditions, nested and linked templates, and evaluates every
expression that can be known before deployment. What cannot be known is printed
as {"$unknown": "[expression]"}, a secret as {"$secret": true}.

Nested deployments are replaced by their resources. Facts of the deployment
scope that no flag gives (--subscription, --resource-group, --location,
--tenant) stay symbolic.`,
		Example: "  holdfast arm expand examples/workspace/azuredeploy.json -p examples/workspace/azuredeploy.parameters.json\n" +
			"  holdfast arm expand azuredeploy.json -p location=westeurope -o json",
		Args: wants(1, 1, "one template, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, fileDiags, err := flags.options(p)
			if err != nil {
				return err
			}
			t, parseDiags, err := p.parseTemplate(args[0])
			if err != nil {
				return err
			}
			x, err := t.Expand(cmd.Context(), opts)
			if err != nil {
				return err
			}
			// Expand repeats what Parse found; what only the reader found comes first.
			diags := append(fileDiags, onlySyntax(parseDiags, x.Diagnostics)...)
			diags = append(diags, x.Diagnostics...)
			if err := p.render(outs, []string{"text", "json"}, map[string]func(io.Writer) error{
				"text": func(w io.Writer) error { return writeExpansionText(w, x) },
				"json": func(w io.Writer) error { return writeExpansionJSON(w, x, diags) },
			}); err != nil {
				return err
			}
			p.printDiagnostics(diags)
			if template.HasErrors(diags) {
				return status(ExitUsage)
			}
			return nil
		},
	}
	flags.add(cmd)
	outputFlag(cmd, &outs, "text", "json")
	return cmd
}

// onlySyntax gives the diagnostics that are not among those of the expansion.
func onlySyntax(parsed, expanded []template.Diagnostic) []template.Diagnostic {
	seen := map[string]bool{}
	for _, d := range expanded {
		seen[d.String()] = true
	}
	var out []template.Diagnostic
	for _, d := range parsed {
		if !seen[d.String()] {
			out = append(out, d)
		}
	}
	return out
}

func (p *program) printDiagnostics(diags []template.Diagnostic) {
	for _, d := range diags {
		if d.Severity != template.Error && p.quiet {
			continue
		}
		hint := d.Hint
		d.Hint = "" // on a line of its own
		fmt.Fprintln(p.Err, harmless(d.String()))
		if hint != "" {
			fmt.Fprintf(p.Err, "  hint: %s\n", harmless(hint))
		}
	}
}

func (p *program) armEvalCommand() *cobra.Command {
	var flags armFlags
	var file string
	var stdin bool
	cmd := &cobra.Command{
		Use:   "eval [EXPRESSION]",
		Short: "Evaluate an expression of the template language",
		Long: `Prints the value as JSON: {"$unknown": "[expression]"} when only a deployment
can tell it. With --template, parameters, variables, functions and resources of
the template are in scope. With --stdin, each line of the standard input is one
expression (or a JSON string holding one, for expressions of several lines), and
each line of the output its value, or {"$error": "message"}.`,
		Example: "  holdfast arm eval \"[uniqueString('a')]\"\n" +
			"  holdfast arm eval \"[parameters('location')]\" --template azuredeploy.json -p azuredeploy.parameters.json\n" +
			"  printf '%s\\n' \"[add(1, 2)]\" \"[div(1, 0)]\" | holdfast arm eval --stdin",
		Args: func(cmd *cobra.Command, args []string) error {
			if stdin != (len(args) == 0) || len(args) > 1 {
				return withHint(usage("give one expression, or --stdin"), "quote the expression: holdfast arm eval \"[concat('a', 'b')]\"")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			eval, err := p.evaluator(cmd.Context(), &flags, file)
			if err != nil {
				return err
			}
			if stdin {
				return p.evalLines(cmd.Context(), eval)
			}
			v, err := eval(args[0])
			if err != nil {
				return usage("%w", err)
			}
			_, err = fmt.Fprintf(p.Out, "%s\n", v.AppendJSON(nil))
			return err
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&file, "template", "", "template whose parameters, variables and resources are in scope")
	cmd.Flags().BoolVar(&stdin, "stdin", false, "read one expression a line from standard input")
	return cmd
}

type evaluate func(expression string) (value.Value, error)

// evaluator gives the function that evaluates one expression, each with a budget
// of its own.
func (p *program) evaluator(ctx context.Context, flags *armFlags, file string) (evaluate, error) {
	opts, diags, err := flags.options(p)
	if err != nil {
		return nil, err
	}
	if template.HasErrors(diags) {
		p.printDiagnostics(diags)
		return nil, usage("the parameters cannot be used")
	}
	if file == "" {
		if len(flags.params) > 0 {
			return nil, withHint(usage("-p needs a template that declares the parameters"), "add --template FILE")
		}
		return func(s string) (value.Value, error) { return arm.Eval(ctx, s, opts) }, nil
	}
	t, diags, err := p.parseTemplate(file)
	if err != nil {
		return nil, err
	}
	if template.HasErrors(diags) {
		p.printDiagnostics(diags)
		return nil, usage("the template %s has errors", filepath.Base(file))
	}
	return func(s string) (value.Value, error) { return t.Console(ctx, opts).Eval(s) }, nil
}

// maxLine bounds a line of the standard input: the service takes expressions of
// 24,576 characters, escapes and multi-byte characters make them longer.
const maxLine = 1 << 20

func (p *program) evalLines(ctx context.Context, eval evaluate) error {
	in := bufio.NewScanner(p.In)
	in.Buffer(make([]byte, 1<<16), maxLine)
	out := bufio.NewWriter(p.Out)
	for in.Scan() {
		if err := ctx.Err(); err != nil {
			return errors.Join(out.Flush(), err)
		}
		line := in.Text()
		var quoted string
		if strings.HasPrefix(line, `"`) && json.Unmarshal([]byte(line), &quoted) == nil {
			line = quoted
		}
		v, err := eval(line)
		if err != nil {
			_ = writeJSONLine(out, map[string]string{"$error": err.Error()})
			continue
		}
		out.Write(v.AppendJSON(nil))
		out.WriteByte('\n')
	}
	if err := in.Err(); err != nil {
		return errors.Join(out.Flush(), usage("standard input: %w", err))
	}
	return out.Flush()
}

func writeJSONLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
