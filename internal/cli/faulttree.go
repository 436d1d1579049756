package cli

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/faulttree/uncertainty"
)

// treeFlags are the flags of faulttree.
type treeFlags struct {
	outs        []string
	tops        []string
	cutSets     int
	importance  bool
	uncertainty int
	seed        uint64
	mission     float64
	ccf         bool
	limit       int
	repair      float64
	yearFlags
}

func (p *program) faulttreeCommand() *cobra.Command {
	var f treeFlags
	cmd := &cobra.Command{
		Use:   "faulttree FILE.xml...",
		Short: "Analyse fault trees in the Open-PSA format, exactly",
		Long: `Reads models in the Open-PSA Model Exchange Format (several files make one
model) and says for every top event: its probability, without approximation; how
many minimal cut sets it has, and the most probable ones; on request the
importance of every basic event, and what the uncertainty of the events makes of
the top event.

--simulate plays years of failure and repair: how long the top event is true in
a year, in the middle one and in one of twenty or of a hundred, and how long the
longest single outage is. Models give probabilities; each basic event is taken
to fail and be repaired by itself, with the mean time of --repair.

A top event is a gate that no other gate names, unless --top says which. Of a
tree that is not coherent (not, xor and the like), a minimal cut set is a
smallest set of events that brings the top event about while all others stay
away.`,
		Example: `  holdfast faulttree examples/faulttree/two-regions.xml
  holdfast faulttree examples/faulttree/two-regions.xml --cut-sets 3 --importance
  holdfast faulttree examples/faulttree/two-regions.xml --uncertainty 10000 --seed 7 -o json
  holdfast faulttree examples/faulttree/two-regions.xml --simulate 10000 --repair 8
  cat examples/faulttree/two-regions.xml | holdfast faulttree - --top Region1Down`,
		Args: wants(1, -1, "a FILE in the Open-PSA format, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.faulttree(cmd.Context(), args, &f) },
	}
	fl := cmd.Flags()
	fl.StringSliceVar(&f.tops, "top", nil, "analyse this gate, may be repeated (default: every gate that no other names)")
	fl.IntVar(&f.cutSets, "cut-sets", 10, "list this many of the most probable minimal cut sets")
	fl.BoolVar(&f.importance, "importance", false, "list the importance of every basic event")
	fl.IntVar(&f.uncertainty, "uncertainty", 0, "draw this many samples of the events' distributions")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the samples: equal seeds give equal results")
	fl.Float64Var(&f.mission, "mission", 8760, "the system mission time in hours")
	fl.BoolVar(&f.ccf, "ccf", true, "apply common cause groups; --ccf=false takes their members as independent")
	fl.IntVar(&f.limit, "max-nodes", 0, "give up when a decision diagram gets more nodes than this (default 100 million)")
	f.addYears(cmd)
	fl.Float64Var(&f.repair, "repair", 24, "with --simulate: mean hours until a basic event is repaired")
	outputFlag(cmd, &f.outs, "text", "json")
	return cmd
}

func (p *program) faulttree(ctx context.Context, args []string, f *treeFlags) error {
	if _, err := parseOutputs(f.outs, []string{"text", "json"}); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	done := p.progress("analysing " + strings.Join(args, " "))
	defer done()
	r, err := p.analyseTrees(ctx, args, f)
	done()
	if err != nil {
		return err
	}
	for _, n := range r.Notes {
		p.note("%s", harmless(n.String()))
	}
	return p.render(f.outs, []string{"text", "json"}, map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return treeText(w, r, p.width()) },
		"json": func(w io.Writer) error { return writeJSON(w, treeJSON(r)) },
	})
}

func (f *treeFlags) check() error {
	if err := f.checkYears(); err != nil {
		return err
	}
	switch {
	case !(f.repair > 0) || math.IsInf(f.repair, 0):
		return usage("--repair is %g: it must be a number of hours above 0", f.repair)
	case f.cutSets < 0:
		return usage("--cut-sets is %d: it must be 0 or more", f.cutSets)
	case f.mission < 0 || math.IsNaN(f.mission) || math.IsInf(f.mission, 0):
		return usage("--mission is %g: it must be a number of hours, 0 or more", f.mission)
	case f.uncertainty != 0 && (f.uncertainty < 2 || f.uncertainty > uncertainty.MaxSamples):
		return usage("--uncertainty is %d: it must be between 2 and %d", f.uncertainty, uncertainty.MaxSamples)
	case f.limit < 0:
		return usage("--max-nodes is %d: it must be 0 or more", f.limit)
	}
	return nil
}

// treeResult is what the analysis of a model found.
type treeResult struct {
	Files   []string
	Mission float64
	CCF     bool
	Seed    uint64
	Limits  []float64 // hours a year, for the years that are played
	Repair  float64
	Notes   []openpsa.Note
	Tops    []treeTop
}

// treeTop is one top event.
type treeTop struct {
	*faulttree.Analysis
	Probability float64
	CutSets     *faulttree.CutSets
	Probable    []faulttree.CutSet
	Importance  []faulttree.Importance // nil when it was not asked for
	Uncertainty *uncertainty.Result    // nil when it was not asked for
	Years       *playedYears           // nil when it was not asked for
}

func (p *program) analyseTrees(ctx context.Context, args []string, f *treeFlags) (*treeResult, error) {
	m, notes, err := p.readModel(args)
	if err != nil {
		return nil, err
	}
	if f.ccf {
		if m, err = m.WithCommonCauses(); err != nil {
			return nil, usage("%w", err)
		}
	}
	if err := m.Evaluate(f.mission); err != nil {
		return nil, usage("%w", err)
	}
	tops, err := f.gates(m)
	if err != nil {
		return nil, err
	}
	r := &treeResult{Files: args, Mission: f.mission, CCF: len(m.Groups) == 0, Seed: f.seed, Limits: f.limits, Repair: f.repair, Notes: notes}
	for _, g := range tops {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t, err := f.analyse(ctx, g)
		if errors.Is(err, bdd.ErrTooLarge) || errors.Is(err, cutset.ErrTooLarge) {
			return nil, withHint(usage("%w", err), "raise --max-nodes if there is memory (about 40 bytes a node), or analyse a part of the tree with --top")
		}
		if err != nil {
			return nil, err
		}
		r.Tops = append(r.Tops, *t)
	}
	return r, nil
}

// readModel reads the files, or standard input for -, as one model.
func (p *program) readModel(args []string) (*faulttree.Model, []openpsa.Note, error) {
	var sources []openpsa.Source
	for _, name := range args {
		if name == "-" {
			sources = append(sources, openpsa.Source{Name: "standard input", Reader: p.In})
			continue
		}
		file, err := os.Open(p.path(name))
		if err != nil {
			return nil, nil, usage("cannot read %s: %w", name, errors.Unwrap(err))
		}
		defer file.Close()
		sources = append(sources, openpsa.Source{Name: name, Reader: file})
	}
	m, notes, err := openpsa.Read(sources...)
	if err != nil {
		hint := ""
		if strings.Contains(err.Error(), "is not defined") {
			hint = "a model may be spread over several files: give them all"
		}
		return nil, nil, withHint(usage("%w", err), hint)
	}
	return m, notes, nil
}

// gates are the top events to analyse.
func (f *treeFlags) gates(m *faulttree.Model) ([]*faulttree.Gate, error) {
	if len(f.tops) == 0 {
		tops := m.Tops()
		if len(tops) == 0 {
			return nil, usage("there is no gate in the model, so no top event")
		}
		return tops, nil
	}
	var out []*faulttree.Gate
	for _, name := range f.tops {
		g := m.Gate(name)
		if g == nil {
			var names []string
			for _, t := range m.Gates {
				names = append(names, t.Name)
			}
			return nil, withHint(usage("there is no gate %q", name), didYouMean(name, names, ""))
		}
		out = append(out, g)
	}
	return out, nil
}

func (f *treeFlags) analyse(ctx context.Context, g *faulttree.Gate) (*treeTop, error) {
	a, err := faulttree.Analyse(g, f.limit)
	if err != nil {
		return nil, err
	}
	t := &treeTop{Analysis: a}
	if t.Probability, err = a.Probability(); err != nil {
		return nil, withHint(usage("%w", err), "give it one with a <define-basic-event> in the model's data")
	}
	if t.CutSets, err = a.CutSets(); err != nil {
		return nil, err
	}
	if t.Probable, err = t.CutSets.MostProbable(f.cutSets); err != nil {
		return nil, err
	}
	if f.importance {
		if t.Importance, err = a.Importance(); err != nil {
			return nil, err
		}
	}
	if f.uncertainty > 0 {
		if t.Uncertainty, err = uncertainty.Run(ctx, a, uncertainty.Options{Samples: f.uncertainty, Seed: f.seed, Mission: f.mission}); err != nil {
			return nil, err
		}
	}
	if f.years > 0 {
		if t.Years, err = f.play(ctx, t); err != nil {
			return nil, err
		}
	}
	return t, nil
}
