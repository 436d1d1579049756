package openpsa_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
)

// read reads texts as the files 1.xml, 2.xml and so on.
func read(texts ...string) (*faulttree.Model, []openpsa.Note, error) {
	var sources []openpsa.Source
	for i, text := range texts {
		sources = append(sources, openpsa.Source{Name: fmt.Sprintf("%d.xml", i+1), Reader: strings.NewReader(text)})
	}
	return openpsa.Read(sources...)
}

func must(t testing.TB, texts ...string) *faulttree.Model {
	t.Helper()
	m, _, err := read(texts...)
	if err == nil {
		err = m.Evaluate(8760)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func probability(t testing.TB, m *faulttree.Model, gate string) float64 {
	t.Helper()
	a, err := faulttree.Analyse(m.Gate(gate), 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Probability()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tree wraps definitions of a fault tree; the first line of inner is line 2.
func tree(inner string) string {
	return "<opsa-mef><define-fault-tree name=\"T\">\n" + inner + "\n</define-fault-tree></opsa-mef>"
}

// events a, b, c with probabilities 0.1, 0.2, 0.3.
const abc = `<define-basic-event name="a"><float value="0.1"/></define-basic-event>
<define-basic-event name="b"><float value="0.2"/></define-basic-event>
<define-basic-event name="c"><float value="0.3"/></define-basic-event>
<define-house-event name="on"><constant value="true"/></define-house-event>
<define-house-event name="off"/>`

func TestFormulas(t *testing.T) {
	for formula, want := range map[string]float64{
		`<basic-event name="a"/>`:                                                                                      0.1,
		`<event name="a"/>`:                                                                                            0.1,
		`<event name="a" type="basic-event"/>`:                                                                         0.1,
		`<and><event name="a"/><event name="b"/></and>`:                                                                0.02,
		`<or><event name="a"/><event name="b"/></or>`:                                                                  0.28,
		`<not><event name="a"/></not>`:                                                                                 0.9,
		`<nand><event name="a"/><event name="b"/></nand>`:                                                              0.98,
		`<nor><event name="a"/><event name="b"/></nor>`:                                                                0.72,
		`<xor><event name="a"/><event name="b"/></xor>`:                                                                0.26,
		`<iff><event name="a"/><event name="b"/></iff>`:                                                                0.74,
		`<imply><event name="a"/><event name="b"/></imply>`:                                                            0.92,
		`<atleast min="2"><event name="a"/><event name="b"/><event name="c"/></atleast>`:                               0.098,
		`<cardinality min="1" max="2"><event name="a"/><event name="b"/><event name="c"/></cardinality>`:               1 - 0.504 - 0.006,
		`<and><event name="a"/><house-event name="on"/></and>`:                                                         0.1,
		`<and><event name="a"/><house-event name="off"/></and>`:                                                        0,
		`<or><event name="a"/><constant value="true"/></or>`:                                                           1,
		`<or><event name="a"/><and><event name="b"/><or><event name="c"/><not><event name="c"/></not></or></and></or>`: 0.28,
	} {
		m := must(t, tree(`<define-gate name="top">`+formula+`</define-gate>`+abc))
		if got := probability(t, m, "top"); math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: P = %g, want %g", formula, got, want)
		}
	}
}

func TestSeveralFilesMakeOneModel(t *testing.T) {
	m := must(t, tree(`<define-gate name="top"><label> The
		top </label><or><event name="x"/><gate name="other"/></or></define-gate>`),
		`<opsa-mef name="second"><define-fault-tree name="U"><define-gate name="other"><event name="x"/></define-gate></define-fault-tree>
		<model-data><define-basic-event name="x"><parameter name="p"/></define-basic-event></model-data></opsa-mef>`,
		`<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE opsa-mef><opsa-mef><model-data><define-parameter name="p"><float value="0.25"/></define-parameter></model-data></opsa-mef>`)
	if got := probability(t, m, "top"); got != 0.25 {
		t.Errorf("P = %g", got)
	}
	if top := m.Gate("top"); top.Label != "The top" || top.Place.String() != "1.xml:2:1" {
		t.Errorf("label %q at %s", top.Label, top.Place)
	}
}

// Names in components: private ones are found from within, by themselves or by
// their path, and do not collide with others.
func TestPrivateNames(t *testing.T) {
	m := must(t, tree(`<define-gate name="top"><or><gate name="A.g"/><gate name="B.g"/><gate name="public"/></or></define-gate>
<define-component name="A" role="private">
  <define-gate name="g"><event name="e"/></define-gate>
  <define-basic-event name="e"><float value="0.1"/></define-basic-event>
</define-component>
<define-component name="B">
  <define-gate name="g" role="private"><event name="e"/></define-gate>
  <define-basic-event name="e" role="private"><parameter name="q"/></define-basic-event>
  <define-parameter name="q" role="private"><float value="0.2"/></define-parameter>
  <define-gate name="public"><event name="T.A.e"/></define-gate>
</define-component>`))
	if got := probability(t, m, "top"); math.Abs(got-0.28) > 1e-15 {
		t.Errorf("P = %g, want 0.28", got)
	}
	if m.Gate("T.A.g") == nil || m.Gate("T.B.g") == nil {
		t.Error("private gates are named by their path")
	}
}

func TestCommonCauses(t *testing.T) {
	group := func(model, factors string) string {
		return tree(`<define-gate name="top"><and><event name="x"/><event name="y"/><event name="z"/></and></define-gate>
<define-CCF-group name="G" model="` + model + `"><members><basic-event name="x"/><basic-event name="y"/><basic-event name="z"/></members>
<distribution><float value="0.1"/></distribution>` + factors + `</define-CCF-group>`)
	}
	level := func(n int, v float64) string {
		return fmt.Sprintf(`<factor level="%d"><float value="%g"/></factor>`, n, v)
	}
	// One of three: alone, in each of the two pairs that it is in, or with all.
	top := func(q1, q2, q3 float64) float64 { // P(all three)
		p := 0.0
		for s := range 1 << 7 { // 3 single causes, 3 pairs, 1 for all
			w, down := 1.0, 0
			for i, c := range []struct {
				q    float64
				hits int
			}{{q1, 1}, {q1, 2}, {q1, 4}, {q2, 3}, {q2, 5}, {q2, 6}, {q3, 7}} {
				if s>>i&1 == 1 {
					w *= c.q
					down |= c.hits
				} else {
					w *= 1 - c.q
				}
			}
			if down == 7 {
				p += w
			}
		}
		return p
	}
	for _, c := range []struct {
		name, text string
		want       float64
	}{
		{"beta", group("beta-factor", level(3, 0.2)), top(0.08, 0, 0.02)},
		{"MGL", group("MGL", "<factors>"+level(2, 0.2)+level(3, 0.5)+"</factors>"), top(0.08, 0.1*0.2*0.5/2, 0.1*0.2*0.5)},
		{"alpha", group("alpha-factor", "<factors>"+level(1, 0.7)+level(2, 0.2)+level(3, 0.1)+"</factors>"), top(0.07, 0.1*0.2/2, 0.01)},
		{"phi", group("phi-factor", "<factors>"+level(1, 0.7)+level(2, 0.2)+level(3, 0.1)+"</factors>"), top(0.07, 0.02, 0.01)},
	} {
		m, _, err := read(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if m, err = m.WithCommonCauses(); err != nil {
			t.Fatal(err)
		}
		if err := m.Evaluate(1); err != nil {
			t.Fatal(err)
		}
		if got := probability(t, m, "top"); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: P = %g, want %g", c.name, got, c.want)
		}
		if got := probability(t, must(t, c.text), "top"); math.Abs(got-0.001) > 1e-15 {
			t.Errorf("%s without common causes: P = %g, want 0.001", c.name, got)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	gate := func(formula string) string {
		return tree(`<define-gate name="top">` + formula + `</define-gate>` + abc)
	}
	value := func(expression string) string {
		return tree(`<define-gate name="top"><event name="e"/></define-gate>
<define-basic-event name="e">` + expression + `</define-basic-event>`)
	}
	for _, c := range []struct{ text, want string }{
		{gate(`<gate name="gone"/>`), "1.xml:2:25: the gate gone is not defined"},
		{gate(`<event name="gone"/>`), "1.xml:2:25: the gate or event gone is not defined"},
		{gate(`<basic-event name="top"/>`), "1.xml:2:25: top is a gate (defined at 1.xml:2:1), not a basic event"},
		{gate(`<or><event name="a"/><gate name="top"/></or>`), "1.xml:2:1: gate top is defined by itself: top -> top"},
		{gate(`<not><event name="a"/><event name="b"/></not>`), "1.xml:2:25: <not> cannot have 2 arguments"},
		{gate(`<xor><event name="a"/></xor>`), "<xor> cannot have 1 arguments"},
		{gate(`<or/>`), "<or> cannot have 0 arguments"},
		{gate(`<atleast><event name="a"/></atleast>`), "<atleast> has no attribute min"},
		{gate(`<atleast min="-1"><event name="a"/></atleast>`), `the attribute min is "-1"`},
		{gate(`<atleast min="3"><event name="a"/><event name="b"/></atleast>`), "has 2 arguments, but asks for 3"},
		{gate(`<cardinality min="2" max="1"><event name="a"/><event name="b"/></cardinality>`), "asks for 2 to 1"},
		{gate(`<maybe/>`), "<maybe> is no formula"},
		{gate(`<constant value="perhaps"/>`), `the value is "perhaps": it must be true or false`},
		{gate(`<event name="a" type="thing"/>`), `the type is "thing"`},
		{gate(`<event/>`), "<event> has no name"},
		{gate(``), "gate top has 0 formulas"},
		{gate(`<event name="a"/><event name="b"/>`), "gate top has 2 formulas"},
		{tree(abc + abc), "a is defined twice: first at 1.xml:2:1"},
		{tree(`<define-gate name="a"><constant value="1"/></define-gate>` + abc), "a is defined twice"},
		{tree(`<define-gate name="x.y"><constant value="1"/></define-gate>`), "must have no dot"},
		{tree(`<define-gate><constant value="1"/></define-gate>`), "<define-gate> has no name"},
		{tree(`<define-gate name="g" role="secret"><constant value="1"/></define-gate>`), `the role is "secret"`},
		{tree(`<define-thing name="g"/>`), "unexpected <define-thing> in <define-fault-tree>"},
		{tree(`<define-house-event name="h"><float value="1"/></define-house-event>`), "must have one <constant>"},
		{value(`<float value="0,5"/>`), `1.xml:3:30: the value "0,5" is no number`},
		{value(`<float value="1e999"/>`), "is no number"},
		{value(`<float value="nan"/>`), "is no number"},
		{value(`<float value="0x1p-2"/>`), "is no number"},
		{value(`<float/>`), "<float> has no value"},
		{value(`<int value="1.5"/>`), "is no whole number"},
		{value(`<float value="1.5"/>`), "1.xml:3:30: the probability of event e is 1.5: it must be between 0 and 1"},
		{value(`<neg><float value="0.5"/></neg>`), "the probability of event e is -0.5"},
		{value(`<parameter name="gone"/>`), "the parameter gone is not defined"},
		{value(`<exponential><float value="1"/></exponential>`), "<exponential> cannot have 1 arguments"},
		{value(`<exponential><float value="-1"/><float value="1"/></exponential>`), "rate and time must be 0 or more"},
		{value(`<bogus/>`), "<bogus> is no expression"},
		{value(`<extern-function name="f"/>`), "<extern-function> is not supported"},
		{value(`<histogram><float value="0"/><bin><float value="1"/></bin></histogram>`), "<bin> has 1 expressions"},
		{value(`<float value="0"/><float value="0"/>`), "event e has more than one expression"},
		{tree(`<define-parameter name="p"><parameter name="q"/></define-parameter><define-parameter name="q"><neg><parameter name="p"/></neg></define-parameter>`), "parameter p is defined by itself: p -> q -> p"},
		{tree(`<define-parameter name="p"/>`), "parameter p has 0 expressions"},
		{tree(`<define-parameter name="p" unit="hours"><float value="1"/></define-parameter><define-basic-event name="e"><parameter name="p" unit="years"/></define-basic-event>`), "is used in years, but defined in hours"},
		{tree(`<define-component name="A" role="private"><define-gate name="g"><constant value="1"/></define-gate></define-component><define-gate name="t"><gate name="g"/></define-gate>`), "T.A.g is private (defined at 1.xml:2:43)"},
		{"<opsa-mef>", "not well-formed XML"},
		{"<opsa-mef></opsa>", "not well-formed XML"},
		{"", "1.xml:1:1: the file has no element"},
		{"{}", "unexpected text"},
		{"<opsa-mef/><opsa-mef/>", "a second element beside <opsa-mef>"},
		{"<html/>", "a model in the Open-PSA format starts with <opsa-mef>"},
		{"<opsa-mef><thing/></opsa-mef>", "unexpected <thing>"},
		{"<opsa-mef><define-substitution/></opsa-mef>", "<define-substitution> is not supported"},
		{"<opsa-mef><model-data><define-gate name='g'/></model-data></opsa-mef>", "unexpected <define-gate> in <model-data>"},
		{`<?xml version="1.0" encoding="EBCDIC"?><opsa-mef/>`, "save the file as UTF-8"},
		{`<opsa-mef><define-CCF-group name="g" model="gamma"/></opsa-mef>`, "the model of common causes"},
		{`<opsa-mef><define-CCF-group name="g" model="MGL"/></opsa-mef>`, "must have one <distribution>"},
		{`<opsa-mef><define-CCF-group name="g" model="MGL"><members><basic-event name="x"/></members><distribution><float value="1"/></distribution><factor><float value="1"/></factor></define-CCF-group></opsa-mef>`, "has 1 members"},
		{`<opsa-mef><define-CCF-group name="g" model="MGL"><members><basic-event name="x"/><basic-event name="y"/></members><distribution><float value="1"/></distribution><factor level="1"><float value="1"/></factor></define-CCF-group></opsa-mef>`, "here level 2 is expected"},
	} {
		m, _, err := read(c.text)
		if err == nil {
			err = m.Evaluate(1)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "1.xml:") {
			t.Errorf("%s\nerr = %v, want %q", c.text, err, c.want)
		}
	}
}

func TestManyErrorsAreToldAtOnceButNotAll(t *testing.T) {
	_, _, err := read(tree(strings.Repeat(`<define-gate name="a.b"/>`, 100)))
	if n := strings.Count(err.Error(), "\n") + 1; n != 20 {
		t.Errorf("%d errors told, want 20", n)
	}
}

func TestEventTreesAreNoted(t *testing.T) {
	m, notes, err := read(`<opsa-mef><define-event-tree name="E"><initial-state/></define-event-tree>
<define-fault-tree name="T"><define-gate name="g"><constant value="true"/></define-gate></define-fault-tree></opsa-mef>`)
	if err != nil || len(m.Gates) != 1 || len(notes) != 1 || notes[0].String() != "1.xml:1:11: <define-event-tree> E is not read: only fault trees are" {
		t.Errorf("notes %v, %v", notes, err)
	}
}

// Hostile input ends quickly, in an error or in a model.
func TestHostileInputEndsQuickly(t *testing.T) {
	deep := func(n int, name string) string {
		return strings.Repeat("<"+name+">", n) + `<event name="a"/>` + strings.Repeat("</"+name+">", n)
	}
	chain := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<define-gate name="g%d"><not><gate name="g%d"/></not></define-gate>`, i, i+1)
		}
		return b.String() + fmt.Sprintf(`<define-gate name="g%d"><event name="a"/></define-gate>`, n)
	}
	doubled := func(n int) string { // a parameter that doubles the one before, 2^n terms
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<define-parameter name="p%d"><add><parameter name="p%d"/><parameter name="p%d"/></add></define-parameter>`, i, i+1, i+1)
		}
		return b.String() + fmt.Sprintf(`<define-parameter name="p%d"><float value="0"/></define-parameter><define-basic-event name="x"><parameter name="p0"/></define-basic-event>`, n)
	}
	for name, c := range map[string]struct{ text, want string }{
		"entities":           {`<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><opsa-mef name="&b;"/>`, "a document type with declarations of its own is not read"},
		"an unknown entity":  {`<opsa-mef name="&b;"/>`, "not well-formed XML"},
		"an external entity": {`<!DOCTYPE o SYSTEM "file:///etc/passwd"><opsa-mef/>`, ""},
		"deep formulas":      {tree(`<define-gate name="g">` + deep(4000, "not") + `</define-gate>` + abc), ""},
		"too deep formulas":  {tree(`<define-gate name="g">` + deep(1_000_000, "not") + `</define-gate>` + abc), "nested more than 5000 deep"},
		"deep components":    {tree(strings.Repeat(`<define-component name="c">`, 3000) + strings.Repeat(`</define-component>`, 3000)), "components are nested more than 64 deep"},
		"long chains":        {tree(chain(100_000) + abc), ""},
		"doubling":           {tree(doubled(5_000)), ""},
		"many errors":        {tree(strings.Repeat(`<define-gate name="">`, 1) + strings.Repeat(`<x/>`, 200_000) + `</define-gate>`), "has no name"},
		"a long name":        {tree(`<define-gate name="` + strings.Repeat("n", 100_000) + `"/>`), "is longer than 512 bytes"},
		"a large group":      {`<opsa-mef><define-CCF-group name="g" model="phi-factor"><members>` + members(40) + `</members><distribution><float value="0"/></distribution><factors>` + strings.Repeat(`<factor><float value="0.025"/></factor>`, 40) + `</factors></define-CCF-group></opsa-mef>`, "stands for more than"},
		"zero bytes":         {"\x00\x00\x00", "not well-formed XML"},
	} {
		start := time.Now()
		m, _, err := read(c.text)
		if err == nil {
			err = m.Evaluate(1)
		}
		if err == nil && c.want != "" || err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: err = %v, want %q", name, err, c.want)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<basic-event name="e%d"/>`, i)
	}
	return b.String()
}

// endless never stops giving elements.
type endless struct{ started bool }

func (e *endless) Read(p []byte) (int, error) {
	if !e.started {
		e.started = true
		return copy(p, "<opsa-mef><define-fault-tree name='T'>"), nil
	}
	return copy(p, strings.Repeat("<define-gate/>", len(p)/14)), nil
}

func TestAnEndlessFileEnds(t *testing.T) {
	_, _, err := openpsa.Read(openpsa.Source{Name: "endless.xml", Reader: &endless{}})
	if err == nil || !strings.Contains(err.Error(), "elements") && !strings.Contains(err.Error(), "larger than") {
		t.Errorf("err = %v", err)
	}
}

func TestReadFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "m.xml")
	if err := os.WriteFile(file, []byte(tree(abc)), 0o600); err != nil {
		t.Fatal(err)
	}
	if m, _, err := openpsa.ReadFiles(file); err != nil || len(m.Events) != 3 || m.Name != "T" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, _, err := openpsa.ReadFiles(file, file+".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("err = %v", err)
	}
}
