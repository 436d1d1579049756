// Package outage puts an outage through an estate: what happens to each
// resource (its [Fate]) and what that does to each capability of each workspace
// (its [Impact]), for how long, with how much data lost, and because of which
// resources.
package outage
