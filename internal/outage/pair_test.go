package outage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// blamed tells the causes of what happens to training in the workspace ws, each
// with what it takes at best and at worst, for how long, and what would have to
// be known.
func blamed(r *Result) string {
	var lines []string
	for _, im := range r.Impacts {
		if im.Workspace.Name != "ws" || im.Capability != "train" {
			continue
		}
		for _, c := range im.Because {
			line := c.Resource.Name + " " + string(c.AtBest) + " " + span2(c.BestRTO()) + ".." + string(c.AtWorst) + " " + span2(c.RTO())
			if c.Twin {
				line += " taken over"
			}
			for _, u := range c.Unknowns {
				line += "; " + u
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func TestWhatADoubtfulSecondaryLeavesToBlame(t *testing.T) {
	const pair = `
		workspace ws westeurope
		workspace second northeurope
		ws -pair-> second
		`
	tests := []struct {
		name, estate string
		outage       Outage
		want         string
	}{
		{
			"a secondary that is certain to take over leaves no doubt", pair, region("westeurope"), `
			ws degraded unknown..degraded unknown taken over`,
		},
		{
			"one whose vault may not be there does", pair + `
			vault kv westeurope
			vault kv2 northeurope presence=wanted
			ws -key-vault-> kv
			second -key-vault-> kv2`, region("westeurope"), `
			ws degraded unknown..lost outage; whether kv2 is deployed: wanted
			kv degraded unknown..lost 480m; whether kv2 is deployed: wanted`,
		},
		{
			"so does a vault of the primary that the secondary lacks", pair + `
			vault kv swedencentral presence=wanted
			ws -key-vault-> kv`, region("westeurope"), `
			ws degraded unknown..lost outage; whether kv is deployed: wanted`,
		},
		{
			"a loss that is certain may last longer, which says so too", pair + `
			storage st westeurope sku=LRS
			storage st2 northeurope sku=GZRS presence=wanted
			ws -default-storage-> st
			second -default-storage-> st2
			compute ws/a northeurope
			compute second/a westeurope zones=1
			ws -compute-> ws/a
			second -compute-> second/a`, zone("westeurope", "1"), `
			st lost 10m..lost outage; whether st2 is deployed: wanted`,
		},
		{
			"what both lean on for certain is to blame for certain, the rest perhaps", pair + `
			vault kv westeurope
			compute ws/a swedencentral
			compute second/a swedencentral presence=wanted
			ws -key-vault-> kv
			second -key-vault-> kv
			ws -compute-> ws/a
			second -compute-> second/a`, region("westeurope"), `
			kv lost 480m..lost 480m
			ws degraded unknown..lost outage; whether second/a is deployed: wanted`,
		},
		{
			"an account of both that may survive may be to blame", pair + `
			storage st westeurope sku=?
			ws -default-storage-> st
			second -default-storage-> st
			compute ws/a westeurope zones=1
			compute second/a northeurope
			ws -compute-> ws/a
			second -compute-> second/a`, zone("westeurope", "1"), `
			ws/a degraded unknown..lost 10m; sku.name of st: {parameters('sku')}
			st none 0m..lost outage; sku.name of st: {parameters('sku')}`,
		},
		{
			"one that is only named is not known", `
			workspace ws westeurope
			workspace second external
			ws -pair-> second`, region("westeurope"), `
			ws degraded unknown..lost outage; what second has: it is only named, not in the input; region of second: the input does not say where it is`,
		},
		{
			"unless it shares what is lost", `
			workspace ws westeurope
			workspace second external
			vault kv westeurope
			ws -pair-> second
			ws -key-vault-> kv
			second -key-vault-> kv`, region("westeurope"), `
			kv lost 480m..lost 480m
			ws degraded unknown..lost outage; what second has: it is only named, not in the input; region of second: the input does not say where it is`,
		},
		{
			"of two secondaries the certain one decides", pair + `
			workspace third external
			ws -pair-> third`, region("westeurope"), `
			ws degraded unknown..degraded unknown taken over`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := model(t, tt.estate).Run(tt.outage)
			want := strings.TrimSpace(strings.ReplaceAll(tt.want, "\t", ""))
			if diff := cmp.Diff(want, blamed(&r)); diff != "" {
				t.Errorf("in an outage of %s (-want +got):\n%s", tt.outage, diff)
			}
		})
	}
}

// What a pair says of its lag bounds what is lost of what each has for itself.
func TestALagBoundsTheDataThatAreLost(t *testing.T) {
	const pair = `
		workspace ws westeurope
		workspace second northeurope
		storage st westeurope sku=LRS
		storage st2 northeurope sku=LRS
		ws -default-storage-> st
		second -default-storage-> st2
		`
	const shared = pair + `
		storage both westeurope sku=LRS
		datastore ws/ds
		datastore second/ds
		ws -datastore-> ws/ds
		second -datastore-> second/ds
		ws/ds -datastore-> both
		second/ds -datastore-> both
		`
	for _, tt := range []struct{ name, estate, detail, want string }{
		{"nobody says it", pair, "", "total"},
		{"an hour", pair, "lag=3600", "<=60m"},
		{"nothing at all", pair, "lag=0", "<=0m"},
		{"something else", pair, "lag=soon", "total"},
		{"what both lean on has no second copy", shared, "lag=3600", "total"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := sketch.Estate(t, tt.estate+"\nws -pair-> second")
			for i := range e.Relations {
				if e.Relations[i].Role == estate.Pair {
					e.Relations[i].Detail = tt.detail
				}
			}
			m := New(estate.Build(e.Resources, e.Relations, e.Coverage), sketch.Catalog(t))
			r := m.Run(region("westeurope"))
			if got := span2(r.Impact(named(t, e, "ws"), "train").RPO); got != tt.want {
				t.Errorf("the loss is %s, want %s", got, tt.want)
			}
		})
	}
}

// Whatever lies between two bounds, be it only in time, says what would have to
// be known; and the bounds are in order.
func TestEveryDoubtfulCauseSaysWhatWouldHaveToBeKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := sketch.Draw(t).Text()
		for _, r := range model(t, text).RunAll() {
			for _, im := range r.Impacts {
				for _, c := range im.Because {
					if c.best != c.worst && len(c.Unknowns) == 0 {
						t.Fatalf("%s of %s in %s may be hurt by %s or not, %v..%v, and nothing would make it known\n%s", im.Capability, im.Workspace.Name, r.Outage, c.Resource.Name, c.best, c.worst, text)
					}
					if c.best.lost > c.worst.lost || c.best.loss > c.worst.loss || c.AtBest.Worse(c.AtWorst) {
						t.Fatalf("%s of %s in %s: what %s takes is worse at best, %v, than at worst, %v", im.Capability, im.Workspace.Name, r.Outage, c.Resource.Name, c.best, c.worst)
					}
				}
			}
		}
	})
}

// blamedFor gives how long a capability is lost because of a resource.
func blamedFor(im *Impact, name string) span {
	for k := range im.Because {
		if c := &im.Because[k]; c.Resource.Name == name {
			return c.worst.lost
		}
	}
	return 0
}

// Blame that is certain stays so, and what is not to blame never comes to be,
// when it turns out whether a resource is there.
func TestBlameLiesBetweenBestAndWorst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sketch.Draw(t)
		known := d
		for i, r := range d.Resources {
			if r.SKU == "?" {
				sku := rapid.SampledFrom([]string{"LRS", "ZRS", "GRS", "GZRS"}).Draw(t, "sku")
				known = known.Change(i, func(r *sketch.Line) { r.SKU = sku })
			}
			if r.Presence != "" {
				known = known.Change(i, func(r *sketch.Line) { r.Presence = "" })
			}
		}
		for _, r := range d.Resources {
			if r.Presence != "" && rapid.Bool().Draw(t, "left out") {
				known = known.Without(r.Name)
			}
		}
		open, closed := model(t, d.Text()), model(t, known.Text())
		for _, o := range open.Outages() {
			a, b := open.Run(o), closed.Run(o)
			eachImpact(closed, &b, func(im Impact) {
				before := a.Impact(open.estate.ByID(im.Workspace.ID), im.Capability)
				for k := range before.Because {
					c := &before.Because[k]
					if closed.estate.ByID(c.Resource.ID) == nil {
						continue
					}
					if lost := blamedFor(&im, c.Resource.Name); lost < c.best.lost || lost > c.worst.lost {
						t.Fatalf("%s of %s in %s: %s takes it for %d, not between %d and %d\n%s", im.Capability, im.Workspace.Name, o, c.Resource.Name, lost, c.best.lost, c.worst.lost, known.Text())
					}
				}
			})
		}
	})
}
