package eval

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// Ids that are no function of the language; functions[id] treats them like one.
const (
	notLinked     = 0
	notAFunction  = 1
	userDefined   = 2
	listLike      = 3
	firstFunction = 4
)

// Parse reads an expression string and links it: the names of its functions are looked up and its constant parts
// evaluated once. The tree may then be shared and evaluated any number of times.
func Parse(s string) (*expr.Expr, *expr.SyntaxError) {
	e, err := expr.Parse(s)
	if err != nil {
		return nil, err
	}
	link(e, NewBudget(foldSteps, foldBytes))
	return e, nil
}

// Cache keeps linked expressions by their text, as templates repeat theirs many times. The zero value is ready. It
// must not be used by several goroutines.
type Cache struct{ entries map[string]entry }

type entry struct {
	e   *expr.Expr
	err *expr.SyntaxError
}

// Parse is [Parse] with memory.
func (c *Cache) Parse(s string) (*expr.Expr, *expr.SyntaxError) {
	if x, ok := c.entries[s]; ok {
		return x.e, x.err
	}
	e, err := Parse(s)
	if c.entries == nil {
		c.entries = make(map[string]entry)
	}
	c.entries[s] = entry{e, err}
	return e, err
}

// What folding constants may cost: results are kept as long as the expression is.
const (
	foldSteps = 2_000
	foldBytes = 16 << 10
)

// link sets the function ids of a tree and folds constant calls. It reports whether the tree is constant.
func link(e *expr.Expr, budget *Budget) bool {
	constant := true
	for _, a := range e.Args {
		constant = link(a, budget) && constant
	}
	switch e.Kind {
	case expr.KindString, expr.KindInt:
		return true
	case expr.KindCall:
		e.Func = resolve(e.Name)
		if f := &functions[e.Func]; constant && f.flags&pure != 0 {
			return fold(e, budget)
		}
	}
	return false
}

// fold evaluates a call of constants; one that fails is left for evaluation to report.
func fold(e *expr.Expr, budget *Budget) bool {
	m := Machine{Config: Config{Budget: budget}}
	v, err := m.call(e)
	if err != nil || v.IsUnknown() || budget.Produce(valueBytes) != nil {
		return false
	}
	e.Folded = &v
	return true
}

// resolve finds the id of a function by its name, in any case.
func resolve(name string) uint16 {
	var buf [48]byte
	if len(name) > len(buf) {
		return resolveOther(name)
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	if id, ok := functionIDs[string(buf[:len(name)])]; ok {
		return id
	}
	return resolveOther(name)
}

func resolveOther(name string) uint16 {
	switch {
	case strings.IndexByte(name, '.') >= 0:
		return userDefined
	case len(name) >= len("list") && strings.EqualFold(name[:len("list")], "list"):
		return listLike
	}
	return notAFunction
}

// functionOf gives the function that a call names, nil for other nodes and for what is no function of the language.
func functionOf(e *expr.Expr) *function {
	if e.Kind != expr.KindCall {
		return nil
	}
	id := e.Func
	if id == notLinked {
		id = resolve(e.Name)
	}
	if id < firstFunction {
		return nil
	}
	return &functions[id]
}

// Check finds what is wrong with an expression whatever its values are: names of functions that do not exist, calls
// with a wrong number of arguments, lambdas that stand alone or lack a body. User functions are looked up in scope,
// which may be nil.
func Check(e *expr.Expr, scope Scope) []*Error {
	var errs []*Error
	var lambdas []*expr.Expr // nodes where a lambda may stand
	e.Walk(func(n *expr.Expr) bool {
		if n.Kind != expr.KindCall {
			return true
		}
		id := n.Func
		if id == notLinked {
			id = resolve(n.Name)
		}
		f := &functions[id]
		switch {
		case id == notAFunction:
			errs = append(errs, invalidFunction(n).at(n))
		case id == userDefined:
			if scope != nil {
				if u := scope.UserFunction(n.Name); u == nil {
					errs = append(errs, invalidFunction(n).at(n))
				} else if u.Arity() != len(n.Args) {
					errs = append(errs, Arity(n.Name, u.Arity(), len(n.Args)).(*Error).at(n))
				}
			}
		case len(n.Args) < f.min || (f.max >= 0 && len(n.Args) > f.max):
			errs = append(errs, f.arity(n).at(n))
		}
		if f.flags&takesLambda != 0 {
			lambdas = append(lambdas, n.Args...)
		}
		if f.name == "lambda" {
			if !slices.Contains(lambdas, n) {
				errs = append(errs, lambdaAlone(n).at(n))
			} else if _, err := lambdaOf(n); err != nil {
				errs = append(errs, err.at(n))
			}
		}
		return true
	})
	return errs
}

func invalidFunction(e *expr.Expr) *Error {
	msg := "The template function '" + e.Name + "' is not valid"
	if near := nearest(e.Name); near != "" {
		msg += "; did you mean '" + near + "'?"
	}
	return &Error{Function: e.Name, Message: msg}
}

// nearest finds a function that differs by one or two letters from a misspelt name.
func nearest(name string) string {
	best, bestDistance := "", 3
	for i := firstFunction; i < len(functions); i++ {
		n := functions[i].name
		if d := len(n) - len(name); d > 2 || d < -2 || len(name) > 32 {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d < bestDistance && d < len(n)/2 {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
