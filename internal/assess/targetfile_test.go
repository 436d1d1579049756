package assess

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

func TestBuiltinTargets(t *testing.T) {
	if TargetByName("nothing") != nil {
		t.Error("there is a target that is called nothing")
	}
	for name, wants := range map[string][]catalog.Scope{DevTarget: nil, ProductionTarget: {catalog.ScopeZone}, CriticalTarget: {catalog.ScopeZone, catalog.ScopeRegion}} {
		target := TargetByName(name)
		for _, scope := range demandScopes {
			if got, want := target.Wants(scope), strings.Contains(join(wants), string(scope)); got != want {
				t.Errorf("%s wants to survive a %s: %v", name, scope, got)
			}
		}
		for _, c := range catalog.Capabilities {
			if len(target.Capabilities[c]) != len(wants) {
				t.Errorf("%s wants %d outages survived by %s, not %d", name, len(target.Capabilities[c]), c, len(wants))
			}
		}
	}
	if d, ok := TargetByName(CriticalTarget).Demand(catalog.Train, catalog.ScopeRegion); !ok || d.RTO != 4*3600 || d.RPO != 3600 {
		t.Errorf("critical wants %+v in a region outage", d)
	}
}

func join(scopes []catalog.Scope) string {
	var b strings.Builder
	for _, s := range scopes {
		b.WriteString(string(s) + " ")
	}
	return b.String()
}

func TestParseTarget(t *testing.T) {
	got, err := ParseTarget("t.yaml", []byte(`
# scoring first
name: scoring-first
title: Scoring survives everything
survive:
  - {outage: zone, rto: 15m, rpo: 1d12h}
capabilities:
  score-online:
    - outage: region
      rto: 90s
    - {outage: zone, rto: 0, rpo: any}
  author: []
`))
	if err != nil {
		t.Fatal(err)
	}
	zone := []Demand{{catalog.ScopeZone, 900, 36 * 3600}}
	want := &Target{Name: "scoring-first", Title: "Scoring survives everything", Capabilities: map[catalog.Capability][]Demand{
		catalog.Author: nil, catalog.Train: zone, catalog.ScoreBatch: zone, catalog.Register: zone, catalog.Monitor: zone,
		catalog.ScoreOnline: {{catalog.ScopeRegion, 90, Any}, {catalog.ScopeZone, 0, Any}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseTargetTellsAllThatIsWrong(t *testing.T) {
	tests := []struct{ name, yaml, want string }{
		{"nothing", "", `t.yaml: the target says nothing: name what to survive, as in "survive: [{outage: zone, rto: 15m, rpo: 15m}]"`},
		{"a comment only", "# nothing\n", `t.yaml: the target says nothing: name what to survive, as in "survive: [{outage: zone, rto: 15m, rpo: 15m}]"`},
		{"a list", "- a\n", `t.yaml:1:1: a target is not a mapping: write it as lines of key: value`},
		{"an unknown key", "surive: []\n", `t.yaml:1:1: a target has no "surive": did you mean "survive"?`},
		{"one far from all", "whatever: []\n", `t.yaml:1:1: a target has no "whatever": it can have name, title, survive, capabilities`},
		{"an unknown capability", "capabilities:\n  trian: []\n", `t.yaml:2:3: there is no capability "trian": did you mean "train"?`},
		{"a list of no list", "survive: zone\n", `t.yaml:1:10: what to survive is not a list: begin each line of it with a dash`},
		{
			"everything at once", `name: {a: b}
survive:
  - {outage: zon, rto: 15, rpo: soon}
  - {rto: 15m}
  - {outage: zone}
  - {outage: zone}
`, `t.yaml:1:7: the name is not a text: write one word or sentence there
t.yaml:3:5: there is no outage "zon": did you mean "zone"?
t.yaml:3:24: the RTO "15" is not a time: write a figure with its unit, such as 90s, 15m, 4h or 1d12h, or any
t.yaml:3:33: the RPO "soon" is not a time: write a figure with its unit, such as 90s, 15m, 4h or 1d12h, or any
t.yaml:4:5: it does not say which outage: add "outage: zone" or another of resource, zone, service, region
t.yaml:6:5: the outage "zone" is there twice: keep one of them`},
		{"two documents", "name: a\n---\nname: b\n", `t.yaml:3:1: a second document begins here: keep one document in a file`},
		{"a key twice", "name: a\nname: b\n", `t.yaml:2:1: mapping key "name" already defined at [1:1]: check the indentation and the quotes there`},
		{"no YAML", "name: [a\n", `t.yaml:1:7: sequence end token ']' not found: check the indentation and the quotes there`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseTarget("t.yaml", []byte(tt.yaml))
			if err == nil {
				t.Fatal("it was accepted")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSeconds(t *testing.T) {
	for text, want := range map[string]int64{"any": Any, "0": 0, "90s": 90, "15m": 900, "4h": 14400, "1d12h": 129600, "1H 30M": 5400} {
		if got, ok := parseSeconds(text); !ok || got != want {
			t.Errorf("parseSeconds(%q) = %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "15", "m", "1h1d", "1h1h", "-5m", "5x", "99999999999s", "1.5h"} {
		if got, ok := parseSeconds(text); ok {
			t.Errorf("parseSeconds(%q) = %d", text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	list := []string{"train", "author", "score-online"}
	for word, want := range map[string]string{"trian": "train", "AUTHOR": "author", "score_online": "score-online", "elephant": "", "": ""} {
		if got := nearest(word, list); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add([]byte("survive:\n  - {outage: zone, rto: 15m}\ncapabilities:\n  train: []\n"))
	f.Add([]byte("a: &a [*a]\n? b\n: c\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		target, err := ParseTarget("t.yaml", src)
		if (target == nil) == (err == nil) {
			t.Fatalf("target %v, error %v", target, err)
		}
	})
}
