package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report/html"
)

// availabilityFlags are the flags of availability.
type availabilityFlags struct {
	settings
	input      inputFlags
	outs       []string
	rates      string
	export     string
	reading    string
	capability string
	draws      int
	seed       uint64
	yearFlags
}

func (p *program) availabilityCommand() *cobra.Command {
	var f availabilityFlags
	cmd := &cobra.Command{
		Use:   "availability SOURCE...",
		Short: "Show how available each capability is, and what takes it away",
		Long: `Builds a fault tree for every capability of the workspaces of a SOURCE (see
'holdfast assess --help') and shows two readings that are never mixed: what
contracts promise (published service level agreements, multiplied), and what is
to be expected (how often things fail, and for how long). The rates are
estimates where no figures are published; each is shown with its source, and
--rates puts your own in their place.

--simulate plays years of failure and repair: how downtime spreads over years,
and how long the longest outage of a year is. -o html draws a plot.

--export openpsa writes the fault trees for other tools, in the Open-PSA Model
Exchange Format; 'holdfast faulttree' reads them too.`,
		Example: `  holdfast availability examples/workspace
  holdfast availability examples/workspace --capability score-online -o json
  holdfast availability examples/workspace --rates rates.yaml
  holdfast availability examples/workspace --simulate 10000
  holdfast availability examples/workspace -o html=availability.html
  holdfast availability examples/workspace --export openpsa=model.xml`,
		Args: wants(1, -1, "a SOURCE: ARM templates, inventories, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.input.whole(p, p.availability(cmd.Context(), args, &f))
		},
	}
	parameterFlag(cmd, &f.input.params)
	fl := cmd.Flags()
	ratesFlag(cmd, &f.rates)
	capabilityFlag(cmd, &f.capability, "show only this capability")
	fl.StringVar(&f.export, "export", "", "write the fault trees instead of a report: openpsa or openpsa=FILE")
	fl.StringVar(&f.reading, "reading", "expected", "the reading that --export writes: expected or contractual")
	_ = cmd.RegisterFlagCompletionFunc("reading", cobra.FixedCompletions([]string{"expected", "contractual"}, cobra.ShellCompDirectiveNoFileComp))
	fl.IntVar(&f.draws, "draws", 0, "how often the uncertain rates are drawn (default 1000; 100 for very large estates)")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the draws: equal seeds give equal results")
	f.addYears(cmd)
	f.addTarget(cmd)
	outputFlag(cmd, &f.outs, availabilityFormats...)
	f.addScope(cmd)
	fl.BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	return cmd
}

var availabilityFormats = []string{"text", "json", "html"}

func ratesFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "rates", "", "YAML file with rates of your own, see docs/availability.md")
}

func capabilityFlag(cmd *cobra.Command, into *string, usage string) {
	cmd.Flags().StringVar(into, "capability", "", usage)
	names := make([]string, len(catalog.Capabilities))
	for i, c := range catalog.Capabilities {
		names[i] = string(c)
	}
	_ = cmd.RegisterFlagCompletionFunc("capability", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

func (p *program) availability(ctx context.Context, args []string, f *availabilityFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	a, err := p.analyse(ctx, args, &f.settings, &f.input, f.rates, availability.Options{Draws: f.draws, Seed: f.seed})
	if err != nil {
		return err
	}
	if f.export != "" {
		return p.exportTrees(a, f)
	}
	target, err := f.wanted(p)
	if err != nil {
		return err
	}
	r := newAvailabilityReport(a, target, catalog.Capability(f.capability))
	if err := r.compare(ctx, f.rates); err != nil {
		return err
	}
	if err := r.play(ctx, p, f); err != nil {
		return err
	}
	return p.render(f.outs, availabilityFormats, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return r.text(w, p.width(), p.verbose) },
		"json": func(w io.Writer) error { return writeJSON(w, r.document()) },
		"html": func(w io.Writer) error { return html.WriteFigures(w, r.page(), p.reportOptions()) },
	})
}

func (f *availabilityFlags) check() error {
	if _, err := parseOutputs(f.outs, availabilityFormats); err != nil {
		return err
	}
	if err := f.checkYears(); err != nil {
		return err
	}
	if err := knownCapability(f.capability); err != nil {
		return err
	}
	if format, _, _ := strings.Cut(f.export, "="); f.export != "" && format != "openpsa" {
		return withHint(usage("unknown export format %q", format), "write --export openpsa or --export openpsa=FILE")
	}
	if f.reading != "expected" && f.reading != "contractual" {
		return usage("--reading is %q: it must be expected or contractual", f.reading)
	}
	if f.reading != "expected" && f.export == "" {
		return withHint(usage("--reading says which reading --export writes, and there is no --export"), "both readings are shown without it")
	}
	if f.draws < 0 || f.draws > 1_000_000 {
		return usage("--draws is %d: it must be between 1 and 1,000,000", f.draws)
	}
	return nil
}

func knownCapability(name string) error {
	if name == "" || slices.Contains(catalog.Capabilities, catalog.Capability(name)) {
		return nil
	}
	names := make([]string, len(catalog.Capabilities))
	for i, c := range catalog.Capabilities {
		names[i] = string(c)
	}
	return withHint(usage("there is no capability %q", name), didYouMean(name, names, "there are "+strings.Join(names, ", ")))
}

// analyse reads the sources and builds their fault trees.
func (p *program) analyse(ctx context.Context, args []string, st *settings, in *inputFlags, rateFile string, opt availability.Options) (*availability.Analysis, error) {
	cat, err := p.loadCatalog(st)
	if err != nil {
		return nil, err
	}
	rates := availability.DefaultRates()
	if rateFile != "" {
		src, err := os.ReadFile(p.path(rateFile))
		if err != nil {
			return nil, usage("cannot read the rates: %w", err)
		}
		if rates, err = rates.With(rateFile, src); err != nil {
			return nil, usage("the rates cannot be used:\n%w", err)
		}
	}
	done := p.progress("reading " + strings.Join(args, " "))
	defer done()
	e, notes, err := p.load(ctx, args, in, st.scope)
	done()
	p.printNotes(notes)
	if err != nil {
		return nil, err
	}
	if st.project != nil {
		joined, more := assess.Join(e, st.project.Pairs)
		p.printNotes(more)
		e = joined
	}
	cat.Classify(e)
	a, err := availability.New(ctx, e, cat, rates, opt)
	if err != nil {
		return nil, err
	}
	if len(a.Rows) == 0 {
		return nil, withHint(usage("there is no workspace in the input"), "give the template or inventory of an Azure Machine Learning workspace")
	}
	return a, nil
}

// exportTrees writes the fault trees of one reading.
func (p *program) exportTrees(a *availability.Analysis, f *availabilityFlags) error {
	reading := availability.ExpectedReading
	if f.reading == "contractual" {
		reading = availability.ContractualReading
	}
	m := a.Trees(reading)
	if len(m.Gates) == 0 {
		return usage("no fault tree has an event in the %s reading", reading)
	}
	_, file, _ := strings.Cut(f.export, "=")
	if file == "-" {
		file = ""
	}
	o := output{format: "openpsa", file: file}
	if err := o.write(p.Streams, func(w io.Writer) error { return openpsa.Write(w, m) }); err != nil {
		return err
	}
	if file != "" {
		p.note("wrote %s (%d gates, %d basic events, %s)", file, len(m.Gates), len(m.Events), fmt.Sprintf("%s reading", reading))
	}
	return nil
}
