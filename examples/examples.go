// Package examples holds the workspaces that the documentation speaks of, as
// templates with their parameter files.
package examples

import "embed"

// Files are the examples by folder: workspace/azuredeploy.json and so on.
//
//go:embed workspace/*.json resilient/*.json all-services/*.json
var Files embed.FS
