package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// This file holds assessments against each other: an input is changed in a way
// whose consequences are plain, and nothing else may follow.

// verdicts gives the status of every finding, by rule and resource.
func verdicts(r *Result) map[string]Status {
	out := make(map[string]Status, len(r.Findings))
	for i := range r.Findings {
		f := &r.Findings[i]
		out[f.Rule.ID+" of "+f.Resource.Name] = f.Status
	}
	return out
}

func drawBuiltin(t *rapid.T) *Target {
	return TargetByName(rapid.SampledFrom([]string{DevTarget, ProductionTarget, CriticalTarget}).Draw(t, "target"))
}

// stays says that knowing more has not overturned a status: only what was
// unknown may become anything, and what does not fail may cease to apply.
func stays(before, after Status) bool {
	fine := func(s Status) bool { return s == Pass || s == NotApplicable }
	return before == Unknown || before == after || fine(before) && fine(after)
}

// What is decided while a sku is not known stays so, whichever sku it turns out
// to be: unknown is the only answer that may change.
func TestWhatIsDecidedWithoutAValueStaysDecidedWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, target := sketch.Draw(t), drawBuiltin(t)
		open := slices.IndexFunc(d.Resources, func(l sketch.Line) bool { return l.Kind == "storage" })
		d = d.Change(open, func(l *sketch.Line) { l.SKU = "?" })
		before := verdicts(assess(t, d.Text(), Options{Target: target}))
		for _, sku := range []string{"LRS", "ZRS", "GRS", "GZRS"} {
			after := verdicts(assess(t, d.Change(open, func(l *sketch.Line) { l.SKU = sku }).Text(), Options{Target: target}))
			for what, status := range before {
				if now, is := after[what]; is && !stays(status, now) {
					t.Fatalf("%s is %s while the sku of %s is not known, and %s when it is %s", what, status, d.Resources[open].Name, now, sku)
				}
			}
		}
	})
}

// The same of a resource that may or may not be deployed.
func TestWhatIsDecidedWhileAResourceMayBeThereStaysDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, target := sketch.Draw(t), drawBuiltin(t)
		candidates := []int{}
		for i, l := range d.Resources {
			if l.Kind == "aks" || l.Kind == "vault" || l.Kind == "compute" {
				candidates = append(candidates, i)
			}
		}
		if len(candidates) == 0 {
			t.Skip("nothing that may be left out")
		}
		i := rapid.SampledFrom(candidates).Draw(t, "which")
		name := d.Resources[i].Name
		before := verdicts(assess(t, d.Change(i, func(l *sketch.Line) { l.Presence = "wanted" }).Text(), Options{Target: target}))
		for what, text := range map[string]string{"there": d.Change(i, func(l *sketch.Line) { l.Presence = "" }).Text(), "not there": d.Without(name).Text()} {
			after := verdicts(assess(t, text, Options{Target: target}))
			for finding, status := range before {
				if now, is := after[finding]; is && !stays(status, now) {
					t.Fatalf("%s is %s while it is not known whether %s is there, and %s when it is %s\n%s", finding, status, name, now, what, text)
				}
			}
		}
	})
}

func TestTheOrderOfTheInputDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, target := sketch.Draw(t), drawBuiltin(t)
		turned := &sketch.Draft{Resources: rapid.Permutation(d.Resources).Draw(t, "resources"), Relations: rapid.Permutation(d.Relations).Draw(t, "relations")}
		one, two := assess(t, d.Text(), Options{Target: target}), assess(t, turned.Text(), Options{Target: target})
		if diff := gocmp.Diff(told(one), told(two)); diff != "" {
			t.Fatalf("in another order (-before +after):\n%s", diff)
		}
		if diff := gocmp.Diff(fingerprints(one), fingerprints(two)); diff != "" {
			t.Fatalf("the fingerprints are others:\n%s", diff)
		}
	})
}

// fingerprints lists those of the findings that count.
func fingerprints(r *Result) []string {
	var out []string
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Status == Fail || f.Status == Unknown {
			out = append(out, f.Fingerprint)
		}
	}
	slices.Sort(out)
	return out
}

// What nobody leans on, somewhere else, is nobody's concern.
func TestAStrangerChangesNothingForTheOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, target := sketch.Draw(t), drawBuiltin(t)
		before := verdicts(assess(t, d.Text(), Options{Target: target}))
		after := verdicts(assess(t, d.Text()+"storage stranger australiaeast sku=LRS\n", Options{Target: target}))
		for what, status := range after {
			if strings.HasSuffix(what, " of stranger") {
				continue
			}
			if before[what] != status {
				t.Fatalf("%s is %s, and %s beside a stranger", what, before[what], status)
			}
		}
		if len(after) <= len(before) {
			t.Fatal("the stranger itself was not looked at")
		}
	})
}

func TestSuppressionsExcuseWhatTheyNameAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, target := sketch.Draw(t).Text(), drawBuiltin(t)
		s := Suppression{Reason: "r", Rule: rapid.SampledFrom([]string{"*", "storage-*", "aml-region", "none"}).Draw(t, "rule"), Resource: rapid.SampledFrom([]string{"*", "st0", "ws*", "*/storageaccounts/*"}).Draw(t, "resource")}
		before, after := assess(t, text, Options{Target: target}), assess(t, text, Options{Target: target, Suppressions: []Suppression{s}})
		excused := 0
		was := verdicts(before)
		for i := range after.Findings {
			f := &after.Findings[i]
			old := was[f.Rule.ID+" of "+f.Resource.Name]
			named := s.covers(f) && (old == Fail || old == Unknown)
			switch {
			case named != (f.Status == Suppressed):
				t.Fatalf("%s of %s was %s, and is %s with the suppression of %s for %s", f.Rule.ID, f.Resource.Name, old, f.Status, s.Rule, s.Resource)
			case named:
				excused++
			case f.Status != old:
				t.Fatalf("%s of %s was %s, and is %s", f.Rule.ID, f.Resource.Name, old, f.Status)
			}
		}
		if after.Summary.Suppressed != excused || after.Summary.Findings != before.Summary.Findings {
			t.Fatalf("%d are excused, the summary counts %+v", excused, after.Summary)
		}
		if unused := len(after.Notes) > len(before.Notes); unused != (excused == 0) {
			t.Fatalf("%d are excused; told that it fits nothing: %v", excused, unused)
		}
	})
}

func TestABaselineOfAllLeavesNothingThatCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, target := sketch.Draw(t).Text(), drawBuiltin(t)
		first := assess(t, text, Options{Target: target})
		again := assess(t, text, Options{Target: target, Baseline: BaselineOf(first)})
		if again.FailOn(Info) {
			t.Fatalf("something new in the same estate:\n%s", told(again))
		}
		if diff := gocmp.Diff(verdicts(first), verdicts(again)); diff != "" {
			t.Fatalf("a baseline changes what is found:\n%s", diff)
		}
		if again.Summary.Known != again.Summary.Fail+again.Summary.Unknown {
			t.Fatalf("not all is known: %+v", again.Summary)
		}
		if diff := gocmp.Diff(BaselineOf(first), BaselineOf(again)); diff != "" {
			t.Fatalf("the baseline of known findings is another:\n%s", diff)
		}
	})
}

func TestWhoeverMindsLessStopsNoLessOften(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := assess(t, sketch.Draw(t).Text(), Options{Target: drawBuiltin(t)})
		stops := false
		for _, name := range SeverityNames() { // worst first
			s, _ := ParseSeverity(name)
			if stops && !r.FailOn(s) {
				t.Fatalf("it stops at worse ones, and not at %s", s)
			}
			stops = r.FailOn(s)
			worst := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Status == Fail && f.Severity.AtLeast(s) })
			if stops != worst {
				t.Fatalf("FailOn(%s) is %v, a finding as severe is there: %v", s, stops, worst)
			}
		}
	})
}

// The last day of a suppression counts to its end, in UTC, wherever the program
// runs.
func TestASuppressionHoldsToTheEndOfItsLastDay(t *testing.T) {
	p, err := ParseProject("p.yaml", []byte("suppressions: [{rule: storage-zone, reason: r, expires: 2026-11-23}]"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		now  string
		want Status
	}{
		{"2026-11-22T23:59:59Z", Suppressed},
		{"2026-11-23T00:00:00Z", Suppressed},
		{"2026-11-23T23:59:59.999999999Z", Suppressed},
		{"2026-11-24T00:00:00Z", Fail},
		{"2026-11-24T00:30:00+14:00", Suppressed}, // still the 23rd in UTC
		{"2026-11-23T23:30:00-12:00", Fail},       // the 24th already
		{"2030-01-01T00:00:00Z", Fail},
	} {
		at, err := time.Parse(time.RFC3339Nano, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		r := assess(t, with("LRS"), Options{Suppressions: p.Suppressions, Now: at})
		if got := verdicts(r)["storage-zone of st"]; got != tt.want {
			t.Errorf("at %s it is %s, want %s", tt.now, got, tt.want)
		}
		if expired := tt.want == Fail; (r.Summary.Expired == 1) != expired {
			t.Errorf("at %s %d suppressions have expired", tt.now, r.Summary.Expired)
		}
	}
}

// A fingerprint is made of rule and resource. Where in which file they stand,
// and what else is there, is not in it.
func TestFingerprintsOutliveLinesAndFiles(t *testing.T) {
	base := sketch.Estate(t, with("LRS"))
	moved := sketch.Estate(t, "\n\n\n\nvault kv northeurope\n"+with("LRS"))
	for _, r := range moved.Resources {
		r.Origin.File = "elsewhere/main.json"
		r.Origin.Pointer = "/resources/7"
	}
	print := func(e *estate.Estate) map[string]string {
		r, err := Assess(t.Context(), e, ruled(t), Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, f := range r.Findings {
			if f.Status == Fail && f.Resource.Name == "st" {
				out[f.Rule.ID] = f.Fingerprint
			}
		}
		return out
	}
	before, after := print(base), print(moved)
	if diff := gocmp.Diff(before, after); diff != "" || len(before) != 2 {
		t.Errorf("(-before +after):\n%s", diff)
	}
	upper := sketch.Estate(t, with("LRS"))
	for _, r := range upper.Resources {
		r.ID = estate.ParseID(strings.ToUpper(r.ID.String()))
	}
	if diff := gocmp.Diff(before, print(estate.Build(upper.Resources, upper.Relations, upper.Coverage))); diff != "" {
		t.Errorf("the letter case of an id is in the fingerprint:\n%s", diff)
	}
}

// Each cause of a loss, and how grave it makes the finding: the table of the
// package comment, with limits just kept and just broken.
func TestSeverityFollowsFromWhatIsLost(t *testing.T) {
	limit := func(rto, rpo int64) *Target {
		return &Target{Name: "limit", Capabilities: map[catalog.Capability][]Demand{catalog.Train: {{catalog.ScopeZone, rto, rpo}}}}
	}
	data := func(sku string) string {
		return fmt.Sprintf("workspace ws westeurope\nstorage data westeurope sku=%s\ndatastore ws/ds\nws -datastore-> ws/ds\nws/ds -datastore-> data\n", sku)
	}
	for _, tt := range []struct {
		name   string
		estate string
		target *Target
		want   string // of the outage rules
	}{
		{"an hour is allowed and taken", data("GRS"), limit(3600, 900), ""},
		{"a second less is allowed", data("GRS"), limit(3599, 900), "fail high storage-data-zone data"},
		{"less data may be lost", data("GRS"), limit(3600, 899), "fail medium storage-data-zone data"},
		{"neither", data("GRS"), limit(0, 0), "fail high storage-data-zone data"},
		{"any time, any data", data("GRS"), limit(Any, Any), ""},
		{"any time, but no data for good", data("LRS"), limit(Any, 3600), "fail high storage-data-zone data"}, // critical, but for its rule
		{"any time and any data, even for good", data("LRS"), limit(Any, Any), ""},
		{"what carries on breaks no limit", data("ZRS"), limit(0, 0), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for line := range strings.Lines(told(assess(t, tt.estate, Options{Target: tt.target}))) {
				if !strings.Contains(line, "storage-zrs-only") {
					got = append(got, strings.TrimSuffix(line, "\n"))
				}
			}
			if diff := gocmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A pair in the project's file is the same as one in the estate.
func TestAPairOfTheProjectFileIsAPair(t *testing.T) {
	const text = `
		workspace ws westeurope
		workspace second northeurope
		storage st westeurope sku=ZRS
		storage st2 northeurope sku=ZRS
		ws -default-storage-> st
		second -default-storage-> st2
`
	critical := TargetByName(CriticalTarget)
	e, notes := Join(sketch.Estate(t, text), []PairOf{{Primary: "WS", Secondary: "second"}})
	if len(notes) != 0 {
		t.Fatalf("notes: %+v", notes)
	}
	joined, err := Assess(t.Context(), e, ruled(t), Options{Target: critical, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	written := assess(t, text+"ws -pair-> second\n", Options{Target: critical})
	if diff := gocmp.Diff(told(written), told(joined)); diff != "" {
		t.Errorf("(-written +joined):\n%s", diff)
	}
	alone := assess(t, text, Options{Target: critical})
	if cmp.Compare(alone.Summary.BySeverity[Critical], joined.Summary.BySeverity[Critical]) <= 0 {
		t.Errorf("a secondary mends nothing: %v critical alone, %v as a pair", alone.Summary.BySeverity, joined.Summary.BySeverity)
	}
}
