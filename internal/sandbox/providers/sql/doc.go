// Package sql is the resource provider Microsoft.Sql: logical servers with their
// databases and failover groups, and managed instances.
//
// Words: a database may be a copy of another, its primary; a link joins the two,
// and both show it. A failover group joins databases of two servers, and stands
// on both: on the primary one with that role, on the partner as secondary. A
// forced failover does not wait for what is not copied yet.
package sql
