// Package report is what the reports of every format have in common: the words
// and glyphs for what an outage does, the names of outages, the order and the
// grouping of what must be done, who must keep what up. Each format has a
// package of its own below this one, with
//
//	Write(w io.Writer, r *assess.Result, opt report.Options) error
//
// Nothing here decides anything: reports show results of package assess and
// package outage and facts of package catalog.
//
// Words: a [Row] of the matrix is one outage, or several that do the same; a
// [Cell] is what it does to one capability of one workspace. A [Duty] is a
// service of the estate and who must keep it up. A [Step] is one thing to do:
// all failing findings of one rule with one remedy.
package report
