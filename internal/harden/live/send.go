package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// runner makes acts with a client.
type runner struct {
	client *azure.Client
	clock  clock.Clock
	poll   time.Duration
	tell   func(Event)
	point  func(string) // tests end the process at a point
	task   int          // the one at hand
	unsure bool         // the run was taken up, so that the first thing that is done may have been done
}

// Sent is what came of a write.
type Sent struct {
	Outcome string `json:"outcome"`          // sent, nothing, stop or failed
	Why     string `json:"why,omitempty"`    // stop and failed: the reason, for people
	Token   string `json:"token,omitempty"`  // of an operation that goes on
	Looked  bool   `json:"looked,omitempty"` // the answer was lost, and looking showed that it was made
}

const (
	sent   = "sent"
	failed = "failed"
)

// tries is how often a write is made whose answer was lost, each time only after a
// look that shows that it was not made.
const tries = 4

// send makes the write that a look has found to be needed. It looks again right
// before, since the look may have been made by a process that is gone: it may have
// made the write, too.
func (r *runner) send(ctx context.Context, a *Act, seen *Sight) (*Sent, error) {
	return r.certainly(ctx, func(unsure bool) (*azure.Operation, *Sent, error) {
		now, err := r.look(ctx, a)
		switch {
		case err != nil:
			return nil, nil, err
		case now.Act == nothing:
			return nil, &Sent{Outcome: nothing, Looked: unsure}, nil
		case now.Act == stop:
			return nil, &Sent{Outcome: stop, Why: now.Why}, nil
		}
		if why := moved(seen, now); why != "" {
			return nil, &Sent{Outcome: stop, Why: why}, nil
		}
		r.point("before the write")
		op, err := r.write(ctx, a, now)
		return op, nil, err
	})
}

// certainly makes a request of which it can be told by looking whether it was made.
// do looks and makes it, or says what came of it without making it. When the answer
// is lost it is done once more: then looking shows what became of it.
func (r *runner) certainly(ctx context.Context, do func(unsure bool) (*azure.Operation, *Sent, error)) (*Sent, error) {
	unsure := false
	for try := 1; ; try++ {
		op, out, err := do(unsure)
		switch {
		case out != nil:
			return out, nil
		case err == nil && op.Done() && op.Err() != nil:
			return refusal(op.Err()), nil
		case err == nil:
			r.point("after the write")
			out = &Sent{Outcome: sent}
			if !op.Done() {
				out.Token, err = op.Token()
			}
			return out, err
		case definite(err):
			return refusal(err), nil
		case ctx.Err() != nil || try == tries || errors.Is(err, azure.ErrUnauthenticated):
			return nil, err
		}
		unsure = true
		if err := r.clock.Sleep(ctx, time.Duration(try)*time.Second); err != nil {
			return nil, err
		}
	}
}

// write makes the request; the client does not repeat it by itself once it may
// have arrived.
func (r *runner) write(ctx context.Context, a *Act, s *Sight) (*azure.Operation, error) {
	opts := []azure.Option{azure.Once()}
	switch {
	case a.Kind == Add:
		opts = append(opts, azure.Header("If-None-Match", "*"))
	case s.tag != "":
		opts = append(opts, azure.Header("If-Match", s.tag))
	}
	if s.Request.Method == "PATCH" {
		return r.client.Patch(ctx, a.ID, a.Version, s.body, opts...)
	}
	return r.client.Put(ctx, a.ID, a.Version, s.body, opts...)
}

// moved says what has changed between two looks, "" when nothing that matters did.
func moved(was, now *Sight) string {
	if len(was.Readings) != len(now.Readings) {
		return ""
	}
	for i, r := range now.Readings {
		if old := was.Readings[i]; r.Changes() && !sameAll(values(r.Before), old.Before) {
			return fmt.Sprintf("%s was %s a moment ago and is %s now: somebody else is changing it", r.Path, list(old.Before), list(r.Before))
		}
	}
	return ""
}

// definite says that Azure has refused a write, so that it was not made, and would
// refuse it again.
func definite(err error) bool {
	var e *azure.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case 0, 401, 408, 412, 429: // 412: it was changed between the look and the write, so look again
		return errors.Is(err, azure.ErrRefused)
	}
	return e.Status >= 400 && e.Status < 500
}

func refusal(err error) *Sent {
	return &Sent{Outcome: failed, Why: explain(err)}
}

// explain is an error with what to do about it.
func explain(err error) string {
	text := redact.Text(err.Error())
	if hint := azure.Hint(err); hint != "" {
		text += " (" + redact.Text(hint) + ")"
	}
	return text
}

// follow waits for the end of an operation. The text is why it failed.
func (r *runner) follow(ctx context.Context, token string) (why string, err error) {
	if token == "" {
		return "", nil
	}
	op, err := r.client.Resume(token)
	if err != nil {
		return "", err
	}
	_, err = op.Wait(ctx, func(p azure.Progress) { r.tell(Event{State: Running, Status: p.Status, Elapsed: p.Elapsed}) })
	switch {
	case err == nil:
		return "", nil
	case errors.Is(err, azure.ErrFailed):
		return explain(err), nil
	case errors.Is(err, azure.ErrNotFound), errors.Is(err, azure.ErrGone):
		return "", nil // Azure has forgotten the operation: reading back tells
	}
	return "", err
}
