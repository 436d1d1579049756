package file

import (
	"context"
	"maps"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/improve"
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

// needed keeps the steps that a planned item has, and what these need first.
func needed(steps []*harden.Step) []*harden.Step {
	keep := map[*harden.Step]bool{}
	var mark func(s *harden.Step)
	mark = func(s *harden.Step) {
		if keep[s] {
			return
		}
		keep[s] = true
		for _, b := range s.Before {
			if slices.Contains(steps, b) && needs(s, b) {
				mark(b)
			}
		}
	}
	for _, s := range steps {
		if slices.ContainsFunc(s.Items, func(i *harden.Item) bool { return i.Outcome == harden.Planned }) {
			mark(s)
		}
	}
	var out []*harden.Step
	for _, s := range steps {
		if keep[s] {
			out = append(out, s)
		}
	}
	return out
}

// needs says that a step cannot be without another one that comes before it: it
// needs what that one brings about, or is about what it adds.
func needs(s, before *harden.Step) bool {
	return slices.ContainsFunc(s.Remedy.Needs, func(n catalog.Requirement) bool { return n.By == before.Remedy.ID }) ||
		slices.ContainsFunc(before.Added, func(id estate.ResourceID) bool { return id.Equal(s.Resource.ID) })
}

// settle writes drafts until one holds and nothing new can be done.
func (h *hardener) settle(ctx context.Context) error {
	h.after = h.before
	for {
		d, after, breaches, err := h.attempt(ctx, h.steps)
		if err != nil {
			return err
		}
		if len(breaches) == 0 {
			h.draft, h.after = d, after
			more, err := h.more(ctx, after)
			if err != nil || len(more) == 0 {
				return err
			}
			h.steps = append(h.steps, more...)
			continue
		}
		if after != nil { // what came new may be mended in turn
			more, err := h.healing(ctx, after, breaches)
			if err != nil {
				return err
			}
			if len(more) > 0 {
				h.steps = append(h.steps, more...)
				continue
			}
		}
		if h.narrow(d, breaches) || h.blame(d, breaches) {
			continue
		}
		if err := h.isolate(ctx, breaches[0].why); err != nil {
			return err
		}
	}
}

// attempt writes a draft and looks at what it gives. Steps that cannot be written
// are withdrawn at once, and the rest is written without them.
func (h *hardener) attempt(ctx context.Context, steps []*harden.Step) (*draft, *world, []breach, error) {
	for {
		d := newDraft(h.before, h.in.Catalog, steps, h.levels)
		if len(d.failed) > 0 {
			for _, s := range steps {
				if why, ok := d.failed[s]; ok {
					h.withdraw(s, why)
				}
			}
			steps = slices.DeleteFunc(slices.Clone(steps), func(s *harden.Step) bool { return !slices.Contains(h.steps, s) })
			continue
		}
		if len(steps) == 0 {
			return d, h.before, nil, nil
		}
		after, err := h.read.read(ctx, d.texts())
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil, nil, err
			}
			return d, nil, []breach{{why: "the files could not be read any more: " + err.Error()}}, nil
		}
		h.drafts++
		expected := h.expected(steps)
		breaches := hold(h.before, after, expected, d.along)
		troubles, err := h.plan.Prove(ctx, after.result)
		if err != nil {
			return nil, nil, nil, err
		}
		for _, t := range troubles {
			if t.Item != nil && slices.ContainsFunc(t.Item.Steps, func(s *harden.Step) bool { return !slices.Contains(steps, s) }) {
				continue // only some of its steps are tried
			}
			breaches = append(breaches, breach{why: t.String(), trouble: &t})
		}
		return d, after, breaches, nil
	}
}

// expected is the estate that the steps alone make.
func (h *hardener) expected(steps []*harden.Step) *estate.Estate {
	trial := improve.Try(h.before.estate, h.in.Catalog)
	for _, s := range steps {
		c := s.Change
		if h.before.estate.ByID(c.Resource.ID) == nil { // it is added by a step before
			if c.Resource = trial.Estate().ByID(c.Resource.ID); c.Resource == nil {
				continue
			}
		}
		trial.Do(s.Region, c)
	}
	return trial.Estate()
}

func (d *draft) texts() map[string][]byte {
	out := map[string][]byte{}
	for name, s := range d.sets {
		if s.Len() > 0 {
			out[name] = s.Bytes()
		}
	}
	return out
}

// more plans again for what a draft gives, and takes the steps that were not tried
// yet.
func (h *hardener) more(ctx context.Context, after *world) ([]*harden.Step, error) {
	if after == h.before {
		return nil, nil
	}
	next, err := harden.Make(ctx, after.result, h.opts.Plan)
	if err != nil {
		return nil, err
	}
	h.left = next
	return h.join(next, nil), nil
}

// healing plans what mends the findings that a draft brings. Without a plan for
// every one of them there is none.
func (h *hardener) healing(ctx context.Context, after *world, breaches []breach) ([]*harden.Step, error) {
	for _, b := range breaches {
		if b.trouble == nil || b.trouble.Item != nil {
			return nil, nil
		}
	}
	next, err := harden.Make(ctx, after.result, h.opts.Plan)
	if err != nil {
		return nil, err
	}
	return h.join(next, breaches), nil
}

// join takes the untried steps of a further plan as steps of the first one. With
// breaches it takes none unless each of them is mended.
func (h *hardener) join(next *harden.Plan, breaches []breach) []*harden.Step {
	items := map[string]*harden.Item{}
	for _, i := range h.plan.Items {
		items[i.Finding.Fingerprint] = i
	}
	fresh := func(i *harden.Item) bool {
		return i.Outcome == harden.Planned && !slices.ContainsFunc(i.Steps, func(s *harden.Step) bool { return h.tried[nameOfStep(s)] || !h.declared(s) })
	}
	for _, b := range breaches {
		if !slices.ContainsFunc(next.Items, func(i *harden.Item) bool { return i.Finding.Fingerprint == b.trouble.Finding.Fingerprint && fresh(i) }) {
			return nil
		}
	}
	var out []*harden.Step
	for _, i := range next.Items {
		old := items[i.Finding.Fingerprint]
		if !fresh(i) || old != nil && old.Outcome == harden.Withdrawn {
			continue
		}
		if old == nil {
			old, i.Follows = i, true
			h.plan.Items = append(h.plan.Items, i)
		}
		old.Outcome, old.Steps, old.Why, old.Instead = harden.Planned, i.Steps, "", ""
		for _, s := range i.Steps {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
			if at := slices.Index(s.Items, i); at >= 0 {
				s.Items[at] = old
			}
		}
	}
	for _, s := range out {
		h.tried[nameOfStep(s)] = true
	}
	out = slices.DeleteFunc(slices.Clone(next.Steps), func(s *harden.Step) bool { return !slices.Contains(out, s) })
	h.plan.Steps = append(h.plan.Steps, out...)
	return out
}

// narrow lets wants that were written where others may use them be written at the
// resource itself, when something changed that should not.
func (h *hardener) narrow(d *draft, breaches []breach) bool {
	if !slices.ContainsFunc(breaches, func(b breach) bool { return b.trouble == nil }) {
		return false
	}
	done := false
	for _, x := range d.wants {
		if x.level == supplied && x.at.shared {
			h.levels[x.key()] = used
			h.told[x.key()] = d.describe(x.at.node) + " is used elsewhere as well: changed at this resource only; change it there to change all"
			done = true
		}
	}
	return done
}

// blame withdraws the steps on what the breaches are about.
func (h *hardener) blame(d *draft, breaches []breach) bool {
	done := false
	structural := slices.ContainsFunc(breaches, func(b breach) bool { return b.trouble == nil })
	for _, b := range breaches {
		if structural && b.trouble != nil {
			continue // it may come of the rest
		}
		var steps []*harden.Step
		switch {
		case b.trouble != nil:
			steps = b.trouble.Steps
			if i := b.trouble.Item; i != nil { // what mends something else as well stays
				i.Outcome, i.Why, done = harden.Withdrawn, b.why, true
				steps = nil
			}
		case b.resource != nil:
			if t := d.state.targets[b.resource.ID.Key()]; t != nil {
				steps = t.steps
			}
		}
		for _, s := range steps {
			if slices.Contains(h.steps, s) {
				h.withdraw(s, b.why)
				done = true
			}
		}
	}
	h.steps = needed(h.steps)
	return done
}

// withdraw takes a step back, with the items that it was to mend, the steps that
// need it, and those that are then for nothing.
func (h *hardener) withdraw(s *harden.Step, why string) {
	if !slices.Contains(h.steps, s) {
		return
	}
	h.steps = slices.DeleteFunc(h.steps, func(x *harden.Step) bool { return x == s })
	for _, i := range s.Items {
		if i.Outcome == harden.Planned {
			i.Outcome, i.Why = harden.Withdrawn, why
		}
	}
	for _, x := range slices.Clone(h.steps) {
		if slices.Contains(x.Before, s) && needs(x, s) {
			h.withdraw(x, why)
		}
	}
	h.steps = needed(h.steps)
}

// isolate puts the steps in one after the other, and withdraws each with which the
// draft does not hold any more.
func (h *hardener) isolate(ctx context.Context, why string) error {
	all := slices.Clone(h.steps)
	var good []*harden.Step
	withdrawn := false
	for _, s := range all {
		if !slices.Contains(h.steps, s) {
			continue
		}
		try := append(slices.Clone(good), s)
		_, _, breaches, err := h.attempt(ctx, try)
		if err != nil {
			return err
		}
		if len(breaches) == 0 {
			if slices.Contains(h.steps, s) {
				good = append(good, s)
			}
			continue
		}
		withdrawn = true
		h.withdraw(s, breaches[0].why)
	}
	if !withdrawn { // each alone holds and all together do not: the last one goes
		if len(h.steps) > 0 {
			h.withdraw(h.steps[len(h.steps)-1], why)
		}
	}
	return nil
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
