package cli

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/deploy"
	deploytext "github.com/holdfast-ml/holdfast/internal/deploy/text"
)

// liveRows is how many steps the table of a deployment under way has at most.
const liveRows = 15

// watcher shows a deployment under way on standard error: on a terminal as a table
// that is drawn anew, else one line for every step that has ended.
type watcher struct {
	p       *program
	planned int
	began   time.Time

	mu    sync.Mutex
	last  deploy.Snapshot
	seen  map[string]time.Time // when a step was first seen running
	told  map[string]deploy.State
	lines int // that the table has now

	stop chan struct{}
	wait sync.WaitGroup
}

func (p *program) watch(planned int) *watcher {
	w := &watcher{p: p, planned: planned, began: time.Now(), seen: map[string]time.Time{}, told: map[string]deploy.State{}, stop: make(chan struct{})}
	if !p.ErrTTY || p.quiet {
		return w
	}
	w.wait.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-w.stop:
				return
			case <-tick.C:
				w.mu.Lock()
				w.draw()
				w.mu.Unlock()
			}
		}
	})
	return w
}

// show takes a new state of the deployment.
func (w *watcher) show(x deploy.Snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = x
	for _, s := range x.Steps {
		if _, there := w.seen[s.Key]; !there {
			w.seen[s.Key] = time.Now()
		}
	}
	switch {
	case w.p.quiet:
	case w.p.ErrTTY:
		w.draw()
	default:
		w.tell()
	}
}

// tell prints the steps that have ended since the last time.
func (w *watcher) tell() {
	for _, s := range w.last.Steps {
		if s.State == deploy.Running || w.told[s.Key] == s.State || s.IsDeployment() {
			continue
		}
		w.told[s.Key] = s.State
		fmt.Fprint(w.p.Err, deploytext.Line(s, deploytext.Options{}))
	}
}

// draw puts the table in the place of the one before.
func (w *watcher) draw() {
	since := func(s deploy.Step) time.Duration { return max(s.Took, time.Since(w.seen[s.Key])) }
	o := deploytext.Options{Width: w.p.width() - 1, Color: w.p.colour(w.p.colourMode)}
	table := deploytext.Live(w.last, time.Since(w.began), w.planned, liveRows, since, o)
	var b strings.Builder
	w.clear(&b)
	for _, l := range table {
		b.WriteString(strings.TrimSuffix(l, "\n") + "\n")
	}
	w.lines = len(table)
	fmt.Fprint(w.p.Err, b.String())
}

// clear takes the table away.
func (w *watcher) clear(b *strings.Builder) {
	if w.lines > 0 {
		fmt.Fprintf(b, "\x1b[%dA\x1b[J", w.lines)
	}
	w.lines = 0
}

// close ends the showing; the table goes, since the report follows.
func (w *watcher) close() {
	close(w.stop)
	w.wait.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	w.clear(&b)
	fmt.Fprint(w.p.Err, b.String())
}
