// Package junit writes results as JUnit XML for the test pages of build
// services: a suite per service, a case per finding. A finding that fails is a
// failure; one that cannot be decided, that is excused or that stands in the
// baseline is skipped, with the reason; what was not seen is a suite of its own
// whose cases are skipped, so that a result that is not whole never looks whole.
package junit

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []*suite `xml:"testsuite"`
}

type suite struct {
	Name       string      `xml:"name,attr"`
	Tests      int         `xml:"tests,attr"`
	Failures   int         `xml:"failures,attr"`
	Errors     int         `xml:"errors,attr"`
	Skipped    int         `xml:"skipped,attr"`
	Timestamp  string      `xml:"timestamp,attr,omitempty"`
	Properties *properties `xml:"properties"`
	Cases      []testCase  `xml:"testcase"`
}

type properties struct {
	List []property `xml:"property"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testCase struct {
	Name      string   `xml:"name,attr"`
	ClassName string   `xml:"classname,attr"`
	File      string   `xml:"file,attr,omitempty"`
	Line      int      `xml:"line,attr,omitempty"`
	Failure   *failure `xml:"failure"`
	Skipped   *skipped `xml:"skipped"`
}

type failure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type skipped struct {
	Message string `xml:"message,attr"`
}

// Write writes the whole result. What does not apply to a resource is left out.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	services := report.IndexServices(r.Catalog)
	all := &suites{Name: opt.Tool.Title()}
	byService := map[string]*suite{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status == assess.NotApplicable {
			continue
		}
		name := "the estate as a whole"
		if f.Resource != nil && f.Resource.Service != "" {
			name = services.Title(f.Resource.Service)
		}
		s := byService[name]
		if s == nil {
			s = all.add(name, opt)
			byService[name] = s
		}
		s.finding(f, services)
	}
	if n := r.Estate.Coverage.NotSeen; len(n) > 0 {
		s := all.add("what was not seen", opt)
		for _, x := range n {
			s.Cases = append(s.Cases, testCase{Name: clean(x.What), ClassName: "coverage", File: clean(x.Origin.File), Line: x.Origin.Line, Skipped: &skipped{clean("not seen: " + x.Why)}})
		}
	}
	for _, s := range all.Suites {
		s.count()
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Skipped += s.Skipped
	}
	if len(all.Suites) > 0 {
		all.Suites[0].Properties = &properties{about(r)}
	}
	b := bufio.NewWriter(w)
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(b)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return b.Flush()
}

func (all *suites) add(name string, opt report.Options) *suite {
	s := &suite{Name: clean(name)}
	if !opt.Created.IsZero() {
		s.Timestamp = opt.Created.UTC().Format(time.RFC3339)
	}
	all.Suites = append(all.Suites, s)
	return s
}

func about(r *assess.Result) []property {
	out := []property{{"workspaces", strconv.Itoa(r.Summary.Workspaces)}, {"resources", strconv.Itoa(r.Summary.Resources)}, {"outages", strconv.Itoa(r.Summary.Outages)}}
	if r.Target != nil {
		out = append(out, property{"target", clean(r.Target.Name)})
	}
	if r.Catalog != nil {
		out = append(out, property{"catalog", clean(r.Catalog.AsOf())})
	}
	return out
}

func (s *suite) finding(f *assess.Finding, services report.Services) {
	at := f.Origin
	if at.File == "" && f.Resource != nil {
		at = f.Resource.Origin
	}
	name := report.RuleTitle(f)
	if f.Resource != nil {
		name += ": " + report.ResourceName(f.Resource)
	}
	c := testCase{Name: clean(name), ClassName: clean(report.RuleID(f)), File: clean(at.File), Line: at.Line}
	switch {
	case f.Status == assess.Fail && f.Known:
		c.Skipped = &skipped{"it stands in the baseline"}
	case f.Status == assess.Fail:
		message := f.Message
		if message == "" {
			message = report.RuleTitle(f)
		}
		c.Failure = &failure{Type: string(f.Severity), Message: clean(message), Text: clean(details(f, services))}
	case f.Status == assess.Unknown:
		c.Skipped = &skipped{clean("not known: " + report.Listing(f.Unknowns, 6))}
	case f.Status == assess.Suppressed:
		c.Skipped = &skipped{clean("accepted" + because(f.Suppression))}
	}
	s.Cases = append(s.Cases, c)
}

func because(p *assess.Suppression) string {
	if p == nil {
		return ""
	}
	text := ": " + p.Reason
	if !p.Expires.IsZero() {
		text += ", until " + report.LastDay(p.Expires)
	}
	return text
}

// details tells the finding as the terminal does.
func details(f *assess.Finding, services report.Services) string {
	var b strings.Builder
	line := func(parts ...string) {
		b.WriteByte('\n')
		for _, p := range parts {
			b.WriteString(p)
		}
	}
	for _, taken := range report.TakenBy(f) {
		line(strings.ReplaceAll(report.TakenSentence(taken, services), "\u00a0", " "))
	}
	if f.Resource != nil {
		line("resource: ", f.Resource.ID.String())
		if place := report.Place(f.Resource.Origin); place != "" {
			line("  at ", place)
		}
	}
	for _, e := range f.Evidence {
		line("seen: ", e.Path, " = ", e.Value)
		if place := report.Place(e.Origin); place != "" {
			line("  at ", place)
		}
	}
	if p := f.Suppression; p != nil && p.Expired {
		line("its exception expired on ", report.LastDay(p.Expires), ": ", p.Reason)
	}
	if remedy := report.RemedyOf(f); remedy != "" {
		line("remedy: ", remedy)
	}
	line("rule: ", report.RuleID(f), "\n")
	return b.String()
}

func (s *suite) count() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
	}
}

// clean makes text that XML can hold: it has no way to write most controls.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
