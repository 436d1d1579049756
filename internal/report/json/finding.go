package json

import (
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

func (s *stream) findings(r *assess.Result) {
	s.array("findings", func() {
		for i := range r.Findings {
			s.elementObject(func() { s.finding(&r.Findings[i], r.Catalog) })
		}
	})
}

func (s *stream) finding(f *assess.Finding, c *catalog.Catalog) {
	s.str("rule", report.RuleID(f))
	s.str("title", report.RuleTitle(f))
	s.str("status", string(f.Status))
	s.str("severity", string(f.Severity))
	s.resourceID("resource", f.Resource)
	s.array("workspaces", func() {
		for _, ws := range f.Workspaces {
			s.element()
			s.quoted(ws.ID.String())
		}
	})
	s.origin("origin", f.Origin)
	s.str("message", f.Message)
	s.str("remedy", report.RemedyOf(f))
	s.rule(f.Rule, c)
	s.array("evidence", func() {
		for _, e := range f.Evidence {
			s.elementObject(func() {
				s.str("setting", e.Setting)
				s.str("path", e.Path)
				s.str("value", e.Value)
				s.origin("origin", e.Origin)
			})
		}
	})
	s.array("takes", func() {
		for i := range f.Takes {
			s.elementObject(func() { s.loss(&f.Takes[i]) })
		}
	})
	s.strings("unknowns", f.Unknowns)
	s.suppression(f.Suppression)
	s.str("fingerprint", f.Fingerprint)
	s.boolean("known", f.Known)
}

// rule writes what a finding takes from its rule.
func (s *stream) rule(r *catalog.Rule, c *catalog.Catalog) {
	if r == nil {
		r = &catalog.Rule{}
	}
	s.array("sources", func() {
		for _, key := range r.Sources {
			s.element()
			s.quoted(report.SourceText(c, key))
		}
	})
	s.object("change", func() {
		s.orNull("kind", r.Change.Kind)
		s.orNull("duration", r.Change.Duration)
		s.boolean("oneWay", r.Change.OneWay)
	})
	s.object("peers", func() { s.peers(&r.Peers) })
}

func (s *stream) peers(p *catalog.Peers) {
	s.strings("psrule", p.PSRule)
	s.strings("checkov", p.Checkov)
	s.strings("trivy", p.Trivy)
	s.strings("aprl", p.APRL)
	s.strings("azqr", p.AzQR)
}

func (s *stream) loss(l *assess.Loss) {
	s.resourceID("workspace", l.Workspace)
	s.str("capability", string(l.Capability))
	s.object("outage", func() { s.outageKeys(l.Outage) })
	s.effect("effect", l.Effect)
	s.span("rto", l.RTO)
	s.span("rpo", l.RPO)
}

func (s *stream) suppression(p *assess.Suppression) {
	if p == nil {
		s.null("suppression")
		return
	}
	s.object("suppression", func() {
		s.str("rule", p.Rule)
		s.str("resource", p.Resource)
		s.str("reason", p.Reason)
		s.orNull("owner", p.Owner)
		if p.Expires.IsZero() {
			s.null("expires")
		} else {
			s.str("expires", p.Expires.Format("2006-01-02"))
		}
		s.boolean("expired", p.Expired)
		s.origin("origin", p.Origin)
	})
}
