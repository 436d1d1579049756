package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Options say where and how a run is made.
type Options struct {
	Client  *azure.Client
	Journal string // a file; see [JournalFile]
	// Progress, unless it is nil, is called for each step forward that this process
	// makes, from one goroutine at a time. Tasks that are skipped or kept make none.
	Progress func(work *Work, e Event)
	Clock    clock.Clock   // nil is the machine's
	Poll     time.Duration // between two looks at what goes on, where Azure does not say it; 0 is 5 s

	point func(string) // for tests, see export_test.go
}

func (o Options) runner() *runner {
	r := &runner{client: o.Client, clock: o.Clock, poll: o.Poll, point: o.point, tell: func(Event) {}}
	if r.clock == nil {
		r.clock = clock.Real{}
	}
	if r.poll <= 0 {
		r.poll = 5 * time.Second
	}
	if r.point == nil {
		r.point = func(string) {}
	}
	return r
}

// Preview looks at all that a work is about, in order, and gives what would be
// sent: one sight for each act of each task. Nothing is written. What depends on
// acts before it is judged as it is now.
func Preview(ctx context.Context, o Options, w *Work) ([][]Sight, error) {
	r := o.runner()
	out := make([][]Sight, len(w.Tasks))
	for i := range w.Tasks {
		r.task = i
		for j := range w.Tasks[i].Acts {
			s, err := r.look(ctx, &w.Tasks[i].Acts[j])
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], *s)
		}
	}
	return out, nil
}

// OpenRun gives the run of a scope that is still open in a journal, nil when there
// is none. [Apply] takes it up.
func OpenRun(ctx context.Context, journal, scope string) (*Run, error) {
	runs, err := List(ctx, journal)
	if err != nil {
		return nil, err
	}
	return openRun(runs, scope, ""), nil
}

func openRun(runs []Run, scope, undoes string) *Run {
	for i := range runs {
		if r := &runs[i]; r.State == Open && r.Undoes == undoes && (undoes != "" || sameScope(r.Scope, scope)) {
			return r
		}
	}
	return nil
}

func sameScope(a, b string) bool { return estate.ParseID(a).Key() == estate.ParseID(b).Key() }

// Apply carries out a work, or takes up the run of its scope that is open: then
// the work itself is left for another time ([Run].Resumed says so). It returns when
// all tasks are settled, well or not.
//
// An error means that the run could not go on and is open still: a network that is
// down, a login that has ended, ctx. The same call takes it up. The run says what
// has been done until then; it is nil if there is none. [ErrBusy] means that
// another process works with the journal.
func Apply(ctx context.Context, o Options, w *Work) (*Run, error) {
	return o.within(ctx, func() (*Run, error) {
		runs, err := List(ctx, o.Journal)
		if err != nil {
			return nil, err
		}
		if open := openRun(runs, w.Scope, w.Undoes); open != nil {
			return o.start(ctx, open.ID, nil)
		}
		if err := alone(runs, w); err != nil {
			return nil, err
		}
		return o.start(ctx, fresh(runs, w.id()), w)
	})
}

// alone refuses work on what an open run is about.
func alone(runs []Run, w *Work) error {
	mine := w.touches()
	for _, r := range runs {
		if r.State != Open {
			continue
		}
		for _, t := range r.Tasks {
			for _, a := range t.Acts {
				if mine[estate.ParseID(a.ID).Key()] {
					again := "holdfast harden " + r.Scope + " --apply"
					if r.Undoes != "" {
						again = "holdfast harden undo " + r.Undoes
					}
					return fmt.Errorf("the run %s, which is still open, is about %s too: finish it (%s) or give it up (holdfast harden undo %s --abandon) first", r.ID, a.ID, again, r.ID)
				}
			}
		}
	}
	return nil
}

// fresh is an id that no run has yet.
func fresh(runs []Run, id string) string {
	name := id
	for n := 2; ; n++ {
		if _, err := find(runs, "", name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s.%d", id, n)
	}
}

// within does something while no other process works with the journal.
func (o Options) within(ctx context.Context, do func() (*Run, error)) (*Run, error) {
	db, err := database(o.Journal)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, o.Journal)
	if err != nil {
		return nil, err
	}
	r, err := do()
	return r, errors.Join(err, unlock())
}

// start starts a run, or takes it up when w is nil.
func (o Options) start(ctx context.Context, id string, w *Work) (run *Run, err error) {
	c, err := connect(ctx, o.Journal, id)
	if err != nil {
		return nil, err
	}
	closed := sync.OnceValue(func() error { return disconnect(c) })
	defer func() {
		if problem := closed(); problem != nil && err == nil {
			err = fmt.Errorf("the journal %s: %w", o.Journal, problem)
		}
	}()
	p := &process{runner: o.runner(), fails: make(chan error, 1)}
	p.unsure = w == nil
	begun := make(chan *book, 1)
	began := time.Now()
	p.work = func(c dbos.Context, input string) (string, error) {
		work := decode[Work](input)
		p.dbos, p.book = c, newBook(work)
		p.tell = func(e Event) {
			if e.Task = p.runner.task; o.Progress != nil {
				o.Progress(work, e)
			}
		}
		begun <- p.book
		return "", p.run()
	}
	dbos.RegisterWorkflow(c, p.work, dbos.WithWorkflowName(workflow), dbos.WithMaxRecoveryAttempts(0))
	p.point("before the journal takes the run")
	if err := dbos.Launch(c); err != nil { // takes up the run if it is there
		return nil, fmt.Errorf("the journal %s: %w", o.Journal, err)
	}
	handle, err := p.begin(c, id, w)
	if err != nil {
		return nil, fmt.Errorf("the journal %s: %w", o.Journal, err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := handle.GetResult(dbos.WithHandlePollingInterval(20 * time.Millisecond))
		ended <- err
	}()
	select {
	case err = <-p.fails:
		err = fmt.Errorf("the run %s cannot go on for now and stays open; the same command takes it up: %w", id, err)
	case err = <-ended:
		ended <- err
	case <-ctx.Done():
		err = fmt.Errorf("the run %s was interrupted and stays open; the same command takes it up: %w", id, ctx.Err())
	}
	if problem := closed(); problem != nil {
		err = errors.Join(err, problem)
	}
	<-ended
	run = &Run{ID: id, Began: began, State: Open, Resumed: w == nil}
	select {
	case b := <-begun:
		run.Scope, run.Undoes, run.Tasks = b.work.Scope, b.work.Undoes, b.snapshot()
	default:
	}
	if err == nil {
		run.State, run.Ended = Over, time.Now()
	}
	return run, err
}

func (p *process) begin(c dbos.Context, id string, w *Work) (dbos.WorkflowHandle[string], error) {
	if w == nil {
		return dbos.RetrieveWorkflow[string](c, id)
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	return dbos.RunWorkflow(c, p.work, string(text), dbos.WithWorkflowID(id))
}

// Abandon gives up a run that is open: it will not be taken up. What has been done
// stays, and can be undone. What Azure is still at goes on.
func Abandon(ctx context.Context, journal, id string) (*Run, error) {
	o := Options{Journal: journal}
	return o.within(ctx, func() (*Run, error) {
		return abandon(ctx, journal, id)
	})
}

func abandon(ctx context.Context, journal, id string) (*Run, error) {
	c, err := connect(ctx, journal, "")
	if err != nil {
		return nil, err
	}
	runs, err := listed(c)
	var run *Run
	if err == nil {
		run, err = find(runs, journal, id)
	}
	if err == nil && run.State == Open {
		if err = dbos.CancelWorkflow(c, id); err == nil {
			run.State, run.Ended = Abandoned, time.Now()
		}
	}
	return run, errors.Join(err, disconnect(c))
}

// unquoted is the text that a JSON string stands for.
func unquoted(s string) string {
	var text string
	if json.Unmarshal([]byte(strings.TrimSpace(s)), &text) != nil {
		return ""
	}
	return text
}

// say tells that the task at hand has come to a state.
func (r *runner) say(s State, why string) {
	r.tell(Event{Task: r.task, State: s, Why: redact.Text(why)})
}
