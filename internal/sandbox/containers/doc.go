// Package containers is the data plane of the sandbox's container registries:
// pushing and pulling as the OCI distribution specification has it, with the
// tokens of Azure Container Registry.
//
// Words: a repository is a name in a registry, such as azureml/env. A blob is a
// layer or a config, known by its digest and shared by the registry's
// repositories; a manifest names blobs; a tag names a manifest. An upload is a
// blob that is being pushed.
//
// A registry is one set of data however many replicas it has; with its home
// region gone the replicas answer, without what had not reached them (see
// world.Standing.Lost).
//
// It is our own and not built on go-containerregistry's handler, which keeps
// manifests and uploads in memory and loses them at a restart; that module's
// client is what the tests push and pull with.
package containers

import "time"

// Type is the resource type of registries.
const Type = "Microsoft.ContainerRegistry/registries"

// The kinds of records. Their keys begin with the registry's, and a NUL.
const (
	blobKind     = "oci.blob"     // digest
	manifestKind = "oci.manifest" // repository, NUL, digest
	tagKind      = "oci.tag"      // repository, NUL, tag
	garbageKind  = "oci.garbage"  // (without the registry's) id of a piece that nobody owns any more
)

const (
	maxManifest = 4 << 20
	maxChunks   = 10000
	maxUploads  = 256 // at the same time, in all registries
	maxPage     = 1000
)

// The lives of tokens: those of ACR are 75 minutes for access and 3 hours for
// refresh.
const (
	accessLife  = 75 * time.Minute
	refreshLife = 3 * time.Hour
)
