// Package assess holds an estate against a target: which outages take away more
// than the target allows, because of which resources (outage rules), and what
// else is wrong that no outage shows (plain rules). Its product is a [Result],
// which package report renders.
//
// # Words
//
// A [Target] says which outages each capability is to survive: a [Demand] for
// each, with the time it may be lost (RTO) and the data that may be lost (RPO).
// What an outage takes away beyond that is a gap, and each resource that causes
// a gap fails the outage rule that is about it. A [Finding] is the outcome of
// one rule for one resource; each resource has one for each rule of its service.
//
// # Severity of an outage finding
//
// It follows from what is lost, and is never above the severity of the rule:
//
//   - critical: data would be lost for good; or the workspace itself, or all that
//     the target wants of it, is lost until the outage ends, with nothing to fall
//     back on
//   - high: a capability is lost for longer than the target allows
//   - medium: only the data lost exceed the target, or the estate has no
//     workspace that would say what is lost
//   - low: the workspace itself is lost in the same outage. Only a secondary
//     workspace helps against that, so it stands first, and what matters only
//     once there is one stands behind it ([Finding].Behind): medium when data
//     would be lost for good
//
// What no source gives a figure for promises nothing: it exceeds every limit.
// A gap that is there only at worst gives a finding that is unknown, with what
// would make it known.
//
// # Files
//
// [ParseTarget] reads a target, [ParseProject] a project's settings with its
// suppressions and pairs, [ParseBaseline] the findings that are known already.
package assess
