package catalog

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// oddText is a text that a condition compares a variable with, although the
// variable can never have it: most often a slip of the pen.
type oddText struct {
	variable, text string
	known          []string // what the variable can be; nil when that is too much to list
}

// oddTexts finds such texts in comparisons (==, !=, in) of a variable.
func (f *frame) oddTexts(checked *cel.Ast) []oddText {
	var out []oddText
	compare := func(name, text ast.Expr) {
		if name.Kind() != ast.IdentKind || text.Kind() != ast.LiteralKind {
			return
		}
		s, isText := text.AsLiteral().Value().(string)
		v := f.variable(name.AsIdent())
		if !isText || v == nil || s == "" {
			return
		}
		if known, ok := v.canBe(s); !ok {
			out = append(out, oddText{v.name, s, known})
		}
	}
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
			return
		}
		left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
		switch e.AsCall().FunctionName() {
		case operators.Equals, operators.NotEquals:
			compare(left, right)
			compare(right, left)
		case operators.In:
			compare(right, left)
			if right.Kind() == ast.ListKind {
				for _, element := range right.AsList().Elements() {
					compare(left, element)
				}
			}
		}
	}))
	return out
}

// canBe says whether a variable may have, or hold, a text; if not, it gives what
// it can be.
func (v *variable) canBe(text string) (known []string, ok bool) {
	if v.setting == nil {
		switch v.name {
		case "roles":
			return roleWords, slices.Contains(roleWords, text)
		case "location", "regionPair", "groupLocation":
			_, ok := estate.RegionByName(text)
			return nil, ok || text == "global"
		}
		return nil, true
	}
	s := v.setting
	if s.allows(text) || s.Default == any(text) {
		return nil, true
	}
	return s.Allowed, false
}
