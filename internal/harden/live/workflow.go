package live

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// process is a runner within a workflow: what it does is journaled.
type process struct {
	*runner
	dbos  dbos.Context
	book  *book
	news  bool       // of the task at hand: not all of it was in the journal
	fails chan error // why the run cannot go on for now; holds one
	work  dbos.Workflow[string, string]
}

// run makes all tasks. What it does follows from the journal alone, so that it does
// the same when it is taken up. Conversions are begun, and waited for when there is
// nothing else to do.
func (p *process) run() error {
	for {
		moved := false
		for i := range p.book.work.Tasks {
			if t := p.book.task(i); t.State.Settled() || t.State == Running || !p.book.ready(i) {
				continue
			}
			moved = true
			if err := p.advance(i, false); err != nil {
				return err
			}
		}
		for i := range p.book.work.Tasks {
			if p.book.task(i).State == Running {
				moved = true
				if err := p.advance(i, true); err != nil {
					return err
				}
				break
			}
		}
		if !moved {
			return nil
		}
	}
}

// advance goes on with a task, to its end if it may wait for a conversion.
func (p *process) advance(i int, wait bool) error {
	p.runner.task = i
	for j := range p.book.work.Tasks[i].Acts {
		a := &p.book.work.Tasks[i].Acts[j]
		for {
			t := p.book.task(i)
			state, _ := t.Made[j].state()
			if state.Settled() {
				if !state.Good() {
					p.ends(i)
					return nil
				}
				break
			}
			if state == Running && a.Kind == Convert && !wait {
				return nil
			}
			if err := p.next(i, j, a, &t.Made[j]); err != nil {
				return err
			}
		}
	}
	p.ends(i)
	return nil
}

// ends tells what became of a task, if it was this process that has seen it.
func (p *process) ends(i int) {
	if t := p.book.task(i); p.news {
		p.say(t.State, t.Why)
	}
	p.news = false
}

// next makes the next step of an act.
func (p *process) next(i, j int, a *Act, made *ActRun) error {
	name := func(verb string) string { return fmt.Sprintf("%s %d.%d", verb, i, j) }
	last := len(made.Sent) - 1
	switch {
	case made.Sight == nil:
		return journal(p, name("look"), Looking, func(ctx context.Context) (*Sight, error) { return p.look(ctx, a) })
	case last >= 0 && made.Sent[last].Outcome == nothing:
		// it is as wanted without it: only to be read back
	case last < 0 || len(made.Waited) > last && a.Kind == Convert && last+1 < len(a.Calls):
		return journal(p, fmt.Sprintf("%s.%d", name("send"), last+1), Writing, func(ctx context.Context) (*Sent, error) {
			if a.Kind == Convert {
				return p.call(ctx, a, made)
			}
			return p.send(ctx, a, made.Sight)
		})
	case len(made.Waited) <= last && (made.Sent[last].Token != "" || a.Kind == Convert):
		return journal(p, fmt.Sprintf("%s.%d", name("wait"), last), Running, func(ctx context.Context) (*Wait, error) {
			why, err := p.follow(ctx, made.Sent[last].Token)
			if a.Kind == Convert && why == "" && err == nil {
				why, err = p.converted(ctx, a, &a.Calls[last])
			}
			return &Wait{Why: why, Ended: p.clock.Now()}, err
		})
	}
	return journal(p, name("check"), Running, func(ctx context.Context) (*Check, error) {
		after, why, err := p.readBack(ctx, a)
		return &Check{Why: why, After: after}, err
	})
}

// journal does something as a step of the workflow: what it gives is kept, and is
// not done again. An error is not kept: the run stays open at this step.
// Steps that the journal has are not told of again.
func journal[T any](p *process, name string, s State, do func(context.Context) (*T, error)) error {
	text, err := dbos.RunAsStep(p.dbos, func(ctx context.Context) (string, error) {
		p.point("begin " + name)
		p.say(s, "")
		p.news = true
		out, err := do(ctx)
		p.unsure = false // only what a process that is gone was at may have been done
		if err == nil {
			var text []byte
			if text, err = json.Marshal(out); err == nil {
				p.point("end " + name)
				return string(text), nil
			}
		}
		select {
		case p.fails <- err:
		default:
		}
		<-ctx.Done() // whoever waits for the run ends it now
		return "", ctx.Err()
	}, dbos.WithStepName(name))
	if err != nil {
		return err
	}
	p.point("recorded " + name)
	p.book.note(name, text)
	return nil
}
