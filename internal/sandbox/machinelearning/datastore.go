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
)

// firstVersion is the api-version with datastores of its own shape.
const firstVersion = "2020-05-01-preview"

// secondKinds are the kinds of datastores of the second generation, with what
// each must say (facts/azure-ml.md section 3).
var secondKinds = map[string][]string{
	"AzureBlob":         {"accountName", "containerName"},
	"AzureFile":         {"accountName", "fileShareName"},
	"AzureDataLakeGen2": {"accountName", "filesystem"},
	"AzureDataLakeGen1": {"storeName"},
	"OneLake":           {"oneLakeWorkspaceName", "artifact"},
}

// credentialFields are the secret members by the type of credentials.
var credentialFields = map[string]string{"AccountKey": "key", "Sas": "sasToken", "ServicePrincipal": "clientSecret", "Certificate": "certificate"}

func (s *service) datastores(h *provider.Hooks) {
	h.Prepare, h.Drop, h.Show = s.prepareDatastore, s.dropDatastore, showDatastore
	h.Listed = datastoreListed
	h.Order = func(c *provider.Call, a, b *state.Resource) int {
		if strings.EqualFold(c.Query.Get("orderByAsc"), "false") {
			a, b = b, a
		}
		return orderBy(orText(c.Query.Get("orderBy"), "createdtime"), a, b)
	}
	h.Actions = map[string]action{"listsecrets": s.listDatastoreSecrets}
}

// datastoreListed holds a datastore against the query of a list. Kinds that only
// the first generation has stand in lists of that alone; what Azure does with them
// in lists of the second is not verified (facts/azure-ml.md section 3.1).
func datastoreListed(c *provider.Call) bool {
	o := c.Body
	_, second := secondKinds[object.Text(o, "properties.datastoreType")]
	q := c.Query
	switch {
	case !second && c.APIVersion != firstVersion:
		return false
	case strings.EqualFold(q.Get("isDefault"), "true") && !object.Bool(o, "properties.isDefault"),
		strings.EqualFold(q.Get("isDefault"), "false") && object.Bool(o, "properties.isDefault"):
		return false
	case q.Get("names") != "" && !contains(strings.Split(q.Get("names"), ","), c.Was.Name):
		return false
	}
	return q.Get("searchText") == "" || strings.Contains(strings.ToLower(c.Was.Name), strings.ToLower(q.Get("searchText")))
}

func (s *service) prepareDatastore(c *provider.Call) error {
	p := object.Inner(c.Body, "properties")
	var values object.Object // the secret ones
	if c.APIVersion == firstVersion || isFirst(p) {
		var err error
		if p, values, err = readFirst(p, estate.ParseID(c.ID)); err != nil && !c.Seeding {
			return err
		}
		c.Body["properties"] = p
	} else {
		var err error
		if values, err = s.prepareSecond(c, p); err != nil && !c.Seeding {
			return err
		}
	}
	object.Set(c.Body, "properties.isDefault", c.Was != nil && object.Bool(body(c.Was), "properties.isDefault") || c.Seeding && object.Bool(c.Body, "properties.isDefault"))
	if c.Seeding {
		c.Secret = values
		return nil
	}
	// Its record is kept by the workspace, its secret in the vault.
	if len(values) > 0 {
		if vault := object.Text(body(c.Parent), "properties.keyVault"); vault != "" {
			if err := s.keepSecret(c.Tx, c.Now, vault, secretName(body(c.Parent), c.Name), string(object.Encode(values))); err != nil {
				return err
			}
		} else {
			c.Secret = values
		}
	}
	return s.validateDatastore(c, p)
}

// prepareSecond checks a datastore of the second generation and takes its secret
// out.
func (s *service) prepareSecond(c *provider.Call, p object.Object) (object.Object, error) {
	kind := ""
	for k := range secondKinds {
		if strings.EqualFold(k, object.Text(p, "datastoreType")) {
			kind = k
		}
	}
	if kind == "" {
		return nil, refusal.New(http.StatusBadRequest, "UserError", "The datastore type '%s' is not supported: use AzureBlob, AzureDataLakeGen1, AzureDataLakeGen2, AzureFile or OneLake.", object.Text(p, "datastoreType"))
	}
	object.Set(p, "datastoreType", kind)
	for _, name := range secondKinds[kind] {
		if v := object.Get(p, name); v == nil || v == "" {
			return nil, refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' of the type %s needs '%s'.", c.Name, kind, name)
		}
	}
	if kind != "AzureDataLakeGen1" && kind != "OneLake" {
		object.Default(p, "endpoint", "core.windows.net")
		object.Default(p, "protocol", "https")
	}
	if kind != "OneLake" {
	}
	object.Default(p, "serviceDataAccessAuthIdentity", "None")
	object.Default(p, "tags", object.Object{})
	object.Default(p, "properties", object.Object{})
	object.Default(p, "credentials", object.Object{"credentialsType": "None"})
	credentials := object.Text(p, "credentials.credentialsType")
	values := object.Inner(p, "credentials.secrets")
	object.Delete(p, "credentials.secrets")
	field, has := credentialFields[credentials]
	switch {
	case credentials == "None":
		return nil, nil
	case !has:
		return nil, refusal.New(http.StatusBadRequest, "UserError", "The credentials type '%s' is not supported.", credentials)
	case object.Text(values, field) == "" && c.Was == nil:
		return nil, refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' needs credentials.secrets.%s.", c.Name, field)
	case values == nil:
		return nil, nil
	}
	values = object.CloneObject(values)
	object.Default(values, "secretsType", credentials)
	return values, nil
}

// validateDatastore asks whether what is behind a datastore can be reached, unless
// the caller wants it not to.
func (s *service) validateDatastore(c *provider.Call, p object.Object) error {
	if strings.EqualFold(c.Query.Get("skipValidation"), "true") || object.Bool(p, "skipValidation") {
		return nil
	}
	account := object.Text(p, "accountName")
	if account == "" {
		return nil
	}
	id := ""
	for r := range c.Tx.OfType(typeStorage, "") {
		if strings.EqualFold(r.Name, account) {
			id = r.ID
		}
	}
	if id == "" {
		return nil // of another tenant, as far as the service can see
	}
	return s.stands(c.Tx, c.Now, id, false)
}

// datastoreSecrets are the secrets of a datastore, read from where they are.
func (s *service) datastoreSecrets(tx *state.Tx, now time.Time, ds *state.Resource) (object.Object, error) {
	ws := body(tx.Resource(workspaceOf(ds.ID)))
	vault := object.Text(ws, "properties.keyVault")
	if hidden := secret(ds); len(hidden) > 0 || vault == "" {
		return hidden, nil
	}
	if err := s.stands(tx, now, vault, false); err != nil {
		return nil, err
	}
	return object.Must([]byte(object.Text(secret(tx.Resource(vault+"/secrets/"+secretName(ws, ds.Name))), "value"))), nil
}

func (s *service) listDatastoreSecrets(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	if object.Text(o, "properties.credentials.credentialsType") == "None" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' has no secrets: it is reached with identities.", c.Name)
	}
	values, err := s.datastoreSecrets(c.Tx, c.Now, c.Was)
	return provider.Reply{Body: values}, err
}

// dropDatastore keeps the default datastore, and takes away the secret.
func (s *service) dropDatastore(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	if object.Bool(body(c.Was), "properties.isDefault") {
		return refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' is the default one of the workspace and cannot be deleted.", c.Name)
	}
	ws := body(c.Parent)
	vault := object.Text(ws, "properties.keyVault")
	id := vault + "/secrets/" + secretName(ws, c.Name)
	if vault == "" || c.Tx.Resource(id) == nil {
		return nil
	}
	if err := s.stands(c.Tx, c.Now, vault, true); err != nil {
		return err
	}
	return c.Tx.Delete(id)
}
