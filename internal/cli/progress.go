package cli

import (
	"fmt"
	"sync"
	"time"
)

// progress tells on a terminal that work goes on, once it has taken longer than
// a second; the function it gives takes the line away again, prints what waits
// to be told, and may be called more than once.
func (p *program) progress(what string) (done func()) {
	if !p.ErrTTY || p.quiet {
		return p.tellWaiting
	}
	p.status.Store(nil)
	stop := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		shown := false
		for start := time.Now(); ; {
			select {
			case <-stop:
				if shown {
					fmt.Fprint(p.Err, "\r\033[K")
				}
				return
			case <-tick.C:
				shown = true
				fmt.Fprintf(p.Err, "\r\033[K%s ... %d s%s", what, int(time.Since(start).Seconds()), p.sofar())
			}
		}
	})
	return sync.OnceFunc(func() { close(stop); wait.Wait(); p.tellWaiting() })
}

// sofar is how far the work is, for the line of [program.progress].
func (p *program) sofar() string {
	if s := p.status.Load(); s != nil {
		return ", " + *s
	}
	return ""
}

// wait keeps a note until the line of the progress is gone.
func (p *program) wait(format string, args ...any) {
	p.waiting = append(p.waiting, fmt.Sprintf(format, args...))
}

func (p *program) tellWaiting() {
	for _, text := range p.waiting {
		p.note("%s", text)
	}
	p.waiting = nil
}
