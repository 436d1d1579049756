package kusto

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	endToken   tokenKind = iota
	nameToken            // a name or keyword; text is the name
	textToken            // a string; value is its content
	numToken             // a number or timespan: 5, 1.5, 0x1F, 7d
	typedToken           // datetime(...), int(...) and so on: text is the type, value what is between the parentheses
	signToken            // operators and punctuation; text is the sign
)

type token struct {
	kind  tokenKind
	text  string
	value string
	at    position
	end   int // offset after the token
}

// maxText bounds the text of a query in bytes.
const maxText = 1 << 20

// typedLiterals are the types whose name before a parenthesis begins a literal.
var typedLiterals = map[string]Type{
	"bool": TypeBool, "boolean": TypeBool, "int": TypeInt, "long": TypeLong, "real": TypeReal, "double": TypeReal,
	"decimal": TypeReal, "datetime": TypeDateTime, "date": TypeDateTime, "timespan": TypeTimespan, "time": TypeTimespan,
	"guid": TypeString, "string": TypeString,
}

// signs in the order in which they are tried.
var signs = []string{
	"==", "=~", "=>", "!=", "!~", "<>", "<=", ">=", "..", "=", "<", ">", "+", "-", "*", "/", "%",
	"|", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "?",
}

func nameStart(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }
func nameRune(r rune) bool  { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

type lexer struct {
	text string
	i    int
}

// lex cuts the text into tokens; the last is the end.
func lex(text string) ([]token, error) {
	if len(text) > maxText {
		return nil, place(text, position{}, CodeLimit, "the query is %d bytes long; %d are allowed", len(text), maxText)
	}
	l := &lexer{text: text}
	var tokens []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == endToken {
			return tokens, nil
		}
	}
}

func (l *lexer) fail(at int, format string, args ...any) error {
	end := min(at+20, len(l.text))
	return place(l.text, position{at, strings.ToValidUTF8(l.text[at:end], "")}, CodeParser, format, args...)
}

func (l *lexer) skip() {
	for l.i < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.i:])
		switch {
		case unicode.IsSpace(r) || r == '\ufeff':
			l.i += n
		case strings.HasPrefix(l.text[l.i:], "//"):
			if end := strings.IndexByte(l.text[l.i:], '\n'); end >= 0 {
				l.i += end
			} else {
				l.i = len(l.text)
			}
		default:
			return
		}
	}
}

func (l *lexer) make(kind tokenKind, start int, text, value string) token {
	return token{kind: kind, text: text, value: value, at: position{start, l.text[start:l.i]}, end: l.i}
}

func (l *lexer) next() (token, error) {
	l.skip()
	start := l.i
	if start >= len(l.text) {
		return token{kind: endToken, at: position{start, "<EOF>"}, end: start}, nil
	}
	rest := l.text[start:]
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\'' || r == '"':
		return l.quoted(start, false)
	case r == '`' && strings.HasPrefix(rest, "```"):
		return l.fenced(start)
	case (r == '@' || r == 'h' || r == 'H') && startsString(rest[1:]):
		verbatim := r == '@'
		l.i++
		if l.text[l.i] == '@' {
			verbatim = true
			l.i++
		}
		return l.quoted(start, verbatim)
	case r >= '0' && r <= '9':
		return l.number(start)
	case nameStart(r):
		return l.name(start)
	case r == '!':
		if n := nameEnd(rest[1:]); n > 0 {
			l.i += 1 + n
			l.tilde()
			return l.make(signToken, start, l.text[start:l.i], ""), nil
		}
	}
	for _, s := range signs {
		if strings.HasPrefix(rest, s) {
			l.i += len(s)
			return l.make(signToken, start, s, ""), nil
		}
	}
	return token{}, l.fail(start, "the character %q does not belong here", r)
}

func startsString(s string) bool {
	s = strings.TrimPrefix(s, "@")
	return strings.HasPrefix(s, "'") || strings.HasPrefix(s, `"`)
}

// nameEnd is the length of the name at the start of s.
func nameEnd(s string) int {
	for i, r := range s {
		if !(nameRune(r) || i == 0 && nameStart(r)) {
			return i
		}
	}
	return len(s)
}

// tilde takes the ~ of in~ and !in~.
func (l *lexer) tilde() {
	if l.i < len(l.text) && l.text[l.i] == '~' {
		l.i++
	}
}

func (l *lexer) name(start int) (token, error) {
	l.i += nameEnd(l.text[start:])
	name := l.text[start:l.i]
	if name == "in" {
		l.tilde()
		return l.make(nameToken, start, l.text[start:l.i], ""), nil
	}
	if _, ok := typedLiterals[name]; ok {
		open := skipSpace(l.text, l.i)
		if open < len(l.text) && l.text[open] == '(' {
			end := strings.IndexByte(l.text[open:], ')')
			if end < 0 {
				return token{}, l.fail(start, "%s( is not closed", name)
			}
			l.i = open + end + 1
			return l.make(typedToken, start, name, strings.TrimSpace(l.text[open+1:open+end])), nil
		}
	}
	return l.make(nameToken, start, name, ""), nil
}

func (l *lexer) number(start int) (token, error) {
	digits := func(ok func(byte) bool) {
		for l.i < len(l.text) && ok(l.text[l.i]) {
			l.i++
		}
	}
	decimal := func(c byte) bool { return c >= '0' && c <= '9' }
	if strings.HasPrefix(l.text[start:], "0x") || strings.HasPrefix(l.text[start:], "0X") {
		l.i += 2
		digits(func(c byte) bool { return decimal(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' })
		return l.make(numToken, start, l.text[start:l.i], ""), nil
	}
	digits(decimal)
	if l.i+1 < len(l.text) && l.text[l.i] == '.' && decimal(l.text[l.i+1]) {
		l.i++
		digits(decimal)
	}
	if l.i < len(l.text) && (l.text[l.i] == 'e' || l.text[l.i] == 'E') {
		j := l.i + 1
		if j < len(l.text) && (l.text[j] == '+' || l.text[j] == '-') {
			j++
		}
		if j < len(l.text) && decimal(l.text[j]) {
			l.i = j
			digits(decimal)
		}
	}
	l.i += nameEnd(l.text[l.i:]) // a unit of time
	return l.make(numToken, start, l.text[start:l.i], ""), nil
}

// fenced reads a string between two lines of three back quotes, as it is.
func (l *lexer) fenced(start int) (token, error) {
	end := strings.Index(l.text[start+3:], "```")
	if end < 0 {
		return token{}, l.fail(start, "the string is not closed")
	}
	l.i = start + 3 + end + 3
	return l.make(textToken, start, "", l.text[start+3:start+3+end]), nil
}

// quoted reads the string whose opening quote is at l.i.
func (l *lexer) quoted(start int, verbatim bool) (token, error) {
	quote := l.text[l.i]
	var b strings.Builder
	for l.i++; l.i < len(l.text); l.i++ {
		c := l.text[l.i]
		switch {
		case c == quote:
			l.i++
			if verbatim && l.i < len(l.text) && l.text[l.i] == quote {
				b.WriteByte(quote)
				continue
			}
			return l.make(textToken, start, "", b.String()), nil
		case c == '\n':
			return token{}, l.fail(start, "the string is not closed at the end of the line; expected %c", quote)
		case c == '\\' && !verbatim:
			if err := l.escape(&b); err != nil {
				return token{}, err
			}
		default:
			b.WriteByte(c)
		}
	}
	return token{}, l.fail(start, "the string is not closed; expected %c", quote)
}

// escape reads what follows a backslash and leaves l.i on its last byte.
func (l *lexer) escape(b *strings.Builder) error {
	at := l.i
	l.i++
	if l.i >= len(l.text) {
		return l.fail(at, "the string ends in a backslash")
	}
	switch c := l.text[l.i]; c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'v':
		b.WriteByte('\v')
	case 'a':
		b.WriteByte('\a')
	case '0':
		b.WriteByte(0)
	case '\\', '\'', '"':
		b.WriteByte(c)
	case 'u', 'x':
		n := 4
		if c == 'x' {
			n = 2
		}
		r, ok := hexRune(l.text[l.i+1:], n)
		if !ok {
			return l.fail(at, `\%c needs %d hexadecimal digits`, c, n)
		}
		l.i += n
		b.WriteRune(r)
	default:
		return l.fail(at, `\%c is not an escape of Kusto; write \\ for a backslash, or @"…" for a string without escapes`, c)
	}
	return nil
}

func hexRune(s string, n int) (rune, bool) {
	if len(s) < n {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[:n]) {
		d := strings.IndexByte(hexDigits, c|0x20)
		if c >= '0' && c <= '9' {
			d = int(c - '0')
		}
		if d < 0 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}
