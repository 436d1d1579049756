package report_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report"
	"pgregory.net/rapid"
)

func TestEscapeMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain text, st-1": "plain text, st-1",
		"a|b":              `a\|b`,
		"*a* _b_ `c`":      "\\*a\\* \\_b\\_ \\`c\\`",
		"<b>&":             "&lt;b&gt;&amp;",
		"[x](y)":           `\[x\](y)`,
		"@owner":           "&#64;owner",
		"a\nb\u202ec":      "a b\uFFFDc",
		`\`:                `\\`,
	} {
		if got := report.EscapeMarkdown(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// No text ends a code span, opens a tag, makes a cell or a line.
func TestMarkdownCodeHoldsAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "text")
		got := report.MarkdownCode(in)
		inside := strings.TrimSuffix(strings.TrimPrefix(got, "<code>"), "</code>")
		if strings.ContainsAny(inside, "<>|`\n*_[]@") {
			t.Fatalf("%q becomes %q", in, got)
		}
		back := html.UnescapeString(inside)
		if len([]rune(back)) != len([]rune(strings.ToValidUTF8(in, "\uFFFD"))) {
			t.Fatalf("%q comes back as %q", in, back)
		}
	})
}

func TestEscapedMarkdownIsOneLineWithoutTags(t *testing.T) {
	tag := regexp.MustCompile(`<[a-zA-Z/!?]`)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "text")
		got := report.EscapeMarkdown(in)
		if strings.ContainsAny(got, "\n\r") || tag.MatchString(got) {
			t.Fatalf("%q becomes %q", in, got)
		}
	})
}
