package file

import (
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// text is a string of a template in parts: what is written, and expressions that
// give the rest.
type text []part

type part struct {
	lit string
	e   *expr.Expr
}

func literal(s string) text { return text{{lit: s}} }

// textOf takes a string of a template apart, as it is written there.
func textOf(s string) text {
	if !expr.IsExpression(s) {
		plain, _ := expr.Unescape(s)
		return literal(plain)
	}
	e, err := expr.Parse(s)
	if err != nil {
		return literal(s)
	}
	return apart(e)
}

// apart takes an expression that joins texts apart: concat() and format() with a
// plain pattern.
func apart(e *expr.Expr) text {
	switch {
	case e.Kind == expr.KindString:
		return literal(e.Text)
	case e.Kind == expr.KindInt:
		return literal(strconv.FormatInt(e.Num, 10))
	case isCall(e, "concat"):
		var out text
		for _, a := range e.Args {
			out = append(out, apart(a)...)
		}
		return out
	case isCall(e, "format") && len(e.Args) > 0 && e.Args[0].Kind == expr.KindString:
		if out, ok := pattern(e.Args[0].Text, e.Args[1:]); ok {
			return out
		}
	}
	return text{{e: e}}
}

func isCall(e *expr.Expr, name string) bool {
	return e != nil && e.Kind == expr.KindCall && strings.EqualFold(e.Name, name)
}

// pattern takes the pattern of a format() apart; false when it has more than
// plain holes.
func pattern(s string, args []*expr.Expr) (text, bool) {
	var out text
	for {
		at := strings.IndexAny(s, "{}")
		if at < 0 {
			if s != "" {
				out = append(out, part{lit: s})
			}
			return out, true
		}
		hole, rest, closed := strings.Cut(s[at+1:], "}")
		n, err := strconv.Atoi(hole)
		if s[at] == '}' || !closed || err != nil || n < 0 || n >= len(args) {
			return nil, false
		}
		if at > 0 {
			out = append(out, part{lit: s[:at]})
		}
		out = append(out, apart(args[n])...)
		s = rest
	}
}

// join puts texts together, joining neighbours that are written.
func join(all ...text) text {
	var out text
	for _, t := range all {
		for _, p := range t {
			if n := len(out); n > 0 && p.e == nil && out[n-1].e == nil {
				out[n-1].lit += p.lit
				continue
			}
			if p.e == nil && p.lit == "" {
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

// plain gives a text that has no expression in it.
func (t text) plain() (string, bool) {
	t = join(t)
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && t[0].e == nil:
		return t[0].lit, true
	}
	return "", false
}

// expr is the text as an expression, joined as the file does it.
func (t text) expr(formats bool) *expr.Expr {
	t = join(t)
	if s, ok := t.plain(); ok {
		return expr.Str(s)
	}
	if len(t) == 1 {
		return t[0].e
	}
	if !formats {
		args := make([]*expr.Expr, len(t))
		for i, p := range t {
			if args[i] = p.e; p.e == nil {
				args[i] = expr.Str(p.lit)
			}
		}
		return expr.Call("concat", args...)
	}
	var b strings.Builder
	args := []*expr.Expr{nil}
	for _, p := range t {
		if p.e == nil {
			b.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(p.lit))
			continue
		}
		b.WriteString("{" + strconv.Itoa(len(args)-1) + "}")
		args = append(args, p.e)
	}
	args[0] = expr.Str(b.String())
	return expr.Call("format", args...)
}

// write is the text as a string of a template.
func (t text) write(formats bool) string {
	if s, ok := t.plain(); ok {
		return escape(s)
	}
	return "[" + t.expr(formats).String() + "]"
}

// escape writes a text so that it is not taken for an expression.
func escape(s string) string {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return "[" + s
	}
	return s
}

// segments cuts a text at the slashes that are written in it. When that does not
// give n of them they are cut by the template itself.
func (t text) segments(n int, formats bool) []*expr.Expr {
	cut := []text{nil}
	for _, p := range t {
		if p.e != nil {
			cut[len(cut)-1] = append(cut[len(cut)-1], p)
			continue
		}
		for i, s := range strings.Split(p.lit, "/") {
			if i > 0 {
				cut = append(cut, nil)
			}
			cut[len(cut)-1] = append(cut[len(cut)-1], part{lit: s})
		}
	}
	out := make([]*expr.Expr, n)
	for i := range out {
		if len(cut) == n {
			out[i] = cut[i].expr(formats)
			continue
		}
		out[i] = expr.Index(expr.Call("split", t.expr(formats), expr.Str("/")), expr.Int(int64(i)))
	}
	return out
}

// last is the last segment of a text, which may itself be cut by the template.
func (t text) last(n int, formats bool) text {
	all := t.segments(n, formats)
	return apart(all[n-1])
}
