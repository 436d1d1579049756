package price

import (
	"regexp"
	"strconv"
	"strings"
)

// HoursPerMonth is how long what is billed by the hour lasts a month.
const HoursPerMonth = 730

// Unit is the unit of measure of an item: "1 Hour", "1 GB/Month", "10K", "1/Day".
type Unit struct {
	Text   string  // as the list has it
	Amount float64 // how many units one price is for
	Thing  string  // "GB", "DBU"; "" when it does not say
	Per    string  // "hour", "day", "month" or ""
}

// The forms: an amount with K or M, a thing, and a period after a slash; or a
// period as the thing.
var unitForm = regexp.MustCompile(`(?i)^([0-9]+(?:\.[0-9]+)?)\s*([KM])?(?:\s+([^/]+?))?(?:\s*/\s*([a-z]+))?$`)

var periods = map[string]string{"hour": "hour", "hours": "hour", "day": "day", "days": "day", "month": "month", "months": "month"}

// perMonth is how many of each period a month has.
var perMonth = map[string]float64{"hour": HoursPerMonth, "day": HoursPerMonth / 24.0, "month": 1, "": 1}

// ParseUnit reads a unit of measure; false for one that it does not understand.
func ParseUnit(text string) (Unit, bool) {
	u := Unit{Text: text}
	m := unitForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return u, false
	}
	u.Amount, _ = strconv.ParseFloat(m[1], 64)
	switch strings.ToUpper(m[2]) {
	case "K":
		u.Amount *= 1e3
	case "M":
		u.Amount *= 1e6
	}
	if m[4] != "" {
		per, ok := periods[strings.ToLower(m[4])]
		if !ok {
			return u, false
		}
		u.Per = per
	}
	words := strings.Fields(m[3])
	if n := len(words); n > 0 && u.Per == "" {
		if per, ok := periods[strings.ToLower(words[n-1])]; ok {
			u.Per, words = per, words[:n-1]
		}
	}
	u.Thing = strings.Join(words, " ")
	return u, u.Amount > 0
}

// Monthly is how many prices a month takes of so many units.
func (u Unit) Monthly(units float64) float64 { return units * perMonth[u.Per] / u.Amount }
