package text_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// hardened hardens templates, and gives the report of it.
func hardened(t testing.TB, target string, names ...string) *text.Report {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.Harden(context.Background(), file.Input{
		Names: names, Catalog: cat,
		Source: source.Options{Template: template.Options{SubscriptionID: "6f1c1c8e-5c3a-4f0b-9a55-0d3d2f9d1a11", ResourceGroup: "rg", Location: "westeurope"}},
	}, file.Options{Assess: assess.Options{Target: assess.TargetByName(target), Now: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}})
	if err != nil {
		t.Fatal(err)
	}
	rep := &text.Report{Plan: r.Plan, Steps: r.Made, After: r.After}
	for _, f := range r.Files {
		rep.Files = append(rep.Files, text.File{Name: f.Name, Places: len(f.Changes), Added: 1, Removed: 1})
	}
	return rep
}

func examples(name string) string { return filepath.Join("..", "..", "..", "examples", name) }

// reports are those of all examples under two targets.
func reports(t testing.TB) map[string]*text.Report {
	all := map[string]*text.Report{}
	for _, name := range []string{"workspace", "all-services", "resilient"} {
		for _, target := range []string{assess.ProductionTarget, assess.CriticalTarget} {
			all[name+" "+target] = hardened(t, target, examples(name))
		}
	}
	return all
}

func shown(t testing.TB, write func(w *strings.Builder) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func options(width int, verbose bool) text.Options {
	return text.Options{Options: report.Options{Width: width, Verbose: verbose, Exit: report.Exit{Code: 1, Meaning: "findings of severity high or worse"}}}
}

func TestTheTextFitsTheTerminal(t *testing.T) {
	for name, r := range reports(t) {
		for _, width := range []int{60, 80, 100} {
			got := shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(width, true)) })
			for line := range strings.Lines(got) {
				line = strings.TrimRight(line, "\n")
				atMost := max(width, 79) // the matrix has seven columns and is not squeezed
				if n := runewidth.StringWidth(line); n > atMost && !strings.Contains(line, "lines in") && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("%s: %d columns of %d: %s", name, n, width, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s: a line ends with blanks: %q", name, line)
				}
			}
		}
	}
}

// flat is a text without its line breaks, so that sentences can be looked for.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestNothingOfThePlanIsLeftOut(t *testing.T) {
	for name, r := range reports(t) {
		got := flat(shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(100, true)) }))
		md := flat(shown(t, func(b *strings.Builder) error { return text.Markdown(b, r, options(100, true)) }))
		for _, s := range r.Steps {
			if !strings.Contains(got, flat(s.Remedy.Title)) {
				t.Errorf("%s: the step %s is not in the text", name, s.Remedy.ID)
			}
			if !strings.Contains(md, flat(report.EscapeMarkdown(s.Remedy.Title))) {
				t.Errorf("%s: the step %s is not in the Markdown", name, s.Remedy.ID)
			}
			if s.Remedy.Forever != "" && !strings.Contains(got, flat("For ever: "+s.Remedy.Forever)) {
				t.Errorf("%s: what is for ever of %s is not told", name, s.Remedy.ID)
			}
		}
		for _, item := range r.Plan.Items {
			if item.Outcome == harden.Mended || item.Outcome == harden.Planned {
				continue
			}
			if !strings.Contains(got, flat(report.RuleTitle(item.Finding))) || !strings.Contains(got, flat(item.Instead)) {
				t.Errorf("%s: %s (%s) is not in the text", name, item.Finding.Rule.ID, item.Outcome)
			}
		}
	}
}

func TestTheCountsAddUp(t *testing.T) {
	for name, r := range reports(t) {
		sum := 0
		for _, c := range r.Counts() {
			sum += c.N
		}
		if sum != r.Findings() {
			t.Errorf("%s: outcomes add up to %d, there are %d findings", name, sum, r.Findings())
		}
		if r.Mends() == 0 && name != "resilient "+assess.ProductionTarget {
			t.Logf("%s: nothing is mended", name)
		}
		var d text.Document
		src, err := json.Marshal(r.Document(report.Exit{Code: 1}))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(src, &d); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, n := range d.Outcomes {
			total += n
		}
		if total != d.Findings || len(d.Steps) != len(r.Steps) || len(d.Items) != len(r.Plan.Items) || d.SchemaVersion != "1.0" || d.ExitCode != 1 {
			t.Errorf("%s: the document does not add up: %d of %d", name, total, d.Findings)
		}
		for i, s := range d.Steps {
			for _, before := range s.After {
				if before >= i {
					t.Errorf("%s: step %d comes before step %d, which it needs", name, i, before)
				}
			}
		}
	}
}

func TestTheMatrixShowsWhatIsGained(t *testing.T) {
	r := hardened(t, assess.ProductionTarget, examples("workspace"))
	got := shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(80, false)) })
	for _, want := range []string{"What outages take away, before → after", "zones 1, 2, 3", "✗ → ✓"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	r.Done = true
	got = shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(80, false)) })
	for _, want := range []string{"findings are mended in 1 file", "What was done", "Files written"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	better := false
	for _, w := range r.Document(report.Exit{}).Workspaces {
		for _, o := range w.Outages {
			for capability, before := range o.Before {
				better = better || before != o.After[capability]
			}
		}
	}
	if !better {
		t.Error("the document shows no gain")
	}
}

func TestMarkdownTablesAreWhole(t *testing.T) {
	for name, r := range reports(t) {
		got := shown(t, func(b *strings.Builder) error { return text.Markdown(b, r, options(80, false)) })
		columns := 0
		for line := range strings.Lines(got) {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if columns != 0 && n != columns {
				t.Errorf("%s: a row with %d bars below one with %d: %s", name, n, columns, line)
			}
			columns = n
		}
	}
}

// Names come from other people's files.
func TestATerminalIsNotSteeredByNames(t *testing.T) {
	name := filepath.Join(t.TempDir(), "t.json")
	src := `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[
	 {"type":"Microsoft.KeyVault/vaults","apiVersion":"2023-07-01","name":"kv\u001b]0;evil\u0007\u202e","location":"westeurope","properties":{"sku":{"family":"A","name":"standard"}}}]}`
	if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	r := hardened(t, assess.ProductionTarget, name)
	if len(r.Plan.Items) == 0 {
		t.Fatal("the test finds nothing to show")
	}
	got := shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(80, true)) })
	for _, bad := range []string{"\x1b", "\a", "\u202e"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q reaches the terminal:\n%q", bad, got)
		}
	}
}

type prices struct{}

func (prices) OfStep(s *harden.Step) string { return "+1.00 EUR a month" }
func (prices) Basis() string                { return "All steps together: +7.00 EUR a month (prices of 2026-11-01)." }

func TestMoneyIsShownWithItsDate(t *testing.T) {
	r := hardened(t, assess.ProductionTarget, examples("workspace"))
	r.Money = prices{}
	got := shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(100, false)) })
	if !strings.Contains(got, "+1.00 EUR a month") || !strings.Contains(got, "prices of 2026-11-01") {
		t.Errorf("the money is missing:\n%s", got)
	}
	if d := r.Document(report.Exit{}); d.Prices == "" || d.Steps[0].Money == "" {
		t.Error("the document has no money")
	}
}

func TestRequestsAreShownAsTheyWouldBeSent(t *testing.T) {
	r := hardened(t, assess.ProductionTarget, examples("workspace"))
	r.Live, r.Files = true, nil
	r.Requests = []text.Request{
		{Remedy: "aks-tier", Method: "PATCH", Path: "/subscriptions/s/x", Query: "api-version=2026-05-01", Body: []byte(`{"sku":{"tier":"Standard"}}`)},
		{Remedy: "storage-versioning", Why: "it is so already"},
		{Remedy: "big", Method: "PUT", Path: "/x", Body: []byte(`{"a":"` + strings.Repeat("x", 2000) + `"}`), Sets: []text.Setting{{Path: "a", Before: []json.RawMessage{nil}, Wanted: []json.RawMessage{[]byte(`"y"`)}}}},
	}
	got := shown(t, func(b *strings.Builder) error { return text.Write(b, r, options(80, false)) })
	for _, want := range []string{" PATCH /subscriptions/s/x?api-version=2026-05-01\n   {\"sku\":{\"tier\":\"Standard\"}}\n", " – storage-versioning: nothing, it is so already\n", " PUT /x\n   a: nothing → \"y\"\n   (the whole of it, 2,008 characters: -v shows it)\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func run() text.Run {
	return text.Run{
		ID: "harden-1", Scope: "/subscriptions/s/resourceGroups/rg", State: "ended", Began: time.Date(2026, 11, 23, 21, 5, 0, 0, time.UTC),
		Tasks: []text.Task{
			{Remedy: "aks-tier", Title: "Move the cluster to the Standard tier", Resource: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks", State: "done", Good: true},
			{Remedy: "storage-zrs", Title: "Convert the account", Resource: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st", State: "stopped", Why: "sku.name is Standard_GRS now; it was Standard_LRS"},
		},
	}
}

func TestARunTellsWhatBecameOfEachStep(t *testing.T) {
	got := shown(t, func(b *strings.Builder) error {
		return text.WriteRun(b, &text.RunReport{Run: run(), Command: "holdfast harden undo harden-1"}, options(80, false))
	})
	want := `◐ 1 of 2 steps are made.
  run harden-1 · ended
  ✓ aks: Move the cluster to the Standard tier (done)
  ✗ st: Convert the account (stopped)
    sku.name is Standard_GRS now; it was Standard_LRS

Take it back with: holdfast harden undo harden-1

Exit code 1: findings of severity high or worse.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRunsAreListed(t *testing.T) {
	open := run()
	open.ID, open.State = "harden-2", "open"
	got := shown(t, func(b *strings.Builder) error {
		return text.WriteRuns(b, &text.RunList{Journal: "harden.db", Runs: []text.Run{open, run()}}, options(80, false))
	})
	for _, want := range []string{"2026-11-23 21:05  /subscriptions/s/resourceGroups/rg\n  run harden-2 · open", "holdfast harden /subscriptions/s/resourceGroups/rg --apply", "holdfast harden undo RUN"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	none := shown(t, func(b *strings.Builder) error {
		return text.WriteRuns(b, &text.RunList{Journal: "harden.db"}, options(80, false))
	})
	if !strings.Contains(none, "has no run") {
		t.Errorf("got %q", none)
	}
	src, err := json.Marshal((&text.RunList{Journal: "harden.db"}).Document())
	if want := `{"schemaVersion":"1.0","journal":"harden.db","runs":[]}`; err != nil || string(src) != want {
		t.Errorf("got %s, want %s", src, want)
	}
}
