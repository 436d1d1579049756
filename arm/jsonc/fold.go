package jsonc

import (
	"unicode"
	"unicode/utf8"
)

// EqualFold reports whether two names are equal but for letter case, as .NET's
// OrdinalIgnoreCase comparison has it: each character by itself through its
// simple upper-case mapping, and no mapping between ASCII and other letters
// (the long s and the dotless i stay what they are).
func EqualFold(a, b string) bool {
	i := 0
	for ; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x|y >= utf8.RuneSelf {
			return equalFoldSlow(a[i:], b[i:])
		}
		if x == y {
			continue
		}
		if x |= 0x20; x != y|0x20 || x < 'a' || x > 'z' {
			return false
		}
	}
	return len(a) == len(b)
}

func equalFoldSlow(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y && upper(x) != upper(y) {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return len(a) == len(b)
}

func upper(r rune) rune {
	u := unicode.ToUpper(r)
	if u < utf8.RuneSelf && r >= utf8.RuneSelf {
		return r
	}
	return u
}
