package eval

import (
	"strings"
	"unicode"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// fnLike matches a whole string with a pattern in which '*' stands for any text, without regard to case.
func fnLike(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	pattern, err := str(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	pieces := strings.Split(pattern, "*")
	if err := m.Budget.Spend(len(pieces)); err != nil {
		return value.Value{}, err
	}
	return value.Bool(matchPieces(upperFold(s), pieces)), nil
}

// matchPieces reports whether a folded string is the pieces with any text between them.
func matchPieces(s string, pieces []string) bool {
	for i := range pieces {
		pieces[i] = upperFold(pieces[i])
	}
	if len(pieces) == 1 {
		return s == pieces[0]
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, p := range pieces[1 : len(pieces)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

func upperFold(s string) string { return strings.Map(unicode.ToUpper, s) }
