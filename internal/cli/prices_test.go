package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

// madeUpPrices is the price list of the tests of package price, seen from the top
// of the module: made-up prices in XTS.
const madeUpPrices = "internal/price/testdata/list"

// ranBadly runs a command that fails, and gives what it says.
func ranBadly(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	s := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &said, Env: func(string) string { return "" }, Dir: filepath.Join("..", "..")}
	if got := cli.Run(t.Context(), args, s); got != code {
		t.Errorf("%v: exit code %d, want %d: %s", args, got, code, said.String())
	}
	return said.String()
}

func TestImproveWeighsByPrices(t *testing.T) {
	base := []string{"improve", "examples/workspace", "--capability", "train", "--availability", "99.84", "--prices", madeUpPrices}
	text := strings.Join(strings.Fields(ran(t, base...)), " ")
	for _, want := range []string{
		"XTS a month today", "They follow from retail prices in XTS, the newest valid from 2026-11-01",
		"only a part has a known quantity", "They say nothing of",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	var d improved
	if err := json.Unmarshal([]byte(ran(t, append(base, "-o", "json")...)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Currency != "XTS" || d.TodayCost <= 0 {
		t.Errorf("%v %v", d.Currency, d.TodayCost)
	}
	// What the user says counts more than the list, and fills what it cannot know.
	costs := filepath.Join(t.TempDir(), "costs.yaml")
	if err := os.WriteFile(costs, []byte("currency: XTS\nresources:\n  - {name: demandst7f3k, monthly: 1000}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var own improved
	if err := json.Unmarshal([]byte(ran(t, append(base, "-o", "json", "--costs", costs)...)), &own); err != nil {
		t.Fatal(err)
	}
	if more := own.TodayCost - d.TodayCost; more < 999.99 || more > 1000.01 {
		t.Errorf("with 1000 for the account it costs %g more", more)
	}
}

func TestPricesThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"broken.json": "{\"Items\": [\n  {\"retailPrice\": }", "other.json": `{"a": 1}`,
		"elsewhere.json": `[{"serviceName": "Storage", "meterName": "m", "retailPrice": 1, "armRegionName": "eastus", "currencyCode": "XTS"}]`,
		"euros.yaml":     "currency: EUR\nresources:\n  - {name: demandst7f3k, monthly: 1000}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base := []string{"improve", "examples/workspace", "--capability", "train"}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--prices", filepath.Join(dir, "none.json")}, "no such file"},
		{[]string{"--prices", filepath.Join(dir, "broken.json")}, "broken.json:2:"},
		{[]string{"--prices", filepath.Join(dir, "other.json")}, "neither a page of the price list nor an item"},
		{[]string{"--prices", filepath.Join(dir, "elsewhere.json")}, "nothing of the input has a price in the list"},
		{[]string{"--prices", madeUpPrices, "--costs", filepath.Join(dir, "euros.yaml")}, "--costs is in EUR and --prices in XTS"},
	} {
		said := ranBadly(t, 2, append(base, tt.args...)...)
		if !strings.Contains(said, tt.want) || !strings.Contains(said, "hint:") {
			t.Errorf("%v says %q, want %q with a hint", tt.args, said, tt.want)
		}
	}
}
