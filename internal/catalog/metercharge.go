package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Charge is a meter for one resource, or for one element of it, with what is
// known of it filled in.
type Charge struct {
	Meter    *Meter
	Of       string      // the element's name: a node pool, a region; "" for the resource as a whole
	Region   string      // where it is billed; "" when that is not known
	Items    []PriceItem // filled in, in order; none when something that names them is not known
	Counts   []Count     // beside Items: how many units of each
	Unknowns []string    // what would make it known, e.g. "sku.name of st1: [parameters('sku')]"
}

// Count is a number of units, or the word that it is not known.
type Count struct {
	Units float64
	Known bool
}

// Charges lists what is billed for a resource. False says that no meter of the
// catalog is about a resource of its kind at all; true without charges, that none
// is about it as it is configured.
func (c *Catalog) Charges(e *estate.Estate, r *estate.Resource) ([]Charge, bool) {
	meters := c.MetersFor(r)
	var out []Charge
	for _, m := range meters {
		open, about := c.metered(m, e, r)
		if !about {
			continue
		}
		for _, x := range m.elements(e, r) {
			if charge, ok := m.charge(e, r, x); ok {
				charge.Unknowns = append(slices.Clone(open), charge.Unknowns...)
				out = append(out, charge)
			}
		}
	}
	return out, len(meters) > 0
}

// metered asks the condition of a meter: whether it may be about the resource,
// and what would make that known.
func (c *Catalog) metered(m *Meter, e *estate.Estate, r *estate.Resource) (open []string, about bool) {
	f := c.metering.frames[r.Service]
	if m.When == "" || f == nil {
		return nil, true
	}
	v := c.viewOf(e)
	l := v.about(e, r)
	defer l.done()
	s := f.ready().situation(l)
	verdict := s.verdict(f.byText[m.When], v, e, r)
	return verdict.Unknowns, verdict.Holds || !verdict.Known
}

// element is what a meter goes over.
type element struct {
	name     string
	body     value.Value
	resource *estate.Resource // for children, else nil
	unknown  string           // why it is not known which elements there are
}

func (m *Meter) elements(e *estate.Estate, r *estate.Resource) []element {
	switch {
	case m.Each.Path == "" && m.Each.Child == "":
		return []element{{}}
	case m.Each.Child != "":
		var out []element
		for _, x := range e.Resources {
			if x.Is(m.Each.Child) && strings.HasPrefix(x.ID.Key(), r.ID.Key()+"/") {
				out = append(out, element{name: lastSegment(x.Name), body: x.Body, resource: x})
			}
		}
		return out
	}
	body, why := bodyIn(e, r, m.Each.In)
	if why != "" {
		return []element{{unknown: why}}
	}
	list := m.path.find(body)
	if list.IsUnknown() {
		return []element{{unknown: m.Each.Path + " of " + r.Name + ": " + whyUnknown(list)}}
	}
	var out []element
	for _, x := range list.Elems() {
		if x.IsUnknown() {
			out = append(out, element{unknown: m.Each.Path + " of " + r.Name + ": " + whyUnknown(x)})
			continue
		}
		name := ""
		if n := x.Get(m.Each.Name); m.Each.Name != "" && !n.IsNull() && !n.IsUnknown() {
			name = n.Text()
		}
		out = append(out, element{name: name, body: x})
	}
	return out
}

// bodyIn gives the body of a resource or of an ancestor of it, or why that is
// not known.
func bodyIn(e *estate.Estate, r *estate.Resource, ancestor string) (value.Value, string) {
	if ancestor == "" || ancestor == inElement {
		return r.Body, unreadBody(r)
	}
	for id := r.ID; !id.IsZero(); id = id.Parent() {
		if x := e.ByID(id); x != nil && x.Is(ancestor) {
			return x.Body, unreadBody(x)
		}
	}
	return value.Absent(), lastSegment(ancestor) + " of " + r.Name + ": " + whyExternal
}

// inElement is the In of a reading that is about the element of Each.
const inElement = "element"

func unreadBody(r *estate.Resource) string {
	if r.External {
		return r.Name + ": " + whyExternal
	}
	return ""
}

// charge fills in a meter; false when it is not about the element.
func (m *Meter) charge(e *estate.Estate, r *estate.Resource, x element) (Charge, bool) {
	out := Charge{Meter: m, Of: x.name}
	if x.unknown != "" {
		out.Unknowns = []string{x.unknown}
		return out, true
	}
	vars := map[string]string{"location": regionOf(e, r)}
	if x.resource != nil {
		vars["location"] = regionOf(e, x.resource)
	}
	missing := map[string]string{}
	for i := range m.Read {
		rd := &m.Read[i]
		why, fits := rd.read(e, r, x, vars)
		if !fits {
			return Charge{}, false
		}
		if why != "" {
			missing[rd.Name] = why
			for _, group := range rd.groups() {
				missing[group] = why
			}
			if (rd.Only || !m.uses(rd)) && len(out.Unknowns) == 0 {
				out.Unknowns = append(out.Unknowns, why) // whether the meter is the right one
			}
		}
	}
	if len(out.Unknowns) > 0 || len(m.Items) == 0 {
		return out, true
	}
	f := &filler{vars: vars, missing: missing}
	region := m.Region
	if region == "" {
		region = "{location}"
	}
	out.Region = estate.NormalizeLocation(f.text(region))
	if estate.IsSymbolic(vars["location"]) && strings.Contains(region, "{location}") {
		out.Region = ""
		f.note("region of " + r.Name + ": " + vars["location"])
	}
	named := len(f.open) == 0
	for _, item := range m.Items {
		filled := PriceItem{Service: item.Service, Product: f.text(item.Product), Sku: f.text(item.Sku), Meter: f.text(item.Meter), ArmSku: f.text(item.ArmSku), Region: item.Region, Not: item.Not}
		if len(f.open) > 0 {
			named = false
			break
		}
		out.Items = append(out.Items, filled)
	}
	if !named {
		out.Items = nil
	}
	for i := range out.Items {
		units, ok := f.product(append(slices.Clone(m.Count), m.Items[i].Times...))
		out.Counts = append(out.Counts, Count{units, ok && m.Unknown == ""})
	}
	for _, why := range f.open {
		if !slices.Contains(out.Unknowns, why) {
			out.Unknowns = append(out.Unknowns, why)
		}
	}
	return out, true
}

// uses says whether a text of the meter has the reading or one of its groups; what
// is read and not used decides whether the meter is the right one.
func (m *Meter) uses(rd *Reading) bool {
	return slices.ContainsFunc(append(rd.groups(), rd.Name), func(name string) bool { return m.used[name] })
}

func regionOf(e *estate.Estate, r *estate.Resource) string {
	l := lookup{e: e, r: r}
	return l.place()
}

// groups lists the names of the groups of the pattern.
func (rd *Reading) groups() []string {
	if rd.pattern == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(rd.pattern.SubexpNames()), func(s string) bool { return s == "" })
}

// read puts a reading into vars. It says why it is not known, and whether the
// meter is about the resource as far as the reading tells.
func (rd *Reading) read(e *estate.Estate, r *estate.Resource, x element, vars map[string]string) (why string, fits bool) {
	body, subject := x.body, r.Name
	if rd.In != inElement {
		if body, why = bodyIn(e, r, rd.In); why != "" {
			return why, true
		}
	} else if x.name != "" {
		subject = x.name + " of " + r.Name
	}
	v := value.Absent()
	for i := range rd.paths {
		if v = valueOfPath(&rd.paths[i], body, r); !v.IsNull() {
			break
		}
	}
	where := rd.Path[0] + " of " + subject + ": "
	text := rd.Default
	switch {
	case v.IsUnknown() && strings.HasPrefix(v.Text(), "/subscriptions/"):
		text = v.Text() // an id names its resource, whatever its symbolic pieces turn out to be
	case v.IsUnknown():
		return where + whyUnknown(v), true
	case !v.IsNull():
		text = v.Text()
	case text == "":
		return where + whyNoDefault, true
	}
	if v.Secret() {
		return where + "{secret}", true
	}
	if rd.pattern != nil {
		groups := rd.pattern.FindStringSubmatch(text)
		if groups == nil {
			return where + "no source says how " + quote(text) + " is billed", !rd.Only
		}
		for i, name := range rd.pattern.SubexpNames() {
			if name != "" {
				vars[name] = groups[i]
			}
		}
	}
	if len(rd.texts) > 0 {
		mapped, ok := rd.texts[strings.ToLower(text)]
		if !ok {
			return where + "no source says how " + quote(text) + " is billed", !rd.Only
		}
		text = mapped
	}
	vars[rd.Name] = text
	return "", true
}

// valueOfPath gives what stands at a path of a body; the path type is that of the
// resource.
func valueOfPath(p *fieldPath, body value.Value, r *estate.Resource) value.Value {
	if p.special == "type" {
		return value.String(r.Type)
	}
	return p.find(body)
}

// filler fills in texts and numbers and notes what is missing for it.
type filler struct {
	vars, missing map[string]string
	open          []string // what is missing for what was filled in so far
	failed        bool     // the last text could not be filled in
}

func (f *filler) note(why string) {
	if !slices.Contains(f.open, why) {
		f.open = append(f.open, why)
	}
}

var braces = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9_]*)\}`)

// text puts the readings into a text; into a regular expression as they are
// spelled.
func (f *filler) text(s string) string {
	f.failed = false
	return braces.ReplaceAllStringFunc(s, func(name string) string {
		name = name[1 : len(name)-1]
		v, ok := f.vars[name]
		if why := f.missing[name]; why != "" || !ok {
			f.note(why)
			f.failed = true
			return ""
		}
		if strings.HasPrefix(s, "/") {
			return regexp.QuoteMeta(v)
		}
		return v
	})
}

// product multiplies; false when a factor is not known.
func (f *filler) product(factors []string) (float64, bool) {
	out := 1.0
	for _, text := range factors {
		above, below, divided := strings.Cut(f.text(text), "/")
		if f.failed {
			return 0, false
		}
		x, err := strconv.ParseFloat(above, 64)
		if err != nil || !(x >= 0) || x > 1e15 {
			f.note(strings.Trim(text, "{}") + ": " + quote(above) + " is no number")
			return 0, false
		}
		out *= x
		if divided {
			d, err := strconv.ParseFloat(below, 64)
			if err != nil || d == 0 {
				return 0, false
			}
			out /= d
		}
	}
	return out, true
}
