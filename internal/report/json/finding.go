package json

import (
	"bytes"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// maxIdle is the most findings that are listed of rules that do not apply to
// their resource. Large estates have millions of them; they are counted.
const maxIdle = 20000

// findings writes the findings, and says how many it leaves out.
func (s *stream) findings(r *assess.Result, verbose bool) (left int) {
	s.array("findings", func() {
		idle := 0
		for i := range r.Findings {
			if r.Findings[i].Status == assess.NotApplicable && !verbose {
				if idle++; idle > maxIdle {
					left++
					continue
				}
			}
			s.elementObject(func() { s.finding(&r.Findings[i], r.Catalog) })
		}
	})
	return left
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

// rule writes what a finding takes from its rule, which is the same each time.
func (s *stream) rule(r *catalog.Rule, c *catalog.Catalog) {
	text, ok := s.rules[r]
	if !ok {
		var b bytes.Buffer
		part := newStream(&b)
		part.depth = s.depth
		part.comma = true
		part.ruleMembers(r, c)
		part.w.Flush()
		text = b.Bytes()
		s.rules[r] = text
	}
	s.w.Write(text)
}

func (s *stream) ruleMembers(r *catalog.Rule, c *catalog.Catalog) {
	if r == nil {
		r = &catalog.Rule{}
	}
	s.sources(r.Sources, c)
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
			s.str("expires", report.LastDay(p.Expires))
		}
		s.boolean("expired", p.Expired)
		s.origin("origin", p.Origin)
	})
}
