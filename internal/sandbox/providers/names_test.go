package providers_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

// TestNamesOfTypes holds the pattern of each type to names that Azure takes and
// names that it refuses.
func TestNamesOfTypes(t *testing.T) {
	b := trial.New(t)
	for typ, c := range map[string]struct{ good, bad string }{
		"Microsoft.Storage/storageAccounts":                                    {"abc abc123 " + strings.Repeat("a", 24), "Abc a-b a_b"},
		"Microsoft.Storage/storageAccounts/blobServices/containers":            {"abc a-b $root $web azureml-blobstore-1234", "Abc a--b -a a-"},
		"Microsoft.Storage/storageAccounts/fileServices/shares":                {"abc code-391ff5ac", "Abc a--b"},
		"Microsoft.KeyVault/vaults":                                            {"abc a-b-c A1", "1abc a--b a- a_b"},
		"Microsoft.KeyVault/vaults/accessPolicies":                             {"add replace remove", "set"},
		"Microsoft.ContainerRegistry/registries":                               {"Registry1 abcde", "a-b a_b"},
		"Microsoft.ManagedIdentity/userAssignedIdentities":                     {"abc a_b-c", "-ab"},
		"Microsoft.ContainerService/managedClusters/agentPools":                {"system a1", "Pool a-b 1a"},
		"Microsoft.Network/virtualNetworks":                                    {"net Net_1 a.b", "_net net-"},
		"Microsoft.Network/privateDnsZones":                                    {"privatelink.blob.core.windows.net a.b", "alone a..b"},
		"Microsoft.Network/privateDnsZones/A":                                  {"@ * host a.b", "-a"},
		"Microsoft.Sql/servers":                                                {"one a-b", "Upper -a a-"},
		"Microsoft.DocumentDB/databaseAccounts":                                {"abc a-b", "Abc -ab"},
		"Microsoft.Databricks/workspaces":                                      {"bricks A_b-c", "a.b"},
		"Microsoft.ContainerInstance/containerGroups":                          {"group a-b", "Group a_b"},
		"Microsoft.Search/searchServices":                                      {"ab a-b", "a--b Ab"},
		"Microsoft.OperationalInsights/workspaces":                             {"logs a-bc", "-abc abc-"},
		"Microsoft.DBforPostgreSQL/flexibleServers":                            {"abc a-b", "Abc a_b"},
		"Microsoft.DBforMySQL/flexibleServers":                                 {"abc a-b", "Abc a_b"},
		"Microsoft.ContainerService/managedClusters/maintenanceConfigurations": {"default aksManagedAutoUpgradeSchedule", "other"},
	} {
		d := b.Control.Type(typ)
		if d == nil {
			t.Errorf("there is no type %s", typ)
			continue
		}
		pattern := regexp.MustCompile(`^(?:` + d.Naming.Pattern + `)$`)
		for _, name := range strings.Fields(c.good) {
			if !pattern.MatchString(name) {
				t.Errorf("%s: %s is refused", typ, name)
			}
		}
		for _, name := range strings.Fields(c.bad) {
			if pattern.MatchString(name) {
				t.Errorf("%s: %s is taken", typ, name)
			}
		}
	}
}

// TestGlobalNamesSayHowTheyAreRefused wants a type with globally unique names to
// have Azure's answer for one that is taken.
func TestGlobalNamesSayHowTheyAreRefused(t *testing.T) {
	b := trial.New(t)
	for _, typ := range b.Control.Types() {
		space, _, _ := strings.Cut(typ.Name, "/")
		if typ.Naming.Unique != "global" || space == "Microsoft.Authorization" {
			continue
		}
		if typ.Naming.TakenCode == "" || !strings.Contains(typ.Naming.TakenMessage, "{name}") && typ.Naming.TakenCode != "ServerNameAlreadyExists" {
			t.Errorf("%s: %q, %q", typ.Name, typ.Naming.TakenCode, typ.Naming.TakenMessage)
		}
	}
}

// TestAz245FindsItsVersions wants the api-versions that Debian's az 2.45 asks
// for (azure/cli/core/profiles/_shared.py and the SDK packages it brings).
func TestAz245FindsItsVersions(t *testing.T) {
	b := trial.New(t)
	for typ, version := range map[string]string{
		"Microsoft.Storage/storageAccounts": "2022-09-01", "Microsoft.KeyVault/vaults": "2022-07-01", "Microsoft.ContainerRegistry/registries": "2022-02-01-preview",
		"Microsoft.Network/virtualNetworks": "2022-01-01", "Microsoft.Network/privateDnsZones": "2020-06-01", "Microsoft.Compute/virtualMachines": "2022-11-01",
		"Microsoft.Compute/disks": "2022-07-02", "Microsoft.ContainerService/managedClusters": "2022-11-01", "Microsoft.ManagedIdentity/userAssignedIdentities": "2022-01-31-preview",
		"Microsoft.OperationalInsights/workspaces": "2021-06-01", "Microsoft.Insights/actionGroups": "2022-06-01", "Microsoft.Insights/diagnosticSettings": "2021-05-01-preview",
		"Microsoft.ContainerInstance/containerGroups": "2022-10-01-preview", "Microsoft.HDInsight/clusters": "2021-06-01", "Microsoft.Sql/servers": "2022-05-01-preview",
		"Microsoft.Sql/servers/databases": "2021-02-01-preview", "Microsoft.DBforPostgreSQL/flexibleServers": "2022-12-01", "Microsoft.DBforMySQL/flexibleServers": "2021-12-01-preview",
		"Microsoft.DocumentDB/databaseAccounts": "2022-08-15-preview", "Microsoft.Search/searchServices": "2020-03-13", "Microsoft.Synapse/workspaces": "2021-06-01",
		"Microsoft.Web/serverfarms": "2022-03-01", "Microsoft.EventHub/namespaces": "2022-01-01-preview", "Microsoft.DataFactory/factories": "2018-06-01",
		"Microsoft.Kubernetes/connectedClusters": "2021-10-01", "Microsoft.KubernetesConfiguration/extensions": "2022-03-01", "Microsoft.Databricks/workspaces": "2022-04-01-preview",
	} {
		d := b.Control.Type(typ)
		found := false
		if d != nil {
			for _, v := range d.APIVersions {
				found = found || v == version
			}
		}
		if !found {
			t.Errorf("%s has no version %s", typ, version)
		}
	}
}
