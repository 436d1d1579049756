package report_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// What every format promises, whatever it looks like. The formats are those of
// formats_spec_test.go.

func eachFormat(t *testing.T, f func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error)) {
	for _, name := range slices.Sorted(maps.Keys(formats)) {
		t.Run(name, func(t *testing.T) { f(t, formats[name]) })
	}
}

// The same result gives the same bytes: nothing depends on the order of a map,
// on the clock, or on what was written before.
func TestReportsAreTheSameEachTime(t *testing.T) {
	eachFormat(t, func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error) {
		for name, r := range reporttest.All(t) {
			var first bytes.Buffer
			if err := write(&first, r, reporttest.Options()); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				var again bytes.Buffer
				if err := write(&again, r, reporttest.Options()); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(first.Bytes(), again.Bytes()) {
					t.Fatalf("%s is another report the second time", name)
				}
			}
		}
	})
}

// A result that was built twice is the same result.
func TestEqualResultsGiveEqualReports(t *testing.T) {
	eachFormat(t, func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error) {
		var a, b bytes.Buffer
		if err := errors.Join(write(&a, reporttest.Contoso(t), reporttest.Options()), write(&b, reporttest.Contoso(t), reporttest.Options())); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Error("two equal results give two reports")
		}
	})
}

// short takes so many bytes and then fails, as a full disk or a closed pipe does.
type short struct {
	left int
	err  error
}

func (s *short) Write(p []byte) (int, error) {
	if len(p) > s.left {
		n := s.left
		s.left = 0
		return n, s.err
	}
	s.left -= len(p)
	return len(p), nil
}

// A report that could not be written whole is an error, wherever it broke off.
func TestReportsThatBreakOffAreErrors(t *testing.T) {
	boom := errors.New("disk full")
	eachFormat(t, func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error) {
		r := reporttest.Contoso(t)
		var whole bytes.Buffer
		if err := write(&whole, r, reporttest.Options()); err != nil {
			t.Fatal(err)
		}
		for part := range 20 {
			n := whole.Len() * part / 20
			if err := write(&short{n, boom}, r, reporttest.Options()); !errors.Is(err, boom) {
				t.Errorf("after %d of %d bytes: %v", n, whole.Len(), err)
			}
		}
		if err := write(&short{whole.Len() - 1, boom}, r, reporttest.Options()); !errors.Is(err, boom) {
			t.Errorf("one byte before the end: %v", err)
		}
		if err := write(&short{whole.Len(), boom}, r, reporttest.Options()); err != nil {
			t.Errorf("with just enough room: %v", err)
		}
	})
}

// A report changes nothing of the result: it can be written in one format after
// the other, and used afterwards.
func TestReportsLeaveTheResultAlone(t *testing.T) {
	r := reporttest.Contoso(t)
	var before bytes.Buffer
	if err := formats["json"](&before, r, reporttest.Options()); err != nil {
		t.Fatal(err)
	}
	eachFormat(t, func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error) {
		if err := write(io.Discard, r, reporttest.Options()); err != nil {
			t.Fatal(err)
		}
		var after bytes.Buffer
		if err := formats["json"](&after, r, reporttest.Options()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before.Bytes(), after.Bytes()) {
			t.Error("the result is another one afterwards")
		}
	})
}

// Results without one of their parts can be shown: no part is needed.
func TestReportsOfPartialResults(t *testing.T) {
	for name, change := range map[string]func(*assess.Result){
		"no catalog":               func(r *assess.Result) { r.Catalog = nil },
		"no target":                func(r *assess.Result) { r.Target = nil },
		"no outages":               func(r *assess.Result) { r.Outages = nil },
		"no findings":              func(r *assess.Result) { r.Findings = nil },
		"no summary":               func(r *assess.Result) { r.Summary = assess.Summary{} },
		"findings without rules":   func(r *assess.Result) { eachFinding(r, func(f *assess.Finding) { f.Rule = nil }) },
		"findings without things":  func(r *assess.Result) { eachFinding(r, func(f *assess.Finding) { f.Resource = nil }) },
		"findings without reasons": func(r *assess.Result) { eachFinding(r, func(f *assess.Finding) { f.Suppression = nil }) },
		"causes without facts": func(r *assess.Result) {
			for i := range r.Outages {
				for j := range r.Outages[i].Impacts {
					for k := range r.Outages[i].Impacts[j].Because {
						r.Outages[i].Impacts[j].Because[k].Fact = nil
					}
				}
			}
		},
		"fates without facts": func(r *assess.Result) {
			for i := range r.Outages {
				for j := range r.Outages[i].Fates {
					r.Outages[i].Fates[j].Fact = nil
				}
			}
		},
		"outages that reach nobody": func(r *assess.Result) {
			for i := range r.Outages {
				r.Outages[i].Impacts = nil
			}
		},
		"resources without services": func(r *assess.Result) {
			for _, x := range r.Estate.Resources {
				x.Service = ""
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachFormat(t, func(t *testing.T, write func(io.Writer, *assess.Result, report.Options) error) {
				r := reporttest.Contoso(t)
				change(r)
				var b bytes.Buffer
				if err := write(&b, r, report.Options{}); err != nil {
					t.Fatal(err)
				}
				if b.Len() == 0 {
					t.Error("nothing is written")
				}
			})
		})
	}
}

func eachFinding(r *assess.Result, f func(*assess.Finding)) {
	for i := range r.Findings {
		f(&r.Findings[i])
	}
}
