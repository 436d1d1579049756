package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":            "plain",
		"é 幅 ✗":            "é 幅 ✗",
		"a\x1b[2Jb\x07":    `a\x1b[2Jb\x07`,
		"a\nb\tc\rd":       "a b c d",
		"\u202eevil\u2066": `\u202eevil\u2066`,
		"\u0085\u2028":     `\x85\u2028`,
		"a\xffb":           "a\uFFFDb",
		"a\u00a0b":         "a\u00a0b",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestBreakable(t *testing.T) {
	for in, want := range map[string]string{
		"examples/folder/azuredepl": "examples/folder/",
		"a/very-long-name-that-is":  "a/very-long-name-that-",
		"withoutanyplacetobreak":    "withoutanyplacetobreak",
		"x.y":                       "x.",
	} {
		if got := breakable(in); got != want {
			t.Errorf("%q breaks after %q, want %q", in, got, want)
		}
	}
}

// Text that is fitted is never too wide, and padded text is exactly as wide.
func TestFitAndPad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, n := rapid.String().Draw(t, "text"), rapid.IntRange(1, 60).Draw(t, "columns")
		if got := width(fit(in, n)); got > n {
			t.Fatalf("%q has %d columns, more than %d", fit(in, n), got, n)
		}
		if got := width(pad(in, n)); got != n {
			t.Fatalf("%q has %d columns, not %d", pad(in, n), got, n)
		}
	})
}

// A paragraph of any words is never too wide, and none of its words is lost.
func TestParagraphsKeepTheirWordsAndTheirWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.StringMatching(`[a-zé幅/.-]{1,90}`), 0, 12).Draw(t, "words")
		limit, hang := rapid.IntRange(20, 100).Draw(t, "limit"), rapid.IntRange(0, 8).Draw(t, "hang")
		var b bytes.Buffer
		s := newScreen(&b, report.Options{})
		s.paraIn(limit, nil, hang, span{text: strings.Join(in, " ")})
		if err := s.flush(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(b.String(), "\n") {
			if width(line) > limit {
				t.Fatalf("%q has %d columns, more than %d", line, width(line), limit)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(b.String()) != squeeze(strings.Join(in, "")) {
			t.Fatalf("%q becomes %q", in, b.String())
		}
	})
}

func TestWordsOfTwoStylesStayTogether(test *testing.T) {
	got := words([]span{t("see"), t(" "), st("this", bold), t(", then\u00a0that")})
	want := []word{{"see", plain, false}, {"this", bold, false}, {",", plain, true}, {"then that", plain, false}}
	if !slices.Equal(got, want) {
		test.Errorf("got %+v, want %+v", got, want)
	}
}
