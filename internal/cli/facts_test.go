package cli

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

func facts(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// squeeze puts a text on one line, so that it does not matter where it is wrapped.
func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }

// Every rule can be explained: the page says all that the catalog knows of it, in
// any width, and the JSON the same.
func TestEveryRuleIsExplainedInFull(t *testing.T) {
	c := facts(t)
	for _, r := range c.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			for _, width := range []int{60, 80, 140} {
				got := session{env: map[string]string{"COLUMNS": strconv.Itoa(width)}}.run(t, "explain", r.ID)
				if got.code != 0 || got.err != "" {
					t.Fatalf("exit %d: %s", got.code, got.err)
				}
				page := squeeze(got.out)
				for what, text := range map[string]string{"title": r.Title, "id": r.ID, "severity": r.Severity, "why": r.Why, "remedy": r.Remedy, "message": r.Message} {
					if !strings.Contains(page, squeeze(text)) {
						t.Errorf("at %d columns the %s is missing: %s", width, what, text)
					}
				}
				for _, list := range [][]string{r.Peers.PSRule, r.Peers.Checkov, r.Peers.Trivy, r.Peers.APRL, r.Peers.AzQR} {
					for _, id := range list {
						if !strings.Contains(page, squeeze(id)) {
							t.Errorf("at %d columns the peer %s is missing", width, id)
						}
					}
				}
				for _, d := range r.Disagree {
					if !strings.Contains(page, squeeze(d.Why)) {
						t.Errorf("at %d columns it does not say why it disagrees with %s", width, d.With)
					}
				}
				keepsTo(t, got.out, width)
			}
			got := session{}.run(t, "explain", r.ID, "-o", "json")
			var d struct {
				Rules []struct {
					ID, Title, Why, Remedy, Severity string
					Sources                          []any
					Peers                            map[string][]string
				}
			}
			if err := json.Unmarshal([]byte(got.out), &d); err != nil || len(d.Rules) != 1 {
				t.Fatalf("%d rules, %v:\n%s", len(d.Rules), err, got.out)
			}
			one := d.Rules[0]
			if one.ID != r.ID || one.Title != r.Title || one.Why != r.Why || one.Remedy != r.Remedy || one.Severity != r.Severity || len(one.Sources) != len(r.Sources) {
				t.Errorf("the JSON says %+v", one)
			}
			for _, tool := range []string{"psrule", "checkov", "trivy", "aprl", "azqr"} {
				if one.Peers[tool] == nil {
					t.Errorf("the JSON has no list for %s; an empty one is promised", tool)
				}
			}
		})
	}
}

// keepsTo holds lines to a width; a word that is half a line by itself may stand out.
func keepsTo(t *testing.T, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		longest := 0
		for _, word := range strings.Fields(line) {
			longest = max(longest, runewidth.StringWidth(word))
		}
		if w := runewidth.StringWidth(line); w > width && longest < width/2 {
			t.Errorf("%d columns of %d: %q", w, width, line)
		}
	}
}

// Every service has a page that tells what it does in each outage, with sources.
func TestEveryServiceHasItsPage(t *testing.T) {
	c := facts(t)
	for _, s := range c.Services() {
		t.Run(s.ID, func(t *testing.T) {
			for _, width := range []int{60, 80, 140} {
				got := session{env: map[string]string{"COLUMNS": strconv.Itoa(width)}}.run(t, "catalog", s.ID)
				if got.code != 0 || got.err != "" {
					t.Fatalf("exit %d: %s", got.code, got.err)
				}
				page := squeeze(got.out)
				texts := []string{s.Title, s.ID, s.Today}
				for i := range s.Survival {
					texts = append(texts, s.Survival[i].Why)
				}
				for i := range s.Settings {
					texts = append(texts, s.Settings[i].Title)
				}
				for i := range s.Constraints {
					texts = append(texts, s.Constraints[i].Text)
				}
				for _, text := range texts {
					if !strings.Contains(page, squeeze(text)) {
						t.Errorf("at %d columns it does not say: %s", width, text)
					}
				}
				keepsTo(t, got.out, width)
			}
			v := decoded(t, session{}.run(t, "catalog", s.ID, "-o", "json").out)
			list := v["services"].([]any)
			if len(list) != 1 {
				t.Fatalf("%d services in the JSON of one", len(list))
			}
			one := list[0].(map[string]any)
			if one["id"] != s.ID || one["managedBy"] != s.ManagedBy || one["haByDefault"] != s.HAByDefault || len(one["types"].([]any)) != len(s.Types) {
				t.Errorf("the JSON says %v", one)
			}
		})
	}
}

// The list of all rules and that of all services leave nothing out.
func TestTheListsAreWhole(t *testing.T) {
	c := facts(t)
	rules, services := session{}.run(t, "rules").out, session{env: map[string]string{"COLUMNS": "140"}}.run(t, "catalog").out
	for _, r := range c.Rules() {
		if !strings.Contains(rules, r.ID) {
			t.Errorf("%s is not in the list of rules", r.ID)
		}
	}
	for _, s := range c.Services() {
		if !strings.Contains(services, " "+s.ID+" ") { // a long title may be cut, its id never
			t.Errorf("%s is not in the table of services", s.ID)
		}
	}
	v := decoded(t, session{}.run(t, "rules", "-o", "json").out)
	if n := len(v["rules"].([]any)); n != len(c.Rules()) {
		t.Errorf("%d rules in the JSON, %d in the catalog", n, len(c.Rules()))
	}
}

// The table of the guide, word for word: who keeps each service up, and whether
// it is highly available by default (facts/resiliency-guide.md).
func TestTheTableOfTheGuideIsTold(t *testing.T) {
	table := map[string][2]string{}
	for _, s := range decoded(t, session{}.run(t, "catalog", "-o", "json").out)["services"].([]any) {
		m := s.(map[string]any)
		table[m["id"].(string)] = [2]string{m["managedBy"].(string), m["haByDefault"].(string)}
	}
	managed := 0
	for id, row := range table {
		if row[0] != "microsoft" && row[0] != "customer" {
			t.Errorf("%s is kept up by %q", id, row[0])
		}
		if row[1] != "yes" && row[1] != "no" && row[1] != "notApplicable" {
			t.Errorf("%s is highly available by default: %q", id, row[1])
		}
		if row[0] == "microsoft" {
			managed++
		}
	}
	if managed == 0 || managed == len(table) {
		t.Errorf("%d of %d services are kept up by Microsoft", managed, len(table))
	}
	if row := table["key-vault"]; row != [2]string{"customer", "yes"} {
		t.Errorf("the key vault: %v; it is the customer's, and highly available", row)
	}
}

// Facts and rules of one's own extend the catalog, override it, and are refused
// with the place of every mistake.
func TestACatalogOfOnesOwn(t *testing.T) {
	rule := `- id: our-tag
  title: The account has no owner
  services: [azure-storage]
  severity: low
  check: "sku != 'Standard_LRS'"
  settings: [sku]
  message: "The account is {sku}."
  why: We want to know whom to ask.
  remedy: Ask somebody.
  change: {kind: inPlace}
  sources: [ours]
`
	dir := folder(t, map[string]string{
		"e.json": smallest, "mine/sources.yaml": "sources: [{key: ours, title: Our handbook, where: wiki/owners, date: 2026-11-01}]\n", "mine/rules/our.yaml": "rules:\n" + indented(rule),
		"bad/rules/our.yaml": "rules:\n" + indented(strings.Replace(strings.Replace(rule, "severity: low", "severity: lowish", 1), "remedy:", "remedi:", 1)), "empty/readme.txt": "nothing",
	})
	got := session{dir: dir}.run(t, "explain", "our-tag", "--catalog", "mine")
	if got.code != 0 || !strings.Contains(got.out, "We want to know whom to ask.") || !strings.Contains(got.out, "Our handbook") {
		t.Errorf("exit %d:\n%s%s", got.code, got.out, got.err)
	}
	got = session{dir: dir}.run(t, "assess", "e.json", "--catalog", "mine", "-o", "json")
	if got.code != 1 || !strings.Contains(got.out, `"our-tag"`) || !strings.Contains(got.out, "The account is Standard_LRS.") {
		t.Errorf("the rule is not tried: exit %d: %s", got.code, got.err)
	}
	got = session{dir: dir}.run(t, "rules", "--catalog", "bad")
	for _, want := range []string{"the catalog cannot be used", "our.yaml:", "lowish", "remedi"} {
		if got.code != ExitUsage || !strings.Contains(got.err, want) {
			t.Errorf("exit %d, and not a word of %q:\n%s", got.code, want, got.err)
		}
	}
	if got := (session{dir: dir}).run(t, "rules", "--catalog", "missing"); got.code != ExitUsage || !strings.Contains(got.err, "missing") {
		t.Errorf("a folder that is not there: exit %d: %s", got.code, got.err)
	}
	if plain := (session{dir: dir}).run(t, "explain", "our-tag"); plain.code != ExitUsage {
		t.Errorf("a rule of one's own stays: exit %d", plain.code)
	}
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		fmt.Fprintf(&b, "  %s", line)
	}
	return b.String()
}
