package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/mattn/go-runewidth"
)

func TestSeconds(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "0", 0: "0", 1: "1 s", 59: "59 s", 60: "1 min", 90: "1 min 30 s", 900: "15 min", 3600: "1 h", 5400: "1 h 30 min", 3601: "1 h",
		86400: "24 h", 90000: "25 h", 172800: "2 d", 259200: "3 d", 180000: "2 d 2 h",
	} {
		if got := report.Seconds(n); got != want {
			t.Errorf("%d seconds are %q, want %q", n, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, tt := range []struct {
		span        catalog.Span
		text, short string
	}{
		{catalog.Span{}, "0", "0"},
		{catalog.Span{Seconds: 900}, "15 min", "15 min"},
		{catalog.Span{Seconds: 3600, Upper: true}, "≤ 1 h", "≤1 h"},
		{catalog.Span{Seconds: -1, Word: "outage"}, "until it ends", "outage"},
		{catalog.Span{Seconds: -1, Word: "rebuild"}, "until rebuilt", "rebuild"},
		{catalog.Span{Seconds: -1, Word: "none"}, "0", "0"},
		{catalog.Span{Seconds: -1, Word: "total"}, "all data", "all data"},
		{catalog.Span{Seconds: -1, Word: "unknown"}, "not documented", "?"},
		{catalog.Span{Seconds: -1}, "not documented", "?"},
	} {
		if got := report.SpanText(tt.span); got != tt.text {
			t.Errorf("%+v is %q, want %q", tt.span, got, tt.text)
		}
		if got := report.SpanShort(tt.span); got != tt.short {
			t.Errorf("%+v is shortly %q, want %q", tt.span, got, tt.short)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		span     catalog.Span
		for_, in string
	}{
		{catalog.Span{}, "", ""},
		{catalog.Span{Seconds: 60}, " for 1 min", " in 1 min"},
		{catalog.Span{Seconds: 60, Upper: true}, " for up to 1 min", " in up to 1 min"},
		{catalog.Span{Seconds: -1, Word: "outage"}, " until it is back", " until it is back"},
		{catalog.Span{Seconds: -1, Word: "rebuild"}, " until rebuilt by hand", " until rebuilt by hand"},
		{catalog.Span{Seconds: -1, Word: "unknown"}, " for a time that nobody documents", " in a time that nobody documents"},
	} {
		if got := report.ForHowLong(tt.span); got != tt.for_ {
			t.Errorf("%+v lasts %q, want %q", tt.span, got, tt.for_)
		}
		if got := report.InHowLong(tt.span); got != tt.in {
			t.Errorf("%+v is done %q, want %q", tt.span, got, tt.in)
		}
	}
}

// Every effect, state and status has a word and a sign of one column, and no
// two of a kind look the same.
func TestSigns(t *testing.T) {
	cond := runewidth.Condition{StrictEmojiNeutral: true}
	seen := map[string]bool{}
	sign := func(kind, glyph, word string) {
		if cond.StringWidth(glyph) != 1 || word == "" {
			t.Errorf("%s is shown as %q %q", kind, glyph, word)
		}
		family, _, _ := strings.Cut(kind, " ")
		if seen[family+glyph+word] {
			t.Errorf("%s looks like another", kind)
		}
		seen[family+glyph+word] = true
	}
	for _, e := range []outage.Effect{outage.None, outage.Degraded, outage.Unknown, outage.Lost} {
		sign("effect "+string(e), report.EffectGlyph(e), report.EffectWord(e))
	}
	for _, s := range []catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.FailedOver, catalog.Degraded, catalog.ReadOnly, catalog.Down, catalog.Unknown} {
		sign("state "+string(s), report.StateGlyph(s), report.StateShort(s))
		if n := cond.StringWidth(report.StateShort(s)); n > 11 {
			t.Errorf("%s has %d columns", report.StateShort(s), n)
		}
		if report.StateWord(s) == "" {
			t.Errorf("no word for %s", s)
		}
	}
	for _, s := range []assess.Status{assess.Pass, assess.Fail, assess.Unknown, assess.NotApplicable, assess.Suppressed} {
		sign("status "+string(s), report.StatusGlyph(s), report.StatusWord(s))
	}
}

func TestEffectsAreOrderedByHarm(t *testing.T) {
	last := -1
	for _, e := range []outage.Effect{outage.None, outage.Degraded, outage.Unknown, outage.Lost} {
		if n := report.EffectRank(e); n <= last {
			t.Errorf("%s has rank %d after %d", e, n, last)
		} else {
			last = n
		}
	}
	for i, s := range report.Severities {
		if report.SeverityRank(s) != i {
			t.Errorf("%s has rank %d", s, report.SeverityRank(s))
		}
	}
	if report.SeverityRank("none") != len(report.Severities) {
		t.Error("a severity that is none is not the mildest")
	}
}

func TestLastDay(t *testing.T) {
	for end, want := range map[time.Time]string{
		time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC):  "2027-06-30",
		time.Date(2027, 7, 1, 12, 0, 0, 0, time.UTC): "2027-07-01",
		time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC):  "2026-12-31",
	} {
		if got := report.LastDay(end); got != want {
			t.Errorf("what ends on %v holds until %s, want %s", end, got, want)
		}
	}
}

func TestNumbersAndLists(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := report.Number(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if got := report.Count(1, "finding", "findings") + ", " + report.Count(1000, "finding", "findings"); got != "1 finding, 1,000 findings" {
		t.Errorf("got %q", got)
	}
	words := strings.Fields("a b c d")
	for want, got := range map[string]string{
		"": report.And(nil), "a": report.And(words[:1]), "a and b": report.And(words[:2]), "a, b, c and d": report.And(words),
		"a, b and 2 more": report.AndMore(words, 2), "a, b, c, d": report.List(words, 4), "a, b, c and 1 more": report.List(words, 3),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestChangeWord(t *testing.T) {
	for want, c := range map[string]catalog.Change{
		"":                         {Kind: "none"},
		"in place":                 {Kind: "inPlace"},
		"in place, no way back":    {Kind: "inPlace", OneWay: true},
		"conversion, up to 3 days": {Kind: "conversion", Duration: "up to 3 days"},
		"recreate":                 {Kind: "recreate"},
		"only at creation":         {Kind: "onlyAtCreation"},
	} {
		if got := report.ChangeWord(c); got != want {
			t.Errorf("%+v is %q, want %q", c, got, want)
		}
	}
}

func TestCatalogWords(t *testing.T) {
	for in, want := range map[string]string{"microsoft": "Microsoft", "customer": "you", "": "–"} {
		if got := report.ManagedWord(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"yes": "yes", "no": "no", "notApplicable": "n/a", "": "–"} {
		if got := report.DefaultWord(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
