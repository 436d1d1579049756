package faulttree_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
)

// BenchmarkSixThousandTopEvents is the load of a large organisation: one
// thousand workspaces of six capabilities, each with probability, cut sets and
// importance.
func BenchmarkSixThousandTopEvents(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var tops []*faulttree.Gate
	for range 6000 {
		m := draw.Model(r, draw.Options{Events: 40, Gates: 30, Coherent: true, MaxP: 1e-3})
		tops = append(tops, m.Gates[len(m.Gates)-1])
	}
	for b.Loop() {
		for _, g := range tops {
			ask(b, g)
		}
	}
}

// BenchmarkTwoOfThreeOfMany grows a tree in which every group needs two of three
// parts, and the whole needs half of the groups.
func BenchmarkTwoOfThreeOfMany(b *testing.B) {
	for _, groups := range []int{10, 100, 300} {
		b.Run(fmt.Sprint(groups), func(b *testing.B) {
			top := &faulttree.Formula{Op: faulttree.AtLeast, Min: groups / 2}
			for range groups {
				g := &faulttree.Formula{Op: faulttree.AtLeast, Min: 2}
				for range 3 {
					g.Args = append(g.Args, of(event("e", 0.01)))
				}
				top.Args = append(top.Args, to(&faulttree.Gate{Name: "g", Formula: g}))
			}
			for b.Loop() {
				ask(b, &faulttree.Gate{Name: "top", Formula: top})
			}
		})
	}
}

func ask(b *testing.B, g *faulttree.Gate) {
	a := analyse(b, g)
	if _, err := a.Probability(); err != nil {
		b.Fatal(err)
	}
	if _, err := a.Importance(); err != nil {
		b.Fatal(err)
	}
	sets, err := a.CutSets()
	if err != nil {
		b.Fatal(err)
	}
	sets.Count()
	if _, err := sets.MostProbable(10); err != nil {
		b.Fatal(err)
	}
}
