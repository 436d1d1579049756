package mix_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree/internal/mix"
)

func TestNeighboursSpreadEvenly(t *testing.T) {
	const side, buckets = 40, 256
	var count [buckets]int
	for a := range uint32(side) {
		for b := range uint32(side) {
			for c := range uint32(side) {
				count[mix.Three(a, b, c)%buckets]++
			}
		}
	}
	const each = side * side * side / buckets
	for i, n := range count {
		if n < each/2 || n > each*2 {
			t.Errorf("bucket %d has %d of %d triples, about %d would be even", i, n, side*side*side, each)
		}
	}
}

func TestTheOrderOfTheNumbersCounts(t *testing.T) {
	if mix.Three(1, 2, 3) == mix.Three(3, 2, 1) || mix.Three(1, 2, 3) == mix.Three(2, 1, 3) {
		t.Error("triples of the same numbers fall together")
	}
}
