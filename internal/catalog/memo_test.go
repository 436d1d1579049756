package catalog

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// What is remembered for one resource must be right for any other: a catalog
// that has answered for many gives the same as one that is asked for the first
// time.
func TestRememberedAnswersAreThoseOfAFreshCatalog(t *testing.T) {
	old := shelfCatalog(t)
	data, err := Generate(shelfFiles(nil))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "n")
		resources := make([]*estate.Resource, n)
		for i := range resources {
			sku := rapid.SampledFrom([]string{`"Plain"`, `"Sturdy"`, `"unknown sku"`, `"unknown other"`, `"Odd"`, `null`}).Draw(rt, "sku")
			braced := rapid.SampledFrom([]string{"true", "false", "null", `"unknown b"`}).Draw(rt, "braced")
			homes := rapid.SampledFrom([]string{`[]`, `[{"name":"westeurope"}]`, `[{"name":"northeurope"},{}]`, `"unknown homes"`, `null`}).Draw(rt, "homes")
			where := rapid.SampledFrom([]string{"westeurope", "westus", "", "{here}", "global"}).Draw(rt, "where")
			body := fmt.Sprintf(`{%s,"sku":{"name":%s},"properties":{"braced":%s,"homes":%s}}`, inTemplate, sku, braced, homes)
			resources[i] = resource(t, "Microsoft.Test/shelves", fmt.Sprintf("s%d", i), where, body)
			resources[i].External = rapid.Bool().Draw(rt, "external")
		}
		e := built(old, resources, nil)
		for _, r := range e.Resources {
			fresh, err := load(data)
			if err != nil {
				rt.Fatal(err)
			}
			for _, scope := range Scopes() {
				got, want := old.Survive(e, r, scope), fresh.Survive(e, r, scope)
				if outcomeText(got) != outcomeText(want) {
					rt.Fatalf("%s in an outage of %s: %s, fresh %s", r.Name, scope, outcomeText(got), outcomeText(want))
				}
			}
			if got, want := old.Check(old.Rules()[0], e, r), fresh.Check(fresh.Rules()[0], e, r); !sameVerdict(got, want) {
				rt.Fatalf("%s: %+v, fresh %+v", r.Name, got, want)
			}
		}
	})
}

func outcomeText(o Outcome) string {
	text := fmt.Sprintf("%s %q", o.State, o.Unknowns)
	if o.Fact != nil {
		text += " " + o.Fact.Why
	}
	for _, c := range o.Candidates {
		text += " or " + c.Why
	}
	return text
}

func TestEqualResourcesShareTheirSituation(t *testing.T) {
	c := shelfCatalog(t)
	var resources []*estate.Resource
	for i := range 100 {
		body := fmt.Sprintf(`{%s,"properties":{"braced":%v,"boards":%d}}`, inTemplate, i%2 == 0, i)
		resources = append(resources, resource(t, "Microsoft.Test/shelves", fmt.Sprintf("s%d", i), "westeurope", body))
	}
	e := built(c, resources, nil)
	for _, r := range e.Resources {
		c.Survive(e, r, ScopeZone)
	}
	// No condition uses boards: they do not tell one shelf from another.
	if n := len(c.byID["shelf"].situations); n != 2 {
		t.Errorf("%d situations, want 2: one braced and one not", n)
	}
}

func TestTheMemoIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("makes more resources than the memo holds")
	}
	c := shelfCatalog(t)
	f := c.byID["shelf"].ready()
	v, e := &view{}, estate.Build(nil, nil, estate.Coverage{})
	for i := range maxSituations + 10 {
		l := v.about(e, &estate.Resource{Location: fmt.Sprintf("place%d", i)})
		f.situation(l)
		l.done()
	}
	if n := len(f.situations); n > maxSituations || n == 0 {
		t.Errorf("%d situations", n)
	}
}

func TestOneEstateIsForgottenForAnother(t *testing.T) {
	c := shelfCatalog(t)
	e1, r1 := at(t, c, "westeurope", `{`+inTemplate+`}`)
	e2, r2 := at(t, c, "westeurope", `{`+inTemplate+`,"sku":{"name":"Sturdy"}}`)
	for range 3 {
		if got := c.Survive(e1, r1, ScopeZone).State; got != Down {
			t.Errorf("the first estate: %s", got)
		}
		if got := c.Survive(e2, r2, ScopeZone).State; got != CarriesOn {
			t.Errorf("the second estate: %s", got)
		}
	}
}

func TestClassifyingAgainForgets(t *testing.T) {
	c := shelfCatalog(t)
	e, r := at(t, c, "westeurope", `{`+inTemplate+`}`)
	c.Survive(e, r, ScopeZone)
	r.Type = "Microsoft.Test/tables"
	c.Classify(e)
	if got := c.Survive(e, r, ScopeZone); got.State != Unknown || r.Service != "" {
		t.Errorf("got %+v of %q", got, r.Service)
	}
}

// Many ask at once about two estates; the race detector watches.
func TestACatalogAnswersManyAtOnce(t *testing.T) {
	c := shelfCatalog(t)
	e1, _ := at(t, c, "westeurope", `{`+inTemplate+`}`)
	e2, _ := at(t, c, "westeurope", `{`+inTemplate+`,"sku":{"name":"unknown sku"}}`)
	var wg sync.WaitGroup
	for i := range 8 {
		e := e1
		if i%2 == 1 {
			e = e2
		}
		wg.Go(func() {
			for range 50 {
				r := e.Resources[0]
				got := c.Survive(e, r, ScopeZone)
				if (got.State == Unknown) != (e == e2) {
					t.Errorf("got %+v", got)
				}
				c.Check(c.Rules()[0], e, r)
				c.Message(c.Rules()[0], e, r)
				c.Settings(e, r)
			}
		})
	}
	wg.Wait()
}

// What was found out of an estate goes with it.
func TestAnEstateIsNotKeptAlive(t *testing.T) {
	c := shelfCatalog(t)
	for range 20 {
		e, r := at(t, c, "westeurope", `{`+inTemplate+`}`)
		c.Survive(e, r, ScopeZone)
	}
	count := func() (n int) {
		c.views.all.Range(func(any, any) bool { n++; return true })
		return n
	}
	for range 100 {
		if runtime.GC(); count() <= 1 {
			return
		}
		time.Sleep(10 * time.Millisecond) // cleanups run after the collection
	}
	t.Errorf("%d views are kept", count())
}
