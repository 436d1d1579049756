package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The limits of one file, far above what a catalog needs, keep a hostile file
// from costing more than a moment.
const (
	maxFileBytes = 256 << 10
	maxKeys      = 8000
	maxDepth     = 40
	maxIndent    = 400 // columns before the first character of a line
)

// syntaxError is a place in a YAML file that cannot be read.
type syntaxError struct {
	line, column int
	what, do     string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s; %s", e.line, e.column, e.what, e.do)
}

// readYAML reads the one document of a file. A file without one gives a null
// node.
func readYAML(src []byte) (root node, err error) {
	if err := precheck(src); err != nil {
		return node{}, err
	}
	// The parser is another's: should it break on a hostile file, that is an
	// error of the file.
	defer func() {
		if r := recover(); r != nil {
			err = &syntaxError{1, 1, "this is not YAML that can be read", "simplify it until it can"}
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if err := checkTokens(tokens); err != nil {
		return node{}, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return node{}, fromParser(err)
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return fromAST(doc.Body, 0)
		}
	}
	return node{}, nil
}

// checkTokens refuses what a catalog has no use for before the parser, which is
// quadratic in the number of documents, aliases and keys, comes to see it.
func checkTokens(tokens token.Tokens) error {
	begun := false // the document has begun
	keys := 0
	for _, t := range tokens {
		n := node{line: int32(t.Position.Line), column: int32(t.Position.Column)}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return n.refuse("anchors and aliases are not supported", "write the value out, or use extends")
		case token.TagType:
			return n.refuse("tags are not supported", "leave the tag out")
		case token.MappingKeyType:
			return n.refuse("keys with a question mark are not supported", "write key: value")
		case token.MappingValueType:
			if keys++; keys > maxKeys {
				return n.refuse(fmt.Sprintf("the file has more than %d keys", maxKeys), "split it")
			}
			begun = true
		case token.DirectiveType:
			return n.refuse("directives are not supported", "leave it out")
		case token.DocumentHeaderType:
			if begun {
				return n.refuse("a second document starts here", "put it into a file of its own")
			}
			begun = true
		case token.CommentType, token.SpaceType, token.DocumentEndType:
		default:
			begun = true
		}
	}
	return nil
}

// precheck refuses what the parser would spend too long on: it recurses for
// each level of nesting and is quadratic in places.
func precheck(src []byte) error {
	if len(src) > maxFileBytes {
		return &syntaxError{1, 1, fmt.Sprintf("the file has more than %d bytes", maxFileBytes), "split it"}
	}
	if !utf8.Valid(src) {
		return &syntaxError{1, 1, "the file is not UTF-8", "save it as UTF-8"}
	}
	line := 0
	for text := range strings.Lines(string(src)) {
		line++
		indent := len(text) - len(strings.TrimLeft(text, " \t-?:"))
		depth := strings.Count(text, "[") + strings.Count(text, "{")
		if indent > maxIndent || depth > 4*maxDepth || strings.Count(text[:indent], "-")+strings.Count(text[:indent], "?") > maxDepth {
			return &syntaxError{line, 1, "the line is nested too deeply", fmt.Sprintf("use at most %d levels", maxDepth)}
		}
	}
	return flowDepth(src)
}

// flowDepth bounds how many flow brackets are open at any place, reading
// nothing but brackets: quoted ones count too, which harms nobody who closes
// what he opens.
func flowDepth(src []byte) error {
	depth, line := 0, 1
	for _, c := range src {
		switch c {
		case '[', '{':
			if depth++; depth > 4*maxDepth {
				return &syntaxError{line, 1, "too many brackets are open here", fmt.Sprintf("use at most %d levels", maxDepth)}
			}
		case ']', '}':
			depth = max(depth-1, 0)
		case '\n':
			line++
		}
	}
	return nil
}

func fromParser(err error) error {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
		at := syntax.Token.Position
		return &syntaxError{at.Line, at.Column, "this is not YAML: " + syntax.Message, "mend the syntax"}
	}
	return &syntaxError{1, 1, "this is not YAML: " + err.Error(), "mend the syntax"}
}

func fromAST(n ast.Node, depth int) (node, error) {
	t := n.GetToken()
	out := node{line: int32(t.Position.Line), column: int32(t.Position.Column)}
	if depth > maxDepth {
		return out, out.refuse("this is nested too deeply", fmt.Sprintf("use at most %d levels", maxDepth))
	}
	var err error
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = nullNode
	case *ast.StringNode:
		out.kind, out.text = textNode, n.Value
	case *ast.LiteralNode:
		out.kind, out.text = textNode, n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = textNode, strings.TrimSpace(t.Value)
		if isJSONLiteral(out.text) {
			out.kind = literalNode
		}
	case *ast.SequenceNode:
		out.kind, out.elems = listNode, make([]node, len(n.Values))
		for i, v := range n.Values {
			if out.elems[i], err = fromAST(v, depth+1); err != nil {
				return out, err
			}
		}
	case *ast.MappingNode:
		err = out.addFields(n.Values, depth)
	case *ast.MappingValueNode:
		err = out.addFields([]*ast.MappingValueNode{n}, depth)
	default:
		err = out.refuse("this kind of YAML is not supported", "use mappings, lists and texts")
	}
	return out, err
}

func (n *node) refuse(what, do string) error {
	return &syntaxError{int(n.line), int(n.column), what, do}
}

func (n *node) addFields(values []*ast.MappingValueNode, depth int) error {
	n.kind, n.fields = mapNode, make([]field, len(values))
	for i, v := range values {
		key, err := fromAST(v.Key, depth+1)
		if err != nil {
			return err
		}
		if !key.isScalar() {
			return key.refuse("a key must be a text", "write key: value")
		}
		f := &n.fields[i]
		f.key, f.line, f.column = key.text, key.line, key.column
		if i == 0 { // a mapping stands where its first key does
			n.line, n.column = f.line, f.column
		}
		if f.value, err = fromAST(v.Value, depth+1); err != nil {
			return err
		}
	}
	seen := make(map[string]bool, len(n.fields))
	for i := range n.fields {
		f := &n.fields[i]
		if seen[f.key] {
			return &syntaxError{int(f.line), int(f.column), "the key " + quote(f.key) + " is there twice", "remove one"}
		}
		seen[f.key] = true
	}
	return nil
}

func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:57], "") + "..."
	}
	return strconv.Quote(s)
}
