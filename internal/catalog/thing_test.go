package catalog

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

const amlCompute = estate.WorkspaceType + "/computes"

// thing is a resource beside a workspace in West Europe.
type thing struct {
	typ, at, body string      // West Europe when at is empty; body is the members of the body
	role          estate.Role // that it plays for the workspace
	detail        string
}

func (x thing) name() string {
	switch strings.Count(x.typ, "/") {
	case 2:
		return "ws/it"
	case 3:
		return "ws/it/blue"
	}
	return "it"
}

// put makes a classified estate of the thing, the workspace and others.
func (x thing) put(t testing.TB, others ...*estate.Resource) (*Catalog, *estate.Estate, *estate.Resource) {
	t.Helper()
	body := "{" + inTemplate + "}"
	if x.body != "" {
		body = "{" + inTemplate + "," + x.body + "}"
	}
	if x.at == "" {
		x.at = "westeurope"
	}
	it, ws := resource(t, x.typ, x.name(), x.at, body), resource(t, estate.WorkspaceType, "ws", "westeurope", "{"+inTemplate+"}")
	var relations []estate.Relation
	if x.role != "" {
		relations = append(relations, estate.Relation{From: ws, To: it, Role: x.role, Detail: x.detail})
	}
	c := defaultCatalogOf(t)
	e := built(c, append([]*estate.Resource{ws, it}, others...), relations)
	return c, e, e.ByID(it.ID)
}
