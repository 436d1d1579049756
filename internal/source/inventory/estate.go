package inventory

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// estate reads Holdfast's own JSON back. Origins stay those of the first
// reading, so that the same findings point to the same places.
func (r *reader) estate(root, e jsonc.Node) {
	version := root.Get("schemaVersion")
	if major, _, _ := strings.Cut(version.Str(), "."); version.IsValid() && major+"." != estate.SchemaVersion[:2] {
		r.unseen(version, "/"+version.Key(), "schemaVersion", fmt.Sprintf("the file is of version %q, this program reads %s: parts of it may be lost", version.Str(), estate.SchemaVersion))
	}
	byKey := map[string]*estate.Resource{}
	bare := 0
	i := 0
	for n := e.Get("resources").First(); n.IsValid(); n = n.Next() {
		x := r.estateResource(n, fmt.Sprintf("%s/%d", e.Get("resources").Pointer(), i))
		i++
		if x == nil {
			continue
		}
		if n.Get("body").Kind() != jsonc.Object && !x.External {
			bare++
		}
		byKey[x.ID.Key()] = x
		r.result.Resources = append(r.result.Resources, x)
	}
	i = 0
	for n := e.Get("relations").First(); n.IsValid(); n = n.Next() {
		i++
		from, to := byKey[estate.ParseID(n.Get("from").Str()).Key()], byKey[estate.ParseID(n.Get("to").Str()).Key()]
		if from == nil || to == nil || n.Get("role").Str() == "" {
			r.unseen(n, fmt.Sprintf("%s/%d", e.Get("relations").Pointer(), i-1), "the relation", "it needs a role, and resources with the ids of from and to")
			continue
		}
		r.result.Relations = append(r.result.Relations, estate.Relation{
			From: from, To: to, Role: estate.Role(n.Get("role").Str()), Detail: n.Get("detail").Str(), Presence: n.Get("presence").Str(), Origin: originOf(n.Get("origin")),
		})
	}
	coverage := e.Get("coverage")
	if !coverage.IsValid() { // a report holds it beside the estate
		coverage = root.Get("coverage")
	}
	for n := coverage.Get("notSeen").First(); n.IsValid(); n = n.Next() {
		r.result.NotSeen = append(r.result.NotSeen, estate.NotSeen{What: n.Get("what").Str(), Why: n.Get("why").Str(), Origin: originOf(n.Get("origin"))})
	}
	if n, ok := coverage.Get("skipped").Int(); ok {
		r.result.Skipped = int(n)
	}
	if bare > 0 {
		r.unseen(e.Get("resources"), e.Get("resources").Pointer(), fmt.Sprintf("the bodies of %d of %d resources", bare, len(r.result.Resources)),
			"the file was written without them: their settings are unknown; a report holds no bodies, an estate file does")
	}
}

func (r *reader) estateResource(n jsonc.Node, pointer string) *estate.Resource {
	id := estate.ParseID(n.Get("id").Str())
	if id.IsZero() {
		r.unseen(n, pointer, "the resource", "it has no id")
		return nil
	}
	x := &estate.Resource{
		ID: id, Type: n.Get("type").Str(), Name: n.Get("name").Str(), Location: estate.NormalizeLocation(n.Get("location").Str()),
		Zones: zones(n.Get("zones")), Presence: n.Get("presence").Str(), External: n.Get("external").Bool(), Implied: n.Get("implied").Bool(),
	}
	if x.Type == "" {
		x.Type = id.Type()
	}
	if x.Name == "" {
		x.Name = id.Name()
	}
	for c := n.Get("listed").First(); c.IsValid(); c = c.Next() {
		x.Listed = append(x.Listed, c.Str())
	}
	body := n.Get("body")
	x.Origin = originOf(n.Get("origin"))
	switch {
	case body.Kind() != jsonc.Object && x.External:
	case body.Kind() != jsonc.Object:
		x.Body = bodiless(id)
	case x.Origin.Line > 0 || r.marked: // its values have their places in another file
		x.Body = decode(body)
	default:
		x.Body = value.FromNode(body)
		x.Origin = r.origin(body, pointer+"/body")
	}
	if x.Origin.Line == 0 {
		x.Origin = r.origin(n, pointer)
	}
	return x
}

func originOf(n jsonc.Node) estate.Origin {
	line, _ := n.Get("line").Int()
	column, _ := n.Get("column").Int()
	return estate.Origin{File: n.Get("file").Str(), Line: int(line), Column: int(column), Pointer: n.Get("pointer").Str()}
}

// bodiless is the body of a resource whose body was not written: all that could
// be a setting is unknown.
func bodiless(id estate.ResourceID) value.Value {
	state := expr.Call("reference", expr.Str(id.String()))
	var members []value.Member
	for _, key := range []string{"properties", "sku", "kind", "zones", "identity", "tags"} {
		residual := state
		if key != "properties" {
			residual = expr.Member(state, key)
		}
		members = append(members, value.Member{Key: key, Value: value.FromUnknown(value.Unknown{
			Reason: value.RuntimeReference, Residual: residual, Subject: estate.NotListed, Resource: id.String()})})
	}
	return value.Object(members)
}
