package failure

import (
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// after is how a resource for which the row holds stands when the outage has
// lasted for a while.
func after(f *catalog.Survival, lasted time.Duration) world.Standing {
	over := f.RTO.Word == "none" || f.RTO.Word == "" && f.RTO.Seconds >= 0 && lasted >= time.Duration(f.RTO.Seconds)*time.Second
	endless := f.RTO.Word == "none" || f.RTO.Word == "" && f.RTO.Seconds == 0 // rows that are not about a fail-over and give no time
	switch f.State {
	case catalog.CarriesOn:
		return world.Standing{}
	case catalog.FailsOver, catalog.FailedOver:
		if over && f.Trigger != "customer" {
			return world.Standing{Secondary: true, Lost: figure(f.RPO)}
		}
		return world.Standing{Read: level(f.Reads), Write: level(f.Writes), Lost: figure(f.RPO)}
	case catalog.Degraded:
		over = over && !endless
		return world.Standing{Read: inPart(f.Reads, over), Write: inPart(f.Writes, over), Lost: figure(f.RPO)}
	case catalog.ReadOnly:
		s := world.Standing{Write: world.Gone, Lost: figure(f.RPO), Secondary: over && !endless}
		if (f.Reads == "down" || f.Reads == "degraded") && (!over || endless) {
			s.Read = level(f.Reads)
		}
		return s
	}
	if over && !endless {
		return world.Standing{Lost: figure(f.RPO)}
	}
	return world.Standing{Read: level(f.Reads), Write: level(f.Writes), Lost: figure(f.RPO)}
}

// level is what a word of a row means while it holds.
func level(word string) world.Level {
	switch word {
	case "ok":
		return world.Whole
	case "degraded":
		return world.Partial
	}
	return world.Gone
}

// inPart is what a word means for what is degraded: what is out of reach at
// first is back in part, and stays so until the outage ends; what works in part
// is whole again.
func inPart(word string, over bool) world.Level {
	switch {
	case word == "ok", over && word != "down":
		return world.Whole
	case word == "down" && !over:
		return world.Gone
	}
	return world.Partial
}

// figure is the length of a span, 0 where no figure is given.
func figure(s catalog.Span) time.Duration {
	if s.Word != "" || s.Seconds < 0 {
		return 0
	}
	return time.Duration(s.Seconds) * time.Second
}

// worse takes up of each part what is worse. The reason is that of the standing
// that is worse as a whole.
func worse(a, b world.Standing) world.Standing {
	out := a
	if b.Why != "" && (a.Why == "" || b.Read > a.Read || b.Read == a.Read && b.Write > a.Write) {
		out.Why, out.Since = b.Why, b.Since
	}
	out.Read, out.Write = max(a.Read, b.Read), max(a.Write, b.Write)
	out.Lost, out.Secondary = max(a.Lost, b.Lost), a.Secondary || b.Secondary
	return out
}

// through is what reaches a resource from one that it leans on.
func through(s world.Standing, read, write catalog.Strength) world.Standing {
	far := world.Standing{Read: passed(s.Read, read), Write: passed(s.Write, write), Why: s.Why, Since: s.Since}
	far.Write = max(far.Write, far.Read) // what cannot be read cannot be written
	if far.Read == world.Whole && far.Write == world.Whole {
		far.Why = ""
	}
	return far
}

func passed(l world.Level, s catalog.Strength) world.Level {
	switch s {
	case catalog.Hard:
		return l
	case catalog.Soft:
		return min(l, world.Partial)
	}
	return world.Whole
}

// oneOf is what is left of alternatives of which one will do: the best of them,
// and degraded when another one is hurt.
func oneOf(list []world.Standing) world.Standing {
	best, worst := list[0], list[0]
	for _, s := range list[1:] {
		best.Read, best.Write = min(best.Read, s.Read), min(best.Write, s.Write)
		worst = worse(worst, s)
	}
	best.Read = max(best.Read, min(worst.Read, world.Partial))
	best.Write = max(best.Write, min(worst.Write, world.Partial))
	best.Why, best.Since = worst.Why, worst.Since
	return best
}
