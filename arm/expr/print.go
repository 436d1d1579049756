package expr

import (
	"encoding/json"
	"strconv"
	"strings"
)

// String returns the canonical text of the tree without outer brackets. It can be parsed again: a parsed tree comes
// back Equal; value literals come back as the calls they print as, which mean the same.
func (e *Expr) String() string { return string(e.Append(nil)) }

// Append appends the text of String to b.
func (e *Expr) Append(b []byte) []byte {
	if e == nil {
		return b
	}
	switch e.Kind {
	case KindCall:
		b = append(b, e.Name...)
		return appendArgs(b, e.Args)
	case KindMember:
		b = e.Args[0].Append(b)
		if plainMember(e.Name) {
			return append(append(b, '.'), e.Name...)
		}
		return append(appendQuoted(append(b, '['), e.Name), ']')
	case KindIndex:
		b = e.Args[0].Append(b)
		return append(e.Args[1].Append(append(b, '[')), ']')
	case KindString:
		return appendQuoted(b, e.Text)
	case KindInt:
		if !fitsLiteral(e.Num) {
			return append(strconv.AppendInt(append(b, "json('"...), e.Num, 10), "')"...)
		}
		return strconv.AppendInt(b, e.Num, 10)
	case KindValue:
		return appendValue(b, e.Text)
	}
	return b
}

func appendArgs(b []byte, args []*Expr) []byte {
	b = append(b, '(')
	for i, a := range args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = a.Append(b)
	}
	return append(b, ')')
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '\'')
	for {
		i := strings.IndexByte(s, '\'')
		if i < 0 {
			return append(append(b, s...), '\'')
		}
		b = append(append(b, s[:i+1]...), '\'')
		s = s[i+1:]
	}
}

// plainMember reports whether a name can follow a dot.
func plainMember(name string) bool {
	s := scanner{src: name, end: len(name)}
	t := s.memberName()
	return t.kind == tokName && t.start == 0 && t.end == len(name)
}

// appendValue prints a JSON text with the functions that make values.
func appendValue(b []byte, text string) []byte {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	out, err := appendNext(b, d, 0)
	if err != nil || d.More() {
		return append(appendQuoted(append(b, "json("...), text), ')')
	}
	return out
}

var errTooDeep = &SyntaxError{Message: "the value nests too deep to print as calls"}

func appendNext(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	if depth > MaxDepth/2 {
		return b, errTooDeep
	}
	t, err := d.Token()
	if err != nil {
		return b, err
	}
	switch t := t.(type) {
	case nil:
		return append(b, "null()"...), nil
	case bool:
		return append(strconv.AppendBool(b, t), "()"...), nil
	case string:
		return appendQuoted(b, t), nil
	case json.Number:
		if n, err := strconv.ParseInt(t.String(), 10, 32); err == nil {
			return strconv.AppendInt(b, n, 10), nil
		}
		return append(append(append(b, "json('"...), t.String()...), "')"...), nil
	case json.Delim:
		if t == '[' {
			b = append(b, "createArray("...)
		} else {
			b = append(b, "createObject("...)
		}
		for i := 0; d.More(); i++ {
			if i > 0 {
				b = append(b, ", "...)
			}
			if b, err = appendNext(b, d, depth+1); err != nil {
				return b, err
			}
		}
		_, err = d.Token()
		return append(b, ')'), err
	}
	return b, errTooDeep
}
