package eval

import (
	"strconv"
	"strings"
	"time"
)

// standardDates are .NET's one-letter formats in terms of its custom ones, en-US
// (https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings).
var standardDates = map[string]string{
	"d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy",
	"f": "dddd, MMMM d, yyyy h:mm tt", "F": "dddd, MMMM d, yyyy h:mm:ss tt",
	"g": "M/d/yyyy h:mm tt", "G": "M/d/yyyy h:mm:ss tt",
	"m": "MMMM d", "M": "MMMM d",
	"o": "yyyy-MM-ddTHH:mm:ss.fffffffK", "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
	"r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
	"s": "yyyy-MM-ddTHH:mm:ss", "t": "h:mm tt", "T": "h:mm:ss tt",
	"u": "yyyy-MM-dd HH:mm:ss'Z'", "U": "dddd, MMMM d, yyyy h:mm:ss tt",
	"y": "MMMM yyyy", "Y": "MMMM yyyy",
}

// formatDate writes a time in UTC by a standard or custom format of .NET; ok is false when the format is none.
func formatDate(t time.Time, format string) (s string, ok bool) {
	if format == "" {
		format = "G"
	}
	if len(format) == 1 {
		if format, ok = standardDates[format]; !ok {
			return "", false
		}
	}
	var b []byte
	for i := 0; i < len(format); {
		c := format[i]
		n := 1
		for i+n < len(format) && format[i+n] == c {
			n++
		}
		switch c {
		case '\'', '"':
			end := strings.IndexByte(format[i+1:], c)
			if end < 0 {
				return "", false
			}
			b = append(b, format[i+1:i+1+end]...)
			i += end + 2
			continue
		case '\\':
			if i+1 == len(format) {
				return "", false
			}
			b = append(b, format[i+1])
			i += 2
			continue
		case '%':
			if i+1 == len(format) || format[i+1] == '%' {
				return "", false
			}
			i++
			continue
		}
		if b, ok = appendDatePart(b, t, c, n); !ok {
			return "", false
		}
		i += n
	}
	return string(b), true
}

// appendDatePart writes a run of n equal letters; what is no specifier stands for itself.
func appendDatePart(b []byte, t time.Time, c byte, n int) ([]byte, bool) {
	switch c {
	case 'y':
		switch {
		case n == 1:
			return number(b, t.Year()%100, 1), true
		case n == 2:
			return number(b, t.Year()%100, 2), true
		}
		return number(b, t.Year(), n), true
	case 'M':
		switch {
		case n == 3:
			return append(b, t.Month().String()[:3]...), true
		case n > 3:
			return append(b, t.Month().String()...), true
		}
		return number(b, int(t.Month()), n), true
	case 'd':
		switch {
		case n == 3:
			return append(b, t.Weekday().String()[:3]...), true
		case n > 3:
			return append(b, t.Weekday().String()...), true
		}
		return number(b, t.Day(), n), true
	case 'H':
		return number(b, t.Hour(), min(n, 2)), true
	case 'h':
		return number(b, (t.Hour()+11)%12+1, min(n, 2)), true
	case 'm':
		return number(b, t.Minute(), min(n, 2)), true
	case 's':
		return number(b, t.Second(), min(n, 2)), true
	case 'f', 'F':
		if n > 7 {
			return b, false
		}
		digits := zeroPadded(strconv.Itoa(t.Nanosecond()/100), 7)[:n]
		if c == 'F' {
			if digits = strings.TrimRight(digits, "0"); digits == "" && len(b) > 0 && b[len(b)-1] == '.' {
				b = b[:len(b)-1]
			}
		}
		return append(b, digits...), true
	case 't':
		half := "AM"
		if t.Hour() >= 12 {
			half = "PM"
		}
		return append(b, half[:min(n, 2)]...), true
	case 'z':
		return append(b, [...]string{"+0", "+00", "+00:00"}[min(n, 3)-1]...), true
	case 'K':
		return append(b, strings.Repeat("Z", n)...), true
	case 'g':
		return append(b, "A.D."...), true
	}
	for range n {
		b = append(b, c)
	}
	return b, true
}

func number(b []byte, n, width int) []byte {
	if width > 16 {
		width = 16
	}
	return append(b, zeroPadded(strconv.Itoa(n), width)...)
}
