package eval

import "github.com/holdfast-ml/holdfast/arm/value"

// Default limits of a [Budget]; far above what the largest published template needs, and reached in about a second.
const (
	DefaultSteps = 5_000_000
	DefaultBytes = 128 << 20
)

// Limits that are not worth a setting.
const (
	maxDepth       = 5_000   // nested calls over variables and user functions
	maxResultNodes = 250_000 // values in one result
	maxNesting     = 500     // levels of arrays and objects in one value
	valueBytes     = 96      // what one element of an array or member of an object costs, about
)

// Budget bounds what evaluation may do, so that a hostile template ends in a clear error. One budget is shared by
// all machines of an expansion; it must not be used by several goroutines.
type Budget struct {
	steps, bytes int64
	depth        int
}

// NewBudget allows that many steps (a step is one call, or one element a function looks at) and that many bytes of
// produced values, summed over all expressions. Zero or less gives the default.
func NewBudget(steps, bytes int64) *Budget {
	if steps <= 0 {
		steps = DefaultSteps
	}
	if bytes <= 0 {
		bytes = DefaultBytes
	}
	return &Budget{steps: steps, bytes: bytes}
}

// Spend takes steps off the budget. The error says that none are left; it stays so.
func (b *Budget) Spend(steps int) *Error {
	if b.steps -= int64(steps); b.steps < 0 {
		b.steps = -1
		return limit("the template needs too many steps to evaluate; look for loops that multiply, or raise the limit")
	}
	return nil
}

// Produce takes bytes of new values off the budget, and as many steps as elements were made.
func (b *Budget) Produce(bytes int) *Error {
	if b.bytes -= int64(bytes); b.bytes < 0 {
		b.bytes = -1
		return limit("the values of the template grow too large; look for expressions that double their input")
	}
	return nil
}

func (b *Budget) elements(n int) *Error {
	if err := b.Spend(n); err != nil {
		return err
	}
	return b.Produce(n * valueBytes)
}

func limit(message string) *Error { return &Error{Message: message, Limit: true} }

// Weigh counts v and everything inside it, but not further than most; a value that nests deeper than any service
// reads counts as most. Values share their parts, so a small one can print for ever: whoever writes values out weighs
// them first.
func Weigh(v value.Value, most int) int { return weigh(v, most, maxNesting) }

func weigh(v value.Value, most, depth int) int {
	n := 1
	if depth == 0 {
		return most
	}
	switch v.Kind() {
	case value.ArrayKind:
		for _, e := range v.Elems() {
			if n += weigh(e, most-n, depth-1); n >= most {
				return most
			}
		}
	case value.ObjectKind:
		for _, e := range v.Members() {
			if n += weigh(e, most-n, depth-1); n >= most {
				return most
			}
		}
	}
	return n
}
