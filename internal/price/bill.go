package price

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Line is one meter of one resource, with its price.
type Line struct {
	catalog.Charge
	Found   *Found  // the item of the list; nil when there is none
	Count   float64 // units, such as nodes or GB; only when Counted
	Counted bool
	Monthly float64 // only when Known
	Known   bool
	Why     string // when it is not known
	Others  int    // further meters that it may be as well: what is not known decides between them
}

// Free says that the meter costs nothing by itself.
func (l *Line) Free() bool { return l.Meter.Nothing != "" }

// PerUnit is what one unit costs a month, as far as that follows from the list:
// for what is billed by the hour, the whole month; false without an item. Of a
// price with bands it is the first that is not 0.
func (l *Line) PerUnit() (float64, bool) {
	if l.Found == nil {
		return 0, false
	}
	return l.Found.Unit.Monthly(1) * l.Found.First(), true
}

// Bill is all lines of one resource.
type Bill struct {
	Resource *estate.Resource
	Lines    []Line
	Monthly  float64 // the sum of the lines that are known
	Unknown  int     // lines that are not
	Why      string  // why there is no line: the catalog has no meter for it, or none that is about it as it is
}

// Known says that nothing of the bill is unknown.
func (b *Bill) Known() bool { return b.Unknown == 0 && b.Why == "" }

// Free says that it is known to cost nothing by itself.
func (b *Bill) Free() bool {
	return b.Known() && !slices.ContainsFunc(b.Lines, func(l Line) bool { return !l.Free() })
}

// Of gives the bill of one resource of a classified estate.
func Of(list *List, cat *catalog.Catalog, e *estate.Estate, r *estate.Resource) Bill {
	out := Bill{Resource: r}
	charges, about := cat.Charges(e, r)
	switch {
	case !about:
		out.Why = "the catalog has no meter for " + r.Type
	case len(charges) == 0:
		out.Why = "no meter of the catalog is about it as it is configured"
	}
	for _, c := range charges {
		if x := out.alike(c); x != nil {
			x.Others++
			continue
		}
		line := list.line(c)
		if line.Known {
			out.Monthly += line.Monthly
		} else {
			out.Unknown++
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// alike gives the line of another meter of which the same is not known, so that
// it is not said twice; nil when there is none.
func (b *Bill) alike(c catalog.Charge) *Line {
	if len(c.Items) > 0 || len(c.Unknowns) == 0 {
		return nil
	}
	for i := range b.Lines {
		if x := &b.Lines[i]; len(x.Items) == 0 && x.Of == c.Of && slices.Equal(x.Unknowns, c.Unknowns) {
			return x
		}
	}
	return nil
}

// line looks up the price of a charge.
func (l *List) line(c catalog.Charge) Line {
	out := Line{Charge: c}
	switch {
	case c.Meter.Nothing != "" && len(c.Unknowns) == 0:
		out.Known, out.Counted = true, true
		return out
	case c.Meter.NoPrice != "" && len(c.Unknowns) == 0:
		out.Why = c.Meter.NoPrice
		return out
	case len(c.Items) == 0:
		out.Why = strings.Join(c.Unknowns, "; ")
		return out
	}
	for i, q := range c.Items {
		found, why, missing := l.find(q, c.Region)
		if missing {
			continue
		}
		if found == nil {
			out.Why = why
			return out
		}
		out.Found, out.Count, out.Counted = found, c.Counts[i].Units, c.Counts[i].Known
		break
	}
	switch {
	case out.Counted && out.Count == 0 && len(c.Unknowns) == 0:
		out.Known = true // none of something costs nothing, whatever its price
	case out.Found == nil:
		if counted := c.Counts[0]; counted.Known && counted.Units == 0 && len(c.Unknowns) == 0 {
			out.Counted, out.Known = true, true
			return out
		}
		out.Why = l.missing(c)
	case len(c.Unknowns) > 0:
		out.Why = strings.Join(c.Unknowns, "; ")
	case !out.Counted:
		out.Why = c.Meter.Unknown
	default:
		out.Monthly, out.Known = out.Found.Cost(out.Count), true
	}
	return out
}

// missing says what the list does not have.
func (l *List) missing(c catalog.Charge) string {
	q := c.Items[0]
	what := "the list has no item for " + asked(q, c.Region)
	region := keyOf("", c.Region).region
	switch {
	case !l.services[strings.ToLower(q.Service)]:
		what += fmt.Sprintf(": it has none of the service %s", q.Service)
	case region != "" && q.Region == "" && !l.regions[region]:
		what += fmt.Sprintf(": it has none of the region %s", c.Region)
	case len(l.Partial) > 0:
		what += ": not all of it was downloaded"
	}
	return what
}

// Total is all bills of an estate.
type Total struct {
	List    *List
	Bills   []Bill  // of the resources of the input, by id
	Monthly float64 // the sum of all lines that are known, of resources that are certainly there
	Maybe   float64 // that of resources which are only there when a condition holds
	Unknown int     // lines that are not known, and resources without lines

	estate *estate.Estate
}

// Estate gives the bills of all resources of a classified estate that are in the
// input; what is only named has none.
func Estate(list *List, cat *catalog.Catalog, e *estate.Estate) *Total {
	out := &Total{List: list, estate: e}
	for _, r := range e.Resources {
		if r.External {
			continue
		}
		b := Of(list, cat, e, r)
		out.Bills = append(out.Bills, b)
		out.Unknown += b.Unknown
		if b.Why != "" {
			out.Unknown++
		}
		if r.Presence != "" {
			out.Maybe += b.Monthly
		} else {
			out.Monthly += b.Monthly
		}
	}
	return out
}

// Bill gives the bill of a resource by its id, nil when there is none.
func (t *Total) Bill(id estate.ResourceID) *Bill {
	i, ok := slices.BinarySearchFunc(t.Bills, id.Key(), func(b Bill, key string) int { return strings.Compare(b.Resource.ID.Key(), key) })
	if !ok {
		return nil
	}
	return &t.Bills[i]
}

// Weights gives what resources cost a month by the key of their id, as far as that
// is known: for those with a line that is, and more than 0. Part names those of
// which other lines are not known, so that they cost more.
func (t *Total) Weights() (monthly map[string]float64, part []string) {
	monthly = map[string]float64{}
	for i := range t.Bills {
		b := &t.Bills[i]
		if b.Monthly <= 0 {
			continue
		}
		monthly[b.Resource.ID.Key()] = b.Monthly
		if !b.Known() {
			part = append(part, b.Resource.Name)
		}
	}
	return monthly, part
}
