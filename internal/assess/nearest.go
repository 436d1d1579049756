package assess

import "strings"

// nearest gives the word of a list that is spelt most like the given one, ""
// when none is near: at most a third of its letters may differ, or two letters.
func nearest(word string, list []string) string {
	word = strings.ToLower(word)
	best, bestDistance := "", max(len(word)/3, min(len(word)/2, 2))+1
	for _, candidate := range list {
		if d := distance(word, strings.ToLower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is the number of single-letter insertions, deletions and changes
// that lead from a to b (Levenshtein). Long words are cut: nobody misspells those.
func distance(a, b string) int {
	const longest = 64
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, last+1, row[j]+1)
		}
	}
	return row[len(b)]
}
