package cli

import (
	"fmt"
	"strings"
)

// didYouMean is a hint with the nearest of the words, whatever its letter case,
// or otherwise when none is near.
func didYouMean(word string, words []string, otherwise string) string {
	best, distance := "", len(word)/2+1
	for _, w := range words {
		if d := editDistance(strings.ToLower(word), strings.ToLower(w)); d < distance {
			best, distance = w, d
		}
	}
	if best == "" {
		return otherwise
	}
	return fmt.Sprintf("did you mean %q? %s", best, otherwise)
}

// editDistance is the number of single-byte edits between a and b (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
