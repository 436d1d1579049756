package expression

import "math"

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// apply computes an operation that draws nothing; NaN where it is not defined.
func apply(op Op, x []float64) float64 {
	switch {
	case len(x) == 1 && op <= Floor:
		return unary(op, x[0])
	case op <= Mean:
		return arithmetic(op, x)
	case op <= Switch:
		return logic(op, x)
	case !allowed(op, x):
		return math.NaN()
	}
	switch op {
	case Exponential:
		return exponential(x[0], x[1])
	case GLM:
		return glm(x[0], x[1], x[2], x[3])
	case Weibull:
		if x[3] <= x[2] {
			return 0
		}
		return -math.Expm1(-math.Pow((x[3]-x[2])/x[0], x[1]))
	case PeriodicTest:
		return periodicTest(x)
	}
	return math.NaN()
}

func unary(op Op, x float64) float64 {
	switch op {
	case Neg:
		return -x
	case Add, Sub, Mul, Div:
		return x
	case Abs:
		return math.Abs(x)
	case Acos:
		return math.Acos(x)
	case Asin:
		return math.Asin(x)
	case Atan:
		return math.Atan(x)
	case Cos:
		return math.Cos(x)
	case Cosh:
		return math.Cosh(x)
	case Exp:
		return math.Exp(x)
	case Log:
		return math.Log(x)
	case Log10:
		return math.Log10(x)
	case Sin:
		return math.Sin(x)
	case Sinh:
		return math.Sinh(x)
	case Tan:
		return math.Tan(x)
	case Tanh:
		return math.Tanh(x)
	case Sqrt:
		return math.Sqrt(x)
	case Ceil:
		return math.Ceil(x)
	case Floor:
		return math.Floor(x)
	}
	return math.NaN()
}

func arithmetic(op Op, x []float64) float64 {
	r := x[0]
	switch op {
	case Mod:
		a, b := math.Trunc(x[0]), math.Trunc(x[1])
		if b == 0 {
			return math.NaN()
		}
		return math.Mod(a, b)
	case Pow:
		return math.Pow(x[0], x[1])
	}
	for _, v := range x[1:] {
		switch op {
		case Add, Mean:
			r += v
		case Sub:
			r -= v
		case Mul:
			r *= v
		case Div:
			r /= v
		case Min:
			r = math.Min(r, v)
		case Max:
			r = math.Max(r, v)
		}
	}
	if op == Mean {
		r /= float64(len(x))
	}
	return r
}

func logic(op Op, x []float64) float64 {
	switch op {
	case Not:
		return truth(x[0] == 0)
	case And, Or:
		for _, v := range x {
			if (v == 0) == (op == And) {
				return truth(op == Or)
			}
		}
		return truth(op == And)
	case Equal:
		return truth(x[0] == x[1])
	case Different:
		return truth(x[0] != x[1])
	case Less:
		return truth(x[0] < x[1])
	case Greater:
		return truth(x[0] > x[1])
	case LessOrEqual:
		return truth(x[0] <= x[1])
	case GreaterOrEqual:
		return truth(x[0] >= x[1])
	case IfThenElse:
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	case Switch:
		for len(x) > 1 {
			if x[0] != 0 {
				return x[1]
			}
			x = x[2:]
		}
		return x[0]
	}
	return math.NaN()
}
