package text_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// The sign of a shell stands before what can be typed, and before nothing else.
func TestOnlyCommandsHaveTheSignOfAShell(t *testing.T) {
	c := reporttest.Catalog(t)
	for how, want := range map[string]string{
		"az keyvault update --name NAME":                       "   $ az keyvault update --name NAME",
		"kubectl apply -f spread.yaml":                         "   $ kubectl apply -f spread.yaml",
		"holdfast assess infra/":                               "   $ holdfast assess infra/",
		"$ terraform apply":                                    "   $ terraform apply",
		`Template: "kind": "StorageV2"`:                        `   - Template: "kind": "StorageV2"`,
		"Ask Microsoft for quota":                              "   - Ask Microsoft for quota",
		"azure-cli is not az":                                  "   - azure-cli is not az",
		"Order a node pool with az aks nodepool add --zones 1": "   - Order a node pool with az aks nodepool add --zones 1",
	} {
		rule := *c.Rule("default-storage-zone")
		rule.How, rule.Change.Call = []string{how}, how
		var b bytes.Buffer
		if err := text.Rule(&b, c, &rule, reporttest.Options()); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), want+"\n"); n != 2 { // as a remedy, and as the call of the change
			t.Errorf("%q stands %d times in\n%s", want, n, b.String())
		}
	}
}
