// Package catalog is what Holdfast knows of each Azure service that Azure
// Machine Learning leans on: who keeps it up, which settings matter, what each
// setting survives, which capability leans on which role, and the rules that
// follow. The facts are data (YAML with conditions in CEL), each with its source
// and date; the package loads, checks and answers questions of them.
//
// Words: a [Service] is one row of the catalog. A [Setting] is a named value of
// a resource that its facts depend on. A [Survival] is what a resource does in
// an outage of some [Scope]. A [Need] says how a [Capability] leans on a role. A
// [Rule] is a check with an id; its findings are made by package assess. A
// [Source] is where a fact was read, and when.
package catalog
