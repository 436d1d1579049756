package kusto

import (
	"slices"
	"strings"
)

// Parse reads the text of a query. What it refuses it names, with line and
// column, and says what may stand there. An error is always an *Error.
func Parse(query string) (*Query, error) {
	tokens, err := lex(query)
	if err != nil {
		return nil, err
	}
	p := &parser{text: query, tokens: tokens, tabular: map[string]bool{}, operators: operatorParsers()}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	return q, nil
}

// maxOperators bounds the operators of one pipeline, and the operands of one
// chain.
const maxOperators = 1000

type parser struct {
	text    string
	tokens  []token
	i       int
	depth   int
	tabular map[string]bool // names of lets: whether they are pipelines

	operators map[string]func(*parser, position) (operator, error)
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.i+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.kind != endToken {
		p.i++
	}
	return t
}

func (p *parser) isSign(s string) bool { t := p.peek(); return t.kind == signToken && t.text == s }
func (p *parser) isName(s string) bool { t := p.peek(); return t.kind == nameToken && t.text == s }

func (p *parser) sign(s string) bool {
	if p.isSign(s) {
		p.i++
		return true
	}
	return false
}

func (p *parser) word(s string) bool {
	if p.isName(s) {
		p.i++
		return true
	}
	return false
}

func (p *parser) fail(at position, format string, args ...any) error {
	return place(p.text, at, CodeParser, format, args...)
}

func (p *parser) unsupported(at position, format string, args ...any) error {
	return place(p.text, at, CodeLanguage, format, args...)
}

// expected says what should stand where something else does.
func (p *parser) expected(what string) error {
	t := p.peek()
	if t.kind == endToken {
		return p.fail(t.at, "the query ends where %s should stand", what)
	}
	return p.fail(t.at, "%s should stand where %s stands", what, t.at.token)
}

func (p *parser) need(s string) error {
	if !p.sign(s) {
		return p.expected("'" + s + "'")
	}
	return nil
}

func (p *parser) needWord(s string) error {
	if !p.word(s) {
		return p.expected("'" + s + "'")
	}
	return nil
}

// nest bounds how deep the parser goes; the result undoes it.
func (p *parser) nest() (func(), error) {
	if p.depth >= maxDepth {
		return nil, place(p.text, p.peek().at, CodeLimit, "the query nests deeper than %d levels", maxDepth)
	}
	p.depth++
	return func() { p.depth-- }, nil
}

func (p *parser) query() (*Query, error) {
	q := &Query{text: p.text}
	for {
		for p.sign(";") {
		}
		if p.isName("let") {
			l, err := p.let()
			if err != nil {
				return nil, err
			}
			q.lets = append(q.lets, l)
			continue
		}
		if t := p.peek(); t.kind == nameToken && slices.Contains([]string{"set", "declare", "alias", "restrict", "pattern"}, t.text) &&
			p.ahead(1).kind == nameToken {
			return nil, p.unsupported(t.at, "the statement '%s' is not supported; before the query only let may stand", t.text)
		}
		break
	}
	if p.peek().kind == endToken {
		return nil, p.expected("a table name or an operator")
	}
	main, err := p.pipeline()
	if err != nil {
		return nil, err
	}
	q.main = main
	for p.sign(";") {
	}
	if t := p.peek(); t.kind != endToken {
		return nil, p.expected("'|' or the end of the query")
	}
	return q, nil
}

func (p *parser) let() (let, error) {
	p.take()
	name, at, err := p.columnName("the name of the let")
	if err != nil {
		return let{}, err
	}
	if err := p.need("="); err != nil {
		return let{}, err
	}
	l := let{name: name, at: at}
	if p.isSign("(") && p.ahead(1).kind == signToken && p.ahead(1).text == ")" || p.isName("view") ||
		p.isSign("(") && p.ahead(1).kind == nameToken && p.ahead(2).text == ":" {
		return let{}, p.unsupported(p.peek().at, "a let of a function is not supported; a let may name a scalar or a pipeline")
	}
	start := p.i
	if !p.startsPipeline() {
		expr, err := p.expr()
		if err == nil && p.isSign(";") {
			p.take()
			l.scalar = expr
			p.tabular[name] = false
			return l, nil
		}
		reached := p.i
		p.i = start
		if _, table := err.(*Error); table && !p.isSign("(") || reached == start {
			return let{}, err
		}
	}
	if l.table, err = p.pipeline(); err != nil {
		return let{}, err
	}
	if !p.sign(";") {
		return let{}, p.expected("';' after the let, and then the query")
	}
	p.tabular[name] = true
	return l, nil
}

// startsPipeline says whether what follows must be a pipeline: a table name
// before a bar, an operator, a name of a tabular let, or one of these in
// parentheses.
func (p *parser) startsPipeline() bool {
	n := 0
	for p.ahead(n).kind == signToken && p.ahead(n).text == "(" {
		n++
	}
	t, next := p.ahead(n), p.ahead(n+1)
	if t.kind != nameToken {
		return false
	}
	if tabular, known := p.tabular[t.text]; known {
		return tabular
	}
	if next.kind == signToken && next.text == "|" {
		return true
	}
	if next.kind == signToken && (next.text == ";" || n > 0 && next.text == ")") {
		return t.text != "true" && t.text != "false"
	}
	if t.text == "materialize" || t.text == "union" {
		return true
	}
	return p.operatorAt(n) != "" && next.kind == nameToken
}

// pipeline parses a source and its operators, up to a token that is not a bar.
func (p *parser) pipeline() (*pipeline, error) {
	done, err := p.nest()
	if err != nil {
		return nil, err
	}
	defer done()
	pl := &pipeline{}
	bare, err := p.source(&pl.source)
	if err != nil {
		return nil, err
	}
	for bare || p.sign("|") {
		bare = false
		if len(pl.ops) >= maxOperators {
			return nil, place(p.text, p.peek().at, CodeLimit, "the query has more than %d operators in a row", maxOperators)
		}
		op, err := p.operator()
		if err != nil {
			return nil, err
		}
		pl.ops = append(pl.ops, op)
	}
	return pl, nil
}

// source reads where the rows come from. It is bare when the text begins with an
// operator, and the default table is meant.
func (p *parser) source(s *source) (bare bool, err error) {
	t := p.peek()
	s.at = t.at
	switch {
	case p.sign("("):
		if s.inner, err = p.pipeline(); err != nil {
			return false, err
		}
		return false, p.need(")")
	case t.kind == nameToken && t.text == "union" && p.ahead(1).text != "|":
		p.take()
		s.union, err = p.union(t.at)
		return false, err
	case t.kind == nameToken && t.text == "materialize" && p.ahead(1).text == "(":
		p.i += 2
		if s.inner, err = p.pipeline(); err != nil {
			return false, err
		}
		return false, p.need(")")
	case t.kind == nameToken && slices.Contains([]string{"print", "range", "datatable", "search", "find", "externaldata", "evaluate"}, t.text) &&
		p.ahead(1).text != "|" && p.ahead(1).kind != endToken:
		return false, p.unsupported(t.at, "'%s' is not supported; a query begins with a table, a pipeline in parentheses, union, or one of the operators %s",
			t.text, strings.Join(p.operatorNames(), ", "))
	case t.kind == nameToken && p.ahead(1).text == "(":
		return false, p.unsupported(t.at, "'%s' cannot be called here; a query begins with a table, a pipeline in parentheses, or union", t.text)
	case p.operatorAt(0) != "" && !p.tableFollows():
		return true, nil
	}
	s.table, s.at, err = p.columnName("a table name or an operator")
	return false, err
}

// tableFollows says that the name here is a table although it is spelt like an
// operator, because a bar or the end follows it ("count" alone is the operator).
func (p *parser) tableFollows() bool {
	next := p.ahead(1)
	return next.text == "|" && next.kind == signToken && p.peek().text != "count"
}

// columnName reads a name, plain or as ['name'].
func (p *parser) columnName(what string) (string, position, error) {
	t := p.peek()
	if t.kind == nameToken {
		p.take()
		return t.text, t.at, nil
	}
	if p.isSign("[") && p.ahead(1).kind == textToken && p.ahead(2).text == "]" {
		name := p.ahead(1).value
		p.i += 3
		return name, t.at, nil
	}
	return "", t.at, p.expected(what)
}
