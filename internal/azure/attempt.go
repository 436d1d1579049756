package azure

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// retrying is the policy that makes the tries of a request: it waits for its turn,
// gives each try a time limit, reads the answer whole and judges it.
type retrying struct{ c *Client }

// patience is how many times as often a call is repeated after refusals for too
// many requests as after failures.
const patience = 10

// outcome is what came of one try.
type outcome struct {
	resp   *http.Response // with its body read, nil when no answer came
	body   []byte
	err    error         // why there is no whole answer
	unsent bool          // the request never reached the service
	limit  bool          // the try's time was over
	after  time.Duration // what the service asked to wait
	asked  bool          // it did ask
	took   time.Duration
}

func (p retrying) Do(req *policy.Request) (*http.Response, error) {
	c, ctx := p.c, req.Raw().Context()
	var call *call
	if !req.OperationValue(&call) {
		return nil, errors.New("a request that is no call of the client")
	}
	runtime.SkipBodyDownload(req) // read here, with a bound
	start := c.opts.Clock.Now()
	refused := 0
	for call.tries = 1; ; call.tries++ {
		waited, err := c.limiter.Wait(ctx, call.scope, call.kind, call.caller)
		c.stats.waited(waited)
		if err != nil {
			call.tries--
			return nil, err
		}
		o := c.try(req, call)
		c.record(ctx, req, call, o, waited)
		if ctx.Err() != nil && o.err != nil {
			return nil, ctx.Err()
		}
		again := call.repeatable(o)
		wait := c.backoff(call.tries, o.after)
		late := c.opts.Clock.Now().Add(wait).Sub(start) > c.opts.Retry.Time
		if o.resp != nil && o.resp.StatusCode == http.StatusTooManyRequests {
			refused++ // a matter of the time that is left rather than of the number
		}
		if !again || late || call.tries-refused >= c.opts.Retry.Tries || refused > patience*(c.opts.Retry.Tries-1) {
			call.resp, call.body, call.fault, call.after = o.resp, o.body, o.err, o.after
			return o.resp, o.err
		}
		c.stats.retries.Add(1)
		if err := c.opts.Clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// try makes the request once.
func (c *Client) try(req *policy.Request, call *call) outcome {
	limit := c.opts.Retry.WriteLimit
	if call.method == http.MethodGet || call.method == http.MethodHead {
		limit = c.opts.Retry.ReadLimit
	}
	ctx := req.Raw().Context()
	limited, cancel := c.opts.Clock.WithTimeout(ctx, limit)
	defer cancel()
	start := c.opts.Clock.Now()
	again := req.Clone(limited)
	if call.payload != nil { // a reader of its own: the transport may still be reading that of the last try
		if err := again.SetBody(streaming.NopCloser(bytes.NewReader(call.payload)), "application/json"); err != nil {
			return outcome{err: err, unsent: true}
		}
	}
	c.stats.count(call)
	resp, err := again.Next()
	if err == nil && resp == nil {
		err = errors.New("the transport gave no answer")
	}
	if err != nil {
		if resp != nil {
			resp.Body.Close()
		}
		o := outcome{err: err, unsent: unsent(err), took: c.opts.Clock.Now().Sub(start)}
		if limited.Err() != nil && ctx.Err() == nil {
			o.err, o.limit = fmt.Errorf("no answer within %s: %w", limit, err), true
		}
		return o
	}
	o := outcome{resp: resp}
	o.body, o.err = c.readBody(resp, call)
	o.took = c.opts.Clock.Now().Sub(start)
	if o.err != nil && limited.Err() != nil && ctx.Err() == nil {
		o.limit = true
	}
	resp.Body = io.NopCloser(bytes.NewReader(o.body))
	o.after, o.asked = throttle.RetryAfter(resp.Header, c.opts.Clock.Now())
	c.limiter.Observe(call.scope, call.kind, resp.StatusCode, errorCode(resp, o.body), resp.Header)
	return o
}

// notWhole marks a body that is cut off or malformed.
type notWhole struct{ why string }

func (e notWhole) Error() string { return e.why }

// tooLarge marks a body beyond the bound; a repetition would not help.
type tooLarge struct{ max int64 }

func (e tooLarge) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB and was not read", e.max>>20)
}

// readBody reads a body whole and checks that what should be JSON is.
func (c *Client) readBody(resp *http.Response, call *call) ([]byte, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.opts.MaxBody+1))
	c.stats.bytesIn.Add(int64(len(body)))
	if err != nil {
		return body, notWhole{fmt.Sprintf("the answer (%d) broke off after %d bytes: %v", resp.StatusCode, len(body), err)}
	}
	if int64(len(body)) > c.opts.MaxBody {
		return nil, tooLarge{c.opts.MaxBody}
	}
	if resp.StatusCode >= 300 || call.method == http.MethodHead {
		return body, nil
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	switch empty := len(bytes.TrimSpace(body)) == 0; {
	case empty && call.method == http.MethodGet && resp.StatusCode == http.StatusOK && !call.mayBeEmpty:
		return body, notWhole{"the answer (200) is empty"}
	case empty:
		return nil, nil
	case !json.Valid(body):
		return body, notWhole{fmt.Sprintf("the answer (%d, %d bytes) is not whole JSON", resp.StatusCode, len(body))}
	}
	return body, nil
}

func errorCode(resp *http.Response, body []byte) string {
	if resp.StatusCode < 400 {
		return ""
	}
	var e Error
	e.read(body)
	return e.Code
}

// retryStatus says that a status may be another one soon.
func retryStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// repeatable says whether a try that came out so may be made again. A call that
// must not happen twice is repeated only when it surely did not happen.
func (k *call) repeatable(o outcome) bool {
	if o.resp == nil {
		if permanent(o.err) {
			return false
		}
		return k.safe || o.unsent
	}
	status := o.resp.StatusCode
	if o.err != nil { // not whole
		var large tooLarge
		if errors.As(o.err, &large) {
			return false
		}
		if status < 300 || retryStatus(status) {
			return k.safe
		}
		return false
	}
	switch {
	case !retryStatus(status):
		return false
	case k.safe:
		return true
	}
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable && o.asked
}

// unsent says that an error came before anything was sent: no token, no
// connection.
func unsent(err error) bool {
	var login loginError
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &login) || errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// permanent says that an error will be the same again: no credential, a
// certificate that is not trusted, a refusal of this client.
func permanent(err error) bool {
	var own *Error
	if errors.As(err, &own) {
		return true
	}
	var login loginError
	if errors.As(err, &login) {
		return !errors.Is(err, context.DeadlineExceeded)
	}
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	if errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &verify) ||
		errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound && !dns.IsTemporary
}

// backoff is how long to wait after a try: between nothing and a bound that
// doubles with each, on top of what the service asked for when it did.
func (c *Client) backoff(try int, asked time.Duration) time.Duration {
	r := c.opts.Retry
	bound := r.Cap
	if shift := try - 1; shift < 20 {
		bound = min(r.Cap, r.Base<<shift)
	}
	if asked > 0 {
		bound = min(bound, time.Second) // only to spread those who were asked the same
	}
	return asked + time.Duration(c.float()*float64(bound))
}
