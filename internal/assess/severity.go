package assess

import "slices"

var severities = []Severity{Critical, High, Medium, Low, Info}

// rank is 0 for the worst severity; one that is not known ranks behind all.
func (s Severity) rank() int {
	if i := slices.Index(severities, s); i >= 0 {
		return i
	}
	return len(severities)
}

func (s Severity) valid() bool { return s.rank() < len(severities) }

// AtLeast says whether s is as bad as other, or worse.
func (s Severity) AtLeast(other Severity) bool { return s.rank() <= other.rank() }

// milder gives the milder of two severities.
func milder(a, b Severity) Severity {
	if a.rank() > b.rank() {
		return a
	}
	return b
}

// ParseSeverity reads a severity; false when there is none of that name.
func ParseSeverity(s string) (Severity, bool) { return Severity(s), Severity(s).valid() }

// SeverityNames lists the severities, worst first.
func SeverityNames() []string { return severityNames() }

func severityNames() []string {
	names := make([]string, len(severities))
	for i, s := range severities {
		names[i] = string(s)
	}
	return names
}
