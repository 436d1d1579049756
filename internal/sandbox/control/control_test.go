package control

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	subID    = "11111111-2222-3333-4444-555555555555"
	tenantID = "99999999-8888-7777-6666-555555555555"
	subPath  = "/subscriptions/" + subID
	group    = subPath + "/resourceGroups/g"
	version  = "2024-01-01"
)

// start is when the tests begin.
var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// tokens take any bearer token that is not "old".
type tokens struct{}

func (tokens) Verify(authorization string, _ time.Time, _ ...string) (world.Caller, error) {
	_, token, _ := strings.Cut(authorization, " ")
	switch token {
	case "old":
		return world.Caller{}, errors.New("the access token has expired")
	case "":
		return world.Caller{}, errors.New("the access token is invalid")
	}
	return world.Caller{ObjectID: token, AppID: "app-" + token, Tenant: tenantID}, nil
}

func (tokens) Issue(c world.Caller, _ string, _ time.Time, _ time.Duration) string { return c.ObjectID }

// toys is a provider with a type of each sort.
func toys() *provider.Provider {
	p := &provider.Provider{Namespace: "Toy.Box", Types: []*provider.Type{
		{
			Name: "Toy.Box/boxes", Kind: "tracked", APIVersions: []string{version, "2023-01-01"}, ETag: true, SystemData: true,
			Naming:    provider.NameRule{Pattern: "[a-z0-9]+", Min: 3, Max: 24, Unique: "global", TakenCode: "BoxNameTaken", TakenMessage: "The box {name} is taken."},
			Defaults:  object.Object{"sku": object.Object{"name": "Small"}, "properties": object.Object{"open": false}},
			Required:  []string{"properties.colour"},
			Allowed:   map[string][]string{"sku.name": {"Small", "Large"}, "properties.tier": {"Cold", "Warm", "Hot"}},
			Immutable: []string{"properties.colour"}, Forward: []string{"properties.tier"},
			WriteOnly: []string{"properties.code"}, Kept: []string{"properties.note"}, ReadOnly: []string{"properties.serial"},
			Hooks: provider.Hooks{
				Prepare: func(call *provider.Call) error {
					if call.Created {
						object.Set(call.Secret, "key", "k-"+call.Name)
						object.Set(call.Body, "properties.serial", "s1")
					}
					return nil
				},
				Show: func(call *provider.Call) error {
					object.Set(call.Body, "properties.endpoint", call.World.At.Main+"/boxes/"+call.Name)
					return nil
				},
				Drop: func(call *provider.Call) error {
					if object.Bool(call.Body, "properties.glued") && !call.Cascade {
						return refusal.Conflict("BoxGlued", "The box is glued.")
					}
					return nil
				},
				Actions: map[string]func(*provider.Call) (provider.Reply, error){
					"listkeys": func(call *provider.Call) (provider.Reply, error) {
						return provider.Reply{Body: object.Object{"key": call.Secret["key"]}}, nil
					},
					"shake": func(*provider.Call) (provider.Reply, error) {
						return provider.Reply{Body: object.Object{"shaken": true}, Takes: time.Minute, Done: &state.Event{Kind: "toy.shaken", Key: "x"}}, nil
					},
					"guess": func(call *provider.Call) (provider.Reply, error) {
						return provider.Reply{Body: object.Object{"there": call.Was != nil}}, nil
					},
				},
				Early: map[string]bool{"guess": true},
				Reads: map[string]func(*provider.Call) (provider.Reply, error){
					"weight": func(call *provider.Call) (provider.Reply, error) {
						return provider.Reply{Body: object.Object{"grams": 7, "rest": call.Rest}}, nil
					},
				},
			},
		},
		{Name: "Toy.Box/boxes/blocks", Kind: "proxy", APIVersions: []string{version}, PageSize: 3, PageLimit: "$top"},
		{
			Name: "Toy.Box/trains", Kind: "tracked", APIVersions: []string{version},
			Create: provider.Operation{Takes: time.Minute}, Update: provider.Operation{Takes: time.Minute, Style: "location"}, Delete: provider.Operation{Takes: time.Minute},
		},
		{
			Name: "Toy.Box/dolls", Kind: "tracked", APIVersions: []string{version}, Naming: provider.NameRule{Unique: "global"},
			SoftDelete: &provider.SoftDelete{Days: 7, Type: "Toy.Box/locations/deletedDolls", IDProperty: "dollId", Protect: "properties.precious"},
			Hooks:      provider.Hooks{Purge: func(call *provider.Call) bool { return call.Query.Get("force") == "true" }},
		},
		{Name: "Toy.Box/dolls/dresses", Kind: "proxy", APIVersions: []string{version}},
		{Name: "Toy.Box/stickers", Kind: "extension", APIVersions: []string{version}},
	}}
	p.Locations = map[string]func(*provider.Call) (provider.Reply, error){
		"usages": func(call *provider.Call) (provider.Reply, error) {
			return provider.Reply{Body: object.Object{"in": call.Location, "rest": call.Rest}}, nil
		},
	}
	p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
		"checkName": func(call *provider.Call) (provider.Reply, error) {
			return provider.Reply{Body: object.Object{"method": call.Method, "sub": call.Subscription}}, nil
		},
	}
	return p
}

// sandbox is a control plane that listens, with a manual clock and one group.
type sandbox struct {
	t *testing.T
	*Control
	url string
}

func open(t *testing.T, store *state.Store, providers ...*provider.Provider) *sandbox {
	t.Helper()
	wall := start
	w := world.New(clock.New(start, 0, func() time.Time { return wall }), store, nil, 1)
	w.Tenant, w.Tokens, w.Wall = tenantID, tokens{}, func() time.Time { return wall }
	w.Handle("toy.shaken", func(tx *state.Tx, _ time.Time, e state.Event) error {
		return tx.PutRecord("toy", e.Key, []byte("shaken"))
	})
	c := New(w, append([]*provider.Provider{toys()}, providers...)...)
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	w.At.Main = server.URL
	if err := store.Write(func(tx *state.Tx) error {
		if len(Subscriptions(tx)) > 0 {
			return nil
		}
		return errors.Join(PutSubscription(tx, Subscription{ID: subID, Name: "Test"}), c.Seed(tx, start, []Seeded{{ID: group, Type: groupType, Location: "westeurope"}}))
	}); err != nil {
		t.Fatal(err)
	}
	return &sandbox{t, c, server.URL}
}

// response is what came back.
type response struct {
	status int
	header http.Header
	body   object.Object
	text   string
}

func (s *sandbox) raw(method, path, body string, header ...string) response {
	s.t.Helper()
	url := path
	if !strings.HasPrefix(path, "http") {
		url = s.url + path
	}
	rq, err := http.NewRequestWithContext(s.t.Context(), method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	rq.Header.Set("Authorization", "Bearer me")
	for i := 0; i+1 < len(header); i += 2 {
		rq.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			rq.Header.Del(header[i])
		}
	}
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rs.Body.Close()
	text, err := io.ReadAll(rs.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response{rs.StatusCode, rs.Header, object.Must(text), string(text)}
}

// do sends a request with an api-version and wants a status.
func (s *sandbox) do(want int, method, path, body string, header ...string) response {
	s.t.Helper()
	if !strings.Contains(path, "api-version=") {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		v := version
		if !strings.Contains(strings.ToLower(path), "toy.box") {
			v = "2022-09-01"
		}
		path += sep + "api-version=" + v
	}
	r := s.raw(method, path, body, header...)
	if r.status != want {
		s.t.Fatalf("%s %s gave %d, not %d: %s", method, path, r.status, want, r.text)
	}
	return r
}

// refused wants an error with a status and a code.
func (s *sandbox) refused(status int, code, method, path, body string, header ...string) response {
	s.t.Helper()
	r := s.do(status, method, path, body, header...)
	if got := object.Text(r.body, "error.code"); got != code {
		s.t.Errorf("%s %s gave the code %q, not %q: %s", method, path, got, code, r.text)
	}
	return r
}

func (s *sandbox) advance(d time.Duration) {
	s.t.Helper()
	s.w.Clock.Advance(d)
	if err := s.w.Settle(); err != nil {
		s.t.Fatal(err)
	}
}

const box = group + "/providers/Toy.Box/boxes/red"

func TestAResourceIsMadeChangedListedAndDeleted(t *testing.T) {
	s := open(t, state.New())
	r := s.do(201, "PUT", box, `{"location":"West Europe","tags":{"a":"1"},"properties":{"colour":"red","code":"secret","serial":"mine"}}`)
	want := map[string]any{
		"id": box, "name": "red", "type": "Toy.Box/boxes", "location": "westeurope", "sku.name": "Small", "properties.serial": "s1",
		"properties.provisioningState": "Succeeded", "properties.open": false, "properties.endpoint": s.url + "/boxes/red", "properties.code": nil,
		"systemData.createdBy": "app-me", "tags.a": "1",
	}
	for path, v := range want {
		if got := object.Get(r.body, path); got != v {
			t.Errorf("%s is %v, not %v", path, got, v)
		}
	}
	if r.header.Get("ETag") == "" || r.header.Get("x-ms-request-id") == "" || r.header.Get("x-ms-ratelimit-remaining-subscription-writes") != "199" {
		t.Errorf("the headers are %v", r.header)
	}
	if again := s.do(200, "GET", strings.ToUpper(box), ""); again.text != r.text {
		t.Errorf("reading gives\n%s\nnot\n%s", again.text, r.text)
	}
	r = s.do(200, "PATCH", box, `{"tags":{"b":"2"},"properties":{"note":"n"}}`)
	if object.Text(r.body, "tags.a") != "1" || object.Text(r.body, "tags.b") != "2" || object.Text(r.body, "properties.colour") != "red" {
		t.Errorf("after a patch: %s", r.text)
	}
	r = s.do(200, "PUT", box, `{"location":"westeurope","properties":{"colour":"red"}}`)
	if object.Get(r.body, "tags") != nil || object.Text(r.body, "properties.note") != "n" {
		t.Errorf("after another put: %s", r.text)
	}
	for _, path := range []string{group + "/providers/Toy.Box/boxes", subPath + "/providers/Toy.Box/boxes"} {
		if n := len(object.List(s.do(200, "GET", path, "").body, "value")); n != 1 {
			t.Errorf("%s has %d", path, n)
		}
	}
	if got := s.do(200, "POST", box+"/listKeys", "").text; !strings.Contains(got, "k-red") {
		t.Errorf("the keys are %s", got)
	}
	if got := s.do(200, "GET", box+"/weight/now", "").text; !strings.Contains(got, `"rest":"now"`) {
		t.Errorf("the weight is %s", got)
	}
	s.do(200, "DELETE", box, "")
	s.do(204, "DELETE", box, "")
	s.refused(404, "ResourceNotFound", "GET", box, "")
}

func TestWhatIsWrongIsRefusedInTheWordsOfAzure(t *testing.T) {
	s := open(t, state.New())
	s.do(201, "PUT", box, `{"location":"westeurope","properties":{"colour":"red","tier":"Warm"}}`)
	other := subPath + "/resourceGroups/other"
	s.do(201, "PUT", other, `{"location":"northeurope"}`)
	good := `{"location":"westeurope","properties":{"colour":"red"}}`
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"another subscription", "GET", "/subscriptions/11111111-2222-3333-4444-000000000000/resourceGroups/g", "", 404, "SubscriptionNotFound", "The subscription '11111111-2222-3333-4444-000000000000' could not be found."},
		{"no subscription", "GET", "/subscriptions/x/resourceGroups/g", "", 400, "InvalidSubscriptionId", "malformed"},
		{"a group that is not there", "PUT", subPath + "/resourceGroups/h/providers/Toy.Box/boxes/red", good, 404, "ResourceGroupNotFound", "Resource group 'h' could not be found."},
		{"a namespace that is not there", "GET", group + "/providers/Toy.Shelf/boxes/red", "", 404, "InvalidResourceNamespace", "The resource namespace 'Toy.Shelf' is invalid."},
		{"a type that is not there", "GET", group + "/providers/Toy.Box/cars/red?api-version=2024-01-01", "", 404, "InvalidResourceType", "The resource type could not be found in the namespace 'Toy.Box' for api version '2024-01-01'."},
		{"an api-version that is not there", "GET", box + "?api-version=2020-01-01", "", 400, "NoRegisteredProviderFound", "No registered resource provider found for location 'westeurope' and API version '2020-01-01' for type 'boxes'. The supported api-versions are '2024-01-01, 2023-01-01'. The supported locations are 'australiacentral, "},
		{"an api-version of groups", "GET", group + "?api-version=2000-01-01", "", 400, "InvalidApiVersionParameter", "The api-version '2000-01-01' is invalid. The supported versions are '2025-04-01,"},
		{"a parent that is not there", "PUT", group + "/providers/Toy.Box/boxes/blue/blocks/b", "{}", 404, "ParentResourceNotFound", "Can not perform requested operation on nested resource. Parent resource 'blue' not found."},
		{"no location", "PUT", group + "/providers/Toy.Box/boxes/blue", `{"properties":{"colour":"blue"}}`, 400, "LocationRequired", "The location property is required for this definition."},
		{"no such location", "PUT", group + "/providers/Toy.Box/boxes/blue", `{"location":"mars","properties":{"colour":"blue"}}`, 400, "LocationNotAvailableForResourceType", "The provided location 'mars' is not available for resource type 'Toy.Box/boxes'. List of available regions for the resource type is 'australiacentral,"},
		{"another location", "PUT", box, `{"location":"eastus","properties":{"colour":"red"}}`, 409, "InvalidResourceLocation", "The resource 'red' already exists in location 'westeurope' in resource group 'g'. A resource with the same name cannot be created in location 'eastus'. Please select a new resource name."},
		{"another location of a group", "PUT", group, `{"location":"eastus"}`, 409, "InvalidResourceGroupLocation", "Invalid resource group location 'eastus'. The Resource group already exists in location 'westeurope'."},
		{"a short name", "PUT", group + "/providers/Toy.Box/boxes/b", good, 400, "InvalidResourceName", "between 3 and 24"},
		{"a wrong name", "PUT", group + "/providers/Toy.Box/boxes/Blue_", good, 400, "InvalidResourceName", "[a-z0-9]+"},
		{"a name that is taken", "PUT", other + "/providers/Toy.Box/boxes/RED", good, 400, "InvalidResourceName", ""},
		{"a name that is taken anywhere", "PUT", other + "/providers/Toy.Box/boxes/red", good, 409, "BoxNameTaken", "The box red is taken."},
		{"what is required", "PUT", group + "/providers/Toy.Box/boxes/blue", `{"location":"westeurope"}`, 400, "InvalidParameter", "properties.colour"},
		{"what is not allowed", "PUT", box, `{"location":"westeurope","sku":{"name":"Huge"},"properties":{"colour":"red"}}`, 400, "InvalidParameter", "Small, Large"},
		{"what cannot change", "PATCH", box, `{"properties":{"colour":"blue"}}`, 409, "PropertyChangeNotAllowed", "Changing property 'properties.colour' is not allowed."},
		{"what only goes forward", "PATCH", box, `{"properties":{"tier":"cold"}}`, 409, "PropertyChangeNotAllowed", "from 'Warm' to 'Cold'"},
		{"an unknown member", "PUT", box, `{"location":"westeurope","colour":"red"}`, 400, "InvalidRequestContent", "Could not find member 'colour' on object of type 'ResourceDefinition'"},
		{"broken JSON", "PUT", box, "{\n  \"location\": }", 400, "InvalidRequestContent", "Line 2, position 15"},
		{"no object", "PUT", box, "[1]", 400, "InvalidRequestContent", "could not be deserialized"},
		{"a wrong tag", "PATCH", box, `{"tags":{"a<b":"1"}}`, 400, "InvalidTagNameCharacters", "a<b"},
		{"a tag that is no text", "PATCH", box, `{"tags":{"a":1}}`, 400, "InvalidRequestContent", "tags.a"},
		{"a zone that is not there", "PUT", box, `{"location":"westeurope","zones":["4"],"properties":{"colour":"red"}}`, 400, "InvalidAvailabilityZone", "'1,2,3'"},
		{"a patch of nothing", "PATCH", group + "/providers/Toy.Box/boxes/blue", `{}`, 404, "ResourceNotFound", "The Resource 'Toy.Box/boxes/blue' under resource group 'g' was not found."},
		{"an action that is not there", "POST", box + "/paint", "", 404, "InvalidResourceType", "Toy.Box/boxes/paint"},
		{"an action on nothing", "POST", group + "/providers/Toy.Box/boxes/blue/listKeys", "", 404, "ResourceNotFound", ""},
		{"nothing at all", "GET", "/nothing", "", 404, "MissingSubscription", ""},
		{"an export", "POST", group + "/exportTemplate", "{}", 501, "NotSupportedBySandbox", "exportTemplate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &sandbox{t, s.Control, s.url}
			if r := s.refused(c.status, c.code, c.method, c.path, c.body); !strings.Contains(object.Text(r.body, "error.message"), c.message) {
				t.Errorf("the message is %s", r.text)
			}
		})
	}
	if r := s.raw("GET", box, ""); r.status != 400 || object.Text(r.body, "error.code") != "MissingApiVersionParameter" {
		t.Errorf("without an api-version: %d %s", r.status, r.text)
	}
	if r := s.do(405, "PUT", subPath, "{}"); object.Text(r.body, "Message") != "The requested resource does not support http method 'PUT'." {
		t.Errorf("a method that is not there: %s", r.text)
	}
	if r := s.do(413, "PUT", box, `{"tags":{"a":"`+strings.Repeat("x", largest)+`"}}`); object.Text(r.body, "error.code") != "RequestEntityTooLarge" {
		t.Errorf("a large body: %s", r.text)
	}
}

func TestWithoutAGoodTokenNobodyIsLetIn(t *testing.T) {
	s := open(t, state.New())
	for token, code := range map[string]string{"": "AuthenticationFailed", "Bearer old": "ExpiredAuthenticationToken", "Bearer": "InvalidAuthenticationToken"} {
		r := s.refused(401, code, "GET", group, "", "Authorization", token)
		if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), `Bearer authorization_uri="`+s.url+"/"+tenantID+`"`) {
			t.Errorf("%q: the challenge is %s", token, r.header.Get("WWW-Authenticate"))
		}
	}
}
