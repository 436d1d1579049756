package expr

import (
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokString
	tokInteger
	tokLeftParen
	tokRightParen
	tokLeftBracket
	tokRightBracket
	tokComma
	tokDot
	tokOpenString // a string that never ends
	tokInvalid
)

// The service's names of tokens, as they appear in its messages.
var tokenNames = [...]string{
	"EndOfData", "Identifier", "Literal", "Integer", "LeftParenthesis", "RightParenthesis",
	"LeftSquareBracket", "RightSquareBracket", "Comma", "Dot", "EndOfData", "Unknown",
}

// token is a piece of the source; for names and integers src[start:end] is its text.
type token struct {
	kind       tokenKind
	escaped    bool // a string literal with doubled quotes in it
	start, end int
}

const (
	classOther uint8 = iota
	classSpace
	classLetter
	classDigit
)

var classes = func() (t [256]uint8) {
	for _, c := range " \t\r\n" {
		t[c] = classSpace
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = classLetter, classLetter
	}
	t['_'] = classLetter
	for c := '0'; c <= '9'; c++ {
		t[c] = classDigit
	}
	return t
}()

// scanner cuts src[pos:end] into tokens.
type scanner struct {
	src string
	pos int
	end int // offset of the closing bracket
}

func (s *scanner) next() token {
	for s.pos < s.end && classes[s.src[s.pos]] == classSpace {
		s.pos++
	}
	start := s.pos
	if start >= s.end {
		return token{kind: tokEnd, start: s.end, end: s.end}
	}
	c := s.src[start]
	if classes[c] == classLetter {
		s.pos++
		s.restOfName()
		return token{kind: tokName, start: start, end: s.pos}
	}
	kind := tokInvalid
	switch c {
	case '\'':
		return s.stringToken()
	case '(':
		kind = tokLeftParen
	case ')':
		kind = tokRightParen
	case '[':
		kind = tokLeftBracket
	case ']':
		kind = tokRightBracket
	case ',':
		kind = tokComma
	case '.':
		kind = tokDot
	default:
		return s.otherToken()
	}
	s.pos++
	return token{kind: kind, start: start, end: s.pos}
}

// otherToken reads integers, names that begin beyond ASCII, and what the language has no use for.
func (s *scanner) otherToken() token {
	start := s.pos
	c := s.src[start]
	digits := start
	if c == '+' || c == '-' {
		digits++
	}
	if digits < s.end && classes[s.src[digits]] == classDigit {
		for s.pos = digits; s.pos < s.end && classes[s.src[s.pos]] == classDigit; {
			s.pos++
		}
		return token{kind: tokInteger, start: start, end: s.pos}
	}
	r, size := utf8.DecodeRuneInString(s.src[start:s.end])
	s.pos += size
	if c >= utf8.RuneSelf && unicode.IsLetter(r) {
		s.restOfName()
		return token{kind: tokName, start: start, end: s.pos}
	}
	return token{kind: tokInvalid, start: start, end: s.pos}
}

func (s *scanner) restOfName() {
	for s.pos < s.end {
		c := s.src[s.pos]
		if classes[c] >= classLetter {
			s.pos++
			continue
		}
		if c < utf8.RuneSelf {
			return
		}
		r, size := utf8.DecodeRuneInString(s.src[s.pos:s.end])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return
		}
		s.pos += size
	}
}

func (s *scanner) stringToken() token {
	start := s.pos
	t := token{kind: tokOpenString, start: start, end: s.end}
	for s.pos = start + 1; s.pos < s.end; s.pos++ {
		if s.src[s.pos] != '\'' {
			continue
		}
		if s.pos+1 < s.end && s.src[s.pos+1] == '\'' {
			t.escaped = true
			s.pos++
			continue
		}
		s.pos++
		t.kind, t.end = tokString, s.pos
		return t
	}
	return t
}

// memberName extends a name token over '-' and '$', which some property names have and which can be nothing else
// after a dot (whether the service accepts them is not known).
func (s *scanner) memberName() token {
	t := s.next()
	if t.kind == tokInvalid && s.src[t.start] == '$' {
		t.kind = tokName
	}
	if t.kind != tokName {
		return t
	}
	for s.pos < s.end {
		if c := s.src[s.pos]; c == '-' || c == '$' {
			s.pos++
		} else {
			at := s.pos
			if s.restOfName(); s.pos == at {
				break
			}
		}
	}
	t.end = s.pos
	return t
}
