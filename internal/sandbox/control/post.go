package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Post carries out an action and gives its reply. It implements
// provider.Engine: what the reply says of an operation is left to the caller.
func (c *Control) Post(tx *state.Tx, now time.Time, r provider.Request, action string) (provider.Reply, error) {
	reply, _, err := c.act(tx, now, r, action, "", nil)
	return reply, err
}

// act carries out an action on a resource; rest is what follows its name. A
// reply that takes time comes with its operation only over the wire, where query
// is not nil.
func (c *Control) act(tx *state.Tx, now time.Time, r provider.Request, action, rest string, query url.Values) (provider.Reply, *operation, error) {
	p := parse(r.ID)
	if !p.isResource() && !p.isGroup() {
		return provider.Reply{}, nil, refusal.New(http.StatusBadRequest, "InvalidResourceId", "The resource id '%s' is not that of a resource.", r.ID)
	}
	name := strings.ToLower(action)
	typ, err := c.typeOf(p, r.APIVersion)
	if err != nil {
		return provider.Reply{}, nil, err
	}
	early := typ.Hooks.Early[name]
	t, err := c.find(tx, p, r.APIVersion, early)
	if err != nil {
		return provider.Reply{}, nil, err
	}
	if r.APIVersion, err = c.version(typ, r.APIVersion, t.location()); err != nil {
		return provider.Reply{}, nil, err
	}
	hook := typ.Hooks.Actions[name]
	if hook == nil {
		return provider.Reply{}, nil, refusal.New(http.StatusNotFound, "InvalidResourceType", "The resource type '%s/%s' could not be found in the namespace '%s' for api version '%s'.", typ.Name, action, p.space, r.APIVersion)
	}
	if t.was == nil && !early {
		return provider.Reply{}, nil, c.notFound(t)
	}
	if !r.Internal {
		if err := c.up(tx, now, t, t.location(), true); err != nil {
			return provider.Reply{}, nil, err
		}
		if err := c.locked(tx, t, false); err != nil {
			return provider.Reply{}, nil, err
		}
	}
	call := c.call(tx, now, t, r)
	call.Method, call.Query, call.Rest = http.MethodPost, query, rest
	reply, err := hook(call)
	if err != nil || reply.Takes <= 0 {
		return reply, nil, err
	}
	output, err := json.Marshal(reply.Body)
	if err != nil {
		return reply, nil, fmt.Errorf("the reply of %s on %s: %w", action, r.ID, err)
	}
	o := operation{Verb: verbAction, Style: cmp.Or(reply.Style, "location"), APIVersion: r.APIVersion, Caller: r.Caller, Notify: r.Notify, Then: reply.Done}
	if reply.Body != nil {
		o.Output = output
	}
	began, err := c.begin(tx, now, t, o, reply.Takes)
	return reply, began, err
}
