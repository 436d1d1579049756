package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/price"
)

// What new would write has a bill before anything is written.
func TestNewShowsWhatItCosts(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "workspace.yaml")
	if err := os.WriteFile(spec, []byte("name: churn\nregion: northeurope\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "infra")
	base := []string{"new", spec, "-d", folder, "--dry-run", "--prices", madeUpPrices}
	text := ran(t, base...)
	for _, want := range []string{
		"what it costs a month", "608.33   Registry: 1 × 20 XTS per registry and day", "Nodes that are always there: none of it",
		"how much is stored is not known", "Retail prices in XTS",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "{uniqueString") {
		t.Errorf("names have expressions:\n%s", text)
	}
	var d struct{ Cost *price.Document }
	if err := json.Unmarshal([]byte(ran(t, append(base, "-o", "json")...)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Cost == nil || d.Cost.Currency != "XTS" || d.Cost.Monthly < 608 || d.Cost.Unknown == 0 {
		t.Errorf("%+v", d.Cost)
	}
	if strings.Contains(ran(t, base[:5]...), "costs a month") {
		t.Error("without prices there is a bill")
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("something was written")
	}
	if said := ranBadly(t, 2, "new", spec, "-d", folder, "--prices", filepath.Join(dir, "none")); !strings.Contains(said, "no such file") {
		t.Errorf("it says %q", said)
	}
}
