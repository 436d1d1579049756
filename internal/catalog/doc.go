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
//
// # Files
//
// A catalog is a folder: services/*.yaml (a service or a list of them a file),
// rules/*.yaml, remedies/*.yaml, meters/*.yaml and sources/*.yaml (lists),
// types.yaml, needs.yaml and spreads.yaml (lists).
// Services are listed, and matched, in the order of the file names. Any file may
// instead be a mapping with the keys services, rules, sources, needs, spreads and
// disable (rule ids that are taken out). The embedded catalog is the folder data,
// turned into data.json by go generate because reading YAML would cost more than
// the whole start-up may.
//
// A further catalog extends the embedded one: a service, rule or source with the
// id of one that is there takes its place, and so does a need with the same
// capability, role and services, and a spread with the same role, from and to.
//
// # Conditions
//
// A condition is a CEL expression that gives a bool. Its variables are the
// settings of the service by name, and these common ones:
//
//	roles         list(string)  the roles that the resource plays
//	name          string        its name
//	location      string        its region, "" when it has none
//	zones         list(string)  the zones it is pinned to
//	regionZones   int           number of availability zones of its region
//	regionPair    string        the paired region, "" without one
//	regionAML     bool          Azure Machine Learning is offered in its region
//	groupLocation string        the region of its resource group, "" when not known
//	external      bool          it is only named, not in the input
//
// What is not known (a value that only a deployment makes known, a setting of an
// external resource, the zones of a region that is not known) is a CEL unknown:
// a condition that depends on it has no verdict, but says what would give it one.
package catalog

//go:generate go run ./gen
