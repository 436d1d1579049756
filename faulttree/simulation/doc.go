// Package simulation plays the failures and repairs of a fault tree's events year
// after year, and so finds what no probability tells: how the downtime of a year
// is distributed, and how long a single outage lasts.
//
// Words: a [System] is a top event with a process for each of its events. A
// [Renewal] runs until it fails, is repaired and runs again; it may be cold while
// it is not needed. A [Demand] fails with a probability each time that it is asked
// for; a [Delay] lasts for a time each time that it is asked for. Standby with
// switching is made of these: the top event "main fails, and spare fails, or the
// switch-over fails, or is still under way" with a Renewal for main and spare, a
// Demand for the switch and a Delay for the time it takes, both asked for when
// main fails. A [Law] is the distribution of a time. All times are in hours.
package simulation
