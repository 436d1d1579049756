package azure

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var isoDuration = regexp.MustCompile(`^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$`)

// parseDuration reads an ISO 8601 duration of weeks and below, such as PT1H30M, as
// x-ms-async-operation-timeout has it. Months and years, which have no length,
// are not understood.
func parseDuration(text string) (time.Duration, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	m := isoDuration.FindStringSubmatch(text)
	if m == nil || text == "P" || strings.HasSuffix(text, "T") {
		return 0, false
	}
	var total float64
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			return 0, false
		}
		total += n * float64(unit)
	}
	if total > float64(100*365*24*time.Hour) {
		return 0, false
	}
	return time.Duration(total), true
}
