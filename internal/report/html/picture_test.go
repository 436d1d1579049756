package html

import (
	"bytes"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"pgregory.net/rapid"
)

// anyEstate draws a workspace that leans on resources of known services and of
// none, which lean on one another.
func anyEstate(t *rapid.T, services report.Services) (*estate.Estate, *estate.Resource) {
	ids := []string{""}
	for _, s := range services.All() {
		ids = append(ids, s.ID)
	}
	n := rapid.IntRange(0, 80).Draw(t, "resources")
	resources := []*estate.Resource{{ID: estate.ParseID("/r/ws"), Name: "ws", Service: "aml-workspace"}}
	for i := range n {
		resources = append(resources, &estate.Resource{
			ID: estate.ParseID(fmt.Sprintf("/r/%d", i)), Name: fmt.Sprintf("r%d", i), Service: rapid.SampledFrom(ids).Draw(t, "service"), External: rapid.Bool().Draw(t, "external"),
		})
	}
	roles := []estate.Role{estate.Datastore, estate.Compute, estate.KeyVault, estate.ResourceGroup, estate.Logs}
	var relations []estate.Relation
	for i := 1; i < len(resources); i++ {
		from := rapid.IntRange(0, i-1).Draw(t, "from")
		relations = append(relations, estate.Relation{From: resources[from], To: resources[i], Role: rapid.SampledFrom(roles).Draw(t, "role")})
	}
	return estate.Build(resources, relations, estate.Coverage{}), resources[0]
}

// Boxes stand inside the picture and beside each other, and each resource that
// is drawn is in one of them.
func TestPicturesAreInOrder(t *testing.T) {
	services := report.IndexServices(reporttest.Catalog(t))
	rapid.Check(t, func(t *rapid.T) {
		e, ws := anyEstate(t, services)
		p := draw(0, e, ws, services)
		drawn := map[*estate.Resource]int{}
		columns := map[[2]int]int{}
		for i, b := range p.Boxes {
			if b.Number != i {
				t.Fatalf("box %d has number %d", i, b.Number)
			}
			if b.X < 0 || b.Y < bandTop || b.X+b.Width > p.Width || b.Y+b.Height > p.Height {
				t.Fatalf("box %d, %d stands outside of the picture of %d by %d", b.X, b.Y, p.Width, p.Height)
			}
			for _, other := range append(p.Boxes[:i:i], &box{X: p.Home.X, Y: p.Home.Y, Width: p.Home.Width, Height: p.Home.Height}) {
				if b.X < other.X+other.Width && other.X < b.X+b.Width && b.Y < other.Y+other.Height && other.Y < b.Y+b.Height {
					t.Fatalf("boxes %d, %d and %d, %d overlap", b.X, b.Y, other.X, other.Y)
				}
			}
			for _, m := range b.members {
				drawn[m]++
			}
			columns[[2]int{b.side, b.level}]++
			if svc := services.Of(b.members[0].Service); (b.side < 0) != (svc.ManagedBy == "microsoft") {
				t.Fatalf("%s stands on the side of another", svc.ID)
			}
		}
		for r, times := range drawn {
			if times != 1 || !p.near[r] {
				t.Fatalf("%s is drawn %d times", r.Name, times)
			}
		}
		for column, boxes := range columns {
			if boxes > maxColumn {
				t.Fatalf("column %v has %d boxes", column, boxes)
			}
		}
		for _, a := range p.Arrows {
			if a.From >= len(p.Boxes) || a.To < 0 || a.To >= len(p.Boxes) || a.From == a.To {
				t.Fatalf("an arrow goes from %d to %d", a.From, a.To)
			}
		}
	})
}

func TestPicturesAreTheSameEachTime(t *testing.T) {
	r := reporttest.Contoso(t)
	services := report.IndexServices(r.Catalog)
	first := fmt.Sprintf("%+v", draw(0, r.Estate, r.Estate.Resources[0], services).Arrows)
	for range 20 {
		if again := fmt.Sprintf("%+v", draw(0, r.Estate, r.Estate.Resources[0], services).Arrows); again != first {
			t.Fatalf("arrows were\n%s\nand are\n%s", first, again)
		}
	}
}

// Whatever is written, in whatever pieces, nothing hidden comes through and
// everything else does.
func TestNothingHiddenComesThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var out bytes.Buffer
		w := &seen{w: &out}
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if m, err := w.Write(rest[:n]); m != n || err != nil {
				t.Fatalf("%d of %d written: %v", m, n, err)
			}
			rest = rest[n:]
		}
		want := ""
		for _, r := range text {
			if r != '\n' && r != '\t' && report.Hidden(r) {
				r = utf8.RuneError
			}
			want += string(r)
		}
		if out.String() != want {
			t.Fatalf("%q comes out as %q", text, out.String())
		}
	})
}

func TestManyOfAServiceAreDrawnTogether(t *testing.T) {
	services := report.IndexServices(reporttest.Catalog(t))
	resources := []*estate.Resource{{ID: estate.ParseID("/r/ws"), Name: "ws", Service: "aml-workspace"}}
	var relations []estate.Relation
	for i := range 30 {
		r := &estate.Resource{ID: estate.ParseID(fmt.Sprintf("/r/%d", i)), Name: fmt.Sprintf("db%d", i), Service: "azure-sql"}
		resources = append(resources, r)
		relations = append(relations, estate.Relation{From: resources[0], To: r, Role: estate.Datastore})
	}
	p := draw(0, estate.Build(resources, relations, estate.Coverage{}), resources[0], services)
	if len(p.Boxes) != 1 || p.Boxes[0].Name != "30 resources" {
		t.Errorf("%d boxes, the first is %q", len(p.Boxes), p.Boxes[0].Name)
	}
	if len(p.Notes) != 1 || p.Notes[0] != "Drawn together with others of their service: 30 resources." {
		t.Errorf("the notes are %q", p.Notes)
	}
}
