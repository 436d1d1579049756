package availability

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// The years that are played are down for the share of the time that the diagram
// says, within three standard errors (four for the worst of many).
func TestYearsAgreeWithTheExactFigure(t *testing.T) {
	cat := embedded(t)
	for _, name := range []string{"workspace", "resilient"} {
		a := analysed(t, loaded(t, cat, filepath.Join("..", "..", "examples", name)), cat)
		for _, r := range a.Rows {
			got, err := a.Years(t.Context(), r, simulation.Options{Years: 20_000, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			if want := 1 - r.Expected.Worst; math.Abs(got.Unavailable-want)*simulation.Year > 4*got.StdErr {
				t.Errorf("%s of %s: %.4g h a year, exactly %.4g (standard error %.3g)", r.Capability, name, got.Mean, want*simulation.Year, got.StdErr)
			}
			if got.P50 > got.P95 || got.P95 > got.P99 || got.Outages <= 0 || got.LongestQuantile(0.5) > got.P50+1e-9 {
				t.Errorf("%s of %s: %+v", r.Capability, name, got)
			}
		}
	}
}

// So it is with random estates, pairs among them: of 100 models hardly one may be
// more than three standard errors away.
func TestYearsOfRandomEstates(t *testing.T) {
	models := 100
	if testing.Short() {
		models = 20
	}
	cat := sketch.Catalog(t)
	draw := rapid.Custom(drawEstate)
	played, away := 0, 0
	for n := 0; played < models; n++ {
		a := analysed(t, sketch.Estate(t, draw.Example(n)), cat)
		if len(a.Rows) == 0 {
			continue
		}
		r := a.Rows[n%len(a.Rows)]
		got, err := a.Years(t.Context(), r, simulation.Options{Years: 4000, Seed: uint64(n)})
		if errors.Is(err, ErrNever) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		played++
		switch off := math.Abs(got.Mean-Hours(r.Expected.Worst)) / got.StdErr; {
		case off > 5:
			t.Errorf("estate %d, %s: %g h, exactly %g (standard error %g)", n, r.Capability, got.Mean, Hours(r.Expected.Worst), got.StdErr)
		case off > 3:
			away++
		}
	}
	if away > 2 {
		t.Errorf("%d of %d models are more than three standard errors away", away, played)
	}
}

func TestYearsAreReproducible(t *testing.T) {
	cat := embedded(t)
	a := analysed(t, loaded(t, cat, filepath.Join("..", "..", "examples", "workspace")), cat)
	years := func(seed uint64, workers int) *simulation.Result {
		got, err := a.Years(t.Context(), a.Rows[0], simulation.Options{Years: 500, Seed: seed, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	one, two, other := years(3, 1), years(3, 2), years(4, 2)
	if one.Mean != two.Mean || one.P99 != two.P99 || one.LongestOutage != two.LongestOutage {
		t.Errorf("one worker %+v, two %+v", one, two)
	}
	if one.Mean == other.Mean {
		t.Error("another seed gives the same years")
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Years(stopped, a.Rows[0], simulation.Options{Years: 500}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := a.Years(t.Context(), a.Rows[0], simulation.Options{Years: 1}); err == nil {
		t.Error("one year gives no spread, and no error")
	}
}
