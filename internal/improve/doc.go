// Package improve finds the cheapest changes after which a capability of a
// workspace is as available as is wanted.
//
// # Words
//
// A [Change] is one remedy of the catalog on one resource. A configuration is the
// changes that are made; the empty one is the estate as it is. A way is one of the
// configurations of a group: resources whose reactions hang together, such as a
// database and its server. The frontier is the configurations of which no other
// one is both cheaper and more available.
//
// # Costs
//
// A remedy costs a factor of what its resource costs today. Factors of different
// resources can be added only by weight: what each resource costs today, which a
// file of the user says ([Weights]); without it every resource that is billed
// weighs the same, which is an assumption and said to be one. A remedy whose price
// no source gives has no factor: a configuration with fewer such remedies is the
// cheaper one, whatever else it costs, so that a remedy of unknown price is only
// chosen where nothing else reaches the figure.
//
// # Search
//
// Best first by cost: a part of a configuration is bounded from below by what the
// rest costs at least, and from above by the availability when the rest is only
// hurt by what hurts it in every way. What is taken from the queue complete is on
// the frontier. When the queue is empty the frontier is whole and proven; when the
// limit of evaluations comes first, it is proven up to the cost at the head of the
// queue, and the gap is said.
//
// Changes are tried on a copy of the estate, never on files.
package improve
