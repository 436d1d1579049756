package availability

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// hit is one way in which a resource is hit: by which root, under which
// condition (nil: always), and how it reacts.
type hit struct {
	root     *root
	place    *faulttree.Formula // it stands in the zone that fails; nil: certainly
	reaction outage.Reaction
	taken    bool // where it would fail over to fails as well
}

// expected says when a resource is hurt by what fails: it is the own of builders
// for the expected reading.
func expected(b *builder, i int) quad {
	var out quad
	parts := b.hurts(i)
	for k := range parts {
		out[k] = b.or(label{b.estate.Resources[i].Name, ownLabels[k]}, parts[k]...)
	}
	return out
}

var ownLabels = [4]string{"unreadable-by-itself", "read-hurt-by-itself", "unwritable-by-itself", "write-hurt-by-itself"}

// hurts lists by part of a [quad] all that hurts a resource itself.
func (b *builder) hurts(i int) [4][]*faulttree.Formula {
	var parts [4][]*faulttree.Formula
	for _, h := range b.hits(i) {
		b.suffer(b.estate.Resources[i], &h, &parts)
	}
	for _, leak := range b.leaks(i) {
		for k := range parts {
			parts[k] = append(parts[k], leak)
		}
	}
	return parts
}

// standing gives the regions whose outages hit the resource in this case.
func (b *builder) standing(i int) []string {
	regions, sure := b.model.Standing(i)
	if !sure && b.side == atBest {
		return nil
	}
	return regions
}

func (b *builder) hits(i int) []hit {
	r := b.estate.Resources[i]
	var out []hit
	for _, region := range b.standing(i) {
		re := b.model.Reaction(i, catalog.ScopeZone)
		if reacts(&re) {
			for _, zone := range zonesOf(region) {
				if place, hit1 := b.placed(r, &re, region, zone); hit1 {
					out = append(out, hit{root: b.zone(region, zone), place: place, reaction: re})
				}
			}
		}
		if re = b.model.Reaction(i, catalog.ScopeRegion); reacts(&re) {
			out = append(out, hit{root: b.region(region), reaction: re})
			if pair := b.pairOf(region); pair != nil {
				out = append(out, hit{root: pair, reaction: re, taken: true})
			}
		}
		if r.Service == "" {
			continue
		}
		if re = b.model.Reaction(i, catalog.ScopeService); reacts(&re) {
			out = append(out, hit{root: b.service(b.model.ServiceOf(i), region), reaction: re})
		}
	}
	if r.Service == "" {
		return out
	}
	if re := b.model.Reaction(i, catalog.ScopeNode); reacts(&re) {
		out = append(out, hit{root: b.single(Node, rateNode, "a machine of ", i), reaction: re})
	}
	if re := b.model.Reaction(i, catalog.ScopeResource); reacts(&re) {
		out = append(out, hit{root: b.single(Resource, rateResource, "", i), reaction: re})
	}
	return out
}

// reacts says that anything may happen. A failover that takes no time still
// matters: it can fail.
func reacts(re *outage.Reaction) bool {
	return re.AtWorst != catalog.CarriesOn || re.Worst != (outage.Hurt{})
}

// suffer adds what one hit does to a resource.
func (b *builder) suffer(r *estate.Resource, h *hit, parts *[4][]*faulttree.Formula) {
	hurt, state := h.reaction.Best, h.reaction.AtBest
	if b.side == atWorst {
		hurt, state = h.reaction.Worst, h.reaction.AtWorst
	}
	failover := state == catalog.FailsOver || state == catalog.FailedOver
	noTime := failover && hurt == outage.Hurt{}
	for k, reach := range [2]outage.Reach{hurt.Read, hurt.Write} {
		if reach.Level != outage.Whole {
			when := classOf(reach.Back, failover)
			if failover && h.taken {
				when = class{kind: forOutage}
			}
			b.put(parts, k, reach.Level, b.during(h, when))
		}
		if !failover || reach.Level == outage.Whole && !noTime {
			continue
		}
		level := max(reach.Level, outage.Partial)
		if noTime {
			level = outage.Gone
		}
		whole := b.during(h, class{kind: forOutage})
		if !h.taken {
			whole = b.and(label{r.Name, "stays-down"}, whole, b.failover(r, h.root))
		}
		b.put(parts, k, level, whole)
	}
}

func (b *builder) put(parts *[4][]*faulttree.Formula, k int, level outage.Level, f *faulttree.Formula) {
	if level == outage.Gone {
		parts[2*k] = append(parts[2*k], f)
	}
	parts[2*k+1] = append(parts[2*k+1], f)
}

// during is that the root has failed, hits the resource, and has not lasted
// longer than the class.
func (b *builder) during(h *hit, c class) *faulttree.Formula {
	if b.cut {
		c = b.shorter(h.root, c, class{kind: forRate, rate: rateSwitch})
	}
	f := b.phase(h.root, c)
	if h.place != nil {
		f = b.and(label{h.root.Event.Name, "there"}, f, h.place)
	}
	return f
}

// placed says whether a zone outage hits a resource, and by which chance.
func (b *builder) placed(r *estate.Resource, re *outage.Reaction, region, zone string) (*faulttree.Formula, bool) {
	among := len(zonesOf(region))
	if pins := r.Zones; len(pins) > 0 && !slices.ContainsFunc(pins, estate.IsSymbolic) {
		if !slices.Contains(pins, zone) {
			return nil, false
		}
		among = len(pins)
	}
	state := re.AtBest
	if b.side == atWorst {
		state = re.AtWorst
	}
	if among < 2 || state == catalog.Degraded { // what spans zones is degraded whichever fails
		return nil, true
	}
	return b.chance("place-"+b.key(r)+"-"+region+"-"+zone, func() *Basic {
		return &Basic{Kind: Place, Title: r.Name + " stands in zone " + zone, At: r, share: 1 / float64(among), of: b.zone(region, zone)}
	}), true
}

// leaks are the zone events that hurt a resource although it does not stand in
// the zone, or spans zones. What only points at something else cannot leak: no
// outage of its own service hurts it.
func (b *builder) leaks(i int) []*faulttree.Formula {
	r := b.estate.Resources[i]
	if r.Service == "" {
		return nil
	}
	if b.entry(i) {
		return nil
	}
	var out []*faulttree.Formula
	for _, region := range b.standing(i) {
		for _, zone := range zonesOf(region) {
			family := b.family(r)
			name := "leak-" + family + "-" + region + "-" + zone
			leak := b.chance(name, func() *Basic {
				return &Basic{Kind: Leak, Title: family + " suffers with zone " + zone + " of " + shown(region), Rate: b.rates.of(rateLeak, family), of: b.zone(region, zone)}
			})
			h := hit{root: b.zone(region, zone), place: leak}
			out = append(out, b.during(&h, class{kind: forOutage}))
		}
	}
	return out
}

func (b *builder) zone(region, zone string) *root {
	return b.root("zone-"+region+"-"+zone, func() *Basic {
		return &Basic{Kind: Zone, Title: "zone " + zone + " of " + shown(region), Rate: b.rates.of(rateZone, region), region: region}
	})
}

func (b *builder) region(region string) *root {
	return b.root("region-"+region, func() *Basic {
		rate := b.rates.of(rateRegion, region)
		if len(zonesOf(region)) == 0 {
			rate = b.rates.of(rateDatacenter, region)
		}
		return &Basic{Kind: Region, Title: "region " + shown(region), Rate: rate, region: region}
	})
}

// pairOf gives the event that a region fails together with its pair, nil when the
// estate does not touch both.
func (b *builder) pairOf(region string) *root {
	r, ok := estate.RegionByName(region)
	if !ok || r.Pair == "" || !b.touches(r.Pair) {
		return nil
	}
	one, two := min(region, r.Pair), max(region, r.Pair)
	return b.root("pair-"+one+"-"+two, func() *Basic {
		return &Basic{Kind: Pair, Title: "regions " + one + " and " + two + " together", Rate: b.rates.Get(ratePair)}
	})
}

func (b *builder) service(id, region string) *root {
	return b.root("service-"+id+"-"+region, func() *Basic {
		return &Basic{Kind: Service, Title: id + " in " + shown(region), Rate: b.rates.of(rateService, id), region: region, family: id}
	})
}

func (b *builder) single(kind Kind, rate, what string, i int) *root {
	r := b.estate.Resources[i]
	return b.root(string(kind)+"-"+b.key(r), func() *Basic {
		return &Basic{Kind: kind, Title: what + r.Name, At: r, Rate: b.rates.of(rate, r.Service)}
	})
}

// failover is that a resource does not fail over when the root fails. Each demand
// for a failover has its own chance.
func (b *builder) failover(r *estate.Resource, from *root) *faulttree.Formula {
	return b.chance("failover-"+b.key(r)+"-"+from.Event.Name, func() *Basic {
		return &Basic{Kind: Failover, Title: "the failover of " + r.Name + " from " + from.Title, At: r, Rate: b.rates.of(rateFailover, r.Service), of: from}
	})
}

// global gives the failure of the control plane, and that it takes a capability
// away.
func (b *builder) global(c catalog.Capability) top {
	r := b.root("global", func() *Basic {
		return &Basic{Kind: Global, Title: "global control plane and identity", Rate: b.rates.Get(rateGlobal)}
	})
	reach := b.chance("reach-"+string(c), func() *Basic {
		return &Basic{Kind: Reach, Title: "a global failure takes " + string(c) + " away", Rate: b.rates.of(rateReach, string(c)), of: r}
	})
	h := hit{root: r, place: reach}
	return top{lost: b.during(&h, class{kind: forOutage}), hurt: b.during(&hit{root: r}, class{kind: forOutage})}
}

// family is the service with which a resource's service fails.
func (b *builder) family(r *estate.Resource) string { return b.catalog.Family(r.Service) }

// key tells resources apart in names of events.
func key(r *estate.Resource) string { return keyAt(r, r.Index()) }

func keyAt(r *estate.Resource, index int) string {
	return strings.ReplaceAll(r.Name, "/", "_") + "-" + strconv.Itoa(index)
}

// key is [key] with the number that the resource has in the estate which this one
// is a variant of, so that the two share its events.
func (b *builder) key(r *estate.Resource) string {
	if b.original != nil {
		if was := b.original.ByID(r.ID); was != nil {
			return key(was)
		}
		return keyAt(r, len(b.original.Resources)+r.Index())
	}
	return key(r)
}

func shown(region string) string {
	if estate.IsSymbolic(region) {
		return "its region"
	}
	return region
}

// usualZones is how many zones regions with zones have, most often: what is
// taken of a region that is not known.
var usualZones = sync.OnceValue(func() int {
	var count [16]int
	for _, r := range estate.Regions() {
		if r.Zones > 0 && r.Zones < len(count) {
			count[r.Zones]++
		}
	}
	return slices.Index(count[:], slices.Max(count[:]))
})

func zonesOf(region string) []string {
	n := usualZones()
	if r, ok := estate.RegionByName(region); ok {
		n = r.Zones
	}
	zones := make([]string, n)
	for i := range zones {
		zones[i] = strconv.Itoa(i + 1)
	}
	return zones
}
