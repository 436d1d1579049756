package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// step is one step of a path through a body: into the member called key, or
// into each element, member or key of a container.
type step struct {
	key  string
	kind stepKind
}

type stepKind uint8

const (
	member stepKind = iota // into the member called key
	each                   // into every element of an array, every member of an object
	keys                   // to the names of the members of an object
)

// path reads the notation of the rules: names with dots between them, [] for
// each element or member, {} for each member's name.
func path(text string) []step {
	var steps []step
	for part := range strings.SplitSeq(text, ".") {
		name, isEach := strings.CutSuffix(part, "[]")
		name, isKeys := strings.CutSuffix(name, "{}")
		steps = append(steps, step{key: name})
		switch {
		case isEach:
			steps = append(steps, step{kind: each})
		case isKeys:
			steps = append(steps, step{kind: keys})
		}
	}
	return steps
}

// found is what a walk found at the end of its path: a value, or a text that
// stands as a member's name, and the condition under which it is there.
type found struct {
	value    value.Value
	name     string // for keys: the member's name; value is the member
	presence string
}

// walk goes along the path from v and gives what is at its end. Where an unknown
// value is a choice between two, it goes through both; any other unknown on the
// way is given to blocked.
func walk(v value.Value, steps []step, presence string, yield func(found), blocked func(value.Value)) {
	for i, s := range steps {
		if u := v.Unknown(); u != nil {
			if u.Choice == nil {
				blocked(v)
				return
			}
			walk(u.Choice.Then, steps[i:], both(presence, condition(u, false)), yield, blocked)
			walk(u.Choice.Else, steps[i:], both(presence, condition(u, true)), yield, blocked)
			return
		}
		switch s.kind {
		case member:
			v = v.Get(s.key)
			if v.IsNull() {
				return
			}
		case each:
			for _, e := range v.Elems() {
				walk(e, steps[i+1:], presence, yield, blocked)
			}
			for _, e := range v.Members() {
				walk(e, steps[i+1:], presence, yield, blocked)
			}
			return
		case keys:
			for k, e := range v.Members() {
				yield(found{value: e, name: k, presence: presence})
			}
			return
		}
	}
	yield(found{value: v, presence: presence})
}

// condition is the expression that decides for one side of a choice, in the
// brackets of a template.
func condition(u *value.Unknown, negate bool) string {
	if u.Choice.Cond == nil {
		return ""
	}
	if negate {
		return "[not(" + u.Choice.Cond.String() + ")]"
	}
	return "[" + u.Choice.Cond.String() + "]"
}

// both joins two conditions of which either may be empty.
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || a == b:
		return a
	}
	return "[and(" + inner(a) + ", " + inner(b) + ")]"
}

func inner(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "["), "]") }

// reference is a text that names a resource.
type reference struct {
	text     string
	presence string
	value    value.Value // where it stands
}

// maxChoices bounds how deep choices within choices are followed.
const maxChoices = 8

// references gives the texts that f may be: one for a known string, one for
// each side of a choice, the expression in braces for what is not known. Null,
// the empty string and secrets name nothing; of anything that is no text false
// is returned.
func (f found) references(yield func(reference)) bool {
	if f.name != "" {
		yield(reference{text: f.name, presence: f.presence, value: f.value})
		return true
	}
	return references(f.value, f.value, f.presence, 0, yield)
}

func references(v, at value.Value, presence string, depth int, yield func(reference)) bool {
	if v.Secret() {
		return false
	}
	switch v.Kind() {
	case value.AbsentKind, value.NullKind:
		return true
	case value.StringKind:
		if s := strings.TrimSpace(v.Str()); s != "" {
			yield(reference{text: s, presence: presence, value: at})
		}
		return true
	case value.UnknownKind:
		u := v.Unknown()
		if u.Reason == value.Failed {
			return false
		}
		if u.Choice == nil || depth >= maxChoices {
			yield(reference{text: v.Text(), presence: presence, value: at})
			return true
		}
		a := references(u.Choice.Then, at, both(presence, condition(u, false)), depth+1, yield)
		b := references(u.Choice.Else, at, both(presence, condition(u, true)), depth+1, yield)
		return a && b
	}
	return false
}
