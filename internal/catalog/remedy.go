package catalog

import (
	"slices"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Remedy is one change after which a resource of some services survives more, or
// the word that no change does. It says what to set or to add, how, what that
// needs first, what it costs and what cannot be undone.
//
// When and the conditions of Needs and Costs speak of the settings of each of its
// services and of the common variables.
type Remedy struct {
	ID       string        `yaml:"id" json:"id"`
	Title    string        `yaml:"title" json:"title"` // what to do, as an order: "Convert the account to ZRS"
	Services []string      `yaml:"services" json:"services"`
	Scopes   []Scope       `yaml:"scopes" json:"scopes,omitempty"` // the outages that it helps against
	When     string        `yaml:"when" json:"when,omitempty"`     // CEL: it is about the resource, and not done yet
	Needs    []Requirement `yaml:"needs" json:"needs,omitempty"`   // what has to be so first
	Set      []Assignment  `yaml:"set" json:"set,omitempty"`
	Add      []Addition    `yaml:"add" json:"add,omitempty"`
	Pair     bool          `yaml:"pair" json:"pair,omitempty"`       // it is a second workspace in another region, with all that it leans on
	By       []string      `yaml:"by" json:"by,omitempty"`           // what does it instead: ids of remedies of what the resource leans on
	Change   Change        `yaml:"change" json:"change"`             // how what is there is changed; none where nothing can be
	Downtime string        `yaml:"downtime" json:"downtime"`         // in words: "none", "minutes", "not known"
	Costs    []Cost        `yaml:"costs" json:"costs,omitempty"`     // relative to today; the first whose When holds, none: not known
	NoPrice  string        `yaml:"noPrice" json:"noPrice,omitempty"` // why the cost is not known, where no row of Costs holds
	After    []string      `yaml:"after" json:"after,omitempty"`     // ids of remedies that come first when both are done
	Calls    []Call        `yaml:"calls" json:"calls,omitempty"`     // what does it in Azure, one after the other; none: an update of what Set and Add say
	ByHand   string        `yaml:"byHand" json:"byHand,omitempty"`   // why it is not done to a resource in Azure without a person
	Asks     string        `yaml:"asks" json:"asks,omitempty"`       // what only the owner can say, and no plan does without: it is done neither in a template nor in Azure
	Undo     string        `yaml:"undo" json:"undo,omitempty"`       // why it is not undone by setting what was there before
	Forever  string        `yaml:"forever" json:"forever,omitempty"` // what cannot be undone afterwards
	Cannot   string        `yaml:"cannot" json:"cannot,omitempty"`   // why nothing can be set: the resource stays as it is
	Instead  string        `yaml:"instead" json:"instead,omitempty"` // the way round what cannot be mended
	Rules    []string      `yaml:"rules" json:"rules,omitempty"`     // the rules whose findings it mends
	Note     string        `yaml:"note" json:"note,omitempty"`

	Unverified string   `yaml:"unverified" json:"unverified,omitempty"` // what of it no source confirms
	Sources    []string `yaml:"sources" json:"sources"`
}

// Requirement is what a remedy needs first: a tier, zones in the region, a kind.
type Requirement struct {
	Check string `yaml:"check" json:"check"`     // CEL: it is met
	Text  string `yaml:"text" json:"text"`       // what it is, for people
	By    string `yaml:"by" json:"by,omitempty"` // the remedy that brings it about; "" when none can
}

// Assignment gives a setting a value. Below a list every element gets it. Texts in
// braces stand for what depends on the resource, see [Place].
type Assignment struct {
	Setting string      `yaml:"setting" json:"setting,omitempty"` // of each of the services
	Path    string      `yaml:"path" json:"path,omitempty"`       // where no setting reads it: the path below the body
	Value   value.Value `yaml:"value" json:"value"`
	AtLeast bool        `yaml:"atLeast" json:"atLeast,omitempty"` // a number that is greater stays, and a version that is later
	Append  bool        `yaml:"append" json:"append,omitempty"`   // the value is added to the list at the path
	IfThere bool        `yaml:"ifThere" json:"ifThere,omitempty"` // only where something is written already
	Remove  bool        `yaml:"remove" json:"remove,omitempty"`   // what is written there is taken away; there is no value then
}

// Addition is a resource that a remedy adds: a child, or a further resource of
// its own beside the one that is mended.
type Addition struct {
	Type     string      `yaml:"type" json:"type"`
	Name     string      `yaml:"name" json:"name"` // its last segment
	Location string      `yaml:"location" json:"location,omitempty"`
	Of       string      `yaml:"of" json:"of,omitempty"`     // "parent": it is a child of the resource's parent
	From     Values      `yaml:"from" json:"from,omitempty"` // which lean on it in Role: resource (also when it is not written), parent
	Role     estate.Role `yaml:"role" json:"role,omitempty"` // in which the resource leans on it
	Body     value.Value `yaml:"body" json:"body"`           // beside type, name and location
}

// Mends says that the remedy changes something: a setting, a resource, a pair.
func (r *Remedy) Mends() bool { return len(r.Set) > 0 || len(r.Add) > 0 || r.Pair }

// Helps says whether it is about outages of the scope.
func (r *Remedy) Helps(scope Scope) bool { return slices.Contains(r.Scopes, scope) }

// Remedies lists the remedies by service in catalog order, then as they are
// written.
func (c *Catalog) Remedies() []*Remedy { return c.remedies }

// Remedy gives a remedy by its id, nil when there is none.
func (c *Catalog) Remedy(id string) *Remedy {
	if i := slices.IndexFunc(c.remedies, func(r *Remedy) bool { return r.ID == id }); i >= 0 {
		return c.remedies[i]
	}
	return nil
}

// RemediesFor lists the remedies of a service by id, in the order in which they
// are written.
func (c *Catalog) RemediesFor(serviceID string) []*Remedy {
	if f := c.byID[serviceID]; f != nil {
		return f.remedies
	}
	return nil
}

// RemediesOf lists the remedies that mend findings of a rule.
func (c *Catalog) RemediesOf(ruleID string) []*Remedy {
	var out []*Remedy
	for _, r := range c.remedies {
		if slices.Contains(r.Rules, ruleID) {
			out = append(out, r)
		}
	}
	return out
}

// Concerns says whether a remedy is about a resource: it names its service, and
// its When, if it has one, holds.
func (c *Catalog) Concerns(rem *Remedy, e *estate.Estate, r *estate.Resource) Verdict {
	return c.Look(e, r).Concerns(rem)
}

// Missing lists what a remedy needs first and the resource does not have, or of
// which that is not known; the verdicts stand beside them.
func (c *Catalog) Missing(rem *Remedy, e *estate.Estate, r *estate.Resource) ([]*Requirement, []Verdict) {
	return c.Look(e, r).Missing(rem)
}

// CostOf gives what a remedy costs on a resource relative to today; nil when that
// is not known.
func (c *Catalog) CostOf(rem *Remedy, e *estate.Estate, r *estate.Resource) *Cost {
	return c.Look(e, r).CostOf(rem)
}

// Look is what remedies see of a resource. It reads the settings once, for those who
// ask about many remedies; what is changed afterwards it does not see.
type Look struct {
	s *situation
	v *view
	e *estate.Estate
	r *estate.Resource
}

// Look looks at a resource for remedies.
func (c *Catalog) Look(e *estate.Estate, r *estate.Resource) Look {
	s, v := c.mending(e, r)
	return Look{s, v, e, r}
}

// conditions gives the conditions of a remedy for the service of the resource; false
// when it is not about the service.
func (l Look) conditions(rem *Remedy) (remedyConditions, bool) {
	if l.s == nil {
		return remedyConditions{}, false
	}
	rc, about := l.s.frame.byRemedy[rem]
	return rc, about
}

// Concerns is [Catalog.Concerns].
func (l Look) Concerns(rem *Remedy) Verdict {
	rc, about := l.conditions(rem)
	if !about {
		return Verdict{Known: true}
	}
	return l.s.verdict(rc.when, l.v, l.e, l.r)
}

// Missing is [Catalog.Missing].
func (l Look) Missing(rem *Remedy) ([]*Requirement, []Verdict) {
	rc, about := l.conditions(rem)
	if !about {
		return nil, nil
	}
	var out []*Requirement
	var verdicts []Verdict
	for i, check := range rc.needs {
		if a := l.s.verdict(check, l.v, l.e, l.r); !a.Known || !a.Holds {
			out, verdicts = append(out, &rem.Needs[i]), append(verdicts, a)
		}
	}
	return out, verdicts
}

// CostOf is [Catalog.CostOf].
func (l Look) CostOf(rem *Remedy) *Cost {
	rc, about := l.conditions(rem)
	if !about {
		return nil
	}
	for i, when := range rc.costs {
		switch a := l.s.verdict(when, l.v, l.e, l.r); {
		case !a.Known:
			return nil
		case a.Holds:
			return &rem.Costs[i]
		}
	}
	return nil
}

// mending is the situation of a resource as far as remedies look at it; nil when it
// has no service. It is apart from what everything else looks at, so that questions
// about outages and rules do not pay for settings that only remedies ask for.
func (c *Catalog) mending(e *estate.Estate, r *estate.Resource) (*situation, *view) {
	v := c.viewOf(e)
	f := c.byID[r.Service]
	if f == nil {
		return nil, v
	}
	l := v.about(e, r)
	defer l.done()
	return f.mends.ready().situation(l), v
}

// verdict is the answer of a condition with the words for one resource; a nil
// condition holds.
func (s *situation) verdict(cond *condition, v *view, e *estate.Estate, r *estate.Resource) Verdict {
	if cond == nil {
		return Verdict{Holds: true, Known: true}
	}
	a := s.answer(cond)
	switch {
	case a.known:
		return Verdict{Holds: a.holds, Known: true}
	case a.fault != "":
		return Verdict{Unknowns: []string{a.fault}}
	}
	return Verdict{Unknowns: v.words(s.frame, e, r, a.needs, nil)}
}

// remedyConditions are the compiled conditions of a remedy for one service.
type remedyConditions struct {
	when         *condition
	needs, costs []*condition
}

func (f *frame) remedyConditions(rem *Remedy) remedyConditions {
	rc := remedyConditions{when: f.condition(rem.When)}
	for i := range rem.Needs {
		rc.needs = append(rc.needs, f.condition(rem.Needs[i].Check))
	}
	for i := range rem.Costs {
		rc.costs = append(rc.costs, f.condition(rem.Costs[i].When))
	}
	return rc
}
