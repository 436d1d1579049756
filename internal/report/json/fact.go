package json

import (
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// cited are the facts and needs that causes and fates speak of. They are told
// once, after the outages, and named by their number.
type cited struct {
	facts   []*catalog.Survival
	needs   []*catalog.Need
	factNos map[*catalog.Survival]int
	needNos map[*catalog.Need]int
}

func (c *cited) fact(f *catalog.Survival) int {
	n, ok := c.factNos[f]
	if !ok {
		if c.factNos == nil {
			c.factNos = map[*catalog.Survival]int{}
		}
		n = len(c.facts)
		c.factNos[f] = n
		c.facts = append(c.facts, f)
	}
	return n
}

func (c *cited) need(need *catalog.Need) int {
	n, ok := c.needNos[need]
	if !ok {
		if c.needNos == nil {
			c.needNos = map[*catalog.Need]int{}
		}
		n = len(c.needs)
		c.needNos[need] = n
		c.needs = append(c.needs, need)
	}
	return n
}

// facts writes what was cited, in the order of the numbers.
func (s *stream) facts(c *catalog.Catalog) {
	s.array("facts", func() {
		for _, f := range s.cited.facts {
			s.elementObject(func() { s.fact(f, c) })
		}
	})
	s.array("needs", func() {
		for _, n := range s.cited.needs {
			s.elementObject(func() {
				s.str("capability", string(n.Capability))
				s.str("role", string(n.Role))
				s.str("read", string(n.Read))
				s.str("write", string(n.Write))
				s.boolean("oneOf", n.OneOf)
				s.str("why", n.Why)
				s.sources(n.Sources, c)
			})
		}
	})
}

func (s *stream) fact(f *catalog.Survival, c *catalog.Catalog) {
	s.str("scope", string(f.Scope))
	s.str("state", string(f.State))
	s.orNull("when", f.When)
	s.orNull("trigger", f.Trigger)
	s.span("rto", f.RTO)
	s.span("rpo", f.RPO)
	s.orNull("reads", f.Reads)
	s.orNull("writes", f.Writes)
	s.str("why", f.Why)
	s.boolean("estimate", f.Estimate)
	s.orNull("unverified", f.Unverified)
	s.orNull("remedy", f.Remedy)
	s.sources(f.Sources, c)
}

// sources writes where facts were read, as addresses.
func (s *stream) sources(keys []string, c *catalog.Catalog) {
	s.array("sources", func() {
		for _, key := range keys {
			s.element()
			s.quoted(report.SourceText(c, key))
		}
	})
}
