package report

import (
	"strconv"
	"unicode"
)

// Hidden tells characters that do something without being seen: controls, marks
// of direction, separators of lines.
func Hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

func itoa(n int) string { return strconv.Itoa(n) }
