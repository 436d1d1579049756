package template

import (
	"sync"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// unit is one source file with its expressions parsed: each text once, however
// often it occurs. It does not change after compiling.
type unit struct {
	doc   *jsonc.Document
	exprs []*expr.Expr       // by node index; nil where the node is no expression
	keys  map[int]*expr.Expr // for property names that are expressions
	cache map[string]*expr.Expr
	diags []Diagnostic
}

// Template is a compiled template. It is immutable and safe for concurrent use.
type Template struct {
	unit *unit
	node jsonc.Node
	decl declarations
}

// Parse compiles the template in a document. It always returns a template, as far
// as it could be understood; the diagnostics are those that need no parameters:
// wrong structure and expressions that cannot be parsed, in nested templates too.
// Syntax errors of the JSON text itself were already given by [jsonc.Parse].
func Parse(doc *jsonc.Document) (*Template, []Diagnostic) {
	u := &unit{
		doc:   doc,
		exprs: make([]*expr.Expr, doc.NodeCount()),
		cache: caches.Get().(map[string]*expr.Expr),
	}
	defer u.forget()
	root := doc.Root()
	if root.Kind() != jsonc.Object {
		u.report(Diagnostic{
			Code: CodeStructure, Severity: Error, Message: "the file holds no template: expected a JSON object with $schema and resources",
			Pos: doc.Position(root.Start()),
		})
		return &Template{unit: u, node: root}, u.diags
	}
	t := u.template(root)
	t.checkSize()
	return t, u.diags
}

// caches are maps for the texts of one file. Those of large files are not kept.
var caches = sync.Pool{New: func() any { return make(map[string]*expr.Expr, 64) }}

const largeCache = 1024

func (u *unit) forget() {
	if len(u.cache) <= largeCache {
		clear(u.cache)
		caches.Put(u.cache)
	}
	u.cache = nil
}

// Document returns the file that the template was read from.
func (t *Template) Document() *jsonc.Document { return t.unit.doc }

// Node returns the template object itself: the root of the file, or the nested
// template in it.
func (t *Template) Node() jsonc.Node { return t.node }

func (u *unit) report(d Diagnostic) {
	if len(u.diags) < diagnosticLimit {
		u.diags = append(u.diags, d)
	}
}

// compileTree parses all expressions at and below a node.
func (u *unit) compileTree(n jsonc.Node) {
	if n.Literal() {
		return
	}
	switch n.Kind() {
	case jsonc.String:
		if e := u.parse(n.Str(), n, false); e != nil {
			u.exprs[n.Index()] = e
		}
	case jsonc.Array:
		for c := n.First(); c.IsValid(); c = c.Next() {
			u.compileTree(c)
		}
	case jsonc.Object:
		for c := n.First(); c.IsValid(); c = c.Next() {
			u.compileKey(c)
			u.compileTree(c)
		}
	}
}

// compileKey parses the name of a member when it is an expression.
func (u *unit) compileKey(member jsonc.Node) {
	key := member.Key()
	if key == "" || key[0] != '[' {
		return
	}
	if e := u.parse(key, member, true); e != nil {
		if u.keys == nil {
			u.keys = map[int]*expr.Expr{}
		}
		u.keys[member.Index()] = e
	}
}

// failedExpr stands for expressions that cannot be parsed, so that they are
// reported once and evaluate to an unknown.
var failedExpr = expr.Call("null")

func (u *unit) parse(s string, n jsonc.Node, isKey bool) *expr.Expr {
	if !expr.IsExpression(s) {
		return nil
	}
	if e, ok := u.cache[s]; ok && e != failedExpr {
		return e
	}
	e, err := compileExpression(s)
	if err != nil {
		offset := n.SourceOffset(err.Offset)
		if isKey {
			offset = n.KeySourceOffset(err.Offset)
		}
		u.report(Diagnostic{
			Code: CodeExpressionSyntax, Severity: Error, Message: err.Error(),
			Pos: u.doc.Position(offset), Pointer: n.Pointer(),
		})
		e = failedExpr
	} else {
		u.check(e, n, isKey)
	}
	u.cache[s] = e
	return e
}

// check reports what is wrong with an expression whatever its values are, as not
// every part of it may be evaluated.
func (u *unit) check(e *expr.Expr, n jsonc.Node, isKey bool) {
	for _, err := range eval.Check(e, nil) {
		offset := n.SourceOffset(int(err.Start))
		if isKey {
			offset = n.KeySourceOffset(int(err.Start))
		}
		u.report(Diagnostic{
			Code: CodeExpression, Severity: Error, Message: err.Message,
			Pos: u.doc.Position(offset), Pointer: n.Pointer(),
		})
	}
}

// compileExpression parses an expression and links its functions.
func compileExpression(s string) (*expr.Expr, *expr.SyntaxError) { return eval.ParseShared(s) }
