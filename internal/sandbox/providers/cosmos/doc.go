// Package cosmos is the resource provider Microsoft.DocumentDB: Cosmos DB
// accounts, the regions they are in, and their databases.
//
// Words: the locations of an account are its regions, each with a failover
// priority; that with priority 0 takes the writes. An account with multiple write
// locations takes them in all.
package cosmos
