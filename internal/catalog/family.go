package catalog

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// ofMany gives the fact of a setting over children or related resources. A
// reason in unlisted is why none of them is known in an inventory that has none.
func (l *lookup) ofMany(s *Setting, many []*estate.Resource, unlisted string) fact {
	for _, x := range many {
		if x.Presence != "" && x.Presence != l.r.Presence { // with the same condition it is there whenever the resource is
			return fact{why: "it depends on whether " + x.Name + " is deployed: " + x.Presence}
		}
	}
	if len(many) == 0 {
		switch {
		case l.r.External && !s.Reverse:
			return fact{why: whyExternal}
		case unlisted != "" && l.r.Body.Get("apiVersion").IsNull() && !slices.Contains(l.r.Listed, s.childKey) && !l.view.has(l.e, s.childKey):
			return fact{why: unlisted}
		case s.AbsentUnknown:
			return fact{why: whyNoDefault}
		}
		return s.defaultFact()
	}
	switch {
	case s.Type == "bool" && len(s.paths) == 0:
		return fact{known: true, flag: true, at: many[0].Body}
	case s.Type == "int" && len(s.paths) == 0:
		return fact{known: true, number: int64(len(many)), at: many[0].Body}
	case s.Type != "strings":
		return l.other(many[0]).scalar(s)
	}
	f := fact{known: true, at: many[0].Body}
	for _, x := range many {
		one := l.textsOf(s, x)
		if !one.known {
			return one
		}
		f.texts = append(f.texts, one.texts...)
	}
	return f
}

// textsOf gives what one child or related resource adds to a list.
func (l *lookup) textsOf(s *Setting, x *estate.Resource) fact {
	if len(s.paths) == 0 {
		f := fact{known: true}
		f.add(s, symbolic(x.Name))
		return f
	}
	other := l.other(x)
	if s.paths[0].star >= 0 {
		return other.list(s)
	}
	v := other.first(s)
	if v.IsNull() {
		if f := other.missing(s); !f.known {
			return f
		}
	}
	f := fact{known: true}
	f.add(s, v)
	return f
}

// related lists what the resource leans on in the role of s, or what leans on it.
func (l *lookup) related(s *Setting) []*estate.Resource {
	var out []*estate.Resource
	if s.Reverse {
		for rel := range l.e.LeanedOnBy(l.r) {
			if rel.Role == s.Related && !slices.Contains(out, rel.From) {
				out = append(out, rel.From)
			}
		}
		return out
	}
	for rel := range l.e.LeansOn(l.r) {
		if rel.Role == s.Related && !slices.Contains(out, rel.To) {
			out = append(out, rel.To)
		}
	}
	return out
}
