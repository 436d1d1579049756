package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// All words of a time, and figures with and without a limit.
var spans = []struct {
	name string
	span catalog.Span
}{
	{"nothing", catalog.Span{}},
	{"none", catalog.Span{Seconds: -1, Word: "none"}},
	{"a figure", catalog.Span{Seconds: 5400}},
	{"a limit", catalog.Span{Seconds: 900, Upper: true}},
	{"outage", catalog.Span{Seconds: -1, Word: "outage"}},
	{"rebuild", catalog.Span{Seconds: -1, Word: "rebuild"}},
	{"total", catalog.Span{Seconds: -1, Word: "total"}},
	{"unknown", catalog.Span{Seconds: -1, Word: "unknown"}},
}

var states = []catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.FailedOver, catalog.Degraded, catalog.ReadOnly, catalog.Down, catalog.Unknown}

var effects = []outage.Effect{outage.None, outage.Degraded, outage.Unknown, outage.Lost}

// What a resource does, by its state and by the time it takes.
func TestSentencesOfEveryStateAndTime(t *testing.T) {
	for _, tt := range []struct {
		state catalog.State
		want  [8]string // in the order of spans
	}{
		{catalog.CarriesOn, [8]string{"carries on", "carries on", "carries on for 1 h 30 min", "carries on for up to 15 min", "carries on until it is back", "carries on until rebuilt by hand", "carries on for a time that nobody documents", "carries on for a time that nobody documents"}},
		{catalog.FailsOver, [8]string{"fails over by itself", "fails over by itself", "fails over by itself in 1 h 30 min", "fails over by itself in up to 15 min", "fails over by itself until it is back", "fails over by itself until rebuilt by hand", "fails over by itself in a time that nobody documents", "fails over by itself in a time that nobody documents"}},
		{catalog.FailedOver, [8]string{"is failed over by hand", "is failed over by hand", "is failed over by hand in 1 h 30 min", "is failed over by hand in up to 15 min", "is failed over by hand until it is back", "is failed over by hand until rebuilt by hand", "is failed over by hand in a time that nobody documents", "is failed over by hand in a time that nobody documents"}},
		{catalog.Degraded, [8]string{"is degraded", "is degraded", "is degraded for 1 h 30 min", "is degraded for up to 15 min", "is degraded until it is back", "is degraded until rebuilt by hand", "is degraded for a time that nobody documents", "is degraded for a time that nobody documents"}},
		{catalog.ReadOnly, [8]string{"is read-only", "is read-only", "is read-only for 1 h 30 min", "is read-only for up to 15 min", "is read-only until it is back", "is read-only until rebuilt by hand", "is read-only for a time that nobody documents", "is read-only for a time that nobody documents"}},
		{catalog.Down, [8]string{"is down", "is down", "is down for 1 h 30 min", "is down for up to 15 min", "is down until it is back", "is down until rebuilt by hand", "is down for a time that nobody documents", "is down for a time that nobody documents"}},
	} {
		for i, s := range spans {
			f := &outage.Fate{State: tt.state, RTO: s.span}
			if got := report.FateSentence(f); got != tt.want[i] {
				t.Errorf("%s, %s: %q, want %q", tt.state, s.name, got, tt.want[i])
			}
		}
	}
}

// How much is lost is told where something is, and only where a figure or a word says so.
func TestDataLostOfEveryTime(t *testing.T) {
	want := map[string]string{"a figure": "1 h 30 min", "a limit": "up to 15 min", "total": "at worst all of it"}
	for _, s := range spans {
		if got := report.DataLoss(s.span); got != want[s.name] {
			t.Errorf("%s: %q, want %q", s.name, got, want[s.name])
		}
		for _, state := range states {
			got := report.FateSentence(&outage.Fate{State: state, RPO: s.span, AtBest: catalog.CarriesOn, AtWorst: catalog.Down})
			tail := ""
			if want[s.name] != "" && state != catalog.Unknown {
				tail = "; data lost: " + want[s.name]
			}
			if got != strings.TrimSuffix(got, tail)+tail || tail == "" && strings.Contains(got, "data lost") {
				t.Errorf("%s that loses %s: %q", state, s.name, got)
			}
		}
	}
}

// What is not known has a best and a worst, for every pair of states, and no time: there is none
// that would hold for both.
func TestUnknownStatesHaveABestAndAWorst(t *testing.T) {
	for _, best := range states {
		for _, worst := range states {
			for _, s := range spans {
				got := report.FateSentence(&outage.Fate{State: catalog.Unknown, AtBest: best, AtWorst: worst, RTO: s.span, RPO: s.span})
				if want := fmt.Sprintf("is not known: %s at best, %s at worst", report.StateShort(best), report.StateShort(worst)); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		}
	}
}

// What an outage takes, by effect and by the time it takes.
func TestSentencesOfEveryEffectAndTime(t *testing.T) {
	for _, tt := range []struct {
		effect outage.Effect
		want   [8]string // in the order of spans
	}{
		{outage.None, [8]string{"holds", "holds", "holds", "holds", "holds", "holds", "holds", "holds"}},
		{outage.Unknown, [8]string{"unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "unknown"}},
		{outage.Degraded, [8]string{"degraded", "degraded", "degraded for 1 h 30 min", "degraded for up to 15 min", "degraded until it is back", "degraded until rebuilt by hand", "degraded for a time that nobody documents", "degraded for a time that nobody documents"}},
		{outage.Lost, [8]string{"lost", "lost", "lost for 1 h 30 min", "lost for up to 15 min", "lost until it is back", "lost until rebuilt by hand", "lost for a time that nobody documents", "lost for a time that nobody documents"}},
	} {
		for i, s := range spans {
			for capabilities, verb := range map[string]string{"train": "train is ", "author train": "author and train are ", "author score-online monitor": "author, score\u00a0online and monitor are "} {
				taken := report.Taken{Effect: tt.effect, RTO: s.span, Outages: []outage.Outage{{Scope: catalog.ScopeRegion, Region: "westeurope"}}}
				for c := range strings.FieldsSeq(capabilities) {
					taken.Capabilities = append(taken.Capabilities, catalog.Capability(c))
				}
				want := "region westeurope fails: " + verb + tt.want[i]
				if got := report.TakenSentence(taken, report.Services{}); got != want {
					t.Errorf("%s, %s: %q, want %q", tt.effect, s.name, got, want)
				}
			}
		}
	}
}

// A sentence is a sentence: no two spaces, none at its ends, no word twice in a row, nothing that
// belongs to the program.
func TestSentencesAreClean(t *testing.T) {
	program := regexp.MustCompile(`%!|<nil>|\{[a-z]+ |-1|  |^ | $|;;|: :|\ba a\b`)
	for _, rto := range spans {
		for _, rpo := range spans {
			for _, state := range states {
				for _, got := range []string{
					report.FateSentence(&outage.Fate{State: state, RTO: rto.span, RPO: rpo.span, AtBest: catalog.CarriesOn, AtWorst: catalog.Down}),
				} {
					if bad := program.FindString(got); bad != "" {
						t.Errorf("%q holds %q", got, bad)
					}
				}
			}
			for _, e := range effects {
				got := report.TakenSentence(report.Taken{Effect: e, RTO: rto.span, RPO: rpo.span, Capabilities: catalog.Capabilities, Outages: []outage.Outage{{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "any"}}}, report.Services{})
				if bad := program.FindString(got); bad != "" {
					t.Errorf("%q holds %q", got, bad)
				}
				if !strings.HasPrefix(got, "any one zone of westeurope fails: author, train, ") {
					t.Errorf("%q does not begin with what fails", got)
				}
			}
		}
	}
}

// A short time fits its column and says no less than the long one where both have a figure.
func TestShortTimesFitTheirColumn(t *testing.T) {
	for _, s := range spans {
		short, long := report.SpanShort(s.span), report.SpanText(s.span)
		if n := runewidth.StringWidth(short); n == 0 || n > 10 {
			t.Errorf("%s has %d columns: %q", s.name, n, short)
		}
		if s.span.Word == "" && short != strings.Replace(long, "≤ ", "≤", 1) {
			t.Errorf("%s is %q in short and %q in full", s.name, short, long)
		}
	}
}

// The worst of a row is the worst of its cells, for every two effects.
func TestTheWorstOfARow(t *testing.T) {
	order := map[outage.Effect]int{outage.None: 0, outage.Degraded: 1, outage.Unknown: 2, outage.Lost: 3}
	for _, a := range effects {
		for _, b := range effects {
			row := report.Row{Cells: []report.Cell{{Impact: &outage.Impact{Effect: a}}, {}, {Impact: &outage.Impact{Effect: b}}}}
			want := a
			if order[b] > order[a] {
				want = b
			}
			if got := row.Worst(); got != want {
				t.Errorf("of %s and %s the worst is %s, want %s", a, b, got, want)
			}
		}
	}
}

// Notes come errors first, then warnings, and otherwise as they were made; a severity that nobody
// knows counts for no more than information. The notes of the result stay as they are.
func TestNotesByWeight(t *testing.T) {
	for _, tt := range []struct{ notes, want string }{
		{"", ""},
		{"info:a warning:b error:c", "error:c warning:b info:a"},
		{"error:a error:b info:c error:d", "error:a error:b error:d info:c"},
		{"hint:a info:b warning:c", "warning:c hint:a info:b"},
		{"info:a hint:b info:c", "info:a hint:b info:c"},
	} {
		var notes []assess.Note
		for word := range strings.FieldsSeq(tt.notes) {
			severity, message, _ := strings.Cut(word, ":")
			notes = append(notes, assess.Note{Severity: severity, Message: message})
		}
		join := func(notes []assess.Note) string {
			var out []string
			for _, n := range notes {
				out = append(out, n.Severity+":"+n.Message)
			}
			return strings.Join(out, " ")
		}
		if got := join(report.NotesByWeight(notes)); got != tt.want {
			t.Errorf("%s come as %s, want %s", tt.notes, got, tt.want)
		}
		if got := join(notes); got != tt.notes {
			t.Errorf("%s became %s", tt.notes, got)
		}
	}
}
