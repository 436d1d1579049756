package cli

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/price"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// improveReport is a result made ready to be shown.
type improveReport struct {
	*improve.Result
	share   float64 // that is wanted; 0: none
	budget  float64 // 0: none
	weights *improve.Weights
	priced  *price.Total // what the weights follow from; nil: from a file of costs, or they are all the same

	alone, paired improve.Answer
	within        *improve.Step // the best within the budget
	shown         *improve.Step // the step whose changes are listed; nil: none
	spare         []improve.Change
}

func newImproveReport(ctx context.Context, r *improve.Result, f *improveFlags, w *improve.Weights) (*improveReport, error) {
	v := &improveReport{Result: r, share: f.share, budget: f.budget, weights: w}
	var err error
	if v.share > 0 {
		if v.alone, err = r.Alone.Reaching(ctx, v.share); err != nil {
			return nil, err
		}
		if r.WithPair != nil && !v.alone.Found {
			if v.paired, err = r.WithPair.Reaching(ctx, v.share); err != nil {
				return nil, err
			}
		}
	}
	if v.budget > 0 {
		v.within = bestWithin(r, v.budget)
	}
	switch {
	case v.alone.Found:
		v.shown, v.spare = &v.alone.Step, v.alone.Spare
	case v.paired.Found:
		v.shown, v.spare = &v.paired.Step, v.paired.Spare
	case v.share == 0 && v.within == nil && len(r.Alone.Steps) > 0:
		v.shown = &r.Alone.Steps[len(r.Alone.Steps)-1]
	}
	if v.within != nil && (v.shown == nil || v.shown.Factor > v.budget || v.shown.Cost.Unknown > 0) {
		v.shown, v.spare = v.within, nil
	}
	return v, nil
}

func bestWithin(r *improve.Result, budget float64) *improve.Step {
	var best *improve.Step
	for _, f := range []*improve.Frontier{r.Alone, r.WithPair} {
		if f == nil {
			continue
		}
		if s, ok := f.Within(budget); ok && (best == nil || s.Available > best.Available) {
			best = &s
		}
	}
	return best
}

// sentence is the answer.
func (v *improveReport) sentence() string {
	name := string(v.Capability) + " of " + sayName(v.Workspace.Name)
	switch {
	case v.share == 0 && v.within != nil:
		return fmt.Sprintf("Within %s times today's cost %s can be %s available.", number(v.budget), name, percentage(v.within.Available))
	case v.share == 0:
		return fmt.Sprintf("%s is %s available, and %s with all that is worth doing without a second workspace.", name, percentage(v.Alone.Today.Available), percentage(v.best(v.Alone)))
	case v.Alone.Today.Available >= v.share:
		return fmt.Sprintf("%s is %s available as it is: nothing has to be changed.", name, percentage(v.Alone.Today.Available))
	case v.alone.Found:
		return fmt.Sprintf("%s reaches %s at %s.%s", name, percentage(v.share), v.cost(v.alone.Step), v.proof(v.alone, v.Alone))
	case v.paired.Found:
		return fmt.Sprintf("%s%s reaches %s only with a second workspace, at %s.%s", v.unless(v.alone), name, percentage(v.share), v.cost(v.paired.Step), v.proof(v.paired, v.WithPair))
	case v.WithPair != nil:
		return fmt.Sprintf("%sNothing reaches %s for %s: %s without a second workspace, %s with one.", v.unless(v.alone), percentage(v.share), name, percentage(v.best(v.Alone)), percentage(v.best(v.WithPair)))
	}
	return fmt.Sprintf("%sNothing reaches %s for %s: the best is %s.", v.unless(v.alone), percentage(v.share), name, percentage(v.best(v.Alone)))
}

// unless says that a search was not ended, before a sentence that takes it to be.
func (v *improveReport) unless(a improve.Answer) string {
	if a.Proven {
		return ""
	}
	return "As far as was searched: "
}

// proof says whether an answer is proven to be the cheapest, or the gap.
func (v *improveReport) proof(a improve.Answer, f *improve.Frontier) string {
	switch {
	case a.Proven:
		return " Nothing cheaper does."
	case f.Dropped > 0:
		return fmt.Sprintf(" It is not proven to be the cheapest: %s that gain least were left as they are, since all together are too many.", report.Count(f.Dropped, "group of resources", "groups of resources"))
	case f.Capped:
		return " It is not proven to be the cheapest: a resource has more combinations of remedies than were tried."
	}
	return fmt.Sprintf(" It is not proven to be the cheapest: nothing below %s does.", v.cost(improve.Step{Cost: a.AtMost, Factor: 1 + a.AtMost.Extra/v.Total}))
}

func (v *improveReport) best(f *improve.Frontier) float64 {
	if len(f.Steps) == 0 {
		return f.Today.Available
	}
	return f.Steps[len(f.Steps)-1].Available
}

// cost says what a step costs: "1.03 times today's cost (+12 EUR a month)".
func (v *improveReport) cost(s improve.Step) string {
	text := "the cost of today"
	switch {
	case math.IsNaN(s.Factor):
		text = "a cost that nothing is known of"
	case math.Abs(s.Factor-1) > 5e-5:
		text = factor(s.Factor) + " times today's cost"
	}
	if v.weights.Money() && s.Cost.Extra != 0 {
		text += fmt.Sprintf(" (%+.0f %s a month)", s.Cost.Extra, v.weights.Currency)
	}
	if s.Cost.Unknown > 0 {
		text += " and the price of " + report.Count(s.Cost.Unknown, "change", "changes") + " that no source gives"
	}
	return text
}

// factor writes a factor with at most four digits behind the point.
func factor(x float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", x), "0"), ".")
}

// gained is the hours a year that a step gains over today.
func (v *improveReport) gained(s improve.Step) float64 {
	return availability.Hours(v.Alone.Today.Available) - availability.Hours(s.Available)
}

// change says what one change is.
func (v *improveReport) change(c improve.Change) string {
	if c.Remedy.Pair {
		return c.Remedy.Title + " (" + v.Region + ")"
	}
	return c.Remedy.Title
}

// target names the resource of a change; of a second half with its region.
func (v *improveReport) target(c improve.Change) string {
	name := sayName(c.Resource.Name)
	if c.Resource.Location != "" && c.Resource.Location != v.Workspace.Location && strings.HasSuffix(strings.ToLower(c.Resource.ID.ResourceGroup()), "-"+v.Region) {
		name += " (" + c.Resource.Location + ")"
	}
	return name
}

// sayName takes the braces out of a name that is only partly known.
func sayName(name string) string {
	return strings.NewReplacer("{", "", "}", "").Replace(name)
}

// how says in what way a change is made.
func how(r *catalog.Remedy) string {
	words := report.ChangeWord(r.Change)
	if r.Downtime != "" && r.Downtime != "none" {
		words += "; downtime: " + r.Downtime
	}
	return words
}

// assumptions are what the figures rest on.
func (v *improveReport) assumptions() []string {
	out := []string{}
	if v.weights.Money() {
		out = append(out, fmt.Sprintf("What the costs tell of comes to %.0f %s a month today; factors are of that.", v.Total, v.weights.Currency))
		if v.priced != nil {
			out = append(out, pricedWords(v.priced)...)
		}
		if len(v.Unweighed) > 0 {
			var names []string
			for _, r := range v.Unweighed {
				names = append(names, sayName(r.Name))
			}
			out = append(out, fmt.Sprintf("They say nothing of %d of %s: %s. What changes the cost of these counts as of unknown price.", len(v.Unweighed), report.Count(v.Billed, "billed resource", "billed resources"), strings.Join(names, ", ")))
		}
	} else {
		out = append(out, fmt.Sprintf("Each of the %s that are billed is taken to cost the same today; --costs FILE says what they cost.", report.Count(v.Billed, "resource", "resources")))
	}
	switch {
	case v.Region == "":
		out = append(out, "The region of the workspace is not known, so no second workspace was tried: --location says which it is, or --region names the other one.")
	case v.Paired:
		out = append(out, "The workspace has a secondary already; both halves are looked at.")
	case v.WithPair != nil:
		out = append(out, fmt.Sprintf("The second workspace stands in %s, with all that the first one leans on in its region once more: that doubles the cost (estimate); a half that mostly sleeps costs less.", v.Region))
	}
	for _, f := range []*improve.Frontier{v.Alone, v.WithPair} {
		if f != nil && !f.Whole {
			out = append(out, fmt.Sprintf("The frontier %s is proven up to %s; %s combinations were evaluated (--limit).", v.which(f), v.cost(improve.Step{Cost: f.Proven, Factor: 1 + f.Proven.Extra/v.Total}), thousands(f.Evaluated)))
		}
	}
	return out
}

func (v *improveReport) which(f *improve.Frontier) string {
	if f == v.WithPair {
		return "with a second workspace"
	}
	return "without a second workspace"
}
