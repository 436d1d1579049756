package cli

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/spelling"
)

// didYouMean is a hint with the nearest of the words, whatever its letter case,
// or otherwise when none is near.
func didYouMean(word string, words []string, otherwise string) string {
	best, distance := "", len(word)/2+1
	for _, w := range words {
		if d := spelling.Distance(strings.ToLower(word), strings.ToLower(w)); d < distance {
			best, distance = w, d
		}
	}
	if best == "" {
		return otherwise
	}
	return fmt.Sprintf("did you mean %q? %s", best, otherwise)
}
