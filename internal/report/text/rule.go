package text

import (
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Rule explains one rule: what it looks for, why that matters, how to mend it,
// where that is written, and what other tools say.
func Rule(w io.Writer, c *catalog.Catalog, r *catalog.Rule, opt report.Options) error {
	s := newScreen(w, opt)
	refs := &references{catalog: c}
	services := report.IndexServices(c)
	s.heading(r.Title, r.ID)
	var about []string
	for _, id := range r.Services {
		if id == "*" {
			about = append(about, "every service")
			continue
		}
		about = append(about, services.Title(id))
	}
	kind := "a plain check"
	if r.Scope != "" {
		kind = "what the outage of a " + string(r.Scope) + " takes away"
	}
	s.para(nil, 1, t("Severity "), st(r.Severity, severityStyle(assess.Severity(r.Severity))), t(" · about "+report.And(about)+" · "+kind))
	s.section("What", r.Message)
	s.conditions(r)
	s.section("Why", r.Why+refs.mark(r.Sources))
	s.section("Remedy", r.Remedy)
	for _, how := range r.How {
		s.how(3, how)
	}
	s.change(r.Change)
	if mends := c.RemediesOf(r.ID); len(mends) > 0 {
		ids := make([]string, len(mends))
		for i, m := range mends {
			ids[i] = m.ID
		}
		s.section("Remedies of the catalog", strings.Join(ids, ", "))
	}
	s.peers(r)
	for _, d := range r.Disagree {
		s.section("Disagrees with "+d.With, d.Why+refs.mark(d.Sources))
	}
	s.references(refs)
	return s.flush()
}

// how writes one way to mend something: a command behind the sign of a shell,
// anything else, such as the lines of a template, as a point of a list.
func (s *screen) how(indent int, text string) {
	sign := "- "
	if command, ok := asCommand(text); ok {
		sign, text = "$ ", command
	}
	s.para([]span{st(strings.Repeat(" ", indent)+sign, dim)}, indent+len(sign), t(text))
}

// asCommand gives the command that a text is, without the sign of a shell that
// it may have; false for a text that nobody can type.
func asCommand(text string) (string, bool) {
	if command, ok := strings.CutPrefix(text, "$ "); ok {
		return command, true
	}
	for _, program := range [...]string{"az ", "kubectl ", "holdfast "} {
		if strings.HasPrefix(text, program) {
			return text, true
		}
	}
	return text, false
}

func (s *screen) section(title, text string) {
	if text == "" {
		return
	}
	s.blank()
	s.line(st(" "+fit(title, s.width-1), bold))
	s.para(nil, 3, t(text))
}

func (s *screen) conditions(r *catalog.Rule) {
	if r.When != "" {
		s.para(nil, 3, st("only when "+r.When, dim))
	}
	if r.Check != "" {
		s.para(nil, 3, st("passes when "+r.Check, dim))
	}
	if len(r.Settings) > 0 {
		s.para(nil, 3, st("looks at "+strings.Join(r.Settings, ", "), dim))
	}
}

func (s *screen) change(c catalog.Change) {
	if word := report.ChangeWord(c); word != "" {
		s.para(nil, 3, st("How it changes: "+word, dim))
	}
	if c.Call != "" {
		s.how(3, c.Call)
	}
	if c.Note != "" {
		s.para(nil, 3, st(c.Note, dim))
	}
}

func (s *screen) peers(r *catalog.Rule) {
	peers := report.PeerList(&r.Peers)
	if len(peers) == 0 {
		return
	}
	s.blank()
	s.line(st(" The same in other tools", bold))
	for _, p := range peers {
		s.para([]span{t("   " + pad(p.Tool, 9))}, 12, t(strings.Join(p.Rules, ", ")))
	}
}

// Rules lists every rule with its peers.
func Rules(w io.Writer, c *catalog.Catalog, opt report.Options) error {
	s := newScreen(w, opt)
	services := report.IndexServices(c)
	s.line(st(opt.Tool.Title()+" · "+report.Count(len(c.Rules()), "rule", "rules")+" · facts of "+c.AsOf(), dim))
	rules := slices.Clone(c.Rules())
	order := map[string]int{}
	for i, svc := range c.Services() {
		order[svc.ID] = i + 1
	}
	first := func(r *catalog.Rule) string {
		if len(r.Services) == 0 || r.Services[0] == "*" {
			return "*"
		}
		return r.Services[0]
	}
	slices.SortStableFunc(rules, func(a, b *catalog.Rule) int { return order[first(a)] - order[first(b)] })
	group := ""
	for _, r := range rules {
		if id := first(r); id != group {
			group = id
			if id == "*" {
				s.heading("Every service", "")
			} else {
				s.heading(services.Title(id), id)
			}
		}
		s.ruleLine(r)
		var peers []string
		for _, p := range report.PeerList(&r.Peers) {
			peers = append(peers, p.Tool+" "+strings.Join(p.Rules, ", "))
		}
		if len(peers) > 0 {
			s.para(nil, 11, st(strings.Join(peers, " · "), dim))
		}
	}
	s.blank()
	if len(rules) > 0 {
		s.para([]span{t(" ")}, 1, t("One rule in full:"), st(" holdfast explain\u00a0"+rules[0].ID, blue))
	}
	return s.flush()
}

// references numbers sources as they are cited.
type references struct {
	catalog *catalog.Catalog
	keys    []string
}

// mark is " [1, 2]" for sources, "" for none.
func (r *references) mark(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	var numbers []string
	for _, key := range keys {
		at := slices.Index(r.keys, key)
		if at < 0 {
			r.keys = append(r.keys, key)
			at = len(r.keys) - 1
		}
		numbers = append(numbers, report.Number(at+1))
	}
	return " [" + strings.Join(numbers, ",") + "]"
}

func (s *screen) references(r *references) {
	if len(r.keys) == 0 {
		return
	}
	s.heading("Sources", "")
	for i, key := range r.keys {
		lead := []span{t(" " + pad("["+report.Number(i+1)+"]", 5))}
		src := r.catalog.Source(key)
		if src == nil {
			s.para(lead, 6, t(key))
			continue
		}
		s.para(lead, 6, t(src.Title+" ("+src.Date+")"), st(" "+src.Where, dim))
	}
}
