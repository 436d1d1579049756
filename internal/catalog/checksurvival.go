package catalog

import (
	"fmt"
	"slices"
)

// required are the scopes that every service says something of.
var required = []Scope{ScopeResource, ScopeZone, ScopeService, ScopeRegion}

func (ck *checker) survival(s *Service) {
	for i := range s.Survival {
		ck.row(s, &s.Survival[i])
	}
	whole := ck.c.byID[s.ID]
	if whole == nil || s.ID == "" || ck.unread && s.Extends != "" {
		return
	}
	whole.ready()
	for _, scope := range scopeOrder {
		ck.rowsOf(s, scope, whole.rows[scope])
	}
	if s.Extends != "" {
		ck.inherited(s, whole)
	}
}

// rowsOf requires that the rows of a scope always give an answer, and that each
// can.
func (ck *checker) rowsOf(s *Service, scope Scope, rows []row) {
	if len(rows) == 0 {
		if slices.Contains(required, scope) {
			ck.at(s, "it has no survival row for the scope "+string(scope), "say what it does in such an outage; state: unknown when no source does")
		}
		return
	}
	for i, r := range rows {
		last := i == len(rows)-1
		switch {
		case last && r.when != nil:
			ck.atOr(r.fact, s, fmt.Sprintf("the last row of the scope %s has a condition", scope), "add a row without when: that holds for everything else")
		case !last && r.when == nil:
			ck.atOr(rows[i+1].fact, s, fmt.Sprintf("no resource ever comes to this row: an earlier one of the scope %s has no condition", scope), "move it before that one")
		}
	}
}

func (ck *checker) row(s *Service, r *Survival) {
	oneOf(ck, r, &r.Scope, "scope", false, words(Scopes())...)
	states := []State{CarriesOn, FailsOver, FailedOver, Degraded, ReadOnly, Down, Unknown}
	oneOf(ck, r, &r.State, "state", false, words(states)...)
	oneOf(ck, r, &r.Trigger, "trigger", r.State != FailedOver, "automatic", "customer", "microsoft", "none")
	for _, f := range []*string{&r.Reads, &r.Writes} {
		oneOf(ck, r, f, "reads or writes", true, "ok", "degraded", "down")
	}
	if r.State != CarriesOn && r.State != Unknown {
		ck.span(r, &r.RTO, "rto")
		ck.span(r, &r.RPO, "rpo")
	}
	ck.text(r, &r.Why, "why")
	ck.condition(s, &r.When)
	ck.sourcesOf(r, r.Sources, false)
}

// span requires that a time is written: one that is not would read as 0.
func (ck *checker) span(owner any, s *Span, name string) {
	if _, written := ck.places[s]; !written {
		ck.at(owner, name+" is missing", "write it; unknown when no source says it")
	}
}

// condition checks a condition of a service.
func (ck *checker) condition(s *Service, text *string) {
	if f := ck.c.byID[s.ID]; f != nil {
		ck.compiles(text, *text, f, "the condition "+quote(*text)+" is wrong for "+s.ID, "")
	}
}

// inherited requires that the conditions which a service takes over hold with
// its own settings too.
func (ck *checker) inherited(s *Service, whole *frame) {
	own := map[string]bool{}
	for i := range s.Survival {
		own[s.Survival[i].When] = true
	}
	for _, c := range whole.conditions {
		if own[c.text] || ck.ofRule(whole, c) {
			continue
		}
		ck.compiles(&s.Extends, c.text, whole, "the condition "+quote(c.text)+" that it takes over is wrong here", "")
	}
}

func (ck *checker) ofRule(f *frame, c *condition) bool {
	for _, rc := range f.byRule {
		if rc.when == c || rc.check == c {
			return true
		}
	}
	return false
}
