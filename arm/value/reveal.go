package value

import "fmt"

// AppendRevealed appends v as compact JSON with its secrets in plain text. It is
// the one door through which secrets leave a value: for the body of a request
// that needs them, never for anything that is shown, logged or kept. Everything
// else prints values by [Value.AppendJSON], which hides them.
//
// A value that is unknown, or holds one, cannot be sent: the error names its
// path and why it is not known.
func (v Value) AppendRevealed(dst []byte) ([]byte, error) {
	return v.appendRevealed(dst, "")
}

func (v Value) appendRevealed(dst []byte, path string) ([]byte, error) {
	var err error
	switch v.kind {
	case ArrayKind:
		dst = append(dst, '[')
		for i, e := range v.Elems() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = e.appendRevealed(dst, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case ObjectKind:
		dst = append(dst, '{')
		first := true
		for k, e := range v.Members() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(AppendQuoted(dst, k), ':')
			if dst, err = e.appendRevealed(dst, path+"."+k); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case UnknownKind:
		if path == "" {
			path = "the value"
		}
		return dst, fmt.Errorf("%s is not known: %s", path, v.Unknown().Reason)
	}
	v.flags &^= flagSecret
	return v.AppendJSON(dst), nil
}
