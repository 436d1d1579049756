// Package expression holds the stochastic expressions of fault trees: numbers,
// parameters, arithmetic, the usual laws of failure in time, and random
// deviates. An expression has a value (deviates stand for their means), and can
// be sampled (deviates are drawn).
//
// Words: a [Node] is an operation with its arguments; a [Parameter] is a named
// expression that several others may use, and is drawn once per sample. A [Set]
// is a number of expressions made ready to be evaluated together, many times.
//
// Times are in hours, rates per hour, when the model's own units are those: the
// package converts nothing.
//
// Meanings: Open-PSA Model Exchange Format 2.0d, chapter "Stochastic Layer".
package expression
