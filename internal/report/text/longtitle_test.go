package text_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// longTitles is a catalog of services whose titles differ in their last word.
func longTitles(t *testing.T, titles ...string) *catalog.Catalog {
	t.Helper()
	files := fstest.MapFS{
		"sources/all.yaml": {Data: []byte("- key: guide\n  title: The guide\n  where: https://example.com/guide\n  date: \"2026-01\"\n")},
	}
	for i, title := range titles {
		var b strings.Builder
		fmt.Fprintf(&b, "id: service-%d\ntitle: %s\nshort: S%d\ngroup: datastore\ninGuide: true\nmanagedBy: customer\nhaByDefault: \"no\"\ntoday: What holds today.\nmatches:\n  - type: Example.Of/type%d\nsurvival:\n", i, title, i, i)
		for _, scope := range []string{"zone", "region", "service", "resource"} {
			fmt.Fprintf(&b, "  - scope: %s\n    state: unknown\n    why: Nobody looked.\n    sources: [guide]\n", scope)
		}
		b.WriteString("sources: [guide]\n")
		files[fmt.Sprintf("services/%03d.yaml", i)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	c, err := catalog.Parse(files, "catalog")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Two services are told apart at any width: a title that is too long for its
// column makes the column wider, or goes on below, and is never cut.
func TestLongTitlesOfServicesAreWhole(t *testing.T) {
	gen1, gen2 := "Data store on Azure Data Lake Storage Gen1", "Data store on Azure Data Lake Storage Gen2"
	endless := strings.Repeat("a service with a name that has no end ", 4) + "last"
	c := longTitles(t, gen1, gen2, endless)
	for _, width := range []int{0, 60, 61, 72, 80, 100, 115, 116, 120, 139, 140, 400} {
		var b bytes.Buffer
		opt := reporttest.SmallOptions()
		opt.Width = width
		if err := text.Catalog(&b, c, opt); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		if strings.Contains(out, "…") {
			t.Errorf("at %d something is cut:\n%s", width, out)
		}
		for _, word := range []string{"Gen1", "Gen2", "last"} {
			if n := strings.Count(out, word); n != 1 {
				t.Errorf("at %d %q is there %d times:\n%s", width, word, n, out)
			}
		}
		if width >= 116 && !strings.Contains(out, "  "+gen2+"  ") {
			t.Errorf("at %d there is room for %q on one line:\n%s", width, gen2, out)
		}
		narrow(t, b.Bytes(), map[bool]int{true: 80, false: min(width, 140)}[width == 0])
	}
}

// The columns of the table stand below one another whatever the titles are.
func TestColumnsOfTheCatalogLineUp(t *testing.T) {
	for _, width := range []int{60, 80, 116, 140} {
		var b bytes.Buffer
		opt := reporttest.SmallOptions()
		opt.Width = width
		if err := text.Catalog(&b, longTitles(t, "Short", "Data store on Azure Data Lake Storage Gen1"), opt); err != nil {
			t.Fatal(err)
		}
		column := -1
		for line := range strings.Lines(b.String()) {
			at := strings.Index(line, "you ")
			if strings.HasPrefix(line, " service") {
				at = strings.Index(line, "by ")
			}
			if at < 0 {
				continue
			}
			if column >= 0 && at != column {
				t.Errorf("at %d a column begins at %d and at %d:\n%s", width, column, at, b.String())
			}
			column = at
		}
		if column < 0 {
			t.Errorf("at %d there is no column", width)
		}
	}
}
