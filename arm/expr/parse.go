package expr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the parser. The first is the service's own; the second is far above the deepest published expression
// and bounds the recursion of everything that walks a tree.
const (
	// MaxLength is the longest expression in UTF-16 code units, brackets included
	// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices).
	MaxLength = 24576
	// MaxDepth is the greatest height of a tree.
	MaxDepth = 200
)

// Parse reads an expression string with its brackets. On bad input the tree is nil and the error says where.
func Parse(s string) (*Expr, *SyntaxError) {
	p := parser{}
	p.src, p.end = s, len(s)-1
	if !IsExpression(s) {
		return nil, p.fail(0, "an expression in brackets", "a literal",
			"an expression starts with one '[' and ends with ']', without white space outside them")
	}
	if len(s) > MaxLength && utf16Length(s) > MaxLength {
		return nil, p.fail(0, "at most "+strconv.Itoa(MaxLength)+" characters", "",
			fmt.Sprintf("the expression has %d characters, the limit is %d; move parts of it into variables", utf16Length(s), MaxLength))
	}
	p.pos = 1
	p.advance()
	e, _ := p.postfix(1)
	if e != nil && p.tok.kind != tokEnd {
		p.unexpected(tokEnd)
	}
	if p.err != nil {
		return nil, p.err
	}
	return e, nil
}

type parser struct {
	scanner
	tok token
	err *SyntaxError

	nodes []Expr  // the rest of the current chunk of nodes
	lists []*Expr // the rest of the current chunk of argument lists
	stack []*Expr // arguments of calls still open
}

func (p *parser) advance() { p.tok = p.next() }

func (p *parser) node(kind Kind, start int) *Expr {
	if len(p.nodes) == 0 {
		// About one node for every ten bytes of a published expression.
		p.nodes = make([]Expr, min(2+(p.end-start)/10, 64))
	}
	e := &p.nodes[0]
	p.nodes = p.nodes[1:]
	e.Kind, e.Start = kind, int32(start)
	return e
}

// list copies arguments into a slice of their exact length.
func (p *parser) list(args ...*Expr) []*Expr {
	n := len(args)
	if n == 0 {
		return nil
	}
	if len(p.lists) < n {
		p.lists = make([]*Expr, max(n, min(2+(p.end-p.pos)/10, 64)))
	}
	l := p.lists[:n:n]
	p.lists = p.lists[n:]
	copy(l, args)
	return l
}

// postfix reads a primary and its chain. It returns the tree and its height, or nil after an error.
func (p *parser) postfix(depth int) (*Expr, int) {
	e, height := p.primary(depth)
	for e != nil {
		start := int(e.Start)
		switch p.tok.kind {
		case tokDot:
			p.tok = p.memberName()
			if p.tok.kind != tokName {
				return p.unexpected(tokName)
			}
			m := p.node(KindMember, start)
			m.Name, m.End, m.Args = p.src[p.tok.start:p.tok.end], int32(p.tok.end), p.list(e)
			e, height = sized(m), height+1
			p.advance()
		case tokLeftBracket:
			p.advance()
			index, h := p.postfix(depth + 1)
			if index == nil {
				return nil, 0
			}
			if p.tok.kind != tokRightBracket {
				return p.unexpected(tokRightBracket)
			}
			m := p.node(KindIndex, start)
			m.End, m.Args = int32(p.tok.end), p.list(e, index)
			e, height = sized(m), max(height, h)+1
			p.advance()
		default:
			return e, height
		}
		if depth+height-1 > MaxDepth {
			return p.tooDeep(start)
		}
	}
	return nil, 0
}

func (p *parser) primary(depth int) (*Expr, int) {
	t := p.tok
	if depth > MaxDepth {
		return p.tooDeep(t.start)
	}
	switch t.kind {
	case tokString:
		e := p.node(KindString, t.start)
		e.Text, e.End = p.src[t.start+1:t.end-1], int32(t.end)
		if t.escaped {
			e.Text = strings.ReplaceAll(e.Text, "''", "'")
		}
		p.advance()
		return sized(e), 1
	case tokInteger:
		n, err := strconv.ParseInt(p.src[t.start:t.end], 10, 32)
		if err != nil {
			p.err = p.fail(t.start, "a 32-bit integer", tokenNames[t.kind], fmt.Sprintf(
				"the integer '%s' at position '%d' does not fit 32 bits; write json('%[1]s')", excerpt(p.src[t.start:t.end]), t.start))
			return nil, 0
		}
		e := p.node(KindInt, t.start)
		e.Num, e.End = n, int32(t.end)
		p.advance()
		return sized(e), 1
	case tokName:
		return p.call(depth)
	}
	return p.unexpected(tokName)
}

func (p *parser) call(depth int) (*Expr, int) {
	name := p.tok
	text := p.src[name.start:name.end]
	p.advance()
	if p.tok.kind == tokDot {
		p.advance()
		if p.tok.kind != tokName {
			return p.unexpected(tokName)
		}
		if member := p.src[p.tok.start:p.tok.end]; p.tok.start == name.end+1 {
			text = p.src[name.start:p.tok.end]
		} else {
			text += "." + member
		}
		p.advance()
	}
	if p.tok.kind != tokLeftParen {
		return p.unexpected(tokLeftParen)
	}
	e := p.node(KindCall, name.start)
	e.Name = text
	p.advance()
	base, height := len(p.stack), 0
	for p.tok.kind != tokRightParen || len(p.stack) > base {
		arg, h := p.postfix(depth + 1)
		if arg == nil {
			return nil, 0
		}
		p.stack, height = append(p.stack, arg), max(height, h)
		if p.tok.kind == tokRightParen {
			break
		}
		if p.tok.kind != tokComma {
			return p.unexpected(tokRightParen)
		}
		p.advance()
	}
	e.End = int32(p.tok.end)
	e.Args = p.list(p.stack[base:]...)
	p.stack = p.stack[:base]
	p.advance()
	return sized(e), height + 1
}

// unexpected records the error of the current token unless there is one, and returns what failing rules return.
func (p *parser) unexpected(want tokenKind) (*Expr, int) {
	if p.err != nil {
		return nil, 0
	}
	t := p.tok
	expected, found := tokenNames[want], tokenNames[t.kind]
	switch t.kind {
	case tokInvalid:
		found = p.src[t.start:t.end]
		p.err = p.fail(t.start, expected, found, fmt.Sprintf("the string character '%s' at position '%d' is not expected%s",
			found, t.start, characterHint(found)))
	case tokOpenString:
		p.err = p.fail(t.start, "Literal", found, fmt.Sprintf("the string that starts at position '%d' has no closing quote", t.start))
	case tokEnd:
		p.err = p.fail(t.start, expected, found, fmt.Sprintf("expected token '%s' and actual 'EndOfData'", expected))
	default:
		hint := ""
		switch {
		case want == tokLeftParen:
			hint = "; a name must be a function call, a text stands in single quotes"
		case want == tokName && t.kind == tokInteger:
			hint = "; a fraction is written json('0.5'), an element [0]"
		}
		p.err = p.fail(t.start, expected, found, fmt.Sprintf("expected token '%s' and actual '%s' at position '%d'%s",
			expected, found, t.start, hint))
	}
	return nil, 0
}

// characterHint tells authors coming from other languages what to write instead.
func characterHint(found string) string {
	switch found {
	case "\"":
		return "; strings stand in single quotes"
	case "{":
		return "; objects are made with createObject() or json()"
	case "+", "-", "*", "/", "%", "=", "<", ">", "!", "&", "|", "?":
		return "; there are no operators, use functions such as add(), equals(), and(), if()"
	}
	return ""
}

func (p *parser) tooDeep(at int) (*Expr, int) {
	if p.err == nil {
		p.err = p.fail(at, fmt.Sprintf("at most %d levels", MaxDepth), "",
			fmt.Sprintf("the expression nests deeper than %d levels; move parts of it into variables", MaxDepth))
	}
	return nil, 0
}

func (p *parser) fail(offset int, expected, found, message string) *SyntaxError {
	return &SyntaxError{Offset: offset, Expected: expected, Found: found, Text: p.src, Message: message}
}

func utf16Length(s string) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}
