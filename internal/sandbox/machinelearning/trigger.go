package machinelearning

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// trigger is when a schedule fires: at minutes that fit all fields of a cron
// expression, or at each interval from a start on.
type trigger struct {
	from, until time.Time // zero: always
	where       *time.Location

	cron  bool
	field [5]uint64 // minutes, hours, days, months, weekdays: one bit for each that fits
	anyOf bool      // days and weekdays are both restricted: one of them will do

	every    int // of frequency
	unit     string
	hours    []int // at which, on the days that fit; nil: at the time of from
	minutes  []int
	weekdays uint64 // 0: any
	days     uint64 // of the month, 0: any
}

// triggerOf reads the trigger of a schedule (facts/azure-ml.md section 4.7a). Time
// zones are told by Windows names; one that the system does not know counts as
// UTC.
func triggerOf(o object.Object) (*trigger, error) {
	t := &trigger{where: zoneOf(object.Text(o, "timeZone"))}
	var err error
	if t.from, err = t.read(object.Text(o, "startTime")); err != nil {
		return nil, err
	}
	if t.until, err = t.read(object.Text(o, "endTime")); err != nil {
		return nil, err
	}
	switch strings.ToLower(object.Text(o, "triggerType")) {
	case "cron":
		t.cron = true
		return t, t.readCron(object.Text(o, "expression"))
	case "recurrence":
		return t, t.readRecurrence(o)
	}
	return nil, fmt.Errorf("its type is %q, and must be Cron or Recurrence", object.Text(o, "triggerType"))
}

func (t *trigger) read(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, t.where); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time such as 2026-01-31T08:00:00", text)
}

// bounds are the least and greatest value of each field of a cron expression.
var bounds = [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}

var names = [5][]string{3: {"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}, 4: {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}

func (t *trigger) readCron(expression string) error {
	parts := strings.Fields(expression)
	if len(parts) != 5 {
		return fmt.Errorf("the expression %q needs five fields: minute, hour, day, month, weekday", expression)
	}
	for i, part := range parts {
		for item := range strings.SplitSeq(part, ",") {
			bits, err := cronItem(item, i)
			if err != nil {
				return fmt.Errorf("the expression %q: %w", expression, err)
			}
			t.field[i] |= bits
		}
	}
	if t.field[4]&(1<<7) != 0 { // Sunday is 0 or 7
		t.field[4] |= 1
	}
	t.anyOf = parts[2] != "*" && parts[4] != "*"
	return nil
}

// cronItem reads *, 5, 1-5, and each with a step behind a slash.
func cronItem(item string, field int) (uint64, error) {
	span, stepText, stepped := strings.Cut(item, "/")
	step, lo, hi := 1, bounds[field][0], bounds[field][1]
	if stepped {
		n, err := strconv.Atoi(stepText)
		if err != nil || n < 1 {
			return 0, fmt.Errorf("%q is no step", item)
		}
		step = n
	}
	if span != "*" {
		a, b, ranged := strings.Cut(span, "-")
		var err error
		if lo, err = cronNumber(a, field); err != nil {
			return 0, err
		}
		if hi = lo; ranged {
			if hi, err = cronNumber(b, field); err != nil {
				return 0, err
			}
		} else if stepped {
			hi = bounds[field][1]
		}
	}
	if lo < bounds[field][0] || hi > bounds[field][1] || lo > hi {
		return 0, fmt.Errorf("%q is not between %d and %d", item, bounds[field][0], bounds[field][1])
	}
	var bits uint64
	for v := lo; v <= hi; v += step {
		bits |= 1 << v
	}
	return bits, nil
}

func cronNumber(text string, field int) (int, error) {
	for i, name := range names[field] {
		if name != "" && strings.EqualFold(name, text) {
			return i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return n, nil
}

// maxInterval bounds intervals, so that no time of theirs overflows.
const maxInterval = 10000

func (t *trigger) readRecurrence(o object.Object) error {
	t.every, t.unit = number(o, "interval", 0), strings.ToLower(object.Text(o, "frequency"))
	if t.every < 1 || t.every > maxInterval {
		return fmt.Errorf("its interval must be from 1 to %d", maxInterval)
	}
	switch t.unit {
	case "minute", "hour", "day", "week", "month":
	default:
		return fmt.Errorf("its frequency is %q, and must be Minute, Hour, Day, Week or Month", t.unit)
	}
	s := object.Inner(o, "schedule")
	t.hours, t.minutes = numbers(s, "hours"), numbers(s, "minutes")
	for _, d := range numbers(s, "monthDays") {
		if d < 1 || d > 31 {
			return fmt.Errorf("%d is no day of a month", d)
		}
		t.days |= 1 << d
	}
	for _, e := range object.List(s, "weekDays") {
		name, _ := e.(string)
		found := false
		for i, short := range names[4] {
			if len(name) > 2 && strings.EqualFold(name[:3], short) {
				t.weekdays |= 1 << i
				found = true
			}
		}
		if !found {
			return fmt.Errorf("%q is no day of a week", name)
		}
	}
	return nil
}

func numbers(o object.Object, path string) []int {
	var out []int
	for _, e := range object.List(o, path) {
		out = append(out, number(object.Object{"n": e}, "n", 0))
	}
	return out
}

// next is the first time after now; false when there is none within five years.
func (t *trigger) next(now time.Time) (time.Time, bool) {
	var at time.Time
	if t.cron {
		at = t.nextCron(later(now.Add(time.Nanosecond), t.from))
	} else {
		at = t.nextRecurrence(now)
	}
	if at.IsZero() || !at.After(now) || at.UTC().Year() > 9999 || !t.until.IsZero() && at.After(t.until) {
		return time.Time{}, false
	}
	return at.UTC(), true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// nextCron is the first whole minute from a time on that fits.
func (t *trigger) nextCron(from time.Time) time.Time {
	at := from.In(t.where).Truncate(time.Minute)
	if at.Before(from) {
		at = at.Add(time.Minute)
	}
	for end := at.AddDate(5, 0, 0); at.Before(end); {
		y, m, d := at.Date()
		switch {
		case t.field[3]&(1<<int(m)) == 0:
			at = time.Date(y, m+1, 1, 0, 0, 0, 0, t.where)
		case !t.dayFits(at):
			at = time.Date(y, m, d+1, 0, 0, 0, 0, t.where)
		case t.field[1]&(1<<at.Hour()) == 0:
			at = time.Date(y, m, d, at.Hour()+1, 0, 0, 0, t.where)
		case t.field[0]&(1<<at.Minute()) == 0:
			at = at.Add(time.Minute)
		default:
			return at
		}
	}
	return time.Time{}
}

func (t *trigger) dayFits(at time.Time) bool {
	day, weekday := t.field[2]&(1<<at.Day()) != 0, t.field[4]&(1<<int(at.Weekday())) != 0
	if t.anyOf {
		return day || weekday
	}
	return day && weekday
}

// nextRecurrence steps from the start, an interval at a time.
func (t *trigger) nextRecurrence(now time.Time) time.Time {
	start := t.from.In(t.where)
	if t.from.IsZero() {
		start = now.In(t.where).Truncate(time.Minute)
	}
	if t.unit == "minute" || t.unit == "hour" {
		step := int64(t.every) * 60
		if t.unit == "hour" {
			step *= 60
		}
		if start.After(now) {
			return start
		}
		// In seconds: a start may lie farther back than a duration reaches.
		return time.Unix(start.Unix()+((now.Unix()-start.Unix())/step+1)*step, 0)
	}
	from := max(0, int((now.Unix()-start.Unix())/(24*3600))-1)
	for i := from; i < from+5*366; i++ {
		day := start.AddDate(0, 0, i)
		if !t.turn(start, day, i) {
			continue
		}
		for _, at := range t.times(start, day) {
			if at.After(now) && !at.Before(start) {
				return at
			}
		}
	}
	return time.Time{}
}

// turn says whether a day is one of those that fit.
func (t *trigger) turn(start, day time.Time, i int) bool {
	if t.weekdays != 0 && t.weekdays&(1<<int(day.Weekday())) == 0 || t.days != 0 && t.days&(1<<day.Day()) == 0 {
		return false
	}
	switch t.unit {
	case "day":
		return i%t.every == 0
	case "week":
		return (i/7)%t.every == 0 && (t.weekdays != 0 || i%7 == 0)
	}
	months := (day.Year()-start.Year())*12 + int(day.Month()) - int(start.Month())
	return months%t.every == 0 && (t.days != 0 || day.Day() == start.Day())
}

// times are those of a day, in order.
func (t *trigger) times(start, day time.Time) []time.Time {
	hours, minutes := t.hours, t.minutes
	if len(hours) == 0 {
		hours = []int{start.Hour()}
	}
	if len(minutes) == 0 {
		minutes = []int{start.Minute()}
	}
	var out []time.Time
	for _, h := range hours {
		for _, m := range minutes {
			out = append(out, time.Date(day.Year(), day.Month(), day.Day(), h, m, 0, 0, t.where))
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
