// Package control is the sandbox's Azure Resource Manager: the engine that
// carries out changes of resources (it implements provider.Engine), and the HTTP
// front that clients talk to.
//
// Words: a place is what a path of ARM names: a resource, a list, an action. A
// target is a place together with what the state holds there: type, group,
// parent, and the resource if it is there. A scope is whatever an extension such
// as a lock can stand on: the tenant, a subscription, a group, a resource. An
// operation is a change that takes time; it is kept as a record until a day after
// its end, and its end is an event. A bucket holds the requests that a principal
// may still make. A deleted resource is one that is kept, soft-deleted, for a
// while with all that was below it.
//
// Subscriptions, operations, names that are taken, registrations and deleted
// resources are records; everything with an ARM id is a resource, also groups,
// locks, role assignments and role definitions that somebody made.
package control
