// Package scram asks SCRAM, a tool of other authors for probabilistic risk
// analysis (https://scram-pra.org), about models in the Open-PSA format: an
// independent witness for what package faulttree computes. Debian and Ubuntu have
// it as the package scram.
//
// SCRAM prints six digits. [Differences] gets all of them: SCRAM itself subtracts
// the figure in question.
package scram

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrMissing says that SCRAM is not in PATH.
var ErrMissing = errors.New("scram is not in PATH: install the package scram (Debian, Ubuntu)")

// Report is what SCRAM found.
type Report struct {
	Tops []Top
}

// Top is SCRAM's result for one top event.
type Top struct {
	Name        string
	Products    int     // minimal cut sets
	Probability float64 // six digits
	Orders      []int   // products by the number of their events, from 1 on
	Importance  []Importance
}

// Importance of one event; figures of six digits.
type Importance struct {
	Event       string
	Occurrence  int     // products that have it
	Birnbaum    float64 // MIF
	Criticality float64 // CIF
	Diagnostic  float64 // DIF
	RAW, RRW    float64 // RRW is 0 where it is infinite
}

// document is the part of SCRAM's report that is read.
type document struct {
	Sums []struct {
		Name         string `xml:"name,attr"`
		Products     int    `xml:"products,attr"`
		Probability  string `xml:"probability,attr"`
		Distribution string `xml:"distribution,attr"`
	} `xml:"results>sum-of-products"`
	Importance []struct {
		Name   string   `xml:"name,attr"`
		Events []factor `xml:"basic-event"`
		Causes []factor `xml:"ccf-event"`
	} `xml:"results>importance"`
}

type factor struct {
	Name       string `xml:"name,attr"`
	Occurrence int    `xml:"occurrence,attr"`
	MIF        string `xml:"MIF,attr"`
	CIF        string `xml:"CIF,attr"`
	DIF        string `xml:"DIF,attr"`
	RAW        string `xml:"RAW,attr"`
	RRW        string `xml:"RRW,attr"`
	Members    []struct {
		Name string `xml:"name,attr"`
	} `xml:"basic-event"` // of a common cause
}

// name of an event; a common cause is named after its members, in brackets.
func (f *factor) name() string {
	if len(f.Members) == 0 {
		return f.Name
	}
	var names []string
	for _, m := range f.Members {
		names = append(names, m.Name)
	}
	return "[" + strings.Join(names, " ") + "]"
}

// Analyse runs SCRAM on files that make one model: decision diagrams, exact
// probability, importance (unless the flags say otherwise), and the flags given
// besides.
func Analyse(ctx context.Context, files []string, flags ...string) (*Report, error) {
	bin, err := exec.LookPath("scram")
	if err != nil {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "scram")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "report.xml")
	args := append([]string{"--bdd", "--probability", "1", "-o", out}, flags...)
	if !slices.Contains(flags, "--importance") {
		args = append(args, "--importance", "1")
	}
	if said, err := exec.CommandContext(ctx, bin, append(args, files...)...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("scram: %w: %s", err, strings.TrimSpace(string(said)))
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var d document
	if err := xml.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("the report of scram: %w", err)
	}
	return d.report(), nil
}

func (d *document) report() *Report {
	r := &Report{}
	for _, s := range d.Sums {
		t := Top{Name: s.Name, Products: s.Products, Probability: number(s.Probability)}
		for _, n := range strings.Fields(s.Distribution) {
			count, _ := strconv.Atoi(n) // SCRAM writes whole numbers
			t.Orders = append(t.Orders, count)
		}
		for _, i := range d.Importance {
			if i.Name != s.Name {
				continue
			}
			for _, f := range append(i.Events, i.Causes...) {
				t.Importance = append(t.Importance, Importance{f.name(), f.Occurrence, number(f.MIF), number(f.CIF), number(f.DIF), number(f.RAW), number(f.RRW)})
			}
		}
		r.Tops = append(r.Tops, t)
	}
	return r
}

// number reads a figure; what is missing or no number is NaN.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		v, _ = strconv.ParseFloat("nan", 64)
	}
	return v
}

// Top finds a top event by its name; nil when SCRAM did not report it.
func (r *Report) Top(name string) *Top {
	for i := range r.Tops {
		if r.Tops[i].Name == name {
			return &r.Tops[i]
		}
	}
	return nil
}

// Claim is a probability that a gate of a model is said to have.
type Claim struct {
	Gate        string
	Probability float64
}

// Differences are the probabilities that SCRAM finds for gates of the model, less
// those that are claimed, to all the digits that SCRAM computes with. It asks
// about gates "x and gate, or not x and y", where y has the probability that is
// claimed: the marginal importance of x is the difference.
func Differences(ctx context.Context, files []string, claims []Claim, flags ...string) ([]float64, error) {
	dir, err := os.MkdirTemp("", "scram")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var b strings.Builder
	b.WriteString("<opsa-mef>\n<define-fault-tree name=\"Witness\">\n")
	for i, c := range claims {
		fmt.Fprintf(&b, question, i, c.Gate, strconv.FormatFloat(c.Probability, 'g', -1, 64))
	}
	b.WriteString("</define-fault-tree>\n</opsa-mef>\n")
	file := filepath.Join(dir, "differences.xml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, err
	}
	r, err := Analyse(ctx, append(append([]string{}, files...), file), flags...)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(claims))
	for i, c := range claims {
		if out[i], err = r.difference(i, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *Report) difference(i int, c Claim) (float64, error) {
	t := r.Top(fmt.Sprintf("WitnessTop%d", i))
	if t == nil {
		return 0, fmt.Errorf("scram reports no difference for %s", c.Gate)
	}
	for _, im := range t.Importance {
		if im.Event == fmt.Sprintf("WitnessX%d", i) {
			return im.Birnbaum, nil
		}
	}
	return 0, fmt.Errorf("scram reports no importance for %s", c.Gate)
}

const question = `<define-gate name="WitnessTop%[1]d">
<or>
  <and><basic-event name="WitnessX%[1]d"/><gate name="%[2]s"/></and>
  <and><not><basic-event name="WitnessX%[1]d"/></not><basic-event name="WitnessY%[1]d"/></and>
</or>
</define-gate>
<define-basic-event name="WitnessX%[1]d"><float value="0.5"/></define-basic-event>
<define-basic-event name="WitnessY%[1]d"><float value="%[3]s"/></define-basic-event>
`
