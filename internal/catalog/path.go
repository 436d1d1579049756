package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// fieldPath is a compiled path of a setting or a match.
type fieldPath struct {
	steps   []step
	star    int    // the first step over all elements, -1 without one
	special string // the name of what the estate itself knows of a resource
}

// step is one piece of a path: a member, an element, or all elements.
type step struct {
	key   string
	index int // of an element when key is ""; every for all of them
}

const every = -1

// parsePath reads the syntax that [Setting] describes.
func parsePath(text string) (fieldPath, error) {
	p := fieldPath{star: -1}
	for piece := range strings.SplitSeq(text, ".") {
		key, rest, bracketed := strings.Cut(piece, "[")
		if key == "" || strings.ContainsAny(key, " ]*") {
			return fieldPath{}, fmt.Errorf("the path %q has an empty or odd part: write member names with dots between them, such as sku.name", text)
		}
		p.steps = append(p.steps, step{key: key})
		for bracketed {
			inside, after, closed := strings.Cut(rest, "]")
			n, err := strconv.ParseUint(inside, 10, 16)
			switch {
			case closed && inside == "*":
				if p.star < 0 {
					p.star = len(p.steps)
				}
				p.steps = append(p.steps, step{index: every})
			case closed && err == nil:
				p.steps = append(p.steps, step{index: int(n)})
			default:
				return fieldPath{}, fmt.Errorf("the path %q has odd brackets: write [*] for every element or [0] for the first one", text)
			}
			if after != "" && after[0] != '[' {
				return fieldPath{}, fmt.Errorf("the path %q goes on after a bracket: put a dot there", text)
			}
			rest, bracketed = strings.CutPrefix(after, "[")
		}
	}
	switch text {
	case "name", "location", "id", "type", "service", "zones", "implied":
		p.special = text
	}
	return p, nil
}

// inProperties says that the path leads below "properties".
func (p *fieldPath) inProperties() bool {
	return len(p.steps) > 0 && p.steps[0].key == "properties"
}

// walk goes from v along steps without [*]. An unknown on the way is the result,
// with its cases followed to the end of the path if it has some; absent stands
// for what is not there.
func walk(v value.Value, steps []step) value.Value {
	for i := range steps {
		switch {
		case v.IsUnknown():
			u := *v.Unknown()
			if u.Choice == nil {
				return v
			}
			u.Choice = &value.Choice{Cond: u.Choice.Cond, Then: walk(u.Choice.Then, steps[i:]), Else: walk(u.Choice.Else, steps[i:])}
			return value.FromUnknown(u).WithUse(v.Use())
		case steps[i].key != "":
			v = v.Get(steps[i].key)
		default:
			v = v.At(steps[i].index)
		}
	}
	return v
}

// find goes along the path up to its first [*].
func (p *fieldPath) find(body value.Value) value.Value {
	if p.star >= 0 {
		return walk(body, p.steps[:p.star])
	}
	return walk(body, p.steps)
}

// each calls f with every value that the path leads to from v: one for a path
// without [*], else one per element, absent for an element that lacks the rest.
// It says whether there is something at the end of the path, or a list at its
// first [*].
func (p *fieldPath) each(v value.Value, f func(value.Value)) bool {
	if p.star < 0 {
		v = walk(v, p.steps)
		f(v)
		return !v.IsNull()
	}
	return eachElement(v, p.steps, f)
}

func eachElement(v value.Value, steps []step, f func(value.Value)) bool {
	for i, s := range steps {
		if s.key != "" || s.index != every {
			continue
		}
		list := walk(v, steps[:i])
		if list.IsUnknown() {
			f(list)
			return true
		}
		if list.Kind() != value.ArrayKind {
			return false
		}
		for _, e := range list.Elems() {
			eachElement(e, steps[i+1:], f)
		}
		return true
	}
	f(walk(v, steps))
	return true
}
