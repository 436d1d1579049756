package machinelearning

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Types of other providers that workspaces have to do with.
const (
	typeStorage   = "Microsoft.Storage/storageAccounts"
	typeContainer = "Microsoft.Storage/storageAccounts/blobServices/containers"
	typeShare     = "Microsoft.Storage/storageAccounts/fileServices/shares"
	typeVault     = "Microsoft.KeyVault/vaults"
	typeSecret    = "Microsoft.KeyVault/vaults/secrets"
	typeInsights  = "Microsoft.Insights/components"
	typeRegistry  = "Microsoft.ContainerRegistry/registries"
	typeCosmos    = "Microsoft.DocumentDB/databaseAccounts"
	typeSearch    = "Microsoft.Search/searchServices"
	typeGroup     = "Microsoft.Resources/resourceGroups"
	typeIdentity  = "Microsoft.ManagedIdentity/userAssignedIdentities"
)

// workspaceOf is the id of the workspace or registry that an id lies below.
func workspaceOf(id string) string {
	at := estate.ParseID(id)
	for p := at.Parent(); !p.IsZero(); p = at.Parent() {
		at = p
	}
	return at.String()
}

// last is the last segment of an id or of any other path.
func last(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

func same(a, b string) bool { return state.Key(a) == state.Key(b) }

// is says whether an id is one of the type.
func is(id, typ string) bool { return strings.EqualFold(estate.ParseID(id).Type(), typ) }

// body is what is kept of a resource, to read.
func body(r *state.Resource) object.Object {
	if r == nil {
		return object.Object{}
	}
	return object.Must(r.Body)
}

func secret(r *state.Resource) object.Object {
	if r == nil || len(r.Secret) == 0 {
		return object.Object{}
	}
	return object.Must(r.Secret)
}

// rebody keeps a changed body of a resource that is there.
func rebody(tx *state.Tx, now time.Time, r *state.Resource, o object.Object) error {
	c := r.Copy()
	c.Body, c.Changed = object.Encode(o), now
	return tx.Put(c)
}

// stands says whether something that a request leans on can be used, or refuses.
func (s *service) stands(tx *state.Tx, now time.Time, id string, write bool) error {
	st := s.world.Health.Resource(tx, id, now)
	switch level := st.Of(write); {
	case level == world.Whole, level == world.Partial && !s.leans.Odd("of "+state.Key(id)):
		return nil
	case write && st.Read == world.Whole:
		return refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The resource '%s' that the request needs cannot be written to at the moment. %s", id, st.Why)
	}
	return refusal.New(http.StatusServiceUnavailable, "ServiceUnavailable", "The resource '%s' that the request needs is not available. %s", id, st.Why)
}

// make makes a resource of another provider unless it is there. Where the sandbox
// has no such type it is kept as it is given.
func (s *service) make(c *provider.Call, id, typ string, o object.Object) error {
	if c.Tx.Resource(id) != nil {
		return nil
	}
	if c.Engine != nil && c.Engine.Type(typ) != nil {
		_, err := c.Engine.Put(c.Tx, c.Now, provider.Request{ID: id, Body: o, Caller: c.Caller, Internal: true})
		return err
	}
	o["id"], o["name"], o["type"] = id, last(id), typ
	location, _ := o["location"].(string)
	return c.Tx.Put(&state.Resource{ID: id, Type: typ, Name: last(id), Location: location, Body: object.Encode(o), Created: c.Now, Changed: c.Now})
}

// keepSecret puts a secret into a vault, in the place of what had its name.
func (s *service) keepSecret(tx *state.Tx, now time.Time, vault, name, value string) error {
	if err := s.stands(tx, now, vault, true); err != nil {
		return err
	}
	id := vault + "/secrets/" + name
	r := &state.Resource{ID: id, Type: typeSecret, Name: name, Created: now, Changed: now,
		Body: object.Encode(object.Object{"id": id, "name": name, "type": typeSecret, "properties": object.Object{
			"contentType": "", "attributes": object.Object{"enabled": true, "created": now.Unix(), "updated": now.Unix()},
		}}),
		Secret: object.Encode(object.Object{"value": value}),
	}
	if was := tx.Resource(id); was != nil {
		r.Created = was.Created
	}
	return tx.Put(r)
}
