package assess

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/spelling"
)

// nearest gives the word of a list that is spelt most like the given one, ""
// when none is near: at most a third of its letters may differ, or two letters.
func nearest(word string, list []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", max(len(word)/3, min(len(word)/2, 2))+1
	for _, candidate := range list {
		if d := spelling.Distance(word, strings.ToLower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}
