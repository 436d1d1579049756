package spelling_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/spelling"
)

func TestDistanceIsADistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2}, {strings.Repeat("long", 100), "long", 396}} {
		if got := spelling.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
	word := rapid.StringMatching(`[abc]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		ab, ba, bc, ac := spelling.Distance(a, b), spelling.Distance(b, a), spelling.Distance(b, c), spelling.Distance(a, c)
		switch {
		case ab != ba:
			t.Fatalf("%d there, %d back", ab, ba)
		case (ab == 0) != (a == b):
			t.Fatalf("%d between %q and %q", ab, a, b)
		case ac > ab+bc:
			t.Fatalf("the way by %q is shorter", b)
		case ab > max(len(a), len(b)):
			t.Fatalf("%d is more than to write it anew", ab)
		}
	})
}
