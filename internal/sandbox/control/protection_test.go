package control

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestLocksForbidWhatTheySay(t *testing.T) {
	s := fill(t)
	const lock = "/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01"
	r := s.do(201, "PUT", box+lock, `{"properties":{"level":"cannotdelete","notes":"n"}}`)
	if object.Text(r.body, "properties.level") != "CanNotDelete" || object.Text(r.body, "type") != "Microsoft.Authorization/locks" {
		t.Errorf("the lock is %s", r.text)
	}
	refused := s.refused(409, "ScopeLocked", "DELETE", box, "")
	if want := "The scope '" + box + "' cannot perform delete operation because following scope(s) are locked: '" + box + "'. Please remove the lock and try again."; object.Text(refused.body, "error.message") != want {
		t.Errorf("the message is %s", refused.text)
	}
	s.refused(409, "ScopeLocked", "DELETE", box+"/blocks/b0", "")
	s.refused(409, "ScopeLocked", "DELETE", group, "")
	s.do(200, "PATCH", box, `{"tags":{"a":"1"}}`)
	s.do(200, "POST", box+"/listKeys", "")
	s.do(200, "DELETE", group+"/providers/Toy.Box/boxes/blue", "")
	s.do(200, "DELETE", box+lock, "")
	s.do(201, "PUT", group+lock, `{"properties":{"level":"ReadOnly"}}`)
	s.refused(409, "ScopeLocked", "PATCH", box, `{"tags":{"a":"2"}}`)
	s.refused(409, "ScopeLocked", "POST", box+"/listKeys", "")
	s.refused(409, "ScopeLocked", "PUT", group+"/providers/Toy.Box/boxes/new", `{"location":"westeurope","properties":{"colour":"x"}}`)
	s.refused(409, "ScopeLocked", "DELETE", box, "")
	s.refused(409, "ScopeLocked", "PATCH", group+"/providers/Microsoft.Resources/tags/default?api-version=2021-04-01", `{"operation":"Merge","properties":{"tags":{"a":"1"}}}`)
	s.do(200, "GET", box, "")
	s.do(201, "PUT", box+lock, `{"properties":{"level":"CanNotDelete"}}`)
	s.do(201, "PUT", subPath+lock, `{"properties":{"level":"CanNotDelete"}}`)
	for path, want := range map[string]int{subPath: 3, group: 3, box: 3, subPath + "/resourceGroups/h": 1} {
		list := "/providers/Microsoft.Authorization/locks?api-version=2020-05-01"
		if got := s.do(200, "GET", path+list, ""); len(object.List(got.body, "value")) != want {
			t.Errorf("%s: want %d locks: %s", path, want, got.text)
		}
	}
	if got := s.do(200, "GET", group+"/providers/Microsoft.Authorization/locks?api-version=2020-05-01&$filter=atScope()", ""); len(object.List(got.body, "value")) != 2 {
		t.Errorf("at the group's scope: %s", got.text)
	}
	s.refused(400, "LockLevelInvalid", "PUT", box+lock, `{"properties":{"level":"Loose"}}`)
}

func TestRolesAreAssignedOnce(t *testing.T) {
	s := fill(t)
	const who = "aaaaaaaa-0000-0000-0000-000000000001"
	api := "?api-version=2022-04-01"
	role := "/providers/Microsoft.Authorization/roleDefinitions/"
	assignments := "/providers/Microsoft.Authorization/roleAssignments"
	list := s.do(200, "GET", subPath+strings.TrimSuffix(role, "/")+api+"&$filter="+url.QueryEscape("roleName eq 'contributor'"), "")
	if names(list.body) != "b24988ac-6180-42a0-ab88-20f7382dd24c" {
		t.Fatalf("the role is %s", list.text)
	}
	contributor := object.Text(object.List(list.body, "value")[0].(object.Object), "id")
	s.do(200, "GET", contributor+api, "")
	s.do(200, "GET", role+"b24988ac-6180-42a0-ab88-20f7382dd24c"+api, "")
	body := `{"properties":{"roleDefinitionId":"` + contributor + `","principalId":"` + who + `","principalType":"ServicePrincipal"}}`
	one, two := assignments+"/00000000-0000-0000-0000-000000000001"+api, assignments+"/00000000-0000-0000-0000-000000000002"+api
	r := s.do(201, "PUT", group+one, body)
	if object.Text(r.body, "properties.scope") != group || object.Text(r.body, "properties.createdBy") != "me" {
		t.Errorf("the assignment is %s", r.text)
	}
	s.do(200, "PUT", group+one, body)
	s.refused(409, "RoleAssignmentExists", "PUT", group+two, body)
	s.refused(400, "RoleAssignmentUpdateNotPermitted", "PUT", group+one, strings.Replace(body, who, strings.Replace(who, "1", "2", 1), 1))
	s.refused(404, "RoleDefinitionDoesNotExist", "PUT", box+two, strings.Replace(body, "b24988ac", "00000000", 1))
	s.refused(400, "InvalidRoleAssignmentId", "PUT", box+assignments+"/x"+api, body)
	s.do(201, "PUT", box+two, body)
	for path, want := range map[string]string{
		subPath + assignments + api:                                                                    "00000000-0000-0000-0000-000000000001 00000000-0000-0000-0000-000000000002",
		subPath + assignments + api + "&$filter=atScope()":                                             "",
		box + assignments + api + "&$filter=atScope()":                                                 "00000000-0000-0000-0000-000000000002 00000000-0000-0000-0000-000000000001",
		box + assignments + api + "&$filter=" + url.QueryEscape("atScope() and assignedTo('"+who+"')"): "00000000-0000-0000-0000-000000000002 00000000-0000-0000-0000-000000000001",
		subPath + assignments + api + "&$filter=" + url.QueryEscape("principalId eq 'other'"):          "",
	} {
		if got := names(s.do(200, "GET", path, "").body); got != want {
			t.Errorf("%s\n got %q\nwant %q", path, got, want)
		}
	}
	custom := role + "99999999-0000-0000-0000-000000000001" + api
	s.do(201, "PUT", subPath+custom, `{"properties":{"roleName":"Mine","permissions":[{"actions":["*/read"]}]}}`)
	if got := s.do(200, "GET", group+strings.TrimSuffix(role, "/")+api+"&$filter="+url.QueryEscape("type eq 'CustomRole'"), ""); names(got.body) != "99999999-0000-0000-0000-000000000001" {
		t.Errorf("custom roles: %s", got.text)
	}
	s.refused(403, "BuiltInRoleUpdateNotAllowed", "DELETE", contributor+api, "")
	if got := s.do(200, "DELETE", box+two, ""); object.Text(got.body, "properties.principalId") != who {
		t.Errorf("a deletion answers %s", got.text)
	}
	if len(roles()) < 40 {
		t.Errorf("there are %d built-in roles", len(roles()))
	}
}

func TestTagsAreAResourceOfTheirOwn(t *testing.T) {
	s := fill(t)
	api := "/providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
	for _, scope := range []string{subPath, group, box} {
		s.do(200, "PUT", scope+api, `{"properties":{"tags":{"a":"1","b":"2"}}}`)
		s.do(200, "PATCH", scope+api, `{"operation":"Merge","properties":{"tags":{"c":"3"}}}`)
		r := s.do(200, "PATCH", scope+api, `{"operation":"Delete","properties":{"tags":{"a":"1"}}}`)
		if got := object.Inner(r.body, "properties.tags"); len(got) != 2 || got["b"] != "2" || got["c"] != "3" {
			t.Errorf("%s: %s", scope, r.text)
		}
		if got := s.do(200, "GET", scope+"?api-version="+map[bool]string{true: version, false: "2022-09-01"}[scope == box], ""); object.Text(got.body, "tags.c") != "3" {
			t.Errorf("%s is %s", scope, got.text)
		}
	}
	s.do(200, "DELETE", box+api, "")
	if got := s.do(200, "GET", box+api, ""); len(object.Inner(got.body, "properties.tags")) != 0 {
		t.Errorf("after a deletion: %s", got.text)
	}
	s.refused(400, "InvalidTagPatchOperation", "PATCH", box+api, `{}`)
	if got := s.do(200, "GET", subPath+"/tagNames", ""); !strings.Contains(got.text, `"tagName":"env"`) {
		t.Errorf("the names are %s", got.text)
	}
}

func TestWhatIsDeletedSoftlyCanBeRecovered(t *testing.T) {
	s := open(t, state.New())
	doll, dress := group+"/providers/Toy.Box/dolls/ann", group+"/providers/Toy.Box/dolls/ann/dresses/red"
	body := `{"location":"westeurope","properties":{"precious":true}}`
	s.do(201, "PUT", doll, body)
	s.do(201, "PUT", dress, `{"properties":{"long":true}}`)
	s.do(200, "DELETE", doll, "")
	s.refused(404, "ParentResourceNotFound", "GET", dress, "")
	s.refused(409, "ConflictError", "PUT", doll, body)
	s.do(201, "PUT", subPath+"/resourceGroups/h", `{"location":"westeurope"}`)
	s.refused(409, "ConflictError", "PUT", subPath+"/resourceGroups/h/providers/Toy.Box/dolls/ANN", body)
	deleted := subPath + "/providers/Toy.Box/locations/westeurope/deletedDolls"
	for _, path := range []string{deleted, subPath + "/providers/Toy.Box/deletedDolls"} {
		if got := s.do(200, "GET", path, ""); names(got.body) != "ann" {
			t.Errorf("%s: %s", path, got.text)
		}
	}
	r := s.do(200, "GET", deleted+"/ann", "")
	if object.Text(r.body, "properties.dollId") != doll || object.Text(r.body, "properties.scheduledPurgeDate") != "2026-11-30T12:00:00Z" {
		t.Errorf("what is deleted: %s", r.text)
	}
	s.refused(400, "MethodNotAllowed", "POST", deleted+"/ann/purge", "")
	s.do(201, "PUT", doll, `{"location":"westeurope","properties":{"createMode":"recover"}}`)
	if got := s.do(200, "GET", dress, ""); object.Get(got.body, "properties.long") != true {
		t.Errorf("the dress came back as %s", got.text)
	}
	if got := s.do(200, "GET", doll, ""); object.Get(got.body, "properties.precious") != true || object.Get(got.body, "properties.createMode") != nil {
		t.Errorf("the doll came back as %s", got.text)
	}
	s.refused(404, "DeletedResourceNotFound", "GET", deleted+"/ann", "")
	s.do(200, "DELETE", doll, "")
	s.advance(8 * 24 * time.Hour)
	s.refused(404, "DeletedResourceNotFound", "GET", deleted+"/ann", "")
	s.do(201, "PUT", doll, `{"location":"westeurope"}`)
	s.do(200, "DELETE", doll, "")
	s.do(200, "POST", deleted+"/ann/purge", "")
	s.do(201, "PUT", doll, `{"location":"westeurope"}`)
	s.do(200, "DELETE", doll+"?force=true", "")
	s.do(201, "PUT", doll, `{"location":"westeurope"}`)
	s.do(202, "DELETE", group, "")
	s.advance(time.Minute)
	if got := s.do(200, "GET", deleted, ""); names(got.body) != "ann" {
		t.Errorf("after its group was deleted: %s", got.text)
	}
}

// outage is the health of a world where the named parts are gone.
type outage map[string]world.Level

func (o outage) at(keys ...string) world.Standing {
	for _, k := range keys {
		if l := o[strings.ToLower(k)]; l != world.Whole {
			return world.Standing{Read: l, Write: l, Why: "Something broke.", Since: start}
		}
	}
	return world.Standing{}
}

func (o outage) Resource(_ *state.Tx, id string, _ time.Time) world.Standing { return o.at(id) }
func (o outage) Own(_ *state.Tx, id string, _ time.Time) world.Standing      { return o.at(id) }
func (o outage) Control(_ *state.Tx, _, typ, location string, _ time.Time) world.Standing {
	s := o.at(typ + "@" + location)
	if strings.EqualFold(typ, groupType) { // records can still be read
		s.Read = world.Whole
	}
	return s
}
func (o outage) Identity(*state.Tx, time.Time) world.Standing { return o.at("identity") }

func TestOutagesOfTheControlPlane(t *testing.T) {
	s := fill(t)
	s.w.Health = outage{strings.ToLower(groupType) + "@westeurope": world.Gone, "toy.box/boxes@northeurope": world.Gone, "toy.box/trains@northeurope": world.Partial, strings.ToLower(box): world.Gone}
	white := subPath + "/resourceGroups/h/providers/Toy.Box/boxes/white"
	r := s.refused(503, "ServiceUnavailable", "PATCH", box, `{"tags":{"a":"1"}}`)
	if r.header.Get("Retry-After") == "" {
		t.Errorf("the headers are %v", r.header)
	}
	s.refused(503, "ServiceUnavailable", "DELETE", box, "")
	s.refused(503, "ServiceUnavailable", "POST", box+"/listKeys", "")
	s.refused(503, "ServiceUnavailable", "PUT", group, `{"location":"westeurope"}`)
	s.do(200, "GET", box, "")
	s.do(200, "GET", group, "")
	s.refused(503, "ServiceUnavailable", "GET", white, "")
	s.refused(503, "ServiceUnavailable", "GET", subPath+"/resourceGroups/h/providers/Toy.Box/boxes", "")
	if got := s.walk(subPath + "/resources"); got != "blue green red white fast" {
		t.Errorf("ARM's own list has %s", got)
	}
	statuses := map[int]int{}
	for range 10 {
		statuses[s.raw("GET", subPath+"/resourceGroups/h/providers/Toy.Box/trains/fast?api-version="+version, "").status]++
	}
	if statuses[200] != 5 || statuses[503] != 5 {
		t.Errorf("of what is half gone there are %v", statuses)
	}
	health := func(path string) string {
		r := s.do(200, "GET", path+"/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2020-05-01", "")
		return object.Text(r.body, "properties.availabilityState") + " " + object.Text(r.body, "properties.reasonType")
	}
	if a, b := health(box), health(group+"/providers/Toy.Box/boxes/blue"); a != "Unavailable Unplanned" || b != "Available " {
		t.Errorf("the health is %q and %q", a, b)
	}
	all := s.do(200, "GET", subPath+"/providers/Microsoft.ResourceHealth/availabilityStatuses?api-version=2020-05-01", "")
	if n := len(object.List(all.body, "value")); n != 5 {
		t.Errorf("there are %d statuses", n)
	}
}
