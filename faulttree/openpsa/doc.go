// Package openpsa reads and writes fault trees in the Open-PSA Model Exchange
// Format, the XML format by which tools of probabilistic safety assessment
// exchange models.
//
// Read are: fault trees with components and their private names, gates with all
// operators and nested formulas, house events, constants, basic events,
// parameters, expressions and random deviates, and common cause groups. Several
// files make one model. Event trees, alignments, substitutions and extern
// functions are not: what only adds to the fault trees of a file is said in a
// [Note], what would change their result is an error.
//
// Input may be hostile: entities are not expanded, and depth and size are bounded.
//
// The format: S. Epstein, A. Rauzy, "Open-PSA Model Exchange Format", version
// 2.0d; https://open-psa.github.io/mef/.
package openpsa
