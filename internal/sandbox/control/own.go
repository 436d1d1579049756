package control

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// resourcesVersions are the api-versions of Microsoft.Resources, newest first.
// Source: the versions that ARM itself lists when it refuses one
// (Azure/azure-sdk-for-net#3160) and those of azure-rest-api-specs since.
var resourcesVersions = strings.Fields(`2025-04-01 2025-03-01 2024-11-01 2024-07-01 2024-03-01 2023-07-01 2023-03-01-preview 2022-12-01 2022-11-01-preview
	2022-09-01 2022-06-01 2022-05-01 2022-03-01-preview 2022-01-01 2021-04-01 2021-01-01 2020-10-01 2020-09-01 2020-08-01 2020-07-01 2020-06-01
	2020-05-01 2020-01-01 2019-11-01 2019-10-01 2019-09-01 2019-08-01 2019-07-01 2019-06-01 2019-05-10 2019-05-01 2019-03-01 2018-11-01
	2018-09-01 2018-08-01 2018-07-01 2018-06-01 2018-05-01 2018-02-01 2018-01-01 2017-12-01 2017-08-01 2017-06-01 2017-05-10 2017-05-01
	2017-03-01 2016-09-01 2016-07-01 2016-06-01 2016-02-01 2015-11-01 2015-01-01 2014-04-01-preview 2014-04-01 2014-01-01 2013-03-01
	2014-02-26 2014-04`)

// groupDeletion is how long it takes to delete a resource group. OUR ESTIMATE:
// Azure takes as long as what is in it.
const groupDeletion = 15 * time.Second

// own are the providers that ARM itself is.
func (c *Control) own() []*provider.Provider {
	return []*provider.Provider{
		{Namespace: "Microsoft.Resources", Types: []*provider.Type{groupsType(), tagsType()}},
		{Namespace: "Microsoft.ResourceHealth", Types: healthTypes()},
		{Namespace: "Microsoft.Authorization", Types: authorizationTypes()},
	}
}

// groupsType is the type of resource groups.
func groupsType() *provider.Type {
	return &provider.Type{
		Name: groupType, Kind: "tracked", Scope: "subscription", APIVersions: resourcesVersions,
		Naming: provider.NameRule{Pattern: `[-\p{L}\p{N}._()]*[-\p{L}\p{N}_()]`, Min: 1, Max: 90, Code: "InvalidResourceGroup",
			Message: "The provided resource group name '{name}' is invalid. The name can only be a letter, digit, '-', '.', '(', ')' or '_', must not end with '.', and have at most 90 characters."},
		Delete: provider.Operation{Takes: groupDeletion, Style: "location"}, Concurrent: true,
		Kept: []string{"managedBy"},
		Hooks: provider.Hooks{Prepare: func(call *provider.Call) error {
			if call.Was != nil && going(call.Was) {
				return refusal.Conflict("ResourceGroupBeingDeleted", "The resource group '%s' is in deprovisioning state and cannot perform this operation.", call.Name)
			}
			properties := object.Object{}
			if s := object.Text(call.Body, stateProperty); s != "" {
				properties["provisioningState"] = s
			}
			call.Body["properties"] = properties
			if m, ok := call.Body["managedBy"].(string); ok && m != "" && !strings.HasPrefix(m, "/") && !call.Seeding {
				return refusal.New(http.StatusBadRequest, "InvalidManagedBy", "The value '%s' of managedBy is not the id of a resource.", m)
			}
			return nil
		}},
	}
}
