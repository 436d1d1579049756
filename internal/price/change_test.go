package price

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// changed gives what an estate costs more, in words, and the sentence on the whole.
func changed(t *testing.T, before, after []*estate.Resource) []string {
	t.Helper()
	l := madeUp(t)
	d := Delta(l, loadCatalog(t), estateOf(t, before...), estateOf(t, after...))
	var out []string
	for i := range d.Changes {
		c := &d.Changes[i]
		out = append(out, c.Resource.Name+": "+c.What()+": "+c.Said(l.Currency))
	}
	return append(out, d.Said())
}

func TestDifferences(t *testing.T) {
	account := func(sku string) []*estate.Resource {
		return []*estate.Resource{at(t, accountType, "st", "westeurope", `{"kind": "StorageV2", "sku": {"name": "`+sku+`"}}`)}
	}
	registry := func(sku string, replicas ...string) []*estate.Resource {
		out := []*estate.Resource{at(t, registryType, "cr", "westeurope", `{"sku": {"name": "`+sku+`"}}`)}
		for _, r := range replicas {
			out = append(out, at(t, replicaType, "cr/"+r, r, `{}`))
		}
		return out
	}
	cluster := func(tier, pools string) []*estate.Resource {
		return []*estate.Resource{at(t, clusterType, "aks", "westeurope", `{"sku": {"tier": "`+tier+`"}, "properties": {"agentPoolProfiles": [`+pools+`]}}`)}
	}
	server := func(mode string) []*estate.Resource {
		return []*estate.Resource{at(t, postgresType, "pg", "westeurope", `{"sku": {"name": "Standard_D4ds_v5", "tier": "GeneralPurpose"}, "properties": {"highAvailability": {"mode": "`+mode+`"}, "storage": {"storageSizeGB": 128}}}`)}
	}
	database := func(zones string) []*estate.Resource {
		return []*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"sku": {"name": "GP_Gen5_2"}, "properties": {"maxSizeBytes": 34359738368, "zoneRedundant": `+zones+`}}`)}
	}
	quantum := func(body string) []*estate.Resource {
		return []*estate.Resource{at(t, "Microsoft.Quantum/Workspaces", "q", "westeurope", body)}
	}
	for name, tt := range map[string]struct {
		before, after []*estate.Resource
		want          []string
	}{
		"nothing": {account("Standard_LRS"), account("Standard_LRS"), []string{"No price and no known quantity changes."}},
		"the ratio is exact although nobody knows how much is stored": {account("Standard_LRS"), account("Standard_ZRS"), []string{
			"st: Data stored in blobs: 1.25 times as much per GB (0.125 XTS per GB and month, 0.0625 beyond 51200); how much is stored is not known",
			"What it costs more a month is not known (1 change)."}},
		"a redundancy that is not known today": {account("unknown sku"), account("Standard_ZRS"), []string{
			"st: Data stored in blobs: unknown: 0.125 XTS per GB and month, 0.0625 beyond 51200; how much is stored is not known",
			"What it costs more a month is not known (1 change)."}},
		"not known before and after": {account("unknown sku"), account("unknown sku"), []string{"No price and no known quantity changes."}},
		"a better registry with a replica": {registry("Standard"), registry("Premium", "northeurope"), []string{
			"cr: Registry: +182.50 XTS a month", "cr: Replica of the registry: northeurope: +669.17 XTS a month", "+851.67 XTS a month."}},
		"a replica that goes": {registry("Premium", "northeurope"), registry("Premium"), []string{
			"cr: Replica of the registry: northeurope (gone): -669.17 XTS a month", "-669.17 XTS a month."}},
		"a tier that was free": {cluster("Free", ""), cluster("Standard", ""), []string{"aks: Control plane: +73.00 XTS a month", "+73.00 XTS a month."}},
		"two nodes more": {cluster("Free", `{"name": "a", "vmSize": "Standard_D4s_v5", "count": 1}`), cluster("Free", `{"name": "a", "vmSize": "Standard_D4s_v5", "count": 3}`),
			[]string{"aks: Nodes of the pool: a: +292.00 XTS a month", "+292.00 XTS a month."}},
		"a number of nodes that is not known": {cluster("Free", `{"name": "a", "vmSize": "Standard_D4s_v5", "count": 1}`), cluster("Free", `{"name": "a", "vmSize": "Standard_D4s_v5", "count": "unknown n"}`),
			[]string{"aks: Nodes of the pool: a: unknown: 0.2 XTS per node and hour; count of a of aks: [parameters('n')]", "What it costs more a month is not known (1 change)."}},
		"a standby": {server("Disabled"), server("ZoneRedundant"), []string{"pg: vCores: +262.80 XTS a month", "pg: Storage: +16.64 XTS a month", "+279.44 XTS a month."}},
		"zones for a database": {database("false"), database("true"), []string{
			"sql/db: Storage (gone): -3.84 XTS a month", "sql/db: Zone redundancy of the vCores: +131.40 XTS a month", "sql/db: Storage: +7.68 XTS a month", "+135.24 XTS a month."}},
		"a resource that comes": {nil, registry("Basic"), []string{
			"cr: Registry: +30.42 XTS a month", "cr: Images beyond what the tier includes: unknown: 0.5 XTS per GB and month; how much is stored beyond the 10, 100 or 500 GB of the tier is not known",
			"+30.42 XTS a month, and what is not known (1 change)."}},
		"a resource that goes":              {cluster("Standard", ""), nil, []string{"aks: Control plane (gone): -73.00 XTS a month", "-73.00 XTS a month."}},
		"what no meter is about, as it was": {quantum(`{"a": 1}`), quantum(`{"a": 1}`), []string{"No price and no known quantity changes."}},
		"what no meter is about, and changed": {quantum(`{"a": 1}`), quantum(`{"a": 2}`), []string{
			"q: the resource: unknown: the catalog has no meter for Microsoft.Quantum/Workspaces", "What it costs more a month is not known (1 change)."}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, changed(t, tt.before, tt.after)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestTheRatioOfTheWholeNeedsAllOfIt(t *testing.T) {
	l, cat := madeUp(t), loadCatalog(t)
	pool := func(n string) *estate.Resource {
		return at(t, clusterType, "aks", "westeurope", `{"sku": {"tier": "Standard"}, "properties": {"agentPoolProfiles": [{"name": "a", "vmSize": "Standard_D4s_v5", "count": `+n+`}]}}`)
	}
	d := Delta(l, cat, estateOf(t, pool("1")), estateOf(t, pool("3")))
	if got, ok := d.Ratio(); !ok || number(got) != number((73+438)/(73+146.0)) {
		t.Errorf("%g, %v", got, ok)
	}
	changes, monthly, whole := d.Resource(pool("1").ID)
	if len(changes) != 1 || sum(monthly) != "292.00" || !whole {
		t.Errorf("%d changes, %s, %v", len(changes), sum(monthly), whole)
	}
	d = Delta(l, cat, estateOf(t, pool("1")), estateOf(t, pool(`"unknown n"`)))
	if _, ok := d.Ratio(); ok {
		t.Error("there is a ratio of what is not known")
	}
	var text strings.Builder
	if err := d.Text(&text); err != nil || !strings.Contains(text.String(), "Retail prices in XTS") {
		t.Errorf("%v: %s", err, text.String())
	}
}

func TestRelativeToToday(t *testing.T) {
	a, b := at(t, accountType, "a", "", `{}`), at(t, accountType, "b", "", `{}`)
	step := func(r *estate.Resource, factor float64) Step {
		if factor == 0 {
			return Step{Resource: r}
		}
		return Step{Resource: r, Cost: &catalog.Cost{Factor: factor}}
	}
	for name, tt := range map[string]struct {
		steps []Step
		want  string
	}{
		"no steps":               {nil, "Nothing changes what is paid."},
		"one of four":            {[]Step{step(a, 2)}, "1.25 times today's cost, if each of 4 billed resources costs the same today."},
		"factors are multiplied": {[]Step{step(a, 2), step(a, 1.5)}, "1.50 times today's cost, if each of 4 billed resources costs the same today."},
		"two resources":          {[]Step{step(a, 2), step(b, 0.5)}, "1.12 times today's cost, if each of 4 billed resources costs the same today."},
		"unknown stays unknown":  {[]Step{step(a, 2), step(b, 0)}, "1.25 times today's cost, if each of 4 billed resources costs the same today, and more by 1 change of which no source gives the price."},
		"only unknown":           {[]Step{step(a, 0), step(b, 0)}, "No source gives the price of 2 changes."},
	} {
		if got := RelativeTo(4, tt.steps).Said(); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if got := RelativeTo(0, []Step{step(a, 2)}); got.Billed != 1 || got.Factor != 2 {
		t.Errorf("%+v", got)
	}
}

func TestMoney(t *testing.T) {
	for amount, want := range map[float64]string{0: "0.00 EUR", 1234567.891: "1,234,567.89 EUR", -1234.5: "-1,234.50 EUR", 999.999: "1,000.00 EUR", -0.001: "0.00 EUR"} {
		if got := Money(amount, "EUR"); got != want {
			t.Errorf("%g: got %q, want %q", amount, got, want)
		}
	}
	for amount, want := range map[float64]string{0: "+0.00", 5: "+5.00", -5: "-5.00", -0.001: "+0.00"} {
		if got := MoreMoney(amount, ""); got != want {
			t.Errorf("%g: got %q, want %q", amount, got, want)
		}
	}
}
