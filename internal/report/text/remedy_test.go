package text_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// Every service shows its remedies: what mends it, how and at what cost, or why
// nothing does and what to do instead.
func TestServicesShowTheirRemedies(t *testing.T) {
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, svc := range c.Services() {
		var b bytes.Buffer
		if err := text.Service(&b, c, svc, report.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(strings.Fields(b.String()), " ")
		all := c.RemediesFor(svc.ID)
		if svc.InGuide && len(all) == 0 {
			t.Errorf("%s has no remedies", svc.ID)
		}
		if strings.Contains(said, "What mends it") != (len(all) > 0) {
			t.Errorf("%s: the heading does not fit its %d remedies", svc.ID, len(all))
		}
		for _, r := range all {
			for _, want := range []string{r.ID + " ·", r.Instead, r.NoPrice, r.Forever} {
				if !strings.Contains(said, strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%s: %s does not say %q", svc.ID, r.ID, want)
				}
			}
			if r.Mends() && !strings.Contains(said, "downtime: "+r.Downtime) {
				t.Errorf("%s: %s does not say its downtime", svc.ID, r.ID)
			}
			if r.Cannot != "" && !strings.Contains(said, "Cannot be mended, because: "+strings.Join(strings.Fields(r.Cannot), " ")) {
				t.Errorf("%s: %s does not say why it cannot be mended", svc.ID, r.ID)
			}
		}
	}
}

// A rule names the remedies that mend its findings.
func TestRulesNameTheirRemedies(t *testing.T) {
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string]string{
		"container-registry-region-outage": "registry-replica",
		"default-storage-zone-outage":      "storage-zrs, storage-gzrs, storage-ragzrs",
		"postgresql-zone-outage":           "postgresql-zone-ha",
	} {
		var b bytes.Buffer
		if err := text.Rule(&b, c, c.Rule(rule), report.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "Remedies of the catalog") || !strings.Contains(b.String(), want) {
			t.Errorf("%s does not name %s:\n%s", rule, want, b.String())
		}
	}
}
