package json

import (
	"io"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Outages writes outages that were put through an estate, without an
// assessment: the same members as in a whole report.
func Outages(w io.Writer, e *estate.Estate, c *catalog.Catalog, results []outage.Result, opt report.Options) error {
	s := newStream(w)
	return s.document(func() error {
		s.head(c, opt)
		s.outages(results, true)
		s.facts(c)
		s.coverage(&e.Coverage)
		return nil
	})
}

// outages writes each outage; what happens to every resource, which is long, is
// only for who asks about outages.
func (s *stream) outages(results []outage.Result, fates bool) {
	s.array("outages", func() {
		for i := range results {
			s.elementObject(func() { s.outage(&results[i], fates) })
		}
	})
}

func (s *stream) outage(r *outage.Result, fates bool) {
	s.outageKeys(r.Outage)
	s.array("impacts", func() {
		for i := range r.Impacts {
			s.elementObject(func() { s.impact(&r.Impacts[i]) })
		}
	})
	if !fates {
		return
	}
	s.array("fates", func() {
		for i := range r.Fates {
			s.elementObject(func() { s.fate(&r.Fates[i]) })
		}
	})
}

func (s *stream) outageKeys(o outage.Outage) {
	s.str("scope", string(o.Scope))
	s.orNull("region", o.Region)
	s.orNull("zone", o.Zone)
	s.orNull("service", o.Service)
	s.resourceID("resource", o.Resource)
}

func (s *stream) resourceID(name string, r *estate.Resource) {
	if r == nil {
		s.null(name)
		return
	}
	s.str(name, r.ID.String())
}

func (s *stream) impact(m *outage.Impact) {
	s.resourceID("workspace", m.Workspace)
	s.str("capability", string(m.Capability))
	s.effect("effect", m.Effect)
	if m.Effect == outage.Unknown {
		s.effect("atBest", m.AtBest)
		s.effect("atWorst", m.AtWorst)
	}
	s.span("rto", m.RTO)
	s.span("rpo", m.RPO)
	s.array("because", func() {
		for i := range m.Because {
			if r := m.Because[i].Resource; r != nil {
				s.element()
				s.quoted(r.ID.String())
			}
		}
	})
	if len(m.Because) > 0 {
		s.array("causes", func() {
			for i := range m.Because {
				s.elementObject(func() { s.cause(&m.Because[i]) })
			}
		})
	}
	if len(m.Assuming) > 0 {
		s.strings("assuming", m.Assuming)
	}
}

func (s *stream) effect(name string, e outage.Effect) {
	if e == "" {
		e = outage.None
	}
	s.str(name, string(e))
}

func (s *stream) cause(c *outage.Cause) {
	s.resourceID("resource", c.Resource)
	s.resourceID("via", c.Via)
	s.str("role", string(c.Role))
	s.effect("effect", c.Effect)
	if c.Fact != nil {
		s.str("state", string(c.Fact.State))
		s.integer("fact", int64(s.cited.fact(c.Fact)))
	}
	if c.Need != nil {
		s.integer("need", int64(s.cited.need(c.Need)))
	}
	if len(c.Unknowns) > 0 {
		s.strings("unknowns", c.Unknowns)
	}
}

func (s *stream) fate(f *outage.Fate) {
	s.resourceID("resource", f.Resource)
	s.str("state", string(f.State))
	if f.State == catalog.Unknown {
		s.str("atBest", string(f.AtBest))
		s.str("atWorst", string(f.AtWorst))
	}
	s.resourceID("through", f.Through)
	s.span("rto", f.RTO)
	s.span("rpo", f.RPO)
	if f.Fact != nil {
		s.integer("fact", int64(s.cited.fact(f.Fact)))
	}
	if len(f.Unknowns) > 0 {
		s.strings("unknowns", f.Unknowns)
	}
}

// span writes a time as its figure and its kind.
func (s *stream) span(name string, v catalog.Span) {
	seconds, kind := spanKind(v)
	if seconds < 0 {
		s.null(name + "Seconds")
	} else {
		s.integer(name+"Seconds", seconds)
	}
	s.str(name, kind)
}

// spanKind gives the figure, -1 without one, and the kind.
func spanKind(v catalog.Span) (int64, string) {
	switch {
	case v.Word == "none":
		return 0, "none"
	case v.Word != "":
		return -1, v.Word
	case v.Seconds < 0:
		return -1, "unknown"
	case v.Upper:
		return v.Seconds, "upTo"
	}
	return v.Seconds, "figure"
}
