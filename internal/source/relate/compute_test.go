package relate

import "testing"

func TestComputes(t *testing.T) {
	const w = `{"id":"#ML/workspaces/w"},`
	attached := func(kind string) string {
		return "ML/workspaces/w -compute-> ML/workspaces/w/computes/c (" + kind + ")"
	}
	check(t, []example{
		{"attached by id, in any spelling of the type", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Aks","resourceId":"#Microsoft.ContainerService/managedClusters/k"}}]`, []string{
			attached("AKS"),
			"ML/workspaces/w/computes/c -compute-> ContainerService/managedClusters/k (AKS)",
			"external ContainerService/managedClusters/k",
		}},
		{"of a workspace that is not in the input", `[{"id":"#ML/workspaces/w/computes/c","properties":{
				"computeType":"Kubernetes","resourceId":"#Microsoft.Kubernetes/connectedClusters/k"}}]`, []string{
			attached("Kubernetes"),
			"external ML/workspaces/w",
			"ML/workspaces/w/computes/c -compute-> Kubernetes/connectedClusters/k (Kubernetes)",
			"external Kubernetes/connectedClusters/k",
		}},
		{"a cluster in its subnet", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"AmlCompute","resourceId":null,"properties":{"subnet":{"id":"#Microsoft.Network/virtualNetworks/v/subnets/s"}}}},
			{"id":"#Microsoft.Network/virtualNetworks/v","properties":{"subnets":[{"name":"s"}]}}]`, []string{
			attached("AmlCompute"),
			"ML/workspaces/w/computes/c -network-> Network/virtualNetworks/v (subnet s)",
		}},
		{"a subnet that is a resource of its own", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"ComputeInstance","properties":{"subnet":{"id":"#Microsoft.Network/virtualNetworks/v/subnets/s"}}}},
			{"id":"#Microsoft.Network/virtualNetworks/v"},{"id":"#Microsoft.Network/virtualNetworks/v/subnets/s"}]`, []string{
			attached("ComputeInstance"),
			"ML/workspaces/w/computes/c -network-> Network/virtualNetworks/v/subnets/s",
			"Network/virtualNetworks/v/subnets/s -parent-> Network/virtualNetworks/v",
		}},
		{"Databricks by address", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Databricks","properties":{"workspaceUrl":"adb-1.2.azuredatabricks.net"}}},
			{"id":"#Microsoft.Databricks/workspaces/d","properties":{"workspaceUrl":"ADB-1.2.azuredatabricks.net"}}]`, []string{
			attached("Databricks"),
			"ML/workspaces/w/computes/c -compute-> Databricks/workspaces/d (Databricks)",
		}},
		{"Databricks by the address of a stranger", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Databricks","properties":{"workspaceUrl":"https://adb-9.9.azuredatabricks.net/"}}}]`, []string{
			attached("Databricks"),
			"ML/workspaces/w/computes/c -compute-> ? Databricks/workspaces/{adb-9.9.azuredatabricks.net} (Databricks)",
			"external ? Databricks/workspaces/{adb-9.9.azuredatabricks.net}",
		}},
		{"HDInsight by the address of its head node", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"HDInsight","properties":{"address":"spark-ssh.azurehdinsight.net","sshPort":22}}},
			{"id":"#Gother/providers/Microsoft.HDInsight/clusters/Spark"}]`, []string{
			attached("HDInsight"),
			"ML/workspaces/w/computes/c -compute-> group other/providers/HDInsight/clusters/Spark (HDInsight)",
		}},
		{"a machine by an address alone cannot be told", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"VirtualMachine","properties":{"address":"10.0.0.4"}}}]`, []string{
			attached("VirtualMachine"),
			"not seen: address of ML/workspaces/computes w/c: no resource is known under 10.0.0.4, and the compute has no resourceId",
		}},
		{"a machine by its id", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"VirtualMachine","resourceId":"#Microsoft.Compute/virtualMachines/m","properties":{"address":"10.0.0.4"}}}]`, []string{
			attached("VirtualMachine"),
			"ML/workspaces/w/computes/c -compute-> Compute/virtualMachines/m (VirtualMachine)",
			"external Compute/virtualMachines/m",
		}},
		{"a Synapse pool by its parts", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"SynapseSpark","properties":{"subscriptionId":"S","resourceGroup":"syn","workspaceName":"sw","poolName":"p"}}}]`, []string{
			attached("SynapseSpark"),
			"ML/workspaces/w/computes/c -compute-> group syn/providers/Synapse/workspaces/sw/bigDataPools/p (SynapseSpark)",
			"external group syn/providers/Synapse/workspaces/sw/bigDataPools/p",
			"external group syn/providers/Synapse/workspaces/sw",
			"group syn/providers/Synapse/workspaces/sw/bigDataPools/p -parent-> group syn/providers/Synapse/workspaces/sw",
		}},
		{"an AKS cluster that the service makes", `[` + w + `{"id":"#ML/workspaces/w/computes/c","location":"westeurope","properties":{"computeType":"AKS","properties":{"agentCount":3}}}]`, []string{
			attached("AKS"),
			"ML/workspaces/w/computes/c -compute-> ContainerService/managedClusters/{AKS cluster of c} (AKS)",
			"implied ContainerService/managedClusters/{AKS cluster of c}",
		}},
		{"Data Lake Analytics and its store", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"DataLakeAnalytics","resourceId":"#Microsoft.DataLakeAnalytics/accounts/a","properties":{"dataLakeStoreAccountName":"lake"}}}]`, []string{
			attached("DataLakeAnalytics"),
			"ML/workspaces/w/computes/c -compute-> DataLakeAnalytics/accounts/a (DataLakeAnalytics)",
			"external DataLakeAnalytics/accounts/a",
			"ML/workspaces/w/computes/c -datastore-> ? DataLakeStore/accounts/lake (AzureDataLakeGen1)",
			"external ? DataLakeStore/accounts/lake",
		}},
		{"attached to nothing", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Kubernetes"}}]`, []string{
			attached("Kubernetes"),
			"not seen: resourceId of ML/workspaces/computes w/c: there is none, so what the compute is attached to is not known",
		}},
		{"a type that is not known yet", `[` + w + `{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Quantum","resourceId":"#Microsoft.Quantum/machines/q"}}]`, []string{
			attached("Quantum"),
			"ML/workspaces/w/computes/c -compute-> Quantum/machines/q (Quantum)",
			"external Quantum/machines/q",
		}},
	})
}

func TestEndpointsAndServices(t *testing.T) {
	const w = `{"id":"#ML/workspaces/w"},`
	check(t, []example{
		{"online, batch and serverless endpoints with deployments", `[` + w + `
			{"id":"#ML/workspaces/w/onlineEndpoints/o","properties":{"compute":"#ML/workspaces/w/computes/k8s"}},
			{"id":"#ML/workspaces/w/onlineEndpoints/o/deployments/blue","properties":{"model":"azureml://registries/shared/models/m/versions/1","environmentId":"azureml:env:1"}},
			{"id":"#ML/workspaces/w/batchEndpoints/b"},{"id":"#ML/workspaces/w/batchEndpoints/b/deployments/d","properties":{"compute":"azureml:cpu","model":{"referenceType":"Id","assetId":"azureml://registries/shared/models/m/versions/1"}}},
			{"id":"#ML/workspaces/w/serverlessEndpoints/s"}]`, []string{
			"ML/workspaces/w -endpoint-> ML/workspaces/w/onlineEndpoints/o (online)",
			"ML/workspaces/w -endpoint-> ML/workspaces/w/batchEndpoints/b (batch)",
			"ML/workspaces/w -endpoint-> ML/workspaces/w/serverlessEndpoints/s (serverless)",
			"ML/workspaces/w/onlineEndpoints/o -deployment-> ML/workspaces/w/onlineEndpoints/o/deployments/blue",
			"ML/workspaces/w/batchEndpoints/b -deployment-> ML/workspaces/w/batchEndpoints/b/deployments/d",
			"ML/workspaces/w/onlineEndpoints/o -compute-> ML/workspaces/w/computes/k8s",
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/k8s",
			"external ML/workspaces/w/computes/k8s",
			"ML/workspaces/w/batchEndpoints/b/deployments/d -compute-> ML/workspaces/w/computes/cpu",
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/cpu",
			"external ML/workspaces/w/computes/cpu",
			"ML/workspaces/w/onlineEndpoints/o/deployments/blue -registry-> ? ML/registries/shared",
			"ML/workspaces/w/batchEndpoints/b/deployments/d -registry-> ? ML/registries/shared",
			"external ? ML/registries/shared",
		}},
		{"web services of the first generation", `[` + w + `
			{"id":"#ML/workspaces/w/services/a","properties":{"computeType":"ACI"}},
			{"id":"#ML/workspaces/w/services/k","properties":{"computeType":"AKS","computeName":"aks"}}]`, []string{
			"ML/workspaces/w -endpoint-> ML/workspaces/w/services/a (ACI)",
			"ML/workspaces/w -endpoint-> ML/workspaces/w/services/k (AKS)",
			"ML/workspaces/w/services/a -compute-> ContainerInstance/containerGroups/{container group of a} (ACI)",
			"implied ContainerInstance/containerGroups/{container group of a}",
			"ML/workspaces/w/services/k -compute-> ML/workspaces/w/computes/aks (AKS)",
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/aks",
			"external ML/workspaces/w/computes/aks",
		}},
		{"datasets and data assets lie in datastores", `[` + w + `
			{"id":"#ML/workspaces/w/datasets/a","properties":{"DatasetType":"file","Parameters":{"Path":{"DataPath":{"RelativePath":"/","DatastoreName":"one"}}}}},
			{"id":"#ML/workspaces/w/datasets/b","properties":{"Parameters":{"Query":{"Query":"select 1","DatastoreName":"two"}}}},
			{"id":"#ML/workspaces/w/data/c/versions/1","properties":{"dataUri":"azureml://datastores/one/paths/x/"}}]`, []string{
			"ML/workspaces/w -dataset-> ML/workspaces/w/datasets/a",
			"ML/workspaces/w -dataset-> ML/workspaces/w/datasets/b",
			"ML/workspaces/w -dataset-> ML/workspaces/w/data/c",
			"ML/workspaces/w/data/c/versions/1 -parent-> ML/workspaces/w/data/c",
			"external ML/workspaces/w/data/c",
			"ML/workspaces/w/datasets/a -datastore-> ML/workspaces/w/datastores/one",
			"ML/workspaces/w/data/c/versions/1 -datastore-> ML/workspaces/w/datastores/one",
			"ML/workspaces/w/datasets/b -datastore-> ML/workspaces/w/datastores/two",
			"ML/workspaces/w -datastore-> ML/workspaces/w/datastores/one",
			"ML/workspaces/w -datastore-> ML/workspaces/w/datastores/two",
			"external ML/workspaces/w/datastores/one",
			"external ML/workspaces/w/datastores/two",
		}},
		{"schedules and linked services", `[` + w + `
			{"id":"#ML/workspaces/w/schedules/n","properties":{"action":{"actionType":"CreateJob","jobDefinition":{"computeId":"#ML/workspaces/w/computes/c","jobs":{"j":{"computeId":"azureml:c"}}}}}},
			{"id":"#ML/workspaces/w/linkedServices/l","properties":{"linkedServiceResourceId":"#Microsoft.Synapse/workspaces/s"}},
			{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"AmlCompute"}}]`, []string{
			"ML/workspaces/w -schedule-> ML/workspaces/w/schedules/n",
			"ML/workspaces/w/schedules/n -compute-> ML/workspaces/w/computes/c",
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/c (AmlCompute)",
			"ML/workspaces/w -linked-service-> ML/workspaces/w/linkedServices/l",
			"ML/workspaces/w/linkedServices/l -linked-service-> Synapse/workspaces/s",
			"external Synapse/workspaces/s",
		}},
	})
}
