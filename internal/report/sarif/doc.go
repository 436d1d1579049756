// Package sarif writes results as SARIF 2.1.0 for code hosts: each finding at
// its line, with a fingerprint that stays when lines shift, help on its rule,
// and its suppression.
//
// What it keeps to, for GitHub's sake: one run, at most 25,000 results (the
// worst ones; a notification tells how many are left out), a place for every
// result, relative addresses, texts of at most 1,024 characters.
//
// Failing findings are results of kind fail; undecided ones of kind open; those
// that are excused are of kind fail with an accepted suppression. What passes or
// does not apply is not written. What was not seen, and notes on the input, are
// notifications of the run.
package sarif
