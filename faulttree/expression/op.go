package expression

// Op is what a node does with its arguments.
type Op uint8

// The operations, with the names of the Open-PSA format where they differ.
const (
	Constant    Op = iota // float, int or bool: Node.Value
	Ref                   // parameter: Node.Parameter
	MissionTime           // system-mission-time
	Pi
	Neg
	Add
	Sub // the first less all others
	Mul
	Div // the first by all others
	Abs
	Acos
	Asin
	Atan
	Cos
	Cosh
	Exp
	Log // natural
	Log10
	Mod // of the integer parts
	Pow
	Sin
	Sinh
	Tan
	Tanh
	Sqrt
	Ceil
	Floor
	Min
	Max
	Mean
	Not // truth is 1, falsehood 0; anything but 0 is true
	And
	Or
	Equal          // eq
	Different      // df
	Less           // lt
	Greater        // gt
	LessOrEqual    // leq
	GreaterOrEqual // geq
	IfThenElse     // ite
	Switch         // condition, value, condition, value, ..., default
	Exponential    // rate, time
	GLM            // probability of not starting, failure rate, repair rate, time
	Weibull        // scale, shape, shift, time
	PeriodicTest   // periodic-test, with 4, 5 or 11 arguments
	Uniform        // uniform-deviate: lower, upper
	Normal         // normal-deviate: mean, standard deviation
	Lognormal      // lognormal-deviate: mean, error factor, level; or mu, sigma
	Gamma          // gamma-deviate: shape, scale
	Beta           // beta-deviate: alpha, beta
	Histogram      // lowest bound, then upper bound and weight of each bin
	opCount
)

// many is the arity of operations that take any number of arguments.
const many = 1 << 30

var ops = [opCount]struct {
	name     string
	min, max int
}{
	Constant: {"float", 0, 0}, Ref: {"parameter", 0, 0}, MissionTime: {"system-mission-time", 0, 0}, Pi: {"pi", 0, 0},
	Neg: {"neg", 1, 1}, Add: {"add", 1, many}, Sub: {"sub", 1, many}, Mul: {"mul", 1, many}, Div: {"div", 1, many},
	Abs: {"abs", 1, 1}, Acos: {"acos", 1, 1}, Asin: {"asin", 1, 1}, Atan: {"atan", 1, 1}, Cos: {"cos", 1, 1},
	Cosh: {"cosh", 1, 1}, Exp: {"exp", 1, 1}, Log: {"log", 1, 1}, Log10: {"log10", 1, 1}, Mod: {"mod", 2, 2},
	Pow: {"pow", 2, 2}, Sin: {"sin", 1, 1}, Sinh: {"sinh", 1, 1}, Tan: {"tan", 1, 1}, Tanh: {"tanh", 1, 1},
	Sqrt: {"sqrt", 1, 1}, Ceil: {"ceil", 1, 1}, Floor: {"floor", 1, 1},
	Min: {"min", 1, many}, Max: {"max", 1, many}, Mean: {"mean", 1, many},
	Not: {"not", 1, 1}, And: {"and", 1, many}, Or: {"or", 1, many},
	Equal: {"eq", 2, 2}, Different: {"df", 2, 2}, Less: {"lt", 2, 2}, Greater: {"gt", 2, 2},
	LessOrEqual: {"leq", 2, 2}, GreaterOrEqual: {"geq", 2, 2},
	IfThenElse: {"ite", 3, 3}, Switch: {"switch", 1, many},
	Exponential: {"exponential", 2, 2}, GLM: {"GLM", 4, 4}, Weibull: {"Weibull", 4, 4}, PeriodicTest: {"periodic-test", 4, 11},
	Uniform: {"uniform-deviate", 2, 2}, Normal: {"normal-deviate", 2, 2}, Lognormal: {"lognormal-deviate", 2, 3},
	Gamma: {"gamma-deviate", 2, 2}, Beta: {"beta-deviate", 2, 2}, Histogram: {"histogram", 3, many},
}

var byName = func() map[string]Op {
	m := map[string]Op{}
	for op := Op(0); op < opCount; op++ {
		m[ops[op].name] = op
	}
	return m
}()

// Named gives the operation with a name of the Open-PSA format. The constants
// int and bool are not among them: they are Constant, as float is.
func Named(name string) (Op, bool) {
	op, ok := byName[name]
	return op, ok
}

// String is the name in the Open-PSA format.
func (o Op) String() string {
	if o < opCount {
		return ops[o].name
	}
	return "unknown operation"
}

// Takes says whether the operation can have n arguments.
func (o Op) Takes(n int) bool {
	if o >= opCount || n < ops[o].min || n > ops[o].max {
		return false
	}
	switch o {
	case PeriodicTest:
		return n == 4 || n == 5 || n == 11
	case Switch, Histogram:
		return n%2 == 1
	}
	return true
}

// Random says whether the operation draws when it is sampled.
func (o Op) Random() bool { return o >= Uniform && o <= Histogram }
