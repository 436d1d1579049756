package expr

// IsExpression reports whether a string value of a template is an expression: it starts with one '[', not two, and
// ends with ']'. White space outside the brackets makes it a literal.
func IsExpression(s string) bool {
	n := len(s)
	return n >= 2 && s[0] == '[' && s[1] != '[' && s[n-1] == ']'
}

// Unescape returns the text that a literal string value stands for: "[[x]" is an escaped "[x]". The flag tells
// whether a bracket was dropped. It is meant for strings of which IsExpression is false.
func Unescape(s string) (string, bool) {
	if n := len(s); n >= 3 && s[0] == '[' && s[1] == '[' && s[n-1] == ']' {
		return s[1:], true
	}
	return s, false
}
