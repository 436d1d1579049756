package expr

import "fmt"

// SyntaxError tells where and why an expression string cannot be parsed.
type SyntaxError struct {
	// Offset is the byte offset of the offending token in Text; len(Text)-1 (the closing bracket) when the
	// expression ends too early.
	Offset int
	// Expected names what could have stood there, and Found what did; Found is empty for limits.
	Expected, Found string
	// Text is the whole expression string with its brackets.
	Text string
	// Message is the sentence of Error without the expression.
	Message string
}

// Error echoes the form of the service's own message, so that it can be searched for.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Unable to parse language expression '%s': %s", excerpt(inner(e.Text)), e.Message)
}

const excerptBytes = 400

// excerpt keeps messages readable when somebody feeds a megabyte.
func excerpt(s string) string {
	if len(s) <= excerptBytes {
		return s
	}
	cut := excerptBytes
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "..."
}

func inner(s string) string {
	if n := len(s); n >= 2 && s[0] == '[' && s[n-1] == ']' {
		return s[1 : n-1]
	}
	return s
}
