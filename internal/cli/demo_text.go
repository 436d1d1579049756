package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/probe"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// demoText tells the demonstration. A glyph and a word carry every meaning;
// colour only helps. The first error of writing stays.
type demoText struct {
	w      io.Writer
	width  int
	colour bool
	err    error
}

func (t *demoText) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

// The colours that are used: of the terminal's own sixteen.
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (t *demoText) paint(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *demoText) title(address string) {
	t.line("%s", t.paint(bold, "Holdfast, shown on a simulated Azure"))
	t.line("It runs in this process at %s and ends with it. Nothing here is real.", address)
}

func (t *demoText) step(n int, format string, args ...any) {
	head := fmt.Sprintf("%d  %s ", n, fmt.Sprintf(format, args...))
	t.line("\n%s%s", t.paint(bold, head), t.paint(faint, strings.Repeat("─", max(3, t.width-len([]rune(head))))))
}

func (t *demoText) ok(format string, args ...any) {
	t.line("   %s %s", t.paint(green, "✓"), fmt.Sprintf(format, args...))
}

func (t *demoText) took(there time.Duration) {
	t.line("   %s", t.paint(faint, fmt.Sprintf("%s on the simulated clock", there.Round(time.Second))))
}

// assessed tells what the assessment found, in three lines.
func (t *demoText) assessed(r *assess.Result, cat *catalog.Catalog, stats *live.Stats) {
	e := r.Estate
	by := map[string]int{}
	for _, res := range e.Resources {
		if s := cat.ServiceOf(res); s != nil && s.InGuide {
			by[s.ManagedBy]++
		}
	}
	t.ok("read %d resources with %d requests", stats.Resources, stats.Calls.Requests())
	t.line("   · of what the resiliency guide names, Microsoft keeps up %d, you must keep up %d", by["microsoft"], by["customer"])
	fails := 0
	for i := range r.Findings {
		if r.Findings[i].Status == assess.Fail {
			fails++
		}
	}
	verdict := t.paint(green, "✓ meets the target production")
	if fails > 0 {
		verdict = t.paint(red, "✗") + fmt.Sprintf(" misses the target production: %d findings, each with its remedy", fails)
	}
	t.line("   %s", verdict)
}

// demoTable is what was predicted of an outage, beside what was seen of it.
type demoTable struct {
	predicted *outage.Result
	ws        *estate.Resource
	heads     []string
	seen      [][]probe.Observation
}

// agrees says whether what was seen at once is what was predicted.
func (d *demoTable) agrees(o probe.Observation) bool {
	i := d.predicted.Impact(d.ws, o.Capability)
	seen := outage.Effect(o.Effect)
	return o.Effect == probe.Untested || !i.AtBest.Worse(seen) && !seen.Worse(i.AtWorst)
}

func (d *demoTable) disagreements() (n int) {
	for _, o := range d.seen[0] {
		if !d.agrees(o) {
			n++
		}
	}
	return n
}

// effectWords are the words of an effect with its glyph and colour.
func (t *demoText) effect(e string, width int) string {
	glyph, code := "✓", green
	word := "works"
	switch e {
	case string(outage.Lost):
		glyph, code, word = "✗", red, "lost"
	case string(outage.Degraded):
		glyph, code, word = "◐", yellow, "degraded"
	case string(outage.Unknown):
		glyph, code, word = "?", yellow, "unknown"
	case string(probe.Untested):
		glyph, code, word = "·", faint, "not tried"
	}
	text := glyph + " " + word
	return t.paint(code, text) + strings.Repeat(" ", max(0, width-len([]rune(text))))
}

// outage shows the table.
func (t *demoText) outage(d *demoTable) {
	const name, column = 14, 13
	head := fmt.Sprintf("   %-*s%-*s", name, "", column+14, "predicted")
	for _, h := range d.heads {
		head += fmt.Sprintf("%-*s", column, h)
	}
	t.line("%s", t.paint(bold, strings.TrimRight(head, " ")))
	agree := 0
	for i, o := range d.seen[0] {
		impact := d.predicted.Impact(d.ws, o.Capability)
		until := ""
		if impact.Effect == outage.Lost {
			until = shortSpan(impact.RTO)
		}
		row := fmt.Sprintf("   %-*s%s%-*s", name, o.Capability, t.effect(string(impact.Effect), column), 14, until)
		for k := range d.seen {
			row += t.effect(string(d.seen[k][i].Effect), column)
		}
		t.line("%s", strings.TrimRight(row, " "))
		if d.agrees(o) {
			agree++
		} else {
			t.line("   %s", t.paint(red, "≠ not as predicted: "+o.Because()))
		}
	}
	if agree == len(d.seen[0]) {
		t.ok("all %d predictions are what was seen by submitting jobs, scoring, reading, writing", agree)
	}
	if worst := why(d.seen[0]); worst != "" {
		t.line("   · %s", cut(worst, t.width-6))
	}
}

// shortSpan is how long something is lost, in a word or two.
func shortSpan(s catalog.Span) string {
	switch s.Word {
	case "outage":
		return "till its end"
	case "rebuild":
		return "till rebuilt"
	case "unknown":
		return "how long: ?"
	}
	return s.String()
}

// why is the reason of the first loss.
func why(list []probe.Observation) string {
	for i := range list {
		if list[i].Effect == probe.Lost {
			return list[i].Because()
		}
	}
	return ""
}

// cut shortens a text to a width.
func cut(s string, width int) string {
	r := []rune(strings.ReplaceAll(s, "\n", " "))
	if len(r) <= width {
		return string(r)
	}
	return string(r[:max(width-1, 0)]) + "…"
}

// end tells what there is now, and what to do next.
func (t *demoText) end(d *demonstration) {
	t.line("\n%s", t.paint(bold, "That was it")+t.paint(faint, fmt.Sprintf(" · %.1f s", time.Since(d.began).Seconds())))
	t.line("   the report with the map of what leans on what: %s", d.report)
	t.line("   next, on what is yours (nothing is changed by it):")
	t.line("     holdfast assess azuredeploy.json       your templates, before they are deployed")
	t.line("     holdfast assess azure                  all workspaces that your az login sees")
	t.line("     holdfast outage azure --region %s", demoRegion)
	if !d.keep {
		t.line("   or keep this Azure and break it yourself: holdfast demo --keep")
	}
}
