package improve

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// whole writes all of an estate that changes touch: bodies, relations and roles.
func whole(e *estate.Estate) string {
	out := signature(e)
	for _, x := range e.Relations {
		out += "\n" + x.From.ID.Key() + " -" + string(x.Role) + "-> " + x.To.ID.Key()
	}
	for _, r := range e.Resources {
		out += "\n" + r.ID.Key() + " is " + r.Service
		for _, role := range r.Roles {
			out += " " + string(role)
		}
	}
	return out
}

// possible lists the changes that can be made to an estate, of a base with the same
// resources.
func possible(c *catalog.Catalog, base, e *estate.Estate) []Change {
	var out []Change
	for _, r := range base.Resources {
		for _, rem := range c.RemediesFor(r.Service) {
			if len(rem.Set)+len(rem.Add) == 0 {
				continue
			}
			if v := c.Concerns(rem, e, e.ByID(r.ID)); v.Known && v.Holds {
				out = append(out, Change{rem, r})
			}
		}
	}
	return out
}

// Whatever is tried one after the other and taken back in between, the estate is
// that which all changes that stayed make at once, and the base stays as it was.
func TestATrialIsAllItsChangesAtOnce(t *testing.T) {
	c := loadCatalog(t)
	rapid.Check(t, func(rt *rapid.T) {
		b := drawEstate(rt, t)
		b.add("sqls", serverType, `"properties":{}`)
		for _, name := range []string{"sqls/a", "sqls/b"} {
			b.add(name, serverType+"/databases", `"sku":{"tier":"BusinessCritical"},"properties":{}`)
			b.lean(name, estate.Server, "sqls")
		}
		e := b.build(c)
		before := whole(e)
		trial := Try(e, c)
		var made []Change
		var marks []int
		for range rapid.IntRange(1, 8).Draw(rt, "moves") {
			if len(made) > 0 && rapid.IntRange(0, 2).Draw(rt, "back") == 0 {
				to := rapid.IntRange(0, len(made)-1).Draw(rt, "to")
				trial.Back(marks[to])
				made, marks = made[:to], marks[:to]
			} else if all := possible(c, e, trial.Estate()); len(all) > 0 {
				marks = append(marks, trial.Mark())
				made = append(made, rapid.SampledFrom(all).Draw(rt, "change"))
				trial.Do("northeurope", made[len(made)-1])
			}
			if rapid.Bool().Draw(rt, "look") {
				if got, want := whole(trial.Estate()), whole(Apply(e, c, "northeurope", made...)); got != want {
					rt.Fatalf("after %d changes the trial has\n%s\nall at once make\n%s", len(made), got, want)
				}
			}
		}
		if got, want := whole(trial.Estate()), whole(Apply(e, c, "northeurope", made...)); got != want {
			rt.Fatalf("at the end the trial has\n%s\nall at once make\n%s", got, want)
		}
		if whole(e) != before {
			rt.Fatal("the base was changed")
		}
	})
}

// A change of settings is seen at once; what is added, when the estate is asked for.
func TestATrialTellsWhatItHasNotPutTogetherYet(t *testing.T) {
	c := loadCatalog(t)
	e := usual(t).build(c)
	trial := Try(e, c)
	if trial.Estate() != e || trial.Stale() || trial.Mark() != 0 {
		t.Error("a trial without changes is not the estate it began with")
	}
	trial.Back(0)
	if added := trial.Do("", change(t, c, e, "registry-premium", "cr")); len(added) > 0 || trial.Stale() {
		t.Errorf("a setting adds %v", added)
	}
	if got := named(t, trial.Seen(), "cr").Body.Path("sku", "name").Str(); got != "Premium" {
		t.Errorf("the sku is %q", got)
	}
	mark := trial.Mark()
	added := trial.Do("northeurope", change(t, c, e, "registry-replica", "cr"))
	if len(added) != 1 || added[0].LastName() != "northeurope" || !trial.Stale() {
		t.Errorf("a replica adds %v", added)
	}
	if trial.Seen().ByID(added[0]) != nil || trial.Estate().ByID(added[0]) == nil || trial.Stale() {
		t.Error("the replica is there too early, or not at all")
	}
	trial.Back(mark)
	if trial.Estate().ByID(added[0]) != nil {
		t.Error("the replica is still there")
	}
	trial.Back(0)
	if whole(trial.Estate()) != whole(e) {
		t.Error("all is taken back, and the estate is another one")
	}
}

// A second database joins the failover group that the first one was given.
func TestWhatIsThereIsJoined(t *testing.T) {
	c := loadCatalog(t)
	b := newBuilder(t, "westeurope")
	b.add("sqls", serverType, `"properties":{}`)
	for _, name := range []string{"sqls/a", "sqls/b"} {
		b.add(name, serverType+"/databases", `"sku":{"tier":"BusinessCritical"},"properties":{}`)
		b.lean(name, estate.Server, "sqls")
	}
	e := b.build(c)
	trial := Try(e, c)
	first := trial.Do("northeurope", change(t, c, e, "sql-failover-group", "sqls/a"))
	second := trial.Do("northeurope", change(t, c, e, "sql-failover-group", "sqls/b"))
	if len(first) != 2 || len(second) != 0 {
		t.Fatalf("the first one adds %v, the second %v", first, second)
	}
	group := named(t, trial.Estate(), "sqls/sqls-group")
	var members []string
	for _, id := range group.Property("databases").Elems() {
		members = append(members, estate.ParseID(id.Str()).LastName())
	}
	if !slices.Equal(members, []string{"a", "b"}) || group.Property("partnerServers").Len() != 1 {
		t.Errorf("the group has %v and %d partners", members, group.Property("partnerServers").Len())
	}
	for _, name := range []string{"sqls/a", "sqls/b"} {
		r := named(t, trial.Estate(), name)
		if s, ok := c.Setting(trial.Estate(), r, "failoverPolicies"); !ok || s.Text != "Manual" {
			t.Errorf("%s knows its group as %q", name, s.Text)
		}
	}
}

func BenchmarkTrial(b *testing.B) {
	c := loadCatalog(b)
	e := usual(b).build(c)
	changes := []Change{change(b, c, e, "registry-premium", "cr"), change(b, c, e, "storage-zrs", "st"), change(b, c, e, "registry-replica", "cr")}
	b.ReportAllocs()
	for b.Loop() {
		t := Try(e, c)
		for _, x := range changes {
			t.Do("northeurope", x)
		}
		t.Estate()
	}
}
