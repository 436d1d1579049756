package catalog

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// The published figure is that of the first row whose condition holds; where
// that is not known, the rows that may hold enclose it.
func TestPromise(t *testing.T) {
	cat, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	known := func(s string) value.Value { return value.String(s) }
	for _, c := range []struct {
		name        string
		typ         string
		mode        value.Value
		best, worst float64
		unknowns    int
	}{
		{"zone redundant", "Microsoft.DBforPostgreSQL/flexibleServers", known("ZoneRedundant"), 99.99, 99.99, 0},
		{"without a standby", "Microsoft.DBforPostgreSQL/flexibleServers", known("Disabled"), 99.9, 99.9, 0},
		{"not known", "Microsoft.DBforPostgreSQL/flexibleServers", value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Hint: value.StringKind, Parts: []value.Part{{Lit: "{parameters('ha')}"}}}), 99.99, 99.9, 1},
		{"nothing promised", "Microsoft.Network/virtualNetworks", known(""), 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := value.Object([]value.Member{{Key: "apiVersion", Value: known("2024-08-01")}, {Key: "properties", Value: value.Object([]value.Member{
				{Key: "highAvailability", Value: value.Object([]value.Member{{Key: "mode", Value: c.mode}})}})}})
			r := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g/providers/" + c.typ + "/x"), Type: c.typ, Name: "x", Location: "westeurope", Body: body}
			e := estate.Build([]*estate.Resource{r}, nil, estate.Coverage{})
			cat.Classify(e)
			p := cat.Promise(e, e.Resources[0])
			if got := percent(p.Best); got != c.best {
				t.Errorf("best is %v, want %v", got, c.best)
			}
			if got := percent(p.Worst); got != c.worst {
				t.Errorf("worst is %v, want %v", got, c.worst)
			}
			if len(p.Unknowns) != c.unknowns {
				t.Errorf("unknowns are %q, want %d", p.Unknowns, c.unknowns)
			}
		})
	}
}

func percent(s *SLA) float64 {
	if s == nil {
		return 0
	}
	return s.Percent
}
