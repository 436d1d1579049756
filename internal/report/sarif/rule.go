package sarif

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// maxText is the longest text that GitHub shows of a description or message.
const maxText = 1024

func (b *builder) rule(r *catalog.Rule) rule {
	out := rule{
		ID: r.ID, Name: pascal(r.ID), ShortDescription: message{Text: short(r.Title)},
		Help:                 message{Text: clean(helpText(r)), Markdown: b.helpMarkdown(r)},
		HelpURI:              b.helpURI(r),
		DefaultConfiguration: configuration{Level: level(assess.Severity(r.Severity))},
		Properties:           map[string]any{"precision": "high", "problem.severity": problemSeverity(r.Severity), "tags": tags(r)},
	}
	if r.Why != "" {
		out.FullDescription = &message{Text: short(r.Why)}
	}
	return out
}

func helpText(r *catalog.Rule) string {
	text := strings.TrimSpace(r.Why + " " + r.Remedy)
	if text == "" {
		return r.Title
	}
	return text
}

func (b *builder) helpMarkdown(r *catalog.Rule) string {
	var m strings.Builder
	m.WriteString("**" + report.EscapeMarkdown(clean(r.Title)) + "**\n\n")
	if r.Why != "" {
		m.WriteString(report.EscapeMarkdown(clean(r.Why)) + "\n\n")
	}
	if r.Remedy != "" {
		m.WriteString("**Remedy:** " + report.EscapeMarkdown(clean(r.Remedy)))
		if word := report.ChangeWord(r.Change); word != "" {
			m.WriteString(" (" + report.EscapeMarkdown(clean(word)) + ")")
		}
		m.WriteString("\n\n")
	}
	for _, how := range r.How {
		m.WriteString("- " + report.MarkdownCode(clean(how)) + "\n")
	}
	if len(r.How) > 0 {
		m.WriteString("\n")
	}
	for _, d := range r.Disagree {
		m.WriteString("**Disagrees with " + report.EscapeMarkdown(clean(d.With)) + ":** " + report.EscapeMarkdown(clean(d.Why)) + "\n\n")
	}
	for _, p := range report.PeerList(&r.Peers) {
		m.WriteString("- " + p.Tool + ": " + report.EscapeMarkdown(clean(strings.Join(p.Rules, ", "))) + "\n")
	}
	for _, key := range r.Sources {
		where := report.SourceText(b.result.Catalog, key)
		title := where
		if b.result.Catalog != nil && b.result.Catalog.Source(key) != nil {
			title = b.result.Catalog.Source(key).Title
		}
		if link := report.SourceLink(where); link != "" {
			m.WriteString("- [" + report.EscapeMarkdown(clean(title)) + "](<" + link + ">)\n")
		} else {
			m.WriteString("- " + report.EscapeMarkdown(clean(title)) + "\n")
		}
	}
	return m.String()
}

// helpURI is the first source that a browser opens.
func (b *builder) helpURI(r *catalog.Rule) string {
	for _, key := range r.Sources {
		if link := report.SourceLink(report.SourceText(b.result.Catalog, key)); link != "" {
			return link
		}
	}
	return homepage
}

func tags(r *catalog.Rule) []string {
	out := []string{"resilience", "azure-machine-learning"}
	if r.Scope != "" {
		out = append(out, string(r.Scope)+"-outage")
	}
	for _, s := range r.Services {
		if s != "*" && len(out) < 20 && !slices.Contains(out, s) { // as many as GitHub takes
			out = append(out, s)
		}
	}
	return out
}

func problemSeverity(s string) string {
	switch level(assess.Severity(s)) {
	case "error":
		return "error"
	case "warning":
		return "warning"
	}
	return "recommendation"
}

// pascal makes DefaultStorageZone of default-storage-zone.
func pascal(id string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(id, func(r rune) bool { return r == '-' || r == '_' || r == ' ' }) {
		r, size := utf8.DecodeRuneInString(part)
		b.WriteString(strings.ToUpper(string(r)) + part[size:])
	}
	return b.String()
}

// clean makes text valid UTF-8.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// short cuts text to what is shown of it.
func short(s string) string {
	s = clean(s)
	if len(s) <= maxText {
		return s
	}
	cut := maxText - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
