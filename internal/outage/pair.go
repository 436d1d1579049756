package outage

import (
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// unable is how long a secondary needs that cannot take over.
const unable span = math.MaxInt64

// takeOver lets the secondary of a pair keep what the primary loses, or have it
// back sooner. What a secondary has that is only named is not known: at best it
// keeps all.
func (r *run) takeOver(w, second *workspace, own, twin *impacts) {
	secondary := r.m.estate.Resources[second.resource]
	for c := range own {
		i := &own[c]
		if i.worst.lost == 0 {
			continue
		}
		atBest, atWorst := true, false
		if !secondary.External {
			atBest, atWorst = r.equipped(w, second, c)
		}
		best, worst := unable, unable
		if atBest {
			best = twin[c].best.lost
		}
		if atWorst {
			worst = twin[c].worst.lost
		}
		if best != unable {
			i.relieve(best, worst, twin[c].because, doubt(secondary))
		}
	}
}

// relieve bounds a loss by the time after which the secondary has it back.
// Where the loss is explained by what takes it from both, nothing else is to
// blame for it.
func (i *impact) relieve(best, worst span, twin []Cause, unless string) {
	i.best, i.worst = i.best.relieved(best), i.worst.relieved(worst)
	both := span(0) // how long it is lost by what both lean on
	if worst != unable {
		for k := range i.because {
			if c := &i.because[k]; takes(twin, c.Resource) {
				both = max(both, c.worst.relieved(worst).lost)
			}
		}
	}
	for k := range i.because {
		c := &i.because[k]
		switch {
		case c.worst.lost == 0:
			continue
		case worst == 0 || both > 0 && both >= i.worst.lost && !takes(twin, c.Resource):
			c.Twin = true
			c.best, c.worst = c.best.relieved(0), c.worst.relieved(0)
		default:
			c.best, c.worst = c.best.relieved(best), c.worst.relieved(worst)
		}
		if c.judge(); c.Effect == Unknown && len(c.Unknowns) == 0 {
			c.Unknowns = []string{unless}
		}
	}
}

// takes says that a resource is among the causes by which something is lost.
func takes(causes []Cause, r *estate.Resource) bool {
	return slices.ContainsFunc(causes, func(c Cause) bool { return c.Resource == r && c.worst.lost > 0 })
}

// relieved gives what is left of a loss when a secondary has it back after a
// time, or never lost it: then it is degraded until somebody switches over,
// after a time that nothing promises.
func (h harm) relieved(after span) harm {
	switch {
	case h.lost <= after:
		return h
	case after == 0:
		return harm{degraded: spanUnknown, loss: h.loss}
	}
	h.lost = after
	return h
}

// doubt says what would have to be known of a secondary.
func doubt(secondary *estate.Resource) string {
	if secondary.External {
		return "what " + secondary.Name + " has: it is only named, not in the input"
	}
	return "whether " + secondary.Name + " can take over: not all that it needs is certain to be there"
}

// equipped says whether the secondary has something for each hard need of the
// capability for which the primary has something; at best and at worst, since of
// some it may not be known whether they are there.
func (r *run) equipped(w, second *workspace, c int) (atBest, atWorst bool) {
	atBest, atWorst = true, true
	for from := 0; from < len(w.items); {
		need, to := w.items[from].need(), from+1
		for to < len(w.items) && w.items[to].need() == need {
			to++
		}
		if n := r.m.facts.needs[need]; int(r.m.facts.capability[need]) == c && (n.Read == catalog.Hard || n.Write == catalog.Hard) {
			_, sure := r.has(w.items[from:to])
			at, _ := slices.BinarySearch(second.items, newLean(need, 0))
			end := at
			for end < len(second.items) && second.items[end].need() == need {
				end++
			}
			other, otherSure := r.has(second.items[at:end])
			atBest, atWorst = atBest && (other || !sure), atWorst && otherSure
		}
		from = to
	}
	return atBest, atWorst
}

// has says whether there is any resource in a list, and whether one is
// certainly there.
func (r *run) has(items []lean) (some, sure bool) {
	for _, item := range items {
		sure = sure || r.m.estate.Resources[item.resource()].Presence == ""
	}
	return len(items) > 0, sure
}
