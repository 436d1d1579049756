package availability

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/holdfast-ml/holdfast/internal/yamlplace"
)

// RateError is something wrong in a file of rates.
type RateError struct {
	File         string
	Line, Column int
	Message      string // what is wrong
	Hint         string // what to do
}

func (e *RateError) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	if e.Hint != "" {
		s += ": " + e.Hint
	}
	return s
}

// With reads a file of rates and gives these rates with those of the file in
// their place. A rate of the file takes over from the one that it replaces what
// it does not say; "service/key-vault" is a rate of one service, taken over from
// "service". The error joins a [RateError] for everything that is wrong.
func (r *Rates) With(name string, src []byte) (*Rates, error) { return parseRates(name, src, r) }

const maxRates = 1 << 20

// rateReader reads a file by its syntax tree, so that every error has its place.
type rateReader struct {
	name string
	errs []*RateError
	base *Rates // nil for the built-in file
}

func parseRates(name string, src []byte, base *Rates) (*Rates, error) {
	y := &rateReader{name: name, base: base}
	out := &Rates{}
	if base != nil {
		out.list, out.origins = slices.Clone(base.list), slices.Clone(base.origins)
	}
	y.file(src, out)
	if base == nil {
		for _, id := range required {
			if out.Get(id) == nil {
				y.errs = append(y.errs, &RateError{name, 1, 1, "there is no rate " + id, "add it"})
			}
		}
	}
	if len(y.errs) == 0 {
		return out, nil
	}
	slices.SortStableFunc(y.errs, func(a, b *RateError) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	errs := make([]error, len(y.errs))
	for i, e := range y.errs {
		errs[i] = e
	}
	return nil, errors.Join(errs...)
}

func (y *rateReader) file(src []byte, out *Rates) {
	if len(src) > maxRates {
		y.errs = append(y.errs, &RateError{y.name, 1, 1, "the file has more than 1 MiB", "name the right file"})
		return
	}
	top := y.parse(src)
	if top == nil {
		if len(y.errs) == 0 {
			y.errs = append(y.errs, &RateError{y.name, 1, 1, "the file is empty", "list the rates below rates:"})
		}
		return
	}
	y.fields(top, "the file", map[string]func(ast.Node){
		"sources": func(n ast.Node) {
			y.each(n, func(n ast.Node) {
				var o Origin
				y.fields(n, "a source", map[string]func(ast.Node){
					"key": y.text(&o.Key), "title": y.text(&o.Title), "where": y.text(&o.Where), "date": y.text(&o.Date),
				})
				out.origins = append(out.origins, o)
			})
		},
		"rates": func(n ast.Node) { y.each(n, func(n ast.Node) { y.rate(n, out) }) },
	})
}

func (y *rateReader) parse(src []byte) (top ast.Node) {
	defer func() {
		if r := recover(); r != nil { // the parser of the library gives up on some texts in this way
			top = nil
			y.errs = append(y.errs, &RateError{y.name, 1, 1, "the file is not YAML that can be read", "check its indentation and quotes"})
		}
	}()
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		e := &RateError{y.name, 1, 1, err.Error(), "check the indentation and the quotes there"}
		var place yaml.Error
		if errors.As(err, &place) {
			e.Message = place.GetMessage()
			if t := place.GetToken(); t != nil && t.Position != nil {
				e.Line, e.Column = t.Position.Line, t.Position.Column
			}
		}
		y.errs = append(y.errs, e)
		return nil
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return doc.Body
		}
	}
	return nil
}

func (y *rateReader) at(n ast.Node, message, hint string) {
	line, column := yamlplace.Of(n)
	y.errs = append(y.errs, &RateError{y.name, line, column, message, hint})
}

func (y *rateReader) line(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

func (y *rateReader) fields(n ast.Node, what string, read map[string]func(ast.Node)) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		y.at(n, what+" is not a mapping", "write it as lines of key: value")
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key := pair.Key.String()
		f := read[key]
		switch {
		case f == nil:
			names := make([]string, 0, len(read))
			for name := range read {
				names = append(names, name)
			}
			slices.Sort(names)
			y.at(pair.Key, fmt.Sprintf("%s has no %q", what, key), "it can have "+strings.Join(names, ", "))
		case seen[key]:
			y.at(pair.Key, fmt.Sprintf("%s has %q twice", what, key), "keep one of them")
		default:
			seen[key] = true
			f(pair.Value)
		}
	}
}

func (y *rateReader) each(n ast.Node, f func(ast.Node)) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		y.at(n, "this is not a list", "begin each of its elements with a dash")
		return
	}
	for _, v := range list.Values {
		f(v)
	}
}

func (y *rateReader) text(into *string) func(ast.Node) {
	return func(n ast.Node) {
		switch n := n.(type) {
		case *ast.StringNode:
			*into = n.Value
		case *ast.LiteralNode:
			*into = strings.TrimSpace(n.Value.Value)
		case ast.ScalarNode:
			*into = n.GetToken().Value
		default:
			y.at(n, "this is not a text", "write it on one line, in quotes where needed")
		}
	}
}

func (y *rateReader) flag(into *bool) func(ast.Node) {
	return func(n ast.Node) {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			y.at(n, "this is neither true nor false", "")
			return
		}
		*into = b.Value
	}
}

// figures reads [value, low, high], or a single value that is certain.
func (y *rateReader) figures(into **Range, most float64, zero bool) func(ast.Node) {
	return func(n ast.Node) {
		nodes := []ast.Node{n}
		if list, ok := n.(*ast.SequenceNode); ok {
			nodes = list.Values
		}
		if len(nodes) != 1 && len(nodes) != 3 {
			y.at(n, fmt.Sprintf("there are %d figures here", len(nodes)), "write one figure, or [value, low, high]")
			return
		}
		v := make([]float64, len(nodes))
		for i, x := range nodes {
			f, err := strconv.ParseFloat(strings.TrimSpace(x.GetToken().Value), 64)
			switch {
			case err != nil || math.IsNaN(f) || math.IsInf(f, 0):
				y.at(x, fmt.Sprintf("%q is no number", x.GetToken().Value), "write it like 0.5")
				return
			case f < 0 || f > most || f == 0 && !zero:
				y.at(x, fmt.Sprintf("%v is out of range", f), "it is above 0 and at most "+strconv.FormatFloat(most, 'g', -1, 64))
				return
			}
			v[i] = f
		}
		r := &Range{v[0], v[0], v[0]}
		if len(v) == 3 {
			r.Low, r.High = v[1], v[2]
		}
		if r.Low > r.Value || r.High < r.Value {
			y.at(n, fmt.Sprintf("%v is not between %v and %v", r.Value, r.Low, r.High), "write [value, low, high]")
			return
		}
		*into = r
	}
}

func (y *rateReader) rate(n ast.Node, out *Rates) {
	x := &Rate{File: y.name, Line: y.line(n)}
	var id string
	if m, ok := n.(*ast.MappingNode); ok {
		for _, p := range m.Values {
			if p.Key.String() == "id" {
				y.text(&id)(p.Value)
			}
		}
	}
	var old *Rate
	if y.base == nil {
		x.File, x.Line = "", 0
	}
	if old = out.Get(id); old == nil {
		old = out.Get(kindOf(id))
	}
	if old != nil {
		x.PerYear, x.Hours, x.Chance, x.Title = old.PerYear, old.Hours, old.Chance, old.Title
	}
	y.fields(n, "a rate", map[string]func(ast.Node){
		"id": y.text(&x.ID), "title": y.text(&x.Title), "basis": y.text(&x.Basis), "estimate": y.flag(&x.Estimate),
		"perYear": y.figures(&x.PerYear, HoursPerYear, true), "hours": y.figures(&x.Hours, 100*HoursPerYear, false), "chance": y.figures(&x.Chance, 1, true),
		"sources": func(n ast.Node) {
			y.each(n, func(n ast.Node) {
				var key string
				y.text(&key)(n)
				if _, ok := out.Origin(key); !ok {
					y.at(n, fmt.Sprintf("there is no source %q", key), "list it below sources:, before the rates")
				}
				x.Sources = append(x.Sources, key)
			})
		},
	})
	y.check(n, x)
	if i := slices.IndexFunc(out.list, func(r *Rate) bool { return r.ID == x.ID }); i >= 0 {
		out.list[i] = x
		return
	}
	out.list = append(out.list, x)
}

// check requires the figures that a rate of its id has, and no others.
func (y *rateReader) check(n ast.Node, x *Rate) {
	if x.ID == "" {
		y.at(n, "the rate has no id", "write id: service, or another of: "+strings.Join(required, ", "))
		return
	}
	if !slices.Contains(required, kindOf(x.ID)) {
		y.at(n, fmt.Sprintf("there is no rate %q", x.ID), "the rates are "+strings.Join(required, ", ")+"; service/key-vault is the rate of one service")
		return
	}
	perYear, hours, chance := shape(x.ID)
	for _, f := range []struct {
		name string
		want bool
		have *Range
	}{{"perYear", perYear, x.PerYear}, {"hours", hours, x.Hours}, {"chance", chance, x.Chance}} {
		switch {
		case f.want && f.have == nil:
			y.at(n, fmt.Sprintf("the rate %s has no %s", x.ID, f.name), "write it as a figure, or as [value, low, high]")
		case !f.want && f.have != nil:
			y.at(n, fmt.Sprintf("the rate %s cannot have %s", x.ID, f.name), "leave it out")
		}
	}
}

func kindOf(id string) string {
	kind, _, _ := strings.Cut(id, "/")
	return kind
}
