// Package remote administers a sandbox that runs in another process: it starts
// and stops outages and faults, and moves the clock.
package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
)

// Client speaks to the administration of one sandbox. It is safe for concurrent
// use.
type Client struct {
	at   sandbox.Connection
	http *http.Client
}

// Dial makes a client. It does not connect yet; a certificate that cannot be
// read is an error.
func Dial(at sandbox.Connection) (*Client, error) {
	pem, err := os.ReadFile(at.CAFile)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate of the sandbox: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", at.CAFile)
	}
	return &Client{at, &http.Client{
		Timeout:   5 * time.Minute, // to advance a clock by years takes its time
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
	}}, nil
}

// Status asks how the sandbox is.
func (c *Client) Status(ctx context.Context) (s sandbox.Status, err error) {
	return s, c.do(ctx, http.MethodGet, "/sandbox/status", nil, &s)
}

// Outages lists all outages, ended ones included, the oldest first.
func (c *Client) Outages(ctx context.Context) ([]failure.Outage, error) {
	var out struct{ Outages []failure.Outage }
	return out.Outages, c.do(ctx, http.MethodGet, "/sandbox/outages", nil, &out)
}

// StartOutage begins an outage and gives it with its id.
func (c *Client) StartOutage(ctx context.Context, o failure.Outage) (started failure.Outage, err error) {
	return started, c.do(ctx, http.MethodPost, "/sandbox/outages", o, &started)
}

// StopOutage ends an outage, all of them when the id is "". It gives those that
// it ended.
func (c *Client) StopOutage(ctx context.Context, id string) ([]failure.Outage, error) {
	var out struct{ Outages []failure.Outage }
	path := "/sandbox/outages"
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return out.Outages, c.do(ctx, http.MethodDelete, path, nil, &out)
}

// Faults lists the faults that are on.
func (c *Client) Faults(ctx context.Context) ([]failure.Fault, error) {
	var out struct{ Faults []failure.Fault }
	return out.Faults, c.do(ctx, http.MethodGet, "/sandbox/faults", nil, &out)
}

// StartFault begins a fault and gives it with its id.
func (c *Client) StartFault(ctx context.Context, f failure.Fault) (started failure.Fault, err error) {
	return started, c.do(ctx, http.MethodPost, "/sandbox/faults", f, &started)
}

// StopFault ends a fault, all of them when the id is "".
func (c *Client) StopFault(ctx context.Context, id string) error {
	path := "/sandbox/faults"
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return c.do(ctx, http.MethodDelete, path, nil, nil)
}

// Advance moves the clock ahead and gives the new time.
func (c *Client) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	var out struct{ Now time.Time }
	return out.Now, c.do(ctx, http.MethodPost, "/sandbox/clock/advance", map[string]any{"by": failure.Duration(by)}, &out)
}

// Requests gives the requests that came after the one with the number after, those
// with one of the methods when any is named; see [sandbox.Sandbox.Requests].
func (c *Client) Requests(ctx context.Context, after int, methods ...string) ([]sandbox.Asked, error) {
	var out struct{ Requests []sandbox.Asked }
	query := url.Values{"after": {strconv.Itoa(after)}, "method": methods}
	return out.Requests, c.do(ctx, http.MethodGet, "/sandbox/requests?"+query.Encode(), nil, &out)
}

// ErrRefused matches what the sandbox itself refuses, as against not being
// reached.
var ErrRefused = errors.New("the sandbox refuses")

func (c *Client) do(ctx context.Context, method, path string, body, into any) error {
	var src io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("asking the sandbox: %w", err)
		}
		src = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.at.Address+path, src)
	if err != nil {
		return fmt.Errorf("asking the sandbox: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.at.AdminToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("the sandbox at %s cannot be reached: %w", c.at.Address, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return fmt.Errorf("the sandbox at %s: %w", c.at.Address, err)
	}
	if res.StatusCode != http.StatusOK {
		var e struct{ Error struct{ Message string } }
		if json.Unmarshal(b, &e) != nil || e.Error.Message == "" {
			return fmt.Errorf("%w: it answered %s", ErrRefused, res.Status)
		}
		return fmt.Errorf("%w: %s", ErrRefused, e.Error.Message)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("the answer of the sandbox at %s cannot be read: %w", c.at.Address, err)
	}
	return nil
}
