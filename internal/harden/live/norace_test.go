//go:build !race

package live_test

const watched = false
