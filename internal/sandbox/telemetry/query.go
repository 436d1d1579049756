package telemetry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// columns are those of every table: what the kinds of items have in common, and
// the members that only some have.
var columns = []kusto.Column{
	{Name: "timestamp", Type: kusto.TypeDateTime}, {Name: "name", Type: kusto.TypeString}, {Name: "message", Type: kusto.TypeString},
	{Name: "success", Type: kusto.TypeString}, {Name: "resultCode", Type: kusto.TypeString}, {Name: "duration", Type: kusto.TypeString},
	{Name: "value", Type: kusto.TypeReal}, {Name: "customDimensions", Type: kusto.TypeDynamic}, {Name: "operation_Id", Type: kusto.TypeString},
	{Name: "cloud_RoleName", Type: kusto.TypeString},
}

func (i *item) row() kusto.Record {
	text := func(names ...string) kusto.Value {
		for _, n := range names {
			if v := object.Get(i.Data, n); v != nil {
				return kusto.String(fmt.Sprint(v))
			}
		}
		return kusto.String("")
	}
	tag := func(name string) kusto.Value {
		s, _ := i.Tags[name].(string)
		return kusto.String(s)
	}
	value := kusto.Null()
	if list := object.List(i.Data, "metrics"); len(list) > 0 {
		if m, ok := list[0].(map[string]any); ok {
			if f, ok := m["value"].(float64); ok {
				value = kusto.Real(f)
			}
		}
	}
	return kusto.Record{
		kusto.Time(i.Time), text("name"), text("message"), text("success"), text("responseCode", "resultCode"), text("duration"),
		value, kusto.Of(object.Get(i.Data, "properties")), tag("ai.operation.id"), tag("ai.cloud.role"),
	}
}

// query answers a query over the items of a component, named by its AppId.
func (s *Service) query(rw http.ResponseWriter, r *http.Request, app string) {
	now := s.w.Clock.Now()
	if _, err := s.w.Tokens.Verify(r.Header.Get("Authorization"), now, "https://api.applicationinsights.io", "https://management.azure.com", s.w.At.Main); err != nil {
		rw.Header().Set("WWW-Authenticate", `Bearer authorization_uri="`+s.w.At.Main+"/"+s.w.Tenant+`"`)
		answer(rw, http.StatusUnauthorized, failed("InvalidTokenError", "The provided authentication is not valid for this resource: "+err.Error()+"."))
		return
	}
	text := r.URL.Query().Get("query")
	if r.Method == http.MethodPost {
		var body struct{ Query string }
		if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, largest)).Decode(&body); err != nil {
			answer(rw, http.StatusBadRequest, failed("BadArgumentError", "The request body is not JSON."))
			return
		}
		text = body.Query
	}
	q, err := kusto.Parse(text)
	if err != nil {
		answer(rw, http.StatusBadRequest, failed("BadArgumentError", err.Error()))
		return
	}
	var result kusto.Result
	status := http.StatusOK
	err = s.w.Store.Read(func(tx *state.Tx) error {
		c := s.component(tx, func(o object.Object) bool { return strings.EqualFold(object.Text(o, "properties.AppId"), app) })
		switch {
		case c == nil:
			status = http.StatusNotFound
			return fmt.Errorf("no application has the id %s", app)
		case s.out(tx, c, false):
			status = http.StatusServiceUnavailable
			return errors.New("the component does not answer")
		}
		var set kusto.TableSet
		seen := map[string]bool{}
		for _, name := range tables {
			if !seen[name] {
				seen[name] = true
				set = append(set, kusto.NamedTable{Name: name, Table: kusto.Table{Columns: columns, Rows: rows(tx, c.ID, name)}})
			}
		}
		status = http.StatusBadRequest
		result, err = q.Run(r.Context(), set, kusto.Options{Now: now, DefaultTable: "requests"})
		return err
	})
	if err != nil {
		answer(rw, status, failed("BadArgumentError", err.Error()))
		return
	}
	heads, lines := []any{}, []any{}
	for _, c := range result.Columns {
		heads = append(heads, map[string]any{"name": c.Name, "type": c.Type.ResourceGraph()})
	}
	for _, row := range result.Rows {
		line := []any{}
		for i := range result.Columns {
			line = append(line, json.RawMessage(row.Column(i).AppendJSON(nil)))
		}
		lines = append(lines, line)
	}
	answer(rw, http.StatusOK, map[string]any{"tables": []any{map[string]any{"name": "PrimaryResult", "columns": heads, "rows": lines}}})
}

// rows are the items of a component in a table, in the order in which they are
// kept.
func rows(tx *state.Tx, id, table string) func(func(kusto.Row) bool) {
	return func(yield func(kusto.Row) bool) {
		for _, b := range tx.Records(itemRecords, state.Key(id)+"/") {
			var i item
			if json.Unmarshal(b, &i) == nil && i.Table == table && !yield(i.row()) {
				return
			}
		}
	}
}
