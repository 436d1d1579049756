package kusto

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// textTest is a string operator: whether a text fits an operand.
type textTest func(text, operand string) bool

// textTests are the string operators without their ! and _cs forms. In the
// forms without _cs both sides come with their case folded.
var textTests = map[string]textTest{
	"has":        hasTerm,
	"hasprefix":  func(s, t string) bool { return hasAt(s, t, true, false) },
	"hassuffix":  func(s, t string) bool { return hasAt(s, t, false, true) },
	"contains":   strings.Contains,
	"startswith": strings.HasPrefix,
	"endswith":   strings.HasSuffix,
}

// hasTerm says whether t stands in s as whole terms, a term being a longest run
// of letters and digits.
func hasTerm(s, t string) bool { return hasAt(s, t, true, true) }

func hasAt(s, t string, begin, end bool) bool {
	if t == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(t)
	last, _ := utf8.DecodeLastRuneInString(t)
	begin, end = begin && alphanumeric(first), end && alphanumeric(last)
	for from := 0; ; {
		i := strings.Index(s[from:], t)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(t):])
		if !(begin && i > 0 && alphanumeric(before)) && !(end && i+len(t) < len(s) && alphanumeric(after)) {
			return true
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		from = i + n
	}
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// fold brings a text to the case in which texts are compared. It allocates
// nothing for text that is in that case.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// wildcard says whether a name fits a pattern in which * stands for any text.
func wildcard(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return strings.HasSuffix(name, parts[len(parts)-1])
}
