package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// call is one request of a client, with all its tries.
type call struct {
	method     string
	url        *url.URL
	payload    []byte
	header     http.Header
	kind       throttle.Kind
	scope      string // of the limits
	caller     string
	safe       bool // may be made again though it may have happened
	mayBeEmpty bool // a 200 without body is an answer

	// What the last try left.
	tries int
	resp  *http.Response // nil when no answer came
	body  []byte
	fault error // why there is no whole answer
	after time.Duration
}

// Response is a whole answer of the service with status 2xx, or 404 and the like
// where the call says so.
type Response struct {
	Status        int
	Header        http.Header
	Body          json.RawMessage // whole JSON, or empty
	RequestID     string          // x-ms-request-id
	CorrelationID string
}

// Decode reads the body into v. An empty body is an error.
func (r *Response) Decode(v any) error {
	if len(r.Body) == 0 {
		return errors.New("the answer has no body")
	}
	return json.Unmarshal(r.Body, v)
}

// ETag is the version of the resource, "" when the service gives none.
func (r *Response) ETag() string {
	if tag := r.Header.Get("ETag"); tag != "" {
		return tag
	}
	var body struct {
		ETag string `json:"etag"`
	}
	if json.Unmarshal(r.Body, &body) != nil {
		return ""
	}
	return body.ETag
}

// Option changes one request.
type Option func(*call)

// Query adds a parameter to the address, such as $filter or $top.
func Query(name, value string) Option {
	return func(k *call) {
		if k.url.RawQuery != "" {
			k.url.RawQuery += "&"
		}
		k.url.RawQuery += url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
}

// Header sets a header, such as If-Match. Authorization cannot be set.
func Header(name, value string) Option {
	return func(k *call) {
		if http.CanonicalHeaderKey(name) != "Authorization" {
			k.header.Set(name, value)
		}
	}
}

// Repeatable says that a POST changes nothing, or the same when made twice, so
// that it may be repeated like a GET: listKeys, validate, a query.
func Repeatable() Option { return func(k *call) { k.safe = true } }

// Once says that a request is not repeated after it may have happened, also a PUT:
// the caller looks at what has become of it first.
func Once() Option { return func(k *call) { k.safe = false } }

type contextKey int

const (
	callerKey contextKey = iota
	correlationKey
)

// WithCaller says for whom requests are made, such as the id of a workspace:
// callers get their turns one after the other when requests must wait.
func WithCaller(ctx context.Context, caller string) context.Context {
	return context.WithValue(ctx, callerKey, caller)
}

// WithCorrelation sets the x-ms-correlation-request-id of the requests made with
// the context, by which Azure's activity log holds them together. Without it each
// call has its own.
func WithCorrelation(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, correlationKey, id)
}

func value(ctx context.Context, key contextKey) string {
	s, _ := ctx.Value(key).(string)
	return s
}

// newCall addresses a path of ARM, such as /subscriptions/S/resourceGroups.
func (c *Client) newCall(ctx context.Context, method, path, version string, payload any, opts []Option) (*call, error) {
	refuse := func(why string) error {
		return &Error{Operation: method, Resource: path, Kind: ErrRefused, Message: why}
	}
	if err := checkPath(path); err != nil {
		return nil, refuse(err.Error())
	}
	if version == "" {
		return nil, refuse("no api-version is given")
	}
	u := *c.base
	u.Path = strings.TrimRight(u.Path, "/") + strings.TrimRight(path, "/")
	if u.Path == "" {
		u.Path = "/"
	}
	k := c.callTo(ctx, method, &u)
	Query("api-version", version)(k)
	if payload != nil {
		body, err := encode(payload)
		if err != nil {
			return nil, refuse("the body is no JSON: " + err.Error())
		}
		k.payload = body
	}
	for _, o := range opts {
		o(k)
	}
	if err := harmful(k); err != nil {
		return nil, refuse(err.Error())
	}
	return k, nil
}

// callTo addresses a URL that the service gave.
func (c *Client) callTo(ctx context.Context, method string, u *url.URL) *call {
	k := &call{method: method, url: u, header: http.Header{}, caller: value(ctx, callerKey)}
	k.scope, k.kind = limits(method, u.Path)
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		k.safe = true
	}
	return k
}

func encode(payload any) ([]byte, error) {
	switch p := payload.(type) {
	case json.RawMessage:
		if !json.Valid(p) {
			return nil, errors.New("malformed")
		}
		return p, nil
	case []byte:
		return encode(json.RawMessage(p))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(payload)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// checkPath keeps an id from meaning something else than it says.
func checkPath(path string) error {
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("%q is no path of ARM: it must begin with /", path)
	}
	for i, segment := range strings.Split(strings.TrimRight(path, "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && i > 0 {
			return fmt.Errorf("%q is no path of ARM: it has an empty or relative segment", path)
		}
	}
	if i := strings.IndexFunc(path, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == '?' || r == '#' || r == '\\' || r == '{' || r == '}'
	}); i >= 0 {
		return fmt.Errorf("%q is no path of ARM: %q cannot be part of it", path, path[i])
	}
	return nil
}

// limits tells which limit counts a request.
func limits(method, path string) (scope string, kind throttle.Kind) {
	scope = throttle.Tenant
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := 0; i+1 < len(segments); i++ {
		if strings.EqualFold(segments[i], "subscriptions") {
			scope = strings.ToLower(segments[i+1])
			break
		}
		if strings.EqualFold(segments[i], "providers") {
			break
		}
	}
	switch {
	case method == http.MethodPost && strings.EqualFold(strings.TrimRight(path, "/"), graphPath):
		return throttle.Tenant, throttle.Graph
	case method == http.MethodGet || method == http.MethodHead:
		return scope, throttle.Reads
	case method == http.MethodDelete:
		return scope, throttle.Deletes
	}
	return scope, throttle.Writes
}

// resource is the path that a call is about, as errors and spans name it.
func (k *call) resource() string { return redact.Text(k.url.Path) }

// do makes a call and returns its answer when its status is 2xx.
func (c *Client) do(ctx context.Context, k *call) (*Response, error) {
	ctx, span := c.startSpan(ctx, k)
	correlation := value(ctx, correlationKey)
	if correlation == "" {
		correlation = c.id()
	}
	err := c.send(ctx, k, correlation)
	var out *Response
	if err == nil && k.resp.StatusCode < 300 {
		out = &Response{Status: k.resp.StatusCode, Header: k.resp.Header, Body: k.body, RequestID: k.resp.Header.Get("x-ms-request-id"), CorrelationID: correlation}
	} else {
		err = c.callError(ctx, k, err, correlation)
	}
	endSpan(span, k, err)
	return out, err
}

func (c *Client) send(ctx context.Context, k *call, correlation string) error {
	if !c.cloud.owns(c.base, k.url) {
		return c.foreign(k.url)
	}
	u := *k.url
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20") // some next links hold them
	req, err := runtime.NewRequest(ctx, k.method, u.String())
	if err != nil {
		return err
	}
	for name, values := range k.header {
		req.Raw().Header[name] = values
	}
	req.Raw().Header.Set("Accept", "application/json")
	req.Raw().Header.Set("x-ms-client-request-id", c.id())
	req.Raw().Header.Set("x-ms-correlation-request-id", correlation)
	if k.payload != nil {
		if err := req.SetBody(streaming.NopCloser(bytes.NewReader(k.payload)), "application/json"); err != nil {
			return err
		}
	}
	req.SetOperationValue(k)
	if _, err = c.pipeline.Do(req); err == nil {
		err = k.fault
	}
	return err
}
