package storage

import (
	"embed"
	"encoding/base64"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	namespace   = "Microsoft.Storage"
	accountType = namespace + "/storageAccounts"
)

// Lose takes away what was written to an account after a time.
type Lose func(tx *state.Tx, accountID string, after time.Time) error

// Provider is the resource provider. lose is called at the end of an unplanned
// failover, while the account still says where it was; nil loses nothing.
func Provider(w *world.World, lose Lose) (*provider.Provider, error) {
	p, err := provider.Load(namespace, types)
	if err != nil {
		return nil, err
	}
	w.Handle(failoverEnds, func(tx *state.Tx, now time.Time, e state.Event) error { return endFailover(w, lose, tx, now, e) })
	w.Handle(conversionStarts, startConversion)
	w.Handle(conversionEnds, endConversion)
	p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
		"checknameavailability": facet.NameCheck(accountType, "[a-z0-9]{3,24}",
			"%s is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.",
			"The storage account named %s is already taken."),
		"skus": listSKUs,
	}
	p.Locations = map[string]func(*provider.Call) (provider.Reply, error){"usages": usages}
	p.Type(accountType).Hooks = provider.Hooks{
		Prepare: prepareAccount, Kept: keptAccount, Show: facet.Chain(facet.Connections, showAccount), Drop: dropAccount,
		Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"listkeys": listKeys, "regeneratekey": regenerateKey,
			"listaccountsas": accountSAS, "listservicesas": serviceSAS,
			"failover": failover, "startaccountmigration": convert,
			"revokeuserdelegationkeys": func(*provider.Call) (provider.Reply, error) { return provider.Reply{}, nil },
		},
		Reads: map[string]func(*provider.Call) (provider.Reply, error){
			"accountmigrations": readConversion, "privatelinkresources": privateLinkResources,
		},
	}
	for name, hooks := range map[string]provider.Hooks{
		"blobServices":              {Prepare: prepareBlobService, Drop: dropService, Show: showService},
		"fileServices":              {Prepare: prepareFileService, Drop: dropService, Show: showService},
		"queueServices":             {Drop: dropService},
		"tableServices":             {Drop: dropService},
		"blobServices/containers":   {Prepare: prepareContainer},
		"fileServices/shares":       {Prepare: prepareShare},
		"managementPolicies":        {Prepare: touched("properties.lastModifiedTime")},
		"inventoryPolicies":         {Prepare: touched("properties.lastModifiedTime")},
		"objectReplicationPolicies": {Prepare: prepareReplication},
		"encryptionScopes":          {Prepare: prepareScope},
		"localUsers": {Prepare: func(c *provider.Call) error {
			facet.Made(c, "properties.sid", func() any { return "S-1-2-0-" + facet.Token(c, 10) })
			return nil
		}},
	} {
		p.Type(accountType + "/" + name).Hooks = hooks
	}
	return p, nil
}

// keys gives the secret of an account its two keys; each is 64 bytes, as Azure's.
func keys(c *provider.Call) {
	for _, name := range []string{"key1", "key2"} {
		if object.Text(c.Secret, name) == "" {
			object.Set(c.Secret, name, base64.StdEncoding.EncodeToString(c.World.Bytes(64)))
		}
	}
}

func listKeys(c *provider.Call) (provider.Reply, error) {
	made := object.Inner(facet.Was(c), "properties.keyCreationTime")
	list := []any{}
	for _, name := range []string{"key1", "key2"} {
		list = append(list, object.Object{
			"keyName": name, "value": object.Text(c.Secret, name), "permissions": "FULL", "creationTime": object.Text(made, name),
		})
	}
	return provider.Reply{Body: object.Object{"keys": list}}, nil
}

func regenerateKey(c *provider.Call) (provider.Reply, error) {
	name := object.Text(c.Body, "keyName")
	if name != "key1" && name != "key2" {
		return provider.Reply{}, refusal.New(400, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: keyName.")
	}
	body := facet.Was(c)
	object.Set(body, "properties.keyCreationTime."+name, facet.Time(c.Now))
	object.Set(c.Secret, name, base64.StdEncoding.EncodeToString(c.World.Bytes(64)))
	if err := facet.Change(c, c.Was, body, c.Secret); err != nil {
		return provider.Reply{}, err
	}
	c.Was = c.Tx.Resource(c.ID)
	return listKeys(c)
}

func privateLinkResources(*provider.Call) (provider.Reply, error) {
	list := []any{}
	for _, group := range []string{"blob", "table", "queue", "file", "web", "dfs"} {
		list = append(list, object.Object{"name": group, "properties": object.Object{
			"groupId": group, "requiredMembers": []any{group}, "requiredZoneNames": []any{"privatelink." + group + ".core.windows.net"},
		}})
	}
	return provider.Reply{Body: object.Object{"value": list}}, nil
}
