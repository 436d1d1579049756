package outage

import (
	"cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// access is how long something cannot be used at all (gone), and how long not in
// full (hurt), both from the start of the outage: gone is never longer than hurt,
// and both are 0 when it is whole.
type access struct{ gone, hurt span }

// out gives the access to what is gone for a time, and whole after that.
func out(until span) access { return access{until, until} }

// condition is what an outage leaves of a resource.
type condition struct {
	read, write access
	loss        span // data lost
}

func (c condition) hurt() bool { return c.read.hurt > 0 || c.write.hurt > 0 || c.loss > 0 }

// and gives the graver of two conditions, part by part.
func (c condition) and(d condition) condition {
	return condition{c.read.and(d.read), c.write.and(d.write), max(c.loss, d.loss)}
}

func (a access) and(b access) access { return access{max(a.gone, b.gone), max(a.hurt, b.hurt)} }

// or gives the lighter of two conditions, part by part.
func (c condition) or(d condition) condition {
	return condition{c.read.or(d.read), c.write.or(d.write), min(c.loss, d.loss)}
}

func (a access) or(b access) access { return access{min(a.gone, b.gone), min(a.hurt, b.hurt)} }

// degraded gives c with everything that is gone merely hurt.
func (c condition) degraded() condition {
	c.read.gone, c.write.gone = 0, 0
	return c
}

// ofFact reads what a row of facts leaves of a resource. Reads and Writes of a
// row say how it is until RTO is over; its state says how it is from then on.
func ofFact(f *catalog.Survival) condition {
	back := toSpan(f.RTO)
	c := condition{loss: toSpan(f.RPO)}
	switch f.State {
	case catalog.CarriesOn:
		return condition{}
	case catalog.FailsOver, catalog.FailedOver:
		c.read, c.write = during(f.Reads, back), during(f.Writes, back)
	case catalog.Degraded:
		c.read, c.write = inPart(f.Reads, back), inPart(f.Writes, back)
	case catalog.ReadOnly:
		if f.Reads == "down" || f.Reads == "degraded" {
			c.read = during(f.Reads, orOutage(back))
		}
		c.write = out(spanOutage)
	default: // down, or a state that nothing is known of
		c.read, c.write = during(f.Reads, orOutage(back)), during(f.Writes, orOutage(back))
	}
	return c
}

// orOutage fills in for a row that does not say how long: until the outage ends.
func orOutage(back span) span {
	if back == 0 {
		return spanOutage
	}
	return back
}

// during gives the access that a word of a row means until a time; without a
// word there is none.
func during(word string, until span) access {
	switch word {
	case "ok":
		return access{}
	case "degraded":
		return access{hurt: until}
	}
	return out(until)
}

// inPart gives the access to what is degraded. What is out of reach at first
// stays degraded when it is back, until the outage ends.
func inPart(word string, back span) access {
	switch word {
	case "ok":
		return access{}
	case "down":
		return access{gone: orOutage(back), hurt: max(orOutage(back), spanOutage)}
	}
	return access{hurt: orOutage(back)}
}

// state names a condition that no row of facts explains.
func (c condition) state() catalog.State {
	switch {
	case c.read.gone > 0:
		return catalog.Down
	case c.write.gone > 0 && c.read.hurt == 0:
		return catalog.ReadOnly
	case c.write.hurt > 0 || c.read.hurt > 0:
		return catalog.Degraded
	}
	return catalog.CarriesOn
}

// compare orders conditions as a whole, to choose the state that names one: by
// what is out of reach, then by what is hurt, then by the data lost.
func (c condition) compare(d condition) int {
	return cmp.Or(
		cmp.Compare(c.read.gone, d.read.gone), cmp.Compare(c.write.gone, d.write.gone),
		cmp.Compare(c.read.hurt, d.read.hurt), cmp.Compare(c.write.hurt, d.write.hurt),
		cmp.Compare(c.loss, d.loss),
	)
}

// back is the time until all is whole again.
func (c condition) back() span { return max(c.read.hurt, c.write.hurt) }

// through gives what reaches the far end of a spread.
func (c condition) through(read, write catalog.Strength) condition {
	var far condition
	far.read = c.read.through(read)
	far.write = c.write.through(write).and(far.read)
	if read == catalog.Hard || write == catalog.Hard {
		far.loss = c.loss
	}
	return far
}

func (a access) through(s catalog.Strength) access {
	switch s {
	case catalog.Hard:
		return a
	case catalog.Soft:
		return access{hurt: a.hurt}
	}
	return access{}
}

// within gives c no graver than what is left of its group, but for the data.
func (c condition) within(limit condition) condition {
	return condition{c.read.or(limit.read), c.write.or(limit.write), c.loss}
}

// harm is what a condition does to a capability: how long it is lost, how long
// at least degraded, and the data lost.
type harm struct{ lost, degraded, loss span }

// harm gives what c does by a need of these strengths.
func (c condition) harm(read, write catalog.Strength) harm {
	h := c.read.harm(read).and(c.write.harm(write))
	if needed(read) || needed(write) {
		h.loss = c.loss
	}
	return h
}

func needed(s catalog.Strength) bool { return s == catalog.Hard || s == catalog.Soft }

func (a access) harm(s catalog.Strength) harm {
	switch s {
	case catalog.Hard:
		return harm{lost: a.gone, degraded: a.hurt}
	case catalog.Soft:
		return harm{degraded: a.hurt}
	}
	return harm{}
}

// and gives the graver of two harms, part by part.
func (h harm) and(g harm) harm {
	return harm{max(h.lost, g.lost), max(h.degraded, g.degraded), max(h.loss, g.loss)}
}

// atMost gives h no graver than limit, but for the data.
func (h harm) atMost(limit harm) harm {
	return harm{min(h.lost, limit.lost), min(h.degraded, limit.degraded), h.loss}
}

// effect names the harm. Lost data degrade at least.
func (h harm) effect() Effect {
	switch {
	case h.lost > 0:
		return Lost
	case h.degraded > 0 || h.loss > 0:
		return Degraded
	}
	return None
}

// back is how long the effect lasts.
func (h harm) back() span {
	if h.lost > 0 {
		return h.lost
	}
	return h.degraded
}

// rank orders the definite effects.
func (e Effect) rank() int {
	switch e {
	case Degraded:
		return 1
	case Lost:
		return 2
	}
	return 0
}

// Worse says whether e harms more than other. Unknown is not ordered: ask with
// AtBest or AtWorst.
func (e Effect) Worse(other Effect) bool { return e.rank() > other.rank() }
