package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// lookAtConversion reads what is to be converted. What will be sent is the first of
// the calls.
func (r *runner) lookAtConversion(ctx context.Context, a *Act) (*Sight, error) {
	body, _, there, err := r.settled(ctx, a)
	if err != nil {
		return nil, err
	}
	if !there {
		return stopped("it is not there any more"), nil
	}
	s := a.sight(body, true)
	if s.Act == write {
		for i := range a.Calls {
			c := &a.Calls[i]
			s.Then = append(s.Then, Request{Method: c.Method, Path: c.Path, Query: "api-version=" + a.Version, Body: redact.JSON(c.Body)})
		}
		s.body, s.Request, s.Then = nil, &s.Then[0], s.Then[1:]
	}
	return s, nil
}

// call makes the next call of a conversion, unless looking shows that it was made.
func (r *runner) call(ctx context.Context, a *Act, made *ActRun) (*Sent, error) {
	n := len(made.Sent)
	c := &a.Calls[n]
	if n > 0 {
		if err := r.pause(ctx, made.Waited[n-1].Ended.Add(time.Duration(c.Pause)*time.Second)); err != nil {
			return nil, err
		}
	}
	return r.certainly(ctx, func(unsure bool) (*azure.Operation, *Sent, error) {
		done, why, err := r.called(ctx, a, c, unsure || r.unsure)
		switch {
		case err != nil:
			return nil, nil, err
		case why != "":
			return nil, &Sent{Outcome: stop, Why: why}, nil
		case done:
			return nil, &Sent{Outcome: sent, Looked: true}, nil
		}
		if n == 0 {
			now, err := r.lookAtConversion(ctx, a)
			switch {
			case err != nil:
				return nil, nil, err
			case now.Act == nothing:
				return nil, &Sent{Outcome: nothing}, nil
			case now.Act == stop:
				return nil, &Sent{Outcome: stop, Why: now.Why}, nil
			}
			if why := moved(made.Sight, now); why != "" {
				return nil, &Sent{Outcome: stop, Why: why}, nil
			}
		}
		r.point("before the write")
		var body any
		if c.Body != nil {
			body = c.Body
		}
		var op *azure.Operation
		switch c.Method {
		case "PATCH":
			op, err = r.client.Patch(ctx, c.Path, a.Version, body, azure.Once())
		case "PUT":
			op, err = r.client.Put(ctx, c.Path, a.Version, body, azure.Once())
		default:
			op, err = r.client.Post(ctx, c.Path, a.Version, body)
		}
		return op, nil, err
	})
}

// pause waits until Azure takes the next call.
func (r *runner) pause(ctx context.Context, until time.Time) error {
	for {
		left := until.Sub(r.clock.Now())
		if left <= 0 {
			return nil
		}
		r.tell(Event{State: Waiting, Status: "the next change is taken in " + left.Round(time.Minute).String()})
		if err := r.clock.Sleep(ctx, min(left, 10*time.Minute)); err != nil {
			return err
		}
	}
}

// called says whether a call was made already. unsure: it may have been. The text
// is why that cannot be told.
func (r *runner) called(ctx context.Context, a *Act, c *Call, unsure bool) (done bool, why string, err error) {
	switch {
	case c.Follow != nil:
		state, same, err := r.state(ctx, a, c)
		if err != nil || state == "" || in(c.Follow.Failed, state) {
			return false, "", err
		}
		if !in(c.Follow.Done, state) && !same {
			return false, fmt.Sprintf("another conversion is under way (%s)", state), nil
		}
		return same, "", nil
	case c.Method != "POST":
		body, _, there, err := r.settled(ctx, a)
		return there && holds(body, parse(c.Body), false), "", err
	case unsure:
		return false, fmt.Sprintf("whether %s %s was made before the process ended cannot be told: look at the resource, and harden again", c.Method, c.Path), nil
	}
	return false, "", nil
}

// state is how far a conversion is, "" when there is none; and whether it is the
// one that the call begins.
func (r *runner) state(ctx context.Context, a *Act, c *Call) (state string, same bool, err error) {
	resp, err := r.client.Get(ctx, c.Follow.Path, a.Version)
	if errors.Is(err, azure.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	body := parse(resp.Body)
	steps, err := parsePath(c.Follow.State)
	if err != nil {
		return "", false, err
	}
	for _, v := range read(body, steps) {
		state, _ = v.AsString()
	}
	return state, holds(body, parse(c.Body), true), nil
}

func in(states []string, state string) bool {
	return slices.ContainsFunc(states, func(s string) bool { return strings.EqualFold(s, state) })
}

// converted waits for the end of a conversion. The text is why it failed.
func (r *runner) converted(ctx context.Context, a *Act, c *Call) (why string, err error) {
	if c.Follow == nil {
		return "", nil
	}
	began := r.clock.Now()
	missing := 0
	for wait := r.poll; ; wait = min(wait+wait/2, 5*time.Minute) {
		state, _, err := r.state(ctx, a, c)
		switch {
		case err != nil:
			return "", err
		case in(c.Follow.Done, state):
			return "", nil
		case in(c.Follow.Failed, state):
			return "Azure has ended the conversion as " + state, nil
		case state == "":
			if missing++; missing == 6 {
				return "Azure has accepted the conversion and knows nothing of it", nil
			}
		}
		r.tell(Event{State: Running, Status: orElse(state, "accepted"), Elapsed: r.clock.Now().Sub(began)})
		if err := r.clock.Sleep(ctx, wait); err != nil {
			return "", err
		}
	}
}
