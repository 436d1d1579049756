package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestViewsGolden(t *testing.T) {
	c, r, opt := reporttest.Catalog(t), reporttest.Contoso(t), reporttest.Options()
	for name, view := range map[string]func(io.Writer) error{
		"catalog.json": func(w io.Writer) error { return json.Catalog(w, c, nil, opt) },
		"service.json": func(w io.Writer) error {
			return json.Catalog(w, c, []*catalog.Service{c.Service("azure-storage")}, opt)
		},
		"rules.json":   func(w io.Writer) error { return json.Rules(w, c, nil, opt) },
		"outages.json": func(w io.Writer) error { return json.Outages(w, r.Estate, c, r.Outages, opt) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := view(&b); err != nil {
				t.Fatal(err)
			}
			if !stdjson.Valid(b.Bytes()) {
				t.Fatalf("not JSON:\n%s", b.Bytes())
			}
			reporttest.Golden(t, name, b.Bytes())
		})
	}
}

type catalogDoc struct {
	SchemaVersion string
	Services      []map[string]any
	Rules         []struct {
		ID    string
		Peers map[string][]string
	}
	Sources []struct{ Key, Title, Where, Date string }
}

func readCatalog(t *testing.T, write func(io.Writer) error) catalogDoc {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	var d catalogDoc
	if err := stdjson.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestServicesHaveThePromisedKeys(t *testing.T) {
	c := reporttest.Catalog(t)
	d := readCatalog(t, func(w io.Writer) error { return json.Catalog(w, c, nil, reporttest.Options()) })
	if len(d.Services) != len(c.Services()) {
		t.Errorf("%d services of %d", len(d.Services), len(c.Services()))
	}
	for _, s := range d.Services {
		for _, key := range []string{"id", "title", "types", "group", "managedBy", "haByDefault", "survival", "sources"} {
			if s[key] == nil {
				t.Errorf("%v has no %s", s["id"], key)
			}
		}
	}
}

// In facts, too, a time is a figure and a word.
func TestSurvivalTellsTimesAsReportsDo(t *testing.T) {
	c := reporttest.Catalog(t)
	d := readCatalog(t, func(w io.Writer) error {
		return json.Catalog(w, c, []*catalog.Service{c.Service("azure-storage")}, reporttest.Options())
	})
	rows := d.Services[0]["survival"].([]any)
	last := rows[len(rows)-1].(map[string]any)
	if last["rtoSeconds"] != nil || last["rto"] != "outage" || last["rpo"] != "total" {
		t.Errorf("got %v", last)
	}
}

func TestEveryRuleHasPeersOfEveryTool(t *testing.T) {
	c := reporttest.Catalog(t)
	d := readCatalog(t, func(w io.Writer) error { return json.Rules(w, c, nil, reporttest.Options()) })
	if len(d.Rules) != len(c.Rules()) {
		t.Errorf("%d rules of %d", len(d.Rules), len(c.Rules()))
	}
	for _, r := range d.Rules {
		for _, tool := range []string{"psrule", "checkov", "trivy", "aprl", "azqr"} {
			if r.Peers[tool] == nil {
				t.Errorf("%s says nothing of %s", r.ID, tool)
			}
		}
	}
}

func TestOnlyCitedSourcesAreListed(t *testing.T) {
	c := reporttest.Catalog(t)
	d := readCatalog(t, func(w io.Writer) error {
		return json.Catalog(w, c, []*catalog.Service{c.Service("aks")}, reporttest.Options())
	})
	var keys []string
	for _, s := range d.Sources {
		keys = append(keys, s.Key)
	}
	if !slices.Equal(keys, []string{"guide"}) {
		t.Errorf("got %v", keys)
	}
}
