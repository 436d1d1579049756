package live

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// call is something to ask ARM: a list of a resource, the locks of a
// subscription, or one resource by its id.
type call struct {
	list         *list
	of           *estate.Resource
	subscription string
	id           estate.ResourceID
	caller       string
}

// single reads one resource by its id.
func (r *reader) single(id estate.ResourceID, caller string) call {
	return call{id: id, caller: caller}
}

// each does something for every item, as many at a time as given. It ends early
// only with its context, whose error it gives.
func each[T any](ctx context.Context, most int, items []T, do func(context.Context, T)) error {
	var wait sync.WaitGroup
	work := make(chan T)
	for range min(most, len(items)) {
		wait.Go(func() {
			for item := range work {
				do(ctx, item)
			}
		})
	}
	for _, item := range items {
		select {
		case work <- item:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(work)
	wait.Wait()
	return ctx.Err()
}

// call makes calls.
func (r *reader) call(ctx context.Context, calls []call) error {
	return each(ctx, r.options.Concurrency, calls, func(ctx context.Context, c call) {
		ctx = azure.WithCaller(ctx, c.caller)
		var err error
		switch {
		case r.broken() != nil:
			err = r.broken()
		case c.subscription != "":
			err = r.lockList(ctx, c.subscription)
		case c.list == nil:
			err = r.one(ctx, c.id)
		case c.list.Path == "":
			err = r.reread(ctx, c.of, c.list)
		default:
			err = r.listOf(ctx, c.of, c.list)
		}
		if err != nil && ctx.Err() == nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.lost(c, err)
		}
	})
}

// lost notes that a call has failed.
func (r *reader) lost(c call, err error) {
	r.failures++
	r.keepFirst(err)
	if errors.Is(err, azure.ErrUnreachable) || errors.Is(err, azure.ErrUnauthenticated) {
		if r.row++; r.row >= maxInARow {
			r.down = err
		}
	} else {
		r.row = 0
	}
	switch {
	case c.subscription != "":
		r.lockless(c.subscription, err)
	case c.list == nil:
		r.failed[c.id.Key()] = err
	case c.list.Path == "":
		r.note("the "+c.list.Keep+" of "+c.of.Type+" "+c.of.ID.String(), err)
	default:
		r.unlisted(c.of, c.list, err)
	}
}

// maxInARow is after how many failures for want of a connection or a login no
// more requests are made: each takes minutes of tries.
const maxInARow = 8

func (r *reader) broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.down
}

func (r *reader) keepFirst(err error) {
	if r.first == nil {
		r.first = err
	}
}

// listOf reads the children of a list, all or none.
func (r *reader) listOf(ctx context.Context, of *estate.Resource, l *list) error {
	items, err := r.items(ctx, l.address(of), l.Version, l)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Lists++
	listed(of, l)
	for _, x := range items {
		r.keep(x)
	}
	return nil
}

// items reads a list. Some services answer with an object that has the list, and
// no more pages, others as all do.
func (r *reader) items(ctx context.Context, path, version string, l *list) ([]*estate.Resource, error) {
	var out []*estate.Resource
	for row, err := range r.client.List(ctx, path, version, l.options()...) {
		if err != nil {
			return nil, err
		}
		x, err := resource(row)
		if err != nil {
			return nil, &azure.Error{Operation: "GET", Resource: path, Kind: azure.ErrIncomplete, Err: err}
		}
		out = append(out, x)
	}
	return out, nil
}

func (l *list) options() []azure.Option {
	var out []azure.Option
	for _, name := range sorted(l.Query) {
		out = append(out, azure.Query(name, l.Query[name]))
	}
	return out
}

// reread takes over a property that only ARM shows, and only when asked.
func (r *reader) reread(ctx context.Context, of *estate.Resource, l *list) error {
	resp, err := r.client.Get(ctx, l.address(of), l.Version, l.options()...)
	if err != nil {
		return err
	}
	x, err := resource(resp.Body)
	if err != nil {
		return &azure.Error{Operation: "GET", Resource: of.ID.String(), Status: resp.Status, RequestID: resp.RequestID, Kind: azure.ErrIncomplete, Err: err}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.row = 0
	r.stats.Lists++
	if v := x.Body.Path("properties", l.Keep); !v.IsNull() {
		of.Body = with(of.Body, l.Keep, v)
	}
	return nil
}

// one reads a resource by its id.
func (r *reader) one(ctx context.Context, id estate.ResourceID) error {
	version := r.table.Versions[strings.ToLower(id.Type())]
	if version == "" {
		return hidden{}
	}
	resp, err := r.client.Get(ctx, (&url.URL{Path: id.String()}).Path, version)
	if err != nil {
		return err
	}
	x, err := resource(resp.Body)
	if err != nil {
		return &azure.Error{Operation: "GET", Resource: id.String(), Status: resp.Status, RequestID: resp.RequestID, Kind: azure.ErrIncomplete, Err: err}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Singles++
	r.keep(x)
	return nil
}

// hidden is why a resource is not known that Resource Graph does not show, and
// that Holdfast does not know how to read otherwise.
type hidden struct{}

func (hidden) Error() string {
	return "Resource Graph does not show it: it is gone, or this login may not read it (the role Reader has what it takes)"
}

// lockList reads the locks of a subscription.
func (r *reader) lockList(ctx context.Context, subscription string) error {
	l := r.table.Locks
	items, err := r.items(ctx, strings.ReplaceAll(l.Path, "{subscription}", subscription), l.Version, &list{})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Lists++
	for _, x := range items {
		r.keep(x)
	}
	return nil
}
