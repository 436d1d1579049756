package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
)

// List reads all pages of a list and yields the members of each page's value. An
// error ends it and means that the list is not whole: what was yielded before is
// only a part. Stopping early is fine.
func (c *Client) List(ctx context.Context, path, version string, opts ...Option) iter.Seq2[json.RawMessage, error] {
	return c.pages(ctx, http.MethodGet, path, version, nil, opts)
}

// ListPost is [Client.List] for lists that are asked for with POST, such as
// listKeys-like actions with pages. Further pages are asked for with POST and the
// same body, or with GET if the service wants that.
func (c *Client) ListPost(ctx context.Context, path, version string, body any, opts ...Option) iter.Seq2[json.RawMessage, error] {
	return c.pages(ctx, http.MethodPost, path, version, body, append([]Option{Repeatable()}, opts...))
}

// All collects a list; the error means that it is not whole, and then there is none.
func All(list iter.Seq2[json.RawMessage, error]) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

type page struct {
	Value    *[]json.RawMessage `json:"value"`
	NextLink string             `json:"nextLink"`
	AtLink   string             `json:"@odata.nextLink"`
}

func (c *Client) pages(ctx context.Context, method, path, version string, body any, opts []Option) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		k, err := c.newCall(ctx, method, path, version, body, opts)
		if err != nil {
			yield(nil, err)
			return
		}
		seen := map[string]bool{k.url.String(): true}
		for number := 1; ; number++ {
			resp, err := c.page(ctx, &k)
			if err != nil {
				yield(nil, err)
				return
			}
			p, err := readPage(resp)
			if err != nil {
				yield(nil, c.notList(k, resp, number, err))
				return
			}
			for _, item := range *p.Value {
				if !yield(item, nil) {
					return
				}
			}
			if p.NextLink == "" {
				return
			}
			if k, err = c.next(ctx, k, p.NextLink); err != nil {
				yield(nil, err)
				return
			}
			if address := k.url.String(); seen[address] {
				yield(nil, c.notList(k, resp, number, errors.New("the next page is one that was read already")))
				return
			} else {
				seen[address] = true
			}
		}
	}
}

// page makes the call for a page. A further page of a POST list that does not
// take POST is asked for with GET.
func (c *Client) page(ctx context.Context, k **call) (*Response, error) {
	resp, err := c.do(ctx, *k)
	e := new(Error)
	if (*k).method == http.MethodPost && errors.As(err, &e) && e.Status == http.StatusMethodNotAllowed {
		*k = c.callTo(ctx, http.MethodGet, (*k).url)
		return c.do(ctx, *k)
	}
	return resp, err
}

func readPage(resp *Response) (page, error) {
	var p page
	if err := json.Unmarshal(resp.Body, &p); err != nil {
		return p, fmt.Errorf("the answer (%d) is no page of a list", resp.Status)
	}
	if p.Value == nil {
		return p, fmt.Errorf("the answer (%d) has no list in \"value\"", resp.Status)
	}
	if p.NextLink == "" {
		p.NextLink = p.AtLink
	}
	return p, nil
}

func (c *Client) notList(k *call, resp *Response, number int, err error) error {
	return &Error{Operation: k.method, Resource: k.resource(), Status: resp.Status, RequestID: resp.RequestID, CorrelationID: resp.CorrelationID,
		Kind: ErrIncomplete, Err: fmt.Errorf("page %d: %w", number, err)}
}

// next is the call for a next link, which is taken as it is; only a relative one
// is completed with the address of the page that it stands on.
func (c *Client) next(ctx context.Context, k *call, link string) (*call, error) {
	u, err := c.follow(k.url, link)
	if err != nil {
		return nil, err
	}
	n := c.callTo(ctx, k.method, u)
	n.payload, n.header, n.safe = k.payload, k.header, k.safe
	return n, nil
}

// follow reads an address that the service gave. It must be on the service's own
// host, since the token goes with the request.
func (c *Client) follow(from *url.URL, link string) (*url.URL, error) {
	ref, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return nil, &Error{Operation: "follow", Resource: from.Path, Kind: ErrIncomplete, Message: "the address that the service gives for what follows cannot be read"}
	}
	u := from.ResolveReference(ref)
	if !c.cloud.owns(c.base, u) {
		return nil, c.foreign(u)
	}
	return u, nil
}
