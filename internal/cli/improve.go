package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/price"
	"github.com/holdfast-ml/holdfast/internal/report/html"
)

// improveFlags are the flags of improve.
type improveFlags struct {
	settings
	input        inputFlags
	outs         []string
	rates        string
	capability   string
	availability string
	budget       float64
	workspace    string
	region       string
	costs        string
	prices       []string
	inPlace      bool
	grain        float64
	limit        int
	share        float64 // of availability
}

var improveFormats = []string{"text", "json", "markdown", "html"}

func (p *program) improveCommand() *cobra.Command {
	var f improveFlags
	cmd := &cobra.Command{
		Use:   "improve SOURCE...",
		Short: "Find the cheapest changes that make a capability as available as is wanted",
		Long: `Tries the remedies of the catalog on the resources of a workspace and shows what
each level of availability costs: the whole frontier, and the cheapest set of
changes that reaches the figure of --availability, proven to be the cheapest (or
with what is not proven). What no configuration without a second workspace can
reach is said, and what a pair would reach.

Costs are factors of today's. Every resource that is billed is taken to cost the
same, unless --costs FILE says what each costs a month, or --prices FILE, a
download of Azure's retail price list. A remedy whose price no source gives is
only chosen where nothing else reaches the figure. Nothing is changed: remedies
are tried on a copy of what was read.`,
		Example: `  holdfast improve examples/workspace --capability train --availability 99.84
  holdfast improve examples/workspace --capability train --budget 1.05
  holdfast improve examples/workspace --capability author --costs costs.yaml -o html=improve.html`,
		Args: wants(1, -1, "a SOURCE: ARM templates, inventories, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.input.whole(p, p.improve(cmd.Context(), args, &f))
		},
	}
	parameterFlag(cmd, &f.input.params)
	fl := cmd.Flags()
	capabilityFlag(cmd, &f.capability, "the capability to improve (required)")
	fl.StringVar(&f.availability, "availability", "", "the wanted availability in per cent, such as 99.95")
	fl.Float64Var(&f.budget, "budget", 0, "at most this many times today's cost, such as 1.5")
	fl.StringVar(&f.workspace, "workspace", "", "the workspace, by name or id, where the input has several")
	fl.StringVar(&f.region, "region", "", "region of a second half (default: the paired region where it offers Azure Machine Learning)")
	fl.StringVar(&f.costs, "costs", "", "YAML file with what resources cost a month, see docs/availability.md")
	pricesFlag(cmd, &f.prices)
	fl.BoolVar(&f.inPlace, "in-place", false, "only changes of what is there, in place or by conversion, nothing that is made anew")
	fl.Float64Var(&f.grain, "grain", 0.01, "hours a year that a step of the frontier gains at least")
	fl.IntVar(&f.limit, "limit", 0, "evaluate at most this many combinations (default 200000, fewer for large estates)")
	ratesFlag(cmd, &f.rates)
	outputFlag(cmd, &f.outs, improveFormats...)
	f.addScope(cmd)
	fl.BoolVar(&f.input.strict, "strict", false, "a required parameter without a value is an error")
	f.addCatalog(cmd)
	f.input.azure.add(p, cmd)
	return cmd
}

func (f *improveFlags) check() error {
	if _, err := parseOutputs(f.outs, improveFormats); err != nil {
		return err
	}
	if f.capability == "" {
		return withHint(usage("--capability is missing"), "say what is to be improved, for example --capability score-online")
	}
	if err := knownCapability(f.capability); err != nil {
		return err
	}
	if f.availability != "" {
		x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(f.availability, "%")), 64)
		if err != nil || math.IsNaN(x) || x <= 0 || x >= 100 {
			return withHint(usage("--availability is %q: it must be a percentage above 0 and below 100", f.availability), "write it like --availability 99.95")
		}
		f.share = x / 100
	}
	switch {
	case f.budget != 0 && (f.budget < 0 || math.IsNaN(f.budget) || math.IsInf(f.budget, 0)):
		return usage("--budget is %g: it must be a factor above 0, such as 1.5", f.budget)
	case f.grain < 0 || math.IsNaN(f.grain) || math.IsInf(f.grain, 0):
		return usage("--grain is %g: it must be a number of hours, 0 or more", f.grain)
	case f.limit < 0:
		return usage("--limit is %d: it must be 0 or more", f.limit)
	}
	if f.region != "" {
		r, ok := estate.RegionByName(f.region)
		if !ok || !r.AML {
			return withHint(usage("--region is %q: that is no region with Azure Machine Learning", f.region), "name one such as northeurope")
		}
		f.region = r.Name
	}
	return nil
}

func (p *program) improve(ctx context.Context, args []string, f *improveFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	weights, err := p.readCosts(f.costs)
	if err != nil {
		return err
	}
	a, err := p.analyse(ctx, args, &f.settings, &f.input, f.rates, availability.Options{Draws: 1})
	if err != nil {
		return err
	}
	ws, err := theWorkspace(a, f.workspace)
	if err != nil {
		return err
	}
	list, err := p.readPrices(a.Catalog, f.prices)
	if err != nil {
		return err
	}
	var priced *price.Total
	if list != nil {
		priced = price.Estate(list, a.Catalog, a.Estate)
		if weights, err = pricedWeights(priced, weights); err != nil {
			return err
		}
	}
	c := catalog.Capability(f.capability)
	done := p.progress("looking for changes for " + f.capability + " of " + ws.Name)
	defer done()
	r, err := improve.Find(ctx, a.Estate, a.Catalog, ws, c, improve.Options{
		Region: f.region, Weights: weights, InPlace: f.inPlace, Limit: f.limit, Grain: f.grain, Rates: a.Rates,
	})
	if err != nil {
		return usage("%w", err)
	}
	v, err := newImproveReport(ctx, r, f, weights)
	if err != nil {
		return err
	}
	v.priced = priced
	done()
	return p.render(f.outs, improveFormats, map[string]func(io.Writer) error{
		"text":     func(w io.Writer) error { return v.text(w, p.width(), p.verbose) },
		"json":     func(w io.Writer) error { return writeJSON(w, v.document()) },
		"markdown": func(w io.Writer) error { return v.markdown(w) },
		"html":     func(w io.Writer) error { return html.WriteFigures(w, v.page(), p.reportOptions()) },
	})
}

// readCosts reads the file of --costs.
func (p *program) readCosts(name string) (*improve.Weights, error) {
	if name == "" {
		return nil, nil
	}
	src, err := os.ReadFile(p.path(name))
	if err != nil {
		return nil, usage("cannot read the costs: %w", err)
	}
	w, err := improve.ParseWeights(name, src)
	if err != nil {
		return nil, usage("the costs cannot be used:\n%w", err)
	}
	return w, nil
}

// theWorkspace chooses a workspace of the input.
func theWorkspace(a *availability.Analysis, name string) (*estate.Resource, error) {
	all := a.Model.Workspaces()
	var names []string
	var found []*estate.Resource
	for _, ws := range all {
		names = append(names, ws.Name)
		if name == "" || strings.EqualFold(ws.Name, name) || ws.ID.Equal(estate.ParseID(name)) {
			found = append(found, ws)
		}
	}
	slices.Sort(names)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return nil, withHint(usage("there is no workspace %q", name), didYouMean(name, names, "there are "+strings.Join(names[:min(5, len(names))], ", ")))
	case name != "":
		return nil, withHint(usage("%d workspaces are called %q", len(found), name), "give its id")
	}
	return nil, withHint(usage("there are %d workspaces in the input", len(found)), fmt.Sprintf("choose one with --workspace: %s", strings.Join(names[:min(5, len(names))], ", ")))
}
