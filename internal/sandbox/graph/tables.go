package graph

import (
	"iter"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// columns are those of both tables, in Resource Graph's order.
var columns = []kusto.Column{
	{Name: "id", Type: kusto.TypeString}, {Name: "name", Type: kusto.TypeString}, {Name: "type", Type: kusto.TypeString},
	{Name: "tenantId", Type: kusto.TypeString}, {Name: "kind", Type: kusto.TypeString}, {Name: "location", Type: kusto.TypeString},
	{Name: "resourceGroup", Type: kusto.TypeString}, {Name: "subscriptionId", Type: kusto.TypeString}, {Name: "managedBy", Type: kusto.TypeString},
	{Name: "sku", Type: kusto.TypeDynamic}, {Name: "plan", Type: kusto.TypeDynamic}, {Name: "properties", Type: kusto.TypeDynamic},
	{Name: "tags", Type: kusto.TypeDynamic}, {Name: "identity", Type: kusto.TypeDynamic}, {Name: "zones", Type: kusto.TypeDynamic},
	{Name: "extendedLocation", Type: kusto.TypeDynamic},
}

// The numbers of the columns that are not members of a body.
const (
	columnID = iota
	columnName
	columnType
	columnTenant
	columnKind
	columnLocation
	columnGroup
	columnSubscription
)

const (
	groupType        = "microsoft.resources/resourcegroups"
	groupShown       = "microsoft.resources/subscriptions/resourcegroups"
	subscriptionType = "microsoft.resources/subscriptions"
)

// row is one resource. What ARM would show of it is only worked out when a query
// asks for a column that needs it.
type row struct {
	s    *Service
	tx   *state.Tx
	now  time.Time
	r    *state.Resource
	typ  string
	body object.Object // nil until it is needed
}

// Column implements [kusto.Row].
func (w *row) Column(i int) kusto.Value {
	switch i {
	case columnID:
		return kusto.String(w.r.ID)
	case columnName:
		return kusto.String(w.r.Name)
	case columnType:
		return kusto.String(w.typ)
	case columnTenant:
		return kusto.String(w.s.w.Tenant)
	case columnLocation:
		return kusto.String(w.r.Location)
	case columnGroup:
		return kusto.String(strings.ToLower(part(w.r.ID, 4)))
	case columnSubscription:
		return kusto.String(part(w.r.ID, 2))
	}
	if w.body == nil {
		body, err := w.s.control.Get(w.tx, w.now, w.r.ID)
		if err != nil { // of a type that ARM does not know: it was seeded
			body = object.Must(w.r.Body)
		}
		w.body = body
	}
	v := object.Get(w.body, columns[i].Name)
	if v == nil {
		if columns[i].Type == kusto.TypeString {
			return kusto.String("")
		}
		return kusto.Null()
	}
	if columns[i].Type == kusto.TypeString {
		s, _ := v.(string)
		if i == columnKind {
			s = strings.ToLower(s)
		}
		return kusto.String(s)
	}
	return kusto.Of(v)
}

// part is a segment of an id, counted from 1.
func part(id string, n int) string {
	for range n {
		_, rest, ok := strings.Cut(id, "/")
		if !ok {
			return ""
		}
		id = rest
	}
	s, _, _ := strings.Cut(id, "/")
	return s
}

// tables are what queries can start at.
func (s *Service) tables(tx *state.Tx, now time.Time, subscriptions []string) (kusto.TableSet, error) {
	rows := func(wanted func(*state.Resource) (typ string, ok bool)) iter.Seq[kusto.Row] {
		return func(yield func(kusto.Row) bool) {
			for r := range tx.Below("/subscriptions") {
				if !known(subscriptions, part(r.ID, 2)) {
					continue
				}
				if typ, ok := wanted(r); ok && !yield(&row{s: s, tx: tx, now: now, r: r, typ: typ}) {
					return
				}
			}
		}
	}
	containers := func(yield func(kusto.Row) bool) {
		for _, sub := range control.Subscriptions(tx) {
			if known(subscriptions, sub.ID) && !yield(container(s.w.Tenant, sub)) {
				return
			}
		}
		rows(func(r *state.Resource) (string, bool) { return groupShown, strings.EqualFold(r.Type, groupType) })(yield)
	}
	return kusto.TableSet{
		{Name: "resources", Table: kusto.Table{Columns: columns, Rows: rows(s.tracked)}},
		{Name: "resourcecontainers", Table: kusto.Table{Columns: columns, Rows: containers}},
	}, nil
}

// tracked says whether the table resources holds a resource: those that have a
// location of their own, and top-level ones whose type nobody knows.
func (s *Service) tracked(r *state.Resource) (string, bool) {
	typ := s.control.Type(r.Type)
	switch {
	case strings.EqualFold(r.Type, groupType):
		return "", false
	case typ == nil:
		return strings.ToLower(r.Type), strings.Count(r.Type, "/") == 1
	}
	return strings.ToLower(r.Type), typ.Kind == "tracked"
}

// container is a subscription as a row.
func container(tenant string, sub control.Subscription) kusto.Record {
	rec := make(kusto.Record, len(columns))
	for i, c := range columns {
		if c.Type == kusto.TypeString {
			rec[i] = kusto.String("")
		}
	}
	rec[columnID] = kusto.String("/subscriptions/" + sub.ID)
	rec[columnName] = kusto.String(sub.Name)
	rec[columnType] = kusto.String(subscriptionType)
	rec[columnTenant] = kusto.String(tenant)
	rec[columnSubscription] = kusto.String(sub.ID)
	for i, c := range columns {
		switch c.Name {
		case "properties":
			rec[i] = kusto.Of(map[string]any{"state": "Enabled"})
		case "tags":
			tags := map[string]any{}
			for k, v := range sub.Tags {
				tags[k] = v
			}
			rec[i] = kusto.Of(tags)
		}
	}
	return rec
}
