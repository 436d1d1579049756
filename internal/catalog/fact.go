package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// fact is the value of one variable for one resource.
type fact struct {
	known     bool
	defaulted bool // not written
	flag      bool
	number    int64
	text      string
	texts     []string
	at        value.Value // where it is written
	why       string      // for one that is not known: what is missing
	choices   []fact      // for one that is not known: it is one of these; nil for anything
}

// Reasons why a setting is not known, beside the residual expression of its value.
const (
	whyExternal   = "it is not in the input"
	whyUnread     = "the input lists it without its properties"
	whyUnlisted   = "the input does not list such resources"
	whyNoDefault  = "it is not written, and no default is documented"
	whyOddRegion  = "the region data does not have this region"
	whyNoLocation = "the input does not say where it is"
)

// setting works out the value of s for the resource.
func (l *lookup) setting(s *Setting) fact {
	switch {
	case s.Child != "":
		return l.ofMany(s, l.children(s), whyUnlisted)
	case s.Related != "":
		return l.ofMany(s, l.related(s), "")
	case s.Type == "strings":
		return l.list(s)
	}
	return l.scalar(s)
}

// first gives the value of the first path of s that is there.
func (l *lookup) first(s *Setting) value.Value {
	for i := range s.paths {
		if v := l.valueAt(&s.paths[i]); !v.IsNull() {
			return v
		}
	}
	return value.Absent()
}

// valueAt gives the value at a path, or the list at its first [*].
func (l *lookup) valueAt(p *fieldPath) value.Value {
	switch p.special {
	case "":
		if p.inProperties() {
			from := p.steps[1:]
			if p.star > 0 {
				from = p.steps[1:p.star]
			}
			return walk(l.properties(), from)
		}
		return p.find(l.r.Body)
	case "name":
		return symbolicName(l.r.Name)
	case "location":
		return symbolic(l.r.Location)
	case "id":
		return symbolic(l.r.ID.String())
	case "type":
		return symbolic(l.r.Type)
	case "service":
		return symbolic(l.r.Service)
	case "implied":
		return symbolic(strconv.FormatBool(l.r.Implied))
	}
	if len(l.r.Zones) == 0 {
		return p.find(l.r.Body)
	}
	elems := make([]value.Value, len(l.r.Zones))
	for i, z := range l.r.Zones {
		elems[i] = symbolic(z)
	}
	return value.Array(elems)
}

// symbolic gives a text of the estate as a value: unknown when it has an
// expression in braces, absent when it is empty.
func symbolic(s string) value.Value {
	switch {
	case s == "":
		return value.Absent()
	case estate.IsSymbolic(s):
		return value.FromUnknown(value.Unknown{Reason: value.ScopeFact, Hint: value.StringKind, Parts: []value.Part{{Lit: s}}})
	}
	return value.String(s)
}

// symbolicName is symbolic for a name; one whose last segment is known is known,
// since that is what conditions look at ("orders" of "{server}/orders").
func symbolicName(name string) value.Value {
	if last := name[strings.LastIndexAny(name, "/}")+1:]; last != "" && estate.IsSymbolic(name) && strings.Contains(name, "/"+last) {
		return value.String(name)
	}
	return symbolic(name)
}

// missing is the fact of a setting that is not written.
func (l *lookup) missing(s *Setting) fact {
	switch {
	case l.r.External:
		return fact{why: whyExternal}
	case s.inProperties() && l.unread():
		return fact{why: whyUnread}
	case s.AbsentUnknown:
		return fact{why: whyNoDefault}
	}
	return s.defaultFact()
}

func (s *Setting) defaultFact() fact {
	f := fact{known: true, defaulted: true}
	switch d := s.Default.(type) {
	case string:
		f.text = d
	case bool:
		f.flag = d
	case int64:
		f.number = d
	case []string:
		f.texts = d
	}
	return f
}

// inProperties says that what s reads is a property of the resource, which lists
// of resources leave out; sku, kind and the like they give.
func (s *Setting) inProperties() bool { return len(s.paths) > 0 && s.paths[0].inProperties() }

// whyUnknown is the expression that would give an unknown value; for a text that
// the estate itself does not know, the text with its pieces in braces.
func whyUnknown(v value.Value) string {
	if residual := v.Residual(); residual != "[null()]" {
		return residual
	}
	return v.Text()
}

// scalar gives the fact of a setting of type string, bool or int.
func (l *lookup) scalar(s *Setting) fact { return l.scalarOf(s, l.first(s)) }

// maxChoices bounds how many cases of one value are looked at.
const maxChoices = 4

func (l *lookup) scalarOf(s *Setting, v value.Value) fact {
	if v.IsNull() {
		return l.missing(s)
	}
	if v.IsUnknown() {
		if text := v.Text(); s.Type == "string" && len(s.Allowed) == 0 && strings.HasPrefix(text, "/subscriptions/") {
			// An id names its resource, whatever its symbolic pieces turn out to be.
			return fact{known: true, at: v, text: text}
		}
		f := fact{at: v, why: whyUnknown(v)}
		f.choices, _ = l.choicesOf(s, v, nil)
		return f
	}
	f := fact{known: true, at: v}
	ok := true
	switch s.Type {
	case "bool":
		if f.flag, ok = v.AsBool(); !ok {
			text := strings.ToLower(v.Str())
			f.flag, ok = text == "true", text == "true" || text == "false"
		}
	case "int":
		if f.number, ok = v.AsInt(); !ok {
			n, err := strconv.ParseInt(v.Str(), 10, 64)
			f.number, ok = n, err == nil
		}
	default:
		if f.text, ok = s.textOf(v); !ok && s.Type == "string" && f.text != "" {
			return fact{at: v, why: fmt.Sprintf("the catalog does not know the value %s", quote(f.text))}
		}
	}
	if !ok {
		return fact{at: v, why: fmt.Sprintf("%s is no %s", quote(v.Text()), s.Type)}
	}
	return f
}

// choicesOf adds the cases of an unknown that is one of some known values; false,
// and none, when a case is not known either.
func (l *lookup) choicesOf(s *Setting, v value.Value, out []fact) ([]fact, bool) {
	u := v.Unknown()
	if u == nil {
		f := l.scalarOf(s, v)
		return append(out, f), f.known
	}
	if u.Choice == nil || len(out) >= maxChoices-1 {
		return nil, false
	}
	out, ok := l.choicesOf(s, u.Choice.Then, out)
	if ok {
		out, ok = l.choicesOf(s, u.Choice.Else, out)
	}
	if !ok || len(out) > maxChoices {
		return nil, false
	}
	return out, true
}

// textOf gives a text in the spelling of Allowed; false when Allowed does not
// have it, or when it is no text.
func (s *Setting) textOf(v value.Value) (string, bool) {
	if k := v.Kind(); k == value.ArrayKind || k == value.ObjectKind {
		return "", false
	}
	text := v.Text()
	if len(s.Allowed) == 0 {
		return text, true
	}
	for _, a := range s.Allowed {
		if a == text || strings.EqualFold(a, text) {
			return a, true
		}
	}
	return text, false
}

// list gives the fact of a setting of type strings in the resource itself.
func (l *lookup) list(s *Setting) fact {
	for i := range s.paths {
		p := &s.paths[i]
		v := l.valueAt(p)
		if v.IsNull() {
			continue
		}
		f := fact{known: true, at: v}
		switch {
		case v.Kind() != value.ArrayKind:
			f.add(s, v)
		case p.star < 0:
			for _, e := range v.Elems() {
				f.add(s, e)
			}
		default:
			eachElement(v, p.steps[p.star:], func(e value.Value) { f.add(s, e) })
		}
		return f
	}
	return l.missing(s)
}

// add adds one text to a list: "" for what is not there, a list joined with
// commas. One unknown element makes the list unknown.
func (f *fact) add(s *Setting, v value.Value) {
	switch {
	case !f.known:
		return
	case v.Kind() == value.ArrayKind:
		parts := make([]string, 0, v.Len())
		for _, e := range v.Elems() {
			if e.IsUnknown() {
				f.unknown(e)
				return
			}
			parts = append(parts, e.Text())
		}
		f.texts = append(f.texts, strings.Join(parts, ","))
	case v.IsUnknown():
		f.unknown(v)
	default:
		text, ok := s.textOf(v)
		if !ok && text != "" {
			*f = fact{at: v, why: fmt.Sprintf("the catalog does not know the value %s", quote(text))}
			return
		}
		f.texts = append(f.texts, text)
	}
}

func (f *fact) unknown(v value.Value) { *f = fact{at: v, why: whyUnknown(v)} }
