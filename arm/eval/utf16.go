package eval

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The language counts strings in UTF-16 code units, as .NET does. These functions do so without converting where
// nothing but ASCII is involved.

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func utf16Len(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// utf16Slice gives the code units from (inclusive) to (exclusive); bounds must be right. Half of a surrogate pair,
// which Go cannot hold, becomes U+FFFD.
func utf16Slice(s string, from, to int) string {
	if isASCII(s) {
		return s[from:to]
	}
	units := utf16.Encode([]rune(s))
	return string(utf16.Decode(units[from:to]))
}

// foldUnits gives the code units of s in upper case, letter by letter as .NET's OrdinalIgnoreCase compares.
func foldUnits(s string) []uint16 {
	units := make([]uint16, 0, len(s))
	for _, r := range s {
		if u := unicode.ToUpper(r); (u > 0xFFFF) == (r > 0xFFFF) {
			r = u
		}
		units = utf16.AppendRune(units, r)
	}
	return units
}

// indexFold finds the first or last place of t in s without regard to case, in code units; -1 when absent.
func indexFold(s, t string, last bool) int {
	if t == "" {
		if last && s != "" {
			// The service of 2021 answered with the last index, not the length; newer .NET versions differ.
			return utf16Len(s) - 1
		}
		return 0
	}
	if isASCII(s) && isASCII(t) {
		s, t = strings.ToLower(s), strings.ToLower(t)
		if last {
			return strings.LastIndex(s, t)
		}
		return strings.Index(s, t)
	}
	return indexUnits(foldUnits(s), foldUnits(t), last)
}

func indexUnits(s, t []uint16, last bool) int {
	at := -1
	for i := 0; i+len(t) <= len(s); i++ {
		if matchUnits(s[i:], t) {
			if at = i; !last {
				break
			}
		}
	}
	return at
}

func matchUnits(s, t []uint16) bool {
	for j, u := range t {
		if s[j] != u {
			return false
		}
	}
	return true
}

// hasPrefixFold and hasSuffixFold compare an end of s with t without regard to case.
func hasPrefixFold(s, t string) bool {
	if len(s) >= len(t) && isASCII(t) {
		return strings.EqualFold(s[:len(t)], t)
	}
	a, b := foldUnits(s), foldUnits(t)
	return len(a) >= len(b) && matchUnits(a, b)
}

func hasSuffixFold(s, t string) bool {
	if len(s) >= len(t) && isASCII(t) {
		return strings.EqualFold(s[len(s)-len(t):], t)
	}
	a, b := foldUnits(s), foldUnits(t)
	return len(a) >= len(b) && matchUnits(a[len(a)-len(b):], b)
}
