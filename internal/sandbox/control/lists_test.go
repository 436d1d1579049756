package control

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// names gives the names of what a list holds.
func names(list object.Object) string {
	var out []string
	for _, v := range object.List(list, "value") {
		out = append(out, object.Text(v.(object.Object), "name"))
	}
	return strings.Join(out, " ")
}

// walk follows nextLink to the end and gives the names of each page.
func (s *sandbox) walk(path string) string {
	s.t.Helper()
	var pages []string
	for path != "" {
		r := s.do(200, "GET", path, "")
		pages = append(pages, names(r.body))
		path = object.Text(r.body, "nextLink")
	}
	return strings.Join(pages, " | ")
}

func fill(t *testing.T) *sandbox {
	t.Helper()
	s := open(t, state.New())
	s.do(201, "PUT", subPath+"/resourceGroups/h", `{"location":"northeurope","tags":{"env":"test"}}`)
	for _, name := range []string{"blue", "green", "red"} {
		s.do(201, "PUT", group+"/providers/Toy.Box/boxes/"+name, `{"location":"westeurope","tags":{"env":"`+name+`"},"properties":{"colour":"x"}}`)
	}
	s.do(201, "PUT", subPath+"/resourceGroups/h/providers/Toy.Box/boxes/white", `{"location":"northeurope","kind":"k","properties":{"colour":"x"}}`)
	s.do(201, "PUT", subPath+"/resourceGroups/h/providers/Toy.Box/trains/fast", `{"location":"northeurope"}`)
	for i := range 7 {
		s.do(201, "PUT", fmt.Sprintf("%s/blocks/b%d", box, i), `{"properties":{}}`)
	}
	return s
}

func TestResourcesAreListedByScopeFilterAndPage(t *testing.T) {
	s := fill(t)
	filtered := func(scope, filter string) string {
		return scope + "/resources?$filter=" + url.QueryEscape(filter)
	}
	for _, c := range []struct{ path, want string }{
		{subPath + "/resources", "blue green red white fast"},
		{group + "/resources", "blue green red"},
		{group + "/resources?$top=2", "blue green | red"},
		{subPath + "/resources?$top=1", "blue | green | red | white | fast"},
		{filtered(subPath, "resourceType eq 'toy.box/Trains'"), "fast"},
		{filtered(subPath, "resourceType eq 'Toy.Box/boxes'") + "&$top=3", "blue green red | white"},
		{filtered(subPath, "resourceType eq 'Toy.Box/boxes' and resourceGroup eq 'H'"), "white"},
		{filtered(subPath, "name eq 'RED'"), "red"},
		{filtered(subPath, "location eq 'North Europe'"), "white fast"},
		{filtered(subPath, "tagName eq 'env'"), "blue green red"},
		{filtered(subPath, "tagName eq 'env' and tagValue eq 'green'"), "green"},
		{filtered(subPath, "substringof('re', name)"), "green red"},
		{filtered(subPath, "startswith(name, 'b')"), "blue"},
		{filtered(subPath, "kind eq 'K'"), "white"},
		{filtered(subPath, "name ne 'red' and resourceType eq 'Toy.Box/boxes'"), "blue green white"},
		{subPath + "/resourceGroups", "g h"},
		{subPath + "/resourcegroups?$top=1", "g | h"},
		{subPath + "/resourceGroups?$filter=" + url.QueryEscape("tagName eq 'env' and tagValue eq 'test'"), "h"},
		{box + "/blocks", "b0 b1 b2 | b3 b4 b5 | b6"},
		{box + "/blocks?$top=2", "b0 b1 | b2 b3 | b4 b5 | b6"},
		{box + "/blocks?$top=99", "b0 b1 b2 | b3 b4 b5 | b6"},
		{group + "/providers/Toy.Box/boxes/blue/blocks", ""},
		{subPath + "/providers/Toy.Box/boxes", "blue green red white"},
		{subPath + "/resourceGroups/h/providers/Toy.Box/boxes", "white"},
		{group + "/providers/Toy.Box/stickers", ""},
	} {
		if got := s.walk(c.path); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.path, got, c.want)
		}
	}
	s.refused(400, "InvalidFilterInQueryString", "GET", filtered(subPath, "name eq"), "")
	s.refused(400, "InvalidTopInQueryString", "GET", subPath+"/resources?$top=x", "")
	s.refused(404, "ParentResourceNotFound", "GET", group+"/providers/Toy.Box/boxes/grey/blocks", "")
	s.refused(404, "ResourceGroupNotFound", "GET", subPath+"/resourceGroups/i/resources", "")
}

func TestAnEntryOfAListShowsNoProperties(t *testing.T) {
	s := fill(t)
	list := s.do(200, "GET", group+"/resources?$expand=createdTime,changedTime,provisioningState&$top=1", "")
	if got := object.List(list.body, "value")[0].(object.Object); got["properties"] != nil || got["provisioningState"] != "Succeeded" ||
		got["createdTime"] != "2026-11-23T12:00:00.0000000Z" || got["changedTime"] != "2026-11-23T12:00:00.0000000Z" || object.Text(got, "sku.name") != "Small" || got["id"] != group+"/providers/Toy.Box/boxes/blue" {
		t.Errorf("got %v", got)
	}
}

func TestADeletedGroupLeavesNothingBehind(t *testing.T) {
	s := fill(t)
	s.do(204, "HEAD", group, "")
	r := s.do(202, "DELETE", group, "")
	location := r.header.Get("Location")
	if !strings.HasPrefix(location, s.url+subPath+"/operationresults/") {
		t.Fatalf("the headers are %v", r.header)
	}
	if got := object.Text(s.do(200, "GET", group, "").body, stateProperty); got != "Deleting" {
		t.Errorf("the state is %s", got)
	}
	s.refused(409, "ResourceGroupBeingDeleted", "PUT", box, `{"location":"westeurope","properties":{"colour":"x"}}`)
	s.refused(409, "ResourceGroupBeingDeleted", "PUT", group, `{"location":"westeurope"}`)
	s.do(202, "GET", location, "")
	s.advance(time.Minute)
	s.do(200, "GET", location, "")
	s.do(404, "HEAD", group, "")
	s.refused(404, "ResourceGroupNotFound", "GET", box, "")
	s.refused(404, "ResourceGroupNotFound", "DELETE", group, "")
	if got := s.walk(subPath + "/resources"); got != "white fast" {
		t.Errorf("what is left is %s", got)
	}
	s.do(201, "PUT", subPath+"/resourceGroups/h/providers/Toy.Box/boxes/red", `{"location":"westeurope","properties":{"colour":"x"}}`)
}

func TestGroupsAreMadeChangedAndRefused(t *testing.T) {
	s := open(t, state.New())
	r := s.do(201, "PUT", subPath+"/resourcegroups/New", `{"location":"West Europe","tags":{"a":"1"}}`)
	want := `{"id":"` + subPath + `/resourceGroups/New","location":"westeurope","name":"New","properties":{"provisioningState":"Succeeded"},"tags":{"a":"1"},"type":"Microsoft.Resources/resourceGroups"}`
	if strings.TrimSpace(r.text) != want {
		t.Errorf("got\n%s\nwant\n%s", r.text, want)
	}
	if got := s.do(200, "PUT", subPath+"/resourceGroups/NEW", `{"location":"westeurope"}`).body["id"]; got != subPath+"/resourceGroups/New" {
		t.Errorf("its id became %s", got)
	}
	if got := s.do(200, "PATCH", subPath+"/resourceGroups/new", `{"tags":{"b":"2"}}`); object.Text(got.body, "tags.b") != "2" {
		t.Errorf("after a patch: %s", got.text)
	}
	s.refused(400, "InvalidResourceGroup", "PUT", subPath+"/resourceGroups/bad.", `{"location":"westeurope"}`)
	s.refused(400, "LocationNotAvailableForResourceGroup", "PUT", subPath+"/resourceGroups/x", `{"location":"moon"}`)
	s.refused(400, "LocationRequired", "PUT", subPath+"/resourceGroups/x", `{}`)
	s.refused(404, "ResourceGroupNotFound", "PATCH", subPath+"/resourceGroups/x", `{}`)
}

func TestTheWholeOfASubscription(t *testing.T) {
	s := open(t, state.New())
	if got := s.do(200, "GET", "/subscriptions", ""); object.Text(object.List(got.body, "value")[0].(object.Object), "subscriptionId") != subID || got.header.Get("x-ms-ratelimit-remaining-tenant-reads") != "249" {
		t.Errorf("subscriptions: %s", got.text)
	}
	if got := s.do(200, "GET", subPath, "").body; got["displayName"] != "Test" || got["tenantId"] != tenantID || got["state"] != "Enabled" {
		t.Errorf("the subscription: %v", got)
	}
	if got := s.do(200, "GET", "/tenants", ""); !strings.Contains(got.text, tenantID) {
		t.Errorf("tenants: %s", got.text)
	}
	locations := map[string]object.Object{}
	for _, l := range object.List(s.do(200, "GET", subPath+"/locations", "").body, "value") {
		locations[object.Text(l.(object.Object), "name")] = l.(object.Object)
	}
	west := locations["westeurope"]
	if object.Text(west, "displayName") != "West Europe" || object.Text(west, "metadata.physicalLocation") != "Netherlands" ||
		object.Text(object.List(west, "metadata.pairedRegion")[0].(object.Object), "name") != "northeurope" || len(object.List(west, "availabilityZoneMappings")) != 3 {
		t.Errorf("West Europe: %v", west)
	}
	if _, ok := object.Find(locations["westus"], "availabilityZoneMappings"); ok {
		t.Error("a region without zones has a mapping of zones")
	}
	for region := range locations {
		for zone := 1; zone <= 3; zone++ {
			if n := PhysicalZone(subID, region, zone); n != 0 && fmt.Sprintf("%s-az%d", region, n) != object.Text(object.List(locations[region], "availabilityZoneMappings")[zone-1].(object.Object), "physicalZone") {
				t.Errorf("zone %d of %s is %d", zone, region, n)
			}
		}
	}
	peers := s.do(200, "POST", subPath+"/providers/Microsoft.Resources/checkZonePeers", `{"location":"westeurope","subscriptionIds":["subscriptions/`+subID+`"]}`)
	for _, p := range object.List(peers.body, "availabilityZonePeers") {
		p := p.(object.Object)
		if same := object.List(p, "peers"); len(same) != 1 || object.Text(same[0].(object.Object), "availabilityZone") != object.Text(p, "availabilityZone") {
			t.Errorf("a subscription's own zones differ: %s", peers.text)
		}
	}
	toys := s.do(200, "GET", subPath+"/providers/Toy.Box", "")
	if object.Text(toys.body, "registrationState") != "Registered" || !strings.Contains(toys.text, `"resourceType":"boxes/blocks"`) || !strings.Contains(toys.text, `"zoneMappings":[{"location":"Australia East","zones":["1","2","3"]}`) {
		t.Errorf("the provider: %s", toys.text)
	}
	s.do(200, "POST", subPath+"/providers/Toy.Box/unregister", "")
	if got := object.Text(s.do(200, "GET", subPath+"/providers/toy.box", "").body, "registrationState"); got != "NotRegistered" {
		t.Errorf("it is %s", got)
	}
	for _, path := range []string{"/providers", subPath + "/providers"} {
		if got := s.do(200, "GET", path, "").text; !strings.Contains(got, "Toy.Box") || !strings.Contains(got, "Microsoft.Authorization") {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := s.do(200, "GET", subPath+"/providers/Toy.Box/locations/westeurope/usages/7", "").body; got["in"] != "westeurope" || got["rest"] != "7" {
		t.Errorf("usages: %v", got)
	}
	if got := s.do(200, "POST", subPath+"/providers/Toy.Box/checkname", "{}").body; got["method"] != "POST" || got["sub"] != subID {
		t.Errorf("checkName: %v", got)
	}
}
