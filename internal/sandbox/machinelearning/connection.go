package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// hiddenCredentials are the types of connections with credentials, and what of
// these must be given when one is made (facts/azure-ml.md section 4.7).
var hiddenCredentials = map[string][]string{
	"AccessKey": {"accessKeyId", "secretAccessKey"}, "AccountKey": {"key"}, "ApiKey": {"key"}, "CustomKeys": {"keys"},
	"ManagedIdentity": nil, "OAuth2": nil, "PAT": {"pat"}, "SAS": {"sas"}, "ServicePrincipal": {"clientId", "clientSecret", "tenantId"},
	"UsernamePassword": {"username"},
}

func (s *service) connections(h *provider.Hooks) {
	h.Prepare, h.Drop = s.prepareConnection, s.dropConnection
	h.Actions = map[string]action{"listsecrets": s.listConnectionSecrets}
	h.Listed = func(c *provider.Call) bool {
		q := c.Query
		return (q.Get("category") == "" || strings.EqualFold(q.Get("category"), object.Text(c.Body, "properties.category"))) &&
			(q.Get("target") == "" || strings.EqualFold(q.Get("target"), object.Text(c.Body, "properties.target")))
	}
	h.Also = s.datastoresAsConnections
}

func (s *service) prepareConnection(c *provider.Call) error {
	auth := object.Text(c.Body, "properties.authType")
	credentials := object.Inner(c.Secret, "properties.credentials")
	object.Default(c.Body, "properties.metadata", object.Object{})
	object.Set(c.Body, "properties.createdByWorkspaceArmId", workspaceOf(c.ID))
	if c.Seeding {
		return nil
	}
	need, has := hiddenCredentials[auth]
	if !has && len(credentials) > 0 {
		return refusal.New(http.StatusBadRequest, "ValidationError", "Connections with the authType %s have no credentials.", auth)
	}
	for _, name := range need {
		if v := object.Get(credentials, name); c.Was == nil && (v == nil || v == "") {
			return refusal.New(http.StatusBadRequest, "ValidationError", "The connection '%s' with the authType %s needs credentials.%s.", c.Name, auth, name)
		}
	}
	if object.Text(c.Body, "properties.target") == "" {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The connection '%s' needs 'target'.", c.Name)
	}
	if vault := object.Text(body(c.Parent), "properties.keyVault"); len(credentials) > 0 && vault != "" {
		value := string(object.Encode(credentials))
		object.Delete(c.Secret, "properties.credentials")
		delete(c.Secret, "properties")
		return s.keepSecret(c.Tx, c.Now, vault, secretName(body(c.Parent), "connection-"+c.Name), value)
	}
	return nil
}

func (s *service) listConnectionSecrets(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	credentials := object.Inner(secret(c.Was), "properties.credentials")
	ws := body(c.Parent)
	if vault := object.Text(ws, "properties.keyVault"); credentials == nil && vault != "" {
		if r := c.Tx.Resource(vault + "/secrets/" + secretName(ws, "connection-"+c.Name)); r != nil {
			if err := s.stands(c.Tx, c.Now, vault, false); err != nil {
				return provider.Reply{}, err
			}
			credentials = object.Must([]byte(object.Text(secret(r), "value")))
		}
	}
	if credentials != nil {
		object.Set(o, "properties.credentials", credentials)
	}
	return provider.Reply{Body: o}, nil
}

func (s *service) dropConnection(c *provider.Call) error {
	ws := body(c.Parent)
	id := object.Text(ws, "properties.keyVault") + "/secrets/" + secretName(ws, "connection-"+c.Name)
	if c.Cascade || c.Tx.Resource(id) == nil {
		return nil
	}
	if err := s.stands(c.Tx, c.Now, object.Text(ws, "properties.keyVault"), true); err != nil {
		return err
	}
	return c.Tx.Delete(id)
}

// datastoresAsConnections are what includeAll=true adds to a list: datastores in
// the shape of connections.
func (s *service) datastoresAsConnections(c *provider.Call) ([]object.Object, error) {
	if !strings.EqualFold(c.Query.Get("includeAll"), "true") {
		return nil, nil
	}
	if c.Parent == nil {
		return nil, nil
	}
	var out []object.Object
	ws := c.Parent.ID
	for r := range c.Tx.Children(ws, Namespace+"/workspaces/datastores") {
		out = append(out, asConnection(ws, r))
	}
	return out, nil
}

func asConnection(ws string, ds *state.Resource) object.Object {
	o := body(ds)
	kind := object.Text(o, "properties.datastoreType")
	account, container := object.Text(o, "properties.accountName"), ""
	for _, name := range []string{"containerName", "fileShareName", "filesystem"} {
		container = orText(container, object.Text(o, "properties."+name))
	}
	return object.Object{
		"id": ws + "/connections/" + ds.Name, "name": ds.Name, "type": Namespace + "/workspaces/connections",
		"properties": object.Object{
			"authType": "None", "category": kind, "target": "https://" + account + ".core.windows.net/" + container, "isSharedToAll": true, "group": "Azure",
			"metadata": object.Object{"accountName": account, "containerName": container, "datastoreName": ds.Name},
		},
	}
}
