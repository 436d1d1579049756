package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report/junit"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []struct {
		Name    string    `xml:"name,attr"`
		Failure *struct{} `xml:"failure"`
		Skipped *struct{} `xml:"skipped"`
	} `xml:"testcase"`
}

type suites struct {
	suite
	Suites []suite `xml:"testsuite"`
}

func TestReportGolden(t *testing.T) {
	var b bytes.Buffer
	if err := junit.Write(&b, reporttest.Contoso(t), reporttest.Options()); err != nil {
		t.Fatal(err)
	}
	reporttest.Golden(t, "contoso.xml", b.Bytes())
}

// Whatever is in the input, the XML can be read, its counts add up, and every
// finding that applies is a case.
func TestReportsAreSound(t *testing.T) {
	for name, r := range reporttest.All(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := junit.Write(&b, r, reporttest.Options()); err != nil {
				t.Fatal(err)
			}
			dec := xml.NewDecoder(bytes.NewReader(b.Bytes()))
			var all suites
			if err := dec.Decode(&all); err != nil {
				t.Fatalf("%v\n%s", err, b.Bytes())
			}
			var sum suite
			for _, s := range all.Suites {
				failures, skipped := 0, 0
				for _, c := range s.Cases {
					if c.Failure != nil {
						failures++
					}
					if c.Skipped != nil {
						skipped++
					}
				}
				if s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped {
					t.Errorf("suite %s counts %d, %d, %d of %d, %d, %d", s.Name, s.Tests, s.Failures, s.Skipped, len(s.Cases), failures, skipped)
				}
				sum.Tests += s.Tests
				sum.Failures += s.Failures
				sum.Skipped += s.Skipped
			}
			if all.Tests != sum.Tests || all.Failures != sum.Failures || all.Skipped != sum.Skipped {
				t.Errorf("the suites count %+v in all, the file %d, %d, %d", sum, all.Tests, all.Failures, all.Skipped)
			}
			m := r.Summary
			if want := m.Findings - m.NotApplicable + m.NotSeen; all.Tests != want {
				t.Errorf("%d cases, want %d", all.Tests, want)
			}
			if want := m.Fail - m.Known; all.Failures != want {
				t.Errorf("%d failures, want %d", all.Failures, want)
			}
		})
	}
}

func TestBaselineIsSkipped(t *testing.T) {
	r := reporttest.Contoso(t)
	r.Findings[0].Known = true
	var b bytes.Buffer
	if err := junit.Write(&b, r, reporttest.Options()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte(`<skipped message="it stands in the baseline">`)) {
		t.Errorf("a finding of the baseline is not skipped:\n%s", b.Bytes())
	}
}

func TestWriteErrorsComeBack(t *testing.T) {
	reader, w := io.Pipe()
	boom := errors.New("disk full")
	reader.CloseWithError(boom)
	if err := junit.Write(w, reporttest.Contoso(t), reporttest.Options()); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}
