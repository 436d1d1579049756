package availability

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// skus are the ways in which an account of a sketch can be set.
var skus = []string{"LRS", "ZRS", "GRS", "GZRS"}

var account = regexp.MustCompile(`(?m)^storage (st\d+) .* sku=(\S+)`)

// withSKU gives a sketch with another sku for one account.
func withSKU(text, name, sku string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "storage "+name+" ") {
			line = regexp.MustCompile(`sku=\S+`).ReplaceAllString(line, "sku="+sku)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// A surface gives for each combination what an analysis of that estate gives, and
// an undecided group is never worse than any of its ways.
func TestASurfaceIsAllEstatesAtOnce(t *testing.T) {
	estates := 60
	if testing.Short() {
		estates = 15
	}
	cat := sketch.Catalog(t)
	draw := rapid.Custom(drawNearEstate)
	compared := 0
	for n := 0; compared < estates; n++ {
		text := draw.Example(n)
		found := account.FindAllStringSubmatch(text, 2)
		e := sketch.Estate(t, text)
		model := outage.New(e, cat)
		if len(found) == 0 || len(model.Workspaces()) == 0 {
			continue
		}
		compared++
		base := Variant{e, model}
		var groups []Group
		var ways [][]string // by group: the skus, the first as it is
		for _, f := range found {
			g := Group{Variants: []Variant{base}}
			for i, r := range e.Resources {
				if r.Name == f[1] {
					g.Resources = []int{i}
				}
			}
			names := []string{f[2]}
			for _, sku := range skus {
				if sku != f[2] {
					v := sketch.Estate(t, withSKU(text, f[1], sku))
					g.Variants, names = append(g.Variants, Variant{v, outage.New(v, cat)}), append(names, sku)
				}
			}
			groups, ways = append(groups, g), append(ways, names)
		}
		ws := model.Workspaces()[n%len(model.Workspaces())]
		c := []catalog.Capability{catalog.Train, catalog.Author, catalog.ScoreBatch}[n%3]
		s, err := NewSurface(base, cat, DefaultRates(), ws, c, groups, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var combinations [][]int
		for k := range len(ways[0]) {
			picks := []int{k, (k + n) % len(ways[len(ways)-1])}[:len(ways)]
			combinations = append(combinations, picks)
		}
		lost := s.Lost(combinations)
		for i, picks := range combinations {
			changed := text
			for g, k := range picks {
				changed = withSKU(changed, found[g][1], ways[g][k])
			}
			a := analysed(t, sketch.Estate(t, changed), cat)
			at := slices.IndexFunc(a.Rows, func(r *Row) bool { return r.Workspace.ID.Equal(ws.ID) && r.Capability == c })
			if want := 1 - a.Rows[at].Expected.Worst; math.Abs(lost[i]-want) > 1e-5*want+1e-15 {
				t.Errorf("estate %d, %s, %v: %.9g, by itself %.9g", n, c, picks, lost[i], want)
			}
			for g := range picks {
				open := slices.Clone(picks)
				open[g] = Best
				if best := s.Lost([][]int{open})[0]; best > lost[i]*(1+1e-12) {
					t.Errorf("estate %d: undecided %v is worse than %v: %g, %g", n, open, picks, best, lost[i])
				}
			}
		}
	}
}

// A group on which nothing depends is told apart.
func TestGroupsThatDoNotMatter(t *testing.T) {
	cat := sketch.Catalog(t)
	text := "workspace ws westeurope\nstorage st westeurope sku=LRS\nstorage idle westeurope sku=LRS\nws -default-storage-> st"
	e := sketch.Estate(t, text)
	base := Variant{e, outage.New(e, cat)}
	var groups []Group
	for _, name := range []string{"st", "idle"} {
		v := sketch.Estate(t, withSKU(text, name, "ZRS"))
		i := slices.IndexFunc(e.Resources, func(r *estate.Resource) bool { return r.Name == name })
		groups = append(groups, Group{[]int{i}, []Variant{base, {v, outage.New(v, cat)}}})
	}
	s, err := NewSurface(base, cat, DefaultRates(), base.Model.Workspaces()[0], catalog.Author, groups, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Matters(0) || s.Matters(1) || s.Nodes() == 0 {
		t.Errorf("st matters: %v, idle matters: %v", s.Matters(0), s.Matters(1))
	}
	before := s.Evaluated()
	lost := s.Lost([][]int{{0, 0}, {1, 0}, {1, 1}})
	if lost[1] >= lost[0] || lost[2] != lost[1] || s.Evaluated() != before+3 {
		t.Errorf("%v", lost)
	}
}

// Regions that are taken to be touched make figures comparable.
func TestRegionsThatAreTakenToBeTouched(t *testing.T) {
	cat := embedded(t)
	e := loaded(t, cat, "../../examples/workspace")
	figure := func(opt Options) float64 {
		opt.Draws = 1
		a, err := New(t.Context(), e, cat, DefaultRates(), opt)
		if err != nil {
			t.Fatal(err)
		}
		return a.Rows[0].Expected.Worst
	}
	plain, touched, other := figure(Options{}), figure(Options{Regions: []string{"northeurope"}}), figure(Options{Regions: []string{"eastus"}})
	if plain < touched || plain-touched > 1e-4 || other != plain {
		t.Errorf("%v, with the pair %v, with another region %v", plain, touched, other)
	}
}
