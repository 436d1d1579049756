package report

import "unicode"

// Hidden tells characters that do something without being seen: controls, marks
// of direction, separators of lines.
func Hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
