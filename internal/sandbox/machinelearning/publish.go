package machinelearning

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// startPendingUpload gives a place to upload the bytes of a version to: a
// container of its own in the storage of the workspace or registry, with an
// address that may write there.
func (s *service) startPendingUpload(kind string) action {
	return func(c *provider.Call) (provider.Reply, error) {
		if want := object.Text(c.Body, "pendingUploadType"); want != "" && !strings.EqualFold(want, "TemporaryBlobReference") {
			return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "The upload type '%s' is not supported: use TemporaryBlobReference.", want)
		}
		account := s.storageOf(c.Tx, workspaceOf(c.ID), c.Location)
		if c.Tx.Resource(account) == nil {
			return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "The workspace has no storage account to upload to.")
		}
		if err := s.stands(c.Tx, c.Now, account, true); err != nil {
			return provider.Reply{}, err
		}
		upload := orText(object.Text(c.Body, "pendingUploadId"), s.world.GUID())
		container := kind[:4] + "-" + upload
		if err := s.make(c, account+"/blobServices/default/containers/"+container, typeContainer, object.Object{"properties": object.Object{"publicAccess": "None"}}); err != nil {
			return provider.Reply{}, err
		}
		uri := s.world.At.BlobEndpoint(last(account), false) + container
		return provider.Reply{Body: object.Object{
			"pendingUploadId": upload, "pendingUploadType": "TemporaryBlobReference",
			"blobReferenceForConsumption": object.Object{
				"blobUri": uri, "storageAccountArmId": account,
				"credential": object.Object{"credentialType": "SAS", "sasUri": uri + "?" + s.sas(c.Tx, account, container).Encode()},
			},
		}}, nil
	}
}

// storageOf is the storage account of a workspace, or of a registry in a region.
func (s *service) storageOf(tx *state.Tx, id, region string) string {
	o := body(tx.Resource(id))
	if account := object.Text(o, "properties.storageAccount"); account != "" {
		return account
	}
	first := ""
	for _, e := range object.List(o, "properties.regionDetails") {
		d, _ := e.(map[string]any)
		for _, a := range object.List(d, "storageAccountDetails") {
			m, _ := a.(map[string]any)
			account := object.Text(m, "systemCreatedStorageAccount.armResourceId.resourceId")
			if strings.EqualFold(object.Text(d, "location"), region) {
				return account
			}
			first = orText(first, account)
		}
	}
	return first
}

// sas signs an address for a container with the account's first key, for a day of
// those who ask, by the string-to-sign of service SAS version 2020-12-06.
func (s *service) sas(tx *state.Tx, account, container string) url.Values {
	const version = "2020-12-06"
	from, until := s.world.Wall().UTC().Add(-10*time.Minute).Format("2006-01-02T15:04:05Z"), s.world.Wall().UTC().Add(24*time.Hour).Format("2006-01-02T15:04:05Z")
	const permissions = "racwl"
	text := strings.Join([]string{
		permissions, from, until, "/blob/" + last(account) + "/" + container, "", "", "https", version, "c", "", "", "", "", "", "", "",
	}, "\n")
	return url.Values{
		"sv": {version}, "st": {from}, "se": {until}, "sr": {"c"}, "sp": {permissions}, "spr": {"https"},
		"sig": {signature(accountKey(tx, account), text)},
	}
}

// publish copies a version to a registry.
func (s *service) publish(kind string) action {
	return func(c *provider.Call) (provider.Reply, error) {
		name := object.Text(c.Body, "registryName")
		var registry *state.Resource
		for r := range c.Tx.OfType(Namespace+"/registries", "") {
			if strings.EqualFold(r.Name, name) {
				registry = r
			}
		}
		if registry == nil {
			return provider.Reply{}, refusal.New(http.StatusNotFound, "UserError", "The registry '%s' was not found.", name)
		}
		if !inRegions(body(registry), c.Location) {
			return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "The registry '%s' is not in the region of the workspace, %s.", name, c.Location)
		}
		if object.Bool(body(c.Was), "properties.isAnonymous") {
			return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "Anonymous assets cannot be shared.")
		}
		for _, id := range []string{registry.ID, s.storageOf(c.Tx, workspaceOf(c.ID), c.Location)} {
			if err := s.stands(c.Tx, c.Now, id, same(id, registry.ID)); err != nil {
				return provider.Reply{}, err
			}
		}
		destination := orText(object.Text(c.Body, "destinationName"), last(state.OwnerOf(c.ID)))
		version := orText(object.Text(c.Body, "destinationVersion"), c.Name)
		o := object.Object{"properties": object.Clone(object.Inner(body(c.Was), "properties"))}
		object.Delete(o, "properties.provisioningState")
		if path := paths[kind]; path != "" && object.Get(o, "properties."+path) != nil {
			account := s.storageOf(c.Tx, registry.ID, c.Location)
			object.Set(o, "properties."+path, s.world.At.BlobEndpoint(last(account), false)+destination+"-"+version)
		}
		id := registry.ID + "/" + kind + "/" + destination + "/versions/" + version
		if c.Tx.Resource(id) != nil {
			return provider.Reply{}, refusal.Conflict("UserError", "The registry '%s' has version %s of '%s' already.", name, version, destination)
		}
		if _, err := c.Engine.Put(c.Tx, c.Now, provider.Request{ID: id, Body: o, Caller: c.Caller, Internal: true}); err != nil {
			return provider.Reply{}, err
		}
		return provider.Reply{Status: http.StatusAccepted, Takes: 6 * time.Second, Style: "location"}, nil
	}
}
