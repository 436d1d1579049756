package kusto

import (
	"slices"
	"strings"
)

var joinKinds = []string{
	"inner", "innerunique", "leftouter", "rightouter", "fullouter", "leftanti", "leftsemi", "rightanti", "rightsemi",
}

var joinAliases = map[string]string{"anti": "leftanti", "leftantisemi": "leftanti", "rightantisemi": "rightanti", "semi": "leftsemi"}

func (p *parser) join(at position) (operator, error) {
	op := joinOp{position: at, kind: "innerunique", kindAt: at}
	err := p.hints(func(name string, v token) error {
		if name != "kind" {
			return p.unsupported(v.at, "join has no parameter '%s' here; it has kind=", name)
		}
		op.kind, op.kindAt = v.text, v.at
		if full, ok := joinAliases[op.kind]; ok {
			op.kind = full
		}
		if !slices.Contains(joinKinds, op.kind) {
			return place(p.text, v.at, CodeJoin, "The join kind \"%s\" is not supported or not allowed. Kinds are %s", v.text, strings.Join(joinKinds, ", "))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if op.right, _, err = p.leg(); err != nil {
		return nil, err
	}
	if err := p.needWord("on"); err != nil {
		return nil, err
	}
	for {
		expr, err := p.expr()
		if err != nil {
			return nil, err
		}
		if op.on, err = p.joinKeys(op.on, expr); err != nil {
			return nil, err
		}
		if !p.sign(",") {
			return op, nil
		}
	}
}

// leg reads the operand of join or union: a table, or a pipeline in parentheses.
func (p *parser) leg() (*pipeline, string, error) {
	if p.sign("(") {
		pl, err := p.pipeline()
		if err != nil {
			return nil, "", err
		}
		return pl, pl.source.table, p.need(")")
	}
	name, at, err := p.columnName("a table, or a pipeline in parentheses")
	return &pipeline{source: source{at: at, table: name}}, name, err
}

// joinKeys reads the conditions of a join: a column, or $left.a == $right.b, or
// several of these joined by and.
func (p *parser) joinKeys(keys []joinKey, expr node) ([]joinKey, error) {
	const shape = "join compares columns: on name, or on $left.a == $right.b, several of them with commas or and"
	switch e := expr.(type) {
	case nameRef:
		return append(keys, joinKey{e.position, e.name, e.name}), nil
	case logical:
		if e.or {
			return nil, p.fail(e.position, shape)
		}
		for _, arg := range e.args {
			var err error
			if keys, err = p.joinKeys(keys, arg); err != nil {
				return nil, err
			}
		}
		return keys, nil
	case operation:
		a, aSide := joinSide(e.left)
		b, bSide := joinSide(e.right)
		if e.op == "==" && aSide == "$left" && bSide == "$right" {
			return append(keys, joinKey{e.position, a, b}), nil
		}
		if e.op == "==" && aSide == "$right" && bSide == "$left" {
			return append(keys, joinKey{e.position, b, a}), nil
		}
	}
	return nil, p.fail(expr.place(), shape)
}

func joinSide(n node) (column, side string) {
	m, ok := n.(memberOf)
	if !ok {
		return "", ""
	}
	base, ok := m.base.(nameRef)
	if !ok {
		return "", ""
	}
	return m.key, base.name
}

func (p *parser) union(at position) (*unionOp, error) {
	op := &unionOp{position: at}
	err := p.hints(func(name string, v token) error {
		switch {
		case name == "kind" && (v.text == "inner" || v.text == "outer"):
			op.inner = v.text == "inner"
		case name == "withsource":
			op.withSource = v.text
		case name == "isfuzzy":
			return p.unsupported(v.at, "isfuzzy is not supported: Resource Graph allows no fuzzy resolution of union legs")
		default:
			return p.unsupported(v.at, "union has no parameter '%s' here; it has kind=inner, kind=outer and withsource=", v.at.token)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for {
		leg, name, err := p.leg()
		if err != nil {
			return nil, err
		}
		op.legs, op.names = append(op.legs, leg), append(op.names, name)
		if !p.sign(",") {
			return op, nil
		}
	}
}

func (p *parser) typeName() (Type, error) {
	t := p.take()
	if t.kind == nameToken {
		if t.text == "dynamic" {
			return TypeDynamic, nil
		}
		if typ, ok := typedLiterals[t.text]; ok {
			return typ, nil
		}
	}
	return 0, p.fail(t.at, "'%s' is no type; types are bool, int, long, real, string, datetime, timespan, guid and dynamic", t.at.token)
}

func (p *parser) typeofType() (Type, error) {
	if err := p.needWord("typeof"); err != nil {
		return 0, err
	}
	if err := p.need("("); err != nil {
		return 0, err
	}
	typ, err := p.typeName()
	if err != nil {
		return 0, err
	}
	return typ, p.need(")")
}

func (p *parser) expand(at position) (operator, error) {
	op := expandOp{position: at}
	for p.peek().kind == nameToken && p.ahead(1).text == "=" {
		name, v := p.peek().text, p.ahead(2)
		switch {
		case name == "with_itemindex" && v.kind == nameToken:
			op.itemIndex = v.text
		case (name == "kind" || name == "bagexpansion") && (v.text == "bag" || v.text == "array"):
			op.array = v.text == "array"
		case name == "kind" || name == "bagexpansion":
			return nil, p.fail(v.at, "%s= wants bag or array", name)
		default:
			name = ""
		}
		if name == "" {
			break
		}
		p.i += 3
	}
	for {
		n, err := p.item()
		if err != nil {
			return nil, err
		}
		item := expandItem{named: n}
		if p.word("to") {
			item.typed = true
			if item.to, err = p.typeofType(); err != nil {
				return nil, err
			}
		}
		op.items = append(op.items, item)
		if !p.sign(",") {
			break
		}
	}
	if p.word("limit") {
		limit, err := p.expr()
		if err != nil {
			return nil, err
		}
		op.limit = limit
	}
	return op, nil
}

// parse reads parse [kind=simple|regex] expr with pattern.
func (p *parser) parse(at position, where bool) (operator, error) {
	op := parseOp{position: at, where: where}
	err := p.hints(func(name string, v token) error {
		if name != "kind" || v.text != "simple" && v.text != "regex" {
			return p.unsupported(v.at, "parse has no parameter '%s' here; it has kind=simple and kind=regex", v.at.token)
		}
		op.regex = v.text == "regex"
		return nil
	})
	if err != nil {
		return nil, err
	}
	if op.expr, err = p.expr(); err != nil {
		return nil, err
	}
	if err := p.needWord("with"); err != nil {
		return nil, err
	}
	for {
		t := p.peek()
		switch {
		case p.sign("*"):
			op.parts = append(op.parts, parsePart{at: t.at, star: true})
		case t.kind == textToken:
			p.take()
			op.parts = append(op.parts, parsePart{at: t.at, text: t.value})
		case t.kind == nameToken || p.isSign("["):
			name, at, err := p.columnName("a column")
			if err != nil {
				return nil, err
			}
			part := parsePart{at: at, column: name, typ: TypeString}
			if p.sign(":") {
				if part.typ, err = p.typeName(); err != nil {
					return nil, err
				}
			}
			op.parts = append(op.parts, part)
		case len(op.parts) == 0:
			return nil, p.expected("the pattern of parse: strings, columns and *")
		default:
			return op, nil
		}
	}
}
