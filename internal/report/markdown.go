package report

import (
	"html"
	"strconv"
	"strings"
)

// EscapeMarkdown makes text that Markdown shows as it is, on one line.
func EscapeMarkdown(s string) string {
	if !strings.ContainsAny(s, "\\`*_{}[]<>()#+!|~$@&\n\r\t\x1b") && !strings.ContainsFunc(s, Hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("\\`*_[]#|~$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '<', r == '>', r == '&':
			b.WriteString(html.EscapeString(string(r)))
		case r == '@': // so that nobody is called
			b.WriteString("&#64;")
		case r == '\n', r == '\r', r == '\t':
			b.WriteByte(' ')
		case Hidden(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// MarkdownCode shows text in a fixed-width font, in tables too.
func MarkdownCode(s string) string { return "<code>" + MarkdownHTML(s) + "</code>" }

// MarkdownHTML makes text that is shown as it is inside of an HTML element of a
// Markdown page, where some hosts still look for Markdown and others do not.
func MarkdownHTML(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("\\`*_[]#|~$@{}:", r):
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		case r == '\n', r == '\r', r == '\t':
			b.WriteByte(' ')
		case Hidden(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteString(html.EscapeString(string(r)))
		}
	}
	return b.String()
}
