package kusto

import (
	"strconv"
	"strings"
)

func (p *parser) number(t token) (node, error) {
	s := t.text
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && !strings.HasPrefix(s, "0") {
		return literal{t.at, TypeLong, Long(n)}, nil
	}
	if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X") {
		if n, err := strconv.ParseInt(s[2:], 16, 64); err == nil {
			return literal{t.at, TypeLong, Long(n)}, nil
		}
		return nil, p.fail(t.at, "%s is no hexadecimal number of 64 bits", s)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return literal{t.at, TypeLong, Long(n)}, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") {
		return literal{t.at, TypeReal, Real(f)}, nil
	}
	if v := parseSpan(s); !v.IsNull() && !strings.ContainsAny(s[len(s)-1:], "0123456789.") {
		return literal{t.at, TypeTimespan, v}, nil
	}
	return nil, p.fail(t.at, "%s is neither a number nor a timespan such as 7d, 1.5h, 30m, 10s or 100ms", s)
}

// typed reads datetime(2026-01-31), int(5), bool(null) and so on.
func (p *parser) typed(t token) (node, error) {
	typ := typedLiterals[t.text]
	text := strings.Trim(t.value, `'"`)
	if text == "null" || text == "" && typ == TypeDateTime {
		v := Value{}
		if typ == TypeString {
			v = String("")
		}
		return literal{t.at, typ, v}, nil
	}
	v := convert(String(text), typ)
	if typ == TypeString {
		v = String(text)
	}
	if v.IsNull() {
		return nil, p.fail(t.at, "'%s' is no literal of type %s; to convert an expression write to%s()", t.value, typ, typ)
	}
	return literal{t.at, typ, v}, nil
}

// dynamic reads what stands in dynamic(): JSON, with literals of Kusto and both
// kinds of quotes.
func (p *parser) dynamic() (Value, error) {
	done, err := p.nest()
	if err != nil {
		return Value{}, err
	}
	defer done()
	t := p.take()
	switch {
	case t.kind == textToken:
		return String(t.value), nil
	case t.kind == nameToken && t.text == "null":
		return Value{}, nil
	case t.kind == nameToken && (t.text == "true" || t.text == "false"):
		return Bool(t.text == "true"), nil
	case t.kind == numToken || t.kind == typedToken:
		p.i--
		n, err := p.primary()
		if err != nil {
			return Value{}, err
		}
		return n.(literal).value, nil
	case t.kind == signToken && t.text == "-" && p.peek().kind == numToken:
		v, err := p.dynamic()
		return negate(v), err
	case t.kind == signToken && t.text == "[":
		return p.dynamicArray()
	case t.kind == signToken && t.text == "{":
		return p.dynamicBag()
	}
	if t.kind != endToken {
		p.i--
	}
	return Value{}, p.expected("a JSON value")
}

func (p *parser) dynamicArray() (Value, error) {
	items := []Value{}
	if p.sign("]") {
		return array(items), nil
	}
	for {
		v, err := p.dynamic()
		if err != nil {
			return Value{}, err
		}
		items = append(items, v)
		if !p.sign(",") {
			return array(items), p.need("]")
		}
	}
}

func (p *parser) dynamicBag() (Value, error) {
	var b bagBuilder
	if p.sign("}") {
		return b.value(), nil
	}
	for {
		t := p.take()
		if t.kind != textToken {
			return Value{}, p.fail(t.at, "a key in quotes should stand where %s stands", t.at.token)
		}
		if err := p.need(":"); err != nil {
			return Value{}, err
		}
		v, err := p.dynamic()
		if err != nil {
			return Value{}, err
		}
		b.set(t.value, v)
		if !p.sign(",") {
			return b.value(), p.need("}")
		}
	}
}
