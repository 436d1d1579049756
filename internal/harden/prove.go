package harden

import (
	"context"
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Trouble is why a step is not proven: an item that it should mend is still there,
// or a finding is new.
type Trouble struct {
	Item    *Item           // that is not mended; nil for a new finding
	Finding *assess.Finding // of the assessment afterwards: the one that is left, or that is new
	Steps   []*Step         // to blame; none when nothing of the plan has to do with it
}

// String says it in a sentence.
func (t Trouble) String() string {
	f := t.Finding
	at := "the estate"
	if f.Resource != nil {
		at = f.Resource.Name
	}
	switch {
	case t.Item == nil:
		return fmt.Sprintf("%s on %s is new: %s", f.Rule.ID, at, f.Message)
	case f.Status == assess.Fail:
		return fmt.Sprintf("%s on %s still fails: %s", f.Rule.ID, at, f.Message)
	}
	return fmt.Sprintf("whether %s on %s is mended is not known: %s", f.Rule.ID, at, f.Message)
}

// Prove holds the plan against an assessment of the estate after it was carried
// out, with the same target: planned and mended items whose finding still fails, or
// is not known, and findings that fail now and did not before. Mere advice is no
// trouble; nor is what is milder, where the rule of what is mended was asked for by
// its name ([Options.Rules]). The plan has items that say so ([Item.Follows]). Items
// and steps stay as they are; see [Plan.Withdraw].
func (p *Plan) Prove(ctx context.Context, after *assess.Result) ([]Trouble, error) {
	was := make(map[string]bool, len(p.Items))
	for i := range p.Before.Findings {
		if f := &p.Before.Findings[i]; f.Status == assess.Fail || f.Status == assess.Suppressed {
			was[f.Fingerprint] = true
		}
	}
	mended := map[string]*Item{}
	for _, item := range p.Items {
		if item.stands() {
			mended[item.Finding.Fingerprint] = item
		}
	}
	b := p.blamer()
	var out []Trouble
	for i := range after.Findings {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("proving the plan: %w", err)
		}
		f := &after.Findings[i]
		if f.Status != assess.Fail && f.Status != assess.Unknown {
			continue
		}
		switch item := mended[f.Fingerprint]; {
		case item != nil:
			out = append(out, Trouble{item, f, slices.Clone(item.Steps)})
		case f.Status == assess.Fail && !f.Known && !was[f.Fingerprint]:
			if steps := b.blame(after.Estate, f.Resource); !p.tolerable(f, steps) {
				out = append(out, Trouble{nil, f, steps})
			}
		}
	}
	return out, nil
}

// tolerable says that a finding is mere advice, or milder than something that the
// steps to blame mend and that was asked for by the name of its rule.
func (p *Plan) tolerable(f *assess.Finding, steps []*Step) bool {
	if f.Severity == assess.Info {
		return true
	}
	for _, s := range steps {
		for _, item := range s.Items {
			if item.stands() && slices.Contains(p.Options.Rules, item.Finding.Rule.ID) && !f.Severity.AtLeast(item.Finding.Severity) {
				return true
			}
		}
	}
	return false
}

// blamer knows which steps have to do with which resource.
type blamer struct {
	touching map[string][]*Step // by resource: the steps on it, and those that add it
	below    map[string][]*Step // by resource: the steps on its children
}

func (p *Plan) blamer() *blamer {
	b := &blamer{touching: make(map[string][]*Step, len(p.Steps)), below: map[string][]*Step{}}
	for _, s := range p.Steps {
		key, up := s.Resource.ID.Key(), s.Resource.ID.Parent().Key()
		b.touching[key] = append(b.touching[key], s)
		b.below[up] = append(b.below[up], s)
		for _, id := range s.Added {
			b.touching[id.Key()] = append(b.touching[id.Key()], s)
		}
	}
	return b
}

// blame lists the steps on a resource or that added it; where there are none those
// on its parents and children, then on what it leans on or what leans on it.
func (b *blamer) blame(e *estate.Estate, r *estate.Resource) []*Step {
	if r == nil {
		return nil
	}
	if on := b.touching[r.ID.Key()]; len(on) > 0 {
		return slices.Clone(on)
	}
	var out []*Step
	join := func(steps []*Step) {
		for _, s := range steps {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	for id := r.ID.Parent(); !id.IsZero(); id = id.Parent() {
		join(b.touching[id.Key()])
	}
	join(b.below[r.ID.Key()])
	if len(out) > 0 {
		return out
	}
	for x := range e.LeansOn(r) {
		join(b.touching[x.To.ID.Key()])
	}
	for x := range e.LeanedOnBy(r) {
		join(b.touching[x.From.ID.Key()])
	}
	return out
}
