package catalog

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// variable is one name that conditions can speak of.
type variable struct {
	name    string
	kind    string   // string, bool, int, strings
	setting *Setting // nil for a common variable
	common  func(l *lookup) fact
}

// commons are the variables that every service has, after its settings.
var commons = []variable{
	{name: "roles", kind: "strings", common: (*lookup).roles},
	{name: "name", kind: "string", common: func(l *lookup) fact { return l.textOfEstate(l.r.Name) }},
	{name: "location", kind: "string", common: (*lookup).location},
	{name: "zones", kind: "strings", common: (*lookup).zones},
	{name: "regionZones", kind: "int", common: func(l *lookup) fact {
		r, why := l.region()
		return fact{known: why == "", why: why, number: int64(r.Zones)}
	}},
	{name: "regionPair", kind: "string", common: func(l *lookup) fact {
		r, why := l.region()
		return fact{known: why == "", why: why, text: r.Pair}
	}},
	{name: "regionAML", kind: "bool", common: func(l *lookup) fact {
		r, why := l.region()
		return fact{known: why == "", why: why, flag: r.AML}
	}},
	{name: "groupLocation", kind: "string", common: (*lookup).groupLocation},
	{name: "external", kind: "bool", common: func(l *lookup) fact { return fact{known: true, flag: l.r.External} }},
}

// titles say the common variables in messages about what is not known.
var titles = map[string]string{"regionZones": "zones of the region", "regionPair": "pair of the region", "regionAML": "offer of the region", "groupLocation": "region of the resource group", "location": "region"}

// isRegional says that a common variable is a fact of the region: when the region
// itself is not known, that is what is missing.
func (v *variable) isRegional() bool {
	return v.setting == nil && (v.name == "regionZones" || v.name == "regionPair" || v.name == "regionAML")
}

func (l *lookup) textOfEstate(s string) fact {
	if estate.IsSymbolic(s) {
		return fact{why: s}
	}
	return fact{known: true, text: s}
}

func (l *lookup) roles() fact {
	f := fact{known: true}
	if len(l.r.Roles) > 0 {
		f.texts = make([]string, len(l.r.Roles))
		for i, role := range l.r.Roles {
			f.texts[i] = string(role)
		}
	}
	return f
}

// place gives the region of the resource, or of the nearest ancestor that has one.
func (l *lookup) place() string {
	if l.r.Location != "" {
		return l.r.Location
	}
	for id := l.r.ID.Parent(); !id.IsZero(); id = id.Parent() {
		if p := l.e.ByID(id); p != nil && p.Location != "" {
			return p.Location
		}
	}
	return ""
}

func (l *lookup) location() fact {
	at := l.place()
	if at == "" && l.r.External {
		return fact{why: whyNoLocation}
	}
	return l.textOfEstate(at)
}

// region gives the facts of the region, or why they are not known; a resource
// that stands nowhere, or everywhere ("global"), has the facts of no region.
func (l *lookup) region() (*estate.Region, string) {
	if !l.hasRegion {
		l.hasRegion = true
		at := l.location()
		switch {
		case !at.known:
			l.whereWhy = at.why
		case at.text != "" && at.text != "global":
			var ok bool
			if l.where, ok = estate.RegionByName(at.text); !ok {
				l.whereWhy = whyOddRegion + " (" + at.text + ")"
			}
		}
	}
	return &l.where, l.whereWhy
}

func (l *lookup) zones() fact {
	if len(l.r.Zones) == 0 {
		if v := l.r.Body.Get("zones"); v.IsUnknown() {
			return fact{at: v, why: whyUnknown(v)}
		}
		if l.r.External {
			return fact{why: whyExternal}
		}
	}
	for _, z := range l.r.Zones {
		if estate.IsSymbolic(z) {
			return fact{why: z}
		}
	}
	return fact{known: true, texts: l.r.Zones}
}

func (l *lookup) groupLocation() fact {
	for rel := range l.e.LeansOn(l.r) {
		if rel.Role == estate.ResourceGroup {
			return l.textOfEstate(rel.To.Location)
		}
	}
	return fact{known: true}
}

// of gives the fact of a variable.
func (v *variable) of(l *lookup) fact {
	if v.setting != nil {
		return l.setting(v.setting)
	}
	return v.common(l)
}

// missing says what would make the variable known for the resource of l, e.g.
// "sku.name of st1: [parameters('sku')]".
func (v *variable) missing(l *lookup) string {
	if v.isRegional() {
		if at := l.location(); !at.known {
			return "region of " + l.r.Name + ": " + at.why
		}
	}
	f := v.of(l)
	subject := titles[v.name]
	switch {
	case v.setting != nil:
		subject = v.setting.subject(l.r.Name)
	case subject == "":
		subject = v.name + " of " + l.r.Name
	default:
		subject += " of " + l.r.Name
	}
	return subject + ": " + f.why
}

// Place says in words where the setting is read: its first path, and of which
// child or related resource when it is not one of the resource itself, such as
// "properties.isEnabled of the books" or "location of the replica"; without a
// path the other resources alone.
func (s *Setting) Place() string {
	of := ""
	switch {
	case s.Child != "" && s.ChildName != "":
		of = lastSegment(s.Child) + "/" + s.ChildName
	case s.Child != "":
		of = "the " + lastSegment(s.Child)
	case s.Related != "" && s.Reverse:
		of = "what leans on it as " + string(s.Related)
	case s.Related != "":
		of = "the " + string(s.Related)
	}
	switch {
	case len(s.Path) == 0:
		return of
	case of == "":
		return s.Path[0]
	}
	return s.Path[0] + " of " + of
}

// subject says what a setting of the resource with that name is, by its path and
// where that begins.
func (s *Setting) subject(name string) string {
	if s.Child == "" && s.Related != "" && s.Reverse {
		return strings.Replace(s.Place(), "leans on it as", "leans on "+name+" as", 1)
	}
	return s.Place() + " of " + name
}

func lastSegment(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// appendSignature appends what tells one value of a variable from any other.
func (f *fact) appendSignature(dst []byte, kind string) []byte {
	if !f.known {
		dst = append(dst, '?', byte(len(f.choices)))
		for i := range f.choices {
			dst = f.choices[i].appendSignature(dst, kind)
		}
		return dst
	}
	switch kind {
	case "bool":
		if f.flag {
			return append(dst, 't')
		}
		return append(dst, 'f')
	case "int":
		return binary.AppendVarint(append(dst, 'i'), f.number)
	case "strings":
		dst = binary.AppendUvarint(append(dst, 'l'), uint64(len(f.texts)))
		for _, t := range f.texts {
			dst = binary.AppendUvarint(dst, uint64(len(t)))
			dst = append(dst, t...)
		}
		return dst
	}
	dst = binary.AppendUvarint(append(dst, 's'), uint64(len(f.text)))
	return append(dst, f.text...)
}

// native gives a known fact as CEL takes it.
func (f *fact) native(kind string) any {
	switch kind {
	case "bool":
		return f.flag
	case "int":
		return f.number
	case "strings":
		if f.texts == nil {
			return []string{}
		}
		return f.texts
	}
	return f.text
}

// human gives a fact as people read it.
func (f *fact) human(kind string) string {
	switch {
	case !f.known:
		return f.why
	case f.at.Secret():
		return "{secret}"
	}
	switch kind {
	case "bool":
		if f.flag {
			return "true"
		}
		return "false"
	case "int":
		return formatInt(f.number)
	case "strings":
		return f.list()
	}
	return f.text
}

// list gives a known list as people read it: elements that lack the text (a node
// pool without a minimum) are left out, and "none" stands for a list that was
// written and has no other.
func (f *fact) list() string {
	text := strings.Join(slices.DeleteFunc(slices.Clone(f.texts), func(s string) bool { return s == "" }), ", ")
	if text == "" && !f.defaulted {
		return "none"
	}
	return text
}
