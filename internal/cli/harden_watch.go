package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
)

// taskTeller shows the steps of a run on standard error: one line for each that
// ends, and on a terminal a line below them for the one under way.
type taskTeller struct {
	p     *program
	mu    sync.Mutex
	shown bool // the line of the one under way is there
}

func newTaskTeller(p *program) *taskTeller { return &taskTeller{p: p} }

// show takes a step forward of a task.
func (t *taskTeller) show(work *live.Work, e live.Event) {
	if t.p.quiet || e.Task < 0 || e.Task >= len(work.Tasks) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	task := &work.Tasks[e.Task]
	line := fmt.Sprintf("%d/%d %s: %s", e.Task+1, len(work.Tasks), estate.ParseID(task.Resource).Name(), task.Title)
	switch {
	case e.State.Settled():
		t.clear()
		text := taskGlyph(e.State) + " " + line + " (" + string(e.State) + ")"
		if e.Why != "" {
			text += ": " + e.Why
		}
		fmt.Fprintln(t.p.Err, harmless(text))
	case t.p.ErrTTY:
		t.clear()
		text := "· " + line + ": " + string(e.State)
		if e.Status != "" {
			text += ", " + e.Status
		}
		if e.Elapsed >= time.Second {
			text += fmt.Sprintf(", %s", e.Elapsed.Round(time.Second))
		}
		text = harmless(text)
		if runes := []rune(text); len(runes) > t.p.width()-1 {
			text = string(runes[:t.p.width()-2]) + "…"
		}
		fmt.Fprint(t.p.Err, strings.ReplaceAll(text, "\n", " "))
		t.shown = true
	}
}

func (t *taskTeller) clear() {
	if t.shown {
		fmt.Fprint(t.p.Err, "\r\x1b[K")
	}
	t.shown = false
}

func (t *taskTeller) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
}

func taskGlyph(s live.State) string {
	switch {
	case s.Good():
		return "✓"
	case s == live.Kept || s == live.Skipped:
		return "–"
	case s == live.Running || s == live.Waiting:
		return "…"
	}
	return "✗"
}
