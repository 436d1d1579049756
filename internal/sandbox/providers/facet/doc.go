// Package facet has what the bodies of many resource types have in common:
// values that the service makes once and keeps, managed identities, zones,
// private endpoint connections, and the question whether a name is free.
//
// Words: a value is made when the service thinks of it itself, once, and it then
// stays (a client id, a key, a creation time); it is worked out when it follows
// from other things on each reading (an address). An inline child is a resource
// of its own that its parent's body also shows, such as a subnet.
package facet
