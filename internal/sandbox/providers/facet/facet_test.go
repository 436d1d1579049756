package facet_test

import (
	"slices"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456700, time.UTC)

func call(was, body string) *provider.Call {
	c := &provider.Call{
		World: world.New(clock.New(noon, 0, time.Now), state.New(), nil, 1), Now: noon, ID: "/subscriptions/s/resourceGroups/g/providers/A.B/c/d",
		Group: "/subscriptions/s/resourceGroups/g", Name: "d", Location: "westeurope", Type: &provider.Type{Name: "A.B/c"}, Body: object.Must([]byte(body)), Secret: object.Object{},
	}
	if was != "" {
		c.Was = &state.Resource{ID: c.ID, Body: []byte(was)}
	}
	return c
}

func TestWhatIsMadeStays(t *testing.T) {
	made := func() any { return "new" }
	for _, c := range []struct{ was, body, want string }{
		{"", `{}`, "new"}, {"", `{"properties":{"key":"sent"}}`, "new"},
		{`{"properties":{"key":"old"}}`, `{"properties":{"key":"sent"}}`, "old"}, {`{"properties":{}}`, `{}`, "new"},
	} {
		call := call(c.was, c.body)
		facet.Made(call, "properties.key", made)
		if got := object.Text(call.Body, "properties.key"); got != c.want {
			t.Errorf("was %s, sent %s: %s, want %s", c.was, c.body, got, c.want)
		}
	}
}

func TestWhatIsCarriedIsWhatWasThere(t *testing.T) {
	c := call(`{"properties":{"a":1}}`, `{"properties":{"a":2,"b":3}}`)
	facet.Carry(c, "properties.a", "properties.b")
	if got := string(object.Encode(c.Body)); got != `{"properties":{"a":1}}` {
		t.Errorf("it is %s", got)
	}
}

func TestZonesAreThoseOfTheRegion(t *testing.T) {
	for location, code := range map[string]string{"westeurope": "", "westus": "AvailabilityZoneNotSupported", "atlantis": "AvailabilityZoneNotSupported"} {
		c := call("", `{"zones":["1","3"]}`)
		c.Location = location
		err := facet.InZones(c, c.Body, "zones")
		if (err == nil) != (code == "") || err != nil && refusal.Of(err).Code != code {
			t.Errorf("%s: %v", location, err)
		}
	}
	c := call("", `{"zones":["4"]}`)
	if facet.InZones(c, c.Body, "zones") == nil {
		t.Error("a fourth zone is taken")
	}
	if facet.One(call("", `{"zones":["1","2"]}`)) == nil || facet.One(call("", `{"zones":["1"]}`)) != nil {
		t.Error("One counts wrong")
	}
	if !facet.HasZones("westeurope") || facet.HasZones("westus") || facet.Pair("westeurope") != "northeurope" || facet.Pair("qatarcentral") != "" {
		t.Error("the regions are not those of the table")
	}
}

func TestSeedingRefusesNothing(t *testing.T) {
	refuses := func(*provider.Call) error { return refusal.BadRequest("no") }
	c := call("", `{}`)
	if facet.Checks(c, refuses) == nil {
		t.Error("it is taken")
	}
	c.Seeding = true
	if err := facet.Checks(c, refuses); err != nil {
		t.Errorf("seeding is refused: %v", err)
	}
}

func TestChainsEndAtTheFirstRefusal(t *testing.T) {
	var ran []string
	hook := func(name string, err error) func(*provider.Call) error {
		return func(*provider.Call) error {
			ran = append(ran, name)
			return err
		}
	}
	err := facet.Chain(hook("a", nil), nil, hook("b", refusal.BadRequest("no")), hook("c", nil))(call("", `{}`))
	if err == nil || !slices.Equal(ran, []string{"a", "b"}) {
		t.Errorf("%v ran, %v", ran, err)
	}
}

func TestSmallWords(t *testing.T) {
	c := call("", `{"list":["a",1,{"b":2}]}`)
	if got := facet.Time(noon); got != "2026-11-23T12:00:00.1234567Z" {
		t.Errorf("the time is %s", got)
	}
	if facet.Subscription(c.ID) != "/subscriptions/s" || facet.Subscription("/providers/A") != "" || facet.GroupName(c) != "g" {
		t.Error("the parts of the id are wrong")
	}
	if len(facet.Key(c, 64)) != 88 || len(facet.Token(c, 20)) != 20 {
		t.Error("keys have other lengths")
	}
	if s := facet.Strings(c.Body, "list"); !slices.Equal(s, []string{"a"}) {
		t.Errorf("the texts are %v", s)
	}
	if o := facet.Objects(c.Body, "list"); len(o) != 1 {
		t.Errorf("the objects are %v", o)
	}
}
