// Package faulttree analyses fault trees exactly: the probability of the top
// event without any approximation, the number of minimal cut sets without
// listing them, the most probable ones, and the importance of every basic event.
//
// Words: a [Model] has gates, basic events and house events. A [Gate] joins
// others by a [Formula]; a basic [Event] has a probability; a [House] is switched
// on or off. The top event is the gate an analysis is asked for. A minimal cut
// set is a smallest set of basic events that brings the top event about.
//
// A fault tree becomes a binary decision diagram (package bdd) and, when it is
// coherent, a diagram of its minimal cut sets (package cutset). Files in the
// Open-PSA Model Exchange Format are read and written by package openpsa.
package faulttree
