package json

import (
	"io"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Write writes the whole result.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	s := newStream(w)
	return s.document(func() error {
		s.head(r.Catalog, opt)
		s.target(r.Target)
		s.estate(r.Estate, report.IndexServices(r.Catalog))
		s.outages(r.Outages, false)
		s.facts(r.Catalog)
		left := s.findings(r, opt.Verbose)
		s.coverage(&r.Estate.Coverage)
		s.notes(r.Notes)
		s.summary(&r.Summary, left, opt.Exit)
		return nil
	})
}

func (s *stream) head(c *catalog.Catalog, opt report.Options) {
	s.str("schemaVersion", SchemaVersion)
	s.object("tool", func() {
		name := opt.Tool.Name
		if name == "" {
			name = "holdfast"
		}
		s.str("name", name)
		s.orNull("version", opt.Tool.Version)
		s.orNull("commit", opt.Tool.Commit)
		if c == nil {
			s.null("catalogAsOf")
		} else {
			s.orNull("catalogAsOf", c.AsOf())
		}
		if !opt.Created.IsZero() {
			s.str("created", opt.Created.UTC().Format(time.RFC3339))
		}
	})
}

func (s *stream) target(t *assess.Target) {
	if t == nil {
		s.null("target")
		return
	}
	s.object("target", func() {
		s.str("name", t.Name)
		s.str("title", t.Title)
		s.object("capabilities", func() {
			for _, c := range catalog.Capabilities {
				demands, ok := t.Capabilities[c]
				if !ok {
					continue
				}
				s.array(string(c), func() {
					for _, d := range demands {
						s.elementObject(func() {
							s.str("scope", string(d.Scope))
							s.limit("rtoSeconds", d.RTO)
							s.limit("rpoSeconds", d.RPO)
						})
					}
				})
			}
		})
	})
}

// limit writes what a target allows, null for anything.
func (s *stream) limit(name string, seconds int64) {
	if seconds < 0 {
		s.null(name)
		return
	}
	s.integer(name, seconds)
}

func (s *stream) estate(e *estate.Estate, services report.Services) {
	s.object("estate", func() {
		s.array("resources", func() {
			for _, r := range e.Resources {
				s.elementObject(func() { s.resource(r, services) })
			}
		})
		s.array("relations", func() {
			for i := range e.Relations {
				s.elementObject(func() { s.relation(&e.Relations[i]) })
			}
		})
	})
}

func (s *stream) resource(r *estate.Resource, services report.Services) {
	s.str("id", r.ID.String())
	s.str("type", r.Type)
	s.str("name", r.Name)
	s.orNull("location", r.Location)
	s.strings("zones", r.Zones)
	s.orNull("service", r.Service)
	s.array("roles", func() {
		for _, role := range r.Roles {
			s.element()
			s.quoted(string(role))
		}
	})
	if svc := services.Of(r.Service); svc != nil {
		s.orNull("managedBy", svc.ManagedBy)
		s.orNull("haByDefault", svc.HAByDefault)
	} else {
		s.null("managedBy")
		s.null("haByDefault")
	}
	s.boolean("external", r.External)
	if r.Implied {
		s.boolean("implied", true)
	}
	if r.Presence != "" {
		s.str("presence", r.Presence)
	}
	s.origin("origin", r.Origin)
}

func (s *stream) relation(r *estate.Relation) {
	s.str("from", r.From.ID.String())
	s.str("to", r.To.ID.String())
	s.str("role", string(r.Role))
	if r.Detail != "" {
		s.str("detail", r.Detail)
	}
	if r.Origin != (estate.Origin{}) {
		s.origin("origin", r.Origin)
	}
}

// origin writes a place, null when there is none.
func (s *stream) origin(name string, o estate.Origin) {
	if o == (estate.Origin{}) {
		s.null(name)
		return
	}
	s.object(name, func() {
		s.orNull("file", o.File)
		s.positive("line", o.Line)
		s.positive("column", o.Column)
		s.orNull("pointer", o.Pointer)
	})
}

func (s *stream) positive(name string, n int) {
	if n <= 0 {
		s.null(name)
		return
	}
	s.integer(name, int64(n))
}

func (s *stream) coverage(c *estate.Coverage) {
	s.object("coverage", func() {
		s.integer("resources", int64(c.Resources))
		s.integer("external", int64(c.External))
		s.integer("skipped", int64(c.Skipped))
		s.array("inputs", func() {
			for _, in := range c.Inputs {
				s.elementObject(func() {
					s.str("name", in.Name)
					s.str("kind", in.Kind)
					s.integer("resources", int64(in.Resources))
					s.strings("parameters", in.Parameters)
				})
			}
		})
		s.array("notSeen", func() {
			for _, n := range c.NotSeen {
				s.elementObject(func() {
					s.str("what", n.What)
					s.str("why", n.Why)
					s.origin("origin", n.Origin)
				})
			}
		})
	})
}

func (s *stream) notes(notes []assess.Note) {
	s.array("notes", func() {
		for _, n := range notes {
			s.elementObject(func() {
				s.str("severity", n.Severity)
				s.str("message", n.Message)
				s.orNull("hint", n.Hint)
				s.origin("origin", n.Origin)
			})
		}
	})
}

func (s *stream) summary(m *assess.Summary, left int, exit report.Exit) {
	s.object("summary", func() {
		for _, c := range []struct {
			name string
			n    int
		}{
			{"workspaces", m.Workspaces}, {"resources", m.Resources}, {"external", m.External}, {"relations", m.Relations},
			{"outages", m.Outages}, {"rules", m.Rules}, {"findings", m.Findings}, {"pass", m.Pass}, {"fail", m.Fail},
			{"unknown", m.Unknown}, {"notApplicable", m.NotApplicable}, {"suppressed", m.Suppressed}, {"known", m.Known},
			{"expired", m.Expired}, {"notSeen", m.NotSeen}, {"notListed", left},
		} {
			s.integer(c.name, int64(c.n))
		}
		s.object("bySeverity", func() {
			for _, sev := range report.Severities {
				s.integer(string(sev), int64(m.BySeverity[sev]))
			}
		})
		if exit != (report.Exit{}) {
			s.object("exit", func() {
				s.integer("code", int64(exit.Code))
				s.str("meaning", exit.Meaning)
			})
		}
	})
}
