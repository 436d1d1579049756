package price

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Money writes a sum: "1,234.50 USD".
func Money(amount float64, currency string) string {
	return strings.TrimSpace(sum(amount) + " " + currency)
}

// MoreMoney writes a difference, with its sign.
func MoreMoney(amount float64, currency string) string {
	if math.Round(amount*100) >= 0 {
		return "+" + Money(math.Abs(amount), currency)
	}
	return Money(amount, currency)
}

func sum(amount float64) string {
	text := strconv.FormatFloat(math.Abs(amount), 'f', 2, 64)
	for i := len(text) - 6; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if math.Round(amount*100) < 0 {
		return "-" + text
	}
	return text
}

// number writes a price or a number of units without needless digits.
func number(x float64) string {
	if x != 0 && math.Abs(x) < 1e-4 {
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(x, 'f', 6, 64), "0"), ".")
}

// Price says what a unit costs: "0.192 USD an hour", "0.0184 USD per GB and month".
func (f *Found) Price(unit, currency string) string {
	text := number(f.First()) + " " + currency
	per := ""
	switch {
	case f.Unit.Amount != 1:
		per = " per " + number(f.Unit.Amount) + " " + unit + "s"
	case unit != "":
		per = " per " + unit
	}
	if f.Unit.Per != "" {
		per += " and " + f.Unit.Per
	}
	text += per
	if n := len(f.Bands); n > 1 {
		if f.Bands[0].Price == 0 {
			text += fmt.Sprintf(" beyond the first %s", number(f.Bands[1].From))
		}
		if last := f.Bands[n-1]; last.Price != f.First() {
			text += fmt.Sprintf(", %s beyond %s", number(last.Price), number(last.From))
		}
	}
	return text
}

// What says what a line is about: "Nodes of the pool: nodepool1".
func (l *Line) What() string {
	text := l.Meter.Title
	if l.Of != "" {
		text += ": " + l.Of
	}
	if l.Others > 0 {
		text += " (or " + count(l.Others, "other meter", "other meters") + ")"
	}
	return text
}

// Said says in words what a line costs and why.
func (l *Line) Said(currency string) string {
	switch {
	case l.Free() && l.Known:
		return l.Meter.Nothing
	case l.Known && l.Count == 0:
		said := "none of it"
		if l.Found != nil {
			said += " (" + l.Found.Price(l.Meter.Unit, currency) + ")"
		}
		return said
	case l.Known:
		return number(l.Count) + " × " + l.Found.Price(l.Meter.Unit, currency)
	case l.Found != nil:
		return l.Found.Price(l.Meter.Unit, currency) + "; " + l.Why
	}
	return l.Why
}

// Text writes the bill of an estate for people: all lines that cost something or
// are not known, the sum, and the date of the prices.
func (t *Total) Text(w io.Writer) error {
	out := &textWriter{w: w}
	free := 0
	for i := range t.Bills {
		b := &t.Bills[i]
		if b.Free() {
			free++
			continue
		}
		out.line("%-12s %s (%s)", b.monthly(), shortName(b.Resource.Name), b.Resource.Type)
		if b.Resource.Presence != "" {
			out.line("             only if %s", b.Resource.Presence)
		}
		if b.Why != "" {
			out.line("             unknown: %s", b.Why)
		}
		for k := range b.Lines {
			l := &b.Lines[k]
			if l.Free() && l.Known {
				continue
			}
			amount := "unknown"
			if l.Known {
				amount = sum(l.Monthly)
			}
			out.line("%12s   %s: %s", amount, l.What(), l.Said(t.List.Currency))
			if l.Meter.Unverified != "" {
				out.line("               not confirmed: %s", l.Meter.Unverified)
			}
		}
	}
	out.line("%s a month%s", Money(t.Monthly, t.List.Currency), t.beside(free))
	out.line("%s.", upper(t.List.Dated()))
	for _, p := range t.List.Partial {
		out.line("Not all of the list was downloaded: %s.", p)
	}
	return out.err
}

// shortName leaves out the expressions in a name that is known in part only.
func shortName(name string) string {
	var out strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case r == '{':
			if depth == 0 {
				out.WriteRune('…')
			}
			depth++
		case r == '}' && depth > 0:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func (b *Bill) monthly() string {
	text := sum(b.Monthly)
	if !b.Known() {
		text += " +"
		if b.Monthly == 0 {
			text = "unknown"
		}
	}
	return text
}

func (t *Total) beside(free int) string {
	said := ""
	if t.Maybe > 0 {
		said += fmt.Sprintf(", %s more if all conditional resources are there", Money(t.Maybe, t.List.Currency))
	}
	if t.Unknown > 0 {
		said += fmt.Sprintf(", and what is not known (%s)", count(t.Unknown, "item", "items"))
	}
	if free > 0 {
		said += fmt.Sprintf("; %s nothing by %s", count(free, "resource costs", "resources cost"), map[bool]string{true: "itself", false: "themselves"}[free == 1])
	}
	return said + "."
}

// Said says in words what a change costs: "+70.08 USD a month", "1.25 times as much
// per GB, how much is stored is not known".
func (c *Change) Said(currency string) string {
	switch {
	case c.Known:
		return MoreMoney(c.Monthly, currency) + " a month"
	case c.Ratio > 0 && c.After != nil:
		return fmt.Sprintf("%s times as much per %s (%s); %s", number(math.Round(c.Ratio*1e4)/1e4), c.After.Meter.Unit, c.After.Found.Price(c.After.Meter.Unit, currency), c.Why)
	case c.After != nil && c.After.Found != nil:
		return "unknown: " + c.After.Said(currency)
	}
	return "unknown: " + c.Why
}

// What says what a change is about.
func (c *Change) What() string {
	switch {
	case c.After != nil:
		return c.After.What()
	case c.Before != nil:
		return c.Before.What() + " (gone)"
	}
	return "the resource"
}

// Text writes a difference for people: what costs more or less, and the sum.
func (d *Difference) Text(w io.Writer) error {
	out := &textWriter{w: w}
	currency := d.After.List.Currency
	for i := range d.Changes {
		c := &d.Changes[i]
		out.line("%s (%s), %s: %s", shortName(c.Resource.Name), c.Resource.Type, c.What(), c.Said(currency))
	}
	out.line("%s", d.Said())
	out.line("%s.", upper(d.After.List.Dated()))
	return out.err
}

// Said says the whole difference in a sentence.
func (d *Difference) Said() string {
	currency := d.After.List.Currency
	switch {
	case len(d.Changes) == 0:
		return "No price and no known quantity changes."
	case d.Unknown == len(d.Changes):
		return fmt.Sprintf("What it costs more a month is not known (%s).", count(d.Unknown, "change", "changes"))
	case d.Unknown > 0:
		return fmt.Sprintf("%s a month, and what is not known (%s).", MoreMoney(d.Monthly, currency), count(d.Unknown, "change", "changes"))
	}
	return MoreMoney(d.Monthly, currency) + " a month."
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// textWriter remembers the first error.
type textWriter struct {
	w   io.Writer
	err error
}

func (t *textWriter) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}
