package assess

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/yamlplace"
)

// Problem is something wrong in a file of the user's.
type Problem struct {
	Origin  estate.Origin
	Message string // what is wrong
	Hint    string // what to do
}

// Error says where, what and what to do.
func (p Problem) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.Origin.File, p.Origin.Line, p.Origin.Column, p.Message)
	if p.Hint != "" {
		s += ": " + p.Hint
	}
	return s
}

// yamlFile reads a YAML file by its syntax tree, so that every problem has its
// place, and all of them are found.
type yamlFile struct {
	name     string
	problems []Problem
}

// yamlField is a key that a mapping may have.
type yamlField struct {
	name string
	read func(ast.Node)
}

const maxYAML = 4 << 20

// parse gives the top of a YAML file, nil for an empty one.
func (y *yamlFile) parse(src []byte) (top ast.Node) {
	top = nil
	if len(src) > maxYAML {
		y.problems = append(y.problems, Problem{estate.Origin{File: y.name, Line: 1, Column: 1}, fmt.Sprintf("the file has more than %d MiB", maxYAML>>20), "name the right file"})
		return nil
	}
	defer func() {
		if r := recover(); r != nil { // the parser of the library gives up on some texts in this way
			top = nil
			y.problems = append(y.problems, Problem{estate.Origin{File: y.name, Line: 1, Column: 1}, "the file is not YAML that can be read", "check its indentation and quotes"})
		}
	}()
	file, err := parser.ParseBytes(bytes.TrimPrefix(src, []byte("\ufeff")), 0)
	if err != nil {
		y.syntax(err)
		return nil
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if top != nil {
			y.at(doc.Body, "a second document begins here", "keep one document in a file")
			break
		}
		top = doc.Body
	}
	if _, null := top.(*ast.NullNode); null {
		return nil
	}
	if _, comment := top.(*ast.CommentGroupNode); comment {
		return nil
	}
	return top
}

func (y *yamlFile) syntax(err error) {
	p := Problem{Origin: estate.Origin{File: y.name, Line: 1, Column: 1}, Message: err.Error(), Hint: "check the indentation and the quotes there"}
	var place yaml.Error
	if errors.As(err, &place) {
		if t := place.GetToken(); t != nil && t.Position != nil {
			p.Origin.Line, p.Origin.Column = t.Position.Line, t.Position.Column
		}
		p.Message = place.GetMessage()
	}
	y.problems = append(y.problems, p)
}

func (y *yamlFile) origin(n ast.Node) estate.Origin {
	line, column := yamlplace.Of(n)
	return estate.Origin{File: y.name, Line: line, Column: column}
}

func (y *yamlFile) at(n ast.Node, message, hint string) {
	y.problems = append(y.problems, Problem{y.origin(n), message, hint})
}

// err gives all problems in the order of their places, nil when there is none.
func (y *yamlFile) err() error {
	slices.SortStableFunc(y.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Origin.Column, b.Origin.Column))
	})
	errs := make([]error, len(y.problems))
	for i, p := range y.problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// pairs lists the keys and values of a mapping.
func (y *yamlFile) pairs(n ast.Node, what string) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case *ast.NullNode, nil:
		return nil
	}
	y.at(n, what+" is not a mapping", "write it as lines of key: value")
	return nil
}

// mapping reads a mapping whose keys are given. It gives the keys that were there.
func (y *yamlFile) mapping(n ast.Node, what string, fields ...yamlField) map[string]bool {
	seen := make(map[string]bool, len(fields))
	for _, pair := range y.pairs(n, what) {
		key := pair.Key.String()
		i := slices.IndexFunc(fields, func(f yamlField) bool { return f.name == key })
		switch {
		case i < 0:
			names := make([]string, len(fields))
			for k, f := range fields {
				names[k] = f.name
			}
			y.at(pair.Key, fmt.Sprintf("%s has no %q", what, key), didYouMean(key, names))
		case seen[key]:
			y.at(pair.Key, fmt.Sprintf("%s has %q twice", what, key), "keep one of them")
		default:
			seen[key] = true
			fields[i].read(pair.Value)
		}
	}
	return seen
}

func didYouMean(word string, list []string) string {
	if n := nearest(word, list); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return "it can have " + strings.Join(list, ", ")
}

// each calls f with the elements of a list.
func (y *yamlFile) each(n ast.Node, what string, f func(ast.Node)) {
	switch n := n.(type) {
	case *ast.SequenceNode:
		for _, v := range n.Values {
			if v != nil {
				f(v)
			}
		}
	case *ast.NullNode, nil:
	default:
		y.at(n, what+" is not a list", "begin each line of it with a dash")
	}
}

// text reads a single value as it is written, without its quotes.
func (y *yamlFile) text(n ast.Node, what string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	y.at(n, what+" is not a text", "write one word or sentence there")
	return "", false
}

func (y *yamlFile) string(into *string, what string) func(ast.Node) {
	return func(n ast.Node) { *into, _ = y.text(n, what) }
}

func (y *yamlFile) strings(into *[]string, what string) func(ast.Node) {
	return func(n ast.Node) {
		if _, list := n.(*ast.SequenceNode); !list {
			if s, ok := y.text(n, what); ok {
				*into = []string{s}
			}
			return
		}
		y.each(n, what, func(n ast.Node) {
			if s, ok := y.text(n, what); ok {
				*into = append(*into, s)
			}
		})
	}
}
