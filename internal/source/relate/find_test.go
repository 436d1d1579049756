package relate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// read makes resources of a JSON array of short forms: id is <group>/<type>/...
// or a full id; # stands for the group /subscriptions/S/resourceGroups/rg, and
// the names of providers are short.
func read(t testing.TB, text string) []*estate.Resource {
	t.Helper()
	doc, errs := jsonc.Parse("input.json", []byte(expand(text)))
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, text)
	}
	var out []*estate.Resource
	for n := range doc.Root().Children() {
		r := &estate.Resource{ID: estate.ParseID(n.Get("id").Str()), Body: value.FromNode(n), Location: n.Get("location").Str()}
		r.Type, r.Name, r.Origin = r.ID.Type(), r.ID.Name(), estate.OriginOf(r.Body)
		if n.Get("presence").IsValid() {
			r.Presence = n.Get("presence").Str()
		}
		out = append(out, r)
	}
	return out
}

var short = strings.NewReplacer("#G", "/subscriptions/S/resourceGroups/", "#", "/subscriptions/S/resourceGroups/rg/providers/", "ML/", "Microsoft.MachineLearningServices/")

func expand(text string) string { return short.Replace(text) }

func shorten(text string) string {
	text = strings.ReplaceAll(text, "/subscriptions/S/resourceGroups/rg/providers/", "")
	text = strings.ReplaceAll(text, "Microsoft.MachineLearningServices/", "ML/")
	text = strings.ReplaceAll(text, "/subscriptions/S/resourceGroups/", "group ")
	text = strings.ReplaceAll(text, "/subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers/", "? ")
	return strings.ReplaceAll(text, "Microsoft.", "")
}

// lines writes the relations of an estate, one a line: from, role, to; then the
// external resources with what is known of them, and what was not seen.
func lines(e *estate.Estate) []string {
	var out []string
	for _, r := range e.Relations {
		line := fmt.Sprintf("%s -%s-> %s", shorten(r.From.ID.String()), r.Role, shorten(r.To.ID.String()))
		if r.Detail != "" {
			line += " (" + r.Detail + ")"
		}
		if r.Presence != "" {
			line += " if " + r.Presence
		}
		out = append(out, line)
	}
	for _, r := range e.Resources {
		switch {
		case r.Implied:
			out = append(out, "implied "+shorten(r.ID.String()))
		case r.External:
			out = append(out, "external "+shorten(r.ID.String()))
		}
	}
	for _, n := range e.Coverage.NotSeen {
		out = append(out, "not seen: "+shorten(n.What)+": "+n.Why)
	}
	slices.Sort(out)
	return out
}

func build(resources []*estate.Resource, opts Options) *estate.Estate {
	found := Find(resources, opts)
	return estate.Build(found.Resources, found.Relations, estate.Coverage{NotSeen: found.NotSeen})
}

type example struct {
	what, input string
	want        []string
}

// check compares the estate of each example with what is wanted; and holds it to
// what must be true of any: the order of the input does not matter, relating a
// second time adds nothing, and every relation has a place in the input.
func check(t *testing.T, examples []example) {
	t.Helper()
	for _, x := range examples {
		t.Run(x.what, func(t *testing.T) {
			slices.Sort(x.want)
			e := build(read(t, x.input), Options{})
			if d := cmp.Diff(x.want, lines(e)); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			backwards := read(t, x.input)
			slices.Reverse(backwards)
			if d := cmp.Diff(x.want, lines(build(backwards, Options{}))); d != "" {
				t.Errorf("in another order: -want +got\n%s", d)
			}
			found := Find(read(t, x.input), Options{})
			again := Find(found.Resources, Options{})
			if n := len(again.Resources); n != len(found.Resources) {
				t.Errorf("a second look makes %d resources of %d", n, len(found.Resources))
			}
			both := estate.Build(again.Resources, append(found.Relations, again.Relations...), estate.Coverage{NotSeen: found.NotSeen})
			if d := cmp.Diff(x.want, lines(both)); d != "" {
				t.Errorf("a second look: -want +got\n%s", d)
			}
			for _, r := range e.Relations {
				if r.Origin.File != "input.json" || r.Origin.Line == 0 || r.Origin.Pointer == "" {
					t.Errorf("%s -%s-> %s has the place %+v", r.From.ID, r.Role, r.To.ID, r.Origin)
				}
			}
		})
	}
}

func TestWorkspaceReferences(t *testing.T) {
	check(t, []example{
		{"the associated resources, in any letter case", `[
			{"id":"#ML/workspaces/w","properties":{
				"storageAccount":"#Microsoft.Storage/storageAccounts/ST","keyVault":"#Microsoft.KeyVault/vaults/kv",
			 "applicationInsights":"#Microsoft.Insights/components/ai","containerRegistry":"#Microsoft.ContainerRegistry/registries/acr"}},
			{"id":"#microsoft.storage/storageaccounts/st"},
			{"id":"#Microsoft.KeyVault/vaults/kv"}]`, []string{
			"ML/workspaces/w -default-storage-> microsoft.storage/storageaccounts/st",
			"ML/workspaces/w -key-vault-> KeyVault/vaults/kv",
			"ML/workspaces/w -application-insights-> Insights/components/ai",
			"ML/workspaces/w -container-registry-> ContainerRegistry/registries/acr",
			"external Insights/components/ai",
			"external ContainerRegistry/registries/acr",
		}},
		{"null and empty name nothing", `[{"id":"#ML/workspaces/w","properties":{"storageAccount":"","keyVault":null,"containerRegistry":" "}}]`, nil},
		{"what is no text is not passed over", `[{"id":"#ML/workspaces/w","properties":{"storageAccount":{"id":1}}}]`,
			[]string{"not seen: storageAccount of ML/workspaces w: it is no text that could name a resource"}},
		{"a bare name is one in the group", `[{"id":"#ML/workspaces/w","properties":{"storageAccount":"st"}}]`,
			[]string{
				"ML/workspaces/w -default-storage-> Storage/storageAccounts/st",
				"external Storage/storageAccounts/st",
			}},
		{"hub, project and what the hub lists", `[
			{"id":"#ML/workspaces/hub","kind":"Hub","properties":{
				"associatedWorkspaces":["#ML/workspaces/p","#ML/workspaces/q"],
			 "workspaceHubConfig":{"additionalWorkspaceStorageAccounts":["#Microsoft.Storage/storageAccounts/more"],"defaultWorkspaceResourceGroup":"#Gprojects"}}},
			{"id":"#ML/workspaces/p","kind":"Project","properties":{"hubResourceId":"#ML/workspaces/hub"}}]`, []string{
			"ML/workspaces/p -hub-> ML/workspaces/hub",
			"ML/workspaces/q -hub-> ML/workspaces/hub",
			"external ML/workspaces/q",
			"ML/workspaces/hub -datastore-> Storage/storageAccounts/more (AzureBlob)",
			"external Storage/storageAccounts/more",
			"ML/workspaces/hub -resource-group-> group projects (default for projects)",
			"external group projects",
		}},
		{"identities", `[{"id":"#ML/workspaces/w","identity":{"type":"UserAssigned","userAssignedIdentities":{"#Microsoft.ManagedIdentity/userAssignedIdentities/a":{},"#Microsoft.ManagedIdentity/userAssignedIdentities/b":{}}},
			"properties":{
				"primaryUserAssignedIdentity":"#Microsoft.ManagedIdentity/userAssignedIdentities/a"}}]`, []string{
			"ML/workspaces/w -identity-> ManagedIdentity/userAssignedIdentities/a",
			"ML/workspaces/w -identity-> ManagedIdentity/userAssignedIdentities/b",
			"external ManagedIdentity/userAssignedIdentities/a",
			"external ManagedIdentity/userAssignedIdentities/b",
		}},
		{"networks", `[{"id":"#ML/workspaces/w","properties":{
			"managedNetwork":{"outboundRules":{"r1":{"type":"PrivateEndpoint","destination":{"serviceResourceId":"#Microsoft.Storage/storageAccounts/st","subresourceTarget":"blob"}},"r2":{"type":"FQDN","destination":"pypi.org"}}},
			"sharedPrivateLinkResources":[{"name":"x","properties":{"privateLinkResourceId":"#Microsoft.KeyVault/vaults/kv"}}],
			"serverlessComputeSettings":{"serverlessComputeCustomSubnet":"#Microsoft.Network/virtualNetworks/v/subnets/s"},
			"privateEndpointConnections":[{"properties":{
				"privateEndpoint":{"id":"#Microsoft.Network/privateEndpoints/pe","subnetArmId":"#Microsoft.Network/virtualNetworks/v/subnets/s"}}}]}}]`, []string{
			"ML/workspaces/w -network-> Storage/storageAccounts/st (outbound rule)",
			"external Storage/storageAccounts/st",
			"ML/workspaces/w -network-> KeyVault/vaults/kv (shared private link)",
			"external KeyVault/vaults/kv",
			"ML/workspaces/w -network-> Network/virtualNetworks/v/subnets/s (private endpoint)",
			"ML/workspaces/w -network-> Network/virtualNetworks/v/subnets/s (serverless compute)",
			"external Network/virtualNetworks/v/subnets/s",
			"ML/workspaces/w -network-> Network/privateEndpoints/pe",
			"external Network/privateEndpoints/pe",
			"Network/virtualNetworks/v/subnets/s -parent-> Network/virtualNetworks/v",
			"external Network/virtualNetworks/v",
		}},
		{"names of its own children", `[{"id":"#ML/workspaces/w","properties":{
				"imageBuildCompute":"cpu","featureStoreSettings":{"offlineStoreConnectionName":"off","onlineStoreConnectionName":"on"}}},
			{"id":"#ML/workspaces/w/computes/cpu","properties":{"computeType":"amlcompute"}}]`, []string{
			"ML/workspaces/w -image-build-> ML/workspaces/w/computes/cpu",
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/cpu (AmlCompute)",
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/off (offline store)",
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/on (online store)",
			"external ML/workspaces/w/connections/off",
			"external ML/workspaces/w/connections/on",
		}},
		{"a Databricks workspace of the first generation", `[{"id":"#ML/workspaces/w","properties":{"adbWorkspace":"#Microsoft.Databricks/workspaces/d"}}]`,
			[]string{
				"ML/workspaces/w -linked-service-> Databricks/workspaces/d",
				"external Databricks/workspaces/d",
			}},
		{"properties that are not listed are told elsewhere", `[{"id":"#ML/workspaces/w","identity":null}]`, nil},
	})
}

func TestEncryption(t *testing.T) {
	const vault = `"keyVaultProperties":{"keyVaultArmId":"#Microsoft.KeyVault/vaults/kv","keyIdentifier":"https://kv.vault.azure.net/keys/k/1"}`
	check(t, []example{
		{"off, although a key is named", `[{"id":"#ML/workspaces/w","properties":{"encryption":{"status":"Disabled",` + vault + `}}}]`, nil},
		{"on: the stores are made by the service", `[{"id":"#ML/workspaces/w","properties":{"encryption":{"status":"enabled",` + vault + `}}}]`, []string{
			"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv",
			"external KeyVault/vaults/kv",
			"ML/workspaces/w -encryption-store-> group {managed group of w}/providers/DocumentDB/databaseAccounts/{Cosmos DB of w}",
			"ML/workspaces/w -encryption-store-> group {managed group of w}/providers/Search/searchServices/{AI Search of w}",
			"ML/workspaces/w -encryption-store-> group {managed group of w}/providers/Storage/storageAccounts/{storage of w}",
			"implied group {managed group of w}/providers/DocumentDB/databaseAccounts/{Cosmos DB of w}",
			"implied group {managed group of w}/providers/Search/searchServices/{AI Search of w}",
			"implied group {managed group of w}/providers/Storage/storageAccounts/{storage of w}",
		}},
		{"on: the stores are in the managed group", `[{"id":"#ML/workspaces/w","properties":{
				"serviceProvisionedResourceGroup":"mrg","encryption":{"status":"Enabled",` + vault + `}}},
			{"id":"#Gmrg/providers/Microsoft.DocumentDB/databaseAccounts/c"},{"id":"#Gmrg/providers/Microsoft.Search/searchServices/s"},{"id":"#Gmrg/providers/Microsoft.Storage/storageAccounts/a"},{"id":"#Gmrg","managedBy":null}]`, []string{
			"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv",
			"external KeyVault/vaults/kv",
			"ML/workspaces/w -managed-resources-> group mrg",
			"ML/workspaces/w -encryption-store-> group mrg/providers/DocumentDB/databaseAccounts/c",
			"group mrg/providers/DocumentDB/databaseAccounts/c -resource-group-> group mrg",
			"ML/workspaces/w -encryption-store-> group mrg/providers/Search/searchServices/s",
			"group mrg/providers/Search/searchServices/s -resource-group-> group mrg",
			"ML/workspaces/w -encryption-store-> group mrg/providers/Storage/storageAccounts/a",
			"group mrg/providers/Storage/storageAccounts/a -resource-group-> group mrg",
		}},
		{"on: the customer brings the stores", `[{"id":"#ML/workspaces/w","properties":{
				"encryption":{"status":"Enabled","identity":{"userAssignedIdentity":"#Microsoft.ManagedIdentity/userAssignedIdentities/u"},` + vault + `,
			"cosmosDbResourceId":"#Microsoft.DocumentDB/databaseAccounts/c","searchAccountResourceId":"#Microsoft.Search/searchServices/s","storageAccountResourceId":"#Microsoft.Storage/storageAccounts/a"}}}]`, []string{
			"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv",
			"external KeyVault/vaults/kv",
			"ML/workspaces/w -identity-> ManagedIdentity/userAssignedIdentities/u",
			"external ManagedIdentity/userAssignedIdentities/u",
			"ML/workspaces/w -encryption-store-> DocumentDB/databaseAccounts/c",
			"external DocumentDB/databaseAccounts/c",
			"ML/workspaces/w -encryption-store-> Search/searchServices/s",
			"external Search/searchServices/s",
			"ML/workspaces/w -encryption-store-> Storage/storageAccounts/a",
			"external Storage/storageAccounts/a",
		}},
		{"on the service's side nothing is made", `[{"id":"#ML/workspaces/w","properties":{
				"enableServiceSideCMKEncryption":true,"encryption":{"status":"Enabled",` + vault + `}}}]`, []string{
			"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv",
			"external KeyVault/vaults/kv",
		}},
		{"the vault is told by the key's address", `[{"id":"#ML/workspaces/w","properties":{
				"enableServiceSideCMKEncryption":true,"encryption":{"keyVaultProperties":{"keyIdentifier":"https://KV.vault.azure.net/keys/k"}}}},
			{"id":"#Gother/providers/Microsoft.KeyVault/vaults/kv"}]`, []string{"ML/workspaces/w -encryption-key-> group other/providers/KeyVault/vaults/kv"}},
	})
}
