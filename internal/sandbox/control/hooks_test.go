package control

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// shop is a provider whose types use every hook and every way to say something
// as data that toys does not use.
func shop() *provider.Provider {
	v := []string{version}
	plain := provider.States{Creating: "-"}
	return &provider.Provider{Namespace: "Toy.Shop", Types: []*provider.Type{
		{Name: "Toy.Shop/shelves", Kind: "proxy", APIVersions: v},
		{Name: "Toy.Shop/shelves/books", Kind: "proxy", APIVersions: v, States: plain, Hooks: provider.Hooks{
			Parent: func(call *provider.Call) error {
				if call.Name == "banned" {
					return refusal.BadRequest("no shelf takes it")
				}
				_, err := call.Engine.Put(call.Tx, call.Now, provider.Request{ID: state.OwnerOf(call.ID), Internal: true, Body: object.Object{"properties": object.Object{"madeFor": call.Name}}})
				return err
			},
			Listed: func(call *provider.Call) bool {
				return call.Query.Get("thick") == "" || object.Bool(call.Body, "properties.thick")
			},
			Order: func(call *provider.Call, a, b *state.Resource) int {
				if call.Query.Get("order") == "desc" {
					a, b = b, a
				}
				return cmp.Compare(a.Name, b.Name)
			},
			Also: func(*provider.Call) ([]object.Object, error) {
				return []object.Object{{"name": "catalogue"}}, nil
			},
		}, PageSize: 2, PageToken: "$skip", PageLimit: "count"},
		{
			Name: "Toy.Shop/orders", Kind: "tracked", APIVersions: v, Offered: "aml",
			Create:    provider.Operation{Takes: time.Minute, Status: http.StatusOK, Style: "both", Timeout: 5 * time.Minute, InBody: "properties.follow"},
			Update:    provider.Operation{Takes: time.Minute, Style: "state"},
			States:    provider.States{Creating: "Packing", Updating: "Repacking", Succeeded: "Packed", Deleting: "Binning"},
			Delete:    provider.Operation{Takes: time.Minute, Style: "location", Status: http.StatusOK},
			BusyCode:  "OrderBusy",
			Patchable: []string{"tags", "properties.note"}, BusyMessage: "{name} is being packed.",
			Hooks: provider.Hooks{
				Prepare: func(call *provider.Call) error {
					if object.Bool(call.Body, "properties.express") {
						call.Takes = 0
					}
					if object.Bool(call.Body, "properties.slow") {
						call.Takes, call.State = time.Hour, "Waiting"
					}
					return nil
				},
				Done: func(call *provider.Call) error {
					switch what := object.Text(call.Body, "properties.what"); {
					case what == "nothing":
						return call.Tx.Delete(call.ID)
					case what == "broken" && !call.Seeding:
						return refusal.Conflict("OrderBroken", "It broke.")
					case what == "wild":
						return errors.New("secret reason")
					}
					object.Set(call.Body, "properties.receipt", fmt.Sprintf("%s %v %s", call.Name, call.Created, call.Now.Format("15:04")))
					return nil
				},
			},
		},
		{Name: "Toy.Shop/branches", Kind: "tracked", APIVersions: v, Naming: provider.NameRule{Unique: "region"}, Delete: provider.Operation{Status: http.StatusAccepted}},
		{Name: "Toy.Shop/chains", Kind: "tracked", Global: true, Scope: "subscription", APIVersions: v, Concurrent: true, Create: provider.Operation{Takes: time.Minute}, Update: provider.Operation{Takes: time.Minute}},
		{Name: "Toy.Shop/guilds", Kind: "proxy", Scope: "tenant", APIVersions: v},
		{Name: "Toy.Shop/labels", Kind: "extension", APIVersions: v},
		{Name: "Toy.Shop/labels/colours", Kind: "proxy", APIVersions: v},
	}, Tenant: map[string]func(*provider.Call) (provider.Reply, error){
		"hours": func(call *provider.Call) (provider.Reply, error) {
			return provider.Reply{Status: http.StatusAccepted, Body: object.Object{"open": call.Method}}, nil
		},
	}}
}

const (
	shelf = group + "/providers/Toy.Shop/shelves/top"
	order = group + "/providers/Toy.Shop/orders/one"
)

func openShop(t *testing.T) *sandbox { return open(t, state.New(), shop()) }

// put makes a resource of the shop.
func (s *sandbox) put(want int, id, body string) response {
	s.t.Helper()
	return s.do(want, "PUT", id+"?api-version="+version, body)
}

func (s *sandbox) get(want int, id string) response {
	s.t.Helper()
	return s.do(want, "GET", id+sep(id)+"api-version="+version, "")
}

func sep(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

func TestATypeCanMakeTheParentThatIsMissing(t *testing.T) {
	s := openShop(t)
	s.refused(400, "BadRequest", "PUT", shelf+"/books/banned?api-version="+version, "{}")
	s.get(404, shelf)
	s.put(201, shelf+"/books/a", "{}")
	if got := s.get(200, shelf); object.Text(got.body, "properties.madeFor") != "a" {
		t.Errorf("the shelf is %s", got.text)
	}
	s.refused(404, "ParentResourceNotFound", "PATCH", group+"/providers/Toy.Shop/shelves/low/books/a?api-version="+version, "{}")
	s.refused(404, "ParentResourceNotFound", "GET", group+"/providers/Toy.Shop/shelves/low/books/a?api-version="+version, "")
	s.do(204, "DELETE", group+"/providers/Toy.Shop/shelves/low/books/a?api-version="+version, "")
}

func TestATypeOrdersFiltersAndCompletesItsLists(t *testing.T) {
	s := openShop(t)
	for i, name := range []string{"c", "a", "e", "b", "d"} {
		s.put(201, shelf+"/books/"+name, fmt.Sprintf(`{"properties":{"thick":%v}}`, i%2 == 0))
	}
	for path, want := range map[string]string{
		"":                           "a b | c d | e catalogue",
		"?order=desc":                "e d | c b | a catalogue",
		"?thick=yes":                 "c d | e catalogue",
		"?count=1&order=desc":        "e | d | c | b | a catalogue",
		"?count=5":                   "a b | c d | e catalogue",
		"?$skip=bm90IGEgdG9rZW4":     "a b | c d | e catalogue",
		"?$skip=***":                 "a b | c d | e catalogue",
		"?$skip=" + "c2tpcDotNQ":     "a b | c d | e catalogue", // skip:-5
		"?$skip=" + "c2tpcDo5OTk5OQ": "catalogue",               // skip:99999
	} {
		if got := s.walk(shelf + "/books" + path + sep(path) + "api-version=" + version); got != want && !(path == "?thick=yes" && got == "c d | e catalogue") {
			t.Errorf("%q gives %q, not %q", path, got, want)
		}
	}
}

func TestAnOperationIsAsItsTypeSays(t *testing.T) {
	s := openShop(t)
	r := s.put(200, order, `{"location":"westeurope"}`)
	follow := r.header.Get("Azure-AsyncOperation")
	if follow == "" || r.header.Get("Location") == "" || r.header.Get("x-ms-async-operation-timeout") != "PT5M0S" ||
		object.Text(r.body, stateProperty) != "Packing" || object.Text(r.body, "properties.follow") != follow {
		t.Errorf("the answer is %v %s", r.header, r.text)
	}
	busy := s.refused(409, "OrderBusy", "PATCH", order+"?api-version="+version, "{}")
	if object.Text(busy.body, "error.message") != "one is being packed." {
		t.Errorf("while it runs: %s", busy.text)
	}
	s.advance(time.Minute)
	r = s.get(200, order)
	if object.Text(r.body, stateProperty) != "Packed" || object.Text(r.body, "properties.receipt") != "one true 12:01" {
		t.Errorf("at its end: %s", r.text)
	}
	s.do(200, "GET", strings.Replace(follow, "operationStatuses", "operationResults", 1), "")
	r = s.do(200, "PATCH", order+"?api-version="+version, `{"location":"eastus","kind":"other","tags":{"a":"1"},"properties":{"note":"n","what":"x"}}`)
	if r.header.Get("Azure-AsyncOperation") != "" || r.header.Get("Location") != "" || object.Text(r.body, stateProperty) != "Repacking" ||
		object.Text(r.body, "tags.a") != "1" || object.Text(r.body, "properties.note") != "n" || object.Text(r.body, "properties.what") != "" || object.Text(r.body, "kind") != "" {
		t.Errorf("a patch: %v %s", r.header, r.text)
	}
	s.advance(time.Minute)
	if r = s.get(200, order); object.Text(r.body, "properties.receipt") != "one false 12:02" {
		t.Errorf("after it: %s", r.text)
	}
	r = s.do(200, "DELETE", order+"?api-version="+version, "")
	if r.header.Get("Location") == "" || r.header.Get("Azure-AsyncOperation") != "" || object.Text(s.get(200, order).body, stateProperty) != "Binning" {
		t.Errorf("a deletion: %v", r.header)
	}
}

func TestPrepareDecidesHowLongItTakes(t *testing.T) {
	s := openShop(t)
	r := s.put(200, order, `{"location":"westeurope","properties":{"express":true}}`)
	if object.Text(r.body, stateProperty) != "Packed" || object.Text(r.body, "properties.receipt") != "one true 12:00" || r.header.Get("Azure-AsyncOperation") != "" {
		t.Errorf("express: %v %s", r.header, r.text)
	}
	r = s.put(200, group+"/providers/Toy.Shop/orders/two", `{"location":"westeurope","properties":{"slow":true}}`)
	if object.Text(r.body, stateProperty) != "Waiting" {
		t.Errorf("slow: %s", r.text)
	}
	s.advance(59 * time.Minute)
	if got := s.do(200, "GET", r.header.Get("Azure-AsyncOperation"), "").body["status"]; got != "InProgress" {
		t.Errorf("after 59 minutes it is %v", got)
	}
}

func TestTheEndOfAnOperationCanFailOrLeaveNothing(t *testing.T) {
	s := openShop(t)
	urls := map[string]string{}
	for _, what := range []string{"nothing", "broken", "wild"} {
		urls[what] = s.put(200, group+"/providers/Toy.Shop/orders/"+what, `{"location":"westeurope","properties":{"what":"`+what+`"}}`).header.Get("Azure-AsyncOperation")
	}
	s.advance(time.Minute)
	for what, want := range map[string]string{"nothing": "Succeeded ", "broken": "Failed OrderBroken", "wild": "Failed InternalServerError"} {
		r := s.do(200, "GET", urls[what], "")
		if got := object.Text(r.body, "status") + " " + object.Text(r.body, "error.code"); got != want || strings.Contains(r.text, "secret") {
			t.Errorf("%s ends as %s", what, r.text)
		}
	}
	s.get(404, group+"/providers/Toy.Shop/orders/nothing")
	s.do(204, "GET", strings.Replace(urls["nothing"], "operationStatuses", "operationResults", 1), "")
	s.refused(409, "OrderBroken", "GET", strings.Replace(urls["broken"], "operationStatuses", "operationResults", 1), "")
	if got := object.Text(s.get(200, group+"/providers/Toy.Shop/orders/broken").body, stateProperty); got != "Failed" {
		t.Errorf("what broke is %s", got)
	}
	r := s.put(409, group+"/providers/Toy.Shop/orders/quick", `{"location":"westeurope","properties":{"what":"broken","express":true}}`)
	if object.Text(r.body, "error.code") != "OrderBroken" {
		t.Errorf("at once: %s", r.text)
	}
	s.get(404, group+"/providers/Toy.Shop/orders/quick")
	r = s.put(500, group+"/providers/Toy.Shop/orders/quick", `{"location":"westeurope","properties":{"what":"wild","express":true}}`)
	if strings.Contains(r.text, "secret") {
		t.Errorf("at once: %s", r.text)
	}
}

func TestNamesCanBeUniqueInARegion(t *testing.T) {
	s := openShop(t)
	s.do(201, "PUT", subPath+"/resourceGroups/h", `{"location":"westeurope"}`)
	branch := "/providers/Toy.Shop/branches/main"
	s.put(201, group+branch, `{"location":"westeurope"}`)
	other := subPath + "/resourceGroups/h"
	s.refused(409, "NameAlreadyExists", "PUT", other+branch+"?api-version="+version, `{"location":"West Europe"}`)
	s.put(201, other+branch, `{"location":"eastus"}`)
	s.do(202, "DELETE", group+branch+"?api-version="+version, "")
	s.do(202, "DELETE", other+branch+"?api-version="+version, "")
	s.put(201, other+branch, `{"location":"westeurope"}`)
}

func TestTypesStandWhereTheyMay(t *testing.T) {
	s := openShop(t)
	chain := subPath + "/providers/Toy.Shop/chains/big"
	r := s.put(201, chain, `{"tags":{"a":"1"}}`)
	if r.body["location"] != "global" || r.body["id"] != chain || !strings.Contains(r.header.Get("Azure-AsyncOperation"), "/locations/global/operationStatuses/") {
		t.Errorf("a chain: %v %s", r.header, r.text)
	}
	s.put(200, chain, `{"tags":{"a":"2"}}`) // concurrent
	s.advance(time.Minute)
	if got := object.Text(s.get(200, chain).body, stateProperty); got != "Succeeded" {
		t.Errorf("the chain is %s", got)
	}
	s.refused(404, "InvalidResourceType", "PUT", group+"/providers/Toy.Shop/chains/big?api-version="+version, "{}")
	s.refused(404, "InvalidResourceType", "PUT", subPath+"/providers/Toy.Shop/orders/one?api-version="+version, `{"location":"westeurope"}`)
	guild := "/providers/Toy.Shop/guilds/old"
	s.put(201, guild, "{}")
	if got := s.walk("/providers/Toy.Shop/guilds?api-version=" + version); got != "old" {
		t.Errorf("guilds: %s", got)
	}
	if got := s.walk(subPath + "/providers/Toy.Shop/chains?api-version=" + version); got != "big" {
		t.Errorf("chains: %s", got)
	}
	s.put(201, shelf, "{}")
	for _, scope := range []string{"", subPath, group, shelf, chain, guild} {
		label := scope + "/providers/Toy.Shop/labels/l"
		if r := s.put(201, label, "{}"); r.body["id"] != label {
			t.Errorf("%s is %s", label, r.text)
		}
		s.put(201, label+"/colours/red", "{}")
		if got := s.walk(scope + "/providers/Toy.Shop/labels?api-version=" + version); got != "l" {
			t.Errorf("labels of %q: %s", scope, got)
		}
		s.get(200, label+"/colours/red")
	}
	s.refused(404, "ResourceNotFound", "PUT", group+"/providers/Toy.Shop/shelves/none/providers/Toy.Shop/labels/l?api-version="+version, "{}")
	s.refused(404, "ResourceNotFound", "GET", group+"/providers/Toy.Shop/shelves/none/providers/Toy.Shop/labels?api-version="+version, "")
	s.do(200, "DELETE", shelf+"?api-version="+version, "")
	s.refused(404, "ResourceNotFound", "GET", shelf+"/providers/Toy.Shop/labels/l?api-version="+version, "")
	if r := s.do(202, "POST", "/providers/Toy.Shop/hours?api-version="+version, "{}"); r.body["open"] != "POST" {
		t.Errorf("the hours are %s", r.text)
	}
	s.do(405, "DELETE", "/providers/Toy.Shop/hours?api-version="+version, "")
}

func TestTypesAreOfferedInTheirRegions(t *testing.T) {
	for offered, outside := range map[string]string{"aml": "austriaeast", "amlregistry": "australiacentral", "aks": "jioindiawest", "databricks": "austriaeast", "aci": "jioindiawest", "hdinsight": "jioindiawest", "": "swedensouth"} {
		typ := &provider.Type{Name: "A.B/cs", Offered: offered}
		if offersIn(typ, outside) {
			t.Errorf("%q is offered in %s", offered, outside)
		}
		if !offersIn(typ, "westeurope") || !offersIn(typ, "West Europe") {
			t.Errorf("%q is not offered in westeurope", offered)
		}
		var names []string
		for _, r := range regionsOf(typ) {
			names = append(names, r.Name)
		}
		if slices.Contains(names, outside) || !slices.Contains(names, "westeurope") || !slices.IsSorted(names) {
			t.Errorf("%q is offered in %v", offered, names)
		}
	}
	if offersIn(&provider.Type{}, "nowhere") || regionsOf(&provider.Type{Global: true}) != nil {
		t.Error("a type is offered in a region that is none")
	}
}

func TestALaterProviderReplacesAType(t *testing.T) {
	again := &provider.Provider{Namespace: "toy.shop", Types: []*provider.Type{{Name: "toy.shop/SHELVES", Kind: "proxy", APIVersions: []string{"2030-01-01"}}}}
	s := open(t, state.New(), shop(), again)
	if got := s.Type("Toy.Shop/shelves").APIVersions[0]; got != "2030-01-01" {
		t.Errorf("the type has the api-version %s", got)
	}
	n := 0
	for _, typ := range s.Types() {
		if strings.EqualFold(typ.Name, "Toy.Shop/shelves") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the type is there %d times", n)
	}
}
