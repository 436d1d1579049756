// Package availability turns what the catalog knows of outages into
// probabilities: for each capability of a workspace how available it is, what
// takes it away, and what a change would buy.
//
// # Words
//
// A [Rate] says how often something fails and for how long, or how likely
// something goes wrong when it is asked for; [Rates] are all of them, each with
// its range, its source and whether it is an estimate. A [Basic] is a basic
// event: a root, which is something that fails (a node, a resource, a zone, a
// service in a region, a region, both regions of a pair, the global control
// plane), a chance, which decides whether a root does harm (a zone event leaks
// into what spans zones, a failover fails), or a phase: the part of an outage in
// which something has not failed over yet. A [Row] is one capability of one
// workspace, with its fault trees and figures.
//
// # Two readings
//
// The contractual reading multiplies published service level agreements: a
// threshold below which money is paid back. The expected reading follows from
// how often things fail. Neither is ever put into a formula of the other.
//
// # Rules
//
// The fault tree of a capability says of every single failure what package
// outage says of that outage; a test holds the two together. Beyond that it
// says what several failures at once do, and for how large a part of the time:
//
// What carries on is not hurt. What is down is hurt while the outage lasts, what
// has to be rebuilt for longer. What fails over is hurt for its recovery time, or
// for as long as the outage lasts when that is shorter, and for the whole outage
// when the failover fails. With outages of exponential length of mean D the share
// of the time within t of the start is 1 - exp(-t/D).
//
// A zone takes what stands in it: what is pinned to it, and of what is not pinned
// and does not span zones the share that stands there by chance, one in as many
// as the region has zones, each resource by itself. What spans zones suffers with
// the chance of a leak, together with all others of its service.
//
// A root that fails at a rate r for D hours each time is unavailable for
// rD / (1 + rD) of the time (alternating renewal).
//
// Lost data are not unavailability: recovery points do not enter.
package availability
