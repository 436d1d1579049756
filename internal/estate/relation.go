package estate

// Role says in which way one resource leans on another. The roles are words of
// the project's language: they stand in the JSON output and in the catalog.
type Role string

// The roles. The first group is how a workspace leans on what belongs to it.
const (
	DefaultStorage      Role = "default-storage"
	KeyVault            Role = "key-vault"
	ContainerRegistry   Role = "container-registry"
	ApplicationInsights Role = "application-insights"
	Compute             Role = "compute"           // workspace -> compute, compute -> the cluster it is attached to
	Datastore           Role = "datastore"         // workspace -> datastore, datastore -> the account, server or file system behind it
	EncryptionKey       Role = "encryption-key"    // the vault of a customer-managed key
	EncryptionStore     Role = "encryption-store"  // Cosmos DB, AI Search and storage of an encrypted workspace
	Endpoint            Role = "endpoint"          // workspace -> online or batch endpoint, or v1 web service
	Deployment          Role = "deployment"        // endpoint -> its deployments
	Hub                 Role = "hub"               // project -> hub
	Registry            Role = "registry"          // workspace -> Azure Machine Learning registry
	Connection          Role = "connection"        // workspace -> connection, connection -> its target
	Dataset             Role = "dataset"           // workspace -> v1 dataset or v2 data asset
	Schedule            Role = "schedule"          // workspace -> schedule
	ImageBuildCompute   Role = "image-build"       // workspace -> the compute that builds its images
	LinkedService       Role = "linked-service"    // workspace -> linked Synapse or Databricks workspace
	Identity            Role = "identity"          // resource -> user-assigned identity
	ResourceGroup       Role = "resource-group"    // resource -> its group (whose own region matters)
	Network             Role = "network"           // resource -> subnet, virtual network, private endpoint, DNS zone
	Logs                Role = "logs"              // Application Insights -> Log Analytics workspace
	Replica             Role = "replica"           // registry -> its replications, server -> its read replicas
	NodePool            Role = "node-pool"         // cluster -> its node pools
	FailoverGroup       Role = "failover-group"    // database or server -> failover group
	FailoverPartner     Role = "failover-partner"  // failover group -> the server on the other side
	Server              Role = "server"            // database -> its server
	ManagedGroup        Role = "managed-resources" // Databricks or CMK workspace -> the group that the service made
	Parent              Role = "parent"            // child resource -> its parent, where no other role says more
	Lock                Role = "lock"              // lock -> what it locks
	Pair                Role = "pair"              // primary workspace -> secondary workspace
	Workspace           Role = "workspace"         // the workspace itself, in the needs of the catalog; no relation has it
)

// Relation says that From leans on To in a role.
type Relation struct {
	From, To *Resource
	Role     Role
	Detail   string // a further word where the role alone does not say it, e.g. the datastore type "AzureBlob"
	Origin   Origin // the property that says so
	Presence string // "" when it certainly holds; else the condition that decides, as an expression
}
