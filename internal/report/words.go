package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// EffectWord is the word for what an outage does to a capability. That nothing
// happens is told as what the reader wants to know: the capability holds.
func EffectWord(e outage.Effect) string {
	switch e {
	case outage.None, "":
		return "holds"
	}
	return string(e)
}

// EffectGlyph is a sign for an effect, one column wide, so that colour is never
// needed to tell effects apart.
func EffectGlyph(e outage.Effect) string {
	switch e {
	case outage.None, "":
		return "✓"
	case outage.Degraded:
		return "◐"
	case outage.Unknown:
		return "?"
	}
	return "✗"
}

// EffectRank orders effects by harm, 0 for none.
func EffectRank(e outage.Effect) int {
	switch e {
	case outage.Degraded:
		return 1
	case outage.Unknown:
		return 2
	case outage.Lost:
		return 3
	}
	return 0
}

// StateWord is the word for what a resource does in an outage.
func StateWord(s catalog.State) string {
	switch s {
	case catalog.CarriesOn:
		return "carries on"
	case catalog.FailsOver:
		return "fails over by itself"
	case catalog.FailedOver:
		return "is failed over by hand"
	case catalog.Degraded:
		return "is degraded"
	case catalog.ReadOnly:
		return "is read-only"
	case catalog.Down:
		return "is down"
	}
	return "is not known"
}

// StateShort is StateWord for tables and pictures, at most 11 columns.
func StateShort(s catalog.State) string {
	switch s {
	case catalog.CarriesOn:
		return "carries on"
	case catalog.FailsOver:
		return "fails over"
	case catalog.FailedOver:
		return "failed over"
	case catalog.Degraded:
		return "degraded"
	case catalog.ReadOnly:
		return "read-only"
	case catalog.Down:
		return "down"
	}
	return "unknown"
}

// StateGlyph is a sign for a state, one column wide.
func StateGlyph(s catalog.State) string {
	switch s {
	case catalog.CarriesOn:
		return "✓"
	case catalog.FailsOver:
		return "↻"
	case catalog.FailedOver:
		return "⇄"
	case catalog.Degraded, catalog.ReadOnly:
		return "◐"
	case catalog.Down:
		return "✗"
	}
	return "?"
}

// StatusGlyph is a sign for a finding's status, one column wide.
func StatusGlyph(s assess.Status) string {
	switch s {
	case assess.Pass:
		return "✓"
	case assess.Fail:
		return "✗"
	case assess.Unknown:
		return "?"
	case assess.Suppressed:
		return "–"
	}
	return "·"
}

// StatusWord is the word for a status.
func StatusWord(s assess.Status) string {
	switch s {
	case assess.NotApplicable:
		return "not applicable"
	case assess.Suppressed:
		return "accepted"
	}
	return string(s)
}

// Severities lists all severities, worst first.
var Severities = []assess.Severity{assess.Critical, assess.High, assess.Medium, assess.Low, assess.Info}

// SeverityRank is 0 for critical and grows as it gets milder.
func SeverityRank(s assess.Severity) int {
	for i, x := range Severities {
		if x == s {
			return i
		}
	}
	return len(Severities)
}

// CapabilityWord is the capability as a phrase for people.
func CapabilityWord(c catalog.Capability) string { return strings.ReplaceAll(string(c), "-", " ") }

// ManagedWord says who keeps a service up: "Microsoft", "you", or "–" where the
// catalog has no such service.
func ManagedWord(managedBy string) string {
	switch managedBy {
	case "microsoft":
		return "Microsoft"
	case "customer":
		return "you"
	}
	return "–"
}

// DefaultWord says whether a service is highly available by default.
func DefaultWord(ha string) string {
	switch ha {
	case "yes", "no":
		return ha
	case "notApplicable":
		return "n/a"
	}
	return "–"
}

// ChangeWord says how a setting can be changed, "" when it is not told.
func ChangeWord(c catalog.Change) string {
	var s string
	switch c.Kind {
	case "inPlace":
		s = "in place"
	case "conversion":
		s = "conversion"
	case "recreate":
		s = "recreate"
	case "onlyAtCreation":
		s = "only at creation"
	default:
		return ""
	}
	if c.Duration != "" {
		s += ", " + c.Duration
	}
	if c.OneWay {
		s += ", no way back"
	}
	return s
}

// SpanText is a recovery time for people: "15 min", "≤ 1 h", "until rebuilt".
// Nothing at all is "0".
func SpanText(s catalog.Span) string {
	if s.Seconds >= 0 && s.Word == "" {
		if s.Upper && s.Seconds > 0 {
			return "≤ " + Seconds(s.Seconds)
		}
		return Seconds(s.Seconds)
	}
	switch s.Word {
	case "outage":
		return "until it ends"
	case "rebuild":
		return "until rebuilt"
	case "none":
		return "0"
	case "total":
		return "all data"
	}
	return "not documented"
}

// SpanShort is SpanText in at most 8 columns for what tables usually hold: a
// figure, "outage" (until it ends), "rebuild" (until rebuilt by hand), "?" (nobody
// documents it).
func SpanShort(s catalog.Span) string {
	switch {
	case s.Seconds >= 0 && s.Word == "":
		return strings.ReplaceAll(SpanText(s), "≤ ", "≤")
	case s.Word == "outage" || s.Word == "rebuild":
		return s.Word
	case s.Word == "none" || s.Word == "total":
		return SpanText(s)
	}
	return "?"
}

// Seconds prints a time in its one or two largest units: "45 s", "15 min",
// "1 h 30 min", "3 d". Zero is "0".
func Seconds(n int64) string {
	units := []struct {
		name string
		size int64
	}{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}
	if n <= 0 {
		return "0"
	}
	for i, u := range units {
		if n < u.size || u.name == "d" && n < 2*u.size {
			continue
		}
		s := strconv.FormatInt(n/u.size, 10) + " " + u.name
		if rest := n % u.size; rest > 0 && i+1 < len(units) && rest >= units[i+1].size {
			s += " " + strconv.FormatInt(rest/units[i+1].size, 10) + " " + units[i+1].name
		}
		return s
	}
	return "0"
}

// LastDay is the last day before the moment at which something ends, as people
// write it: an exception that ends when July begins holds until June 30.
func LastDay(end time.Time) string { return end.Add(-time.Nanosecond).Format(time.DateOnly) }

// Count is "1 finding", "2 findings", "1,000 findings".
func Count(n int, one, many string) string { return Number(n) + " " + Plural(n, one, many) }

// Plural chooses the word for n things.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Number prints n with commas between the thousands.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// And joins words as a sentence does: "a", "a and b", "a, b and c".
func And(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// AndMore joins at most limit words and says how many are left out.
func AndMore(words []string, limit int) string {
	if len(words) <= limit {
		return And(words)
	}
	return strings.Join(words[:limit], ", ") + fmt.Sprintf(" and %s more", Number(len(words)-limit))
}

// Listing joins at most limit texts that may be sentences, with semicolons, and
// says how many are left out.
func Listing(texts []string, limit int) string {
	short := make([]string, 0, min(len(texts), limit)+1)
	for _, t := range texts[:min(len(texts), limit)] {
		short = append(short, strings.TrimSuffix(t, "."))
	}
	if n := len(texts) - len(short); n > 0 {
		short = append(short, "and "+Number(n)+" more")
	}
	return strings.Join(short, "; ")
}

// List joins at most limit words with commas and says how many are left out.
func List(words []string, limit int) string {
	if len(words) <= limit {
		return strings.Join(words, ", ")
	}
	return AndMore(words, limit)
}
