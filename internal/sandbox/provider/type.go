package provider

import (
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// Type is what is known of a resource type. Paths are dotted paths into the
// body, such as properties.sku or sku.name.
type Type struct {
	Name        string   `yaml:"name"`        // Microsoft.Storage/storageAccounts
	APIVersions []string `yaml:"apiVersions"` // those that are answered, newest first
	// Kind of thing: "tracked" has a location and tags and stands in listings of
	// groups and subscriptions; "proxy" has neither; "extension" is a proxy that
	// any resource, group or subscription can have. Children may be tracked.
	Kind string `yaml:"kind"`
	// Scope of a type without a parent: "group" (default), "subscription",
	// "tenant".
	Scope string `yaml:"scope"`
	// Global says that the resource has no region: its location is "global".
	Global bool `yaml:"global"`
	// Offered is the word of the region table (see estate.Region) for the regions
	// that have the type: aml, amlregistry, aks, databricks, aci, hdinsight; "" for
	// all.
	Offered string `yaml:"offered"`
	// SystemData says that the body shows who made it and when.
	SystemData bool `yaml:"systemData"`
	// Concurrent says that a change is taken while an operation runs; otherwise
	// it is refused with BusyCode and BusyMessage ({name}), or in the words of ARM.
	Concurrent  bool   `yaml:"concurrent"`
	BusyCode    string `yaml:"busyCode"`
	BusyMessage string `yaml:"busyMessage"`

	Naming   NameRule      `yaml:"naming"`
	Defaults object.Object `yaml:"defaults"` // filled in where the body lacks them, as Azure does
	Required []string      `yaml:"required"`
	// Allowed are the values of paths; text is compared without case and takes
	// the spelling here.
	Allowed map[string][]string `yaml:"allowed"`
	// Immutable are paths that keep their value for ever; ImmutableCode and
	// ImmutableMessage ({path}, {name}) are Azure's words where they are known.
	Immutable        []string `yaml:"immutable"`
	ImmutableCode    string   `yaml:"immutableCode"`
	ImmutableMessage string   `yaml:"immutableMessage"`
	// Forward are paths whose values only go forward in the list of Allowed.
	Forward []string `yaml:"forward"`
	// WriteOnly are paths that are kept as secrets and not shown.
	WriteOnly []string `yaml:"writeOnly"`
	// Kept are paths that a PUT without them leaves as they are.
	Kept []string `yaml:"kept"`
	// Patchable are the paths that a PATCH may change; what else it sends is
	// ignored. Empty is all.
	Patchable []string `yaml:"patchable"`
	// NoPatch says that the type has no PATCH at all: its service knows PUT alone.
	NoPatch bool `yaml:"noPatch"`
	// ReadOnly are paths that callers cannot set; what they send is ignored.
	ReadOnly []string `yaml:"readOnly"`
	// ETag says that the body carries one and honours If-Match.
	ETag bool `yaml:"etag"`

	Create Operation `yaml:"create"`
	Update Operation `yaml:"update"`
	Delete Operation `yaml:"delete"`
	// States are the words of properties.provisioningState; "-" as Creating says
	// that the type has no such property. Empty ones are Creating, Updating,
	// Deleting, Succeeded.
	States States `yaml:"states"`

	PageSize int `yaml:"pageSize"` // of lists, 0 for all at once
	// PageToken is the query parameter of nextLink that holds the place of the
	// next page, "" is $skiptoken. PageLimit is the one by which a caller asks for
	// a page of up to PageSize, such as $top; more than that gives PageSize.
	PageToken  string      `yaml:"pageToken"`
	PageLimit  string      `yaml:"pageLimit"`
	SoftDelete *SoftDelete `yaml:"softDelete"`
	Sources    []string    `yaml:"sources"`

	Hooks Hooks `yaml:"-"`
}

// NameRule is what a name must be.
type NameRule struct {
	Pattern string `yaml:"pattern"` // a regular expression for the whole name
	Min     int    `yaml:"min"`
	Max     int    `yaml:"max"`
	// Code and Message ({name}) are the answer for a name that breaks the rule.
	Code    string `yaml:"code"`
	Message string `yaml:"message"`
	// Unique is "" within the parent or group, "global" in all of Azure, "region"
	// in the subscription's region. TakenCode and TakenMessage ({name}) are Azure's
	// answer for a name that is taken.
	Unique       string `yaml:"unique"`
	TakenCode    string `yaml:"takenCode"`
	TakenMessage string `yaml:"takenMessage"`
}

// Operation is how a change of a resource is carried out.
type Operation struct {
	// Takes is how long it takes on the sandbox's clock; 0 is at once.
	Takes time.Duration `yaml:"takes"`
	// Style is how a client follows one that takes time: "async" (the header
	// Azure-AsyncOperation; default), "location" (202 and the header Location),
	// "both" (202 and both headers), "state" (only properties.provisioningState).
	Style string `yaml:"style"`
	// Status is the HTTP status of the answer; 0 is 201 or 200 for PUT, 202 for
	// what only has a Location, 200 or 204 for DELETE.
	Status int `yaml:"status"`
	// Echo says that a deletion that takes no time answers with what is gone.
	Echo bool `yaml:"echo"`
	// Timeout is for the header x-ms-async-operation-timeout, 0 for none.
	Timeout time.Duration `yaml:"timeout"`
	// InBody is where the body also holds the address of the operation, "" for
	// nowhere.
	InBody string `yaml:"inBody"`
}

// States are provisioning states.
type States struct {
	Creating  string `yaml:"creating"`
	Updating  string `yaml:"updating"`
	Deleting  string `yaml:"deleting"`
	Succeeded string `yaml:"succeeded"`
}

// SoftDelete says that what is deleted can be recovered for a while and keeps
// its name.
type SoftDelete struct {
	Days    int    `yaml:"days"`    // when the body does not say
	Path    string `yaml:"path"`    // of the number of days in the body, may be ""
	Type    string `yaml:"type"`    // Microsoft.KeyVault/locations/deletedVaults, may be ""
	Code    string `yaml:"code"`    // of the refusal to create one of the same name
	Message string `yaml:"message"` // {name}
	Status  int    `yaml:"status"`  // of that refusal, 0 is 409
	// IDProperty is the property of what was deleted that has its id, such as
	// vaultId; "" is resourceId.
	IDProperty string `yaml:"idProperty"`
	// Protect is the path of the switch that forbids to purge, may be "".
	Protect string `yaml:"protect"`
}
