package catalog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Span is a time in a fact: a figure in seconds, or one of the words that
// sources use where they give no figure. The zero Span is no time at all.
//
// In YAML it is an ISO 8601 duration ("PT15M", "P14D", "P1DT12H"; no months or
// years, whose length differs), "0", or a word; a figure may be preceded by
// "<=" or "~", which make it an upper bound or a typical maximum.
type Span struct {
	Seconds int64  // -1 when there is no figure
	Word    string // "", "outage" (as long as the outage lasts), "rebuild" (until rebuilt by hand), "none", "unknown" (not documented), "total" (all data may be lost)
	Upper   bool   // the figure is an upper bound or a typical maximum, e.g. "<= 60 min"
}

// spanWords maps the words to what people read.
var spanWords = map[string]string{
	"outage":  "until the outage ends",
	"rebuild": "until rebuilt by hand",
	"none":    "none",
	"unknown": "not documented",
	"total":   "all data",
}

// ParseSpan reads the form of the YAML files.
func ParseSpan(text string) (Span, error) {
	if _, ok := spanWords[text]; ok {
		return Span{Seconds: -1, Word: text}, nil
	}
	figure := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(text, "<="), "~"))
	s := Span{Upper: figure != strings.TrimSpace(text)}
	if figure == "0" {
		return s, nil
	}
	var ok bool
	if s.Seconds, ok = isoSeconds(figure); !ok {
		return Span{}, fmt.Errorf("%q is not a time: write an ISO 8601 duration such as PT15M or P14D (with <= or ~ before it for an upper bound), 0, outage, rebuild, none, unknown or total", text)
	}
	return s, nil
}

// isoSeconds reads weeks, days, hours, minutes and whole seconds, each at most
// once and in that order.
func isoSeconds(s string) (total int64, ok bool) {
	s, ok = strings.CutPrefix(s, "P")
	if !ok || s == "" || strings.HasSuffix(s, "T") {
		return 0, false
	}
	units := "WDTHMS"
	for s != "" {
		if s[0] == 'T' && strings.Contains(units, "T") {
			s, units = s[1:], "HMS"
			continue
		}
		digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if digits == 0 || digits > 9 || digits == len(s) {
			return 0, false
		}
		n, _ := strconv.ParseInt(s[:digits], 10, 64)
		unit := s[digits]
		at := strings.IndexByte(units, unit)
		if at < 0 || unit == 'T' || (strings.Contains(units, "T") && at > strings.IndexByte(units, 'T')) {
			return 0, false
		}
		total += n * unitSeconds[unit]
		s, units = s[digits+1:], units[at+1:]
	}
	return total, true
}

var unitSeconds = [256]int64{'W': 7 * 86400, 'D': 86400, 'H': 3600, 'M': 60, 'S': 1}

// String says the span for people: "under 60 min", "14 days", "until the outage
// ends", "0".
func (s Span) String() string {
	if s.Word != "" {
		return spanWords[s.Word]
	}
	if s.Upper && s.Seconds > 0 {
		return "under " + duration(s.Seconds)
	}
	return duration(s.Seconds)
}

// duration says seconds for people in at most two units: "45 s", "60 min",
// "2 h 30 min", "14 days"; below 0 it is not known.
func duration(seconds int64) string {
	switch {
	case seconds < 0:
		return spanWords["unknown"]
	case seconds == 0:
		return "0"
	case seconds < 120 && seconds%60 != 0:
		return fmt.Sprintf("%d s", seconds)
	case seconds < 2*3600 && (seconds < 3600 || seconds%3600 != 0) || seconds == 3600:
		return units(seconds, 60, "min", 1, "s")
	case seconds < 2*86400:
		return units(seconds, 3600, "h", 60, "min")
	}
	return units(seconds, 86400, "days", 3600, "h")
}

func units(seconds, big int64, bigName string, small int64, smallName string) string {
	rest := seconds % big / small
	if rest == 0 {
		return fmt.Sprintf("%d %s", seconds/big, bigName)
	}
	return fmt.Sprintf("%d %s %d %s", seconds/big, bigName, rest, smallName)
}

// MarshalJSON gives {"seconds":900,"upper":true,"text":"under 15 min"}; seconds
// is null and word is given when there is no figure.
func (s Span) MarshalJSON() ([]byte, error) {
	out := struct {
		Seconds *int64 `json:"seconds"`
		Word    string `json:"word,omitempty"`
		Upper   bool   `json:"upper,omitempty"`
		Text    string `json:"text"`
	}{Word: s.Word, Upper: s.Upper, Text: s.String()}
	if s.Word == "" {
		out.Seconds = &s.Seconds
	}
	return json.Marshal(out)
}
