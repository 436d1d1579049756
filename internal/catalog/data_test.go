package catalog

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with testdata/name, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run the test with -update to write it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run the test with -update if it is right now:\n%s", file, diff)
	}
}

// The YAML is the source of truth: it has no problem, and the JSON that is
// embedded says the same.
func TestTheEmbeddedCatalogIsTheYAML(t *testing.T) {
	parsed, err := Parse(os.DirFS("data"), "data")
	if err != nil {
		t.Fatal(err)
	}
	generated, err := Generate(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(generated, embedded) {
		t.Error("data.json is not what the YAML says: run go generate ./internal/catalog")
	}
	loaded, err := load(generated)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name string
		a, b any
	}{
		{"services", parsed.services, loaded.services}, {"rules", parsed.rules, loaded.rules}, {"sources", parsed.sources, loaded.sources},
		{"needs", parsed.needs, loaded.needs}, {"spreads", parsed.spreads, loaded.spreads}, {"date", parsed.asOf, loaded.asOf},
	} {
		if diff := cmp.Diff(part.a, part.b, cmpopts.IgnoreUnexported(Match{}, Setting{})); diff != "" {
			t.Errorf("%s differ (-YAML +JSON):\n%s", part.name, diff)
		}
	}
}

func defaultCatalogOf(t testing.TB) *Catalog {
	t.Helper()
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Point 6 of facts/resiliency-guide.md and what points 10 and 11 add, exactly.
func TestTheGuidesTableIsReproduced(t *testing.T) {
	c := defaultCatalogOf(t)
	var b strings.Builder
	for _, s := range c.Services() {
		if s.InGuide {
			fmt.Fprintf(&b, "%-50s | %-9s | %s\n", s.Title, s.ManagedBy, s.HAByDefault)
		}
	}
	golden(t, "guide.golden", b.String())
}

func TestEveryConditionTypeChecks(t *testing.T) {
	n := 0
	for _, f := range defaultCatalogOf(t).byID {
		for _, c := range f.ready().conditions {
			n++
			if _, err := f.program(c); err != nil {
				t.Errorf("%s: %s: %v", f.service.ID, c.text, err)
			}
		}
	}
	if n == 0 {
		t.Error("there is no condition: the test proves nothing")
	}
}

func TestEverythingHasSourcesThatExist(t *testing.T) {
	c := defaultCatalogOf(t)
	used := map[string]bool{}
	has := func(what string, keys []string) {
		t.Helper()
		if len(keys) == 0 {
			t.Errorf("%s has no sources", what)
		}
		for _, k := range keys {
			used[k] = true
			if c.Source(k) == nil {
				t.Errorf("%s: there is no source %q", what, k)
			}
		}
	}
	for _, s := range c.Services() {
		has(s.ID, s.Sources)
		for _, x := range s.Settings {
			has(s.ID+"."+x.Name, x.Sources)
		}
		for _, x := range s.Survival {
			has(s.ID+" in an outage of "+string(x.Scope), x.Sources)
		}
		for _, x := range s.SLA {
			has(s.ID+" SLA", x.Sources)
		}
		for _, x := range s.Constraints {
			has(s.ID+" constraint", x.Sources)
		}
		for _, x := range s.Retirements {
			has(s.ID+" retirement", x.Sources)
		}
		for _, x := range s.Costs {
			if !x.Estimate {
				has(s.ID+" cost", x.Sources)
			}
		}
	}
	for _, r := range c.Rules() {
		has(r.ID, r.Sources)
		for _, d := range r.Disagree {
			has(r.ID+" against "+d.With, d.Sources)
		}
	}
	for _, n := range c.Needs() {
		has("the need of "+string(n.Role), n.Sources)
	}
	for _, s := range c.Spreads() {
		has("the spread along "+string(s.Role), s.Sources)
	}
	for _, key := range sortedKeysOf(c.sources) {
		s := c.sources[key]
		if s.Title == "" || s.Where == "" || s.Date == "" {
			t.Errorf("the source %s is not whole: %+v", key, s)
		}
	}
	t.Logf("%d of %d sources are used", len(used), len(c.sources))
}

func sortedKeysOf[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Every service answers for each scope, whatever its settings are: nothing is
// known of an external resource, and all defaults are known of an empty one.
func TestEveryServiceAnswersForEveryScope(t *testing.T) {
	c := defaultCatalogOf(t)
	for _, s := range c.Services() {
		for _, body := range []string{`{` + inTemplate + `}`, `{}`} {
			r := resource(t, "Microsoft.Test/shelves", "x", "westeurope", body)
			r.External = body == "{}"
			e := built(c, nil, nil)
			r.Service = s.ID
			for _, scope := range []Scope{ScopeResource, ScopeZone, ScopeService, ScopeRegion} {
				got := c.Survive(e, r, scope)
				if got.Fact == nil && len(got.Candidates) < 2 {
					t.Errorf("%s in an outage of %s: %+v", s.ID, scope, got)
				}
				for _, why := range got.Unknowns {
					if strings.Contains(why, "cannot be evaluated") {
						t.Errorf("%s in an outage of %s: %s", s.ID, scope, why)
					}
				}
			}
			for _, rule := range c.RulesFor(s.ID) {
				for _, v := range []Verdict{c.Applies(rule, e, r), c.Check(rule, e, r)} {
					if !v.Known && (len(v.Unknowns) == 0 || strings.Contains(v.Unknowns[0], "cannot be evaluated")) {
						t.Errorf("%s of %s: %+v", rule.ID, s.ID, v)
					}
				}
				if m := c.Message(rule, e, r); m == "" || strings.Contains(m, "{") {
					t.Errorf("%s of %s says %q", rule.ID, s.ID, m)
				}
			}
		}
	}
}
