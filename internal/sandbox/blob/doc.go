// Package blob is the blob service of the sandbox's storage accounts, as the
// clients of Azure's SDK, az and azcopy speak to it. Containers are resources of
// ARM; blobs are kept here: what is known of them in records, their bytes in
// pieces (see package content).
//
// Words: a doc is all that is kept of one blob name: its states in the order in
// which they were written, the last of them current. The former ones are kept
// only in accounts with a copy in another region, for as long as that copy may
// still show them. A part is a piece of a blob with the block that it came from.
// A block is one that was put and is not committed yet.
//
// Not there, and refused with a clear error: page blobs, snapshots, versions,
// immutability policies, batches, queries, encryption scopes and keys of the
// caller. The paths are those of other emulators:
// https://host:port/account/container/blob, and account-secondary.
package blob

import (
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

// Limits of the service (learn.microsoft.com/azure/storage/blobs/scalability-targets).
const (
	maxPutBlob    = 5000 << 20
	maxBlock      = 4000 << 20
	maxAppend     = 100 << 20
	maxBlocks     = 50000
	maxBody       = 16 << 20 // of an XML body; a list of 50,000 blocks has less
	maxPage       = 5000     // of a list
	maxNameLength = 1024
)

// ContainerType is the resource type of containers.
const ContainerType = account.Type + "/blobServices/containers"

// The kinds of records.
const (
	docKind     = "blob"         // container key, NUL, blob name
	blockKind   = "blob.block"   // the same, NUL, block id
	policyKind  = "blob.policy"  // container key: the stored access policies
	leaseKind   = "blob.lease"   // container key: its lease
	garbageKind = "blob.garbage" // id of a piece that nobody owns any more
	copyKind    = "blob.copy"    // of the events at which a copy ends
)
