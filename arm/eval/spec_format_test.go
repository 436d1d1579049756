package eval_test

import "testing"

func TestFormatPlaceholders(t *testing.T) {
	specify(t, known(), `
		format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133) => "Hello, User. Formatted number: 8,175,133"
		format('{0}', 100000)            => "100000"
		format('no holes')               => "no holes"
		format('no holes', 'unused')     => "no holes"
		format('')                       => ""
		format('{0}{0}', 'a')            => "aa"
		format('{1}{0}', 'a', 'b')       => "ba"
		format('{0}', true())            => "True"
		format('{0}', false())           => "False"
		format('[{0}]', null())          => "[]"
		format('{0}', json('0.5'))       => "0.5"
		format('{0}', createObject('a', 'b', '!c', 2)) => "{'a':'b','!c':2}"
		format('{0}', createArray(true(), null(), 'x')) => "[true,null,'x']"
		# braces
		format('{{')                     => "{"
		format('}}')                     => "}"
		format('{{0}}', 'a')             => "{0}"
		format('{{{0}}}', 'a')           => "{a}"
		format('{{{{{0}', 'a')           => "{{a"
		# what is wrong
		format('{1}', 'a')               !! Index (zero based) must be greater than or equal to zero and less than the size of the argument list
		format('{0}')                    !! Index (zero based)
		format('{0', 'a')                !! Input string was not in a correct format
		format('{', 'a')                 !! Input string was not in a correct format
		format('}', 'a')                 !! Input string was not in a correct format
		format('{}', 'a')                !! Input string was not in a correct format
		format('{a}', 'a')               !! Input string was not in a correct format
		format('{-1}', 'a')              !! Input string was not in a correct format
		format('{0,x}', 'a')             !! Input string was not in a correct format
		format(1, 'a')                   !! expects parameter 1 to be of type 'String'
		format()                         !! at least one parameter should be provided
	`)
}

func TestFormatAlignment(t *testing.T) {
	specify(t, known(), `
		format('[{0,5}]', 'ab')    => "[   ab]"
		format('[{0,-5}]', 'ab')   => "[ab   ]"
		format('[{0,1}]', 'ab')    => "[ab]"
		format('[{0,0}]', 'ab')    => "[ab]"
		format('[{0,4}]', 'ü')     => "[   ü]"
		format('[{0,6:D3}]', 7)    => "[   007]"
		format('[{0,-6:D3}]', 7)   => "[007   ]"
		format('[{0,6}]', true())  => "[  True]"
	`)
}

// https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings
func TestFormatStandardNumbers(t *testing.T) {
	specify(t, known(), `
		format('{0:D}', 1234)      => "1234"
		format('{0:D6}', 1234)     => "001234"
		format('{0:D6}', sub(0, 1234)) => "-001234"
		format('{0:d2}', 5)        => "05"
		format('{0:X}', 255)       => "FF"
		format('{0:x}', 255)       => "ff"
		format('{0:X4}', 255)      => "00FF"
		format('{0:X}', sub(0, 1)) => "FFFFFFFFFFFFFFFF"
		format('{0:F}', 1234)      => "1234.00"
		format('{0:F1}', 1234)     => "1234.0"
		format('{0:F0}', 1234)     => "1234"
		format('{0:N}', 1234)      => "1,234.00"
		format('{0:N0}', 999)      => "999"
		format('{0:N0}', 1000)     => "1,000"
		format('{0:N0}', 1234567)  => "1,234,567"
		format('{0:N1}', sub(0, 1234)) => "-1,234.0"
		format('{0:N2}', json('1234.567')) => "1,234.57"
		format('{0:F2}', json('0.005')) => "0.01"
		format('{0:F2}', json('-0.001')) => "0.00"
		format('{0:G}', 42)        => "42"
		format('{0:e3}', 12345)    => "1.235e+004"
		format('{0:E0}', 5)        => "5E+000"
		format('{0:D2}', json('1.5')) !! Format specifier was invalid
		format('{0:Z}', 1)         !! Format specifier was invalid
		format('{0:D2}', 'text')   => "text"
		format('{0:D2}', true())   => "True"
	`)
}

// https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings
func TestFormatCustomNumbers(t *testing.T) {
	specify(t, known(), `
		format('{0:0000}', 7)          => "0007"
		format('{0:0000}', 12345)      => "12345"
		format('{0:0000}', sub(0, 7))  => "-0007"
		format('{0:00}', 0)            => "00"
		format('{0:#}', 0)             => ""
		format('{0:##}', 5)            => "5"
		format('{0:0.00}', 5)          => "5.00"
		format('{0:0.0#}', json('1.25')) => "1.25"
		format('{0:0.##}', json('1.5')) => "1.5"
		format('{0:#.##}', json('0.25')) => ".25"
		format('{0:#,##0}', 1234567)   => "1,234,567"
		format('{0:#,##0.0}', 1234)    => "1,234.0"
		format('{0:0%}', json('0.25')) => "25%"
		format('{0:vm-000}', 3)        => "vm-003"
		format('{0:000''th''}', 3)     => "003th"
		format('{0:0;(0)}', sub(0, 5)) => "(5)"
		format('{0:0;(0);none}', 0)    => "none"
		# exact also beyond the 53 bits of a float
		format('{0:0}', json('9007199254740993'))  => "9007199254740993"
		format('{0:00000000000000000000}', json('9223372036854775807')) => "09223372036854775807"
		format('{0:#,##0}', json('9223372036854775807')) => "9,223,372,036,854,775,807"
		format('{0:0}', json('-9223372036854775808')) => "-9223372036854775808"
	`)
}

func TestNumbersAsText(t *testing.T) {
	specify(t, known(), `
		string(json('0.1'))     => "0.1"
		string(json('-2.50'))   => "-2.5"
		string(json('100.0'))   => "100"
		concat('v', json('9223372036854775807')) => "v9223372036854775807"
		format('{0}|{1}', json('1e3'), json('2.5')) => "1000|2.5"
		createArray(json('1.0'), json('2.50'))      => [1.0,2.5]
	`)
}

func TestUTCNow(t *testing.T) {
	specify(t, known(), `
		utcNow()                         => "20260102T030405Z"
		utcNow('d')                      => "1/2/2026"
		utcNow('u')                      => "2026-01-02 03:04:05Z"
		utcNow('yyyy-MM-dd-HH-mm-ss')    => "2026-01-02-03-04-05"
		utcNow('yyyy')                   => "2026"
		utcNow('MM')                     => "01"
		utcNow('yyyy-MM-ddTHH:mm:ssZ')   => "2026-01-02T03:04:05Z"
		utcNow('F')                      => "Friday, January 2, 2026 3:04:05 AM"
		utcNow('H')                      !! the date format 'H' is not valid
		utcNow('')                       => "1/2/2026 3:04:05 AM"
		utcNow(1)                        !! expects its parameter to be of type 'String'
		utcNow('d', 'd')                 !! function requires between 0 and 1 argument(s) while 2 were provided
		newGuid()                        => "11111111-2222-3333-4444-555555555555"
		newGuid('x')                     !! function requires 0 argument(s) while 1 were provided
	`)
}

// https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings
func TestStandardDates(t *testing.T) {
	specify(t, known(), `
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'd') => "6/15/2009"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'D') => "Monday, June 15, 2009"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'f') => "Monday, June 15, 2009 1:45 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'F') => "Monday, June 15, 2009 1:45:30 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'g') => "6/15/2009 1:45 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'G') => "6/15/2009 1:45:30 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'M') => "June 15"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'o') => "2009-06-15T13:45:30.0000000Z"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'R') => "Mon, 15 Jun 2009 13:45:30 GMT"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 's') => "2009-06-15T13:45:30"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 't') => "1:45 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'T') => "1:45:30 PM"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'u') => "2009-06-15 13:45:30Z"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'Y') => "June 2009"
		dateTimeAdd('2009-06-15T13:45:30Z', 'PT0S', 'x') !! the date format 'x' is not valid
	`)
}

// https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
func TestCustomDates(t *testing.T) {
	specify(t, known(), `
		utcNow('%d')        => "2"
		utcNow('dd')        => "02"
		utcNow('ddd')       => "Fri"
		utcNow('dddd')      => "Friday"
		utcNow('%M')        => "1"
		utcNow('MMM')       => "Jan"
		utcNow('MMMM')      => "January"
		utcNow('%y')        => "26"
		utcNow('yy')        => "26"
		utcNow('yyy')       => "2026"
		utcNow('yyyyy')     => "02026"
		utcNow('%h')        => "3"
		utcNow('hh')        => "03"
		utcNow('HHmm')      => "0304"
		utcNow('%s')        => "5"
		utcNow('s.f')       => "5.6"
		utcNow('s.fff')     => "5.600"
		utcNow('s.FFF')     => "5.6"
		utcNow('h tt')      => "3 AM"
		utcNow('h:mm t')    => "3:04 A"
		utcNow('%z')        => "+0"
		utcNow('zz')        => "+00"
		utcNow('zzz')       => "+00:00"
		utcNow('HH''h''mm') => "03h04"
		utcNow('\d\\d')     => "d\\2"
		utcNow('yyyy"MM"')  => "2026MM"
		utcNow('ffffffff')  !! is not valid
		utcNow('yyyy"MM')   !! is not valid
		dateTimeAdd('2026-01-01T00:00:00Z', 'PT0S', 'hh tt')  => "12 AM"
		dateTimeAdd('2026-01-01T12:00:00Z', 'PT0S', 'hh tt')  => "12 PM"
		dateTimeAdd('2026-01-01T00:00:00Z', 'PT0S', 's.FFF')  => "0"
	`)
}

func TestDateTimeAdd(t *testing.T) {
	specify(t, known(), `
		dateTimeAdd('2023-03-23T01:00:38Z', 'P9D')                => "2023-04-01T01:00:38Z"
		dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')                => "4/7/2023 2:53:14 PM"
		dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')               => "3/29/2020 2:53:14 PM"
		dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H')               => "4/7/2020 3:53:14 PM"
		# a year is 365 days and a month 30
		dateTimeAdd('2020-01-01T00:00:00Z', 'P1Y')                => "2020-12-31T00:00:00Z"
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1M')                => "2026-01-31T00:00:00Z"
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1Y2M3DT4H5M6S')     => "2027-03-05T04:05:06Z"
		dateTimeAdd('2026-01-01T00:00:00Z', '-P1D')               => "2025-12-31T00:00:00Z"
		dateTimeAdd('2026-02-28T23:59:59Z', 'PT1S')               => "2026-03-01T00:00:00Z"
		dateTimeAdd('2026-01-01T00:00:00Z', 'PT0.5S', 'o')        => "2026-01-01T00:00:00.5000000Z"
		dateTimeAdd('2026-01-01T00:00:00Z', 'PT90M')              => "2026-01-01T01:30:00Z"
		dateTimeAdd('2026-01-01T02:00:00+02:00', 'PT0S', 's')     => "2026-01-01T00:00:00"
		# also where no 64 bits of nanoseconds reach
		dateTimeAdd('2026-01-01T00:00:00Z', 'P500Y', 'yyyy-MM-dd') => "2525-09-02"
		dateTimeAdd('2026-01-01T00:00:00Z', '-P1000Y', 'yyyy-MM-dd') => "1026-09-01"
		dateTimeAdd('2026-01-01T00:00:00Z', 'P9999Y')             !! out of range
		dateTimeAdd('2026-01-01T00:00:00Z', '')                   !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'P')                  !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'PT')                 !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1DT')               !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', '1D')                 !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1H')                !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1D1Y')              !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', '-+P1D')              !! is not a valid ISO 8601 duration
		dateTimeAdd('2026-01-01T00:00:00Z', 'P-1D')               !! is not a valid ISO 8601 duration
		dateTimeAdd('yesterday', 'P1D')                           !! cannot be converted to a date and time
		dateTimeAdd('2026-13-01T00:00:00Z', 'P1D')                !! cannot be converted to a date and time
		dateTimeAdd(1, 'P1D')                                     !! expects parameter 1 to be of type 'String'
		dateTimeAdd('2026-01-01T00:00:00Z', 1)                    !! expects parameter 2 to be of type 'String'
		dateTimeAdd('2026-01-01T00:00:00Z', 'P1D', 1)             !! expects parameter 3 to be of type 'String'
		dateTimeAdd('2026-01-01T00:00:00Z')                       !! function requires between 2 and 3 argument(s) while 1 were provided
	`)
}

func TestEpoch(t *testing.T) {
	specify(t, known(), `
		dateTimeFromEpoch(0)                        => "1970-01-01T00:00:00Z"
		dateTimeFromEpoch(1683040573)               => "2023-05-02T15:16:13Z"
		dateTimeFromEpoch(sub(0, 1))                => "1969-12-31T23:59:59Z"
		dateTimeFromEpoch(json('253402300799'))     => "9999-12-31T23:59:59Z"
		dateTimeFromEpoch(json('253402300800'))     !! out of the range of dates
		dateTimeFromEpoch('0')                      !! expects its parameter to be of type 'Integer'
		dateTimeToEpoch('1970-01-01T00:00:00Z')     => 0
		dateTimeToEpoch('2023-05-02T15:16:13Z')     => 1683040573
		dateTimeToEpoch('2023-05-02T17:16:13+02:00') => 1683040573
		dateTimeToEpoch('20260102T030405Z')         => 1767323045
		dateTimeToEpoch(dateTimeFromEpoch(1700000000)) => 1700000000
		dateTimeToEpoch('no date')                  !! cannot be converted to a date and time
		dateTimeToEpoch(5)                          !! expects its parameter to be of type 'String'
	`)
}
