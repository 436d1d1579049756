package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	hardentext "github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// hardenFlags are the flags of harden.
type hardenFlags struct {
	settings
	input  inputFlags
	outs   []string
	only   []string
	region string
	fresh  bool
	prices []string

	diff, write, plan, apply, yes bool
	journal                       string
	to                            string // where the hardened template goes, "" when it goes nowhere
}

var hardenFormats = []string{"text", "json", "markdown"}

func (p *program) hardenCommand() *cobra.Command {
	var f hardenFlags
	cmd := &cobra.Command{
		Use:   "harden SOURCE...",
		Short: "Change templates, or what is in Azure, so that it survives more",
		Long: `Finds what 'holdfast assess' finds, and does something about it. Without a mode
nothing is written: it says what can be mended, what that gives and costs, and
what is left, and why.

ARM templates and their parameter files are edited where they stand, by as
little as possible; comments and layout stay. Every edit is proven: the result
is read and assessed again, and what does not hold is taken back, with the
reason. --diff shows the edits with their reasons, --write makes them, -o FILE
or -o FOLDER writes the result elsewhere.

What is in Azure (an ARM id, or azure) is changed by --apply, which asks first:
settings and conversions only, nothing is deleted or made anew. Each step looks
before it writes and is kept in a journal: when it is interrupted, the same
command goes on where it was, and 'holdfast harden undo' takes it back.

Exit codes: 0 no finding at or above --fail-on (with --only: of these rules)
remains in what is there when it ends, so that a preview of what can be mended
is not fine yet; 1 some remain; 2 wrong usage or input; 3 Azure or network error
or a step that failed; 4 the result is not whole; 130 not confirmed or
interrupted.`,
		Example: `  holdfast harden examples/workspace
  holdfast harden azuredeploy.json -p azuredeploy.parameters.json --diff
  holdfast harden infra/ --target critical --write
  holdfast harden azuredeploy.json --only aks-free-tier -o hardened/
  holdfast harden azuredeploy.json -o text -o markdown=harden.md
  holdfast harden /subscriptions/SUBSCRIPTION/resourceGroups/rg-ml --plan
  holdfast harden /subscriptions/SUBSCRIPTION/resourceGroups/rg-ml --apply --yes
  holdfast harden undo`,
		Args:        wants(1, -1, "a SOURCE: ARM templates, a folder, - for standard input, or an ARM id"),
		Annotations: map[string]string{takesArguments: "yes"},
		RunE:        func(cmd *cobra.Command, args []string) error { return p.harden(cmd, args, &f) },
	}
	parameterFlag(cmd, &f.input.params)
	f.addTarget(cmd)
	fl := cmd.Flags()
	fl.BoolVar(&f.diff, "diff", false, "show the edits as a unified diff for git apply, with the reason of each")
	fl.BoolVar(&f.write, "write", false, "make the edits in the files")
	fl.BoolVar(&f.plan, "plan", false, "only the plan; of what is in Azure also the requests")
	fl.BoolVar(&f.apply, "apply", false, "make the changes in Azure, after a question")
	fl.BoolVarP(&f.yes, "yes", "y", false, "apply without asking")
	fl.StringArrayVar(&f.only, "only", nil, "mend only findings of this rule, may be repeated")
	fl.StringVar(&f.region, "region", "", "the other region, for what is added there (default: the paired one where it fits)")
	fl.BoolVar(&f.fresh, "fresh", false, "nothing of it is deployed yet: choose also what can only be chosen at creation")
	pricesFlag(cmd, &f.prices)
	fl.StringSliceVarP(&f.outs, "output", "o", nil, "where the result goes: FILE or FOLDER; or FORMAT or FORMAT=FILE for the report, may be repeated; formats: "+strings.Join(hardenFormats, ", ")+" (default text)")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(hardenFormats, cobra.ShellCompDirectiveDefault))
	_ = cmd.RegisterFlagCompletionFunc("only", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		cat, err := catalog.Default()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return ruleIDs(cat), cobra.ShellCompDirectiveNoFileComp
	})
	f.addVerdict(cmd)
	f.addScope(cmd)
	fl.BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	journalFlag(cmd, &f.journal)
	cmd.AddCommand(p.hardenUndoCommand())
	return cmd
}

func journalFlag(cmd *cobra.Command, journal *string) {
	cmd.Flags().StringVar(journal, "journal", "", "file that keeps what was done in Azure (default: holdfast/harden.db below XDG_STATE_HOME or ~/.local/state)")
}

// hardening is one run of harden on its way.
type hardening struct {
	p       *program
	f       *hardenFlags
	args    []string
	outs    []output
	again   string // the command line once more, without its mode
	failOn  assess.Severity
	target  *assess.Target
	catalog *catalog.Catalog
	known   *assess.Baseline
}

func (p *program) harden(cmd *cobra.Command, args []string, f *hardenFlags) error {
	h := &hardening{p: p, f: f, args: args}
	scopes, err := azureScopes(args)
	if err != nil {
		return err
	}
	if err := h.check(len(scopes) > 0); err != nil {
		return err
	}
	if err := h.read(); err != nil {
		return err
	}
	h.again = p.hardenAgain(cmd, args)
	if len(scopes) > 0 {
		return h.live(cmd.Context())
	}
	return h.templates(cmd.Context())
}

// check refuses flags that do not go together.
func (h *hardening) check(live bool) error {
	f := h.f
	var formats []string
	for _, v := range f.outs {
		format, _, _ := strings.Cut(v, "=")
		if slices.Contains(hardenFormats, format) || !h.isPath(v) {
			formats = append(formats, v)
			continue
		}
		if f.to != "" {
			return withHint(usage("the result is to go to two places, %s and %s", f.to, v), "name one file or folder")
		}
		f.to = v
	}
	var err error
	if h.outs, err = parseOutputs(formats, hardenFormats); err != nil {
		return withHint(err, "formats: "+strings.Join(hardenFormats, ", ")+"; a file or folder for the result is a path, such as ./hardened.json")
	}
	var modes []string
	for _, m := range []struct {
		set  bool
		name string
		live bool
		file bool
	}{{f.diff, "--diff", false, true}, {f.write, "--write", false, true}, {f.plan, "--plan", true, true}, {f.apply, "--apply", true, false}, {f.to != "", "-o " + f.to, false, true}} {
		if !m.set {
			continue
		}
		modes = append(modes, m.name)
		switch {
		case live && !m.live:
			return withHint(usage("%s is for templates, and the input is in Azure", m.name), "take --plan to see the requests, --apply to make the changes")
		case !live && !m.file:
			return withHint(usage("%s is for what is in Azure, and the input is a file", m.name), "take --write to edit it, and holdfast deploy to deploy it")
		}
	}
	if len(modes) > 1 {
		return withHint(usage("%s do not go together", strings.Join(modes, " and ")), "choose one")
	}
	if f.yes && !f.apply && !h.p.fromEnv["yes"] {
		return withHint(usage("--yes answers the question of --apply, which is not given"), "add --apply, or leave out --yes")
	}
	if f.diff && slices.ContainsFunc(h.outs, func(o output) bool { return o.file == "" }) && len(formats) > 0 {
		return withHint(usage("the diff and a report both go to standard output"), "give the report a file: -o json=harden.json")
	}
	if f.region != "" {
		r, ok := estate.RegionByName(f.region)
		if !ok {
			return withHint(usage("there is no region %q", f.region), "name one such as northeurope")
		}
		f.region = r.Name
	}
	return nil
}

// isPath says whether a value of -o is a place for the result, not a format.
func (h *hardening) isPath(v string) bool {
	if strings.ContainsAny(v, `/\`) && !strings.Contains(v, "=") || strings.HasSuffix(v, ".json") && !strings.Contains(v, "=") {
		return true
	}
	info, err := os.Stat(h.p.path(v))
	return err == nil && info.IsDir()
}

// read reads the settings.
func (h *hardening) read() error {
	var err error
	if err = h.f.read(h.p); err != nil {
		return err
	}
	if h.failOn, err = h.f.threshold(); err != nil {
		return err
	}
	if h.target, err = h.f.wanted(h.p); err != nil {
		return err
	}
	if h.catalog, err = h.f.settings.catalog(h.p); err != nil {
		return err
	}
	name := h.f.baseline
	if name == "" && h.f.project != nil {
		name = h.f.project.Baseline
	}
	if name != "" {
		a := assessFlags{settings: h.f.settings}
		if h.known, err = a.known(h.p); err != nil {
			return err
		}
	}
	for _, id := range h.f.only {
		if !slices.ContainsFunc(h.catalog.Rules(), func(r *catalog.Rule) bool { return r.ID == id }) {
			return withHint(usage("there is no rule %q", id), didYouMean(id, ruleIDs(h.catalog), "list them with: holdfast rules"))
		}
	}
	return nil
}

func (h *hardening) planOptions() harden.Options {
	return harden.Options{Rules: h.f.only, Region: h.f.region, Fresh: h.f.fresh}
}

func (h *hardening) assessOptions() assess.Options {
	o := assess.Options{Target: h.target, Baseline: h.known, Now: time.Now()}
	if h.f.project != nil {
		o.Suppressions = h.f.project.Suppressions
	}
	return o
}

// pairs are those of the project's file.
func (h *hardening) pairs() []assess.PairOf {
	if h.f.project == nil {
		return nil
	}
	return h.f.project.Pairs
}

// render writes the report in the formats that were asked for.
func (h *hardening) render(r *hardentext.Report, opt hardentext.Options) error {
	for _, o := range h.outs {
		err := o.write(h.p.Streams, func(w io.Writer) error {
			switch o.format {
			case "json":
				return writeJSON(w, r.Document(opt.Exit))
			case "markdown":
				return hardentext.Markdown(w, r, opt)
			}
			return hardentext.Write(w, r, opt)
		})
		if err != nil {
			return err
		}
		if o.file != "" {
			h.p.note("wrote %s (%s)", o.file, o.format)
		}
	}
	return nil
}

// options are those of the report, with how the run ends.
func (h *hardening) options(ends *assess.Result, instead string, next []string) hardentext.Options {
	code, meaning := h.verdict(ends)
	opt := hardentext.Options{Options: h.p.reportOptions()}
	opt.Exit = report.Exit{Code: code, Meaning: meaning + instead}
	opt.Next = next
	return opt
}

// verdict is the exit code for what is there when the run ends; with --only the
// findings of these rules decide.
func (h *hardening) verdict(r *assess.Result) (int, string) {
	if len(h.f.only) > 0 {
		some := *r
		some.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f assess.Finding) bool { return !slices.Contains(h.f.only, f.Rule.ID) })
		some.Summary.BySeverity = map[assess.Severity]int{}
		for i := range some.Findings {
			if f := &some.Findings[i]; f.Status == assess.Fail && !f.Known {
				some.Summary.BySeverity[f.Severity]++
			}
		}
		r = &some
	}
	return verdict(r, h.failOn)
}

// hardenAgain is the command line once more without its mode.
func (p *program) hardenAgain(cmd *cobra.Command, args []string) string {
	again := p.again(cmd, args)
	for _, mode := range []string{" --diff", " --write", " --plan", " --apply", " --yes"} {
		again = strings.ReplaceAll(again+" ", mode+" ", " ")
		again = strings.TrimRight(again, " ")
	}
	return again
}

// inputError gives an error of reading its exit code.
func inputError(ctx context.Context, err error) error {
	var e *exitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e):
		return err
	}
	return usage("%w", err)
}

// base is the last part of a path.
func base(name string) string { return filepath.Base(filepath.FromSlash(name)) }
