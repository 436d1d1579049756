package control

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// term is one comparison of a $filter: name eq 'value', or a function such as
// atScope() with its arguments.
type term struct {
	name  string // in lower case
	op    string // eq, ne, or substringof, startswith
	value string
}

// filter reads the part of OData that ARM's lists take: comparisons with eq and
// ne and the functions substringof, startswith, atScope and assignedTo, joined by
// and.
func filter(text string) ([]term, error) {
	words, ok := lex(text)
	bad := refusal.New(http.StatusBadRequest, "InvalidFilterInQueryString", "Invalid $filter '%s' specified in the query string.", text)
	if !ok {
		return nil, bad
	}
	var out []term
	for i := 0; i < len(words); {
		if len(out) > 0 {
			if !strings.EqualFold(words[i], "and") {
				return nil, bad
			}
			i++
		}
		rest := words[i:]
		switch {
		case len(rest) >= 3 && rest[1] == "(" && rest[2] == ")": // atScope()
			out, i = append(out, term{strings.ToLower(rest[0]), "()", ""}), i+3
		case len(rest) >= 4 && rest[1] == "(" && rest[3] == ")": // assignedTo('x')
			v, quoted := unquote(rest[2])
			if !quoted {
				return nil, bad
			}
			out, i = append(out, term{strings.ToLower(rest[0]), "()", v}), i+4
		case len(rest) >= 6 && rest[1] == "(" && rest[3] == "," && rest[5] == ")":
			name, v := rest[2], rest[4]
			if strings.EqualFold(rest[0], "substringof") {
				name, v = v, name
			} else if !strings.EqualFold(rest[0], "startswith") {
				return nil, bad
			}
			text, quoted := unquote(v)
			if !quoted {
				return nil, bad
			}
			out, i = append(out, term{strings.ToLower(name), strings.ToLower(rest[0]), text}), i+6
		case len(rest) >= 3 && (strings.EqualFold(rest[1], "eq") || strings.EqualFold(rest[1], "ne")):
			v, _ := unquote(rest[2])
			out, i = append(out, term{strings.ToLower(rest[0]), strings.ToLower(rest[1]), v}), i+3
		default:
			return nil, bad
		}
	}
	return out, nil
}

// lex splits a filter into words, quoted texts with their quotes, brackets and
// commas; false for a text that does not end.
func lex(s string) ([]string, bool) {
	var out []string
	for i := 0; i < len(s); {
		switch ch := s[i]; {
		case ch == ' ' || ch == '\t':
			i++
		case ch == '(' || ch == ')' || ch == ',':
			out, i = append(out, s[i:i+1]), i+1
		case ch == '\'':
			end := i + 1
			for ; end < len(s); end++ {
				if s[end] != '\'' {
					continue
				}
				if end+1 < len(s) && s[end+1] == '\'' {
					end++
					continue
				}
				break
			}
			if end >= len(s) {
				return nil, false
			}
			out, i = append(out, s[i:end+1]), end+1
		default:
			end := i
			for end < len(s) && !strings.ContainsRune(" \t(),'", rune(s[end])) {
				end++
			}
			out, i = append(out, s[i:end]), end
		}
	}
	return out, true
}

// unquote takes the quotes off a text; false when it has none.
func unquote(s string) (string, bool) {
	if len(s) < 2 || s[0] != '\'' {
		return s, false
	}
	return strings.ReplaceAll(s[1:len(s)-1], "''", "'"), true
}

// holds says whether a text fits the comparison.
func (t term) holds(text string) bool {
	switch t.op {
	case "eq":
		return strings.EqualFold(text, t.value)
	case "ne":
		return !strings.EqualFold(text, t.value)
	case "substringof":
		return strings.Contains(strings.ToLower(text), strings.ToLower(t.value))
	case "startswith":
		return strings.HasPrefix(strings.ToLower(text), strings.ToLower(t.value))
	}
	return true
}
