package azure

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// Progress is what is known of an operation while it runs.
type Progress struct {
	Status  string        // as the service calls it, such as Running
	Percent *float64      // if the service tells it
	Elapsed time.Duration // since it began
	Next    time.Duration // until the next look
	Looks   int
}

// longestPoll is the longest that is waited between two looks, whatever the
// service asks for.
const longestPoll = 5 * time.Minute

// shortestPoll keeps a service that asks for no wait at all from being flooded.
const shortestPoll = 50 * time.Millisecond

// Wait follows the operation to its end and returns its result, nil when there is
// none. It calls progress, unless that is nil, after every look. The error says
// whether the operation failed (errors.Is ErrFailed) or could not be followed;
// then it may still be running, and can be taken up again.
func (op *Operation) Wait(ctx context.Context, progress func(Progress)) (*Response, error) {
	ctx, span := op.c.tracer.Start(ctx, "azure operation "+typeOf(op.Path()), trace.WithAttributes(
		attribute.String("azure.operation", op.s.Method), attribute.String("azure.resource", redact.Text(op.Path()))))
	defer span.End()
	resp, looks, err := op.wait(ctx, progress)
	span.SetAttributes(attribute.Int("azure.looks", looks), attribute.String("azure.status", redact.Text(op.Status())))
	if err != nil {
		span.SetStatus(codes.Error, redact.Text(err.Error()))
	}
	return resp, err
}

func (op *Operation) wait(ctx context.Context, progress func(Progress)) (*Response, int, error) {
	for looks := 0; ; looks++ {
		if looks > 0 || op.Done() {
			if done, err := op.Poll(ctx); err != nil || done {
				op.tell(progress, looks, 0)
				return op.Response(), looks, err
			}
		}
		next := op.next()
		op.tell(progress, looks, next)
		if err := op.overdue(); err != nil {
			return nil, looks, err
		}
		if err := op.c.opts.Clock.Sleep(ctx, next); err != nil {
			return nil, looks, &Error{Operation: "poll", Resource: op.Path(), Err: hide(err), Hint: "the operation goes on without this program"}
		}
	}
}

func (op *Operation) tell(progress func(Progress), looks int, next time.Duration) {
	if progress == nil {
		return
	}
	op.mu.Lock()
	p := Progress{Status: op.status, Percent: op.percent, Elapsed: op.c.opts.Clock.Now().Sub(op.s.Began), Next: next, Looks: looks}
	op.mu.Unlock()
	progress(p)
}

// next is how long to wait before the next look. An operation that was taken up,
// or whose result is all that is missing, is looked at soon.
func (op *Operation) next() time.Duration {
	op.mu.Lock()
	defer op.mu.Unlock()
	switch {
	case op.ended || op.resp == nil:
		return shortestPoll
	case op.after > 0:
		return min(max(op.after, shortestPoll), longestPoll)
	}
	return op.c.opts.PollInterval
}

// overdue is an error when the time that the service gave the operation was over
// before the last look.
func (op *Operation) overdue() error {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.s.Until.IsZero() || op.resp == nil || op.ended || !op.c.opts.Clock.Now().After(op.s.Until) {
		return nil
	}
	return &Error{Operation: "poll", Resource: op.path(), CorrelationID: op.s.Correlation, Kind: ErrOverdue,
		Message: "it is still " + op.status + " after " + op.s.Until.Sub(op.s.Began).String() + ", the time that the service gives it",
		Hint:    "it may still end: look at the resource; with the correlation id Microsoft's support can look it up"}
}

// Poll looks at the operation once. It returns true when the operation has ended,
// with the error that it failed with, if it did. Any other error means that the
// look failed; the operation may be looked at again.
func (op *Operation) Poll(ctx context.Context) (bool, error) {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.done {
		return true, op.err
	}
	if op.s.Correlation != "" {
		ctx = WithCorrelation(ctx, op.s.Correlation)
	}
	if !op.ended {
		var err error
		switch op.s.Way {
		case byStatusURL:
			err = op.lookAtStatus(ctx)
		case byLocation:
			err = op.lookAtLocation(ctx)
		default:
			err = op.lookAtResource(ctx)
		}
		if err != nil {
			return false, err
		}
	}
	if op.ended && !op.done {
		if err := op.readResult(ctx); err != nil {
			return false, err
		}
	}
	return op.done, op.err
}

// look asks an address of the operation.
func (op *Operation) look(ctx context.Context, address string, mayBeEmpty bool) (*call, *Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, &Error{Operation: "poll", Resource: op.path(), Kind: ErrIncomplete, Message: "the operation's address cannot be read"}
	}
	k := op.c.callTo(ctx, http.MethodGet, u)
	k.mayBeEmpty = mayBeEmpty
	resp, err := op.c.do(ctx, k)
	if err != nil {
		return k, nil, err
	}
	now := op.c.opts.Clock.Now()
	op.after, _ = throttle.RetryAfter(resp.Header, now)
	return k, resp, nil
}

// statusBody is what the address of Azure-AsyncOperation answers. Some services
// put the status into the properties.
type statusBody struct {
	Status     string          `json:"status"`
	Percent    *float64        `json:"percentComplete"`
	Error      json.RawMessage `json:"error"`
	Properties json.RawMessage `json:"properties"`
}

func (op *Operation) lookAtStatus(ctx context.Context) error {
	k, resp, err := op.look(ctx, op.s.Poll, false)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone) {
		return op.forgotten(ctx, err)
	}
	if err != nil {
		return err
	}
	op.resp = resp
	if err := op.moved(k, resp, "Azure-AsyncOperation", &op.s.Poll); err != nil {
		return err
	}
	var b statusBody
	if len(resp.Body) > 0 {
		if err := json.Unmarshal(resp.Body, &b); err != nil {
			return op.malformed(resp, "the status of the operation is no object")
		}
	}
	if b.Status == "" {
		var inner statusBody
		if json.Unmarshal(b.Properties, &inner) == nil {
			b.Status = orElse(inner.Status, provisioningState(resp.Body))
		}
	}
	op.percent = b.Percent
	switch {
	case b.Status == "" && resp.Status == http.StatusNoContent:
		op.end("Succeeded")
	case b.Status == "" && resp.Status == http.StatusAccepted:
		// still running, without a word
	case b.Status == "":
		return op.malformed(resp, "the status of the operation is missing")
	case succeeded(b.Status):
		op.end(b.Status)
	case failed(b.Status):
		op.fail(resp, b.Status)
	default:
		op.status = b.Status
	}
	return nil
}

func (op *Operation) lookAtLocation(ctx context.Context) error {
	k, resp, err := op.look(ctx, op.s.Poll, true)
	e := new(Error)
	switch {
	case errors.Is(err, ErrNotFound) && op.s.Method == http.MethodDelete:
		op.succeed("Succeeded")
		return nil
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrGone):
		return op.forgotten(ctx, err)
	case errors.As(err, &e) && e.Status >= 400 && e.Status < 500 && e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden && !retryStatus(e.Status):
		// That is how a Location tells that the operation has failed.
		op.done, op.status = true, "Failed"
		e.Kind = ErrFailed
		op.err = e
		op.keep("Failed", e.Code, e.Message)
		return nil
	case err != nil:
		return err
	}
	op.resp = resp
	if resp.Status == http.StatusAccepted {
		op.status = orElse(provisioningState(resp.Body), "Running")
		return op.moved(k, resp, "Location", &op.s.Poll)
	}
	state := provisioningState(resp.Body)
	var b statusBody
	if state == "" && json.Unmarshal(resp.Body, &b) == nil && op.s.Method != http.MethodPost {
		state = b.Status // a POST may answer anything, also a member of that name
	}
	switch {
	case failed(state):
		op.fail(resp, state)
	case state == "" || terminal(state) || op.s.Method == http.MethodPost:
		op.s.Final = "" // this is it
		op.end("Succeeded")
	default:
		op.status = state
	}
	return nil
}

// unseen is how many looks in a row may find no resource where one was put: reads
// may lag behind writes for a while.
const unseen = 5

func (op *Operation) lookAtResource(ctx context.Context) error {
	_, resp, err := op.look(ctx, op.s.URL, false)
	if errors.Is(err, ErrNotFound) {
		if op.s.Method == http.MethodDelete {
			op.succeed("Succeeded")
			return nil
		}
		if op.missing++; op.missing < unseen {
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	op.missing, op.resp = 0, resp
	switch state := provisioningState(resp.Body); {
	case op.s.Method == http.MethodDelete:
		op.status = orElse(state, "Deleting")
	case failed(state):
		op.fail(resp, state)
	case state == "" || terminal(state):
		op.succeed(orElse(state, "Succeeded"))
	default:
		op.status = state
	}
	return nil
}

// forgotten goes on when the service no longer knows the operation, as it does
// some time after the end: the resource itself then tells.
func (op *Operation) forgotten(ctx context.Context, cause error) error {
	if op.s.Method == http.MethodPost {
		e := new(Error)
		if errors.As(cause, &e) {
			e.Hint = "the service does not know the operation any more, so how it ended cannot be told: look at the resource"
		}
		return cause
	}
	op.s.Way = byResource
	return op.lookAtResource(ctx)
}

// moved follows the service when it gives another address to look at.
func (op *Operation) moved(k *call, resp *Response, header string, where *string) error {
	link := resp.Header.Get(header)
	if link == "" {
		return nil
	}
	u, err := op.c.follow(k.url, link)
	if err != nil {
		return err
	}
	*where = u.String()
	return nil
}

// end notes that the service has done it.
func (op *Operation) end(status string) { op.ended, op.status = true, status }

// readResult reads what an operation that has succeeded leaves: the resource after
// PUT and PATCH, what Location names after POST, nothing after DELETE.
func (op *Operation) readResult(ctx context.Context) error {
	switch {
	case op.s.Method == http.MethodDelete:
		op.resp = nil
	case changes(op.s.Method):
		_, resp, err := op.look(ctx, op.s.URL, false)
		if err != nil {
			return err
		}
		if state := provisioningState(resp.Body); failed(state) {
			op.resp = resp
			op.fail(resp, state)
			return nil
		}
		op.resp = resp
	case op.s.Final != "":
		_, resp, err := op.look(ctx, op.s.Final, true)
		if err != nil {
			return err
		}
		op.resp = resp
	}
	op.succeed(op.status)
	return nil
}

func (op *Operation) succeed(status string) {
	op.done, op.ended, op.status = true, true, status
	if op.s.Method == http.MethodDelete {
		op.resp = nil
	}
	op.keep(status, "", "")
}

func (op *Operation) fail(resp *Response, state string) {
	e := &Error{Operation: op.s.Method, Resource: op.path(), RequestID: resp.RequestID, CorrelationID: op.s.Correlation, Kind: ErrFailed}
	var b statusBody
	if json.Unmarshal(resp.Body, &b) == nil && isObject(b.Error) {
		e.read(resp.Body)
	} else if json.Unmarshal(b.Properties, &b) == nil && isObject(b.Error) { // deployments tell it in their properties
		e.read(b.Error)
	}
	e.Code = orElse(e.Code, state)
	e.Message = orElse(e.Message, "it ended as "+state)
	e.Hint = hint(e, op.c)
	op.done, op.status, op.err = true, state, e
	op.keep(state, e.Code, e.Message)
}

func isObject(b json.RawMessage) bool { return len(b) > 0 && b[0] == '{' }

func (op *Operation) keep(state, code, message string) {
	op.s.State, op.s.Code, op.s.Message = state, code, message
}

func (op *Operation) malformed(resp *Response, why string) error {
	return &Error{Operation: "poll", Resource: op.path(), Status: resp.Status, RequestID: resp.RequestID, CorrelationID: op.s.Correlation,
		Kind: ErrIncomplete, Err: errors.New(why)}
}

// path is Path with the mutex held.
func (op *Operation) path() string {
	if u, err := url.Parse(op.s.URL); err == nil {
		return u.Path
	}
	return ""
}
