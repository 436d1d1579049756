package outage

import "github.com/holdfast-ml/holdfast/internal/catalog"

// level is how far something can be used.
type level uint8

const (
	whole   level = iota
	partial       // degraded
	gone
)

// access is how far something can be used, and after which time it is whole again.
type access struct {
	level level
	back  span // 0 when whole
}

// condition is what an outage leaves of a resource.
type condition struct {
	read, write access
	loss        span // data lost
}

func (c condition) hurt() bool { return c.read.level > whole || c.write.level > whole || c.loss > 0 }

func (a access) worse(b access) bool {
	return a.level > b.level || a.level == b.level && a.back > b.back
}

func graver(a, b access) access {
	if b.worse(a) {
		return b
	}
	return a
}

// and gives the graver of two conditions, part by part.
func (c condition) and(d condition) condition {
	return condition{graver(c.read, d.read), graver(c.write, d.write), max(c.loss, d.loss)}
}

// or gives the lighter of two conditions, part by part.
func (c condition) or(d condition) condition {
	if c.read.worse(d.read) {
		c.read = d.read
	}
	if c.write.worse(d.write) {
		c.write = d.write
	}
	c.loss = min(c.loss, d.loss)
	return c
}

// degraded gives c with everything that is gone made partial.
func (c condition) degraded() condition {
	c.read.level = min(c.read.level, partial)
	c.write.level = min(c.write.level, partial)
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
		if back > 0 {
			c.read = access{levelOf(f.Reads, gone), back}
			c.write = access{levelOf(f.Writes, gone), back}
		}
	case catalog.Degraded:
		c.read = access{levelOf(f.Reads, partial), orOutage(back)}
		c.write = access{levelOf(f.Writes, partial), orOutage(back)}
	case catalog.ReadOnly:
		c.read = access{levelOf(f.Reads, whole), orOutage(back)}
		c.write = access{gone, spanOutage}
	default: // down, or a state that nothing is known of
		c.read = access{levelOf(f.Reads, gone), orOutage(back)}
		c.write = access{levelOf(f.Writes, gone), orOutage(back)}
	}
	c.read, c.write = c.read.tidy(), c.write.tidy()
	return c
}

// orOutage fills in for a row that does not say how long: until the outage ends.
func orOutage(back span) span {
	if back == 0 {
		return spanOutage
	}
	return back
}

// tidy gives what is whole no time to come back.
func (a access) tidy() access {
	if a.level == whole {
		a.back = 0
	}
	return a
}

func levelOf(word string, otherwise level) level {
	switch word {
	case "ok":
		return whole
	case "degraded":
		return partial
	case "down":
		return gone
	}
	return otherwise
}

// state names a condition that no row of facts explains.
func (c condition) state() catalog.State {
	switch {
	case c.read.level == gone:
		return catalog.Down
	case c.write.level == gone && c.read.level == whole:
		return catalog.ReadOnly
	case c.write.level > whole || c.read.level > whole:
		return catalog.Degraded
	}
	return catalog.CarriesOn
}

// back is the time until all is whole again.
func (c condition) back() span { return max(c.read.back, c.write.back) }

// through gives what reaches the far end of a spread.
func (c condition) through(read, write catalog.Strength) condition {
	var out condition
	out.read = c.read.through(read)
	out.write = graver(c.write.through(write), out.read)
	if read == catalog.Hard || write == catalog.Hard {
		out.loss = c.loss
	}
	return out
}

func (a access) through(s catalog.Strength) access {
	switch s {
	case catalog.Hard:
		return a
	case catalog.Soft:
		a.level = min(a.level, partial)
		return a
	}
	return access{}
}

// harm is what a condition does to a capability.
type harm struct {
	effect Effect
	back   span
	loss   span
}

// harm gives what c does by a need of these strengths.
func (c condition) harm(read, write catalog.Strength) harm {
	h := c.read.harm(read).and(c.write.harm(write))
	if needed(read) || needed(write) {
		h.loss = c.loss
		if c.loss > 0 && h.effect == None {
			h.effect = Degraded
		}
	}
	return h
}

func needed(s catalog.Strength) bool { return s == catalog.Hard || s == catalog.Soft }

func (a access) harm(s catalog.Strength) harm {
	switch {
	case a.level == whole || !needed(s):
		return harm{effect: None}
	case a.level == gone && s == catalog.Hard:
		return harm{effect: Lost, back: a.back}
	}
	return harm{effect: Degraded, back: a.back}
}

// and gives the graver of two harms; the longer of equally grave ones.
func (h harm) and(g harm) harm {
	switch hr, gr := h.effect.rank(), g.effect.rank(); {
	case gr > hr:
		g.loss = max(g.loss, h.loss)
		return g
	case gr == hr:
		h.back = max(h.back, g.back)
	}
	h.loss = max(h.loss, g.loss)
	return h
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
