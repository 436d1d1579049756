package cli

import (
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// model of two sides and a common cause, in a folder of its own.
func treeFolder(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.xml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const needsBoth = `<opsa-mef><define-fault-tree name="T">
<define-gate name="top"><and><event name="a"/><event name="b"/></and></define-gate>
<define-basic-event name="a"><uniform-deviate><float value="0"/><float value="0.2"/></uniform-deviate></define-basic-event>
<define-basic-event name="b"><float value="0.5"/></define-basic-event>
</define-fault-tree></opsa-mef>`

func treeReport(t *testing.T, dir string, args ...string) map[string]any {
	t.Helper()
	got := session{dir: dir}.run(t, append([]string{"faulttree", "m.xml", "-o", "json"}, args...)...)
	if got.code != ExitFine {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func keys(m map[string]any) string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestTheJSONOfFaultTreesHasItsKeys(t *testing.T) {
	doc := treeReport(t, treeFolder(t, needsBoth), "--importance", "--uncertainty", "100")
	if got, want := keys(doc), "commonCauses files missionHours notes schemaVersion topEvents"; got != want {
		t.Errorf("keys %s, want %s", got, want)
	}
	top := doc["topEvents"].([]any)[0].(map[string]any)
	if got, want := keys(top), "basicEvents coherent cutSets importance name place probability uncertainty"; got != want {
		t.Errorf("keys of a top event %s, want %s", got, want)
	}
	if top["probability"] != 0.05 || top["place"] != "m.xml:2:1" {
		t.Errorf("%v at %v", top["probability"], top["place"])
	}
	sets := top["cutSets"].(map[string]any)
	if sets["count"] != "1" || keys(sets) != "byOrder count mostProbable" {
		t.Errorf("cut sets %v", sets)
	}
	first := top["importance"].([]any)[0].(map[string]any)
	if got, want := keys(first), "birnbaum criticality cutSets event fussellVesely probability riskAchievementWorth riskReductionWorth"; got != want {
		t.Errorf("keys of importance %s, want %s", got, want)
	}
	if first["riskReductionWorth"] != nil || first["criticality"] != 1.0 {
		t.Errorf("what the top event needs: %v", first)
	}
	if got, want := keys(top["uncertainty"].(map[string]any)), "cutToProbability highest lowest mean p5 p50 p95 samples seed standardDeviation standardError"; got != want {
		t.Errorf("keys of uncertainty %s, want %s", got, want)
	}
}

func TestEqualFaultTreesGiveEqualBytes(t *testing.T) {
	dir := treeFolder(t, needsBoth)
	args := []string{"faulttree", "m.xml", "--importance", "--uncertainty", "5000", "--seed", "4"}
	one, two := session{dir: dir}.run(t, args...), session{dir: dir}.run(t, args...)
	if one.out != two.out || one.out == "" {
		t.Errorf("%s\n%s", one.out, two.out)
	}
	if other := (session{dir: dir}).run(t, append(args, "--seed", "5")...); other.out == one.out {
		t.Error("the seed changes nothing")
	}
}

func TestATopEventThatCannotHappen(t *testing.T) {
	dir := treeFolder(t, `<opsa-mef><define-fault-tree name="T"><define-gate name="top"><and><event name="a"/><constant value="false"/></and></define-gate>
<define-basic-event name="a"><float value="0.5"/></define-basic-event></define-fault-tree></opsa-mef>`)
	got := session{dir: dir}.run(t, "faulttree", "m.xml", "--importance")
	if got.code != ExitFine || !strings.Contains(got.out, "probability       0,") || !strings.Contains(got.out, "minimal cut sets  0\n") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	treeReport(t, dir, "--importance") // no NaN in JSON
}

func TestHostileNamesDoNotSteerTheTerminal(t *testing.T) {
	dir := treeFolder(t, "<opsa-mef><define-fault-tree name=\"T\"><define-gate name=\"to\u009bp\"><label>\u202egood</label><event name=\"a\u009b2J\"/></define-gate>\n"+
		"<define-basic-event name=\"a\u009b2J\"><float value=\"0.5\"/></define-basic-event></define-fault-tree></opsa-mef>")
	got := session{dir: dir}.run(t, "faulttree", "m.xml", "--importance")
	if strings.ContainsAny(got.out+got.err, "\u009b\u202e\x1b") || got.code != ExitFine {
		t.Errorf("exit %d: %q", got.code, got.out+got.err)
	}
}

func TestManyTopEventsAreAllReported(t *testing.T) {
	dir := treeFolder(t, strings.Replace(needsBoth, "<define-basic-event", `<define-gate name="second"><event name="a"/></define-gate><define-basic-event`, 1))
	if got := (session{dir: dir}).run(t, "faulttree", "m.xml"); strings.Count(got.out, "Top event ") != 2 {
		t.Errorf("%s", got.out)
	}
	if got := (session{dir: dir}).run(t, "faulttree", "m.xml", "--top", "second"); strings.Count(got.out, "Top event ") != 1 {
		t.Errorf("%s", got.out)
	}
	if got := (session{dir: dir}).run(t, "faulttree", "m.xml", "--top", "second,top"); strings.Count(got.out, "Top event ") != 2 {
		t.Errorf("%s", got.out)
	}
}

func TestNumbersForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 130281976: "130,281,976"} {
		if got := grouped(big.NewInt(n)); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
	counts := []*big.Int{big.NewInt(0), big.NewInt(2), big.NewInt(0), big.NewInt(1500)}
	if got, want := byOrder(counts, 80), " (by events: 2 of 1, 1,500 of 3)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := byOrder(counts, 20), " (by events: 2 of 1, ...)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := byOrder(nil, 80); got != "" {
		t.Errorf("%q of nothing", got)
	}
	for all, want := range map[int64]string{1: "minimal cut set", 9: "most probable one"} {
		if got := mostProbable(1, big.NewInt(all)); got != want {
			t.Errorf("one of %d: %s", all, got)
		}
	}
}

func TestLongCutSetsAreBroken(t *testing.T) {
	names := strings.Fields(strings.Repeat("an-event-with-a-name ", 12))
	out := hanging(names, 30, 80)
	for i, line := range strings.Split(out, "\n") {
		if i == 0 {
			line = strings.Repeat(" ", 30) + line
		}
		if len(line) > 81 || !strings.HasPrefix(line, strings.Repeat(" ", 30)+"an-") {
			t.Errorf("line %d: %q", i, line)
		}
	}
	if strings.Count(out, "an-event") != 12 {
		t.Errorf("names are lost:\n%s", out)
	}
}
