package outage

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

var (
	hour   = catalog.Span{Seconds: 3600}
	ending = catalog.Span{Seconds: -1, Word: "outage"}
	never  = catalog.Span{Seconds: -1, Word: "total"}
	zero   = catalog.Span{}
)

func gone1h() access { return out(toSpan(hour)) }

func TestWhatARowOfFactsLeaves(t *testing.T) {
	down := out(spanOutage)
	tests := []struct {
		name string
		row  catalog.Survival
		want condition
	}{
		{"carrying on leaves everything, whatever else the row says", catalog.Survival{State: catalog.CarriesOn, Reads: "ok", Writes: "degraded", RPO: hour}, condition{}},
		{"failing over takes everything until it is done", catalog.Survival{State: catalog.FailsOver, RTO: hour, RPO: zero}, condition{read: gone1h(), write: gone1h()}},
		{"failing over in no time takes nothing", catalog.Survival{State: catalog.FailsOver, RTO: zero}, condition{}},
		{"and loses the data that it says", catalog.Survival{State: catalog.FailsOver, RTO: zero, RPO: hour}, condition{loss: toSpan(hour)}},
		{"what can still be read meanwhile can", catalog.Survival{State: catalog.FailedOver, RTO: hour, Reads: "ok"}, condition{write: gone1h()}},
		{"or in part", catalog.Survival{State: catalog.FailedOver, RTO: hour, Reads: "degraded", Writes: "down"}, condition{read: access{hurt: toSpan(hour)}, write: gone1h()}},
		{"degraded is in part, until the outage ends", catalog.Survival{State: catalog.Degraded}, condition{read: access{hurt: spanOutage}, write: access{hurt: spanOutage}}},
		{"or until the time it says, and only where it says", catalog.Survival{State: catalog.Degraded, RTO: hour, Reads: "ok", Writes: "degraded"}, condition{write: access{hurt: toSpan(hour)}}},
		{"read-only takes the writes until the outage ends", catalog.Survival{State: catalog.ReadOnly, RTO: hour}, condition{write: down}},
		{"and the reads until the switch", catalog.Survival{State: catalog.ReadOnly, RTO: hour, Reads: "down", Writes: "down"}, condition{read: gone1h(), write: down}},
		{"down is down until the outage ends", catalog.Survival{State: catalog.Down, RPO: never}, condition{read: down, write: down, loss: spanTotal}},
		{"what is out of reach at first is degraded when it is back", catalog.Survival{State: catalog.Degraded, RTO: hour, Reads: "down"}, condition{read: access{toSpan(hour), spanOutage}, write: access{hurt: toSpan(hour)}}},
		{"or as long as it says", catalog.Survival{State: catalog.Down, RTO: hour}, condition{read: gone1h(), write: gone1h()}},
		{"and can perhaps be read", catalog.Survival{State: catalog.Down, RTO: ending, Reads: "ok"}, condition{write: down}},
		{"nobody knows is down at worst", catalog.Survival{State: catalog.Unknown, RTO: ending}, condition{read: down, write: down}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ofFact(&tt.row); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestWhatANeedMakesOfACondition(t *testing.T) {
	down, readOnly := condition{read: gone1h(), write: gone1h()}, condition{write: gone1h()}
	part := condition{read: access{hurt: toSpan(hour)}, write: access{hurt: toSpan(hour)}}
	lost, degraded, nothing := harm{lost: toSpan(hour), degraded: toSpan(hour)}, harm{degraded: toSpan(hour)}, harm{}
	tests := []struct {
		name        string
		c           condition
		read, write catalog.Strength
		want        harm
	}{
		{"a hard need of what is gone loses", down, catalog.Hard, catalog.Hard, lost},
		{"a soft one degrades", down, catalog.Soft, catalog.Soft, degraded},
		{"none does nothing", down, catalog.NoNeed, catalog.NoNeed, nothing},
		{"a need to read bears that nothing can be written", readOnly, catalog.Hard, catalog.NoNeed, nothing},
		{"a soft need to write is degraded by it", readOnly, catalog.Hard, catalog.Soft, degraded},
		{"a hard one is not", readOnly, catalog.Soft, catalog.Hard, lost},
		{"what works in part degrades a hard need", part, catalog.Hard, catalog.Hard, degraded},
		{"and a soft one", part, catalog.Soft, catalog.NoNeed, degraded},
		{"lost data degrade", condition{loss: 10}, catalog.Soft, catalog.NoNeed, harm{loss: 10}},
		{"but only whoever needs it", condition{loss: 10}, catalog.NoNeed, catalog.NoNeed, nothing},
		{"what is whole harms nobody", condition{}, catalog.Hard, catalog.Hard, nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.harm(tt.read, tt.write); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestWhatASpreadPassesOn(t *testing.T) {
	readOnly := condition{write: gone1h(), loss: 10}
	down := condition{read: gone1h(), write: gone1h(), loss: 10}
	part := access{hurt: toSpan(hour)}
	tests := []struct {
		name        string
		c           condition
		read, write catalog.Strength
		want        condition
	}{
		{"a hard spread passes on all", down, catalog.Hard, catalog.Hard, down},
		{"a soft one at most degrades, and loses no data", down, catalog.Soft, catalog.Soft, condition{read: part, write: part}},
		{"what cannot be read cannot be written", down, catalog.Hard, catalog.NoNeed, down},
		{"read-only stays read-only", readOnly, catalog.Hard, catalog.Hard, readOnly},
		{"unless nobody writes", readOnly, catalog.Hard, catalog.NoNeed, condition{loss: 10}},
		{"a spread of no strength passes on nothing", down, catalog.NoNeed, catalog.NoNeed, condition{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.through(tt.read, tt.write); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestConditionsHaveNames(t *testing.T) {
	for want, c := range map[catalog.State]condition{
		catalog.CarriesOn: {loss: 3},
		catalog.Down:      {read: gone1h(), write: gone1h()},
		catalog.ReadOnly:  {write: gone1h()},
		catalog.Degraded:  {read: access{hurt: 1}, write: gone1h()},
	} {
		if got := c.state(); got != want {
			t.Errorf("%+v is %s, want %s", c, got, want)
		}
	}
}

func drawAccess(t *rapid.T, label string) access {
	times := rapid.SampledFrom([]span{0, 2, 120, 7201, spanUnknown, spanOutage, spanRebuild})
	a := access{gone: times.Draw(t, label)}
	a.hurt = max(a.gone, times.Draw(t, label))
	return a
}

func drawCondition(t *rapid.T) condition {
	c := condition{read: drawAccess(t, "read"), write: drawAccess(t, "write")}
	c.loss = rapid.SampledFrom([]span{0, 0, 2, 1801, spanUnknown, spanTotal}).Draw(t, "loss")
	return c
}

// noLighter says that c is in no part lighter than d.
func noLighter(c, d condition) bool {
	return c.and(d) == c
}

func TestConditionsFormALattice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawCondition(t), drawCondition(t), drawCondition(t)
		switch {
		case a.and(b) != b.and(a) || a.or(b) != b.or(a):
			t.Fatal("the order of two matters")
		case a.and(b.and(c)) != a.and(b).and(c) || a.or(b.or(c)) != a.or(b).or(c):
			t.Fatal("the grouping of three matters")
		case a.and(a) != a || a.or(a) != a:
			t.Fatal("the same twice is something else")
		case a.and(a.or(b)) != a || a.or(a.and(b)) != a:
			t.Fatal("they do not absorb each other")
		case !noLighter(a.and(b), a) || !noLighter(a, a.or(b)):
			t.Fatal("both is lighter than one, or one of both is graver")
		}
	})
}

// What travels keeps its order: a graver hurt is never lighter further on.
func TestWhatTravelsKeepsItsOrder(t *testing.T) {
	strengths := rapid.SampledFrom([]catalog.Strength{catalog.Hard, catalog.Soft, catalog.NoNeed})
	rapid.Check(t, func(t *rapid.T) {
		light := drawCondition(t)
		grave := light.and(drawCondition(t))
		read, write := strengths.Draw(t, "read"), strengths.Draw(t, "write")
		if !noLighter(grave.through(read, write), light.through(read, write)) {
			t.Fatalf("%+v and %+v by %s, %s", light, grave, read, write)
		}
		if a, b := light.harm(read, write), grave.harm(read, write); a.and(b) != b || a.effect().Worse(b.effect()) {
			t.Fatalf("%+v harms by %+v, %+v by %+v", light, a, grave, b)
		}
		var one, more group
		for range rapid.IntRange(1, 4).Draw(t, "others") {
			c := drawCondition(t)
			one.add(c, true)
			more.add(c, true)
		}
		one.add(light, true)
		more.add(grave, true)
		if !noLighter(more.left(), one.left()) {
			t.Fatalf("among alternatives %+v leaves %+v, %+v leaves %+v", light, one.left(), grave, more.left())
		}
	})
}

func TestHarmsHaveNamesAndTimes(t *testing.T) {
	tests := []struct {
		name   string
		h      harm
		effect Effect
		back   span
	}{
		{"nothing", harm{}, None, 0},
		{"lost for a time, degraded for longer", harm{lost: 10, degraded: 90}, Lost, 10},
		{"degraded", harm{degraded: 90}, Degraded, 90},
		{"lost data degrade", harm{loss: 5}, Degraded, 0},
		{"two add up part by part", harm{lost: 10, degraded: 10}.and(harm{degraded: 90, loss: 5}), Lost, 10},
		{"a secondary keeps what is lost", harm{lost: 10, degraded: 90, loss: 5}.relieved(0), Degraded, spanUnknown},
		{"not what is degraded", harm{degraded: 90}.relieved(0), Degraded, 90},
		{"or has it back sooner", harm{lost: 10, degraded: 90}.relieved(4), Lost, 4},
		{"but not later", harm{lost: 10, degraded: 90}.relieved(50), Lost, 10},
		{"and not when it cannot", harm{lost: 10, degraded: 90}.relieved(unable), Lost, 10},
		{"no graver than its group", harm{lost: 10, degraded: 90, loss: 5}.atMost(harm{degraded: 20}), Degraded, 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.h.effect(); got != tt.effect || tt.h.back() != tt.back {
				t.Errorf("%+v is %s for %d, want %s for %d", tt.h, got, tt.h.back(), tt.effect, tt.back)
			}
		})
	}
}

func TestAlternatives(t *testing.T) {
	down, slow := condition{read: gone1h(), write: gone1h()}, condition{read: out(spanOutage), write: out(spanOutage)}
	part := condition{read: access{hurt: toSpan(hour)}, write: access{hurt: toSpan(hour)}}
	type member struct {
		c    condition
		sure bool
	}
	tests := []struct {
		name    string
		members []member
		want    condition
	}{
		{"none is hurt", []member{{condition{}, true}, {condition{}, true}}, condition{}},
		{"one of two is hurt", []member{{down, true}, {condition{}, true}}, part},
		{"both are: the first one back ends the loss, the last one the trouble", []member{{slow, true}, {down, true}}, condition{read: access{toSpan(hour), spanOutage}, write: access{toSpan(hour), spanOutage}}},
		{"the other may not be there", []member{{down, true}, {condition{}, false}}, down},
		{"no one is certain to be there", []member{{down, false}, {condition{}, false}}, down},
		{"what may be there can be hurt, too", []member{{condition{}, true}, {down, false}}, part},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var g group
			for _, m := range tt.members {
				g.add(m.c, m.sure)
			}
			if got := g.left(); got != tt.want {
				t.Errorf("left is %+v, want %+v", got, tt.want)
			}
		})
	}
}
