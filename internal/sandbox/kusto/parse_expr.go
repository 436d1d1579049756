package kusto

import "strings"

// comparisons are the operators between two operands that do not chain.
var comparisons = map[string]bool{
	"==": true, "=~": true, "!=": true, "<>": true, "!~": true, "<": true, "<=": true, ">": true, ">=": true,
	"has": true, "!has": true, "has_cs": true, "!has_cs": true,
	"hasprefix": true, "!hasprefix": true, "hasprefix_cs": true, "!hasprefix_cs": true,
	"hassuffix": true, "!hassuffix": true, "hassuffix_cs": true, "!hassuffix_cs": true,
	"contains": true, "!contains": true, "contains_cs": true, "!contains_cs": true,
	"startswith": true, "!startswith": true, "startswith_cs": true, "!startswith_cs": true,
	"endswith": true, "!endswith": true, "endswith_cs": true, "!endswith_cs": true,
}

var memberships = map[string]bool{
	"in": true, "!in": true, "in~": true, "!in~": true, "has_any": true, "has_all": true,
}

// expr reads an expression: or, and, comparisons, sums, products, in rising
// strength.
func (p *parser) expr() (node, error) { return p.chain(true) }

// chain reads operands joined by or, or (below it) by and.
func (p *parser) chain(or bool) (node, error) {
	word, operand := "and", p.comparison
	if or {
		done, err := p.nest()
		if err != nil {
			return nil, err
		}
		defer done()
		word, operand = "or", func() (node, error) { return p.chain(false) }
	}
	first, err := operand()
	if err != nil {
		return nil, err
	}
	if !p.isName(word) {
		return first, nil
	}
	chain := logical{position: p.peek().at, or: or, args: []node{first}}
	for p.word(word) {
		next, err := operand()
		if err != nil {
			return nil, err
		}
		chain.args = append(chain.args, next)
	}
	return chain, nil
}

func (p *parser) comparison() (node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	op := t.text
	switch {
	case t.kind != nameToken && t.kind != signToken:
		return left, nil
	case comparisons[op]:
		p.take()
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		if op == "<>" {
			op = "!="
		}
		return operation{t.at, op, left, right}, nil
	case memberships[op]:
		p.take()
		return p.membership(t.at, op, left)
	case op == "between" || op == "!between":
		p.take()
		return p.between(between{position: t.at, not: op == "!between", arg: left})
	case op == "matches":
		p.take()
		if err := p.needWord("regex"); err != nil {
			return nil, err
		}
		right, err := p.sum()
		return operation{t.at, "matches regex", left, right}, err
	case t.kind == signToken && strings.HasPrefix(op, "!"):
		return nil, p.unsupported(t.at, "the operator '%s' is not supported", op)
	}
	return left, nil
}

func (p *parser) between(b between) (node, error) {
	var err error
	if err = p.need("("); err != nil {
		return nil, err
	}
	if b.low, err = p.sum(); err != nil {
		return nil, err
	}
	if err = p.need(".."); err != nil {
		return nil, err
	}
	if b.up, err = p.sum(); err != nil {
		return nil, err
	}
	return b, p.need(")")
}

// membership reads the right side of in: a list of expressions, a dynamic array,
// a tabular let or a pipeline of one column.
func (p *parser) membership(at position, op string, left node) (node, error) {
	n := inList{position: at, op: op, left: left}
	if !p.isSign("(") { // has_any dynamic([...]) and in listName
		e, err := p.sum()
		n.list = []node{e}
		return n, err
	}
	p.take()
	var err error
	if p.startsPipeline() {
		if n.table, err = p.pipeline(); err != nil {
			return nil, err
		}
		return n, p.need(")")
	}
	for {
		e, err := p.expr()
		if err != nil {
			return nil, err
		}
		n.list = append(n.list, e)
		if !p.sign(",") {
			return n, p.need(")")
		}
	}
}

func (p *parser) sum() (node, error)     { return p.arithmetic("+-", p.product) }
func (p *parser) product() (node, error) { return p.arithmetic("*/%", p.sign1) }

func (p *parser) arithmetic(ops string, operand func() (node, error)) (node, error) {
	left, err := operand()
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		t := p.peek()
		if t.kind != signToken || len(t.text) != 1 || !strings.Contains(ops, t.text) {
			return left, nil
		}
		if n >= maxOperators {
			return nil, place(p.text, t.at, CodeLimit, "more than %d operators in a row", maxOperators)
		}
		p.take()
		right, err := operand()
		if err != nil {
			return nil, err
		}
		left = operation{t.at, t.text, left, right}
	}
}

// sign1 reads an operand with its sign.
func (p *parser) sign1() (node, error) {
	t := p.peek()
	if !p.isSign("-") && !p.isSign("+") {
		return p.postfix()
	}
	done, err := p.nest()
	if err != nil {
		return nil, err
	}
	defer done()
	p.take()
	arg, err := p.sign1()
	if err != nil || t.text == "+" {
		return arg, err
	}
	return unary{t.at, arg}, nil
}

// postfix reads an operand with its members and subscripts.
func (p *parser) postfix() (node, error) {
	n, err := p.primary()
	for steps := 0; err == nil; steps++ {
		if steps >= maxOperators {
			return nil, place(p.text, p.peek().at, CodeLimit, "more than %d members in a row", maxOperators)
		}
		at := p.peek().at
		switch {
		case p.sign("."):
			if p.isSign("[") {
				continue // a.['b']
			}
			t := p.peek()
			if t.kind != nameToken {
				return nil, p.expected("the name of a member")
			}
			p.take()
			n = memberOf{t.at, n, t.text}
		case p.sign("["):
			if n, err = p.subscript(at, n); err != nil {
				return nil, err
			}
		default:
			return n, nil
		}
	}
	return n, err
}

// subscript reads the rest of a[1], a['b'], a[-1] or a[expr].
func (p *parser) subscript(at position, base node) (node, error) {
	index, err := p.expr()
	if err != nil {
		return nil, err
	}
	if err := p.need("]"); err != nil {
		return nil, err
	}
	if key, ok := index.(literal); ok && key.typ == TypeString {
		return memberOf{at, base, key.value.s}, nil
	}
	return indexOf{at, base, index}, nil
}

func (p *parser) primary() (node, error) {
	t := p.peek()
	switch t.kind {
	case textToken:
		p.take()
		text := t.value
		for p.peek().kind == textToken { // adjacent strings are one
			text += p.take().value
		}
		return literal{t.at, TypeString, String(text)}, nil
	case numToken:
		p.take()
		return p.number(t)
	case typedToken:
		p.take()
		return p.typed(t)
	case nameToken:
		return p.nameOrCall(t)
	}
	switch {
	case p.sign("("):
		if p.startsPipeline() {
			return nil, p.unsupported(t.at, "a pipeline cannot stand here; it may stand after in, in join and in union")
		}
		e, err := p.expr()
		if err != nil {
			return nil, err
		}
		return e, p.need(")")
	case p.isSign("["):
		name, at, err := p.columnName("a column")
		return nameRef{at, name}, err
	case p.sign("*"):
		return star{t.at}, nil
	}
	return nil, p.expected("an expression")
}

func (p *parser) nameOrCall(t token) (node, error) {
	p.take()
	switch t.text {
	case "true", "false":
		return literal{t.at, TypeBool, Bool(t.text == "true")}, nil
	case "null":
		return nil, p.fail(t.at, "null needs a type: write dynamic(null), int(null) and so on")
	case "dynamic":
		if p.isSign("(") {
			p.take()
			v, err := p.dynamic()
			if err != nil {
				return nil, err
			}
			return literal{t.at, TypeDynamic, v}, p.need(")")
		}
	case "typeof":
		p.i--
		typ, err := p.typeofType()
		return typeOf{t.at, typ}, err
	case "and", "or", "by", "with":
		p.i--
		return nil, p.expected("an expression")
	}
	if !p.isSign("(") {
		return nameRef{t.at, t.text}, nil
	}
	done, err := p.nest()
	if err != nil {
		return nil, err
	}
	defer done()
	p.take()
	c := call{position: t.at, name: t.text}
	if p.sign(")") {
		return c, nil
	}
	for {
		if t.text == "toscalar" && p.startsPipeline() {
			return nil, p.unsupported(t.at, "'toscalar' of a pipeline is not supported; join the pipeline, or use it after in")
		}
		arg, err := p.expr()
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, arg)
		if !p.sign(",") {
			return c, p.need(")")
		}
	}
}
