package json

import (
	"io"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Catalog writes services of a catalog, all of them when services is nil, with
// the sources that they name.
func Catalog(w io.Writer, c *catalog.Catalog, services []*catalog.Service, opt report.Options) error {
	if services == nil {
		services = c.Services()
	}
	s := newStream(w)
	return s.document(func() error {
		s.head(c, opt)
		views := make([]serviceView, len(services))
		cited := citations{}
		for i, svc := range services {
			views[i] = viewService(c, svc)
			cited.service(svc)
			cited.remedies(c.RemediesFor(svc.ID))
		}
		if err := values(s, "services", views); err != nil {
			return err
		}
		return values(s, "sources", cited.sources(c))
	})
}

// Rules writes rules of a catalog, all of them when rules is nil, each with the
// matching rules of other tools, and the sources that they name.
func Rules(w io.Writer, c *catalog.Catalog, rules []*catalog.Rule, opt report.Options) error {
	if rules == nil {
		rules = c.Rules()
	}
	s := newStream(w)
	return s.document(func() error {
		s.head(c, opt)
		views := make([]ruleView, len(rules))
		cited := citations{}
		for i, r := range rules {
			views[i] = viewRule(c, r)
			cited.rule(r)
		}
		if err := values(s, "rules", views); err != nil {
			return err
		}
		return values(s, "sources", cited.sources(c))
	})
}

// values writes a member that is an array with a line for each element.
func values[T any](s *stream, name string, all []T) error {
	var failed error
	s.array(name, func() {
		for _, v := range all {
			s.element()
			if b, err := compact(v); err != nil {
				failed = err
			} else {
				s.w.Write(b)
			}
		}
	})
	return failed
}

// citations collects the keys of sources.
type citations map[string]bool

func (c citations) add(lists ...[]string) {
	for _, keys := range lists {
		for _, key := range keys {
			c[key] = true
		}
	}
}

func (c citations) service(svc *catalog.Service) {
	c.add(svc.Sources)
	for i := range svc.Settings {
		c.add(svc.Settings[i].Sources)
	}
	for i := range svc.Survival {
		c.add(svc.Survival[i].Sources)
	}
	for i := range svc.SLA {
		c.add(svc.SLA[i].Sources)
	}
	for i := range svc.Constraints {
		c.add(svc.Constraints[i].Sources)
	}
	for i := range svc.Retirements {
		c.add(svc.Retirements[i].Sources)
	}
	for i := range svc.Costs {
		c.add(svc.Costs[i].Sources)
	}
}

func (c citations) remedies(all []*catalog.Remedy) {
	for _, r := range all {
		c.add(r.Sources)
		for i := range r.Costs {
			c.add(r.Costs[i].Sources)
		}
	}
}

func (c citations) rule(r *catalog.Rule) {
	c.add(r.Sources)
	for i := range r.Disagree {
		c.add(r.Disagree[i].Sources)
	}
}

// sources gives what was cited, by key.
func (c citations) sources(from *catalog.Catalog) []*catalog.Source {
	out := []*catalog.Source{}
	for _, key := range sortedKeys(c) {
		if s := from.Source(key); s != nil {
			out = append(out, s)
		}
	}
	return out
}
