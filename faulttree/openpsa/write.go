package openpsa

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// Write writes the model as one file. Names that the format does not allow get
// others in their place, the same for every use. An event without a probability
// is written without one.
func Write(w io.Writer, m *faulttree.Model) error {
	p := &printer{w: bufio.NewWriter(w), names: map[any]string{}, used: map[string]bool{}}
	p.choose(m)
	p.line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	p.line(0, `<opsa-mef>`)
	name := m.Name
	if name == "" {
		name = "model"
	}
	p.line(1, `<define-fault-tree name="%s">`, identifier(name))
	for _, g := range m.Gates {
		p.line(2, `<define-gate name="%s">`, p.names[g])
		p.label(g.Label)
		p.formula(3, g.Formula)
		p.line(2, `</define-gate>`)
	}
	p.line(1, `</define-fault-tree>`)
	for _, c := range m.Groups {
		p.group(c)
	}
	p.data(m)
	p.line(0, `</opsa-mef>`)
	return p.w.Flush()
}

type printer struct {
	w     *bufio.Writer
	names map[any]string
	used  map[string]bool
}

func (p *printer) line(depth int, format string, args ...any) {
	for range min(depth, 40) {
		p.w.WriteString("  ")
	}
	fmt.Fprintf(p.w, format, args...)
	p.w.WriteByte('\n')
}

func (p *printer) label(s string) {
	if s != "" {
		p.w.WriteString("      <label>")
		xml.EscapeText(p.w, []byte(s)) // a bufio.Writer keeps its error for Flush
		p.w.WriteString("</label>\n")
	}
}

// identifier makes a name that the format allows: letters, digits and
// underscores, single hyphens between, no digit first.
func identifier(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '_' || unicode.IsLetter(r) && r < 0x300:
			b.WriteRune(r)
		case r >= '0' && r <= '9':
			if i == 0 {
				b.WriteByte('_')
			}
			b.WriteRune(r)
		case r == '-' && i > 0 && !strings.HasSuffix(b.String(), "-") && i < len(s)-1:
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	return b.String()
}

// choose gives everything its own name.
func (p *printer) choose(m *faulttree.Model) {
	for _, g := range m.Gates {
		p.name(g, g.Name)
	}
	for _, e := range m.Events {
		p.name(e, e.Name)
	}
	for _, h := range m.Houses {
		p.name(h, h.Name)
	}
	p.used = map[string]bool{} // parameters have names of their own
	for _, q := range m.Parameters {
		p.name(q, q.Name)
	}
}

func (p *printer) name(thing any, want string) {
	base := identifier(want)
	if base == "" {
		base = "_"
	}
	name := base
	for i := 2; p.used[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	p.used[name] = true
	p.names[thing] = name
}

func (p *printer) formula(depth int, f *faulttree.Formula) {
	switch {
	case f == nil:
		return
	case f.Gate != nil:
		p.line(depth, `<gate name="%s"/>`, p.names[f.Gate])
	case f.Event != nil:
		p.line(depth, `<basic-event name="%s"/>`, p.names[f.Event])
	case f.House != nil:
		p.line(depth, `<house-event name="%s"/>`, p.names[f.House])
	case f.Op == faulttree.Ref:
		p.line(depth, `<constant value="%t"/>`, f.Const != nil && *f.Const)
	default:
		bounds := ""
		switch f.Op {
		case faulttree.AtLeast:
			bounds = fmt.Sprintf(` min="%d"`, f.Min)
		case faulttree.Cardinality:
			bounds = fmt.Sprintf(` min="%d" max="%d"`, f.Min, f.Max)
		}
		p.line(depth, `<%s%s>`, f.Op, bounds)
		for _, a := range f.Args {
			p.formula(depth+1, a)
		}
		p.line(depth, `</%s>`, f.Op)
	}
}

func (p *printer) group(c *faulttree.CommonCause) {
	p.line(1, `<define-CCF-group name="%s" model="%s">`, identifier(c.Name), c.Model)
	p.label(c.Label)
	p.line(2, `<members>`)
	for _, e := range c.Members {
		p.line(3, `<basic-event name="%s"/>`, p.names[e])
	}
	p.line(2, `</members>`)
	p.line(2, `<distribution>`)
	p.expression(3, c.Distribution)
	p.line(2, `</distribution>`)
	p.line(2, `<factors>`)
	for i, f := range c.Factors {
		level := i + 1
		switch c.Model {
		case faulttree.BetaFactor:
			level = len(c.Members)
		case faulttree.MGL:
			level = i + 2
		}
		p.line(3, `<factor level="%d">`, level)
		p.expression(4, f)
		p.line(3, `</factor>`)
	}
	p.line(2, `</factors>`)
	p.line(1, `</define-CCF-group>`)
}

// data writes events, houses and parameters.
func (p *printer) data(m *faulttree.Model) {
	members := map[*faulttree.Event]bool{}
	for _, c := range m.Groups {
		for _, e := range c.Members {
			members[e] = true
		}
	}
	p.line(1, `<model-data>`)
	for _, h := range m.Houses {
		p.line(2, `<define-house-event name="%s">`, p.names[h])
		p.label(h.Label)
		p.line(3, `<constant value="%t"/>`, h.State)
		p.line(2, `</define-house-event>`)
	}
	for _, e := range m.Events {
		if members[e] {
			continue
		}
		p.line(2, `<define-basic-event name="%s">`, p.names[e])
		p.label(e.Label)
		switch {
		case e.Value != nil:
			p.expression(3, e.Value)
		case !math.IsNaN(e.Probability):
			p.expression(3, expression.Number(e.Probability))
		}
		p.line(2, `</define-basic-event>`)
	}
	for _, q := range m.Parameters {
		unit := ""
		if q.Unit != "" {
			unit = fmt.Sprintf(` unit="%s"`, identifier(q.Unit))
		}
		p.line(2, `<define-parameter name="%s"%s>`, p.names[q], unit)
		p.label(q.Label)
		p.expression(3, q.Value)
		p.line(2, `</define-parameter>`)
	}
	p.line(1, `</model-data>`)
}

func (p *printer) expression(depth int, n *expression.Node) {
	switch {
	case n == nil:
	case n.Op == expression.Constant:
		p.line(depth, `<float value="%s"/>`, strconv.FormatFloat(n.Value, 'g', -1, 64))
	case n.Op == expression.Ref:
		p.line(depth, `<parameter name="%s"/>`, p.names[n.Parameter])
	case len(n.Args) == 0:
		p.line(depth, `<%s/>`, n.Op)
	default:
		p.line(depth, `<%s>`, n.Op)
		p.arguments(depth+1, n)
		p.line(depth, `</%s>`, n.Op)
	}
}

func (p *printer) arguments(depth int, n *expression.Node) {
	inner := grouped[n.Op]
	for i := 0; i < len(n.Args); i++ {
		pair := inner == "bin" && i > 0 || inner == "case" && i < len(n.Args)-1
		if !pair {
			p.expression(depth, n.Args[i])
			continue
		}
		p.line(depth, `<%s>`, inner)
		p.expression(depth+1, n.Args[i])
		p.expression(depth+1, n.Args[i+1])
		p.line(depth, `</%s>`, inner)
		i++
	}
}
