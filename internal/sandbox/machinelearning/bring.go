package machinelearning

import (
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// notebookShare is the share for notebooks, the same in every workspace
// (facts/azure-ml.md section 4.6 and 9).
const notebookShare = "code-391ff5ac-6576-460f-ba4d-7e03433c68b6"

// workspaceKept makes what a new workspace brings along: containers and shares in
// its storage account, datastores that name them, secrets in its vault.
func (s *service) workspaceKept(c *provider.Call) error {
	if !c.Created {
		return s.joinHub(c)
	}
	if c.Seeding { // what it names may come behind it
		s.engine.Store(&c.Engine)
		return c.Tx.Schedule(state.Event{At: c.Now, Kind: eventBring, Key: c.ID})
	}
	if err := s.provisionEncryption(c); err != nil {
		return err
	}
	if err := s.joinHub(c); err != nil {
		return err
	}
	return s.bringAlong(c)
}

// eventBring completes a workspace that came from an estate; the key is its id.
const eventBring = "machinelearning.bring"

// complete makes what a workspace brings along and does not have. What its storage
// account or vault refuses stays away.
func (s *service) complete(tx *state.Tx, now time.Time, e state.Event) error {
	ws := tx.Resource(e.Key)
	if ws == nil {
		return nil
	}
	c := &provider.Call{World: s.world, Tx: tx, Now: now, ID: ws.ID, Name: ws.Name, Location: ws.Location, Was: ws, Body: body(ws), Seeding: true}
	if engine := s.engine.Load(); engine != nil {
		c.Engine = *engine
	}
	for _, do := range []func(*provider.Call) error{s.joinHub, s.bringAlong} {
		if err := tx.Attempt(func() error { return do(c) }); err != nil {
			s.world.Log.Debug("a workspace from an estate is not complete", "workspace", ws.ID, "error", err)
		}
	}
	return nil
}

// brought are the default datastores (facts/azure-ml.md section 4.6); the name of
// what is behind each gets the id of the workspace where it ends with a hyphen.
var brought = []struct{ name, kind, behind string }{
	{"workspaceblobstore", "AzureBlob", "azureml-blobstore-"},
	{"workspaceartifactstore", "AzureBlob", "azureml"},
	{"workspacefilestore", "AzureFile", "azureml-filestore-"},
	{"workspaceworkingdirectory", "AzureFile", notebookShare},
}

func (s *service) bringAlong(c *provider.Call) error {
	storage := object.Text(c.Body, "properties.storageAccount")
	if storage == "" {
		return nil
	}
	account := estate.ParseID(storage)
	identity := strings.EqualFold(object.Text(c.Body, "properties.systemDatastoresAuthMode"), "Identity")
	for _, b := range brought {
		behind := b.behind
		if strings.HasSuffix(behind, "-") {
			behind += object.Text(c.Body, "properties.workspaceId")
		}
		p := object.Object{
			"datastoreType": b.kind, "accountName": account.LastName(), "endpoint": "core.windows.net", "protocol": "https",
			"subscriptionId": account.Subscription(), "resourceGroup": account.ResourceGroup(),
			"serviceDataAccessAuthIdentity": "None", "isDefault": b.name == "workspaceblobstore",
			"tags": object.Object{}, "properties": object.Object{},
			"credentials": object.Object{"credentialsType": "AccountKey"},
		}
		if identity {
			p["credentials"] = object.Object{"credentialsType": "None"}
		}
		var err error
		if b.kind == "AzureBlob" {
			p["containerName"] = behind
			err = s.make(c, storage+"/blobServices/default/containers/"+behind, typeContainer, object.Object{"properties": object.Object{"publicAccess": "None"}})
		} else {
			p["fileShareName"] = behind
			err = s.make(c, storage+"/fileServices/default/shares/"+behind, typeShare, object.Object{"properties": object.Object{"shareQuota": 5120}})
		}
		if err != nil {
			return err
		}
		if err := s.keepDatastore(c, b.name, p, identity); err != nil {
			return err
		}
	}
	return nil
}

// keepDatastore keeps a default datastore, and the key of its account in the
// vault.
func (s *service) keepDatastore(c *provider.Call, name string, p object.Object, identity bool) error {
	typ := Namespace + "/workspaces/datastores"
	id := c.ID + "/datastores/" + name
	if c.Tx.Resource(id) != nil {
		return nil // an estate has its own
	}
	if err := c.Tx.Put(&state.Resource{
		ID: id, Type: typ, Name: name, Created: c.Now, Changed: c.Now,
		Body: object.Encode(object.Object{"id": id, "name": name, "type": typ, "properties": p}),
	}); err != nil {
		return err
	}
	vault := object.Text(c.Body, "properties.keyVault")
	if identity || vault == "" {
		return nil
	}
	key := accountKey(c.Tx, object.Text(c.Body, "properties.storageAccount"))
	return s.keepSecret(c.Tx, c.Now, vault, secretName(c.Body, name), string(object.Encode(object.Object{"secretsType": "AccountKey", "key": key})))
}

// secretName is the name that the secret of a datastore or connection has in the
// vault. Vaults may be shared, so it begins with the workspace.
func secretName(workspace object.Object, name string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r == '.' {
			return '-'
		}
		return r
	}, name)
	return object.Text(workspace, "properties.workspaceId") + "-" + clean
}

func accountKey(tx *state.Tx, account string) string {
	return object.Text(secret(tx.Resource(account)), "key1")
}

// joinHub notes at a hub which projects it has.
func (s *service) joinHub(c *provider.Call) error {
	hub := c.Tx.Resource(object.Text(c.Body, "properties.hubResourceId"))
	if hub == nil {
		return nil
	}
	o := body(hub)
	list := object.List(o, "properties.associatedWorkspaces")
	for _, e := range list {
		if id, _ := e.(string); same(id, c.ID) {
			return nil
		}
	}
	object.Set(o, "properties.associatedWorkspaces", append(list, c.ID))
	return rebody(c.Tx, c.Now, hub, o)
}

// ensureRegistry makes the container registry of a workspace that has none, as
// Azure does when the first image is built (facts/azure-ml.md section 1.2). It
// gives the registry's id, "" when none can be made now.
func (s *service) ensureRegistry(c *provider.Call, workspace string) (string, error) {
	ws := c.Tx.Resource(workspace)
	o := body(ws)
	if id := object.Text(o, "properties.containerRegistry"); id != "" || ws == nil {
		return id, nil
	}
	guid := strings.ReplaceAll(object.Text(o, "properties.workspaceId"), "-", "")
	id := estate.ParseID(workspace).Group().InGroup(typeRegistry, guid).String()
	if err := s.make(c, id, typeRegistry, object.Object{
		"location": ws.Location, "sku": object.Object{"name": "Standard"}, "properties": object.Object{"adminUserEnabled": true},
	}); err != nil {
		return "", err
	}
	object.Set(o, "properties.containerRegistry", id)
	return id, rebody(c.Tx, c.Now, ws, o)
}
