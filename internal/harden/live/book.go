package live

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Run is what the journal knows of one command.
type Run struct {
	ID      string
	Scope   string // the id that the command named
	Undoes  string // the run that it takes back, "" if it is none of those
	State   RunState
	Began   time.Time
	Ended   time.Time // zero while it is open
	Resumed bool      // this process has taken it up where another one had left it
	Tasks   []TaskRun
}

// RunState is where a run is.
type RunState string

// The states of a run.
const (
	Open      RunState = "open"      // not all its tasks are settled: the same command takes it up
	Over      RunState = "ended"     // all its tasks are settled, well or not
	Abandoned RunState = "abandoned" // it was given up by hand
)

// Good says that all tasks of the run are as they are wanted.
func (r *Run) Good() bool {
	for i := range r.Tasks {
		if s := r.Tasks[i].State; !s.Good() && s != Kept {
			return false
		}
	}
	return r.State == Over
}

// TaskRun is a task, and what became of it.
type TaskRun struct {
	Task
	State State
	Why   string // stopped, failed, skipped, kept
	Made  []ActRun
}

// ActRun is what the journal holds of an act: nil for what has not been done yet.
type ActRun struct {
	Sight   *Sight
	Sent    []Sent // one; of a conversion one for each of its calls
	Waited  []Wait // for the ends of what was sent
	Checked *Check
}

// Wait is the end of a long-running operation.
type Wait struct {
	Why   string    `json:"why,omitempty"` // it failed, because
	Ended time.Time `json:"ended"`
}

// Check is what reading back gave.
type Check struct {
	Why   string              `json:"why,omitempty"` // it is not as wanted
	After [][]json.RawMessage `json:"after,omitempty"`
}

// book keeps what is known of a run while it goes on, or is read from the journal.
type book struct {
	mu    sync.Mutex
	work  *Work
	tasks []TaskRun
}

func newBook(w *Work) *book {
	b := &book{work: w, tasks: make([]TaskRun, len(w.Tasks))}
	for i, t := range w.Tasks {
		b.tasks[i] = TaskRun{Task: t, State: Waits, Made: make([]ActRun, len(t.Acts))}
	}
	b.settle()
	return b
}

// note takes what a step of the journal gave. Names of steps are those of
// [stepName].
func (b *book) note(step string, text string) {
	verb, at, _ := strings.Cut(step, " ")
	task, act, _ := strings.Cut(at, ".")
	i, err1 := strconv.Atoi(task)
	act, _, _ = strings.Cut(act, ".")
	j, err2 := strconv.Atoi(act)
	if err1 != nil || err2 != nil || i < 0 || i >= len(b.tasks) || j < 0 || j >= len(b.tasks[i].Made) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a := &b.tasks[i].Made[j]
	switch verb {
	case "look":
		a.Sight = decode[Sight](text)
	case "send":
		a.Sent = append(a.Sent, *decode[Sent](text))
	case "wait":
		a.Waited = append(a.Waited, *decode[Wait](text))
	case "check":
		a.Checked = decode[Check](text)
		if a.Sight != nil && len(a.Sight.Readings) == len(a.Checked.After) {
			for k := range a.Sight.Readings {
				a.Sight.Readings[k].After = a.Checked.After[k]
			}
		}
	}
	b.settle()
}

func decode[T any](text string) *T {
	out := new(T)
	_ = json.Unmarshal([]byte(text), out) // this package wrote it
	return out
}

// settle works out the states of all tasks.
func (b *book) settle() {
	for i := range b.tasks {
		t := &b.tasks[i]
		t.State, t.Why = b.stateOf(t)
	}
}

func (b *book) stateOf(t *TaskRun) (State, string) {
	if t.Kept != "" {
		return Kept, t.Kept
	}
	for _, n := range t.After {
		if before := &b.tasks[n]; before.State.Settled() && !before.State.Good() {
			return Skipped, "it comes after “" + before.Title + "”, which was not done"
		}
	}
	wrote := false
	for j := range t.Made {
		state, why := t.Made[j].state()
		switch state {
		case Already:
		case Done:
			wrote = true
		case Waits:
			if j > 0 {
				return Looking, ""
			}
			return Waits, ""
		default:
			return state, why
		}
	}
	if wrote {
		return Done, ""
	}
	return Already, ""
}

// state of an act.
func (a *ActRun) state() (State, string) {
	if a.Sight == nil {
		return Waits, ""
	}
	switch a.Sight.Act {
	case nothing:
		return Already, ""
	case stop:
		return Stopped, a.Sight.Why
	}
	for _, s := range a.Sent {
		switch s.Outcome {
		case stop:
			return Stopped, s.Why
		case failed:
			return Failed, s.Why
		}
	}
	for _, w := range a.Waited {
		if w.Why != "" {
			return Failed, w.Why
		}
	}
	switch {
	case a.Checked != nil && a.Checked.Why != "":
		return Failed, a.Checked.Why
	case a.Checked != nil:
		return Done, ""
	case len(a.Sent) == 0:
		return Writing, ""
	}
	return Running, ""
}

// snapshot is a copy for those who look on.
func (b *book) snapshot() []TaskRun {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]TaskRun, len(b.tasks))
	copy(out, b.tasks)
	for i := range out {
		out[i].Made = append([]ActRun(nil), out[i].Made...)
	}
	return out
}

// task is a copy of one task.
func (b *book) task(i int) TaskRun { return b.snapshot()[i] }

// ready says that all that comes before a task is settled.
func (b *book) ready(i int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.tasks[i].After {
		if !b.tasks[n].State.Settled() {
			return false
		}
	}
	return true
}
