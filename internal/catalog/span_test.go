package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpansAreReadAndSaid(t *testing.T) {
	tests := []struct {
		text string
		want Span
		said string
	}{
		{"0", Span{}, "0"},
		{"PT45S", Span{Seconds: 45}, "45 s"},
		{"PT90S", Span{Seconds: 90}, "90 s"},
		{"PT15M", Span{Seconds: 900}, "15 min"},
		{"<= PT60M", Span{Seconds: 3600, Upper: true}, "under 60 min"},
		{"~PT60S", Span{Seconds: 60, Upper: true}, "under 1 min"},
		{"~ PT60S", Span{Seconds: 60, Upper: true}, "under 1 min"},
		{"PT1H30M", Span{Seconds: 5400}, "90 min"},
		{"PT2H30M", Span{Seconds: 9000}, "2 h 30 min"},
		{"P1D", Span{Seconds: 86400}, "24 h"},
		{"P1DT12H", Span{Seconds: 129600}, "36 h"},
		{"P14D", Span{Seconds: 14 * 86400}, "14 days"},
		{"P2DT5H", Span{Seconds: 2*86400 + 5*3600}, "2 days 5 h"},
		{"P2W", Span{Seconds: 14 * 86400}, "14 days"},
		{"<= 0", Span{Upper: true}, "0"},
		{"outage", Span{Seconds: -1, Word: "outage"}, "until the outage ends"},
		{"rebuild", Span{Seconds: -1, Word: "rebuild"}, "until rebuilt by hand"},
		{"none", Span{Seconds: -1, Word: "none"}, "none"},
		{"unknown", Span{Seconds: -1, Word: "unknown"}, "not documented"},
		{"total", Span{Seconds: -1, Word: "total"}, "all data"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := ParseSpan(tt.text)
			if err != nil || got != tt.want {
				t.Fatalf("ParseSpan = %+v, %v; want %+v", got, err, tt.want)
			}
			if got.String() != tt.said {
				t.Errorf("String = %q, want %q", got, tt.said)
			}
		})
	}
}

func TestWhatIsNoSpan(t *testing.T) {
	for _, text := range []string{"", " ", "15", "15 min", "P", "PT", "P1DT", "P1M", "P1Y", "PT1D", "PT1M1H", "PT1.5H", "PT1H1H", "-PT1H", "PT-1H", "P1H", "PTT1H", "PT9999999999S", "Outage", "< PT1H", "pt1h", "PT1"} {
		if got, err := ParseSpan(text); err == nil {
			t.Errorf("ParseSpan(%q) = %+v, want an error", text, got)
		} else if !strings.Contains(err.Error(), "ISO 8601") {
			t.Errorf("ParseSpan(%q) does not say what to write: %v", text, err)
		}
	}
}

func must(s Span, err error) Span {
	if err != nil {
		panic(err)
	}
	return s
}

func TestSpanAsJSON(t *testing.T) {
	tests := map[string]string{
		"0":         `{"seconds":0,"text":"0"}`,
		"<= PT15M":  `{"seconds":900,"upper":true,"text":"under 15 min"}`,
		"outage":    `{"seconds":null,"word":"outage","text":"until the outage ends"}`,
		"unknown":   `{"seconds":null,"word":"unknown","text":"not documented"}`,
		"P1DT12H":   `{"seconds":129600,"text":"36 h"}`,
		"PT3H":      `{"seconds":10800,"text":"3 h"}`,
		"PT119M":    `{"seconds":7140,"text":"119 min"}`,
		"PT60M1S":   `{"seconds":3601,"text":"60 min 1 s"}`,
		"P400D":     `{"seconds":34560000,"text":"400 days"}`,
		"~PT30M30S": `{"seconds":1830,"upper":true,"text":"under 30 min 30 s"}`,
	}
	for text, want := range tests {
		if got, err := json.Marshal(must(ParseSpan(text))); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}

// Every figure that is written in hours, minutes and seconds is read back.
func TestFiguresAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, h, m, s := rapid.Int64Range(0, 9999).Draw(t, "d"), rapid.Int64Range(0, 99).Draw(t, "h"), rapid.Int64Range(0, 99).Draw(t, "m"), rapid.Int64Range(0, 99).Draw(t, "s")
		got, err := ParseSpan(fmt.Sprintf("P%dDT%dH%dM%dS", d, h, m, s))
		if want := d*86400 + h*3600 + m*60 + s; err != nil || got != (Span{Seconds: want}) {
			t.Fatalf("got %+v, %v; want %d s", got, err, want)
		}
	})
}
