package report

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Verdict is what one would say if there were time for one sentence only.
type Verdict struct {
	Effect   outage.Effect // Lost: the target is missed; None: it is met; Unknown: nobody can tell
	Sentence string
}

// Glyph is a sign for the verdict, one column wide.
func (v Verdict) Glyph() string { return EffectGlyph(v.Effect) }

// VerdictOf sums a result up.
func VerdictOf(r *assess.Result, m *Matrix) Verdict {
	target := "the target"
	if r.Target != nil {
		target = "target " + r.Target.Name
	}
	missed := 0
	gaps := make(gapList, len(catalog.Capabilities))
	for ws := range m.Workspaces {
		if m.gapsOf(ws, gaps) > 0 {
			missed++
		}
	}
	n := len(m.Workspaces)
	switch {
	case n == 0:
		return Verdict{outage.Unknown, "No workspace was found, so nothing can be said about outages."}
	case missed > 0:
		who := Number(missed) + " of " + Count(n, "workspace", "workspaces")
		if n == 1 {
			who = ShortName(m.Workspaces[0])
		}
		verb := " miss "
		if missed == 1 {
			verb = " misses "
		}
		return Verdict{outage.Lost, who + verb + target + ": outages that it must survive " + gaps.words() + "."}
	case r.Summary.Unknown > 0 || r.Summary.NotSeen > 0:
		who := "Whether " + ShortName(m.Workspaces[0]) + " meets "
		if n > 1 {
			who = "Whether the " + Number(n) + " workspaces meet "
		}
		return Verdict{outage.Unknown, who + target + " is not certain: no gap was found, but " + openWords(r) + "."}
	case n > 1:
		return Verdict{outage.None, "All " + Number(n) + " workspaces meet " + target + ": no outage that it must survive takes a capability away."}
	}
	return Verdict{outage.None, ShortName(m.Workspaces[0]) + " meets " + target + ": no outage that it must survive takes a capability away."}
}

// gapList is the worst that happens to each capability beyond the target.
type gapList []outage.Effect

func (m *Matrix) gapsOf(ws int, worst gapList) int {
	n := 0
	for i := range m.results {
		for j, c := range m.Cells(i, ws) {
			if c.Gap {
				if EffectRank(c.Effect()) > EffectRank(worst[j]) {
					worst[j] = c.Effect()
				}
				n++
			}
		}
	}
	return n
}

// words says it: what is only degraded is beyond the target for the data that
// it loses.
func (g gapList) words() string {
	var parts []string
	for _, x := range []struct {
		effect outage.Effect
		verb   string
	}{{outage.Lost, "take away "}, {outage.Unknown, "may take away "}, {outage.Degraded, "lose data of "}} {
		var words []string
		for i, e := range g {
			if e == x.effect {
				words = append(words, strings.ReplaceAll(CapabilityWord(catalog.Capabilities[i]), " ", "\u00a0"))
			}
		}
		switch {
		case len(words) == len(g):
			parts = append(parts, x.verb+"every capability")
		case len(words) > 0:
			parts = append(parts, x.verb+And(words))
		}
	}
	return strings.Join(parts, ", and ")
}

func openWords(r *assess.Result) string {
	var parts []string
	if n := r.Summary.Unknown; n > 0 {
		parts = append(parts, Count(n, "check is", "checks are")+" open")
	}
	if n := r.Summary.NotSeen; n > 0 {
		parts = append(parts, Count(n, "thing was", "things were")+" not seen")
	}
	return And(parts)
}

// SummaryLine counts what was looked at: "1 workspace · 16 resources, 2 of them
// only named · …".
func SummaryLine(r *assess.Result) string {
	m := &r.Summary
	resources := Count(m.Resources+m.External, "resource", "resources")
	if m.External > 0 {
		resources += ", " + Number(m.External) + " of them only named"
	}
	words := []string{Count(m.Workspaces, "workspace", "workspaces"), resources, Count(m.Relations, "relation", "relations"),
		Count(m.Outages, "outage", "outages") + " tried"}
	if n := len(r.Estate.Coverage.Inputs); n == 1 {
		words = append(words, "from "+InputName(r.Estate.Coverage.Inputs[0].Name))
	} else if n > 1 {
		words = append(words, "from "+Count(n, "input", "inputs"))
	}
	return strings.Join(words, " · ")
}

// Failing is the number of failing findings that count.
func Failing(m *assess.Summary) int {
	n := 0
	for _, sev := range Severities {
		n += m.BySeverity[sev]
	}
	return n
}

// InBaseline counts the findings that fail and do not count, because they stand in
// the baseline. What stands there and is not known counts as not known.
func InBaseline(m *assess.Summary) int { return m.Fail - Failing(m) }

// SeverityCounts is "1 critical, 2 high", "" when nothing fails.
func SeverityCounts(m *assess.Summary) string {
	var parts []string
	for _, sev := range Severities {
		if n := m.BySeverity[sev]; n > 0 {
			parts = append(parts, Number(n)+" "+string(sev))
		}
	}
	return strings.Join(parts, ", ")
}
