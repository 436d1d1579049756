package price

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// List is what was kept of a downloaded price list. It does not change once it
// is loaded and is safe for concurrent use.
type List struct {
	Currency string    // of all prices: "USD"
	Files    []File    // in the order in which they were read
	Oldest   time.Time // the first and the last day from which a price that was kept is valid
	Newest   time.Time
	Partial  []string // what of the download is certainly missing, for people

	items    map[placeKey][]*Item
	services map[string]bool // of those that meters ask for, the ones that the files have, in lower case
	regions  map[string]bool
	patterns patterns
}

// File is one file of the download.
type File struct {
	Name  string    `json:"name"`
	Date  time.Time `json:"date,omitzero"` // when it was written; zero when that is not known
	Items int       `json:"items"`         // how many it has
	Kept  int       `json:"kept"`          // and how many of them some meter asks for
}

// maxKept bounds the items that are kept: a list of all regions has a tenth.
const maxKept = 2 << 20

// builder makes a list of items.
type builder struct {
	list  *List
	now   time.Time
	asks  map[string][]catalog.PriceItem // what meters ask for, by service in lower case
	wants map[string][]matcher           // the same as matchers, of the services that were met
	kept  map[itemKey]*Item
	texts map[string]string
	order []*Item
	pages int // of all files
	ends  int // of them, those that say that none follows
}

// itemKey tells items apart: of two with the same key the newer one counts.
type itemKey struct {
	meter, sku, region, product, name string
	from                              float64
}

func newBuilder(cat *catalog.Catalog, now time.Time) *builder {
	b := &builder{
		list: &List{items: map[placeKey][]*Item{}, services: map[string]bool{}, regions: map[string]bool{}},
		now:  now, asks: map[string][]catalog.PriceItem{}, wants: map[string][]matcher{}, kept: map[itemKey]*Item{}, texts: map[string]string{},
	}
	for _, m := range cat.Meters() {
		for _, q := range m.Items {
			key := strings.ToLower(q.Service)
			b.asks[key] = append(b.asks[key], q)
		}
	}
	return b
}

var inBraces = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)

// anyReading makes a meter's item one that fits whatever its readings are.
func anyReading(q catalog.PriceItem) catalog.PriceItem {
	open := func(s string) string {
		if !inBraces.MatchString(s) {
			return s
		}
		if pattern, ok := catalog.Pattern(s); ok {
			return "/" + inBraces.ReplaceAllString(pattern, ".*") + "/"
		}
		var out strings.Builder
		rest := s
		for _, at := range inBraces.FindAllStringIndex(s, -1) {
			from := at[0] - (len(s) - len(rest))
			out.WriteString(regexp.QuoteMeta(rest[:from]) + ".*")
			rest = rest[from+at[1]-at[0]:]
		}
		return "/" + out.String() + regexp.QuoteMeta(rest) + "/"
	}
	q.Product, q.Sku, q.Meter, q.ArmSku = open(q.Product), open(q.Sku), open(q.Meter), open(q.ArmSku)
	return q
}

// add takes one item; kept says whether some meter asks for it.
func (b *builder) add(it *Item, kind string) (kept bool, err error) {
	service := strings.ToLower(it.Service)
	if len(b.asks[service]) > 0 {
		b.list.services[service] = true
	}
	if kind != "" && !strings.EqualFold(kind, "Consumption") {
		return false, nil
	}
	if !slices.ContainsFunc(b.wanted(service), func(m matcher) bool { return m.fits(it) }) {
		return false, nil
	}
	for _, s := range []*string{&it.Service, &it.Product, &it.Sku, &it.Meter, &it.MeterID, &it.ArmSku, &it.Region, &it.Unit, &it.skuID} {
		*s = b.intern(*s)
	}
	key := itemKey{it.MeterID, it.skuID, it.Region, it.Product, it.Meter, it.From}
	old := b.kept[key]
	if old == nil {
		if len(b.order) >= maxKept {
			return false, fmt.Errorf("more than %d items that meters ask for: download fewer regions", maxKept)
		}
		mine := new(*it)
		b.kept[key] = mine
		b.order = append(b.order, mine)
		return true, nil
	}
	if b.newer(it, old) {
		*old = *it
	}
	return true, nil
}

// wanted gives what meters ask for of a service.
func (b *builder) wanted(service string) []matcher {
	if asks := b.asks[service]; len(asks) > 0 && b.wants[service] == nil {
		for _, q := range asks {
			b.wants[service] = append(b.wants[service], b.list.patterns.matcher(anyReading(q)))
		}
	}
	return b.wants[service]
}

// newer says that a price takes the place of an older one: it is valid, and for a
// shorter time. Prices of the future do not.
func (b *builder) newer(it, old *Item) bool {
	future := func(x *Item) bool { return !b.now.IsZero() && x.Since.After(b.now) }
	if future(it) != future(old) {
		return future(old)
	}
	return it.Since.After(old.Since)
}

func (b *builder) intern(s string) string {
	if old, ok := b.texts[s]; ok {
		return old
	}
	s = strings.Clone(s)
	b.texts[s] = s
	return s
}

// done gives the list.
func (b *builder) done() *List {
	l := b.list
	slices.SortStableFunc(b.order, func(x, y *Item) int {
		return cmp.Or(strings.Compare(x.Service, y.Service), strings.Compare(x.Region, y.Region), strings.Compare(x.Product, y.Product),
			strings.Compare(x.Sku, y.Sku), strings.Compare(x.Meter, y.Meter), cmp.Compare(x.From, y.From), strings.Compare(x.MeterID, y.MeterID), cmp.Compare(x.Price, y.Price))
	})
	for _, it := range b.order {
		key := keyOf(it.Service, it.Region)
		l.items[key] = append(l.items[key], it)
		l.regions[key.region] = true
		if it.Since.IsZero() {
			continue
		}
		if l.Oldest.IsZero() || it.Since.Before(l.Oldest) {
			l.Oldest = it.Since
		}
		if it.Since.After(l.Newest) {
			l.Newest = it.Since
		}
	}
	return l
}

// Items counts the items that were read, and those of them that were kept.
func (l *List) Items() (read, kept int) {
	for _, f := range l.Files {
		read, kept = read+f.Items, kept+f.Kept
	}
	return read, kept
}

// Dated says how old the prices are: the newest day from which one is valid, and
// when the files were written.
func (l *List) Dated() string {
	said := "retail prices in " + l.Currency
	if l.Currency == "" {
		said = "retail prices"
	}
	switch {
	case l.Newest.IsZero():
		said += " without a date"
	case l.Oldest.Format(time.DateOnly) == l.Newest.Format(time.DateOnly):
		said += ", valid from " + l.Newest.Format(time.DateOnly)
	default:
		said += ", the newest valid from " + l.Newest.Format(time.DateOnly)
	}
	var from, to time.Time
	for _, f := range l.Files {
		if f.Date.IsZero() {
			continue
		}
		if from.IsZero() || f.Date.Before(from) {
			from = f.Date
		}
		if f.Date.After(to) {
			to = f.Date
		}
	}
	switch a, z := from.Format(time.DateOnly), to.Format(time.DateOnly); {
	case from.IsZero():
	case a == z:
		said += "; the file is of " + a
	default:
		said += "; the files are of " + a + " to " + z
	}
	if len(l.Partial) > 0 {
		said += "; not all of the list was downloaded"
	}
	return said
}
