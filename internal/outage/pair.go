package outage

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// unable is how long a secondary needs that cannot take over.
const unable span = math.MaxInt64

// takeover is a secondary in place of its primary, for one capability.
type takeover struct {
	w, second   *workspace
	c           int
	best, worst span // how long until it has back what is lost: unable when it has not what it takes
	lag         span // by how much it is behind at most
	twin        []Cause
}

// lagOf reads the detail of a pair: "lag=SECONDS" where the owner says by how much
// the secondary is behind at most. Without it all that was not carried over may be
// missing there.
func lagOf(detail string) span {
	text, ok := strings.CutPrefix(detail, "lag=")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || seconds < 0 {
		return spanTotal
	}
	return toSpan(catalog.Span{Seconds: seconds, Upper: true})
}

// takeOver lets the secondary of a pair keep what the primary loses, or have it
// back sooner. What a secondary has that is only named is not known: at best it
// keeps all.
func (r *run) takeOver(w, second *workspace, lag span, own, twin *impacts) {
	for c := range own {
		if own[c].worst.lost == 0 && (lag == spanTotal || own[c].worst.loss == 0) {
			continue
		}
		atBest, atWorst := true, false
		if !r.m.estate.Resources[second.resource].External {
			atBest, atWorst = r.equipped(w, second, c)
		}
		if !atBest {
			continue
		}
		t := takeover{w: w, second: second, c: c, best: twin[c].best.lost, worst: unable, lag: lag, twin: twin[c].because}
		if atWorst {
			t.worst = twin[c].worst.lost
		}
		if own[c].worst.lost > 0 {
			r.relieve(&own[c], &t)
		}
		t.keep(&own[c])
	}
}

// keep bounds the data that are lost by how far the secondary is behind, where it
// has the capability all the time or is certain to have it back: what one of them
// has lost, the other one has. Of what both lean on there is no second copy.
func (t *takeover) keep(i *impact) {
	if t.worst >= spanUnknown || t.lag == spanTotal {
		return
	}
	var best, worst span // what is lost of what both lean on
	for k := range i.because {
		c := &i.because[k]
		if shared := anyOf(t.twin, c.Resource); shared {
			best, worst = max(best, c.best.loss), max(worst, c.worst.loss)
			continue
		}
		c.best.loss, c.worst.loss = min(c.best.loss, t.lag), min(c.worst.loss, t.lag)
		c.judge()
	}
	i.best.loss, i.worst.loss = min(i.best.loss, max(best, t.lag)), min(i.worst.loss, max(worst, t.lag))
}

// anyOf says whether a resource is among the causes.
func anyOf(causes []Cause, r *estate.Resource) bool {
	return slices.ContainsFunc(causes, func(c Cause) bool { return c.Resource == r })
}

// relieve bounds a loss by the time after which the secondary has it back.
// Where the loss is explained by what takes it from both, nothing else is to
// blame for it. Whether it is, may be as little known as the take-over.
func (r *run) relieve(i *impact, t *takeover) {
	i.best, i.worst = i.best.relieved(t.best), i.worst.relieved(t.worst)
	perhaps, surely, open := t.explain(i)
	var doubts []string
	if perhaps != surely || open || t.best != t.worst {
		doubts = r.doubtsAbout(t, i.because, perhaps != surely)
	}
	for k := range i.because {
		c := &i.because[k]
		if c.worst.lost == 0 {
			continue
		}
		best, worst := t.best, t.worst
		if shared := taken(t.twin, c.Resource); shared == nil {
			best, worst = zeroIf(perhaps, best), zeroIf(surely, worst)
		} else if shared.best.lost == 0 {
			best = zeroIf(perhaps, best)
		}
		decides := c.best.relieved(best) != c.best.relieved(worst) || c.worst.relieved(best) != c.worst.relieved(worst)
		c.Twin = c.Twin || worst == 0
		c.best, c.worst = c.best.relieved(best), c.worst.relieved(worst)
		if c.judge(); decides {
			c.doubt(doubts)
		}
	}
}

func zeroIf(yes bool, s span) span {
	if yes {
		return 0
	}
	return s
}

// explain says whether what takes a loss from both explains it: whether that may
// be, and whether it is certain; open says that of some resource it is not known
// whether it takes it from both.
func (t *takeover) explain(i *impact) (perhaps, surely, open bool) {
	var most, least span // how long it is lost by what both lean on
	for k := range i.because {
		c := &i.because[k]
		shared := taken(t.twin, c.Resource)
		if shared == nil {
			continue
		}
		most = max(most, c.worst.relieved(t.best).lost)
		if shared.best.lost > 0 {
			least = max(least, c.best.relieved(t.worst).lost)
		} else {
			open = true
		}
	}
	perhaps = most > 0 && most >= i.best.lost
	surely = t.worst != unable && least > 0 && least >= i.worst.lost
	return perhaps, surely, open
}

// doubt notes what else would have to be known of a cause.
func (c *Cause) doubt(about []string) {
	c.Unknowns = slices.Clip(c.Unknowns)
	for _, s := range about {
		if !slices.Contains(c.Unknowns, s) {
			c.Unknowns = append(c.Unknowns, s)
		}
	}
}

// taken gives the cause by which something is lost because of a resource, nil
// when there is none.
func taken(causes []Cause, r *estate.Resource) *Cause {
	for k := range causes {
		if c := &causes[k]; c.Resource == r && c.worst.lost > 0 {
			return c
		}
	}
	return nil
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

// doubtsAbout says what would have to be known for it to be known how the
// secondary takes over; with blame, also what of the loss it is for which own
// causes are not known.
func (r *run) doubtsAbout(t *takeover, own []Cause, blame bool) []string {
	d := doubts{r: r}
	if res := r.m.estate.Resources[t.second.resource]; res.External {
		d.add("what " + res.Name + " has: it is only named, not in the input")
	}
	for mine, theirs := range r.hardNeeds(t.w, t.second, t.c) {
		if some, sure := r.has(theirs); !sure {
			if !some {
				theirs = mine
			}
			for _, item := range theirs {
				d.presence(r.m.estate.Resources[item.resource()])
			}
		}
	}
	d.open(t.twin)
	if blame {
		d.open(own)
	}
	if len(d.out) == 0 {
		d.add("whether " + r.m.estate.Resources[t.second.resource].Name + " can take over: not all that it needs is certain to be there")
	}
	return d.out
}

// open adds the doubts about causes by which it is not known what is lost.
func (d *doubts) open(causes []Cause) {
	for k := range causes {
		if c := &causes[k]; c.best.lost != c.worst.lost {
			for _, s := range c.Unknowns {
				d.add(s)
			}
		}
	}
}

// equipped says whether the secondary has something for each hard need of the
// capability for which the primary has something; at best and at worst, since of
// some it may not be known whether they are there.
func (r *run) equipped(w, second *workspace, c int) (atBest, atWorst bool) {
	atBest, atWorst = true, true
	for mine, theirs := range r.hardNeeds(w, second, c) {
		_, sure := r.has(mine)
		other, otherSure := r.has(theirs)
		atBest, atWorst = atBest && (other || !sure), atWorst && otherSure
	}
	return atBest, atWorst
}

// hardNeeds gives, for each hard need of the capability for which the primary
// has something, what it has, and what the secondary has.
func (r *run) hardNeeds(w, second *workspace, c int) iter.Seq2[[]lean, []lean] {
	return func(yield func(mine, theirs []lean) bool) {
		for from := 0; from < len(w.items); {
			need, to := w.items[from].need(), from+1
			for to < len(w.items) && w.items[to].need() == need {
				to++
			}
			if n := r.m.facts.needs[need]; int(r.m.facts.capability[need]) == c && (n.Read == catalog.Hard || n.Write == catalog.Hard) {
				at, _ := slices.BinarySearch(second.items, newLean(need, 0))
				end := at
				for end < len(second.items) && second.items[end].need() == need {
					end++
				}
				if !yield(w.items[from:to], second.items[at:end]) {
					return
				}
			}
			from = to
		}
	}
}

// has says whether there is any resource in a list, and whether one is
// certainly there.
func (r *run) has(items []lean) (some, sure bool) {
	for _, item := range items {
		sure = sure || r.m.estate.Resources[item.resource()].Presence == ""
	}
	return len(items) > 0, sure
}
