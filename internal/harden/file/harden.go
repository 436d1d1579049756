package file

import (
	"context"
	"maps"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// Input is what is hardened. Source.Expanded is not used.
type Input struct {
	Names   []string // files, folders, "-", as [source.Load] takes them
	Source  source.Options
	Catalog *catalog.Catalog
}

// Options say how. The zero Options work.
type Options struct {
	Assess assess.Options
	Plan   harden.Options
	Pairs  []assess.PairOf // of workspaces, as the project's file names them
	// Notes makes the notes of an assessment from the diagnostics of the input; nil
	// leaves them out.
	Notes func([]source.Diagnostic) []assess.Note
}

// Result is what became of it.
type Result struct {
	Plan        *harden.Plan // with what became of each item
	Files       []File       // those that change, by name
	Before      *assess.Result
	After       *assess.Result
	Diagnostics []source.Diagnostic // of the input as it is
	Made        []*harden.Step      // those that are written, in order
	Drafts      int                 // how often the input was read again
}

// File is a file that changes.
type File struct {
	Name    string
	Before  []byte
	After   []byte
	Changes []edit.Change // with the reasons: the remedies, and the rules whose findings they mend
}

// fromElsewhere is why nothing is written for a resource that no template declares.
const (
	fromElsewhere = "it does not come from a template that can be edited"
	usePlan       = "see the steps with --plan, or name the template that deploys it"
)

// Harden finds out what is wrong with the input, writes what mends it, and proves
// that it does: see the package comment. The error is that of reading the input,
// or of the context.
func Harden(ctx context.Context, in Input, opts Options) (*Result, error) {
	read, err := newReader(in, opts)
	if err != nil {
		return nil, err
	}
	h := &hardener{in: in, opts: opts, read: read, levels: map[string]level{}, told: map[string]string{}, tried: map[string]bool{}}
	if h.before, err = read.read(ctx, nil); err != nil {
		return nil, err
	}
	if h.plan, err = harden.Make(ctx, h.before.result, opts.Plan); err != nil {
		return nil, err
	}
	h.choose()
	if err := h.settle(ctx); err != nil {
		return nil, err
	}
	return h.result(), nil
}

// hardener is a hardening under way.
type hardener struct {
	in     Input
	opts   Options
	read   *reader
	plan   *harden.Plan
	before *world
	after  *world // what the last draft that holds gives
	draft  *draft // the last one that holds
	steps  []*harden.Step
	levels map[string]level
	told   map[string]string // of wants that were written narrower, why
	tried  map[string]bool   // steps that were tried, by remedy and resource
	drafts int
	left   *harden.Plan // for what the last draft that holds gives
}

func nameOfStep(s *harden.Step) string { return s.Remedy.ID + "@" + s.Resource.ID.Key() }

// choose takes the steps that are to be written: those of planned items on what a
// template declares.
func (h *hardener) choose() {
	for _, i := range h.plan.Items {
		if i.Outcome != harden.Planned {
			continue
		}
		for _, s := range i.Steps {
			if !h.declared(s) {
				i.Outcome, i.Why, i.Instead = harden.Decision, s.Resource.Name+": "+fromElsewhere, usePlan
				break
			}
		}
	}
	h.steps = needed(h.plan.Steps)
	for _, s := range h.steps {
		h.tried[nameOfStep(s)] = true
	}
}

// declared says whether the resource of a step is declared in a file that can be
// edited, or is added by another step.
func (h *hardener) declared(s *harden.Step) bool {
	r := h.before.estate.ByID(s.Resource.ID)
	if r == nil {
		return true
	}
	made := h.before.made[r]
	return made != nil && h.before.editable(h.before.node(made.Node))
}

// tell adds what comes of the findings that were not there before.
func (h *hardener) tell() {
	if h.left == nil {
		return
	}
	known := map[string]bool{}
	for _, f := range h.before.result.Findings {
		known[f.Fingerprint] = f.Status == assess.Fail
	}
	for _, i := range h.plan.Items {
		known[i.Finding.Fingerprint] = true
	}
	for _, i := range h.left.Items {
		if known[i.Finding.Fingerprint] || i.Follows {
			continue
		}
		if i.Outcome == harden.Planned {
			i.Outcome, i.Why = harden.Withdrawn, "what mends it did not hold together with the rest"
		}
		i.Follows = true
		h.plan.Items = append(h.plan.Items, i)
	}
}

// result says what became of the items, and gives the files.
func (h *hardener) result() *Result {
	out := &Result{
		Plan: h.plan, Before: h.before.result, After: h.after.result, Diagnostics: h.before.diagnostics, Made: h.steps, Drafts: h.drafts,
	}
	for _, i := range h.plan.Items {
		if i.Outcome == harden.Planned {
			i.Outcome = harden.Mended
		}
	}
	h.tell()
	for _, x := range h.draft.wants {
		if text := h.told[x.key()]; text != "" {
			h.draft.note(x.steps, text)
		}
	}
	for _, s := range h.steps {
		for _, text := range h.draft.notes[s] {
			for _, i := range s.Items {
				if !slices.Contains(i.Notes, text) {
					i.Notes = append(i.Notes, text)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.draft.sets)) {
		s := h.draft.sets[name]
		if s.Len() == 0 {
			continue
		}
		out.Files = append(out.Files, File{Name: name, Before: []byte(h.before.docs[name].Source()), After: s.Bytes(), Changes: s.Changes()})
	}
	return out
}
