package price

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestATotalForMachines(t *testing.T) {
	e := estateOf(t,
		at(t, registryType, "cr", "westeurope", `{"sku": {"name": "Basic"}}`),
		at(t, accountType, "st", "westeurope", `{"kind": "StorageV2", "sku": {"name": "unknown sku"}}`),
		at(t, "Microsoft.Network/virtualNetworks", "net", "westeurope", `{}`),
	)
	total := Estate(madeUp(t), loadCatalog(t), e)
	src, err := json.Marshal(total.Document())
	if err != nil {
		t.Fatal(err)
	}
	var d Document
	dec := json.NewDecoder(strings.NewReader(string(src)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	if d.Currency != "XTS" || !near(d.Monthly, total.Monthly) || d.Unknown != 2 || len(d.Bills) != 3 || d.Prices.Newest != "2026-11-01" || len(d.Prices.Files) != 2 {
		t.Errorf("%+v", d)
	}
	lines := map[string]DocumentLine{}
	for _, b := range d.Bills {
		for _, l := range b.Lines {
			lines[l.Meter] = l
		}
	}
	if l := lines["container-registry-tier"]; l.Monthly == nil || l.Item == nil || l.Item.Meter != "Basic Registry Unit" || *l.Units != 1 || l.Unit != "registry" || len(l.Bands) != 1 {
		t.Errorf("%+v", l)
	}
	if l := lines["storage-blobs"]; l.Monthly != nil || l.Item != nil || l.Units != nil || !strings.Contains(l.Why, "parameters('sku')") {
		t.Errorf("%+v", l)
	}
	if l := lines["shells"]; l.Monthly == nil || *l.Monthly != 0 || l.Why == "" || l.Unconfirmed == "" {
		t.Errorf("%+v", l)
	}
}
