package redact

import "strings"

// members masks the values of secret members wherever text holds JSON, whole or
// cut off, or JSON within a string of JSON, whose quotation marks are escaped.
func members(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '"' && s[i] != '\'' {
			continue
		}
		m, ok := readMember(s, i)
		if !ok {
			continue
		}
		if !Secret(m.name) {
			i = m.afterName - 1
			continue
		}
		end := m.valueEnd(s)
		if end == m.value {
			i = m.afterName - 1
			continue
		}
		quote := strings.Repeat(`\`, m.level) + string(m.quote)
		out.WriteString(s[done:m.value] + quote + Mask + quote)
		done, i = end, end-1
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// found is a name and where its value begins.
type found struct {
	name             string
	quote            byte
	level            int // backslashes before each quotation mark
	afterName, value int
}

const longestName = 64

// readMember reads a name whose first quotation mark is at i, and its colon.
func readMember(s string, i int) (found, bool) {
	m := found{quote: s[i], level: backslashes(s, i)}
	end := i + 1
	for end < len(s) && end-i <= longestName && isName(s[end]) {
		end++
	}
	m.name = s[i+1 : end]
	closing := end + m.level
	if m.name == "" || closing >= len(s) || s[closing] != m.quote || backslashes(s, closing) != m.level {
		return m, false
	}
	m.afterName = closing + 1
	colon := skipSpace(s, m.afterName)
	if colon >= len(s) || s[colon] != ':' {
		return m, false
	}
	m.value = skipSpace(s, colon+1)
	return m, true
}

// valueEnd is the offset behind the value, or its begin when it is none to mask:
// true, false, null, nothing.
func (m found) valueEnd(s string) int {
	opening := m.value + m.level
	switch {
	case m.value >= len(s):
		return m.value
	case opening < len(s) && s[opening] == m.quote && backslashes(s, opening) == m.level:
		return m.stringEnd(s, opening+1)
	case s[m.value] == '{' || s[m.value] == '[':
		return m.bracketEnd(s)
	}
	end := m.value
	for end < len(s) && strings.IndexByte("0123456789+-.eE", s[end]) >= 0 {
		end++
	}
	return end
}

// stringEnd finds the mark that closes a string: one with as many backslashes as
// those of the same level have, with pairs of them before that (escaped
// backslashes), or with fewer, which closes what is around.
func (m found) stringEnd(s string, i int) int {
	for ; i < len(s); i++ {
		if s[i] != m.quote {
			continue
		}
		switch n := backslashes(s, i); {
		case n < m.level:
			return i - n
		case (n-m.level)%(2*(m.level+1)) == 0:
			return i + 1
		}
	}
	return len(s)
}

// bracketEnd finds the bracket that closes an object or a list.
func (m found) bracketEnd(s string) int {
	depth := 0
	for i := m.value; i < len(s); i++ {
		switch s[i] {
		case m.quote:
			i = m.stringEnd(s, i+1) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.$- ", c) >= 0
}

func skipSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

func backslashes(s string, i int) int {
	n := 0
	for i-n > 0 && s[i-n-1] == '\\' {
		n++
	}
	return n
}
