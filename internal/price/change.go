package price

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Difference is what one estate costs more than another one.
type Difference struct {
	Before, After *Total
	Monthly       float64 // the sum of what is known; below 0 when it is less
	Unknown       int     // changes of which it is not known what they cost
	Changes       []Change
}

// Change is what one meter of one resource costs more or less. Lines that cost the
// same are no changes.
type Change struct {
	Resource      *estate.Resource // as it is after, or was before when it is gone
	Before, After *Line            // nil: there was, or is, none
	Monthly       float64          // only when Known
	Known         bool
	Ratio         float64 // how many times as much a unit costs; 0 when that does not follow
	Why           string  // when it is not known
}

// Delta gives what an estate costs more after a change than before it, such as a
// step of a plan to harden it.
func Delta(list *List, cat *catalog.Catalog, before, after *estate.Estate) *Difference {
	return Between(Estate(list, cat, before), Estate(list, cat, after))
}

// Between compares two totals of the same list.
func Between(before, after *Total) *Difference {
	out := &Difference{Before: before, After: after}
	for i, j := 0, 0; i < len(before.Bills) || j < len(after.Bills); {
		var a, b *Bill
		c := 0
		switch {
		case i == len(before.Bills):
			c = 1
		case j == len(after.Bills):
			c = -1
		default:
			c = cmp.Compare(before.Bills[i].Resource.ID.Key(), after.Bills[j].Resource.ID.Key())
		}
		if c <= 0 {
			a, i = &before.Bills[i], i+1
		}
		if c >= 0 {
			b, j = &after.Bills[j], j+1
		}
		out.compare(a, b)
	}
	for _, c := range out.Changes {
		if c.Known {
			out.Monthly += c.Monthly
		} else {
			out.Unknown++
		}
	}
	return out
}

// Ratio is how many times as much the whole costs after as before; false when
// something of either is not known, or nothing was paid before.
func (d *Difference) Ratio() (float64, bool) {
	if d.Before.Unknown > 0 || d.After.Unknown > 0 || d.Before.Monthly <= 0 {
		return 0, false
	}
	return d.After.Monthly / d.Before.Monthly, true
}

// Resource gives the changes of one resource, and their sum; whole says that none
// is unknown.
func (d *Difference) Resource(id estate.ResourceID) (changes []Change, monthly float64, whole bool) {
	whole = true
	for _, c := range d.Changes {
		if !c.Resource.ID.Equal(id) {
			continue
		}
		changes = append(changes, c)
		monthly += c.Monthly
		whole = whole && c.Known
	}
	return changes, monthly, whole
}

// compare adds the changes of one resource; a and b are nil when it is not there.
func (d *Difference) compare(a, b *Bill) {
	var was, is []Line
	r := &estate.Resource{}
	if a != nil {
		was, r = a.Lines, a.Resource
	}
	if b != nil {
		is, r = b.Lines, b.Resource
	}
	for i := range was {
		if lineOf(is, &was[i]) == nil {
			d.add(r, &was[i], nil)
		}
	}
	for i := range is {
		d.add(r, lineOf(was, &is[i]), &is[i])
	}
	if why := reason(a, b); why != "" {
		d.Changes = append(d.Changes, Change{Resource: r, Why: why})
	}
}

// reason says why the bill of a resource has no lines, where that hides a change.
func reason(a, b *Bill) string {
	switch {
	case a == nil && b != nil:
		return b.Why
	case a != nil && b == nil:
		return a.Why
	case a.Why == "" && b.Why == "":
		return ""
	case a.Why == b.Why && bytes.Equal(a.Resource.Body.AppendJSON(nil), b.Resource.Body.AppendJSON(nil)):
		return ""
	}
	return cmp.Or(b.Why, a.Why)
}

func lineOf(lines []Line, x *Line) *Line {
	i := slices.IndexFunc(lines, func(l Line) bool { return l.Meter.ID == x.Meter.ID && l.Of == x.Of })
	if i < 0 {
		return nil
	}
	return &lines[i]
}

// add compares two lines of the same meter, one of which may be nil.
func (d *Difference) add(r *estate.Resource, was, is *Line) {
	c := Change{Resource: r, Before: was, After: is}
	switch {
	case (was == nil || was.Known) && (is == nil || is.Known):
		c.Known = true
		if was != nil {
			c.Monthly -= was.Monthly
		}
		if is != nil {
			c.Monthly += is.Monthly
		}
		if c.Monthly == 0 {
			return
		}
		if was != nil && is != nil && was.Monthly > 0 {
			c.Ratio = is.Monthly / was.Monthly
		}
	case was != nil && is != nil && same(was, is):
		return
	case was != nil && is != nil && was.Found != nil && is.Found != nil && was.onlyUncounted() && is.onlyUncounted() && was.Found.Unit == is.Found.Unit && was.Found.First() > 0:
		c.Ratio = is.Found.First() / was.Found.First()
		if slices.Equal(was.Found.Bands, is.Found.Bands) {
			return
		}
		c.Why = is.Why
	case is != nil && !is.Known:
		c.Why = is.Why
	default:
		c.Why = was.Why
	}
	d.Changes = append(d.Changes, c)
}

// onlyUncounted says that all but the number of units is known.
func (l *Line) onlyUncounted() bool {
	return !l.Known && l.Found != nil && !l.Counted && len(l.Unknowns) == 0 && l.Meter.Unknown != ""
}

// same says that two lines are of the same item and the same number of units, so
// that they cost the same although it is not known what.
func same(a, b *Line) bool {
	return a.Region == b.Region && a.Why == b.Why && slices.Equal(a.Unknowns, b.Unknowns) && slices.Equal(a.Counts, b.Counts) &&
		slices.EqualFunc(a.Items, b.Items, func(x, y catalog.PriceItem) bool {
			return x.Service == y.Service && x.Product == y.Product && x.Sku == y.Sku && x.Meter == y.Meter && x.ArmSku == y.ArmSku && x.Region == y.Region && x.Not == y.Not
		})
}
