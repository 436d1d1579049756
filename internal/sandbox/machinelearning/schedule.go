package machinelearning

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// eventFire is a time of a schedule; the key is its id, the data the stamp of the
// trigger that it belongs to.
const eventFire = "machinelearning.fire"

func sortedNames(o object.Object) []string {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s *service) schedules(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		if _, err := triggerOf(object.Inner(c.Body, "properties.trigger")); err != nil && !c.Seeding {
			return refusal.New(http.StatusBadRequest, "UserError", "The trigger of the schedule '%s' is not valid: %s.", c.Name, err)
		}
		object.Default(c.Body, "properties.displayName", c.Name)
		object.Default(c.Body, "properties.tags", object.Object{})
		object.Default(c.Body, "properties.properties", object.Object{})
		object.Default(c.Body, "properties.trigger.timeZone", "UTC")
		return checkAction(c)
	}
	h.Kept = func(c *provider.Call) error {
		s.engine.Store(&c.Engine)
		return s.planFire(c.Tx, c.Now, c.ID, c.Body)
	}
	h.Drop = func(c *provider.Call) error {
		if !c.Cascade && object.Bool(body(c.Was), "properties.isEnabled") {
			return refusal.New(http.StatusBadRequest, "UserError", "The schedule '%s' is enabled. Disable it before it is deleted.", c.Name)
		}
		return nil
	}
	h.Listed = func(c *provider.Call) bool {
		enabled := object.Bool(c.Body, "properties.isEnabled")
		switch strings.ToLower(c.Query.Get("listViewType")) {
		case "all":
			return true
		case "disabledonly":
			return !enabled
		}
		return enabled
	}
}

func checkAction(c *provider.Call) error {
	action := object.Inner(c.Body, "properties.action")
	need := map[string]string{"CreateJob": "jobDefinition", "InvokeBatchEndpoint": "endpointInvocationDefinition", "CreateMonitor": "monitorDefinition"}
	kind := object.Text(action, "actionType")
	if name := need[kind]; !c.Seeding && (name == "" || object.Inner(action, name) == nil) {
		return refusal.New(http.StatusBadRequest, "UserError", "The action of the schedule '%s' needs actionType and what belongs to it, such as jobDefinition.", c.Name)
	}
	return nil
}

// planFire schedules the next time of a schedule that is enabled.
func (s *service) planFire(tx *state.Tx, now time.Time, id string, o object.Object) error {
	if !object.Bool(o, "properties.isEnabled") {
		return nil
	}
	t, err := triggerOf(object.Inner(o, "properties.trigger"))
	if err != nil {
		return nil //nolint:nilerr // one from an estate that nobody can read never fires
	}
	at, ok := t.next(now)
	if !ok {
		return nil
	}
	return tx.Schedule(state.Event{At: at, Kind: eventFire, Key: id, Data: stamp(o)})
}

// stamp tells the trigger that an event belongs to: events of one that was changed
// are void.
func stamp(o object.Object) []byte {
	return object.Encode(object.Object{"trigger": derived(string(object.Encode(object.Inner(o, "properties.trigger"))))})
}

// fire does what a schedule is for, and plans its next time.
func (s *service) fire(tx *state.Tx, now time.Time, e state.Event) error {
	schedule := tx.Resource(e.Key)
	if schedule == nil {
		return nil
	}
	o := body(schedule)
	if !object.Bool(o, "properties.isEnabled") || string(e.Data) != string(stamp(o)) {
		return nil
	}
	name := strings.ToLower(schedule.Name) + "-" + now.UTC().Format("20060102t150405z")
	c := s.inside(tx, now, state.OwnerOf(schedule.ID)+"/jobs/"+name, object.Object{})
	err := tx.Attempt(func() error { return s.act(c, schedule, o) })
	if err != nil {
		s.world.Log.Info("a schedule could not start its job", "schedule", schedule.ID, "error", err)
	}
	return s.planFire(tx, now, schedule.ID, o)
}

// act starts the job of a schedule.
func (s *service) act(c *provider.Call, schedule *state.Resource, o object.Object) error {
	var definition object.Object
	switch object.Text(o, "properties.action.actionType") {
	case "CreateJob":
		definition = object.CloneObject(object.Inner(o, "properties.action.jobDefinition"))
	case "InvokeBatchEndpoint":
		return s.invokeBySchedule(c, object.Inner(o, "properties.action.endpointInvocationDefinition"))
	default: // a monitor compares data; its run is a job
		definition = object.Object{"jobType": "Pipeline", "jobs": object.Object{}, "displayName": "monitor " + schedule.Name}
	}
	object.Default(definition, "experimentName", "Default")
	object.Default(definition, "displayName", c.Name)
	object.Default(definition, "tags", object.Object{})
	properties := object.CloneObject(object.Inner(definition, "properties"))
	properties["scheduleName"] = schedule.Name
	definition["properties"], definition["isArchived"] = properties, false
	c.Body = object.Object{"properties": definition}
	p, err := s.planOf(c)
	if err != nil {
		return err
	}
	return s.submit(c, p)
}
