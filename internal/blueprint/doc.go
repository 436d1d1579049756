// Package blueprint makes the templates of a new workspace from a short
// specification.
//
// # Words
//
// A [Spec] says what is wanted: a name, one region or two, a target, services.
// [Spec.Check] refuses what Azure would refuse. [Compose] gives the [File]s: one
// template for a subscription, which makes a group for each region and in each
// group a stamp, the workspace with all that it leans on; what the regions share
// is made once, in a group of its own. A fragment is a part of the template, as
// text with gaps; settings are what each target asks of each service. Fragments
// and settings are data; this package chooses, orders and lays them out.
package blueprint
