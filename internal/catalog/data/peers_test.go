package data_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// facts is the text of all files of facts in the shared data, wherever that lies.
func facts(t *testing.T) string {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(root, "facts", "*.md"))
	if err != nil || len(files) == 0 {
		t.Skipf("the shared facts are not there: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// references are the numbers that PSRule gives its rules where the facts have the
// name alone (docs/en/rules of Azure/PSRule.Rules.Azure, read 2026-11-23).
var references = map[string]string{
	"AZR-000017": "Azure.AKS.PoolScaleSet", "AZR-000021": "Azure.AKS.AvailabilityZone", "AZR-000024": "Azure.AKS.MinNodeCount", "AZR-000026": "Azure.AKS.StandardLB",
	"AZR-000036": "Azure.AKS.AutoUpgrade", "AZR-000285": "Azure.AKS.UptimeSLA", "AZR-000412": "Azure.AKS.MinUserPoolNodes", "AZR-000446": "Azure.AKS.MaintenanceWindow",
	"AZR-000239": "Azure.VM.Standalone", "AZR-000409": "Azure.Databricks.SKU",
}

// Every rule of another tool that we name stands in the facts: no number is made
// up or mistyped.
func TestPeersStandInTheFacts(t *testing.T) {
	all := facts(t)
	stands := func(text string) bool {
		short := text[strings.LastIndexByte(text, '.')+1:] // a table may leave out what the row above has
		return strings.Contains(all, text) || strings.HasPrefix(text, "Azure.") && regexp.MustCompile(`\b`+regexp.QuoteMeta(short)+`\b`).MatchString(all)
	}
	n := 0
	for _, r := range load(t).Rules() {
		for tool, ids := range map[string][]string{"PSRule": r.Peers.PSRule, "checkov": r.Peers.Checkov, "trivy": r.Peers.Trivy, "APRL": r.Peers.APRL, "azqr": r.Peers.AzQR} {
			names := strings.Join(ids, " ")
			for _, id := range ids {
				n++
				if name := references[id]; name != "" {
					if !strings.Contains(names, name) {
						t.Errorf("%s: %s stands without %s", r.ID, id, name)
					}
					continue
				}
				if !stands(id) {
					t.Errorf("%s: the facts do not know %s of %s", r.ID, id, tool)
				}
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d rules of other tools are named", n)
	}
}

// Identifiers have the form that their tool gives them.
func TestPeersHaveTheFormOfTheirTool(t *testing.T) {
	forms := map[string]*regexp.Regexp{
		"PSRule": regexp.MustCompile(`^(Azure\.[A-Za-z0-9.]+|AZR-\d{6})$`), "checkov": regexp.MustCompile(`^CKV2?_AZURE_\d+$`), "trivy": regexp.MustCompile(`^(AVD-)?AZU-\d{4}$`),
		"APRL": regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`), "azqr": regexp.MustCompile(`^([a-z]+-\d{3}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`),
	}
	for _, r := range load(t).Rules() {
		for tool, ids := range map[string][]string{"PSRule": r.Peers.PSRule, "checkov": r.Peers.Checkov, "trivy": r.Peers.Trivy, "APRL": r.Peers.APRL, "azqr": r.Peers.AzQR} {
			seen := map[string]bool{}
			for _, id := range ids {
				if !forms[tool].MatchString(id) {
					t.Errorf("%s: %q is no rule of %s", r.ID, id, tool)
				}
				if seen[id] {
					t.Errorf("%s names %s twice", r.ID, id)
				}
				seen[id] = true
			}
		}
	}
}

// How to mend something is a command that can be typed, or says what it is: the
// lines of a template, a step elsewhere.
func TestWaysToMendSayWhatTheyAre(t *testing.T) {
	programs := []string{"az ", "kubectl ", "holdfast "}
	for _, r := range load(t).Rules() {
		ways := r.How
		if r.Change.Call != "" {
			ways = append(ways[:len(ways):len(ways)], r.Change.Call)
		}
		for _, how := range ways {
			command := false
			for _, program := range programs {
				command = command || strings.HasPrefix(how, program)
			}
			if !command && !strings.HasPrefix(how, "Template: ") && !strings.Contains(how, " ") {
				t.Errorf("%s: %q is neither a command nor a sentence", r.ID, how)
			}
			if strings.TrimSpace(how) != how || strings.Contains(how, "\n") || strings.Contains(how, "  ") {
				t.Errorf("%s: %q has odd space in it", r.ID, how)
			}
		}
	}
}
