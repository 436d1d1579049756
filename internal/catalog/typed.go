package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// typedDefault gives Default as the type of the setting has it; false when it is
// none of that type. Without a default it gives nil, true.
func (s *Setting) typedDefault() (any, bool) {
	if s.Default == nil {
		return nil, true
	}
	switch s.Type {
	case "string":
		text, ok := textOfAny(s.Default)
		return text, ok
	case "bool":
		b, ok := s.Default.(bool)
		return b, ok
	case "int":
		n, ok := s.Default.(int64)
		return n, ok
	case "strings":
		return textsOfAny(s.Default)
	}
	return nil, false
}

func textsOfAny(x any) (any, bool) {
	if done, ok := x.([]string); ok {
		return done, true
	}
	list, ok := x.([]any)
	if !ok {
		return nil, false
	}
	out := make([]string, len(list))
	for i := range list {
		if out[i], ok = textOfAny(list[i]); !ok {
			return nil, false
		}
	}
	return out, true
}

func textOfAny(x any) (string, bool) {
	switch x := x.(type) {
	case string:
		return strings.TrimSpace(x), true
	case bool:
		return strconv.FormatBool(x), true
	case int64:
		return formatInt(x), true
	}
	return "", false
}

// allows says that Allowed does not exclude a text.
func (s *Setting) allows(text string) bool {
	return len(s.Allowed) == 0 || slices.Contains(s.Allowed, text)
}
