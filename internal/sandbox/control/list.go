package control

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// list answers for all resources of a type in a scope or below a parent.
func (c *Control) list(tx *state.Tx, q *request) (*answer, error) {
	p := q.at
	pairs := len(p.rest) / 2
	typ := c.Type(p.kind(pairs + 1))
	t := &target{place: p, typ: typ, id: p.path}
	if p.group != "" {
		if t.group = tx.Resource("/subscriptions/" + p.sub + "/resourceGroups/" + p.group); t.group == nil {
			return nil, refusal.GroupNotFound(p.group)
		}
	}
	below, err := c.holder(tx, t, q, pairs)
	if err != nil {
		return nil, err
	}
	version, err := c.version(typ, q.version, t.location())
	if err != nil {
		return nil, err
	}
	if err := c.stand(c.w.Health.Control(tx, p.path, typ.Name, t.location(), q.now), false); err != nil {
		return nil, err
	}
	rq := provider.Request{APIVersion: version, Caller: q.caller}
	call := c.call(tx, q.now, t, rq)
	call.Method, call.Query, call.Body = q.method, q.query, nil
	cut := pageOf(q, typ)
	var found []*state.Resource
	more := false
	for r := range tx.OfTypeAfter(typ.Name, below, cut.after) {
		if typ.Hooks.Listed != nil {
			call.Was, call.Body = r, object.Must(r.Body)
			if !typ.Hooks.Listed(call) {
				continue
			}
		}
		if cut.size > 0 && len(found) == cut.size && typ.Hooks.Order == nil {
			more = true
			break
		}
		found = append(found, r)
	}
	if typ.Hooks.Order != nil {
		call.Was, call.Body = nil, nil
		slices.SortStableFunc(found, func(a, b *state.Resource) int { return typ.Hooks.Order(call, a, b) })
		found = found[min(cut.skip, len(found)):]
		if more = cut.size > 0 && len(found) > cut.size; more {
			found = found[:cut.size]
		}
	}
	value := make([]object.Object, 0, len(found))
	for _, r := range found {
		b, err := c.show(tx, q.now, r, typ, rq)
		if err != nil {
			return nil, err
		}
		value = append(value, b)
	}
	out := object.Object{}
	if more {
		out["nextLink"] = c.next(q, cut, found[len(found)-1].ID, typ.Hooks.Order != nil)
	} else if typ.Hooks.Also != nil {
		call.Was, call.Body = nil, nil
		also, err := typ.Hooks.Also(call)
		if err != nil {
			return nil, err
		}
		value = append(value, also...)
	}
	out["value"] = value
	return &answer{http.StatusOK, out}, nil
}

// holder gives the id below which a list looks for its resources, and refuses
// one that is not there.
func (c *Control) holder(tx *state.Tx, t *target, q *request, pairs int) (string, error) {
	last := t.rest[len(t.rest)-1]
	if pairs > 0 {
		owner, err := c.find(tx, t.cut(pairs), q.version, false)
		if err != nil {
			return "", err
		}
		if owner.was == nil {
			return "", parentNotFound(owner.name())
		}
		t.parent = owner.was
		return owner.was.ID + "/" + last, nil
	}
	if t.typ.Kind == "extension" {
		at := parse(t.scope)
		if t.scope != tenantScope && !at.isGroup() && !at.isSubscription() {
			owner, err := c.find(tx, at, q.version, false)
			if err != nil {
				return "", err
			}
			if owner.was == nil {
				return "", c.notFound(owner)
			}
			t.parent = owner.was
		}
		return t.scope + "/providers/" + t.typ.Name, nil
	}
	return t.scope, nil
}

// page is which part of a list is asked for.
type page struct {
	param string // the query parameter that holds the place
	size  int    // 0 for all at once
	after string // the id that the last page ended with
	skip  int    // how many stood before it, of a list in an order of its own
}

// pageOf reads the page of a list of a type.
func pageOf(q *request, t *provider.Type) page {
	cut := page{param: cmp.Or(t.PageToken, "$skiptoken"), size: t.PageSize}
	if t.PageLimit != "" {
		if n, err := strconv.Atoi(parameter(q.query, t.PageLimit)); err == nil && n > 0 && (cut.size == 0 || n < cut.size) {
			cut.size = n
		}
	}
	cut.read(parameter(q.query, cut.param))
	return cut
}

// read takes the place out of a token; one that this package has not made is the
// start.
func (cut *page) read(token string) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || token == "" {
		return
	}
	if n, ok := strings.CutPrefix(string(b), "skip:"); ok {
		cut.skip, _ = strconv.Atoi(n)
		cut.skip = max(cut.skip, 0)
		return
	}
	if after, ok := strings.CutPrefix(string(b), "after:"); ok {
		cut.after = after
	}
}

// next is the address of the page that follows.
func (c *Control) next(q *request, cut page, last string, ordered bool) string {
	token := "after:" + state.Key(last)
	if ordered {
		token = "skip:" + itoa(cut.skip+cut.size)
	}
	query := url.Values{}
	for k, v := range q.query {
		if !strings.EqualFold(k, cut.param) {
			query[k] = v
		}
	}
	query.Set(cut.param, base64.RawURLEncoding.EncodeToString([]byte(token)))
	return c.w.At.Main + (&url.URL{Path: q.at.path}).EscapedPath() + "?" + strings.ReplaceAll(query.Encode(), "%24", "$")
}
