package catalog

// Span is a time in a fact: a figure in seconds, or one of the words that
// sources use where they give no figure.
type Span struct {
	Seconds int64  // -1 when there is no figure
	Word    string // "", "outage" (as long as the outage lasts), "rebuild" (until rebuilt by hand), "none", "unknown" (not documented), "total" (all data may be lost)
	Upper   bool   // the figure is an upper bound or a typical maximum, e.g. "<= 60 min"
}
