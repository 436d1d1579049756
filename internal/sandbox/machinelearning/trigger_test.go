package machinelearning

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// times gives the next times of a trigger, as a calendar shows them.
func times(t *testing.T, body string, count int) string {
	t.Helper()
	o, err := object.Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	tr, err := triggerOf(o)
	if err != nil {
		return err.Error()
	}
	var out []string
	at := noon
	for range count {
		next, ok := tr.next(at)
		if !ok {
			out = append(out, "never")
			break
		}
		if !next.After(at) {
			t.Fatalf("%s: %v is not after %v", body, next, at)
		}
		out, at = append(out, next.Format("01-02 15:04")), next
	}
	return strings.Join(out, ", ")
}

func TestTriggersFireWhenTheySay(t *testing.T) {
	for _, c := range []struct{ body, want string }{ // it is Monday, 2026-11-23, 12:00
		{`{"triggerType":"Cron","expression":"0 3 * * *"}`, "11-24 03:00, 11-25 03:00, 11-26 03:00"},
		{`{"triggerType":"Cron","expression":"*/20 12,13 * * 1-5"}`, "11-23 12:20, 11-23 12:40, 11-23 13:00"},
		{`{"triggerType":"Cron","expression":"0 0 1 jan *"}`, "01-01 00:00, 01-01 00:00, 01-01 00:00"},
		{`{"triggerType":"Cron","expression":"0 0 13 * fri"}`, "11-27 00:00, 12-04 00:00, 12-11 00:00"},
		{`{"triggerType":"Cron","expression":"0 12 * * 7"}`, "11-29 12:00, 12-06 12:00, 12-13 12:00"},
		{`{"triggerType":"Cron","expression":"0 0 30 2 *"}`, "never"},
		{`{"triggerType":"Cron","expression":"0 3 * * *","endTime":"2026-11-24T12:00:00"}`, "11-24 03:00, never"},
		{`{"triggerType":"Cron","expression":"0 3 * * *","startTime":"2026-12-01T00:00:00"}`, "12-01 03:00, 12-02 03:00, 12-03 03:00"},
		{`{"triggerType":"Cron","expression":"0 3 * * *","timeZone":"Europe/Berlin"}`, "11-24 02:00, 11-25 02:00, 11-26 02:00"},
		{`{"triggerType":"Recurrence","frequency":"Minute","interval":15,"startTime":"2020-01-01T00:05:00"}`, "11-23 12:05, 11-23 12:20, 11-23 12:35"},
		{`{"triggerType":"Recurrence","frequency":"Minute","interval":30,"startTime":"0001-01-01T00:00:00"}`, "11-23 12:30, 11-23 13:00, 11-23 13:30"},
		{`{"triggerType":"Recurrence","frequency":"Day","interval":1,"startTime":"0001-01-01T06:00:00"}`, "11-24 06:00, 11-25 06:00, 11-26 06:00"},
		{`{"triggerType":"Recurrence","frequency":"Month","interval":1,"schedule":{"monthDays":[31]},"startTime":"9999-12-01T00:00:00"}`, "12-31 00:00, never"},
		{`{"triggerType":"Recurrence","frequency":"Hour","interval":6,"startTime":"2026-11-24T00:00:00"}`, "11-24 00:00, 11-24 06:00, 11-24 12:00"},
		{`{"triggerType":"Recurrence","frequency":"Day","interval":2,"startTime":"2026-11-01T08:00:00"}`, "11-25 08:00, 11-27 08:00, 11-29 08:00"},
		{`{"triggerType":"Recurrence","frequency":"Week","interval":1,"schedule":{"hours":[18,6],"minutes":[0],"weekDays":["Monday","Thursday"]}}`, "11-23 18:00, 11-26 06:00, 11-26 18:00"},
		{`{"triggerType":"Recurrence","frequency":"Month","interval":1,"schedule":{"hours":[0],"minutes":[30],"monthDays":[1,31]},"startTime":"2026-01-01T00:00:00"}`, "12-01 00:30, 12-31 00:30, 01-01 00:30"},
		{`{"triggerType":"Recurrence","frequency":"Month","interval":1,"startTime":"2026-01-15T10:00:00"}`, "12-15 10:00, 01-15 10:00, 02-15 10:00"},
	} {
		if got := times(t, c.body, 3); got != c.want {
			t.Errorf("%s\nfires at %s\nwant     %s", c.body, got, c.want)
		}
	}
}

func TestTriggersThatMakeNoSenseAreRefused(t *testing.T) {
	for body, part := range map[string]string{
		`{}`: "Cron or Recurrence",
		`{"triggerType":"Cron","expression":"* * *"}`:                                                      "five fields",
		`{"triggerType":"Cron","expression":"61 * * * *"}`:                                                 "between",
		`{"triggerType":"Cron","expression":"a * * * *"}`:                                                  "no number",
		`{"triggerType":"Cron","expression":"*/0 * * * *"}`:                                                "no step",
		`{"triggerType":"Cron","expression":"* * * * *","startTime":"soon"}`:                               "no time",
		`{"triggerType":"Recurrence","frequency":"Day","interval":99999999999}`:                            "interval",
		`{"triggerType":"Recurrence","frequency":"Day"}`:                                                   "interval",
		`{"triggerType":"Recurrence","frequency":"Moon","interval":1}`:                                     "frequency",
		`{"triggerType":"Recurrence","frequency":"Week","interval":1,"schedule":{"weekDays":["Someday"]}}`: "no day of a week",
		`{"triggerType":"Recurrence","frequency":"Month","interval":1,"schedule":{"monthDays":[32]}}`:      "no day of a month",
	} {
		if got := times(t, body, 1); !strings.Contains(got, part) {
			t.Errorf("%s: %q, want %q", body, got, part)
		}
	}
}

// FuzzTriggers reads any expression without a fault, and what it gives fires in
// the future.
func FuzzTriggers(f *testing.F) {
	for _, s := range []string{"0 3 * * *", "*/5 1-4,9 1 jan-mar mon", "0 0 31 2 *", "59/3 * * * 7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		tr, err := triggerOf(object.Object{"triggerType": "Cron", "expression": expression})
		if err != nil {
			return
		}
		if at, ok := tr.next(noon); ok && (!at.After(noon) || at.Second() != 0 || at.After(noon.AddDate(6, 0, 0))) {
			t.Errorf("%q fires at %v", expression, at)
		}
	})
}

func TestATriggerIsNotLateBySeconds(t *testing.T) {
	tr, err := triggerOf(object.Object{"triggerType": "Cron", "expression": "* * * * *"})
	if err != nil {
		t.Fatal(err)
	}
	if at, _ := tr.next(noon.Add(30 * time.Second)); !at.Equal(noon.Add(time.Minute)) {
		t.Errorf("it fires at %v", at)
	}
}
