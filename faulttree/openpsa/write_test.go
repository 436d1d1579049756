package openpsa_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
)

func written(t testing.TB, m *faulttree.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := openpsa.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		m := draw.Model(rand.New(rand.NewPCG(seed, 1)), draw.Options{Events: 8, Gates: 6, Houses: true})
		text := written(t, m)
		again := must(t, text)
		if second := written(t, again); second != text {
			rt.Fatalf("written again it differs:\n%s\n%s", text, second)
		}
		for i, g := range m.Gates {
			if got, want := draw.Probability(again.Gates[i], again.Events), draw.Probability(g, m.Events); got != want {
				rt.Fatalf("%s: P = %g, want %g", g.Name, got, want)
			}
		}
	})
}

func TestEveryKindOfDefinitionComesBack(t *testing.T) {
	text := `<opsa-mef name="all"><define-fault-tree name="all">
<define-gate name="top"><label>A &lt;top&gt; &amp; more</label><or><event name="e"/><event name="x"/><event name="y"/><house-event name="h"/><constant value="false"/></or></define-gate>
</define-fault-tree>
<define-CCF-group name="G" model="MGL"><label>pair</label><members><basic-event name="x"/><basic-event name="y"/></members><distribution><parameter name="p"/></distribution><factor level="2"><float value="0.1"/></factor></define-CCF-group>
<model-data><define-house-event name="h"/><define-basic-event name="unknown"/>
<define-basic-event name="e"><label>one</label><switch><case><lt><system-mission-time/><float value="1"/></lt><float value="0.1"/></case><float value="0.25"/></switch></define-basic-event>
<define-parameter name="p" unit="float"><histogram><float value="0"/><bin><float value="0.1"/><int value="1"/></bin><bin><float value="0.2"/><bool value="true"/></bin></histogram></define-parameter>
</model-data></opsa-mef>`
	m := must(t, text)
	one := written(t, m)
	again := must(t, one)
	if two := written(t, again); one != two {
		t.Errorf("written again it differs:\n%s\n%s", one, two)
	}
	if got, want := probability(t, again, "top"), probability(t, m, "top"); got != want || got == 0 {
		t.Errorf("P = %g, want %g", got, want)
	}
	if again.Gate("top").Label != "A <top> & more" || again.Groups[0].Label != "pair" || again.Parameters[0].Unit != "float" {
		t.Error("labels or units are lost")
	}
}

func TestNamesThatTheFormatDoesNotAllow(t *testing.T) {
	names := []string{"a.b", "a b", "a_b", "1st", "", "ä-ö", "-x-", "a--b", "x\x1b[31m", `"<&>`}
	m := &faulttree.Model{Name: "odd name"}
	top := &faulttree.Gate{Name: "top/level", Formula: &faulttree.Formula{Op: faulttree.Or}}
	for _, n := range names {
		e := &faulttree.Event{Name: n, Probability: 0.01}
		m.Events = append(m.Events, e)
		top.Formula.Args = append(top.Formula.Args, &faulttree.Formula{Event: e})
	}
	m.Gates = append(m.Gates, top)
	again := must(t, written(t, m))
	seen := map[string]bool{}
	for _, e := range again.Events {
		if seen[e.Name] || strings.ContainsAny(e.Name, " .<>&\"\x1b") {
			t.Errorf("the name %q", e.Name)
		}
		seen[e.Name] = true
	}
	if len(seen) != len(names) {
		t.Errorf("%d events, want %d", len(seen), len(names))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(tree(abc))
	f.Add(tree(`<define-gate name="top"><atleast min="2"><event name="a"/><event name="b"/><not><event name="c"/></not></atleast></define-gate>` + abc))
	f.Add(`<opsa-mef><define-CCF-group name="g" model="MGL"><members><basic-event name="x"/><basic-event name="y"/></members><distribution><exponential><float value="1e-3"/><system-mission-time/></exponential></distribution><factor level="2"><float value="0.1"/></factor></define-CCF-group></opsa-mef>`)
	f.Add(`<opsa-mef><model-data><define-basic-event name="e"><periodic-test><float value="1"/><float value="2"/><float value="3"/><parameter name="p"/></periodic-test></define-basic-event><define-parameter name="p"><lognormal-deviate><float value="1"/><float value="2"/><float value="0.95"/></lognormal-deviate></define-parameter></model-data></opsa-mef>`)
	f.Fuzz(func(t *testing.T, text string) {
		m, _, err := read(text)
		if err != nil {
			if !strings.Contains(err.Error(), "1.xml:") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		if m.Evaluate(8760) != nil {
			return
		}
		one := written(t, m)
		again, _, err := read(one)
		if err != nil {
			t.Fatalf("what is written is not read: %v\n%s", err, one)
		}
		if two := written(t, again); one != two {
			t.Errorf("written again it differs:\n%s\n%s", one, two)
		}
		if m, err = m.WithCommonCauses(); err != nil || m.Evaluate(8760) != nil {
			return
		}
		for _, g := range m.Tops() {
			a, err := faulttree.Analyse(g, 100_000)
			if err != nil {
				continue
			}
			if p, err := a.Probability(); err == nil && !(p >= -1e-9 && p <= 1+1e-9) {
				t.Errorf("the probability of %s is %g", g.Name, p)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := written(b, draw.Model(rand.New(rand.NewPCG(1, 1)), draw.Options{Events: 2000, Gates: 5000}))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := read(text); err != nil {
			b.Fatal(err)
		}
	}
}
