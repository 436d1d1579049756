package outage

import (
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// New makes a model of an estate whose resources the catalog has classified.
func New(e *estate.Estate, cat *catalog.Catalog) *Model { return newModel(e, catalogFacts{cat}) }

type catalogFacts struct{ *catalog.Catalog }

// Survive weighs the rows of facts that may hold against each other.
func (f catalogFacts) Survive(e *estate.Estate, r *estate.Resource, scope catalog.Scope) survival {
	o := f.Catalog.Survive(e, r, scope)
	if o.Fact != nil {
		return ofRow(o.Fact)
	}
	return ofRows(o)
}

// ofRow gives what the one row says. A row may say that nobody knows.
func ofRow(f *catalog.Survival) survival {
	c := ofFact(f)
	s := survival{best: c, worst: c, state: f.State, atBest: f.State, atWorst: f.State, fact: f}
	if f.State == catalog.Unknown {
		s.best, s.atBest, s.atWorst = condition{}, catalog.CarriesOn, catalog.Down
		s.unknowns = []string{f.Why}
	}
	return s
}

// ofRows gives the lightest and the gravest of the rows that may hold. Without
// any row nothing is known.
func ofRows(o catalog.Outcome) survival {
	s := survival{state: catalog.Unknown, unknowns: o.Unknowns}
	if len(o.Candidates) == 0 {
		lost := access{gone, spanUnknown}
		s.worst = condition{read: lost, write: lost, loss: spanUnknown}
		s.atBest, s.atWorst = catalog.CarriesOn, catalog.Down
		return s
	}
	for i, f := range o.Candidates {
		one := ofRow(f)
		if i == 0 {
			s.best, s.worst, s.atBest, s.atWorst = one.best, one.worst, one.atBest, one.atWorst
			continue
		}
		if lighter(one.best, s.best) {
			s.atBest = one.atBest
		}
		if lighter(s.worst, one.worst) {
			s.atWorst = one.atWorst
		}
		s.best, s.worst = s.best.or(one.best), s.worst.and(one.worst)
	}
	if s.atBest == s.atWorst {
		s.state = s.atBest
	}
	return s
}

// lighter compares two conditions as a whole, to choose the state that names one.
func lighter(c, d condition) bool {
	switch {
	case c.read != d.read:
		return d.read.worse(c.read)
	case c.write != d.write:
		return d.write.worse(c.write)
	}
	return c.loss < d.loss
}
