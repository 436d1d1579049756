package blob_test

import "testing"

func TestTheServicePassesTheConformanceSuite(t *testing.T) {
	b := start(t)
	conformance(t, b.client(t))
}
