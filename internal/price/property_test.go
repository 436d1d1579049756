package price

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// drawn makes an estate of some resources, each of several configurations.
func drawn(t testing.TB, rt *rapid.T, label string, location string) *estate.Estate {
	var out []*estate.Resource
	for i := range rapid.IntRange(0, 6).Draw(rt, label+" resources") {
		pick := func(name string, of ...string) string {
			return rapid.SampledFrom(of).Draw(rt, fmt.Sprint(label, i, name))
		}
		switch pick("kind", "account", "registry", "cluster", "server", "odd") {
		case "account":
			out = append(out, at(t, accountType, fmt.Sprint("st", i), location, `{"kind": "StorageV2", "sku": {"name": "`+pick("sku", "Standard_LRS", "Standard_ZRS", "Standard_GRS", "unknown s", "Odd")+`"}}`))
		case "registry":
			name := fmt.Sprint("cr", i)
			out = append(out, at(t, registryType, name, location, `{"sku": {"name": "`+pick("sku", "Basic", "Premium", "unknown s")+`"}}`))
			if pick("replica", "yes", "no") == "yes" {
				out = append(out, at(t, replicaType, name+"/other", location, `{}`))
			}
		case "cluster":
			out = append(out, at(t, clusterType, fmt.Sprint("aks", i), location, `{"sku": {"tier": "`+pick("tier", "Free", "Standard", "Premium")+`"}, "properties": {"agentPoolProfiles": [{"name": "p", "vmSize": "Standard_D4s_v5", "count": `+pick("count", "0", "1", "7", `"unknown n"`)+`}]}}`))
		case "server":
			out = append(out, at(t, postgresType, fmt.Sprint("pg", i), location, `{"sku": {"name": "Standard_D`+pick("cores", "2", "4", "8")+`ds_v5", "tier": "GeneralPurpose"}, "properties": {"highAvailability": {"mode": "`+pick("mode", "Disabled", "SameZone")+`"}, "storage": {"storageSizeGB": `+pick("size", "32", "64", "null")+`}}}`))
		default:
			out = append(out, at(t, "Microsoft.Quantum/Workspaces", fmt.Sprint("q", i), location, `{}`))
		}
	}
	return estateOf(t, out...)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

// The sum is that of the lines, what is not known is never in it, and a difference
// is what two sums differ by.
func TestSumsAddUp(t *testing.T) {
	l, cat := madeUp(t), loadCatalog(t)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := Estate(l, cat, drawn(t, rt, "a", "westeurope")), Estate(l, cat, drawn(t, rt, "b", "westeurope"))
		for _, total := range []*Total{a, b} {
			lines, unknown := 0.0, 0
			for _, bill := range total.Bills {
				for _, x := range bill.Lines {
					if x.Known {
						lines += x.Monthly
					} else {
						unknown++
						if x.Monthly != 0 || x.Why == "" {
							rt.Fatalf("a line that is not known costs %g, because %q", x.Monthly, x.Why)
						}
					}
				}
				if bill.Why != "" {
					unknown++
				}
			}
			if !near(lines, total.Monthly) || unknown != total.Unknown {
				rt.Fatalf("the lines are %g and %d unknown, the total %g and %d", lines, unknown, total.Monthly, total.Unknown)
			}
		}
		d, back := Between(a, b), Between(b, a)
		if !near(d.Monthly, -back.Monthly) || d.Unknown != back.Unknown {
			rt.Fatalf("there it is %g and %d unknown, back %g and %d", d.Monthly, d.Unknown, back.Monthly, back.Unknown)
		}
		if d.Unknown == 0 && !near(d.Monthly, b.Monthly-a.Monthly) {
			rt.Fatalf("the difference is %g, of totals that differ by %g", d.Monthly, b.Monthly-a.Monthly)
		}
		if same := Between(a, a); len(same.Changes) > 0 {
			rt.Fatalf("an estate differs from itself by %+v", same.Changes)
		}
	})
}

// Where everything costs twice as much, every bill is twice as high.
func TestBillsScaleWithPrices(t *testing.T) {
	l, cat := madeUp(t), loadCatalog(t)
	rapid.Check(t, func(rt *rapid.T) {
		west := drawn(t, rt, "a", "westeurope")
		var moved []*estate.Resource
		for _, r := range west.Resources {
			c := *r
			c.Location = "northeurope"
			moved = append(moved, &c)
		}
		a, b := Estate(l, cat, west), Estate(l, cat, estateOf(t, moved...))
		if !near(2*a.Monthly, b.Monthly) || a.Unknown != b.Unknown {
			rt.Fatalf("%g and %d in one region, %g and %d in the other", a.Monthly, a.Unknown, b.Monthly, b.Unknown)
		}
	})
}

// A price with bands costs for each unit what its band says.
func TestBandsCostUnitByUnit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := Found{Unit: Unit{Amount: 1}}
		from := 0
		for i := range rapid.IntRange(1, 4).Draw(rt, "bands") {
			f.Bands = append(f.Bands, Band{float64(from), float64(rapid.IntRange(0, 9).Draw(rt, fmt.Sprint("price", i)))})
			from += rapid.IntRange(1, 20).Draw(rt, fmt.Sprint("width", i))
		}
		units := rapid.IntRange(0, 100).Draw(rt, "units")
		want := 0.0
		for u := range units {
			price := 0.0
			for _, b := range f.Bands {
				if float64(u) >= b.From {
					price = b.Price
				}
			}
			want += price
		}
		if got := f.Cost(float64(units)); !near(got, want) {
			rt.Fatalf("%d units of %v cost %g, want %g", units, f.Bands, got, want)
		}
	})
}

// Items that fit and differ are no price; items that fit and cost the same are one.
func TestAmbiguousItems(t *testing.T) {
	r := at(t, "Microsoft.Network/privateEndpoints", "pe", "westeurope", `{}`)
	for name, tt := range map[string]struct {
		items []string
		want  string
	}{
		"the same price twice":      {[]string{one(), one("meterId", `"n"`)}, ""},
		"two prices":                {[]string{one(), one("meterId", `"n"`, "retailPrice", "2")}, "2 items of the list fit and their prices differ"},
		"an odd unit":               {[]string{one("unitOfMeasure", `"1 Moon"`)}, ""},
		"a unit that is not one":    {[]string{one("unitOfMeasure", `"a while"`)}, `"a while", which Holdfast does not understand`},
		"a band without a first":    {[]string{one("tierMinimumUnits", "5")}, "only from 5 units on"},
		"a region before no region": {[]string{one("retailPrice", "3"), one("meterId", `"n"`, "armRegionName", `"westeurope"`)}, ""},
	} {
		l, err := readText(t, page("null", tt.items...))
		if err != nil {
			t.Fatal(err)
		}
		b := Of(l, loadCatalog(t), estateOf(t, r), r)
		if got := b.Lines[0].Why; tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if name == "a region before no region" && sum(b.Monthly) != "7.30" {
			t.Errorf("%s: %s", name, sum(b.Monthly))
		}
	}
}
