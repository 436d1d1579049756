// Package insights has the resource providers Microsoft.Insights and
// Microsoft.OperationalInsights: Application Insights components, Log Analytics
// workspaces, and what watches over resources.
//
// Words: an instrumentation key names the component that telemetry is for; a
// connection string has it with the addresses to send to. A managed workspace is
// one that Azure makes for a component that names none.
package insights
