package blueprint

import "slices"

// Spec says what a new workspace is to be. [ParseSpec] reads one from YAML, and
// [Spec.YAML] writes it again.
type Spec struct {
	Name           string
	Subscription   string // "" leaves it to the deployment
	Region         string
	SecondRegion   string // "" for a workspace in one region
	Target         string // dev, production or critical
	Services       []string
	Network        string // public or private
	Key            bool   // encrypted with a customer-managed key
	Administrators Group  // of the databases
	Tags           []Tag
	file           string           // "" when it was not read from one
	places         map[string]Place // of the fields, where the file has them
}

// Group is a group of Microsoft Entra.
type Group struct{ Name, ObjectID string }

// Tag is a tag of every resource.
type Tag struct{ Name, Value string }

// The networks that a specification can ask for.
const (
	Public  = "public"
	Private = "private"
)

// Services are the optional services that a specification can name, in the order
// in which they are asked for and written.
var Services = []string{"aks", "databricks", "sql", "postgresql", "mysql", "cosmos-db", "data-lake", "hdinsight"}

// serviceTitles say what each of them is.
var serviceTitles = map[string]string{
	"aks":        "Azure Kubernetes Service, attached for online scoring and training",
	"databricks": "Azure Databricks, to be attached with a token",
	"sql":        "Azure SQL Database",
	"postgresql": "Azure Database for PostgreSQL, flexible server",
	"mysql":      "Azure Database for MySQL, flexible server",
	"cosmos-db":  "Azure Cosmos DB",
	"data-lake":  "Azure Data Lake Storage Gen2",
	"hdinsight":  "Azure HDInsight, Spark on the data lake",
}

// ServiceTitle says what an optional service is; "" for one that is none.
func ServiceTitle(service string) string { return serviceTitles[service] }

// Targets are the targets that a specification can name, the least demanding first.
var Targets = []string{"dev", "production", "critical"}

// Has says whether the specification has the service. HDInsight brings a data
// lake along, on which it stands.
func (s *Spec) Has(service string) bool {
	return slices.Contains(s.Services, service) || service == "data-lake" && slices.Contains(s.Services, "hdinsight")
}

// Paired says whether there are two regions.
func (s *Spec) Paired() bool { return s.SecondRegion != "" }

// Regions are those of the workspaces, the primary's first.
func (s *Spec) Regions() []string {
	if s.Paired() {
		return []string{s.Region, s.SecondRegion}
	}
	return []string{s.Region}
}

// Workspace is the name of the workspace in a region.
func (s *Spec) Workspace(region string) string { return "mlw-" + s.Name + "-" + region }
