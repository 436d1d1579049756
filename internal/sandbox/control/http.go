package control

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// largest is the largest body of a request that is read: ARM takes 4 MB.
const largest = 4 << 20

// request is one over the wire.
type request struct {
	method  string
	at      place
	query   url.Values
	version string
	body    object.Object // nil when none was sent
	caller  provider.Caller
	in      http.Header
	header  http.Header // of the answer
	now     time.Time
}

// answer is what goes back. A body of nil has none.
type answer struct {
	status int
	body   any
}

// ServeHTTP answers requests for paths of Azure Resource Manager.
func (c *Control) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	c.headers(rw.Header(), r.Header)
	a, err := c.serve(rw, r)
	if err != nil {
		e := refusal.Of(err)
		if e.Status == http.StatusInternalServerError && !isRefusal(err) {
			c.w.Log.Error("a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		}
		if e.RetryAfter > 0 {
			rw.Header().Set("Retry-After", itoa(int(e.RetryAfter.Seconds())))
		}
		rw.Header().Set("x-ms-failure-cause", "gateway")
		a = &answer{e.Status, object.Object{"error": e}}
	}
	write(rw, r.Method, a)
}

func isRefusal(err error) bool {
	var e *refusal.Error
	return errors.As(err, &e)
}

// write sends an answer.
func write(rw http.ResponseWriter, method string, a *answer) {
	if a.body == nil || a.status == http.StatusNoContent {
		rw.Header().Set("Content-Length", "0")
		if a.status == http.StatusNoContent {
			rw.Header().Del("Content-Length")
		}
		rw.WriteHeader(a.status)
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.body); err != nil {
		a.status = http.StatusInternalServerError
		b.Reset()
		b.WriteString(`{"error":{"code":"InternalServerError","message":"The sandbox cannot write its answer."}}`)
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Content-Length", itoa(b.Len()))
	rw.WriteHeader(a.status)
	if method != http.MethodHead {
		_, _ = rw.Write(b.Bytes()) // the client is gone: nobody is left to tell
	}
}

// headers sets what every answer of ARM has.
func (c *Control) headers(out, in http.Header) {
	id := c.requestID()
	correlation := cmp.Or(in.Get("x-ms-correlation-request-id"), id)
	out.Set("Cache-Control", "no-cache")
	out.Set("Pragma", "no-cache")
	out.Set("Expires", "-1")
	out.Set("x-ms-request-id", id)
	out.Set("x-ms-correlation-request-id", correlation)
	out.Set("x-ms-routing-request-id", "SANDBOX:"+c.w.Clock.Now().UTC().Format("20060102T150405Z")+":"+id)
	out.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	out.Set("X-Content-Type-Options", "nosniff")
	if strings.EqualFold(in.Get("x-ms-return-client-request-id"), "true") {
		out.Set("x-ms-client-request-id", in.Get("x-ms-client-request-id"))
	}
}

// requestID is the id of the next request. Ids do not come from the world's
// chance: reading would change what is made later.
func (c *Control) requestID() string {
	n := c.ids.Add(1)
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", n>>48, n&0xffffffffffff)
}

func (c *Control) serve(rw http.ResponseWriter, r *http.Request) (*answer, error) {
	if err := c.w.Settle(); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refusal.New(http.StatusBadRequest, "InvalidQuery", "The query of the request cannot be read.")
	}
	q := &request{method: r.Method, at: parse(r.URL.Path), query: query, in: r.Header, header: rw.Header(), now: c.w.Clock.Now()}
	if q.version = parameter(query, "api-version"); q.version == "" {
		return nil, refusal.New(http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
	}
	if err := c.authenticate(q); err != nil {
		return nil, err
	}
	if err := c.throttled(q); err != nil {
		return nil, err
	}
	if c.deployments != nil && deployment.Handles(r.URL.Path) {
		return c.deploy(rw, r, q)
	}
	switch r.Method {
	case http.MethodPut, http.MethodPatch, http.MethodPost:
		if q.body, err = readBody(rw, r); err != nil {
			return nil, err
		}
	case http.MethodGet, http.MethodHead, http.MethodDelete:
	default:
		return notAllowed(r.Method), nil
	}
	var a *answer
	run := func(tx *state.Tx) (err error) {
		a, err = c.route(tx, q)
		return err
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		err = c.w.Store.Read(run)
	} else {
		err = c.w.Store.Write(run)
	}
	return a, err
}

// parameter finds a query parameter without regard to case.
func parameter(q url.Values, name string) string {
	if v := q.Get(name); v != "" {
		return v
	}
	for k, v := range q {
		if strings.EqualFold(k, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// authenticate finds out who asks.
func (c *Control) authenticate(q *request) error {
	if c.w.Tokens == nil {
		return nil
	}
	authorization := q.in.Get("Authorization")
	challenge := func(why, text string) {
		q.header.Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="%s/%s", error="%s", error_description="%s"`, c.w.At.Main, c.w.Tenant, why, text))
	}
	if authorization == "" {
		challenge("invalid_token", "The authentication failed because of missing 'Authorization' header.")
		return refusal.New(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	var err error
	q.caller, err = c.w.Tokens.Verify(authorization, q.now, c.w.At.Main, "https://management.azure.com", "https://management.core.windows.net")
	if err == nil {
		return nil
	}
	code := "InvalidAuthenticationToken"
	if strings.Contains(err.Error(), "expir") {
		code = "ExpiredAuthenticationToken"
	}
	challenge("invalid_token", strings.ReplaceAll(err.Error(), `"`, "'"))
	return refusal.New(http.StatusUnauthorized, code, "%s", upper(err.Error())+".")
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".")
}

// readBody reads the JSON object of a request; nil when nothing was sent.
func readBody(rw http.ResponseWriter, r *http.Request) (object.Object, error) {
	src, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, largest))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, refusal.New(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request content size exceeds the maximum size of 4 MB.")
	}
	if err != nil {
		return nil, refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content cannot be read to its end.")
	}
	if len(bytes.TrimSpace(src)) == 0 {
		if r.Method == http.MethodPost {
			return nil, nil
		}
		return object.Object{}, nil
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	body, err := object.Decode(src)
	if err == nil {
		return body, nil
	}
	at := len(src)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = int(syntax.Offset)
	} else if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		at = int(wrong.Offset)
	}
	at = min(max(at, 0), len(src))
	line := 1 + bytes.Count(src[:at], []byte("\n"))
	column := at - (bytes.LastIndexByte(src[:at], '\n') + 1)
	return nil, refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '%s. Line %d, position %d.'.", upper(err.Error()), line, column)
}

// notAllowed is the answer to a method that a path does not have: the one of
// ARM's web server, which has another shape than its errors.
func notAllowed(method string) *answer {
	return &answer{http.StatusMethodNotAllowed, object.Object{"Message": "The requested resource does not support http method '" + method + "'."}}
}

func itoa(n int) string { return strconv.Itoa(n) }
