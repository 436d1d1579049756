package cli

import (
	"fmt"
	"sync"
	"time"
)

// progress tells on a terminal that work goes on, once it has taken longer than
// a second; the function it gives takes the line away again and may be called
// more than once.
func (p *program) progress(what string) (done func()) {
	if !p.ErrTTY || p.quiet {
		return func() {}
	}
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
				fmt.Fprintf(p.Err, "\r\033[K%s ... %d s", what, int(time.Since(start).Seconds()))
			}
		}
	})
	return sync.OnceFunc(func() { close(stop); wait.Wait() })
}
