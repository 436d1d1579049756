// Package flexible has the resource providers Microsoft.DBforPostgreSQL and
// Microsoft.DBforMySQL: flexible servers with their databases and settings, their
// standbys and replicas, and the single servers that are no more.
//
// Words: a standby is the second copy that high availability keeps, in the same
// zone or another; a replica is a server of its own that follows a source, and is
// promoted when it stops to. The two services differ in what they allow when.
package flexible
