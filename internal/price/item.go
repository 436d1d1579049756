package price

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Item is one item of the price list.
type Item struct {
	Service string    `json:"serviceName"`
	Product string    `json:"productName"`
	Sku     string    `json:"skuName"`
	Meter   string    `json:"meterName"`
	MeterID string    `json:"meterId"`
	ArmSku  string    `json:"armSkuName,omitempty"`
	Region  string    `json:"armRegionName,omitempty"`
	Unit    string    `json:"unitOfMeasure"`
	Price   float64   `json:"retailPrice"`
	From    float64   `json:"tierMinimumUnits"` // it is for the units from there on
	Since   time.Time `json:"effectiveStartDate"`
	Primary bool      `json:"isPrimaryMeterRegion"`
	skuID   string
}

// Name says what the item is, for people.
func (it *Item) Name() string {
	parts := []string{it.Service}
	for _, s := range []string{it.Product, it.Sku, it.Meter} {
		if s != "" && s != parts[len(parts)-1] {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// Band is the price of the units from a number on.
type Band struct {
	From  float64 `json:"from"`
	Price float64 `json:"price"`
}

// Found is the item that a meter is billed by, with all its bands.
type Found struct {
	Item  *Item
	Unit  Unit
	Bands []Band // by From; the first is for the first unit
}

// Cost is what a month of so many units costs: each band its own.
func (f *Found) Cost(units float64) float64 {
	n := f.Unit.Monthly(units)
	total := 0.0
	for i, b := range f.Bands {
		to := math.Inf(1)
		if i+1 < len(f.Bands) {
			to = f.Bands[i+1].From
		}
		if n > b.From {
			total += (min(n, to) - b.From) * b.Price
		}
	}
	return total
}

// First is the price of the first units that cost something.
func (f *Found) First() float64 {
	for _, b := range f.Bands {
		if b.Price > 0 {
			return b.Price
		}
	}
	return 0
}

// matcher asks whether items are what a meter looks for.
type matcher struct {
	product, sku, meter, armSku *regexp.Regexp // nil fits everything
	not                         *regexp.Regexp
}

// patterns remembers compiled expressions: the same few are asked for again and
// again.
type patterns struct{ known sync.Map }

func (p *patterns) compile(text string) *regexp.Regexp {
	if old, ok := p.known.Load(text); ok {
		return old.(*regexp.Regexp)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		re = nothing
	}
	p.known.Store(text, re)
	return re
}

var nothing = regexp.MustCompile(`[^\s\S]`)

// whole gives the expression of a text of a [catalog.PriceItem], nil for "".
func (p *patterns) whole(text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	pattern, ok := catalog.Pattern(text)
	if !ok {
		pattern = regexp.QuoteMeta(text)
	}
	return p.compile("(?is)^(?:" + pattern + ")$")
}

func (p *patterns) matcher(q catalog.PriceItem) matcher {
	m := matcher{product: p.whole(q.Product), sku: p.whole(q.Sku), meter: p.whole(q.Meter), armSku: p.whole(q.ArmSku)}
	if q.Not != "" {
		m.not = p.compile("(?is)" + q.Not)
	}
	return m
}

func fits(re *regexp.Regexp, text string) bool { return re == nil || re.MatchString(text) }

func (m *matcher) fits(it *Item) bool {
	return fits(m.armSku, it.ArmSku) && fits(m.product, it.Product) && fits(m.sku, it.Sku) && fits(m.meter, it.Meter) &&
		(m.not == nil || !m.not.MatchString(it.Product) && !m.not.MatchString(it.Sku) && !m.not.MatchString(it.Meter))
}

// placeKey is a service in a region, both as they are compared.
type placeKey struct{ service, region string }

func keyOf(service, region string) placeKey {
	region = estate.NormalizeLocation(region)
	if region == "global" {
		region = ""
	}
	return placeKey{strings.ToLower(service), region}
}

// find looks for the item that a meter names, in a region. It says why there is
// none; missing, that the list does not have it.
func (l *List) find(q catalog.PriceItem, region string) (found *Found, why string, missing bool) {
	switch q.Region {
	case "":
	case "-":
		region = ""
	default:
		region = q.Region
	}
	m := l.patterns.matcher(q)
	var fit []*Item
	for _, it := range l.items[keyOf(q.Service, region)] {
		if m.fits(it) {
			fit = append(fit, it)
		}
	}
	if len(fit) == 0 {
		return nil, "", true
	}
	type group struct {
		first *Item
		bands []Band
	}
	var groups []group
	for _, it := range fit {
		i := slices.IndexFunc(groups, func(g group) bool {
			return g.first.Product == it.Product && g.first.Sku == it.Sku && g.first.Meter == it.Meter && g.first.ArmSku == it.ArmSku && g.first.Unit == it.Unit && g.first.MeterID == it.MeterID
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{first: it})
		}
		groups[i].bands = append(groups[i].bands, Band{it.From, it.Price})
	}
	for i := range groups {
		slices.SortFunc(groups[i].bands, func(a, b Band) int { return cmp.Compare(a.From, b.From) })
	}
	if primary := slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return !g.first.Primary }); len(primary) > 0 {
		groups = primary
	}
	for _, g := range groups[1:] {
		if g.first.Unit != groups[0].first.Unit || !slices.Equal(g.bands, groups[0].bands) {
			return nil, fmt.Sprintf("%d items of the list fit and their prices differ: %s and %s", len(groups), groups[0].first.Name(), g.first.Name()), false
		}
	}
	g := groups[0]
	u, ok := ParseUnit(g.first.Unit)
	if !ok {
		return nil, fmt.Sprintf("the price of %s is per %q, which Holdfast does not understand", g.first.Name(), g.first.Unit), false
	}
	if g.bands[0].From > 0 {
		return nil, fmt.Sprintf("the list has %s only from %g units on", g.first.Name(), g.bands[0].From), false
	}
	return &Found{g.first, u, g.bands}, "", false
}

// asked says what was looked for, for people.
func asked(q catalog.PriceItem, region string) string {
	parts := []string{q.Service}
	for _, s := range []string{q.Product, q.Sku, q.Meter, q.ArmSku} {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	switch q.Region {
	case "":
	case "-":
		region = "no region"
	default:
		region = q.Region
	}
	return strings.Join(parts, " · ") + " in " + region
}
