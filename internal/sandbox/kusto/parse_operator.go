package kusto

import (
	"sort"
	"strings"
)

// operatorParsers is what may stand after a bar. It is a function so that the
// table and the parsers may know each other.
func operatorParsers() map[string]func(*parser, position) (operator, error) {
	return map[string]func(*parser, position) (operator, error){
		"where":           (*parser).where,
		"filter":          (*parser).where,
		"project":         func(p *parser, at position) (operator, error) { return p.project(at, false) },
		"extend":          func(p *parser, at position) (operator, error) { return p.project(at, true) },
		"project-away":    func(p *parser, at position) (operator, error) { return p.selection(at, "project-away") },
		"project-keep":    func(p *parser, at position) (operator, error) { return p.selection(at, "project-keep") },
		"project-reorder": func(p *parser, at position) (operator, error) { return p.selection(at, "project-reorder") },
		"project-rename":  (*parser).rename,
		"summarize":       (*parser).summarize,
		"order":           (*parser).sort,
		"sort":            (*parser).sort,
		"take":            (*parser).takeRows,
		"limit":           (*parser).takeRows,
		"top":             (*parser).top,
		"distinct":        (*parser).distinct,
		"count":           func(_ *parser, at position) (operator, error) { return countOp{at}, nil },
		"join":            (*parser).join,
		"union":           func(p *parser, at position) (operator, error) { return p.union(at) },
		"mv-expand":       (*parser).expand,
		"mvexpand":        (*parser).expand,
		"parse":           func(p *parser, at position) (operator, error) { return p.parse(at, false) },
		"parse-where":     func(p *parser, at position) (operator, error) { return p.parse(at, true) },
	}
}

func (p *parser) operatorNames() []string {
	names := make([]string, 0, len(p.operators))
	for n := range p.operators {
		if n != "filter" && n != "mvexpand" {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	return names
}

// hyphenated reads the name n tokens ahead together with the parts that follow
// it without space: project-away.
func (p *parser) hyphenated(n int) (name string, tokens int) {
	t := p.ahead(n)
	if t.kind != nameToken {
		return "", 0
	}
	name, tokens = t.text, 1
	for {
		dash, next := p.ahead(n+tokens), p.ahead(n+tokens+1)
		if dash.text != "-" || dash.kind != signToken || dash.at.offset != t.end || next.kind != nameToken || next.at.offset != dash.end {
			return name, tokens
		}
		name += "-" + next.text
		tokens += 2
		t = next
	}
}

// operatorAt is the operator named n tokens ahead, if there is one.
func (p *parser) operatorAt(n int) string {
	name, _ := p.hyphenated(n)
	if p.operators[name] == nil {
		return ""
	}
	return name
}

func (p *parser) operator() (operator, error) {
	t := p.peek()
	if t.kind != nameToken {
		return nil, p.expected("an operator")
	}
	name, n := p.hyphenated(0)
	at := position{t.at.offset, name}
	parse, ok := p.operators[name]
	if !ok {
		return nil, p.unsupported(at, "the operator '%s' is not supported; supported are %s", name, strings.Join(p.operatorNames(), ", "))
	}
	p.i += n
	return parse(p, at)
}

func (p *parser) where(at position) (operator, error) {
	cond, err := p.expr()
	return whereOp{at, cond}, err
}

// items reads expressions with or without names, up to what cannot belong to
// the list.
func (p *parser) items() ([]named, error) {
	var items []named
	for {
		item, err := p.item()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if !p.sign(",") {
			return items, nil
		}
	}
}

// item reads expr or name = expr.
func (p *parser) item() (named, error) {
	at := p.peek().at
	start := p.i
	if name, nameAt, err := p.columnName("a column"); err == nil && p.sign("=") {
		expr, err := p.expr()
		return named{nameAt, name, expr}, err
	}
	p.i = start
	expr, err := p.expr()
	return named{at, "", expr}, err
}

func (p *parser) project(at position, keep bool) (operator, error) {
	items, err := p.items()
	return projectOp{at, keep, items}, err
}

func (p *parser) rename(at position) (operator, error) {
	items, err := p.items()
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if _, ok := it.expr.(nameRef); !ok || it.name == "" {
			return nil, p.fail(it.at, "project-rename takes new = old, both names of columns")
		}
	}
	return renameOp{at, items}, nil
}

func (p *parser) selection(at position, verb string) (operator, error) {
	op := selectOp{position: at, verb: verb}
	for {
		pat, err := p.namePattern()
		if err != nil {
			return nil, err
		}
		if verb == "project-reorder" {
			for _, order := range []string{"asc", "desc"} {
				if p.word(order) {
					pat.order = order
				}
			}
		}
		op.patterns = append(op.patterns, pat)
		if !p.sign(",") {
			return op, nil
		}
	}
}

// namePattern reads a column name in which stars stand for anything.
func (p *parser) namePattern() (namePattern, error) {
	t := p.peek()
	if p.isSign("[") {
		name, at, err := p.columnName("the name of a column")
		return namePattern{at: at, name: name}, err
	}
	name, end := "", t.at.offset
	for {
		t := p.peek()
		if t.at.offset != end || !(t.kind == nameToken || t.kind == numToken || p.isSign("*")) {
			break
		}
		name += t.at.token
		end = t.end
		p.take()
	}
	if name == "" {
		return namePattern{}, p.expected("the name of a column, with * for any text")
	}
	return namePattern{at: position{t.at.offset, name}, name: name}, nil
}

func (p *parser) summarize(at position) (operator, error) {
	op := summarizeOp{position: at}
	var err error
	if !p.isName("by") {
		if op.aggs, err = p.items(); err != nil {
			return nil, err
		}
	}
	if p.word("by") {
		if op.by, err = p.items(); err != nil {
			return nil, err
		}
	}
	return op, nil
}

func (p *parser) sort(at position) (operator, error) {
	if err := p.needWord("by"); err != nil {
		return nil, err
	}
	keys, err := p.sortKeys()
	return sortOp{at, keys}, err
}

func (p *parser) sortKeys() ([]sortKey, error) {
	var keys []sortKey
	for {
		expr, err := p.expr()
		if err != nil {
			return nil, err
		}
		k := sortKey{expr: expr}
		if p.word("asc") {
			k.asc = true
		} else {
			p.word("desc")
		}
		k.nullsFirst = k.asc
		if p.word("nulls") {
			switch {
			case p.word("first"):
				k.nullsFirst = true
			case p.word("last"):
				k.nullsFirst = false
			default:
				return nil, p.expected("'first' or 'last'")
			}
		}
		keys = append(keys, k)
		if !p.sign(",") {
			return keys, nil
		}
	}
}

func (p *parser) takeRows(at position) (operator, error) {
	n, err := p.expr()
	return takeOp{position: at, count: n}, err
}

func (p *parser) top(at position) (operator, error) {
	n, err := p.expr()
	if err != nil {
		return nil, err
	}
	if err := p.needWord("by"); err != nil {
		return nil, err
	}
	keys, err := p.sortKeys()
	return takeOp{at, n, keys}, err
}

func (p *parser) distinct(at position) (operator, error) {
	if p.sign("*") {
		return distinctOp{position: at, star: true}, nil
	}
	items, err := p.items()
	return distinctOp{position: at, items: items}, err
}

// hints reads name=value pairs before the operand of join, union and so on.
func (p *parser) hints(known func(name string, value token) error) error {
	for {
		t := p.peek()
		if t.kind != nameToken {
			return nil
		}
		name, n := t.text, 1
		for p.ahead(n).text == "." && p.ahead(n+1).kind == nameToken {
			name += "." + p.ahead(n+1).text
			n += 2
		}
		if p.ahead(n).text != "=" || p.ahead(n).kind != signToken {
			return nil
		}
		if strings.HasPrefix(name, "hint.") {
			return p.unsupported(position{t.at.offset, name}, "'%s' is not supported: Resource Graph allows no join strategies or other hints", name)
		}
		value := p.ahead(n + 1)
		if value.kind != nameToken && value.kind != numToken {
			return p.fail(value.at, "%s= wants a word", name)
		}
		p.i += n + 2
		value.at = position{t.at.offset, name + "=" + value.text}
		if err := known(name, value); err != nil {
			return err
		}
	}
}
