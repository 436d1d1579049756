package html

import (
	"fmt"
	"math"
	"strconv"
)

// Range is one row of a plot of ranges: a value with the interval around it, and a
// second value of another kind (0: none).
type Range struct {
	Name             string
	Low, Value, High float64
	Other            float64
}

// The geometry of plots, in pixels.
const (
	plotWidth  = 760
	rangeRow   = 34
	labelSpace = 190
	plotTop    = 18
	axisSpace  = 46
	plotRight  = 24
	curveTall  = 380
	curveLeft  = 70
	curveTop   = 34  // with room for the name of the axis
	mostSpan   = 1e6 // between the ends of a logarithmic axis
)

// Ranges draws values on a logarithmic axis, with the interval around each; unit
// says what they are, value and other what the two kinds are called. Values that
// are not above 0, or a million times less than the greatest, stand at the left end.
func Ranges(title, unit, value, other string, rows []Range) *Drawing {
	d := &Drawing{Title: title, Width: plotWidth, Height: plotTop + len(rows)*rangeRow + axisSpace}
	low, high := math.Inf(1), 0.0
	for _, r := range rows {
		for _, x := range []float64{r.Low, r.Value, r.High, r.Other} {
			if x > 0 {
				low, high = math.Min(low, x), math.Max(high, x)
			}
		}
	}
	if high == 0 {
		low, high = 1, 10
	}
	low = math.Max(low, high/mostSpan)
	from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	if to <= from {
		to = from + 1
	}
	at := func(x float64) float64 {
		if x < low {
			return labelSpace
		}
		return labelSpace + (math.Log10(x)-from)/(to-from)*(plotWidth-labelSpace-plotRight)
	}
	bottom := float64(plotTop + len(rows)*rangeRow)
	for e := from; e <= to; e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v <= math.Pow(10, to)*1.001 {
				d.line("grid", at(v), plotTop, at(v), bottom)
				d.word("tick", "middle", at(v), bottom+16, plain(v))
			}
		}
	}
	d.word("axis", "middle", (labelSpace+plotWidth-plotRight)/2, bottom+36, unit)
	for i, r := range rows {
		y := float64(plotTop+i*rangeRow) + rangeRow/2
		d.word("row", "end", labelSpace-12, y+4, r.Name)
		d.line("range", at(r.Low), y, at(r.High), y)
		d.line("range", at(r.Low), y-5, at(r.Low), y+5)
		d.line("range", at(r.High), y-5, at(r.High), y+5)
		d.mark(0, at(r.Value), y, fmt.Sprintf("%s, %s: %s (%s to %s)", r.Name, value, plain(r.Value), plain(r.Low), plain(r.High)))
		if r.Other > 0 {
			d.mark(1, at(r.Other), y, fmt.Sprintf("%s, %s: %s", r.Name, other, plain(r.Other)))
		}
		d.Description += fmt.Sprintf("%s: %s %s, from %s to %s. ", r.Name, value, plain(r.Value), plain(r.Low), plain(r.High))
	}
	d.legend(value, other)
	return d
}

// Curve is a series of a plot of steps, by rising X.
type Curve struct {
	Name   string
	Points []Point
}

// Point is one point of a curve, with a word on what it is.
type Point struct {
	X, Y  float64
	Title string
}

// Steps draws curves of what is lost over what it costs, as stairs: between two
// points nothing else is to be had. Goal is a level that is wanted (0: none).
func Steps(title, xUnit, yUnit, goalName string, goal float64, curves []Curve) *Drawing {
	d := &Drawing{Title: title, Width: plotWidth, Height: curveTop + curveTall + axisSpace}
	x, y := newScale(curves, func(p Point) float64 { return p.X }), newScale(curves, func(p Point) float64 { return p.Y })
	if goal > 0 {
		y.take(goal)
	}
	y.take(0)
	x.round()
	y.round()
	left, right, bottom := float64(curveLeft), float64(plotWidth-plotRight), float64(curveTop+curveTall)
	atX := func(v float64) float64 { return left + x.share(v)*(right-left) }
	atY := func(v float64) float64 { return bottom - y.share(v)*float64(curveTall) }
	for _, v := range x.ticks() {
		d.line("grid", atX(v), curveTop, atX(v), bottom)
		d.word("tick", "middle", atX(v), bottom+16, plain(v))
	}
	for _, v := range y.ticks() {
		d.line("grid", left, atY(v), right, atY(v))
		d.word("tick", "end", left-8, atY(v)+4, plain(v))
	}
	d.word("axis", "middle", (left+right)/2, bottom+36, xUnit)
	d.word("axis", "start", 4, 14, yUnit)
	if goal > 0 {
		d.line("goal", left, atY(goal), right, atY(goal))
		d.word("goal-name", "end", right, atY(goal)-6, goalName)
	}
	var names []string
	for n, c := range curves {
		names = append(names, c.Name)
		for i, p := range c.Points {
			if i > 0 {
				d.line(fmt.Sprintf("stair series-%d", n), atX(c.Points[i-1].X), atY(c.Points[i-1].Y), atX(p.X), atY(c.Points[i-1].Y))
				d.line(fmt.Sprintf("stair series-%d", n), atX(p.X), atY(c.Points[i-1].Y), atX(p.X), atY(p.Y))
			}
			d.mark(n, atX(p.X), atY(p.Y), p.Title)
		}
		if last := len(c.Points) - 1; last >= 0 {
			d.Description += fmt.Sprintf("%s: %d points, from %s at %s to %s at %s. ", c.Name, last+1, plain(c.Points[0].Y), plain(c.Points[0].X), plain(c.Points[last].Y), plain(c.Points[last].X))
		}
	}
	d.legend(names...)
	return d
}

// scale is a linear axis.
type scale struct{ low, high, step float64 }

func newScale(curves []Curve, of func(Point) float64) *scale {
	s := &scale{low: math.Inf(1), high: math.Inf(-1)}
	for _, c := range curves {
		for _, p := range c.Points {
			s.take(of(p))
		}
	}
	return s
}

func (s *scale) take(v float64) { s.low, s.high = math.Min(s.low, v), math.Max(s.high, v) }

// round chooses a step of 1, 2 or 5 times a power of ten, about six of which span
// the axis.
func (s *scale) round() {
	if math.IsInf(s.low, 0) {
		s.low, s.high = 0, 1
	}
	if s.high-s.low < 1e-9*math.Max(1, math.Abs(s.high)) {
		s.low, s.high = s.low-0.05*math.Max(1, math.Abs(s.low)), s.high+0.05*math.Max(1, math.Abs(s.high))
	}
	raw := (s.high - s.low) / 6
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	s.step = 10 * power
	for _, m := range []float64{1, 2, 5} {
		if m*power >= raw {
			s.step = m * power
			break
		}
	}
	s.low, s.high = math.Floor(s.low/s.step+1e-9)*s.step, math.Ceil(s.high/s.step-1e-9)*s.step
}

func (s *scale) share(v float64) float64 { return (v - s.low) / (s.high - s.low) }

func (s *scale) ticks() []float64 {
	n := int(math.Round((s.high - s.low) / s.step))
	out := make([]float64, 0, n+1)
	for i := range n + 1 {
		out = append(out, s.low+float64(i)*s.step)
	}
	return out
}

// plain writes a figure with four digits that matter at most.
func plain(x float64) string {
	if math.Abs(x) < 1e-12 {
		return "0"
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 3, 64), 64)
	if err != nil {
		return "?"
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
