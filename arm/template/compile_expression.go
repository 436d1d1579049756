package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
)

// compileExpression parses an expression and links its functions.
func compileExpression(s string) (*expr.Expr, *expr.SyntaxError) { return eval.Parse(s) }

// foldName gives the form in which names that ARM takes as equal are equal.
func foldName(s string) string { return strings.ToLower(s) }
