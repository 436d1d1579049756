package failure

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

func standing(s world.Standing) string {
	names := map[world.Level]string{world.Whole: "whole", world.Partial: "partial", world.Gone: "gone"}
	out := "reads " + names[s.Read] + ", writes " + names[s.Write]
	if s.Secondary {
		out += ", from the copy"
	}
	if s.Lost > 0 {
		out += ", lost " + s.Lost.String()
	}
	return out
}

// TestHowARowOfTheFactsIsLivedThrough is every state of a row with every word for
// reads and writes, at its beginning, before its recovery time and after it.
func TestHowARowOfTheFactsIsLivedThrough(t *testing.T) {
	spans := []struct {
		name string
		span catalog.Span
	}{
		{"an hour", catalog.Span{Seconds: 3600}}, {"no time", catalog.Span{Word: "none"}}, {"a time that nobody knows", catalog.Span{Word: "unknown"}}, {"at once", catalog.Span{}},
	}
	var b strings.Builder
	for _, state := range []catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.FailedOver, catalog.Degraded, catalog.ReadOnly, catalog.Down} {
		for _, trigger := range []string{"automatic", "customer"} {
			if trigger == "customer" && state != catalog.FailsOver && state != catalog.FailedOver {
				continue
			}
			for _, rto := range spans {
				fmt.Fprintf(&b, "%s, %s, back in %s\n", state, trigger, rto.name)
				for _, words := range []string{"ok ok", "ok degraded", "ok down", "degraded degraded", "degraded down", "down down"} {
					reads, writes, _ := strings.Cut(words, " ")
					row := catalog.Survival{State: state, Trigger: trigger, RTO: rto.span, RPO: catalog.Span{Seconds: 900}, Reads: reads, Writes: writes}
					was := ""
					for _, lasted := range []time.Duration{0, 59 * time.Minute, time.Hour, 48 * time.Hour} {
						if s := standing(after(&row, lasted)); s != was {
							fmt.Fprintf(&b, "  reads %s, writes %s, after %-8v %s\n", reads, writes, lasted, s)
							was = s
						}
					}
				}
			}
		}
	}
	const golden = "testdata/standings.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNothingGetsWorseWithTime: what is out of reach comes back, and what is in
// reach stays so.
func TestNothingGetsWorseWithTime(t *testing.T) {
	words := []string{"ok", "degraded", "down"}
	for _, state := range []catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.FailedOver, catalog.Degraded, catalog.ReadOnly, catalog.Down} {
		for _, reads := range words {
			for _, writes := range words {
				row := catalog.Survival{State: state, RTO: catalog.Span{Seconds: 60}, Reads: reads, Writes: writes}
				before, behind := after(&row, 0), after(&row, time.Minute)
				if behind.Read > before.Read || behind.Write > before.Write {
					t.Errorf("%s, reads %s, writes %s: %s, then %s", state, reads, writes, standing(before), standing(behind))
				}
			}
		}
	}
}

func TestWhatReachesAResourceFromAnother(t *testing.T) {
	for _, c := range []struct {
		s           world.Standing
		read, write catalog.Strength
		want        string
	}{
		{world.Standing{Read: world.Gone, Write: world.Gone}, catalog.Hard, catalog.Hard, "reads gone, writes gone"},
		{world.Standing{Read: world.Gone, Write: world.Gone}, catalog.Soft, catalog.Soft, "reads partial, writes partial"},
		{world.Standing{Read: world.Gone, Write: world.Gone}, catalog.Soft, catalog.Hard, "reads partial, writes gone"},
		{world.Standing{Read: world.Gone, Write: world.Gone}, catalog.Hard, "", "reads gone, writes gone"},
		{world.Standing{Write: world.Gone}, catalog.Hard, catalog.Hard, "reads whole, writes gone"},
		{world.Standing{Write: world.Gone}, catalog.Hard, "", "reads whole, writes whole"},
		{world.Standing{Read: world.Partial, Write: world.Gone}, "", catalog.Soft, "reads whole, writes partial"},
		{world.Standing{}, catalog.Hard, catalog.Hard, "reads whole, writes whole"},
	} {
		if got := standing(through(c.s, c.read, c.write)); got != c.want {
			t.Errorf("%s through %q and %q: %s, want %s", standing(c.s), c.read, c.write, got, c.want)
		}
	}
}

func TestOneOfSeveralWillDo(t *testing.T) {
	whole, partial, gone := world.Standing{}, world.Standing{Read: world.Partial, Write: world.Partial}, world.Standing{Read: world.Gone, Write: world.Gone}
	for _, c := range []struct {
		list []world.Standing
		want string
	}{
		{[]world.Standing{whole}, "reads whole, writes whole"},
		{[]world.Standing{gone}, "reads gone, writes gone"},
		{[]world.Standing{whole, gone}, "reads partial, writes partial"},
		{[]world.Standing{gone, whole, gone}, "reads partial, writes partial"},
		{[]world.Standing{whole, whole}, "reads whole, writes whole"},
		{[]world.Standing{partial, gone}, "reads partial, writes partial"},
		{[]world.Standing{gone, gone}, "reads gone, writes gone"},
		{[]world.Standing{{Write: world.Gone}, {Read: world.Gone}}, "reads partial, writes partial"},
	} {
		if got := standing(oneOf(c.list)); got != c.want {
			t.Errorf("one of %v: %s, want %s", c.list, got, c.want)
		}
	}
}
