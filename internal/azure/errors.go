package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// What an [Error] can be asked for with errors.Is.
var (
	ErrNotFound        = errors.New("not found")
	ErrForbidden       = errors.New("not allowed")
	ErrUnauthenticated = errors.New("not logged in")
	ErrThrottled       = errors.New("too many requests")
	ErrGone            = errors.New("gone")
	ErrConflict        = errors.New("conflict")
	ErrPrecondition    = errors.New("changed meanwhile")
	ErrUnreachable     = errors.New("not reached")                  // no answer came: the network, TLS, a time limit
	ErrIncomplete      = errors.New("the answer is not whole")      // cut off, malformed, or fewer rows than announced
	ErrRefused         = errors.New("refused by Holdfast")          // the client itself will not do it
	ErrFailed          = errors.New("the operation failed")         // a long-running operation ended so
	ErrUnavailable     = errors.New("the service is unavailable")   // it answers with 5xx
	ErrOverdue         = errors.New("the operation takes too long") // longer than the service gave it
)

// Error is what went wrong with one request or one long-running operation. Its
// text holds no secrets, and neither do its fields: what the service said has
// gone through package redact.
type Error struct {
	Operation     string        // the verb: GET, PUT, …; "poll" for following an operation
	Resource      string        // the path that was asked for, without its query
	Status        int           // of HTTP; 0 when no answer came
	Code          string        // Azure's, such as AuthorizationFailed; in a failed deployment the outermost, see [Error.Cause]
	Message       string        // Azure's, in its words
	Target        string        // what in the request is meant, if the service says so
	Details       []Detail      // causes, outermost first
	RequestID     string        // x-ms-request-id, for Microsoft's support
	CorrelationID string        // x-ms-correlation-request-id, in the activity log
	Hint          string        // what to do; empty when nothing is known
	Tries         int           // how often the request was made
	RetryAfter    time.Duration // what the last answer asked to wait
	Kind          error         // one of the Err… above that the status does not tell, or nil
	Err           error         // the cause when no answer came or it was no good
}

// Detail is a cause within an error, which may have causes of its own.
type Detail struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Target  string   `json:"target,omitempty"`
	Details []Detail `json:"details,omitempty"`
}

// Error tells what was done to what, and what came of it; the hint is not part of it.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Operation != "" {
		b.WriteString(e.Operation + " ")
	}
	b.WriteString(e.Resource + ": ")
	var parts []string
	switch {
	case e.Status > 0 && e.Code != "":
		parts = append(parts, fmt.Sprintf("%d %s", e.Status, e.Code))
	case e.Status > 0:
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	case e.Code != "":
		parts = append(parts, e.Code)
	}
	if m := strings.TrimSpace(e.Message); m != "" {
		parts = append(parts, m)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	b.WriteString(strings.Join(parts, ": "))
	if d := deepest(e.Details); d != nil && d.Message != e.Message {
		b.WriteString(" (" + strings.TrimPrefix(d.Code+": ", ": ") + strings.TrimSpace(d.Message) + ")")
	}
	var tail []string
	if e.Tries > 1 {
		tail = append(tail, fmt.Sprintf("%d tries", e.Tries))
	}
	if e.RequestID != "" {
		tail = append(tail, "request "+e.RequestID)
	}
	if len(tail) > 0 {
		b.WriteString(" [" + strings.Join(tail, ", ") + "]")
	}
	return redact.Text(b.String())
}

// deepest is the first innermost cause: the one that tells what to mend.
func deepest(d []Detail) *Detail {
	if len(d) == 0 {
		return nil
	}
	if inner := deepest(d[0].Details); inner != nil {
		return inner
	}
	if d[0].Message == "" {
		return nil
	}
	return &d[0]
}

// Cause is the innermost cause, or the error's own code and message. Failed
// deployments wrap the error of a resource, often as JSON within a message.
func (e *Error) Cause() Detail {
	if d := deepest(e.Details); d != nil {
		return *d
	}
	return Detail{Code: e.Code, Message: e.Message, Target: e.Target}
}

// Unwrap is the cause when no whole answer came.
func (e *Error) Unwrap() error { return e.Err }

// byStatus is what a status tells.
var byStatus = map[int]error{
	http.StatusUnauthorized:       ErrUnauthenticated,
	http.StatusForbidden:          ErrForbidden,
	http.StatusNotFound:           ErrNotFound,
	http.StatusConflict:           ErrConflict,
	http.StatusGone:               ErrGone,
	http.StatusPreconditionFailed: ErrPrecondition,
	http.StatusTooManyRequests:    ErrThrottled,
}

// Is answers errors.Is for the Err… of this package.
func (e *Error) Is(target error) bool {
	if target == e.Kind && target != nil {
		return true
	}
	if target == ErrUnavailable {
		return e.Status >= 500 && e.Kind == nil
	}
	kind := byStatus[e.Status]
	return kind != nil && target == kind
}

// Hint is what to do about an error, or "" when the error does not say.
func Hint(err error) string {
	if e := new(Error); errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

// errorBody is an error as ARM writes it; Resource Graph and some providers leave the
// outer member out.
type errorBody struct {
	Code    string          `json:"code"`
	Message json.RawMessage `json:"message"`
	Target  string          `json:"target"`
	Details []errorBody     `json:"details"`
}

// read reads the error in a response body into e. What is no error in ARM's
// form is quoted, shortened.
func (e *Error) read(body []byte) {
	var outer struct {
		Error json.RawMessage `json:"error"`
		errorBody
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		e.Message = redact.Text(shorten(string(body)))
		return
	}
	found := outer.errorBody
	if len(outer.Error) > 0 {
		var inner errorBody
		if json.Unmarshal(outer.Error, &inner) == nil {
			found = inner
		} else if code := ""; json.Unmarshal(outer.Error, &code) == nil { // {"error":"invalid_client","error_description":…}
			found = errorBody{Code: code}
		}
	}
	d := found.detail(0)
	if d.Code == "" && d.Message == "" {
		d.Message = redact.Text(shorten(string(redact.JSON(body))))
	}
	e.Code, e.Message, e.Target, e.Details = d.Code, d.Message, d.Target, d.Details
}

// detail turns the service's error into ours. Deployments put the error of a
// resource into the message, as JSON text; that becomes a detail.
func (b errorBody) detail(depth int) Detail {
	var text string
	if json.Unmarshal(b.Message, &text) != nil {
		text = strings.Trim(string(b.Message), " \n")
	}
	d := Detail{Code: b.Code, Target: redact.Text(b.Target)}
	if depth >= 16 {
		d.Message = redact.Text(shorten(text))
		return d
	}
	for _, inner := range b.Details {
		d.Details = append(d.Details, inner.detail(depth+1))
	}
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") && json.Valid([]byte(trimmed)) {
		inner := &Error{}
		inner.read([]byte(trimmed))
		if inner.Code != "" || len(inner.Details) > 0 {
			d.Details = append(d.Details, Detail{inner.Code, inner.Message, inner.Target, inner.Details})
			text = inner.Message
		}
	}
	d.Message = redact.Text(text)
	return d
}

// shorten keeps the beginning of a text that is no error in ARM's form.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 300
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// hidden is an error that is told with another text, which has gone through
// redact. Its chain can be asked with errors.Is and errors.As, but is not printed.
type hidden struct {
	text string
	err  error
}

func (h hidden) Error() string        { return h.text }
func (h hidden) Is(target error) bool { return errors.Is(h.err, target) }
func (h hidden) As(target any) bool   { return errors.As(h.err, target) }

func hide(err error) error { return hidden{redact.Text(err.Error()), err} }
