package catalog

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// shelf is a small catalog of two made-up services.
const (
	shelfSources = `
- {key: book, title: The book, where: https://example.org/book, date: 2026-03-12}
- {key: page, title: A page, where: "owner/repo:page.md", date: 2026-05}
`
	shelfService = `
id: shelf
title: Shelf
short: Shelf
group: associated
managedBy: customer
haByDefault: "no"
today: It stands where it stands.
sources: [book]
matches:
  - type: Microsoft.Test/shelves
settings:
  - {name: sku, title: Sku, type: string, path: sku.name, allowed: [Plain, Sturdy], default: Plain, change: {kind: inPlace}, sources: [book]}
  - {name: braced, title: Braced, type: bool, path: [properties.braced, properties.isBraced], change: {kind: inPlace}, sources: [book]}
  - {name: boards, title: Boards, type: int, path: properties.boards, default: 3, change: {kind: recreate}, sources: [book]}
  - {name: homes, title: Homes, type: strings, path: "properties.homes[*].name", change: {kind: none}, sources: [book]}
  - {name: colour, title: Colour, type: string, path: properties.colour, absentUnknown: true, change: {kind: none}, sources: [book]}
  - {name: books, title: Books, type: int, child: Microsoft.Test/shelves/books, change: {kind: none}, sources: [book]}
  - {name: log, title: Logging, type: bool, child: Microsoft.Test/shelves/books, childName: log, path: properties.on, default: false, change: {kind: none}, sources: [book]}
  - {name: copies, title: Copies, type: strings, related: replica, path: location, change: {kind: none}, sources: [book]}
  - {name: locked, title: Locked, type: bool, related: lock, reverse: true, change: {kind: none}, sources: [book]}
survival:
  - {scope: resource, state: down, rto: rebuild, rpo: total, why: it is gone, sources: [book]}
  - {scope: zone, when: "sku == 'Sturdy' && regionZones >= 3", state: carries-on, why: it leans on three walls, sources: [book]}
  - {scope: zone, when: braced, state: fails-over, rto: "<= PT15M", rpo: "0", why: it is caught, sources: [page]}
  - {scope: zone, state: down, rto: outage, rpo: "0", why: it falls, remedy: brace it, sources: [book]}
  - {scope: service, state: unknown, why: nobody says, sources: [book]}
  - {scope: region, when: "size(copies) > 0 || homes.exists(h, h != location)", state: failed-over, trigger: customer, rto: PT1H, rpo: ~PT5M, why: by hand, sources: [book]}
  - {scope: region, state: down, rto: outage, rpo: "0", why: nothing is elsewhere, sources: [book]}
`
	shelfRule = `
- id: shelf-braced
  title: Shelves are braced
  services: [shelf]
  when: sku == 'Plain'
  check: braced
  settings: [braced]
  severity: high
  message: "{name} is not braced and has {boards} boards"
  why: it falls
  remedy: brace it
  change: {kind: inPlace}
  sources: [book]
`
)

// shelfFiles gives the files of the small catalog, with others put in their place
// or beside them ("" leaves one out).
func shelfFiles(others map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range map[string]string{"sources/all.yaml": shelfSources, "services/10-shelf.yaml": shelfService, "rules/shelf.yaml": shelfRule} {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range others {
		if text == "" {
			delete(out, name)
			continue
		}
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func shelfCatalog(t testing.TB) *Catalog {
	t.Helper()
	c, err := Parse(shelfFiles(nil), "shelf")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const group = "/subscriptions/s/resourceGroups/g/providers/"

// resource makes a resource of its type, full name and body. A text "unknown x"
// in the body stands for the unknown [parameters('x')].
func resource(t testing.TB, typ, name, location, body string) *estate.Resource {
	t.Helper()
	if body == "" {
		body = "{}"
	}
	doc, errs := jsonc.Parse("main.json", []byte(body))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	types, names := strings.Split(typ, "/"), strings.Split(name, "/")
	id := group + types[0]
	for i := range names {
		id += "/" + types[i+1] + "/" + names[i]
	}
	return &estate.Resource{
		ID: estate.ParseID(id), Type: typ, Name: name, Location: location, Body: holes(value.FromNode(doc.Root())),
		Origin: estate.Origin{File: "main.json", Line: 1, Column: 1},
	}
}

// holes makes unknowns of the strings that begin with "unknown ".
func holes(v value.Value) value.Value {
	switch v.Kind() {
	case value.StringKind:
		if name, ok := strings.CutPrefix(v.Str(), "unknown "); ok {
			return unknownValue(name)
		}
	case value.ArrayKind:
		elems := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			elems = append(elems, holes(e))
		}
		if v.Contains(isHole) {
			return value.Array(elems)
		}
	case value.ObjectKind:
		if !v.Contains(isHole) {
			return v
		}
		var members []value.Member
		for k, m := range v.Members() {
			members = append(members, value.Member{Key: k, Value: holes(m)})
		}
		return value.Object(members)
	}
	return v
}

func isHole(v value.Value) bool { return strings.HasPrefix(v.Str(), "unknown ") }

func unknownValue(parameter string) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call("parameters", expr.Str(parameter)), Subject: parameter})
}

// shelves makes a classified estate of one shelf and others beside it.
func shelves(t testing.TB, c *Catalog, body string, others ...*estate.Resource) (*estate.Estate, *estate.Resource) {
	t.Helper()
	shelf := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", body)
	return built(c, append([]*estate.Resource{shelf}, others...), nil), shelf
}

func built(c *Catalog, resources []*estate.Resource, relations []estate.Relation) *estate.Estate {
	e := estate.Build(resources, relations, estate.Coverage{})
	c.Classify(e)
	return e
}
