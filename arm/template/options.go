package template

import (
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Options are what is known beside the template. The zero value works: what is
// not given stays symbolic or unknown.
type Options struct {
	// The facts of the scope that the template is deployed to. An empty one is
	// symbolic: the functions that read it give an unknown.
	SubscriptionID   string
	SubscriptionName string
	TenantID         string
	ResourceGroup    string
	ManagementGroup  string
	// Scope is the level that the template is deployed at, where that is known;
	// nil takes the one that its $schema names.
	Scope *eval.ScopeKind
	// Location is the region of the resource group; for a template of a higher
	// level the region that the deployment is recorded in.
	Location string
	// Tags are the tags of the resource group; nil means not known.
	Tags map[string]string

	// DeploymentName is the name of the deployment; without it the name of the
	// template file without its extension, as Azure's own tools do it.
	DeploymentName string
	// TemplateURI is the address of the template where it is deployed from one.
	TemplateURI string

	// TemplateHash is what deployment().properties.templateHash gives in a [Run].
	TemplateHash string

	// Environment and Deployer are the objects of environment() and deployer();
	// absent means the public cloud, and a deployer that is not known.
	Environment value.Value
	Deployer    value.Value

	// Parameters win over ParameterFiles, later files over earlier ones.
	Parameters     []Assignment
	ParameterFiles []*jsonc.Document
	// ExternalInputs are the values of externalInputs() in compiled .bicepparam
	// files, by id.
	ExternalInputs map[string]value.Value

	// Strict makes a required parameter without a value an error, not a warning.
	Strict bool
	// UTCNow is the time that utcNow() gives; nil leaves it unknown.
	UTCNow *time.Time
	// NewGUID is what newGuid() gives; "" leaves it unknown.
	NewGUID string

	// ReadFile reads the file of a linked template; nil follows no links. The
	// path is relative to the directory of the template that links, joined with
	// it. The error of a file that is not there must match fs.ErrNotExist.
	ReadFile func(path string) ([]byte, error)
	// URIMap gives the file for the address of a linked template; the longest
	// key that the address starts with counts, what follows it is appended.
	URIMap map[string]string

	// Zones and Roles answer pickZones() and roleDefinitions(); nil leaves them
	// unknown.
	Zones eval.ZoneTable
	Roles eval.RoleTable

	Limits Limits
}

// Assignment is a value for a parameter that is given beside the files, such as
// -p name=value on a command line.
type Assignment struct {
	Name string
	// Text is read by the declared type of the parameter: a string as it is, all
	// else as JSON.
	Text string
	// Value is used instead of Text when it is not absent.
	Value value.Value
}

// Limits bound an expansion. Zero means the default.
type Limits struct {
	// Steps bounds the work: function calls and values looked at; default 5 million.
	Steps int64
	// Bytes bounds the values produced; default 64 MiB.
	Bytes int64
	// Instances bounds the resources of all deployments together; default 10,000.
	Instances int
	// Depth bounds how deep deployments nest; default 32.
	Depth int
}

func (l Limits) bytes() int64 {
	if l.Bytes > 0 {
		return l.Bytes
	}
	return 64 << 20
}

func (l Limits) instances() int {
	if l.Instances > 0 {
		return l.Instances
	}
	return 10_000
}

func (l Limits) depth() int {
	if l.Depth > 0 {
		return l.Depth
	}
	return 32
}
