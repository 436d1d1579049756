package availability

import (
	"context"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

func rowOf(t testing.TB, a *Analysis, ws string, c catalog.Capability) *Row {
	t.Helper()
	for _, r := range a.Rows {
		if r.Workspace.Name == ws && r.Capability == c {
			return r
		}
	}
	t.Fatalf("there is no %s of %s", c, ws)
	return nil
}

const near = 1e-12

// What a promise covers is multiplied: a chain in which every part must hold.
func TestContractualIsTheProductOfPromises(t *testing.T) {
	e := sketch.Estate(t, `
		workspace ws westeurope
		storage st westeurope sku=LRS
		vault kv westeurope
		ws -default-storage-> st
		ws -key-vault-> kv`)
	cat := embedded(t)
	cat.Classify(e)
	a := analysed(t, e, cat)
	if got, want := rowOf(t, a, "ws", catalog.Train).Contractual.Worst, 0.999*0.999*0.9999; math.Abs(got-want) > near {
		t.Errorf("workspace, storage and vault promise %v, want %v", got, want)
	}
}

// rates with one kind of root alone, so that formulas can be written down.
func only(t testing.TB, kind string, more string) *Rates {
	t.Helper()
	var b strings.Builder
	b.WriteString("rates:\n")
	for _, id := range []string{rateNode, rateResource, rateZone, rateDatacenter, rateRegion, ratePair, rateService, rateGlobal} {
		if id != kind {
			b.WriteString("  - {id: " + id + ", perYear: 0}\n")
		}
	}
	r, err := DefaultRates().With("only.yaml", []byte(b.String()+more))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func down(perYear, hours float64) float64 { x := perYear * hours / HoursPerYear; return x / (1 + x) }

// The estates of the table have one kind of failure each; the formula of what is
// lost stands beside it.
func TestExpectedFollowsTheFormula(t *testing.T) {
	zone := down(0.05, 16)
	for _, c := range []struct {
		name, kind, more, estate string
		want                     float64
	}{
		// Of three zones any may hold the account; nothing leaks.
		{"one of three zones holds it", "zone", "  - {id: zone-leak, chance: 0}\n", "workspace ws westeurope\nstorage st westeurope sku=LRS\nws -default-storage-> st", 1 - math.Pow(1-zone/3, 3)},
		{"pinned to one zone", "zone", "  - {id: zone-leak, chance: 0}\n", "workspace ws westeurope\nstorage st westeurope sku=LRS zones=2\nws -default-storage-> st", zone},
		{"three zones hold it", "zone", "  - {id: zone-leak, chance: 0}\n", "workspace ws westeurope\nstorage st westeurope sku=ZRS\nws -default-storage-> st", 0},
		// Workspace and account stand in the region: it counts once.
		{"a region takes all at once", "region", "", "workspace ws westeurope\nstorage st westeurope sku=ZRS\nws -default-storage-> st", down(0.02, 10)},
		{"a region without zones", "datacenter", "", "workspace ws westus\nstorage st westus sku=LRS\nws -default-storage-> st", down(0.07, 14)},
		{"two services", "service", "", "workspace ws westeurope\nstorage st westeurope sku=ZRS\nws -default-storage-> st", 1 - math.Pow(1-down(0.5, 3), 2)},
		// What has to be made again is gone for the outage and the rebuilding.
		{"rebuilding takes longer", "resource", "", "workspace ws westeurope", down(0.1, 2+2)},
		{"a global failure reaches it", "global", "", "workspace ws westeurope", down(1.2, 6.6) * 0.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := New(context.Background(), sketch.Estate(t, c.estate), sketch.Catalog(t), only(t, c.kind, c.more), Options{Draws: 1})
			if err != nil {
				t.Fatal(err)
			}
			r := rowOf(t, a, "ws", catalog.Train)
			if got := 1 - r.Expected.Worst; math.Abs(got-c.want) > near {
				t.Errorf("lost for %v of the time, want %v", got, c.want)
			}
		})
	}
}

// An active-passive pair over two regions is lost until it is switched, and
// afterwards when the switch fails or the other region is down too (with
// independent regions; the length of outages is exponential).
func TestPairFollowsTheFormula(t *testing.T) {
	a, err := New(context.Background(), sketch.Estate(t, `
		workspace ws westeurope
		workspace dr swedencentral
		ws -pair-> dr`), sketch.Catalog(t), only(t, "region", ""), Options{Draws: 1})
	if err != nil {
		t.Fatal(err)
	}
	u := down(0.02, 10)
	early := 1 - math.Exp(-2.0/10)
	want := u * (early + (1-early)*(1-(1-0.15)*(1-u)))
	if got := 1 - rowOf(t, a, "ws", catalog.Author).Expected.Worst; math.Abs(got-want) > near {
		t.Errorf("lost for %v of the time, want %v", got, want)
	}
}

// Settings that are not known are enclosed by what they may be.
func TestUnknownSettingsAreBracketed(t *testing.T) {
	figure := func(sku string) Interval {
		e := sketch.Estate(t, "workspace ws westeurope\nstorage st westeurope sku="+sku+"\nws -default-storage-> st")
		a, err := New(context.Background(), e, sketch.Catalog(t), DefaultRates(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return rowOf(t, a, "ws", catalog.Train).Expected
	}
	lrs, zrs, open := figure("LRS"), figure("ZRS"), figure("?")
	if lrs.Best != lrs.Worst || zrs.Best != zrs.Worst {
		t.Errorf("what is known has two figures: %+v %+v", lrs, zrs)
	}
	if math.Abs(open.Best-zrs.Best) > near || math.Abs(open.Worst-lrs.Worst) > near || open.Best <= open.Worst {
		t.Errorf("between %v and %v, want %v and %v", open.Worst, open.Best, lrs.Worst, zrs.Best)
	}
	if open.Low > open.Worst || open.High < open.Best {
		t.Errorf("the range %v to %v does not hold %v to %v", open.Low, open.High, open.Worst, open.Best)
	}
}

// More redundancy never makes anything less available: an account over zones
// instead of one, whatever else the estate is, and whatever leaks.
func TestRedundancyNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawEstate(t)
		better := strings.NewReplacer("sku=LRS", "sku=ZRS", "sku=GRS", "sku=GZRS", " zones=1", "").Replace(text)
		cat := sketch.Catalog(t)
		rates, err := DefaultRates().With("leak.yaml", []byte("rates: [{id: zone-leak, chance: "+rapid.SampledFrom([]string{"0", "0.15", "1"}).Draw(t, "leak")+"}]"))
		if err != nil {
			t.Fatal(err)
		}
		before, err := New(context.Background(), sketch.Estate(t, text), cat, rates, Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		after, err := New(context.Background(), sketch.Estate(t, better), cat, rates, Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range before.Rows {
			if now := after.Rows[i]; now.Expected.Worst < r.Expected.Worst-near || now.Expected.Best < r.Expected.Best-near {
				t.Fatalf("%s of %s falls from %v to %v\n%s", r.Capability, r.Workspace.Name, r.Expected, now.Expected, text)
			}
		}
	})
}

// What roots take away adds up to what is lost, but for the times when several
// are down at once; the simulated years have the same mean.
func TestSharesAddUp(t *testing.T) {
	e := sketch.Many(1)
	cat := embedded(t)
	cat.Classify(e)
	a := analysed(t, e, cat)
	for _, r := range a.Rows {
		shares := a.Shares(r, ExpectedReading)
		sum := 0.0
		for _, s := range shares {
			sum += s.Hours
		}
		lost := Hours(r.Expected.Worst)
		if sum > lost || sum < 0.97*lost {
			t.Errorf("%s: the shares are %v h of %v", r.Capability, sum, lost)
		}
		middle, worst := a.WorstYear(shares)
		if middle > lost || worst < lost {
			t.Errorf("%s: %v h in the middle year and %v in one of twenty, with %v on average", r.Capability, middle, worst, lost)
		}
		if again, _ := a.WorstYear(shares); again != middle {
			t.Errorf("%s: two simulations differ", r.Capability)
		}
	}
}
