package lean

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// Types that name a workspace without standing below it, and types that bodies
// name in other ways than by their ids.
const (
	typeEndpoint = "Microsoft.Network/privateEndpoints"
	typeRegistry = "Microsoft.MachineLearningServices/registries"
	typeVault    = "Microsoft.KeyVault/vaults"
)

// leaning are the children of a workspace that it leans on, or that lean on
// something for it: lower-case types without the namespace. The others are
// content, of which there may be millions.
var leaning = map[string]bool{
	"workspaces/computes": true, "workspaces/datastores": true, "workspaces/connections": true,
	"workspaces/onlineendpoints": true, "workspaces/onlineendpoints/deployments": true,
	"workspaces/batchendpoints": true, "workspaces/batchendpoints/deployments": true,
	"workspaces/serverlessendpoints": true, "workspaces/services": true, "workspaces/linkedservices": true,
	"workspaces/outboundrules": true, "workspaces/privateendpointconnections": true, "workspaces/capabilityhosts": true,
}

// around is a part of the estate: a workspace, what belongs to it, and what that
// names.
type around struct {
	tx   *state.Tx
	seen map[string]bool
	all  []*estate.Resource
}

// estateAround gives the estate of a workspace and of its hubs.
func estateAround(tx *state.Tx, workspace string) *estate.Estate {
	a := &around{tx: tx, seen: map[string]bool{}}
	a.workspace(workspace)
	found := relate.Find(a.all, relate.Options{})
	return estate.Build(found.Resources, found.Relations, estate.Coverage{})
}

// add takes in a resource; false when it is not there, or taken already.
func (a *around) add(r *state.Resource) bool {
	if r == nil || a.seen[state.Key(r.ID)] {
		return false
	}
	a.seen[state.Key(r.ID)] = true
	id := estate.ParseID(r.ID)
	a.all = append(a.all, &estate.Resource{
		ID: id, Type: r.Type, Name: id.Name(), Location: estate.NormalizeLocation(r.Location),
		Body: value.FromAny(object.Must(r.Body)),
	})
	return true
}

func (a *around) workspace(id string) {
	ws := a.tx.Resource(id)
	if !a.add(ws) {
		return
	}
	a.add(a.tx.Resource(estate.ParseID(id).Group().String()))
	own := []*state.Resource{ws}
	for r := range a.tx.Below(id) {
		_, typ, _ := strings.Cut(strings.ToLower(r.Type), "/")
		if leaning[typ] && a.add(r) {
			own = append(own, r)
		}
	}
	for r := range a.tx.OfType(typeEndpoint, "") {
		if strings.Contains(strings.ToLower(string(r.Body)), state.Key(id)+`"`) {
			a.add(r)
		}
	}
	for _, r := range own {
		a.named(object.Must(r.Body))
	}
	body := object.Must(ws.Body)
	if hub := object.Text(body, "properties.hubResourceId"); hub != "" {
		a.workspace(hub)
	}
	if object.Text(body, "properties.encryption.keyVaultProperties.keyIdentifier") != "" {
		a.ofType(typeVault)
	}
	if group := object.Text(body, "properties.serviceProvisionedResourceGroup"); group != "" {
		a.group(ws.ID, group)
	}
}

// group takes in what is in a resource group of the workspace's subscription.
func (a *around) group(workspace, group string) {
	if !strings.HasPrefix(group, "/") {
		group = "/subscriptions/" + estate.ParseID(workspace).Subscription() + "/resourceGroups/" + group
	}
	for r := range a.tx.Below(group) {
		if state.Key(state.OwnerOf(r.ID)) == state.Key(group) {
			a.add(r)
		}
	}
}

// named takes in what a body names.
func (a *around) named(body object.Object) {
	texts(body, func(text string) {
		switch {
		case strings.HasPrefix(text, "/subscriptions/"):
			a.byID(text)
		case strings.Contains(text, "azureml://registries/"):
			a.ofType(typeRegistry)
		}
	})
}

// byID takes in the resource with an id, and what it is a part of: a subnet may
// be written inside of its network.
func (a *around) byID(text string) {
	for id := estate.ParseID(text); !id.IsZero(); id = id.Parent() {
		r := a.tx.Resource(id.String())
		if r != nil && strings.EqualFold(r.Type, estate.WorkspaceType) {
			return // hubs have their own way; whatever else names a workspace does not lean on it
		}
		a.add(r)
	}
}

func (a *around) ofType(typ string) {
	for r := range a.tx.OfType(typ, "") {
		a.add(r)
	}
}

// texts gives every string of a body, and every name of a member that is an id,
// in order.
func texts(v any, yield func(string)) {
	switch v := v.(type) {
	case string:
		yield(v)
	case []any:
		for _, e := range v {
			texts(e, yield)
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if strings.HasPrefix(name, "/") {
				yield(name)
			}
			texts(v[name], yield)
		}
	}
}
