package report

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
)

// NotesByWeight gives the notes with errors first, then warnings, then the
// rest, each in their order.
func NotesByWeight(notes []assess.Note) []assess.Note {
	weight := func(n assess.Note) int {
		if i := slices.Index([]string{"error", "warning"}, n.Severity); i >= 0 {
			return i
		}
		return 2
	}
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b assess.Note) int { return weight(a) - weight(b) })
	return notes
}
