package quickstart

// Refusal is why Azure does not deploy a published template as it is today.
type Refusal struct {
	Code string // of the error
	Why  string
}

// Refused are those of the 48 published templates that Azure refuses with the parameters that
// they were published with, by their folders. With another Kubernetes version
// 101-aks-azml-targetcompute is taken: [With]("kuberneteVersion", "1.34").
var Refused = map[string]Refusal{
	"101-aks-azml-targetcompute":        {"K8sVersionNotSupported", "its Kubernetes version, 1.16.9, is supported no more"},
	"101-data-lake-store-no-encryption": {"ServiceRetired", "Data Lake Storage Gen1 was retired on 2024-02-29"},
	"101-hdinsight-spark-linux":         {"InvalidClusterVersion", "HDInsight 3.6 was retired"},
	"101-machine-learning-linkedservice-create": {"InvalidTemplate", "an output names the linked service by the last part of its name, " +
		"which no resource of the template has: its resources are made, then the deployment fails (UNVERIFIED that Azure is as strict)"},
	"101-managed-mysql-with-vnet":      {"FeatureSwitchNotEnabled", "MySQL single server was retired on 2024-09-16"},
	"101-managed-postgresql-with-vnet": {"FeatureSwitchNotEnabled", "PostgreSQL single server was retired on 2025-03-28"},
}
