package assess

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// seconds reads a time such as 15m, 4h, 1d12h or any.
func (y *yamlFile) seconds(into *int64, what string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := y.text(n, what)
		if !ok {
			return
		}
		v, ok := parseSeconds(s)
		if !ok {
			y.at(n, fmt.Sprintf("%s %q is not a time", what, s), "write a figure with its unit, such as 90s, 15m, 4h or 1d12h, or any")
			return
		}
		*into = v
	}
}

// parseSeconds reads figures with the units d, h, m and s, largest first, or
// "any", or 0.
func parseSeconds(s string) (int64, bool) {
	switch s = strings.ToLower(strings.ReplaceAll(s, " ", "")); s {
	case "any":
		return Any, true
	case "0":
		return 0, true
	case "":
		return 0, false
	}
	units := []struct {
		unit    byte
		seconds int64
	}{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}
	var sum int64
	for s != "" {
		digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
		figure, err := strconv.ParseInt(s[:digits], 10, 32)
		if err != nil || digits == len(s) {
			return 0, false
		}
		for len(units) > 0 && units[0].unit != s[digits] {
			units = units[1:]
		}
		if len(units) == 0 {
			return 0, false
		}
		sum += figure * units[0].seconds
		s, units = s[digits+1:], units[1:]
	}
	return sum, true
}

// date reads a day; what expires on a day does so when the day is over, UTC.
func (y *yamlFile) date(into *time.Time, what string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := y.text(n, what)
		if !ok {
			return
		}
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			y.at(n, fmt.Sprintf("%s %q is not a date", what, s), "write it as 2027-01-31")
			return
		}
		*into = t.AddDate(0, 0, 1)
	}
}
