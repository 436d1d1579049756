package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// fieldPath is a compiled path of a setting or a match.
type fieldPath []step

// step is one piece of a path: a member, an element, or all elements.
type step struct {
	key   string
	index int // of an element when key is ""; every for all of them
}

const every = -1

// parsePath reads the syntax that [Setting] describes.
func parsePath(text string) (fieldPath, error) {
	var out fieldPath
	for piece := range strings.SplitSeq(text, ".") {
		key, rest, bracketed := strings.Cut(piece, "[")
		if key == "" || strings.ContainsAny(key, " ]*") {
			return nil, fmt.Errorf("the path %q has an empty or odd part: write member names with dots between them, such as sku.name", text)
		}
		out = append(out, step{key: key})
		for bracketed {
			inside, after, closed := strings.Cut(rest, "]")
			n, err := strconv.ParseUint(inside, 10, 16)
			switch {
			case closed && inside == "*":
				out = append(out, step{index: every})
			case closed && err == nil:
				out = append(out, step{index: int(n)})
			default:
				return nil, fmt.Errorf("the path %q has odd brackets: write [*] for every element or [0] for the first one", text)
			}
			if after != "" && after[0] != '[' {
				return nil, fmt.Errorf("the path %q goes on after a bracket: put a dot there", text)
			}
			rest, bracketed = strings.CutPrefix(after, "[")
		}
	}
	return out, nil
}

// star is the position of the first step over all elements, -1 without one.
func (p fieldPath) star() int {
	for i := range p {
		if p[i].key == "" && p[i].index == every {
			return i
		}
	}
	return -1
}

// find walks from v to the end of a path without [*]. An unknown on the way is
// the result; absent stands for what is not there.
func (p fieldPath) find(v value.Value) value.Value {
	for i := range p {
		if v.IsUnknown() {
			return v
		}
		if p[i].key != "" {
			v = v.Get(p[i].key)
		} else {
			v = v.At(p[i].index)
		}
	}
	return v
}

// each calls f with every value that the path leads to: one for a path without
// [*], else one per element, absent for an element that lacks the rest. It says
// whether the list of the first [*] is there.
func (p fieldPath) each(v value.Value, f func(value.Value)) bool {
	star := p.star()
	if star < 0 {
		v = p.find(v)
		f(v)
		return !v.IsNull()
	}
	list := p[:star].find(v)
	if list.IsUnknown() {
		f(list)
		return true
	}
	if list.Kind() != value.ArrayKind {
		return false
	}
	for _, e := range list.Elems() {
		rest := p[star+1:]
		if len(rest) == 0 || rest.star() < 0 {
			f(rest.find(e))
		} else {
			rest.each(e, f)
		}
	}
	return true
}

// special says what the estate itself knows of a resource by that name.
func (p fieldPath) special() string {
	if len(p) != 1 {
		return ""
	}
	switch p[0].key {
	case "name", "location", "id", "type", "service", "zones":
		return p[0].key
	}
	return ""
}
