// Package compute has the resource providers Microsoft.Compute,
// Microsoft.ContainerInstance and Microsoft.HDInsight: machines, groups of
// containers and clusters that a workspace may have attached.
package compute
