package kusto

import (
	"fmt"
	"strings"
	"time"
)

func timeFunctions() map[string]function {
	part := func(f func(time.Time) int) function {
		return function{min: 1, max: 1, typ: TypeInt, apply: func(a []Value) Value {
			if a[0].kind != dateTimeKind {
				return Value{}
			}
			return Long(int64(f(timeOf(a[0].n))))
		}}
	}
	start := func(f func(time.Time, int) time.Time) function {
		return function{min: 1, max: 2, typ: TypeDateTime, named: firstName, apply: func(a []Value) Value { return startOf(a, f) }}
	}
	end := func(f func(time.Time, int) time.Time) function {
		return function{min: 1, max: 2, typ: TypeDateTime, named: firstName, apply: func(a []Value) Value {
			offset := Long(0)
			if len(a) == 2 {
				offset = toLong(a[1])
			}
			return arithmetic('-', startOf([]Value{a[0], arithmetic('+', offset, Long(1))}, f), span(1))
		}}
	}
	return map[string]function{
		"now":             {min: 0, max: 1, special: func(b *binder, c call) (expr, error) { return bindNow(b, c, 1) }},
		"ago":             {min: 1, max: 1, special: func(b *binder, c call) (expr, error) { return bindNow(b, c, -1) }},
		"datetime_diff":   {min: 3, max: 3, typ: TypeLong, apply: timeDiff},
		"datetime_add":    {min: 3, max: 3, typ: TypeDateTime, apply: timeAdd},
		"datetime_part":   {min: 2, max: 2, typ: TypeInt, apply: timePart},
		"format_datetime": {min: 2, max: 2, typ: TypeString, apply: func(a []Value) Value { return formatTime(a[0], a[1].Text()) }},
		"format_timespan": {min: 2, max: 2, typ: TypeString, apply: func(a []Value) Value { return formatTime(a[0], a[1].Text()) }},
		"make_datetime":   {min: 3, max: 6, typ: TypeDateTime, apply: makeTime},
		"make_timespan":   {min: 2, max: 4, typ: TypeTimespan, apply: makeSpan},
		"getyear":         part(time.Time.Year),
		"getmonth":        part(func(t time.Time) int { return int(t.Month()) }),
		"monthofyear":     part(func(t time.Time) int { return int(t.Month()) }),
		"dayofmonth":      part(time.Time.Day),
		"dayofyear":       part(time.Time.YearDay),
		"hourofday":       part(time.Time.Hour),
		"dayofweek":       {min: 1, max: 1, typ: TypeTimespan, apply: dayOfWeek},
		"startofday":      start(dayStart), "startofmonth": start(monthStart), "startofyear": start(yearStart), "startofweek": start(weekStart),
		"endofday": end(dayStart), "endofmonth": end(monthStart), "endofyear": end(yearStart), "endofweek": end(weekStart),
		"unixtime_seconds_todatetime": {min: 1, max: 1, typ: TypeDateTime, apply: func(a []Value) Value {
			return arithmetic('+', dateTime(unixDays*tickDay), arithmetic('*', a[0], span(tickSecond)))
		}},
	}
}

// bindNow is the clock of the run, moved by a timespan.
func bindNow(b *binder, c call, sign int64) (expr, error) {
	if b.run.opts.Now.IsZero() {
		return expr{}, b.fail(c.position, "%s() needs a clock, and this query was run without one", c.name)
	}
	now := Time(b.run.opts.Now)
	if len(c.args) == 0 {
		return constant(TypeDateTime, now), nil
	}
	e, err := b.bind(c.args[0])
	if err != nil {
		return expr{}, err
	}
	if e.typ != TypeTimespan {
		return expr{}, b.fail(c.args[0].place(), "%s() takes a timespan such as 7d, this is a %s", c.name, e.typ)
	}
	return expr{typ: TypeDateTime, eval: func(r Row) Value {
		d := e.eval(r)
		if sign < 0 {
			d = negate(d)
		}
		return arithmetic('+', now, d)
	}}.folded(e.constant), nil
}

func dayStart(t time.Time, n int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+n, 0, 0, 0, 0, time.UTC)
}
func monthStart(t time.Time, n int) time.Time {
	return time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
}
func yearStart(t time.Time, n int) time.Time {
	return time.Date(t.Year()+n, 1, 1, 0, 0, 0, 0, time.UTC)
}
func weekStart(t time.Time, n int) time.Time { return dayStart(t, 7*n-int(t.Weekday())) }

func startOf(a []Value, f func(time.Time, int) time.Time) Value {
	offset := int64(0)
	if len(a) == 2 {
		v := toLong(a[1])
		if v.IsNull() || v.n > 4_000_000 || v.n < -4_000_000 {
			return Value{}
		}
		offset = v.n
	}
	if a[0].kind != dateTimeKind {
		return Value{}
	}
	return Time(f(timeOf(a[0].n), int(offset)))
}

func dayOfWeek(a []Value) Value {
	if a[0].kind != dateTimeKind {
		return Value{}
	}
	return span(int64(timeOf(a[0].n).Weekday()) * tickDay)
}

// unitTicks are the parts of a datetime whose length does not change.
var unitTicks = map[string]int64{
	"week": 7 * tickDay, "day": tickDay, "hour": tickHour, "minute": tickMinute, "second": tickSecond,
	"millisecond": tickMilli, "microsecond": tickMicro, "nanosecond": tick,
}

// months is the datetime's month, counted from the year 0.
func months(ticks int64) int64 {
	t := timeOf(ticks)
	return int64(t.Year())*12 + int64(t.Month()) - 1
}

// timeDiff counts the boundaries of a part between two datetimes.
func timeDiff(a []Value) Value {
	part := fold(a[0].Text())
	if a[1].kind != dateTimeKind || a[2].kind != dateTimeKind {
		return Value{}
	}
	to, from := a[1].n, a[2].n
	switch part {
	case "year":
		return Long(months(to)/12 - months(from)/12)
	case "quarter":
		return Long(months(to)/3 - months(from)/3)
	case "month":
		return Long(months(to) - months(from))
	case "week": // weeks begin on Sunday; the first day of the year 1 was a Monday
		return Long((to/tickDay+1)/7 - (from/tickDay+1)/7)
	case "nanosecond":
		return integer('*', to-from, 100)
	}
	if unit, ok := unitTicks[part]; ok {
		return Long(to/unit - from/unit)
	}
	return Value{}
}

func timeAdd(a []Value) Value {
	part, n := fold(a[0].Text()), toLong(a[1])
	if a[2].kind != dateTimeKind || n.IsNull() {
		return Value{}
	}
	if per, ok := map[string]int64{"year": 12, "quarter": 3, "month": 1}[part]; ok {
		if n.n > 200_000 || n.n < -200_000 {
			return Value{}
		}
		t := timeOf(a[2].n)
		first := monthStart(t, int(n.n*per))
		last := monthStart(first, 1).AddDate(0, 0, -1).Day()
		return Time(first.AddDate(0, 0, min(t.Day(), last)-1).Add(t.Sub(dayStart(t, 0))))
	}
	if part == "nanosecond" {
		return timeInRange(a[2].n + n.n/100)
	}
	unit, ok := unitTicks[part]
	if !ok {
		return Value{}
	}
	if d := integer('*', n.n, unit); d.kind == longKind {
		return arithmetic('+', a[2], span(d.n))
	}
	return Value{}
}

func timePart(a []Value) Value {
	if a[1].kind != dateTimeKind {
		return Value{}
	}
	t := timeOf(a[1].n)
	_, week := t.ISOWeek()
	parts := map[string]int{
		"year": t.Year(), "quarter": (int(t.Month()) + 2) / 3, "month": int(t.Month()), "week_of_year": week, "day": t.Day(),
		"dayofyear": t.YearDay(), "hour": t.Hour(), "minute": t.Minute(), "second": t.Second(),
		"millisecond": t.Nanosecond() / 1e6, "microsecond": t.Nanosecond() / 1e3, "nanosecond": t.Nanosecond(),
	}
	if n, ok := parts[fold(a[0].Text())]; ok {
		return Long(int64(n))
	}
	return Value{}
}

func makeTime(a []Value) Value {
	parts := [6]int64{1, 1, 1}
	limits := [6]int64{9999, 12, 31, 23, 59, 59}
	for i, v := range a {
		n := toLong(v)
		if n.IsNull() || n.n < 0 || i < 3 && n.n < 1 || n.n > limits[i] {
			return Value{}
		}
		parts[i] = n.n
	}
	t := time.Date(int(parts[0]), time.Month(parts[1]), int(parts[2]), int(parts[3]), int(parts[4]), int(parts[5]), 0, time.UTC)
	if t.Day() != int(parts[2]) {
		return Value{}
	}
	return Time(t)
}

func makeSpan(a []Value) Value {
	units := []int64{tickDay, tickHour, tickMinute, tickSecond}
	switch len(a) {
	case 2:
		units = units[1:3]
	case 3:
		units = units[1:]
	}
	total := 0.0
	for i, v := range a {
		f := toReal(v)
		if f.IsNull() {
			return Value{}
		}
		total += f.real() * float64(units[i])
	}
	return spanOf(total)
}

// formatTime writes a datetime or timespan by Kusto's pattern: runs of y, M, d,
// h, H, m, s, f, F and tt; anything else stands for itself.
func formatTime(v Value, pattern string) Value {
	if v.kind != dateTimeKind && v.kind != timespanKind {
		return String("")
	}
	ticks := v.n
	if ticks < 0 {
		ticks = -ticks
	}
	t, days := timeOf(max(ticks, 0)), max(ticks, 0)/tickDay
	var b strings.Builder
	for i := 0; i < len(pattern); {
		n := 1
		for i+n < len(pattern) && pattern[i+n] == pattern[i] {
			n++
		}
		c := pattern[i]
		i += n
		fraction := fmt.Sprintf("%07d", max(ticks, 0)%tickSecond)[:min(n, 7)]
		switch {
		case c == 'y' && n <= 2:
			fmt.Fprintf(&b, "%0*d", n, t.Year()%100)
		case c == 'y':
			fmt.Fprintf(&b, "%0*d", n, t.Year())
		case c == 'M':
			fmt.Fprintf(&b, "%0*d", n, int(t.Month()))
		case c == 'd' && v.kind == timespanKind:
			fmt.Fprintf(&b, "%0*d", n, days)
		case c == 'd':
			fmt.Fprintf(&b, "%0*d", n, t.Day())
		case c == 'H' || c == 'h' && v.kind == timespanKind:
			fmt.Fprintf(&b, "%0*d", n, t.Hour())
		case c == 'h':
			fmt.Fprintf(&b, "%0*d", n, (t.Hour()+11)%12+1)
		case c == 'm':
			fmt.Fprintf(&b, "%0*d", n, t.Minute())
		case c == 's':
			fmt.Fprintf(&b, "%0*d", n, t.Second())
		case c == 'f':
			b.WriteString(fraction)
		case c == 'F':
			b.WriteString(strings.TrimRight(fraction, "0"))
		case c == 't':
			b.WriteString(t.Format("PM"))
		default:
			b.WriteString(pattern[i-n : i])
		}
	}
	return String(b.String())
}
