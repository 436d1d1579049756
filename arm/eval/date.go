package eval

import (
	"math"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const isoFormat = "yyyy-MM-ddTHH:mm:ssZ"

// fnUTCNow gives the time of the deployment; only defaults of parameters may ask for it.
func fnUTCNow(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := m.onlyInDefault(e); err != nil {
		return value.Value{}, err
	}
	format := "yyyyMMddTHHmmssZ"
	if len(a) == 1 {
		var err *Error
		if format, err = str(e, -1, a[0]); err != nil {
			return value.Value{}, err
		}
	}
	return m.now(e, a, func(t time.Time) (value.Value, *Error) { return m.formatDate(e, t, format) })
}

func (m *Machine) onlyInDefault(e *expr.Expr) *Error {
	if m.inDef {
		return nil
	}
	return fault("The template function '%s' is not expected at this location. It can only be used in the default value of a parameter", callName(e))
}

func (m *Machine) formatDate(e *expr.Expr, t time.Time, format string) (value.Value, *Error) {
	s, ok := formatDate(t, format)
	if !ok {
		return value.Value{}, cannot(e, "the date format '%s' is not valid", format)
	}
	return m.made(s)
}

// fnDateTimeAdd adds an ISO 8601 duration. Without a format, an ISO date gives an ISO date; for others the documented
// sample prints the general form of .NET.
func fnDateTimeAdd(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	base, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	duration, err := str(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	t, ok := parseDate(base)
	if !ok {
		return value.Value{}, cannot(e, "the value '%s' cannot be converted to a date and time", show(a[0]))
	}
	d, ok := parseDuration(duration)
	if !ok {
		return value.Value{}, cannot(e, "the value '%s' is not a valid ISO 8601 duration, such as 'P1D' or '-PT2H30M'", show(a[1]))
	}
	format := "G"
	if strings.IndexByte(base, 'T') > 0 && strings.HasSuffix(base, "Z") {
		format = isoFormat
	}
	if len(a) == 3 {
		if format, err = str(e, 2, a[2]); err != nil {
			return value.Value{}, err
		}
	}
	sum, ok := d.after(t)
	if !ok {
		return value.Value{}, cannot(e, "the resulting date is out of range")
	}
	return m.formatDate(e, sum, format)
}

// now gives the time of the deployment to the functions that fall back on it.
func (m *Machine) now(e *expr.Expr, a []value.Value, use func(time.Time) (value.Value, *Error)) (value.Value, *Error) {
	if m.Now.IsZero() {
		return value.FromUnknown(value.Unknown{
			Reason: value.Clock, Hint: functionOf(e).result, NotNull: true, Residual: m.residual(e, a), Subject: callName(e) + "()",
		}), nil
	}
	return use(m.Now.UTC())
}

// fnFromEpoch writes the seconds since 1970 as a date; without an argument, the time of the deployment.
func fnFromEpoch(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if len(a) == 0 {
		return m.now(e, a, func(t time.Time) (value.Value, *Error) { return m.formatDate(e, t, isoFormat) })
	}
	n, err := integer(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	// The years 1 to 9999.
	if n < -62135596800 || n > 253402300799 {
		return value.Value{}, cannot(e, "the value '%d' is out of the range of dates", n)
	}
	return m.formatDate(e, time.Unix(n, 0).UTC(), isoFormat)
}

// fnToEpoch gives the seconds since 1970; without an argument, those of the deployment.
func fnToEpoch(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if len(a) == 0 {
		return m.now(e, a, func(t time.Time) (value.Value, *Error) { return value.Int(t.Unix()), nil })
	}
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	t, ok := parseDate(s)
	if !ok {
		return value.Value{}, cannot(e, "the value '%s' cannot be converted to a date and time", show(a[0]))
	}
	return value.Int(t.Unix()), nil
}

// dateLayouts are the forms of dates that are read; a date without a zone is UTC.
var dateLayouts = []string{
	"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04",
	"2006-01-02Z07:00", "2006-01-02", "2006-01", "2006/01/02", "2006/01/02 15:04:05",
	"20060102T150405Z", "20060102T150405",
	"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", "1/2/2006 15:04:05", "1/2/2006 15:04", "1/2/2006",
	"Monday, January 2, 2006 3:04:05 PM", "Monday, January 2, 2006 3:04 PM", "Monday, January 2, 2006", "January 2, 2006",
	"Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:05 -0700", "2 January 2006", "02 Jan 2006",
	"Monday, 02 January 2006 15:04:05", "Monday, 02 January 2006",
}

func parseDate(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return time.Time{}, false
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// duration is a time span as ISO 8601 writes it. Days are counted apart: Go's own durations end after 292 years.
type duration struct {
	days int
	time time.Duration
}

// after gives the time that lies so much behind t; ok is false outside of the years 1 to 9999.
func (d duration) after(t time.Time) (sum time.Time, ok bool) {
	sum = t.AddDate(0, 0, d.days).Add(d.time)
	return sum, sum.Year() >= 1 && sum.Year() <= 9999
}

// maxDays is what .NET's TimeSpan holds.
const maxDays = 10_675_199

// parseDuration reads [-]P[nY][nM][nW][nD][T[nH][nM][nS]]; a year has 365 days and a month 30, as the service counts.
func parseDuration(s string) (duration, bool) {
	rest, minus := strings.CutPrefix(s, "-")
	if !minus {
		rest, _ = strings.CutPrefix(rest, "+")
	}
	rest, ok := strings.CutPrefix(rest, "P")
	if !ok {
		return duration{}, false
	}
	dates, times, hasTime := strings.Cut(rest, "T")
	if dates == "" && times == "" || hasTime && times == "" {
		return duration{}, false
	}
	days, ok := amounts(dates, "YMWD", []float64{365, 30, 7, 1})
	if !ok || days > maxDays {
		return duration{}, false
	}
	seconds, ok := amounts(times, "HMS", []float64{3600, 60, 1})
	if !ok || seconds > maxDays*86400 {
		return duration{}, false
	}
	whole := int(seconds) / 86400
	d := duration{days: int(days) + whole, time: time.Duration((seconds - float64(whole)*86400) * float64(time.Second))}
	if minus {
		d.days, d.time = -d.days, -d.time
	}
	return d, true
}

// amounts sums numbers with their units, which must stand in the order of the list. Only seconds may have a fraction.
func amounts(s, units string, lengths []float64) (total float64, ok bool) {
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
		if end <= 0 {
			return 0, false
		}
		at := strings.IndexByte(units, s[end])
		if at < 0 {
			return 0, false
		}
		amount, ok := decimal(s[:end])
		if !ok || amount != math.Trunc(amount) && s[end] != 'S' {
			return 0, false
		}
		total += amount * lengths[at]
		units, lengths, s = units[at+1:], lengths[at+1:], s[end+1:]
	}
	return total, true
}

// decimal reads digits with at most one point or comma.
func decimal(s string) (float64, bool) {
	whole, frac, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	n, scale := 0.0, 1.0
	for _, c := range whole + frac {
		if c < '0' || c > '9' || len(s) > 18 {
			return 0, false
		}
		n = 10*n + float64(c-'0')
	}
	for range frac {
		scale *= 10
	}
	return n / scale, whole != "" || frac != ""
}
