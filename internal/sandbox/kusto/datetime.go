package kusto

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Datetimes are counted in ticks of 100 ns since the start of the year 1,
// timespans in the same ticks.
const (
	tick         int64 = 1
	tickMicro          = 10 * tick
	tickMilli          = 1000 * tickMicro
	tickSecond         = 1000 * tickMilli
	tickMinute         = 60 * tickSecond
	tickHour           = 60 * tickMinute
	tickDay            = 24 * tickHour
	unixDays     int64 = 719162 // days from 0001-01-01 to 1970-01-01
	maxTimeTicks int64 = 3652059*tickDay - 1
)

func ticksOf(t time.Time) (int64, bool) {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return 0, false
	}
	return (t.Unix()+unixDays*86400)*tickSecond + int64(t.Nanosecond()/100), true
}

func timeOf(ticks int64) time.Time {
	return time.Unix(ticks/tickSecond-unixDays*86400, ticks%tickSecond*100).UTC()
}

// timeInRange is a datetime of ticks, null when Kusto could not hold it.
func timeInRange(ticks int64) Value {
	if ticks < 0 || ticks > maxTimeTicks {
		return Value{}
	}
	return dateTime(ticks)
}

func formatTicks(ticks int64) string { return timeOf(ticks).Format("2006-01-02T15:04:05.0000000Z") }

// formatSpan writes [-][d.]hh:mm:ss[.fffffff].
func formatSpan(ticks int64) string {
	sign, n := "", uint64(ticks)
	if ticks < 0 {
		sign, n = "-", uint64(-ticks)
	}
	day, hour, minute, second := uint64(tickDay), uint64(tickHour), uint64(tickMinute), uint64(tickSecond)
	days := ""
	if n >= day {
		days = strconv.FormatUint(n/day, 10) + "."
	}
	s := fmt.Sprintf("%s%s%02d:%02d:%02d", sign, days, n%day/hour, n%hour/minute, n%minute/second)
	if f := n % second; f != 0 {
		s += fmt.Sprintf(".%07d", f)
	}
	return s
}

var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04",
	"2006-01-02", "2006-01", "2006", "1/2/2006 15:04:05", "1/2/2006 3:04:05 PM", "1/2/2006",
	time.RFC1123, time.RFC850, "2 Jan 2006 15:04:05", "2 Jan 2006",
}

// parseTime reads a datetime as todatetime() does; without a zone it is UTC.
func parseTime(s string) Value {
	s = strings.TrimSpace(s)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return Time(t)
		}
	}
	return Value{}
}

var spanUnits = map[string]int64{
	"d": tickDay, "day": tickDay, "days": tickDay,
	"h": tickHour, "hr": tickHour, "hrs": tickHour, "hour": tickHour, "hours": tickHour,
	"m": tickMinute, "min": tickMinute, "minute": tickMinute, "minutes": tickMinute,
	"s": tickSecond, "sec": tickSecond, "second": tickSecond, "seconds": tickSecond,
	"ms": tickMilli, "milli": tickMilli, "millis": tickMilli, "millisecond": tickMilli, "milliseconds": tickMilli,
	"micro": tickMicro, "micros": tickMicro, "microsecond": tickMicro, "microseconds": tickMicro,
	"tick": tick, "ticks": tick,
}

// parseSpan reads 1.5h, 7d, or [d.]hh:mm[:ss[.fffffff]]; a bare number is days.
func parseSpan(s string) Value {
	s = strings.TrimSpace(s)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	var v Value
	if strings.Contains(s, ":") {
		v = parseClock(s)
	} else {
		i := 0
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
			i++
		}
		unit, ok := spanUnits[s[i:]]
		if s[i:] == "" {
			unit, ok = tickDay, true
		}
		f, err := strconv.ParseFloat(s[:i], 64)
		if !ok || err != nil {
			return Value{}
		}
		v = spanOf(f * float64(unit))
	}
	if negative && v.kind == timespanKind {
		v.n = -v.n
	}
	return v
}

// spanOf is a timespan of ticks, null when they do not fit.
func spanOf(ticks float64) Value {
	if !(ticks > -9.2e18 && ticks < 9.2e18) {
		return Value{}
	}
	return span(int64(ticks))
}

func parseClock(s string) Value {
	days := int64(0)
	if d, rest, ok := strings.Cut(s, "."); ok && !strings.Contains(d, ":") {
		n, err := strconv.ParseInt(d, 10, 32)
		if err != nil || n < 0 || n > 10_675_198 {
			return Value{}
		}
		days, s = n, rest
	}
	layout := "15:04:05.9999999"
	if strings.Count(s, ":") == 1 {
		layout = "15:04"
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return Value{}
	}
	return span(days*tickDay + int64(t.Hour())*tickHour + int64(t.Minute())*tickMinute +
		int64(t.Second())*tickSecond + int64(t.Nanosecond()/100))
}
