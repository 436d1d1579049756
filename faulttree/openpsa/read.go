package openpsa

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// Source is a file: its name, which errors mention, and its content.
type Source struct {
	Name   string
	Reader io.Reader
}

// Note says what was left out, and that the fault trees are whole without it.
type Note struct {
	Place faulttree.Place
	Text  string
}

func (n Note) String() string { return fmt.Sprintf("%s: %s", n.Place, n.Text) }

const (
	maxErrors     = 20  // told at once
	maxComponents = 64  // within each other
	maxName       = 512 // bytes
)

// ReadFiles reads files that make one model together.
func ReadFiles(names ...string) (*faulttree.Model, []Note, error) {
	var sources []Source
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		sources = append(sources, Source{name, f})
	}
	return Read(sources...)
}

// Read reads sources that make one model together. Errors say file, line and
// column; several are told at once, one on a line. The model is checked: no name
// is undefined or defined twice, nothing is defined by itself. Probabilities are
// found by [faulttree.Model.Evaluate].
func Read(sources ...Source) (*faulttree.Model, []Note, error) {
	r := &reader{model: &faulttree.Model{}, events: table[symbol]{}, params: table[*expression.Parameter]{}, groups: map[string]*faulttree.CommonCause{}}
	left := &budget{maxElements}
	for _, s := range sources {
		root, err := parse(s.Name, s.Reader, left)
		if err != nil {
			return nil, nil, err
		}
		r.document(root)
	}
	for _, resolve := range r.later {
		if len(r.errs) >= maxErrors {
			break
		}
		resolve()
	}
	if len(r.errs) > 0 {
		return nil, r.notes, errors.Join(r.errs...)
	}
	if err := r.model.Check(); err != nil {
		return nil, r.notes, err
	}
	set := expression.NewSet()
	for _, p := range r.model.Parameters {
		if _, err := set.Add(expression.Of(p)); err != nil {
			return nil, r.notes, err
		}
	}
	if _, _, err := r.model.Expressions(); err != nil {
		return nil, r.notes, err
	}
	return r.model, r.notes, nil
}

// reader collects definitions first and resolves what they refer to later, when
// all names are known.
type reader struct {
	model  *faulttree.Model
	notes  []Note
	errs   []error
	events table[symbol] // gates, basic and house events share their names
	params table[*expression.Parameter]
	groups map[string]*faulttree.CommonCause
	later  []func()
}

// scope is a fault tree or component.
type scope struct {
	path    string // "" outside of fault trees
	private bool
	depth   int
}

func (r *reader) fail(err error) {
	if err != nil && len(r.errs) < maxErrors {
		r.errs = append(r.errs, err)
	}
}

func (r *reader) document(root *element) {
	if root.name != "opsa-mef" {
		r.fail(root.errorf("the file holds <%s>: a model in the Open-PSA format starts with <opsa-mef>", root.name))
		return
	}
	if name, ok := root.attr("name"); ok && r.model.Name == "" {
		r.model.Name = name
	}
	for _, e := range root.children {
		switch e.name {
		case "label", "attributes":
		case "define-fault-tree":
			if r.model.Name == "" {
				r.model.Name, _ = e.attr("name")
			}
			r.component(e, scope{})
		case "model-data":
			for _, d := range e.children {
				if d.name != "define-gate" && d.name != "define-component" && d.name != "define-CCF-group" {
					r.definition(d, e, scope{})
				} else {
					r.fail(d.errorf("unexpected <%s> in <model-data>", d.name))
				}
			}
		case "define-CCF-group":
			r.group(e, scope{})
		case "define-event-tree", "define-initiating-event", "define-rule", "define-sequence", "define-functional-event", "define-consequence", "define-consequence-group":
			name, _ := e.attr("name")
			r.notes = append(r.notes, Note{e.place, fmt.Sprintf("<%s> %s is not read: only fault trees are", e.name, name)})
		case "define-alignment", "define-substitution", "define-extern-library", "define-extern-function":
			r.fail(e.errorf("<%s> is not supported, and the fault trees would have another result without it", e.name))
		default:
			r.fail(e.errorf("unexpected <%s> in <opsa-mef>", e.name))
		}
	}
}

// component reads a fault tree or a component within one.
func (r *reader) component(e *element, outer scope) {
	name, ok := r.name(e)
	if !ok {
		return
	}
	in := scope{path: join(outer.path, name), private: r.role(e, outer), depth: outer.depth + 1}
	if in.depth > maxComponents {
		r.fail(e.errorf("components are nested more than %d deep", maxComponents))
		return
	}
	for _, c := range e.children {
		switch c.name {
		case "define-component":
			r.component(c, in)
		case "define-CCF-group":
			r.group(c, in)
		default:
			r.definition(c, e, in)
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// role says whether what e defines is private to its scope.
func (r *reader) role(e *element, in scope) bool {
	role, ok := e.attr("role")
	switch {
	case !ok:
		return in.private
	case role == "private" || role == "public":
		return role == "private"
	}
	r.fail(e.errorf("the role is %q: it must be public or private", role))
	return false
}

// name is that of a definition: no reference, so no path.
func (r *reader) name(e *element) (string, bool) {
	name, ok := e.attr("name")
	switch {
	case !ok || name == "":
		r.fail(e.errorf("<%s> has no name", e.name))
		return "", false
	case len(name) > maxName:
		r.fail(e.errorf("the name %s is longer than %d bytes", shortened(name), maxName))
		return "", false
	case strings.ContainsAny(name, ". \t\r\n"):
		r.fail(e.errorf("the name %s must have no dot and no space", shortened(name)))
		return "", false
	}
	return name, true
}

// definition reads what fault trees, components and model data define.
func (r *reader) definition(e, in *element, sc scope) {
	switch e.name {
	case "label", "attributes":
		return
	case "define-gate", "define-basic-event", "define-house-event", "define-parameter":
	default:
		r.fail(e.errorf("unexpected <%s> in <%s>", e.name, in.name))
		return
	}
	name, ok := r.name(e)
	if !ok {
		return
	}
	private := r.role(e, sc) && sc.path != ""
	full := name
	if private {
		full = join(sc.path, name)
	}
	label, body := contents(e)
	switch e.name {
	case "define-gate":
		r.gate(e, sc, private, full, label, body)
	case "define-basic-event":
		ev := &faulttree.Event{Name: full, Label: label, Probability: math.NaN(), Place: e.place}
		if !declare(r, r.events, e, sc, private, symbol{event: ev}) {
			return
		}
		r.model.Events = append(r.model.Events, ev)
		if len(body) > 1 {
			r.fail(body[1].errorf("event %s has more than one expression", name))
		} else if len(body) == 1 {
			r.later = append(r.later, func() { ev.Value = r.expression(body[0], sc) })
		}
	case "define-house-event":
		h := &faulttree.House{Name: full, Label: label, Place: e.place}
		if !declare(r, r.events, e, sc, private, symbol{house: h}) {
			return
		}
		r.model.Houses = append(r.model.Houses, h)
		if len(body) > 1 || len(body) == 1 && body[0].name != "constant" {
			r.fail(e.errorf("house event %s must have one <constant>", name))
		} else if len(body) == 1 {
			h.State = r.boolean(body[0])
		}
	case "define-parameter":
		p := &expression.Parameter{Name: full, Label: label, Place: e.place}
		p.Unit, _ = e.attr("unit")
		if !declare(r, r.params, e, sc, private, p) {
			return
		}
		r.model.Parameters = append(r.model.Parameters, p)
		if len(body) != 1 {
			r.fail(e.errorf("parameter %s has %d expressions: it must have one", name, len(body)))
			return
		}
		r.later = append(r.later, func() { p.Value = r.expression(body[0], sc) })
	}
}

func (r *reader) gate(e *element, sc scope, private bool, full, label string, body []*element) {
	g := &faulttree.Gate{Name: full, Label: label, Place: e.place}
	if !declare(r, r.events, e, sc, private, symbol{gate: g}) {
		return
	}
	r.model.Gates = append(r.model.Gates, g)
	if len(body) != 1 {
		r.fail(e.errorf("gate %s has %d formulas: it must have one", full, len(body)))
		return
	}
	r.later = append(r.later, func() { g.Formula = r.formula(body[0], sc) })
}

// contents splits the label from what else an element holds.
func contents(e *element) (label string, body []*element) {
	for _, c := range e.children {
		switch c.name {
		case "label":
			label = strings.Join(strings.Fields(c.text), " ")
		case "attributes":
		default:
			body = append(body, c)
		}
	}
	return label, body
}
