// Package kubernetes has the resource providers Microsoft.ContainerService,
// Microsoft.KubernetesConfiguration and Microsoft.Kubernetes: managed clusters
// with their node pools, the extensions that run in clusters, and clusters that
// are connected from elsewhere.
//
// Words: the node group is the resource group that a cluster makes for its
// nodes. A pool is an inline child of a cluster (see package facet); a system
// pool runs what the cluster itself needs.
package kubernetes
