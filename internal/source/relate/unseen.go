package relate

import (
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// unseen notes a reference that could not be followed.
func (f *finder) unseen(r *estate.Resource, what, why string, at value.Value) {
	f.notSeen = append(f.notSeen, estate.NotSeen{What: what + " of " + describe(r), Why: why, Origin: r.OriginOf(at)})
}

// notListed says that v is unknown because the listing leaves it out. Whoever
// read the listing tells that for all resources at once.
func notListed(v value.Value) bool {
	u := v.Unknown()
	return u != nil && u.Subject == estate.NotListed
}

// blocked notes that an unknown value hides what a rule looks for. Several rules
// look behind the same value: it is told once.
func (f *finder) blocked(r *estate.Resource, rule *rule, v value.Value) {
	if notListed(v) {
		return
	}
	n := estate.NotSeen{What: rule.name() + " of " + describe(r), Why: reason(v, ""), Origin: r.OriginOf(v)}
	for i := len(f.notSeen) - 1; i >= max(0, len(f.notSeen)-16); i-- {
		if f.notSeen[i].Origin == n.Origin && f.notSeen[i].Why == n.Why {
			return
		}
	}
	f.notSeen = append(f.notSeen, n)
}

func describe(r *estate.Resource) string {
	if r.Name == "" {
		return r.ID.String()
	}
	return r.Type + " " + r.Name
}

// reason says why v is not known, or otherwise when it is.
func reason(v value.Value, otherwise string) string {
	u := v.Unknown()
	if u == nil {
		return otherwise
	}
	why := "it is unknown: " + u.Reason.String()
	if u.Subject != "" {
		why += " (" + u.Subject + ")"
	}
	return why
}
