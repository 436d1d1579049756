package availability

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

// Share is what one root contributes to the time that a capability is lost.
type Share struct {
	Basic   *Basic
	Hours   float64 // a year; those of several roots together count for each
	PerYear float64 // how often it takes the capability away
	Alone   bool    // it does so without any other failing: a single point of failure
}

// walker visits the part of a diagram that belongs to one top, at a cost in
// proportion to that part.
type walker struct {
	mark    []uint32 // by node: the visit that met it last
	visit   uint32
	weight  []float64
	nodes   []uint32
	value   []float64 // by node: probability of what stands on a regular edge to it
	nowP    []float64 // probabilities of the moment at which a root fails
	onset   []float64 // by variable: derivative at that moment
	lasting []float64 // by variable: derivative over the year
	struck  []bool    // by variable: true of what decides where and when roots strike
}

func nodeOf(f bdd.Func) uint32 { return uint32(f) >> 1 }

// collect lists the nodes below f, parents before children.
func (w *walker) collect(d *bdd.Diagram, f bdd.Func) {
	if len(w.mark) < d.Size() {
		w.mark, w.weight, w.value = make([]uint32, d.Size()), make([]float64, d.Size()), make([]float64, d.Size())
		w.value[0] = 1
	}
	w.visit++
	w.nodes = w.nodes[:0]
	w.push(nodeOf(f))
	for k := 0; k < len(w.nodes); k++ {
		_, hi, lo := d.Split(bdd.Func(w.nodes[k] << 1))
		w.push(nodeOf(hi))
		w.push(nodeOf(lo))
	}
	slices.SortFunc(w.nodes, func(a, b uint32) int { return cmp.Compare(b, a) }) // children are numbered before parents
}

func (w *walker) push(n uint32) {
	if n != 0 && w.mark[n] != w.visit {
		w.mark[n] = w.visit
		w.nodes = append(w.nodes, n)
	}
}

// derive adds to out, for each variable, the derivative of the probability of f to
// that of the variable (Birnbaum 1969), for the nodes that collect has listed.
func (w *walker) derive(d *bdd.Diagram, p []float64, f bdd.Func, out []float64) {
	for _, n := range slices.Backward(w.nodes) {
		v, hi, lo := d.Split(bdd.Func(n << 1))
		w.value[n] = p[v]*w.of(hi) + (1-p[v])*w.of(lo)
	}
	for _, n := range w.nodes {
		w.weight[n] = 0
	}
	w.weight[nodeOf(f)] = 1
	if f&1 == 1 {
		w.weight[nodeOf(f)] = -1
	}
	for _, n := range w.nodes {
		v, hi, lo := d.Split(bdd.Func(n << 1))
		out[v] += w.weight[n] * (w.of(hi) - w.of(lo))
		w.weight[nodeOf(hi)] += signed(hi, w.weight[n]*p[v])
		w.weight[nodeOf(lo)] += signed(lo, w.weight[n]*(1-p[v]))
	}
	w.weight[0] = 0
}

func (w *walker) of(f bdd.Func) float64 {
	if f&1 == 1 {
		return 1 - w.value[nodeOf(f)]
	}
	return w.value[nodeOf(f)]
}

func signed(f bdd.Func, x float64) float64 {
	if f&1 == 1 {
		return -x
	}
	return x
}

// Shares lists what takes the capability away in a reading, at worst: the
// greatest first. Of a contractual reading the roots are the promises.
func (a *Analysis) Shares(r *Row, reading Reading) []Share {
	s := a.sheets[reading]
	top := r.trees[reading].lost[atWorst]
	if top < 0 {
		return nil
	}
	d, f := s.diagram, s.functions[top]
	w := &s.walk
	if w.nowP == nil {
		w.nowP = slices.Clone(s.middleP)
		for v, b := range s.basics {
			if b.Kind == Phase {
				w.nowP[v] = 1
			}
		}
		w.onset, w.lasting = make([]float64, len(s.basics)), make([]float64, len(s.basics))
	}
	w.collect(d, f)
	w.derive(d, s.middleP, f, w.lasting)
	w.derive(d, w.nowP, f, w.onset)
	var out []Share
	for _, n := range w.nodes {
		v, _, _ := d.Split(bdd.Func(n << 1))
		b := s.basics[v]
		last, start := w.lasting[v], w.onset[v]
		w.lasting[v], w.onset[v] = 0, 0
		if last == 0 || b.Kind != Promise && !b.IsRoot() {
			continue
		}
		x := Share{Basic: b, Hours: HoursPerYear * s.middleP[v] * last}
		if b.IsRoot() {
			x.PerYear = s.middle.of(b.Rate).perYear * (1 - s.middleP[v]) * start
		}
		x.Alone = s.alone(f, v)
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Hours, a.Hours), cmp.Compare(a.Basic.Event.Name, b.Basic.Event.Name))
	})
	return out
}

// alone says whether one root is enough, at its start and where it may strike.
func (s *sheet) alone(f bdd.Func, v int) bool {
	w := &s.walk
	if w.struck == nil {
		w.struck = make([]bool, len(s.basics))
		for u, b := range s.basics {
			w.struck[u] = b.Kind == Phase || b.Kind == Place
		}
	}
	w.struck[v] = true
	enough := s.diagram.Eval(f, w.struck)
	w.struck[v] = false
	return enough
}

// WorstYear gives the hours for which the capability is lost in a year that only
// one year in twenty exceeds, and in the middle one, by the middle values of the
// rates. Each root's outages come at random (Poisson) and last exponentially; the
// sum is found by simulating years, always the same ones.
func (a *Analysis) WorstYear(shares []Share) (middle, worst float64) {
	roots := make([]outages, 0, len(shares))
	var key []byte
	for _, s := range shares {
		if s.PerYear > 0 && s.Hours > 0 {
			o := outages{six(s.PerYear), six(s.Hours / s.PerYear)}
			roots = append(roots, o)
			key = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(key, math.Float64bits(o.perYear)), math.Float64bits(o.hours))
		}
	}
	known, ok := a.years[string(key)]
	if !ok {
		known[0], known[1] = simulate(roots)
		a.years[string(key)] = known
	}
	return known[0], known[1]
}

type outages struct{ perYear, hours float64 }

// six rounds to six digits, so that rows which differ by rounding alone share
// their simulation.
func six(x float64) float64 {
	unit := math.Pow(10, 5-math.Floor(math.Log10(x)))
	return math.Round(x*unit) / unit
}

func simulate(roots []outages) (middle, worst float64) {
	const years = 4000
	g := newGenerator()
	total := make([]float64, years)
	for _, r := range roots {
		// The gaps between outages are exponential: walk through all years at once.
		for at := g.exponential() / r.perYear; at < years; at += g.exponential() / r.perYear {
			total[int(at)] += r.hours * g.exponential()
		}
	}
	slices.Sort(total)
	return percentile(total, 0.5), min(percentile(total, 0.95), HoursPerYear)
}

// generator is a small fast source of random numbers: splitmix64 (G. Steele, D.
// Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014).
type generator struct{ state uint64 }

func newGenerator() *generator { return &generator{0x486f6c6466617374} }

func (g *generator) exponential() float64 {
	g.state += 0x9e3779b97f4a7c15
	z := g.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return -math.Log((float64(z>>11) + 0.5) / (1 << 53))
}
