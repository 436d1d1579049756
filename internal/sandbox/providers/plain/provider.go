package plain

import (
	"embed"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const searchType = "Microsoft.Search/searchServices"

type actions = map[string]func(*provider.Call) (provider.Reply, error)

var hooks = map[string]provider.Hooks{
	searchType: {Prepare: prepareSearch, Show: facet.Connections, Done: doneSearch, Actions: actions{
		"listadminkeys": adminKeys, "listquerykeys": queryKeys, "regenerateadminkey": regenerateAdminKey,
	}},
	"Microsoft.Synapse/workspaces":                     {Prepare: prepareSynapse},
	"Microsoft.DataFactory/factories":                  {Prepare: prepareFactory},
	"Microsoft.Web/serverfarms":                        {Prepare: prepareFarm},
	"Microsoft.Web/sites":                              {Prepare: prepareSite},
	"Microsoft.EventHub/namespaces":                    {Prepare: prepareHub},
	"Microsoft.EventHub/namespaces/authorizationRules": {Prepare: hubKeys, Actions: actions{"listkeys": listHubKeys}},
	"Microsoft.Logic/workflows":                        {Prepare: prepareWorkflow},
	"Microsoft.DataLakeStore/accounts":                 {Prepare: retired("Azure Data Lake Storage Gen1", "Create a storage account with isHnsEnabled instead (Azure Data Lake Storage Gen2).")},
	"Microsoft.DataLakeAnalytics/accounts":             {Prepare: retired("Azure Data Lake Analytics", "Use Azure Synapse Analytics instead.")},
	"Microsoft.Resources/deploymentScripts":            {Done: runScript, Show: showScript, Reads: actions{"logs": scriptLogs}},
}

// Providers are the resource providers.
func Providers(*world.World) ([]*provider.Provider, error) {
	var out []*provider.Provider
	for _, namespace := range []string{
		"Microsoft.Search", "Microsoft.Synapse", "Microsoft.DataFactory", "Microsoft.Web", "Microsoft.EventHub", "Microsoft.DataProtection",
		"Microsoft.RecoveryServices", "Microsoft.Logic", "Microsoft.DataLakeStore", "Microsoft.DataLakeAnalytics", "Microsoft.Resources",
	} {
		p, err := provider.Load(namespace, types)
		if err != nil {
			return nil, err
		}
		for _, t := range p.Types {
			t.Hooks = hooks[t.Name]
		}
		out = append(out, p)
	}
	return out, nil
}

// retired refuses to make what a service that is no more had.
func retired(service, instead string) func(*provider.Call) error {
	return func(c *provider.Call) error {
		if c.Seeding || c.Was != nil {
			return nil
		}
		return refusal.New(http.StatusBadRequest, "ServiceRetired", "%s was retired on 2024-02-29: the account %s cannot be created. %s", service, c.Name, instead)
	}
}

// runScript ends a deployment script as failed: the sandbox runs none, and to
// say otherwise would give templates outputs that nothing has made.
func runScript(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	return refusal.Conflict("DeploymentScriptNotRun", "The sandbox does not run deployment scripts: do by hand what %s does, and leave it out of the template.", c.Name)
}

// showScript shows why a script has failed.
func showScript(c *provider.Call) error {
	if object.Text(c.Body, "properties.provisioningState") == "Failed" {
		object.Set(c.Body, "properties.status", object.Object{"startTime": facet.Time(c.Was.Created), "endTime": facet.Time(c.Was.Changed), "error": object.Object{
			"code": "DeploymentScriptNotRun", "message": "The sandbox does not run deployment scripts.",
		}})
	}
	return nil
}

func scriptLogs(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{}}}, nil
}

func prepareSearch(c *provider.Call) error {
	if err := facet.Checks(c, checkSearch); err != nil {
		return err
	}
	for _, name := range []string{"primaryKey", "secondaryKey", "queryKey"} {
		if object.Text(c.Secret, name) == "" {
			c.Secret[name] = facet.Token(c, 52)
		}
	}
	object.Set(c.Body, "properties.status", "provisioning")
	if c.Takes == 0 {
		object.Set(c.Body, "properties.status", "running")
	}
	object.Set(c.Body, "properties.statusDetails", "")
	return nil
}

// checkSearch refuses replicas on the free tier, and a change of tier.
func checkSearch(c *provider.Call) error {
	was := object.Text(facet.Was(c), "sku.name")
	switch {
	case was != "" && was != object.Text(c.Body, "sku.name"):
		return refusal.BadRequest("The sku of the search service %s cannot be changed.", c.Name)
	case object.Text(c.Body, "sku.name") == "free" && count(c, "replicaCount")+count(c, "partitionCount") > 2:
		return refusal.BadRequest("A search service of the sku free has one replica and one partition.")
	case count(c, "replicaCount") > 12 || count(c, "replicaCount") < 1:
		return refusal.BadRequest("The replicaCount of the search service %s must be 1 to 12.", c.Name)
	}
	return nil
}

func doneSearch(c *provider.Call) error {
	object.Set(c.Body, "properties.status", "running")
	return nil
}

func adminKeys(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"primaryKey": object.Text(c.Secret, "primaryKey"), "secondaryKey": object.Text(c.Secret, "secondaryKey")}}, nil
}

func queryKeys(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{object.Object{"name": nil, "key": object.Text(c.Secret, "queryKey")}}, "nextLink": nil}}, nil
}

func regenerateAdminKey(c *provider.Call) (provider.Reply, error) {
	name := strings.ToLower(c.Rest) + "Key"
	if name != "primaryKey" && name != "secondaryKey" {
		return provider.Reply{}, refusal.BadRequest("The key '%s' is none: it must be primary or secondary.", c.Rest)
	}
	c.Secret[name] = facet.Token(c, 52)
	if err := facet.Change(c, c.Was, facet.Was(c), c.Secret); err != nil {
		return provider.Reply{}, err
	}
	return adminKeys(c)
}
