package file_test

import "flag"

// Property tests draw the same values in every run, so that a failure is one of
// the change. "make soak" draws others.
func init() {
	if err := flag.Set("rapid.seed", "20261123"); err != nil {
		panic(err)
	}
}
