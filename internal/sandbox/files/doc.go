// Package files is the file service of the sandbox's storage accounts: shares,
// directories and files, as the clients of Azure's SDK speak to it over HTTPS.
// There is no SMB. Shares are resources of ARM; what they hold is kept here.
//
// Words: a node is a directory or a file of a share. A file has a size and
// extents: stretches that were written, each a part of a piece (see package
// content); what lies between them reads as zeros.
//
// Names are compared without regard to case, as the service does. The secondary
// endpoint never answers, whatever the sku: file shares cannot be read there. A
// failover loses the nodes made, and the ranges written, in the time that is
// lost; what was overwritten in that time is lost with it.
//
// Not there, and refused with a clear error: snapshots, leases, handles, copies
// and renames, permissions, links.
package files

import "github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"

// ShareType is the resource type of shares.
const ShareType = account.Type + "/fileServices/shares"

// The kinds of records.
const (
	nodeKind    = "file"         // share key, NUL, path of the parent, NUL, name; all lower case
	garbageKind = "file.garbage" // id of a piece that nobody owns any more
)

// Limits of the service (learn.microsoft.com/azure/storage/files/storage-files-scale-targets).
const (
	maxRange    = 4 << 20 // of one Put Range
	maxSize     = 4 << 40
	maxExtents  = 1 << 16
	maxPage     = 5000
	maxName     = 255
	maxPath     = 2048
	defaultSize = 5120 // GiB, the quota of a share of which nothing is said
)
