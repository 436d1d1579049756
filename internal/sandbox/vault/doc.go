// Package vault is the data plane of the sandbox's key vaults: secrets with
// their versions, and RSA keys that really encrypt, as the clients of Azure's SDK
// speak to it.
//
// Words: an item is a secret or a key, by name; it has versions, of which the
// last is current. An item is also a resource of ARM, whose secret part holds the
// current value: what ARM sets is one more version here, and what is set here
// stands in the resource. A deleted item can be recovered until it is purged: by
// a caller, or when the vault's retention is over.
//
// A vault whose region is lost is down until Microsoft fails it over, and reads
// only from then on: secrets and keys can be read, listed, backed up and used to
// encrypt and decrypt, and nothing can be set (learn.microsoft.com/azure/key-vault/
// general/disaster-recovery-guidance). The documentation names the operations
// that are refused, not the error they get; 403 Forbidden is a choice of ours.
//
// Not there, and refused with a clear error: certificates, keys other than RSA,
// keys in HSMs, rotation policies. A backup can be restored in this sandbox only.
package vault

import "time"

// Type is the resource type of vaults.
const Type = "Microsoft.KeyVault/vaults"

// Resource is the audience of tokens for vaults.
const Resource = "https://vault.azure.net"

// The kinds of records.
const (
	versionKind = "vault.version" // vault key, NUL, collection, NUL, name: all versions
	deletedKind = "vault.deleted" // the same: an item that can be recovered
	purgeKind   = "vault.purge"   // of the events at which a retention is over
)

const (
	maxBody     = 1 << 20 // of a request
	maxValue    = 25 << 10
	defaultDays = 90
	maxPage     = 25
)

// unix is a time as vaults write it, in seconds.
func unix(t time.Time) int64 { return t.Unix() }
