// Package assess holds an estate against a target: which outages take away more
// than the target allows, because of which resources (outage rules), and what
// else is wrong that no outage shows (plain rules). Its product is a [Result],
// which package report renders.
package assess
