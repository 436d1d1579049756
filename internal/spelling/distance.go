// Package spelling tells how far two words are from each other, so that an error
// about a misspelt one can name what was meant.
package spelling

// longest is how much of a word counts: nobody misspells longer ones, and input
// must not decide how much work an error message is.
const longest = 64

// Distance is the number of single-byte insertions, deletions and changes that
// lead from a to b. Of words of more than 64 bytes only the beginnings are
// compared; it is then at least the difference of their lengths. Source: V. I. Levenshtein, "Binary codes capable of
// correcting deletions, insertions, and reversals", 1966.
func Distance(a, b string) int {
	least := max(len(a)-len(b), len(b)-len(a))
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return max(row[len(b)], least)
}
