package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// checkEncryption holds the customer-managed key against the rules of
// facts/azure-ml.md section 1.4.
func (s *service) checkEncryption(c *provider.Call) error {
	if !strings.EqualFold(object.Text(c.Body, "properties.encryption.status"), "Enabled") {
		return nil
	}
	vault := object.Text(c.Body, "properties.encryption.keyVaultProperties.keyVaultArmId")
	key := object.Text(c.Body, "properties.encryption.keyVaultProperties.keyIdentifier")
	refuse := func(text string) error { return refusal.New(http.StatusBadRequest, "ValidationError", "%s", text) }
	switch {
	case vault == "" || key == "":
		return refuse("Encryption with a customer-managed key needs both 'keyVaultArmId' and 'keyIdentifier'.")
	case !strings.Contains(strings.ToLower(key), strings.ToLower(estate.ParseID(vault).LastName())):
		return refuse("The key '" + key + "' is not in the vault '" + vault + "'.")
	}
	o := body(c.Tx.Resource(vault))
	if soft, told := object.Find(o, "properties.enableSoftDelete"); told && soft == false || !object.Bool(o, "properties.enablePurgeProtection") {
		return refuse("The vault '" + vault + "' of the customer-managed key must have soft delete and purge protection.")
	}
	if c.Created {
		return s.stands(c.Tx, c.Now, vault, false)
	}
	return nil
}

// madeFor are the stores that the service makes for the metadata of a workspace
// with a customer-managed key.
var madeFor = []struct {
	typ, given string // given: where a customer names an own one
	body       object.Object
}{
	{typeCosmos, "cosmosDbResourceId", object.Object{"kind": "GlobalDocumentDB", "properties": object.Object{"databaseAccountOfferType": "Standard"}}},
	{typeSearch, "searchAccountResourceId", object.Object{"sku": object.Object{"name": "standard"}, "properties": object.Object{"replicaCount": 1, "partitionCount": 1}}},
	{typeStorage, "storageAccountResourceId", object.Object{"kind": "StorageV2", "sku": object.Object{"name": "Standard_LRS"}, "properties": object.Object{}}},
}

// provisionEncryption makes the managed group with the stores of an encrypted
// workspace, unless the metadata stays with the service or the customer brings
// them.
func (s *service) provisionEncryption(c *provider.Call) error {
	if !strings.EqualFold(object.Text(c.Body, "properties.encryption.status"), "Enabled") || object.Bool(c.Body, "properties.enableServiceSideCMKEncryption") {
		return nil
	}
	id := estate.ParseID(c.ID)
	group := "azureml-rg-" + c.Name + "_" + object.Text(c.Body, "properties.workspaceId")
	groupID := "/subscriptions/" + id.Subscription() + "/resourceGroups/" + group
	short := strings.ReplaceAll(object.Text(c.Body, "properties.workspaceId"), "-", "")[:12]
	made := false
	for _, m := range madeFor {
		if object.Text(c.Body, "properties.encryption."+m.given) != "" {
			continue
		}
		if !made {
			if err := s.make(c, groupID, typeGroup, object.Object{"location": c.Location, "managedBy": c.ID}); err != nil {
				return err
			}
			made = true
		}
		o := object.CloneObject(m.body)
		o["location"] = c.Location
		if m.typ == typeCosmos {
			object.Set(o, "properties.locations", []any{map[string]any{"locationName": c.Location, "failoverPriority": 0}})
		}
		if err := s.make(c, estate.ParseID(groupID).InGroup(m.typ, "aml"+short).String(), m.typ, o); err != nil {
			return err
		}
	}
	if !made {
		return nil
	}
	object.Set(c.Body, "properties.serviceProvisionedResourceGroup", group)
	return nil
}
