package openpsa_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testdata/constructs.txt has one model after the other, each below a line with "== " and its name. The golden file shows
// what becomes of each: the probability of each gate and the model as it is written, or the errors.
func TestEveryConstructAndEveryMistake(t *testing.T) {
	text, err := os.ReadFile("testdata/constructs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for each := range strings.SplitSeq("\n"+string(text), "\n== ") {
		title, inner, _ := strings.Cut(each, "\n")
		if title == "" {
			continue
		}
		fmt.Fprintf(&b, "== %s\n%s\n", title, become(t, strings.TrimSpace(inner)))
	}
	const path = "testdata/constructs.golden"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(got), len(wanted)) {
		if got[i] != wanted[i] {
			t.Fatalf("%s:%d differs (run with -update when the change is meant)\n got  %s\n want %s", path, i+1, got[i], wanted[i])
		}
	}
	if len(got) != len(wanted) {
		t.Errorf("%s has %d lines, want %d", path, len(wanted), len(got))
	}
}

// become reads a model, which is the inside of a fault tree unless it begins with <opsa-mef> or a declaration.
func become(t *testing.T, text string) string {
	t.Helper()
	if !strings.HasPrefix(text, "<opsa-mef") && !strings.HasPrefix(text, "<?") && !strings.HasPrefix(text, "<!") {
		text = tree(text)
	}
	m, notes, err := read(text)
	var b strings.Builder
	for _, n := range notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	if err == nil {
		err = m.Evaluate(8760)
	}
	if err != nil {
		fmt.Fprintf(&b, "error: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nerror: "))
		return b.String()
	}
	for _, g := range m.Tops() {
		a, err := faulttree.Analyse(g, 0)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := a.Probability(); err != nil {
			fmt.Fprintf(&b, "P(%s): %v\n", g.Name, err)
		} else {
			fmt.Fprintf(&b, "P(%s) = %.10g\n", g.Name, p)
		}
	}
	var first, second bytes.Buffer
	if err := openpsa.Write(&first, m); err != nil {
		fmt.Fprintf(&b, "not written: %v\n", err)
		return b.String()
	}
	again, _, err := read(first.String())
	if err != nil {
		t.Errorf("what is written cannot be read: %v\n%s", err, first.String())
		return b.String()
	}
	if err := again.Evaluate(8760); err != nil {
		t.Error(err)
	}
	if err := openpsa.Write(&second, again); err != nil || second.String() != first.String() {
		t.Errorf("read and written once more it is another model (%v):\n%s\n%s", err, first.String(), second.String())
	}
	b.Write(first.Bytes())
	return b.String()
}
