package text_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// views are the other things that are shown on a terminal.
func views(t *testing.T) map[string]func(io.Writer, report.Options) error {
	c, r := reporttest.Catalog(t), reporttest.Contoso(t)
	return map[string]func(io.Writer, report.Options) error{
		"catalog": func(w io.Writer, o report.Options) error { return text.Catalog(w, c, o) },
		"service": func(w io.Writer, o report.Options) error { return text.Service(w, c, c.Service("azure-storage"), o) },
		"rule":    func(w io.Writer, o report.Options) error { return text.Rule(w, c, c.Rule("default-storage-zone"), o) },
		"rules":   func(w io.Writer, o report.Options) error { return text.Rules(w, c, o) },
		"outage":  func(w io.Writer, o report.Options) error { return text.Outages(w, r.Estate, r.Catalog, r.Outages, o) },
	}
}

func TestViewsGolden(t *testing.T) {
	for name, view := range views(t) {
		for _, width := range []int{80, 140} {
			t.Run(fmt.Sprintf("%s at %d", name, width), func(t *testing.T) {
				opt := reporttest.Options()
				opt.Width = width
				var b bytes.Buffer
				if err := view(&b, opt); err != nil {
					t.Fatal(err)
				}
				reporttest.Golden(t, fmt.Sprintf("%s-%d.txt", name, width), b.Bytes())
			})
		}
	}
}

func TestViewsAreNarrowEnough(t *testing.T) {
	for name, view := range views(t) {
		for _, width := range []int{60, 72, 80, 100, 116, 140} {
			var b bytes.Buffer
			opt := reporttest.Options()
			opt.Width, opt.Verbose = width, true
			if err := view(&b, opt); err != nil {
				t.Fatal(err)
			}
			t.Run(fmt.Sprintf("%s at %d", name, width), func(t *testing.T) { narrow(t, b.Bytes(), width) })
		}
	}
}
