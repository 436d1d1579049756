package template

import (
	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Expansion is what a template gives.
type Expansion struct {
	// Resources of all deployments, in an order in which they can be deployed:
	// after what they depend on. Existing resources and deployments are among
	// them and flagged.
	Resources []*Resource
	// Skipped are the resources whose condition is false. Of those in a skipped
	// deployment nothing is known.
	Skipped []*Resource
	// Outputs of the root deployment.
	Outputs []Output
	// Parameters of the root deployment, in the order of their declaration.
	Parameters []Parameter
	// Diagnostics of parsing and expanding, errors first.
	Diagnostics []Diagnostic
	// Root is the deployment of the template itself.
	Root *Deployment
}

// Presence tells whether a resource will be deployed.
type Presence uint8

// The answers. The zero Presence is not valid.
const (
	Yes Presence = iota + 1
	Maybe
	No
)

// String gives yes, maybe or no.
func (p Presence) String() string {
	switch p {
	case Yes:
		return "yes"
	case Maybe:
		return "maybe"
	case No:
		return "no"
	}
	return "invalid"
}

// Resource is one instance of a declared resource.
type Resource struct {
	// ID is the resource id; its Text is the same as that of the expressions
	// that build it, also where parts of it are not known.
	ID value.Value
	// Type is the full type, such as Microsoft.Network/virtualNetworks/subnets;
	// "" when it could not be evaluated.
	Type       string
	APIVersion string
	// Name is the full name: parent/child for children.
	Name     value.Value
	Location value.Value
	// Body is what would be sent to Azure: type, apiVersion, name, location,
	// sku, tags, properties and so on, evaluated, without what only the
	// deployment engine reads (copy, condition, dependsOn, resources). Members
	// that are null are left out, as null counts as absent. Of a deployments
	// resource the template is left out.
	Body value.Value
	// Node is the declaration.
	Node jsonc.Node
	// Symbol is the symbolic name in templates with languageVersion 2.0.
	Symbol string
	// Existing says that the template reads the resource and does not deploy it.
	Existing bool
	// Presence says whether it will be deployed; Condition is the unknown that
	// decides when the answer is Maybe, absent otherwise.
	Presence  Presence
	Condition value.Value
	// Copies are the indices in the loops around the instance, outermost first.
	Copies []CopyIndex
	// Deployment is the one that the resource belongs to.
	Deployment *Deployment
	// Child is the deployment that a deployments resource makes; nil for all
	// others, and when its template is not known.
	Child *Deployment
	// DependsOn are the resources that must be there before, explicit or by
	// reference, without repetition.
	DependsOn []*Resource
	// ScopeID is the id of what the resource lies in: a resource group, a
	// subscription, or the resource that it extends.
	ScopeID value.Value

	decl     *declaration
	dep      *deployment
	frame    *frame
	facts    *eval.Facts // of the target, for deployments and existing resources
	idText   string      // ID.Text()
	child    *deployment
	full     cell
	circular bool // a circle through it is reported
	nameText string
	state    uint8 // of Body
	edges    []edge
	visited  uint8
}

// IDText is the Text of the ID, which was made with it.
func (r *Resource) IDText() string { return r.idText }

// NameText is the Text of the Name, which was made with it.
func (r *Resource) NameText() string { return r.nameText }

// IsDeployment reports whether the resource deploys a template of its own.
func (r *Resource) IsDeployment() bool { return is(r.Type, deploymentType) }

// CopyIndex is the place of an instance in a copy loop.
type CopyIndex struct {
	Loop string
	// Index counts from 0; it is unknown when the count of the loop is.
	Index value.Value
}

// Deployment is one expansion of one template.
type Deployment struct {
	Name value.Value
	// Resource is the deployments resource, nil for the root.
	Resource *Resource
	// Parent is nil for the root.
	Parent *Deployment
	// Template is what is deployed.
	Template *Template
	// Facts are those of the scope that its resources go to.
	Facts *eval.Facts
	// Outputs, evaluated.
	Outputs []Output
	// Linked is the path of the file of a linked template.
	Linked string
	// Outer says that its expressions are evaluated in the scope of Parent, with
	// the parameters and variables of that one.
	Outer bool
}

// Output is one output of a deployment.
type Output struct {
	Name string
	// Type as declared, "" when it is a reference to a definition.
	Type   string
	Value  value.Value
	Secure bool
	Node   jsonc.Node
}

// ParameterSource tells where the value of a parameter is from.
type ParameterSource uint8

// The sources. The zero ParameterSource is not valid.
const (
	FromDefault    ParameterSource = iota + 1 // the declaration
	FromFile                                  // a parameter file
	FromAssignment                            // Options.Parameters
	FromKeyVault                              // a Key Vault that a parameter file names
	FromNull                                  // nothing: the parameter may be null
	Missing                                   // nothing, although a value is required
)

// String names the source.
func (s ParameterSource) String() string {
	switch s {
	case FromDefault:
		return "default"
	case FromFile:
		return "parameter file"
	case FromAssignment:
		return "command line"
	case FromKeyVault:
		return "key vault"
	case FromNull:
		return "null"
	case Missing:
		return "missing"
	}
	return "invalid"
}

// Parameter is a parameter of the root template with its value.
type Parameter struct {
	Name   string
	Source ParameterSource
	Value  value.Value
	Secure bool
	// Node is the declaration.
	Node jsonc.Node
	// Origin is the supplied value, or the default; absent when missing.
	Origin jsonc.Node
	// Vault, Secret and SecretVersion are those of a Key Vault reference.
	Vault, Secret, SecretVersion string
}
