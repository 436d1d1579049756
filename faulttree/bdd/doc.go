// Package bdd holds reduced ordered binary decision diagrams with complement
// edges: boolean functions of many variables, shared and canonical, so that two
// functions are equal exactly when their [Func]s are.
//
// Words: a [Func] is a function, an edge to a node, complemented or not. The
// variables are numbered from 0, which stands nearest to the root. A [Diagram]
// owns the nodes; functions of different diagrams must not be mixed.
//
// The probability of a function follows from Shannon's decomposition,
// P(f) = p·P(f|x=1) + (1-p)·P(f|x=0), without any approximation. P(f) and
// P(not f) are carried side by side, so that neither is the small difference of
// two large numbers.
//
// Source of the structure: K. S. Brace, R. L. Rudell, R. E. Bryant, "Efficient
// implementation of a BDD package", DAC 1990.
package bdd
