// Package cutset holds families of sets of basic events on zero-suppressed
// binary decision diagrams, and finds the minimal cut sets of a monotone
// function: the smallest sets of events that bring it about.
//
// Words: a [Family] is a set of sets; Empty has no set at all, Unit has the
// empty set as its only one. A [Diagram] owns the nodes; families of different
// diagrams must not be mixed.
//
// Sources: S. Minato, "Zero-suppressed BDDs for set manipulation in
// combinatorial problems", DAC 1993; A. Rauzy, "New algorithms for fault trees
// analysis", Reliability Engineering and System Safety 40 (1993).
package cutset
