package catalog

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Meter is one thing that Azure bills for resources of some services or types:
// which items of the public retail price list it can be, and how many units of
// it a resource takes in a month. It holds no prices: those come from a list
// that the user downloads.
//
// Texts may have the names of readings in braces, and these: {location} is the
// region of the resource (or of the nearest resource above it that has one).
type Meter struct {
	ID       string    `yaml:"id" json:"id"`
	Title    string    `yaml:"title" json:"title"`                 // what is billed: "Nodes of the pool"
	Services []string  `yaml:"services" json:"services,omitempty"` // resources of these services,
	Types    []string  `yaml:"types" json:"types,omitempty"`       // and of these ARM types; "Microsoft.Storage/storageAccounts/*" stands for all below it
	When     string    `yaml:"when" json:"when,omitempty"`         // CEL over the settings of each of the services; needs Services
	Each     Each      `yaml:"each" json:"each,omitzero"`          // one charge for each element of a list; the zero Each for one charge
	Read     []Reading `yaml:"read" json:"read,omitempty"`         // what it needs to know of the resource, in order
	Region   string    `yaml:"region" json:"region,omitempty"`     // where it is billed; "" for {location}
	// Count is multiplied: how many units there are. An element is a number, a
	// reading in braces, or either with a slash and a number below it, such as
	// "{bytes}/1073741824". "" for 1. What an item has by the hour or the day
	// lasts the whole month.
	Count   Values      `yaml:"count" json:"count,omitempty"`
	Unit    string      `yaml:"unit" json:"unit,omitempty"`       // what one of Count is, in the singular: "node", "GB"
	Items   []PriceItem `yaml:"items" json:"items,omitempty"`     // the first that the list has; none with Nothing or NoPrice
	Nothing string      `yaml:"nothing" json:"nothing,omitempty"` // why it costs nothing by itself
	Unknown string      `yaml:"unknown" json:"unknown,omitempty"` // why nobody can say how many units there will be
	NoPrice string      `yaml:"noPrice" json:"noPrice,omitempty"` // why there is no item to look for
	Note    string      `yaml:"note" json:"note,omitempty"`       // what its figure takes for granted

	Unverified string   `yaml:"unverified" json:"unverified,omitempty"` // what of it no source confirms
	Sources    []string `yaml:"sources" json:"sources"`

	path fieldPath       // of Each
	used map[string]bool // the names in braces of all texts
}

// Each says over which elements a meter goes: those of a list at Path, or the
// children of type Child.
type Each struct {
	Path  string `yaml:"path" json:"path,omitempty"`
	Child string `yaml:"child" json:"child,omitempty"`
	In    string `yaml:"in" json:"in,omitempty"`     // the type of the ancestor whose list it is; "" for the resource itself
	Name  string `yaml:"name" json:"name,omitempty"` // the member of an element that names it
}

// Reading is a value that a meter needs, as a text.
type Reading struct {
	Name    string            `yaml:"name" json:"name"`
	Path    Values            `yaml:"path" json:"path"`                 // below the body; the first that is there
	In      string            `yaml:"in" json:"in,omitempty"`           // "element" of Each, or the type of an ancestor; "" for the resource itself
	Default string            `yaml:"default" json:"default,omitempty"` // when nothing is written; "" for: it is not known
	Pattern string            `yaml:"pattern" json:"pattern,omitempty"` // a regular expression that the whole text fits, letter case aside; its named groups are readings, too
	Map     map[string]string `yaml:"map" json:"map,omitempty"`         // the text, letter case aside, to what it means
	Only    bool              `yaml:"only" json:"only,omitempty"`       // the meter is not about a resource whose text does not fit Pattern and Map; else it is not known

	paths   []fieldPath
	pattern *regexp.Regexp
	texts   map[string]string // Map with keys in lower case
}

// PriceItem says which items of the retail price list a meter can be. A text in
// slashes is a regular expression that the whole field fits; any other text is
// the field itself. Both aside from letter case. "" fits everything.
type PriceItem struct {
	Service string `yaml:"service" json:"serviceName"`
	Product string `yaml:"product" json:"productName,omitempty"`
	Sku     string `yaml:"sku" json:"skuName,omitempty"`
	Meter   string `yaml:"meter" json:"meterName,omitempty"`
	ArmSku  string `yaml:"armSku" json:"armSkuName,omitempty"`
	Region  string `yaml:"region" json:"armRegionName,omitempty"` // "" for the region of the meter; "-" for items without a region
	Not     string `yaml:"not" json:"not,omitempty"`              // a regular expression that fits no part of product, sku and meter
	Times   Values `yaml:"times" json:"times,omitempty"`          // multiplied with the meter's Count for this item
}

// Meters lists the meters in the order in which they are written.
func (c *Catalog) Meters() []*Meter { return c.meters }

// Meter gives a meter by its id, nil when there is none.
func (c *Catalog) Meter(id string) *Meter {
	if i := slices.IndexFunc(c.meters, func(m *Meter) bool { return m.ID == id }); i >= 0 {
		return c.meters[i]
	}
	return nil
}

// MetersFor lists the meters that can be about a resource, by its service and
// its type.
func (c *Catalog) MetersFor(r *estate.Resource) []*Meter {
	c.metering.once.Do(c.indexMeters)
	var out []*Meter
	for _, m := range c.metering.byType[strings.ToLower(r.Type)] {
		if m.ofService(r.Service) {
			out = append(out, m)
		}
	}
	for _, m := range c.metering.anyType {
		if m.ofService(r.Service) && (len(m.Types) == 0 || m.below(r.Type)) && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// metering is the table that meters are looked up in, made when it is first asked.
type metering struct {
	once    sync.Once
	byType  map[string][]*Meter
	anyType []*Meter // without types, or with types that end in a star
	frames  map[string]*frame
}

func (c *Catalog) indexMeters() {
	t := &c.metering
	t.byType, t.frames = map[string][]*Meter{}, map[string]*frame{}
	for _, m := range c.meters {
		m.compile()
		star := len(m.Types) == 0
		for _, typ := range m.Types {
			if strings.HasSuffix(typ, "/*") {
				star = true
				continue
			}
			key := strings.ToLower(typ)
			t.byType[key] = append(t.byType[key], m)
		}
		if star {
			t.anyType = append(t.anyType, m)
		}
		for _, id := range m.Services {
			f := c.byID[id]
			if f == nil || m.When == "" {
				continue
			}
			if t.frames[id] == nil {
				t.frames[id] = &frame{service: f.service, metering: true}
			}
			t.frames[id].meters = append(t.frames[id].meters, m)
		}
	}
}

func (m *Meter) ofService(id string) bool {
	return len(m.Services) == 0 || slices.Contains(m.Services, id)
}

// below says whether one of the types with a star stands for typ.
func (m *Meter) below(typ string) bool {
	return slices.ContainsFunc(m.Types, func(t string) bool {
		prefix, star := strings.CutSuffix(t, "*")
		return star && len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix)
	})
}

// compile works out what follows from the texts of a meter. What is wrong with
// them is said by the check.
func (m *Meter) compile() {
	if m.Each.Path != "" {
		m.path, _ = parsePath(m.Each.Path)
	}
	m.used = map[string]bool{}
	texts := append(slices.Clone(m.Count), m.Region)
	for _, x := range m.Items {
		texts = append(append(texts, x.Times...), x.Product, x.Sku, x.Meter, x.ArmSku)
	}
	for _, text := range texts {
		for _, name := range braces.FindAllStringSubmatch(text, -1) {
			m.used[name[1]] = true
		}
	}
	for i := range m.Read {
		rd := &m.Read[i]
		rd.paths = nil
		for _, text := range rd.Path {
			p, _ := parsePath(text)
			rd.paths = append(rd.paths, p)
		}
		if rd.Pattern != "" {
			rd.pattern, _ = wholePattern(rd.Pattern)
		}
		rd.texts = make(map[string]string, len(rd.Map))
		for key, text := range rd.Map {
			rd.texts[strings.ToLower(key)] = text
		}
	}
}

// wholePattern compiles a regular expression that fits whole texts, whatever
// their letter case.
func wholePattern(text string) (*regexp.Regexp, error) {
	return regexp.Compile("(?is)^(?:" + text + ")$")
}
