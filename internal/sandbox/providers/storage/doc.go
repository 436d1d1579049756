// Package storage is the resource provider Microsoft.Storage: accounts with
// their services, containers and shares, keys, shared access signatures, and
// what can be done to an account's redundancy.
//
// Words: a sku says where the copies of an account are; a conversion changes
// between copies in one zone and in several, which a plain update cannot; a
// failover makes the secondary region the primary one.
package storage
