package eval_test

import (
	"strings"
	"testing"
)

// The forms of dates that are read, all of the same instant unless the row says otherwise.
func TestDatesInEveryForm(t *testing.T) {
	for _, date := range []string{
		"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000Z", "2026-01-02T04:04:05+01:00", "2026-01-01T22:04:05-05:00",
		"2026-01-02 03:04:05Z", "2026-01-02 03:04:05", "2026-01-02T03:04:05", "20260102T030405Z", "20260102T030405",
		"1/2/2026 3:04:05 AM", "1/2/2026 03:04:05", "2026/01/02 03:04:05", " 2026-01-02T03:04:05Z ",
		"Friday, January 2, 2026 3:04:05 AM", "Fri, 02 Jan 2026 03:04:05 GMT",
	} {
		specify(t, known(), "dateTimeToEpoch('"+date+"') => 1767323045")
	}
	specify(t, known(), `
		dateTimeToEpoch('2026-01-02')                    => 1767312000
		dateTimeToEpoch('1/2/2026')                      => 1767312000
		dateTimeToEpoch('2026/01/02')                    => 1767312000
		dateTimeToEpoch('January 2, 2026')               => 1767312000
		dateTimeToEpoch('Friday, January 2, 2026')       => 1767312000
		dateTimeToEpoch('2026-01')                       => 1767225600
		dateTimeToEpoch('2026-01-02T03:04')              => 1767323040
		dateTimeToEpoch('1/2/2026 3:04 AM')              => 1767323040
		dateTimeToEpoch('1/2/2026 3:04 PM')              => 1767366240
		dateTimeToEpoch('2026-02-29')                    !! cannot be converted to a date and time
		dateTimeToEpoch('2024-02-29')                    => 1709164800
		dateTimeToEpoch('2026-01-02T25:00:00Z')          !! cannot be converted to a date and time
		dateTimeToEpoch('13/1/2026')                     !! cannot be converted to a date and time
		dateTimeToEpoch('')                              !! cannot be converted to a date and time
		dateTimeToEpoch('`+strings.Repeat("2026", 20)+`') !! cannot be converted to a date and time
	`)
}

// The form of the result of dateTimeAdd without a format is that of its input, or .NET's general one.
func TestFormOfTheResult(t *testing.T) {
	specify(t, known(), `
		dateTimeAdd('2026-01-02T03:04:05Z', 'P1D')       => "2026-01-03T03:04:05Z"
		dateTimeAdd('2026-01-02 03:04:05Z', 'P1D')       => "1/3/2026 3:04:05 AM"
		dateTimeAdd('2026-01-02', 'PT12H')               => "1/2/2026 12:00:00 PM"
		dateTimeAdd('1/2/2026 3:04:05 PM', 'PT1S')       => "1/2/2026 3:04:06 PM"
		dateTimeAdd(utcNow(), 'P1D')                     => "2026-01-03T03:04:05Z"
		dateTimeAdd(utcNow('u'), 'P1D', 'u')             => "2026-01-03 03:04:05Z"
		dateTimeAdd(dateTimeFromEpoch(0), 'P1D')         => "1970-01-02T00:00:00Z"
	`)
}

// Every unit of a duration, its order, its fraction and its sign.
func TestDurations(t *testing.T) {
	for duration, want := range map[string]string{
		"P1Y": "2027-01-01T00:00:00Z", "P1M": "2026-01-31T00:00:00Z", "P1W": "2026-01-08T00:00:00Z", "P1D": "2026-01-02T00:00:00Z",
		"PT1H": "2026-01-01T01:00:00Z", "PT1M": "2026-01-01T00:01:00Z", "PT1S": "2026-01-01T00:00:01Z",
		"P1DT1H": "2026-01-02T01:00:00Z", "P1M1D": "2026-02-01T00:00:00Z", "PT25H": "2026-01-02T01:00:00Z", "P0D": "2026-01-01T00:00:00Z",
		"PT86400S": "2026-01-02T00:00:00Z", "P365D": "2027-01-01T00:00:00Z", "+P1D": "2026-01-02T00:00:00Z", "-PT1S": "2025-12-31T23:59:59Z",
		"-P1Y": "2025-01-01T00:00:00Z", "PT1.9S": "2026-01-01T00:00:01Z", "PT1,5S": "2026-01-01T00:00:01Z",
	} {
		specify(t, known(), "dateTimeAdd('2026-01-01T00:00:00Z', '"+duration+"') => \""+want+"\"")
	}
	for _, duration := range []string{
		"", " ", "P", "T", "PT", "P1", "1D", "P1S", "PT1D", "PT1Y", "P1D1M", "PT1S1M", "P1DT", "P1D ", " P1D", "p1d", "P1.5D", "PT0.5H", "P--1D",
		"P1D2D", "PT1H2H", "PTS", "PD", "P1DT1HT1M", "--P1D", "-", "P1.2.3D", "PT1.2.3S", "Pforever", "P99999999999Y", "PT999999999999999999H",
	} {
		specify(t, known(), "dateTimeAdd('2026-01-01T00:00:00Z', '"+duration+"') !! is not a valid ISO 8601 duration")
	}
}

// Without a clock, what depends on it is unknown for that reason, and never equal to itself.
func TestNoClock(t *testing.T) {
	s := halfKnown()
	s.InParameterDefault = true
	specify(t, s, `
		utcNow()                                         => [utcNow()]
		utcNow('yyyy')                                   => [utcNow('yyyy')]
		newGuid()                                        => [newGuid()]
		dateTimeFromEpoch()                              => [dateTimeFromEpoch()]
		dateTimeToEpoch()                                => [dateTimeToEpoch()]
		dateTimeAdd(utcNow(), 'P1D')                     => [dateTimeAdd(utcNow(), 'P1D')]
		equals(utcNow(), utcNow())                       => [equals(utcNow(), utcNow())]
		equals(newGuid(), newGuid())                     => [equals(newGuid(), newGuid())]
		equals(concat('a', newGuid()), concat('a', newGuid())) => [equals(concat('a', newGuid()), concat('a', newGuid()))]
		equals(concat('a', newGuid()), concat('b', newGuid())) => false
		empty(newGuid())                                 => false
		concat('x-', newGuid())                          => [concat('x-', newGuid())]
		startsWith(concat('x-', utcNow()), 'x')          => true
		dateTimeAdd(utcNow(), 1)                         !! expects parameter 2 to be of type 'String'
	`)
}
