package text

import (
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/deploy"
)

// Line is one step as one line, for logs: "✓ succeeded  name  type  12 s".
func Line(x deploy.Step, o Options) string {
	s := newScreen(o)
	s.width = maxWidth * 2
	sign, c := mark(x.State)
	took := ""
	if x.Known {
		took = "  " + Duration(x.Took)
	}
	s.line(st(sign+" "+pad(string(x.State), 9), c), t("  "+x.Name), st("  "+brief(x.Type), dim), t(took))
	return s.b.String()
}

// Live is a deployment under way as a table of at most rows lines, the last one a
// sum. Elapsed is since it began, planned how many resources it has in all (0 when
// that is not known); since tells for how long a step has been running.
func Live(x deploy.Snapshot, elapsed time.Duration, planned, rows int, since func(deploy.Step) time.Duration, o Options) []string {
	s := newScreen(o)
	if o.Width > 0 {
		s.width = min(o.Width, maxWidth) // a line that wraps would spoil the table
	}
	var show []deploy.Step
	running := 0
	for _, want := range []deploy.State{deploy.Failed, deploy.Running, deploy.Cancelled, deploy.Succeeded} {
		for i := range x.Steps {
			st := x.Steps[i]
			if want == deploy.Succeeded {
				st = x.Steps[len(x.Steps)-1-i] // the latest first
			}
			if st.State == want && !st.IsDeployment() {
				show = append(show, st)
				if want == deploy.Running {
					running++
				}
			}
		}
	}
	hidden := max(0, len(show)-rows)
	for _, step := range show[:len(show)-hidden] {
		if step.State == deploy.Running {
			step.Took, step.Known = since(step), true
		}
		s.live(step)
	}
	done, failed, _ := Tally(x.Steps)
	parts := []string{fmt.Sprintf("%d done", done)}
	if running > 0 {
		parts = append(parts, fmt.Sprintf("%d running", running))
	}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", failed))
	}
	if waiting := planned - done - failed - running; waiting > 0 {
		parts = append(parts, fmt.Sprintf("%d waiting", waiting))
	}
	parts = append(parts, Duration(elapsed.Truncate(time.Second)))
	if x.Stale {
		parts = append(parts, "Azure did not answer just now")
	}
	if hidden > 0 {
		parts = append(parts, fmt.Sprintf("%d rows not shown", hidden))
	}
	s.line(st("  "+strings.Join(parts, " · "), dim))
	return strings.SplitAfter(strings.TrimSuffix(s.b.String(), "\n"), "\n")
}

func (s *screen) live(x deploy.Step) {
	sign, c := mark(x.State)
	took := ""
	if x.Known {
		took = Duration(x.Took.Truncate(time.Second))
	}
	room := max(20, s.width-4-12-12-2)
	name := room * 2 / 5
	s.line(t("  "), st(sign+" ", c), t(pad(x.Name, name)), st("  "+pad(brief(x.Type), room-name-2), dim), t("  "), st(pad(string(x.State), 10), c), t(fmt.Sprintf("%12s", took)))
}
