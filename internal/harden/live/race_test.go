//go:build race

package live_test

// watched says that the race detector slows processes down many times over, so that
// fewer of them are killed: the counts are those of a run without it.
const watched = true
