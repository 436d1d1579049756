// Package registry is the resource provider Microsoft.ContainerRegistry:
// registries, their replications to other regions and their credentials.
//
// Words: a replication is one region that serves a registry; the home replication
// is that of the registry's own region, which every Premium registry has. A tier
// is the registry's sku, on which most of its features depend.
package registry
