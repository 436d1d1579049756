package azure

import (
	"context"
	"errors"
	"net/http"
)

// Get reads what a path names, such as a resource, with an api-version.
func (c *Client) Get(ctx context.Context, path, version string, opts ...Option) (*Response, error) {
	k, err := c.newCall(ctx, http.MethodGet, path, version, nil, opts)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, k)
}

// Exists says whether there is something at a path. Where the service does not
// answer HEAD it asks with GET.
func (c *Client) Exists(ctx context.Context, path, version string, opts ...Option) (bool, error) {
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		k, err := c.newCall(ctx, method, path, version, nil, opts)
		if err != nil {
			return false, err
		}
		_, err = c.do(ctx, k)
		e := new(Error)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, ErrNotFound):
			return false, nil
		case method == http.MethodHead && errors.As(err, &e) && (e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusBadRequest || e.Status == http.StatusNotImplemented):
			continue
		}
		return false, err
	}
	return false, nil
}

// Put creates or replaces a resource. The operation is done already when the
// service did it at once; its result is the resource as it reads afterwards.
func (c *Client) Put(ctx context.Context, path, version string, body any, opts ...Option) (*Operation, error) {
	return c.begin(ctx, http.MethodPut, path, version, body, opts)
}

// Patch changes a resource.
func (c *Client) Patch(ctx context.Context, path, version string, body any, opts ...Option) (*Operation, error) {
	return c.begin(ctx, http.MethodPatch, path, version, body, opts)
}

// Post performs an action; body may be nil. It is not repeated after it may have
// happened, unless [Repeatable] says that this does no harm. Actions that destroy
// are refused.
func (c *Client) Post(ctx context.Context, path, version string, body any, opts ...Option) (*Operation, error) {
	return c.begin(ctx, http.MethodPost, path, version, body, opts)
}

// begin makes a call that may start a long-running operation.
func (c *Client) begin(ctx context.Context, method, path, version string, body any, opts []Option) (*Operation, error) {
	k, err := c.newCall(ctx, method, path, version, body, opts)
	if err != nil {
		return nil, err
	}
	return c.start(ctx, k)
}

// start makes the call and looks at how its operation is to be followed. Poll
// requests get the correlation id of the first.
func (c *Client) start(ctx context.Context, k *call) (*Operation, error) {
	correlation := value(ctx, correlationKey)
	if correlation == "" {
		correlation = c.id()
		ctx = WithCorrelation(ctx, correlation)
	}
	resp, err := c.do(ctx, k)
	if err != nil {
		return nil, err
	}
	return c.operation(k, resp, correlation)
}
