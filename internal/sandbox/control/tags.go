package control

import (
	"fmt"
	"net/http"
	"sort"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// tagsDefault answers for Microsoft.Resources/tags/default: all tags of a
// subscription, a group or a resource as a resource of their own.
func (c *Control) tagsDefault(tx *state.Tx, q *request) (*answer, error) {
	at := parse(q.at.scope)
	var r *state.Resource
	var sub *Subscription
	var t *target
	var err error
	if at.isSubscription() {
		sub, err = subscription(tx, at.sub)
	} else if t, err = c.find(tx, at, q.version, false); err == nil {
		if r = t.was; r == nil {
			err = c.notFound(t)
		}
	}
	if err != nil {
		return nil, err
	}
	id, now := "", object.Object{}
	if sub != nil {
		id = "/subscriptions/" + sub.ID
		for k, v := range sub.Tags {
			now[k] = v
		}
	} else {
		id = r.ID
		if tags := object.Inner(object.Must(r.Body), "tags"); tags != nil {
			now = tags
		}
	}
	sent := object.Inner(q.body, "properties.tags")
	switch q.method {
	case http.MethodGet:
	case http.MethodPut:
		now = sent
	case http.MethodDelete:
		now = nil
	case http.MethodPatch:
		if now, err = patchTags(now, sent, object.Text(q.body, "operation")); err != nil {
			return nil, err
		}
	default:
		return notAllowed(q.method), nil
	}
	if now == nil {
		now = object.Object{}
	}
	if q.method != http.MethodGet {
		if err := tags(object.Object{"tags": now}); err != nil {
			return nil, err
		}
		if err := c.setTags(tx, q, sub, t, now); err != nil {
			return nil, err
		}
	}
	if q.method == http.MethodDelete {
		return &answer{status: http.StatusOK}, nil
	}
	return &answer{http.StatusOK, object.Object{
		"id": id + "/providers/Microsoft.Resources/tags/default", "name": "default", "type": "Microsoft.Resources/tags",
		"properties": object.Object{"tags": now},
	}}, nil
}

// patchTags merges, replaces or deletes tags.
func patchTags(now, sent object.Object, operation string) (object.Object, error) {
	switch strings.ToLower(operation) {
	case "merge":
		object.Merge(now, sent)
	case "replace":
		now = sent
	case "delete":
		for name, v := range sent {
			if was, _ := object.Get(now, name).(string); v == nil || v == "" || was == v {
				object.Delete(now, name)
			}
		}
	default:
		return nil, refusal.New(http.StatusBadRequest, "InvalidTagPatchOperation", "The operation '%s' of a tags patch is not valid: it must be Merge, Replace or Delete.", operation)
	}
	return now, nil
}

func (c *Control) setTags(tx *state.Tx, q *request, sub *Subscription, t *target, now object.Object) error {
	if sub != nil {
		s := *sub
		s.Tags = map[string]string{}
		for k, v := range now {
			s.Tags[k] = fmt.Sprint(v)
		}
		return PutSubscription(tx, s)
	}
	if err := c.up(tx, q.now, t, t.location(), true); err != nil {
		return err
	}
	if err := c.locked(tx, t, false); err != nil {
		return err
	}
	n := t.was.Copy()
	b := object.Must(n.Body)
	object.Set(b, "tags", now)
	n.Body, n.Changed = object.Encode(b), q.now
	if t.typ.ETag {
		n.ETag = c.w.GUID()
	}
	return tx.Put(n)
}

// tagNames answers for the names and values of tags that a subscription uses.
func (c *Control) tagNames(tx *state.Tx, q *request) (*answer, error) {
	counts := map[string]map[string]int{}
	for r := range tx.Below(q.at.scope) {
		for name, v := range object.Inner(object.Must(r.Body), "tags") {
			if counts[name] == nil {
				counts[name] = map[string]int{}
			}
			counts[name][fmt.Sprint(v)]++
		}
	}
	value := []object.Object{}
	for _, name := range sorted(counts) {
		total, values := 0, []object.Object{}
		id := q.at.scope + "/tagNames/" + name
		for _, v := range sorted(counts[name]) {
			n := counts[name][v]
			total += n
			values = append(values, object.Object{"id": id + "/tagValues/" + v, "tagValue": v, "count": object.Object{"type": "Total", "value": n}})
		}
		value = append(value, object.Object{"id": id, "tagName": name, "count": object.Object{"type": "Total", "value": total}, "values": values})
	}
	return &answer{http.StatusOK, object.Object{"value": value}}, nil
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// tagsType lets the list of providers name the tags.
func tagsType() *provider.Type {
	return &provider.Type{Name: "Microsoft.Resources/tags", Kind: "extension", APIVersions: resourcesVersions, States: provider.States{Creating: "-"}}
}
