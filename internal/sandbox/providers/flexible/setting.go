package flexible

import (
	_ "embed" // for the settings
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

//go:embed configurations.yaml
var settingTable []byte

// setting is one parameter that a server has from the beginning.
type setting struct {
	Name    string `yaml:"name"`
	Value   string `yaml:"value"`
	Type    string `yaml:"type"`
	Allowed string `yaml:"allowed"`
	Dynamic bool   `yaml:"dynamic"`
}

var allSettings = sync.OnceValues(func() (map[string][]setting, error) {
	var all map[string][]setting
	err := yaml.UnmarshalWithOptions(settingTable, &all, yaml.Strict())
	return all, err
})

func settings(namespace string) []setting {
	all, _ := allSettings() // a test holds that the table can be read
	return all[namespace]
}

func (s setting) make(c *provider.Call) error {
	err := facet.Bring(c, provider.Request{ID: c.ID + "/configurations/" + s.Name, Body: object.Object{"properties": object.Object{
		"value": s.Value, "defaultValue": s.Value, "dataType": s.Type, "allowedValues": s.Allowed, "source": "system-default",
		"isDynamicConfig": s.Dynamic, "isReadOnly": false, "isConfigPendingRestart": false,
	}}})
	return err
}

// prepareConfiguration changes the value of a setting that is there.
func prepareConfiguration(c *provider.Call) error {
	if c.Was == nil {
		known := c.Parent != nil && slices.ContainsFunc(settings(strings.SplitN(c.Type.Name, "/", 2)[0]), func(s setting) bool { return s.Name == c.Name })
		if known || c.Seeding {
			return nil
		}
		return refusal.New(http.StatusBadRequest, "InvalidParameterValue", "Invalid value given for parameter configurationName: the sandbox's servers have no setting %s.", c.Name)
	}
	value, by := object.Text(c.Body, "properties.value"), object.Text(c.Body, "properties.source")
	was := facet.Was(c)
	if by == "" {
		by = "user-override"
	}
	allowed := object.Text(was, "properties.allowedValues")
	if strings.Contains(allowed, ",") && !slices.Contains(strings.Split(allowed, ","), value) {
		return refuse("InvalidParameterValue", "Invalid value given for parameter value of %s: it must be one of %s.", c.Name, allowed)
	}
	object.Set(c.Body, "properties", object.Inner(was, "properties"))
	object.Set(c.Body, "properties.value", value)
	object.Set(c.Body, "properties.source", by)
	object.Set(c.Body, "properties.isConfigPendingRestart", !object.Bool(was, "properties.isDynamicConfig"))
	return nil
}

func dropConfiguration(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	return refusal.New(http.StatusMethodNotAllowed, "MethodNotAllowed", "The setting %s of a server cannot be deleted: set it to its default.", c.Name)
}

const (
	// powerChanged is the kind of the event at which a server has a new state; its
	// key is the id, its data the state.
	powerChanged = "flexible.power"
	powerTakes   = 90 * time.Second // an estimate
	// failoverTakes is documented as 60 to 120 seconds (data-stores.md 3 and 5).
	failoverTakes = 90 * time.Second
)

func start(c *provider.Call) (provider.Reply, error) { return power(c, "Starting", "Ready") }

func stop(c *provider.Call) (provider.Reply, error) {
	if object.Text(facet.Was(c), "properties.state") != "Ready" {
		return provider.Reply{}, refuse("ServerIsNotReady", "The server %s is not ready: it is %s.", c.Name, object.Text(facet.Was(c), "properties.state"))
	}
	return power(c, "Stopping", "Stopped")
}

func restart(c *provider.Call) (provider.Reply, error) {
	if object.Bool(c.Body, "restartWithFailover") && object.Text(facet.Was(c), mode) == "Disabled" {
		return provider.Reply{}, refuse("HANotEnabled", "The server %s has no standby to fail over to.", c.Name)
	}
	return power(c, "Restarting", "Ready")
}

// failover lets the standby take over, to which its zone goes too.
func (s service) failover(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	if object.Text(body, mode) == "Disabled" {
		return provider.Reply{}, refuse("HANotEnabled", "The server %s has no standby to fail over to.", c.Name)
	}
	if other := object.Text(body, "properties.highAvailability.standbyAvailabilityZone"); other != "" {
		object.Set(body, "properties.highAvailability.standbyAvailabilityZone", object.Text(body, "properties.availabilityZone"))
		object.Set(body, "properties.availabilityZone", other)
	}
	object.Set(body, standby, "FailingOver")
	if err := facet.Change(c, c.Was, body, nil); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: failoverTakes, Style: "both", Done: &state.Event{Kind: powerChanged, Key: c.ID, Data: []byte(`"Ready"`)}}, nil
}

func power(c *provider.Call, going, then string) (provider.Reply, error) {
	body := facet.Was(c)
	object.Set(body, "properties.state", going)
	if err := facet.Change(c, c.Was, body, nil); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: powerTakes, Style: "both", Done: &state.Event{Kind: powerChanged, Key: c.ID, Data: []byte(`"` + then + `"`)}}, nil
}

func changePower(tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil
	}
	body := object.Must(r.Body)
	object.Set(body, "properties.state", strings.Trim(string(e.Data), `"`))
	if object.Text(body, standby) == "FailingOver" {
		object.Set(body, standby, "Healthy")
	}
	next := r.Copy()
	next.Body, next.Changed = object.Encode(body), now
	return tx.Put(next)
}
