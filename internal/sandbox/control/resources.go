package control

import (
	"cmp"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// cachePage is how many resources or groups ARM gives at once.
const cachePage = 1000

// listed is what ARM's own lists show of a resource: what stands around its
// properties.
type listed struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Type       string          `json:"type"`
	SKU        json.RawMessage `json:"sku,omitempty"`
	Kind       string          `json:"kind,omitempty"`
	ManagedBy  string          `json:"managedBy,omitempty"`
	Location   string          `json:"location,omitempty"`
	Identity   json.RawMessage `json:"identity,omitempty"`
	Zones      json.RawMessage `json:"zones,omitempty"`
	Plan       json.RawMessage `json:"plan,omitempty"`
	Tags       json.RawMessage `json:"tags,omitempty"`
	Properties json.RawMessage `json:"properties,omitempty"` // of groups
	Created    string          `json:"createdTime,omitempty"`
	Changed    string          `json:"changedTime,omitempty"`
	State      string          `json:"provisioningState,omitempty"`
}

// listResources answers for the resources of a subscription or a group, out of
// ARM's own cache: it works while the services are down.
func (c *Control) listResources(tx *state.Tx, q *request) (*answer, error) {
	terms, err := filter(parameter(q.query, "$filter"))
	if err != nil {
		return nil, err
	}
	within := q.at.scope
	typ := ""
	for _, t := range terms {
		switch {
		case t.name == "resourcetype" && t.op == "eq":
			typ = t.value
		case t.name == "resourcegroup" && t.op == "eq" && q.at.group == "":
			within += "/resourceGroups/" + t.value
		}
	}
	keep := func(r *state.Resource) bool { return c.isListed(r) && fits(r, terms) }
	expand := strings.ToLower(parameter(q.query, "$expand"))
	return c.cached(tx, q, within, typ, keep, func(r *state.Resource, l *listed) {
		name := estate.ParseID(r.ID).Name()
		l.Name, l.Properties = name, nil
		if strings.Contains(expand, "createdtime") {
			l.Created = stamp(r.Created)
		}
		if strings.Contains(expand, "changedtime") {
			l.Changed = stamp(r.Changed)
		}
		if strings.Contains(expand, "provisioningstate") {
			l.State = cmp.Or(object.Text(object.Must(r.Body), stateProperty), "Succeeded")
		}
	})
}

// isListed says whether a resource stands in the lists of groups and
// subscriptions.
func (c *Control) isListed(r *state.Resource) bool {
	t := c.Type(r.Type)
	if t == nil {
		return r.Location != ""
	}
	return t.Kind == "tracked" && t.Name != groupType
}

// listGroups answers for the groups of a subscription.
func (c *Control) listGroups(tx *state.Tx, q *request) (*answer, error) {
	terms, err := filter(parameter(q.query, "$filter"))
	if err != nil {
		return nil, err
	}
	return c.cached(tx, q, q.at.scope, groupType, func(r *state.Resource) bool { return fits(r, terms) }, func(*state.Resource, *listed) {})
}

// cached gives a page of resources below an id, of one type unless it is "".
func (c *Control) cached(tx *state.Tx, q *request, within, typ string, keep func(*state.Resource) bool, change func(*state.Resource, *listed)) (*answer, error) {
	if err := c.stand(c.w.Health.Control(tx, within, groupType, "", q.now), false); err != nil {
		return nil, err
	}
	cut := page{param: "$skiptoken", size: cachePage}
	if top := parameter(q.query, "$top"); top != "" {
		n, err := strconv.Atoi(top)
		if err != nil || n < 1 {
			return nil, refusal.New(http.StatusBadRequest, "InvalidTopInQueryString", "Invalid $top '%s' specified in the query string: it must be a positive number.", top)
		}
		cut.size = min(n, cachePage)
	}
	cut.read(parameter(q.query, cut.param))
	var seq iter.Seq[*state.Resource]
	if typ != "" {
		seq = tx.OfTypeAfter(typ, within, cut.after)
	} else {
		seq = tx.BelowAfter(within, cut.after)
	}
	value, out, last := make([]listed, 0, min(cut.size, 64)), object.Object{}, ""
	for r := range seq {
		if !keep(r) {
			continue
		}
		if len(value) == cut.size {
			out["nextLink"] = c.next(q, cut, last, false)
			break
		}
		var l listed
		if err := json.Unmarshal(r.Body, &l); err != nil {
			continue // no part of the sandbox keeps such a body
		}
		l.ID, l.Name, l.Type = r.ID, r.Name, r.Type
		change(r, &l)
		value, last = append(value, l), r.ID
	}
	out["value"] = value
	return &answer{http.StatusOK, out}, nil
}

// fits says whether a resource fits a filter.
func fits(r *state.Resource, terms []term) bool {
	var body object.Object
	tag := ""
	for _, t := range terms {
		switch t.name {
		case "resourcetype":
			if !t.holds(r.Type) {
				return false
			}
		case "name":
			if !t.holds(estate.ParseID(r.ID).Name()) && !t.holds(r.Name) {
				return false
			}
		case "location":
			if t.value = estate.NormalizeLocation(t.value); !t.holds(r.Location) {
				return false
			}
		case "resourcegroup":
			if !t.holds(parse(r.ID).group) {
				return false
			}
		case "tagname", "tagvalue", "kind", "managedby", "provisioningstate":
			if body == nil {
				body = object.Must(r.Body)
			}
			if !fitsBody(body, t, &tag) {
				return false
			}
		}
	}
	return true
}

// fitsBody says whether a body fits a comparison; tag is the name of the tag that
// the last comparison of tagName was with.
func fitsBody(body object.Object, t term, tag *string) bool {
	switch t.name {
	case "tagname":
		*tag = t.value
		tags := object.Inner(body, "tags")
		if t.op != "eq" {
			for name := range tags {
				if t.holds(name) {
					return true
				}
			}
			return false
		}
		for name := range tags {
			if strings.EqualFold(name, t.value) {
				return true
			}
		}
		return false
	case "tagvalue":
		for name, v := range object.Inner(body, "tags") {
			if s, _ := v.(string); (*tag == "" || strings.EqualFold(name, *tag)) && s == t.value {
				return true
			}
		}
		return false
	case "provisioningstate":
		return t.holds(object.Text(body, stateProperty))
	}
	return t.holds(object.Text(body, t.name))
}
