package harden

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const (
	whyNoRemedy  = "The catalog has no remedy for it that could be carried out for you."
	whyOtherwise = "The remedies that the catalog has for it do not fit this resource as it is set."
	whyExternal  = "It is only named by what was read, so that nothing of it can be changed here."
	whyPair      = "It takes a second workspace in another region, with all that it leans on: more than a change of what is there."
	secondHalf   = "\"holdfast new\" makes the templates of a second workspace; once it is deployed, name the two under \"pairs\" in .holdfast.yaml."
)

// settle gives an item that no automatic remedy mends its outcome: a remedy that
// makes the resource anew; else what the owner can decide, what cannot be, and
// last the words of the rule.
func (p *planner) settle(item *Item, tried map[*catalog.Remedy]*option) {
	f := item.Finding
	var anew *option
	var met []*obstacle
	for _, rem := range p.remediesOf(f) {
		if no := p.refused[refusal{f.Fingerprint, rem}]; no != nil {
			met = append(met, no)
			continue
		}
		switch o := tried[rem]; {
		case o.obstacle != nil:
			met = append(met, o.obstacle)
		case anew == nil || o.compare(anew) < 0:
			anew = o
		}
	}
	if anew != nil && len(anew.climb) > 0 {
		item.Outcome, item.Steps = Recreate, anew.climb
		item.Why = quoted(anew.asked) + " makes anew what is there."
		if last := anew.climb[len(anew.climb)-1]; last.Kind == "onlyAtCreation" {
			item.Why = quoted(anew.asked) + " can only be chosen when the resource is made."
		}
		item.Instead = anew.asked.Change.Note
		return
	}
	if at := slices.IndexFunc(met, func(o *obstacle) bool { return o.kind == unknown || o.kind == noRegion }); at >= 0 {
		item.Outcome, item.Why, item.Instead = Decision, p.openWords(f.Resource, met[at]), f.Remedy
		return
	}
	if at := slices.IndexFunc(met, func(o *obstacle) bool { return o.kind != elsewhere }); at >= 0 {
		p.decline(item, met[at])
		return
	}
	if o := p.cannot(f); o != nil {
		p.decline(item, o)
		return
	}
	item.Outcome, item.Why, item.Instead = ByHand, whyNoRemedy, f.Remedy
	switch {
	case f.Resource.External:
		item.Why = whyExternal
	case len(met) > 0:
		item.Why = whyOtherwise
	}
}

// cannot looks for what the catalog says about outages of the same scope, where the
// remedies of the rule itself are about other resources.
func (p *planner) cannot(f *assess.Finding) *obstacle {
	if f.Rule.Scope == "" {
		return nil
	}
	e := p.trial.Seen()
	for _, rem := range p.cat.RemediesFor(f.Resource.Service) {
		if rem.Cannot == "" || !rem.Helps(f.Rule.Scope) {
			continue
		}
		if v := p.cat.Concerns(rem, e, e.ByID(f.Resource.ID)); v.Known && v.Holds {
			return &obstacle{kind: cannot, remedy: rem}
		}
	}
	return nil
}

// decline says why the remedy that came closest cannot be had.
func (p *planner) decline(item *Item, o *obstacle) {
	item.Instead = item.Finding.Remedy
	switch o.kind {
	case pair:
		item.Outcome, item.Why, item.Instead = Decision, whyPair, secondHalf
	case cannot:
		item.Outcome, item.Why = Cannot, o.remedy.Cannot
		if o.remedy.Instead != "" {
			item.Instead = o.remedy.Instead
		}
		for _, id := range o.remedy.By {
			if by := p.cat.Remedy(id); by != nil && by.Pair {
				item.Notes = append(item.Notes, secondHalf)
			}
		}
	case lacking:
		item.Outcome, item.Why = Cannot, quoted(o.remedy)+" needs "+o.need.Text+"."
		if strings.HasPrefix(o.need.Text, "a region ") {
			e := p.trial.Seen()
			item.Why = quoted(o.remedy) + " needs " + o.need.Text + ", and " + standsIn(e, item.Finding.Resource) + " is none."
		}
	case tooLittle:
		item.Outcome, item.Why = Decision, p.shortfall(item.Finding.Resource, o)
	case harmful:
		item.Outcome, item.Why = Decision, quoted(o.remedy)+" would mend it, and something else would begin to fail: "+o.left.Rule.Title+" ("+o.left.Resource.Name+")."
		if !o.left.Severity.AtLeast(item.Finding.Severity) {
			item.Instead = "That is milder: --only " + item.Finding.Rule.ID + " makes the change nevertheless."
		}
	case contradicted:
		item.Outcome, item.Why = Decision, quoted(o.remedy)+" sets the same as what is planned already: \""+o.other+"\"."
	case asking:
		item.Outcome, item.Why = Decision, quoted(o.remedy)+" takes what only you can say: "+o.remedy.Asks+"."
	case person:
		item.Outcome, item.Why = Decision, quoted(o.remedy)+" is not done without a person: "+o.remedy.ByHand
		if o.remedy.Change.Call != "" {
			item.Notes = append(item.Notes, o.remedy.Change.Call)
		}
	}
}

// openWords says what is not known, and how to make it known.
func (p *planner) openWords(r *estate.Resource, o *obstacle) string {
	e := p.trial.Seen()
	at := standsIn(e, r)
	open := at == "" || estate.IsSymbolic(at)
	what := quoted(o.remedy)
	switch {
	case o.kind == noRegion && open:
		return what + " needs another region, and the region of " + r.Name + " is not known: give --region or --location."
	case o.kind == noRegion:
		return what + " needs another region, and for " + at + " none is known: give --region."
	}
	needs := what
	if o.need != nil {
		needs += " needs " + o.need.Text
	} else {
		needs += " may be needed"
	}
	if open && slices.ContainsFunc(o.open, ofRegion) {
		return needs + ", and the region is not known: give --location."
	}
	return needs + ", and that depends on what is not known: " + strings.TrimRight(strings.Join(o.open, "; "), ".") + "."
}

func quoted(rem *catalog.Remedy) string { return "\"" + rem.Title + "\"" }

// shortfall says what a remedy does not reach: what is not known after it, or how
// much outages still take away.
func (p *planner) shortfall(r *estate.Resource, o *obstacle) string {
	f := o.left
	switch {
	case f.Status == assess.Unknown && estate.IsSymbolic(standsIn(p.trial.Seen(), r)) && slices.ContainsFunc(f.Unknowns, ofRegion):
		return "Whether " + quoted(o.remedy) + " is enough depends on the region, which is not known: give --location."
	case f.Status == assess.Unknown:
		return "Whether " + quoted(o.remedy) + " is enough is not known: " + strings.TrimRight(strings.Join(f.Unknowns, "; "), ".") + "."
	case len(f.Takes) == 0:
		return quoted(o.remedy) + " is not enough for what the target allows."
	}
	l := f.Takes[0]
	return fmt.Sprintf("%s is not enough for what the target allows: when %s fails, %s is still %s (back after: %s; data lost: %s).", quoted(o.remedy), l.Outage, l.Capability, l.Effect, l.RTO, l.RPO)
}

// ofRegion says that what is not known is where something stands.
func ofRegion(unknown string) bool { return strings.HasPrefix(unknown, "region of ") }
