// Package network is the resource provider Microsoft.Network: virtual networks
// with their subnets, what stands in them, private endpoints, and private DNS.
//
// Words: a part is something that a resource's body lists, with an id of its own
// that no request can name alone, such as an ip configuration; a subnet or a
// security rule is an inline child (see package facet). The target of a private
// endpoint is the resource it leads to; the connection is the target's child that
// says whether it may.
package network
