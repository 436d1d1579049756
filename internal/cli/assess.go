package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/html"
	reportjson "github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/junit"
	"github.com/holdfast-ml/holdfast/internal/report/markdown"
	"github.com/holdfast-ml/holdfast/internal/report/sarif"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// formats are those of assess; the first is the default.
var formats = []string{"text", "json", "html", "sarif", "junit", "markdown"}

// assessFlags are the flags of assess.
type assessFlags struct {
	settings
	input         inputFlags
	outs          []string
	writeBaseline string
}

func (p *program) assessCommand() *cobra.Command {
	var f assessFlags
	cmd := &cobra.Command{
		Use:   "assess SOURCE...",
		Short: "Say what a workspace leans on, what outages take away, and what to do",
		Long: `Reads ARM templates, inventories or Azure itself, finds every service that the
workspaces in them lean on, puts zone, region and service outages through them,
and holds the result against a target.

A SOURCE is a file, a folder, or - for standard input: an ARM template (its
parameter file is found by the usual name), the JSON of 'az resource list' or
'az graph query', an array of ARM resources, or an estate that Holdfast wrote.
What it is, is recognised from its content.

Or it is read from Azure: the ARM id of a workspace, a resource group or a
subscription, or the word azure for everything that the login sees. What the
workspaces lean on is followed wherever it lies. What may not be read is told,
and what depends on it is unknown. docs/live.md says what is read, and which
role that takes.`,
		Example: `  holdfast assess examples/workspace
  holdfast assess azuredeploy.json -p azuredeploy.parameters.json
  holdfast assess infra/ --target critical -o text -o html=report.html -o sarif=holdfast.sarif
  az resource list -g rg-ml -o json | holdfast assess -
  holdfast assess /subscriptions/SUBSCRIPTION/resourceGroups/rg-ml
  holdfast assess azure --cloud sandbox`,
		Args: wants(1, -1, "a SOURCE: a file, a folder, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.assess(cmd, args, &f) },
	}
	parameterFlag(cmd, &f.input.params)
	f.addTarget(cmd)
	outputFlag(cmd, &f.outs, formats...)
	fl := cmd.Flags()
	f.addVerdict(cmd)
	fl.StringVar(&f.writeBaseline, "write-baseline", "", "write all failing findings to this file, as a baseline for later runs")
	f.addScope(cmd)
	fl.BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	return cmd
}

func (p *program) assess(cmd *cobra.Command, args []string, f *assessFlags) error {
	ctx := cmd.Context()
	outs, err := parseOutputs(f.outs, formats)
	if err != nil {
		return err
	}
	if err := f.read(p); err != nil {
		return err
	}
	failOn, err := f.threshold()
	if err != nil {
		return err
	}
	target, err := f.wanted(p)
	if err != nil {
		return err
	}
	cat, err := f.catalog(p)
	if err != nil {
		return err
	}
	known, err := f.known(p)
	if err != nil {
		return err
	}
	done := p.progress("assessing " + strings.Join(args, " "))
	defer done()
	e, notes, err := p.load(ctx, args, &f.input, f.scope)
	if err != nil {
		done()
		p.printNotes(notes)
		return err
	}
	r, err := f.result(ctx, e, cat, target, known, notes)
	done()
	if err != nil {
		return err
	}
	code, meaning := verdict(r, failOn)
	opt := p.reportOptions()
	opt.Exit = report.Exit{Code: code, Meaning: meaning}
	opt.Next = next(p.again(cmd, args), f, r)
	for _, o := range outs {
		if err := o.write(p.Streams, func(w io.Writer) error { return renderAs(w, o.format, r, opt) }); err != nil {
			return err
		}
		if o.file != "" {
			p.note("wrote %s (%s)", o.file, o.format)
		}
	}
	if f.writeBaseline != "" {
		o := output{format: "baseline", file: f.writeBaseline}
		if err := o.write(p.Streams, func(w io.Writer) error { return writeJSON(w, assess.BaselineOf(r)) }); err != nil {
			return err
		}
		p.note("wrote %s: pass it with --baseline, and only new findings count", f.writeBaseline)
	}
	return status(code)
}

// result assesses the estate as the project's file and the flags have it.
func (f *assessFlags) result(ctx context.Context, e *estate.Estate, cat *catalog.Catalog, target *assess.Target, known *assess.Baseline, notes []assess.Note) (*assess.Result, error) {
	opts := assess.Options{Target: target, Baseline: known, Notes: notes, Now: time.Now()}
	if f.project != nil {
		opts.Suppressions = f.project.Suppressions
		joined, more := assess.Join(e, f.project.Pairs)
		e, opts.Notes = joined, append(opts.Notes, more...)
	}
	return assess.Assess(ctx, e, cat, opts)
}

// noSeverity is the value of --fail-on that lets every finding pass.
const noSeverity = "none"

// threshold is the severity of --fail-on, "" for none.
func (st *settings) threshold() (assess.Severity, error) {
	name := st.failOn
	if name == "" && st.project != nil && st.project.FailOn != "" {
		return st.project.FailOn, nil
	}
	switch name {
	case "":
		return assess.High, nil
	case noSeverity:
		return "", nil
	}
	s, ok := assess.ParseSeverity(name)
	if !ok {
		return "", withHint(usage("there is no severity %q", name), "--fail-on takes "+strings.Join(assess.SeverityNames(), ", ")+" or none")
	}
	return s, nil
}

// known reads the baseline, nil without one.
func (f *assessFlags) known(p *program) (*assess.Baseline, error) {
	name := f.baseline
	if name == "" && f.project != nil {
		name = f.project.Baseline
	}
	if name == "" {
		return nil, nil
	}
	src, err := os.ReadFile(p.path(name))
	if err != nil {
		return nil, withHint(usage("cannot read the baseline: %w", err), "write one with: holdfast assess SOURCE --write-baseline FILE")
	}
	b, err := assess.ParseBaseline(name, src)
	if err != nil {
		return nil, usage("%w", err)
	}
	return b, nil
}

// verdict is the exit code of an assessment, and what it means.
func verdict(r *assess.Result, failOn assess.Severity) (int, string) {
	switch {
	case failOn != "" && r.FailOn(failOn):
		return ExitFindings, fmt.Sprintf("findings of severity %s or worse", failOn)
	case len(r.NotWhole()) > 0:
		return ExitNotWhole, "the result is not whole: " + strings.Join(r.NotWhole(), "; ")
	case failOn == "":
		return ExitFine, "findings do not decide (--fail-on none)"
	}
	return ExitFine, fmt.Sprintf("no finding of severity %s or worse", failOn)
}

// again is the command line once more, as a shell takes it, without its outputs;
// "" when it read standard input, which is gone.
func (p *program) again(cmd *cobra.Command, args []string) string {
	words := []string{cmd.CommandPath()}
	for _, a := range args {
		if a == "-" {
			return ""
		}
		words = append(words, quoted(a))
	}
	cmd.Flags().Visit(func(fl *pflag.Flag) {
		switch {
		case p.fromEnv[fl.Name], slices.Contains([]string{"output", "write-baseline", "fail-on", "color", "quiet", "verbose"}, fl.Name):
			return
		case fl.Name == "target" && fl.Value.String() == assess.ProductionTarget:
			return // the default
		}
		switch list, is := fl.Value.(pflag.SliceValue); {
		case is:
			for _, v := range list.GetSlice() {
				words = append(words, "--"+fl.Name, quoted(v))
			}
		case fl.Value.Type() == "bool":
			words = append(words, "--"+fl.Name)
		default:
			words = append(words, "--"+fl.Name, quoted(fl.Value.String()))
		}
	})
	return strings.Join(words, " ")
}

// quoted gives a word as a shell takes it.
func quoted(word string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:=@%+,", r)
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// next are the commands worth running after an assessment, given by the command
// line that makes it again.
func next(again string, f *assessFlags, r *assess.Result) []string {
	var out []string
	for i := range r.Findings {
		if fd := &r.Findings[i]; fd.Status == assess.Fail && !fd.Known {
			out = append(out, "holdfast explain "+fd.Rule.ID)
			break
		}
	}
	if again == "" {
		return out
	}
	html := false
	for _, o := range f.outs {
		html = html || strings.HasPrefix(o, "html")
	}
	if !html {
		out = append(out, again+" -o html=report.html")
	}
	if r.Target.Name == assess.ProductionTarget {
		out = append(out, again+" --target "+assess.CriticalTarget)
	}
	return out
}

func renderAs(w io.Writer, format string, r *assess.Result, opt report.Options) error {
	switch format {
	case "json":
		return reportjson.Write(w, r, opt)
	case "html":
		return html.Write(w, r, opt)
	case "sarif":
		return sarif.Write(w, r, opt)
	case "junit":
		return junit.Write(w, r, opt)
	case "markdown":
		return markdown.Write(w, r, opt)
	}
	return text.Write(w, r, opt)
}

// reportOptions are those that every report takes.
func (p *program) reportOptions() report.Options {
	opt := report.Options{
		Width:   p.width(),
		Color:   p.colour(p.colourMode),
		Verbose: p.verbose,
		Base:    p.Dir,
	}
	opt.Tool.Version, opt.Tool.Commit = programVersion()
	return opt
}
