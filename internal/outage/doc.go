// Package outage puts an outage through an estate: what happens to each
// resource (its [Fate]) and what that does to each capability of each workspace
// (its [Impact]), for how long, with how much data lost, and because of which
// resources.
//
// # Words
//
// An [Outage] hits the resources that stand where it strikes. What a resource
// that is hit does is a fact of the catalog, its survival. A resource that can
// be read, or written, only in part or not at all is hurt; a resource is hurt
// too when one is that it leans on, as far as the catalog's spreads say. What a
// workspace loses follows from the catalog's needs.
//
// # Rules
//
// Who is hit. A region outage hits what stands in the region. A zone outage
// hits the same resources, except those pinned to other zones. An outage of a
// service hits the resources of that service in the region, an outage of a
// resource that one. A resource without a location stands where its parent
// stands; a resource that Azure makes on its own (implied), where the resource
// stands that leans on it. Global resources, and those without any place, are
// hit by no zone and no region. A resource that is only named, and whose place
// nothing tells, may stand in the region of whatever leans on it, or of its
// children: at best it is not hit, at worst it is. So it is with a resource whose
// condition is not known.
//
// What it loses. Reading and writing are followed apart, and for each how long it
// is out of reach and how long it is not whole. While a resource fails over, or
// waits to be failed over, it can neither be read nor written, unless its fact
// says otherwise; a fail-over that takes no time hurts nothing. A child
// of no service of its own fares as its parent does. A resource of no service
// has no facts: at best it carries on, at worst it is down.
//
// How it travels. A hard spread passes on what is lost, a soft one makes at most
// degraded of it. What cannot be read cannot be written. Where one of several
// will do (oneOf), all must be out of reach to pass that on, until the first is
// back; the loss of some degrades. Hurts add up part by part: the longest counts.
//
// What it does to a capability. With a hard need it is lost while the resource
// is out of reach, and degraded while it works in part. With a soft need it is
// degraded in both cases. Lost is lost, be it for a minute: the time stands
// beside it as RTO, and it is for a target to say whether that is short enough.
// The RTO of what is lost is the time until nothing that it needs is out of reach
// any more, though some may stay degraded; the RPO is the worst of all; lost data
// degrade at least. A workspace with a hub leans on everything its hub leans on.
//
// Pairs. What is lost in the primary is degraded when the secondary keeps it in
// the same outage and has what it takes: work goes on there once somebody has
// switched over. What the primary loses of its data stays lost, unless the
// pair says by how much its secondary is behind at most (its lag): then that
// bounds it, except for what both lean on. When it is lost in both, the loss ends when the first of them has
// it back, and what takes it from both is to blame. Where it is not known whether
// the secondary can take over, or what is lost in both, blame is as uncertain: what
// the other resources take lies between what they take alone and nothing, and what
// would have to be known of either workspace stands with them.
//
// What is not known. Every answer is worked out twice, for the best and for the
// worst that the unknowns allow. Where the two agree the answer is definite.
package outage
