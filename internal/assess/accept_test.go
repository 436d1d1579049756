package assess

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSuppressions(t *testing.T) {
	tomorrow, today := now.Truncate(24*time.Hour).AddDate(0, 0, 1), now.Truncate(24*time.Hour)
	tests := []struct {
		name  string
		list  []Suppression
		want  string // findings
		notes string
	}{
		{"one that fits", []Suppression{{Rule: "storage-zone", Resource: "s*", Reason: "r"}}, `
			fail low storage-zrs-only st
			suppressed critical storage-zone st`, ``},
		{"one for all", []Suppression{{Rule: "*", Resource: "*", Reason: "r", Expires: tomorrow}}, `
			suppressed critical storage-zone st
			suppressed low storage-zrs-only st`, ``},
		{"by id, in any case", []Suppression{{Rule: "storage-zone", Resource: "*/STORAGEACCOUNTS/st", Reason: "r"}}, `
			fail low storage-zrs-only st
			suppressed critical storage-zone st`, ``},
		{"one that has expired", []Suppression{{Rule: "storage-zone", Resource: "st", Reason: "r", Expires: today}}, `
			fail critical storage-zone st
			fail low storage-zrs-only st`, `the suppression of storage-zone for st expired on 2026-11-22: its findings count again`},
		{"one that fits nothing", []Suppression{{Rule: "storage-zone", Resource: "other", Reason: "r"}}, `
			fail critical storage-zone st
			fail low storage-zrs-only st`, `the suppression of storage-zone for other fits no finding`},
		{"an expired one and one that holds", []Suppression{{Rule: "storage-zone", Resource: "st", Reason: "old", Expires: today}, {Rule: "storage-*", Resource: "st", Reason: "new"}}, `
			suppressed critical storage-zone st
			suppressed low storage-zrs-only st`, `the suppression of storage-zone for st expired on 2026-11-22: its findings count again`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := assess(t, with("LRS"), Options{Suppressions: tt.list})
			if diff := cmp.Diff(strings.TrimSpace(strings.ReplaceAll(tt.want, "\t", "")), told(r)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			var notes []string
			for _, n := range r.Notes {
				notes = append(notes, n.Message)
			}
			if diff := cmp.Diff(tt.notes, strings.Join(notes, "\n")); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			for _, f := range r.Findings {
				if f.Status == Suppressed && (f.Suppression == nil || f.Suppression.Expired) {
					t.Errorf("%s is suppressed by %+v", f.Rule.ID, f.Suppression)
				}
			}
		})
	}
}

func TestAnExpiredSuppressionIsNamedAtTheFindingThatCounts(t *testing.T) {
	r := assess(t, with("LRS"), Options{Suppressions: []Suppression{{Rule: "storage-zone", Resource: "st", Reason: "r", Expires: now.Add(-time.Hour)}}})
	f := r.Findings[0]
	if f.Status != Fail || f.Suppression == nil || !f.Suppression.Expired || !r.FailOn(Critical) || r.Summary.Expired != 1 {
		t.Errorf("%+v", f)
	}
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"*", "x", true}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "abcd", false}, {"A*", "abc", true},
		{"", "", true}, {"", "x", false}, {"*b*", "abc", true}, {"a**c", "axxc", true}, {"a*b*c", "a-b-b-c", true}, {"*a", "aab", false},
	} {
		if got := glob(tt.pattern, tt.text); got != tt.want {
			t.Errorf("glob(%q, %q) = %v", tt.pattern, tt.text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[abc]{0,12}`).Draw(t, "text")
		i := rapid.IntRange(0, len(text)).Draw(t, "from")
		j := rapid.IntRange(i, len(text)).Draw(t, "to")
		if pattern := text[:i] + "*" + text[j:]; !glob(pattern, text) {
			t.Fatalf("%q does not fit %q", text, pattern)
		}
	})
}

func TestABaselineMakesOnlyNewFindingsCount(t *testing.T) {
	old := assess(t, with("LRS"), Options{})
	var file bytes.Buffer
	if err := BaselineOf(old).Write(&file); err != nil {
		t.Fatal(err)
	}
	b, err := ParseBaseline("known.json", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	same := assess(t, "\n\n"+with("LRS"), Options{Baseline: b}) // two lines further down
	if same.FailOn(Info) || same.Summary.Known != 2 || same.Summary.Fail != 2 {
		t.Errorf("known findings count: %+v", same.Summary)
	}
	more := assess(t, with("LRS")+"storage second westeurope sku=LRS", Options{Baseline: b})
	if !more.FailOn(Low) || more.FailOn(Medium) || more.Summary.BySeverity[Low] != 1 {
		t.Errorf("a new finding does not count alone: %+v", more.Summary)
	}
	var again bytes.Buffer
	if err := BaselineOf(same).Write(&again); err != nil || again.String() != file.String() {
		t.Errorf("the baseline of the same findings is another one: %v\n%s", err, again.String())
	}
}

func TestABaselineIsReadableByPeople(t *testing.T) {
	var file bytes.Buffer
	if err := BaselineOf(assess(t, with("GRS"), Options{})).Write(&file); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"schemaVersion": 1`, `"rule": "storage-zone"`, `"resource": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"`} {
		if !strings.Contains(file.String(), want) {
			t.Errorf("%s is not in\n%s", want, file.String())
		}
	}
}

func TestParseBaselineTellsWhatIsWrong(t *testing.T) {
	for src, want := range map[string]string{
		"{\n  \"schemaVersion\": x}": "known.json:2:20: ",
		"{}":                         "known.json: it is no baseline, schemaVersion is missing",
		`{"schemaVersion": 9}`:       "known.json: its schemaVersion is 9, this program knows 1",
		`{"schemaVersion": "1"}`:     "known.json:1:",
		"":                           "known.json: EOF: a baseline is written by: holdfast assess SOURCE --write-baseline FILE",
	} {
		if _, err := ParseBaseline("known.json", []byte(src)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s...", src, err, want)
		}
	}
}

func TestFingerprintsTellFindingsApart(t *testing.T) {
	r := assess(t, with("LRS")+"storage second westeurope sku=LRS", Options{Target: TargetByName(CriticalTarget)})
	seen := map[string]string{}
	for _, f := range r.Findings {
		if f.Status != Fail && f.Status != Unknown {
			continue
		}
		name := f.Rule.ID + " " + f.Resource.Name
		if other, dup := seen[f.Fingerprint]; dup || len(f.Fingerprint) != 32 {
			t.Errorf("%s and %s have the fingerprint %q", name, other, f.Fingerprint)
		}
		seen[f.Fingerprint] = name
	}
}
