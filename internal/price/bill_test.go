package price

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// billed gives the bill of the first resource, in words.
func billed(t *testing.T, resources ...*estate.Resource) []string {
	t.Helper()
	l := madeUp(t)
	e := estateOf(t, resources...)
	b := Of(l, loadCatalog(t), e, resources[0])
	if b.Why != "" {
		return []string{b.Why}
	}
	var out []string
	for i := range b.Lines {
		x := &b.Lines[i]
		amount := "?"
		if x.Known {
			amount = sum(x.Monthly)
		}
		out = append(out, amount+" "+x.What()+": "+x.Said(l.Currency))
	}
	return out
}

func TestBills(t *testing.T) {
	const disk = "? Disks: disks are not looked up"
	for name, tt := range map[string]struct {
		resources []*estate.Resource
		want      []string
	}{
		"the workspace costs nothing by itself": {
			[]*estate.Resource{at(t, estate.WorkspaceType, "ws", "westeurope", `{}`)},
			[]string{"0.00 The workspace itself: Azure Machine Learning is billed by the compute that runs and by the resources that the workspace leans on"},
		},
		"what costs nothing does so everywhere": {
			[]*estate.Resource{at(t, "Microsoft.Network/virtualNetworks", "net", "{resourceGroup().location}", `{}`)},
			[]string{"0.00 Resources without a bill of their own: it has no bill of its own; what it holds or serves has"},
		},
		"storage has a price by the GB and no quantity": {
			[]*estate.Resource{at(t, accountType, "st", "westeurope", `{"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}`)},
			[]string{"? Data stored in blobs: 0.125 XTS per GB and month, 0.0625 beyond 51200; how much is stored is not known"},
		},
		"a parameter without a value is said": {
			[]*estate.Resource{at(t, accountType, "st", "westeurope", `{"kind": "StorageV2", "sku": {"name": "unknown sku"}}`)},
			[]string{"? Data stored in blobs: sku.name of st: [parameters('sku')]"},
		},
		"a region that the list does not have": {
			[]*estate.Resource{at(t, accountType, "st", "eastus", `{"kind": "StorageV2", "sku": {"name": "Standard_LRS"}}`)},
			[]string{"? Data stored in blobs: the list has no item for Storage · General Block Blob v2 · Hot LRS · Hot LRS Data Stored in eastus: it has none of the region eastus"},
		},
		"a region that only a deployment makes known": {
			[]*estate.Resource{at(t, registryType, "cr", "{resourceGroup().location}", `{"sku": {"name": "Basic"}}`)},
			[]string{"? Registry (or 1 other meter): region of cr: {resourceGroup().location}"},
		},
		"what is billed by the day lasts the month": {
			[]*estate.Resource{at(t, registryType, "cr", "westeurope", `{"sku": {"name": "Premium"}}`), at(t, replicaType, "cr/northeurope", "northeurope", `{}`)},
			[]string{"304.17 Registry: 1 × 10 XTS per registry and day", "669.17 Replica of the registry: northeurope: 1 × 22 XTS per replica and day",
				"? Images beyond what the tier includes: 0.5 XTS per GB and month; how much is stored beyond the 10, 100 or 500 GB of the tier is not known"},
		},
		"operations are billed by the ten thousand": {
			[]*estate.Resource{at(t, "Microsoft.KeyVault/vaults", "kv", "westeurope", `{"properties": {"sku": {"name": "standard"}}}`)},
			[]string{"? Operations on secrets, keys and certificates: 0.03 XTS per 10000 operations; how many operations there are is not known"},
		},
		"what is free at first": {
			[]*estate.Resource{at(t, "Microsoft.OperationalInsights/workspaces", "logs", "westeurope", `{"properties": {"sku": {"name": "PerGB2018"}}}`)},
			[]string{"? Logs taken in: 2 XTS per GB beyond the first 5; how much is taken in is not known"},
		},
		"a compute instance is a machine": {
			[]*estate.Resource{at(t, computeType, "ws/ci", "westeurope", `{"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "STANDARD_DS3_V2"}}}`)},
			[]string{"219.00 Machine of the compute instance: 1 × 0.3 XTS per machine and hour"},
		},
		"a cluster that scales to nothing": {
			[]*estate.Resource{at(t, computeType, "ws/cc", "westeurope", `{"properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_NC6s_v3", "scaleSettings": {"maxNodeCount": 4}}}}`)},
			[]string{"0.00 Nodes that are always there: none of it (3 XTS per node and hour)"},
		},
		"a cluster of low priority": {
			[]*estate.Resource{at(t, computeType, "ws/cc", "westeurope", `{"properties": {"computeType": "AmlCompute", "properties": {"vmPriority": "LowPriority", "vmSize": "Standard_NC6s_v3", "scaleSettings": {"minNodeCount": 2}}}}`)},
			[]string{"876.00 Nodes of low priority that are always there: 2 × 0.6 XTS per node and hour"},
		},
		"a size that the list does not have": {
			[]*estate.Resource{at(t, computeType, "ws/ci", "westeurope", `{"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_E2"}}}`)},
			[]string{"? Machine of the compute instance: the list has no item for Virtual Machines · /.*Series.*/ · Standard_E2 in westeurope"},
		},
		"a Kubernetes cluster": {
			[]*estate.Resource{at(t, clusterType, "aks", "westeurope", `{"sku": {"tier": "Standard"}, "properties": {"agentPoolProfiles": [
				{"name": "system", "vmSize": "Standard_D4s_v5", "count": 3}, {"name": "gpu", "vmSize": "Standard_NC6s_v3", "count": "unknown gpus"}, {"name": "win", "osType": "Windows", "vmSize": "Standard_D4s_v5"}]}}`)},
			[]string{"73.00 Control plane: 1 × 0.1 XTS per cluster and hour", "438.00 Nodes of the pool: system: 3 × 0.2 XTS per node and hour",
				"? Nodes of the pool: gpu: 3 XTS per node and hour; count of gpu of aks: [parameters('gpus')]", "? Nodes of the pool: win: Windows nodes are not looked up"},
		},
		"a standby doubles a database": {
			[]*estate.Resource{at(t, postgresType, "pg", "westeurope", `{"sku": {"name": "Standard_D4ds_v5", "tier": "GeneralPurpose"}, "properties": {"highAvailability": {"mode": "ZoneRedundant"}, "storage": {"storageSizeGB": 128}}}`)},
			[]string{"525.60 vCores: 8 × 0.09 XTS per server and hour", "33.28 Storage: 256 × 0.13 XTS per GB and month",
				"? Backups beyond the size of the server: the list has no item for Azure Database for PostgreSQL · Azure Database for PostgreSQL Flexible Server Backup Storage · Backup Storage LRS Data Stored in westeurope"},
		},
		"a burstable server": {
			[]*estate.Resource{at(t, postgresType, "pg", "northeurope", `{"sku": {"name": "Standard_B2s", "tier": "Burstable"}, "properties": {"storage": {"storageSizeGB": 32}, "backup": {"geoRedundantBackup": "unknown geo"}}}`)},
			[]string{"73.00 Burstable server: 1 × 0.1 XTS per server and hour", "8.32 Storage: 32 × 0.26 XTS per GB and month",
				"? Backups beyond the size of the server: properties.backup.geoRedundantBackup of pg: [parameters('geo')]"},
		},
		"the series of a MySQL server": {
			[]*estate.Resource{at(t, "Microsoft.DBforMySQL/flexibleServers", "my", "westeurope", `{"sku": {"name": "Standard_D2ds_v4", "tier": "GeneralPurpose"}, "properties": {"storage": {"storageSizeGB": 100}}}`)},
			[]string{"116.80 vCores: 2 × 0.08 XTS per server and hour", "12.00 Storage: 100 × 0.12 XTS per GB and month"},
		},
		"a zone-redundant database": {
			[]*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"sku": {"name": "GP_Gen5_2", "tier": "GeneralPurpose"}, "properties": {"zoneRedundant": true, "maxSizeBytes": 34359738368}}`)},
			[]string{"219.00 vCores (General Purpose): 1 × 0.3 XTS per database and hour", "131.40 Zone redundancy of the vCores: 1 × 0.18 XTS per database and hour",
				"146.00 Licence of SQL Server: 2 × 0.1 XTS per vCore and hour", "7.68 Storage: 32 × 0.24 XTS per GB and month"},
		},
		"a database in DTUs": {
			[]*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"sku": {"name": "S1"}}`)},
			[]string{"30.42 DTUs: 1 × 1 XTS per database and day"},
		},
		"a database of which nothing is known": {
			[]*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"sku": {"name": "unknown size"}}`)},
			[]string{"? vCores (General Purpose) (or 13 other meters): sku.name of sql/db: [parameters('size')]"},
		},
		"a database in the words of an older API": {
			[]*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"properties": {"edition": "Standard", "requestedServiceObjectiveName": "S1"}}`)},
			[]string{"30.42 DTUs: 1 × 1 XTS per database and day"},
		},
		"a database of a kind that nobody prices": {
			[]*estate.Resource{at(t, databaseType, "sql/db", "westeurope", `{"sku": {"name": "DW100c"}}`)},
			[]string{"no meter of the catalog is about it as it is configured"},
		},
		"throughput is paid in each region": {
			[]*estate.Resource{
				at(t, cosmosType+"/sqlDatabases", "cos/db", "", `{"properties": {"options": {"throughput": 400}}}`),
				at(t, cosmosType, "cos", "westeurope", `{"properties": {"locations": [{"locationName": "West Europe", "isZoneRedundant": true}, {"locationName": "North Europe"}]}}`),
			},
			[]string{"29.20 Throughput in the region: West Europe: 5 × 0.008 XTS per 100 RU/s and hour", "46.72 Throughput in the region: North Europe: 4 × 0.016 XTS per 100 RU/s and hour",
				"0.00 What an account holds: beside its throughput it has no bill of its own; the data are on the bill of the account"},
		},
		"throughput of an account that is not in the input": {
			[]*estate.Resource{at(t, cosmosType+"/sqlDatabases", "cos/db", "", `{"properties": {"options": {"throughput": 400}}}`)},
			[]string{"? Throughput in the region (or 2 other meters): databaseAccounts of cos/db: it is not in the input",
				"0.00 What an account holds: beside its throughput it has no bill of its own; the data are on the bill of the account"},
		},
		"containers": {
			[]*estate.Resource{at(t, "Microsoft.ContainerInstance/containerGroups", "aci", "westeurope", `{"properties": {"osType": "Linux", "containers": [{"name": "web", "properties": {"resources": {"requests": {"cpu": 2, "memoryInGB": 3.5}}}}]}}`)},
			[]string{"58.40 Processors of the container: web: 2 × 0.04 XTS per vCPU and hour", "10.22 Memory of the container: web: 3.5 × 0.004 XTS per GB and hour"},
		},
		"nodes of HDInsight": {
			[]*estate.Resource{at(t, "Microsoft.HDInsight/clusters", "hdi", "westeurope", `{"properties": {"computeProfile": {"roles": [{"name": "headnode", "targetInstanceCount": 2, "hardwareProfile": {"vmSize": "Standard_D13_V2"}}]}}}`)},
			[]string{"1,022.00 Nodes of the role: headnode: 2 × 0.7 XTS per node and hour"},
		},
		"search units": {
			[]*estate.Resource{at(t, "Microsoft.Search/searchServices", "search", "westeurope", `{"sku": {"name": "standard"}, "properties": {"replicaCount": 3}}`)},
			[]string{"657.00 Search units: 3 × 0.3 XTS per search unit and hour"},
		},
		"a private endpoint has one price everywhere": {
			[]*estate.Resource{at(t, "Microsoft.Network/privateEndpoints", "pe", "westeurope", `{}`)},
			[]string{"7.30 Private endpoint: 1 × 0.01 XTS per endpoint and hour"},
		},
		"a NAT gateway has an item without a region": {
			[]*estate.Resource{at(t, "Microsoft.Network/natGateways", "nat", "northeurope", `{}`)},
			[]string{"32.85 NAT gateway: 1 × 0.045 XTS per gateway and hour"},
		},
		"a virtual machine beside its disks": {
			[]*estate.Resource{at(t, "Microsoft.Compute/virtualMachines", "vm", "westeurope", `{"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}`)},
			[]string{"146.00 Machine: 1 × 0.2 XTS per machine and hour", disk},
		},
		"a type that no meter is about": {
			[]*estate.Resource{at(t, "Microsoft.Quantum/Workspaces", "q", "westeurope", `{}`)},
			[]string{"the catalog has no meter for Microsoft.Quantum/Workspaces"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, billed(t, tt.resources...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestATotalAddsUpWhatIsKnown(t *testing.T) {
	ghost := at(t, registryType, "ghost", "westeurope", `{"sku": {"name": "Basic"}}`)
	ghost.External = true
	maybe := at(t, "Microsoft.Network/privateEndpoints", "pe", "westeurope", `{}`)
	maybe.Presence = "[parameters('private')]"
	e := estateOf(t,
		at(t, estate.WorkspaceType, "ws", "westeurope", `{}`),
		at(t, registryType, "cr", "westeurope", `{"sku": {"name": "Basic"}}`),
		at(t, computeType, "ws/ci", "westeurope", `{"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_DS3_v2"}}}`),
		at(t, "Microsoft.Quantum/Workspaces", "q", "westeurope", `{}`), ghost, maybe)
	total := Estate(madeUp(t), loadCatalog(t), e)
	if got, want := sum(total.Monthly), sum(730.0/24+219); got != want {
		t.Errorf("it costs %s, want %s", got, want)
	}
	if got, want := sum(total.Maybe), "7.30"; got != want || total.Unknown != 2 || len(total.Bills) != 5 {
		t.Errorf("maybe %s, %d unknown, %d bills", got, total.Unknown, len(total.Bills))
	}
	if total.Bill(ghost.ID) != nil || total.Bill(maybe.ID) == nil {
		t.Error("what is only named has a bill, or what is there has none")
	}
	weights, part := total.Weights()
	if len(weights) != 3 || !cmp.Equal(part, []string{"cr"}) {
		t.Errorf("weights %v, in part %v", weights, part)
	}
	var text strings.Builder
	if err := total.Text(&text); err != nil {
		t.Fatal(err)
	}
	const want = `30.42 +      cr (Microsoft.ContainerRegistry/registries)
       30.42   Registry: 1 × 1 XTS per registry and day
     unknown   Images beyond what the tier includes: 0.5 XTS per GB and month; how much is stored beyond the 10, 100 or 500 GB of the tier is not known
219.00       ws/ci (Microsoft.MachineLearningServices/workspaces/computes)
      219.00   Machine of the compute instance: 1 × 0.3 XTS per machine and hour
7.30         pe (Microsoft.Network/privateEndpoints)
             only if [parameters('private')]
        7.30   Private endpoint: 1 × 0.01 XTS per endpoint and hour
unknown      q (Microsoft.Quantum/Workspaces)
             unknown: the catalog has no meter for Microsoft.Quantum/Workspaces
249.42 XTS a month, 7.30 XTS more if all conditional resources are there, and what is not known (2 items); 1 resource costs nothing by itself.
`
	if diff := cmp.Diff(want, text.String()[:strings.Index(text.String(), "Retail")]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
