// Package databricks is the resource provider Microsoft.Databricks: workspaces
// with the resource group that each makes, and access connectors.
//
// Words: the managed group is that resource group; the root account is the
// storage account in it that holds the Databricks File System.
package databricks
