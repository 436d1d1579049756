package relate

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// byID gives the resource that a text names by its id, made external when the
// input does not hold it. An id below the wanted type is cut back to it, and a
// bare name is one in the group of from.
func (f *finder) byID(from *estate.Resource, text, want string) *estate.Resource {
	return f.byParsed(from, estate.ParseID(text), text, want)
}

func (f *finder) byParsed(from *estate.Resource, id estate.ResourceID, text, want string) *estate.Resource {
	id = plainGroup(id)
	if r := f.byKey[id.Key()]; r != nil && (want == "" || len(r.Type) == len(want)) {
		return r
	}
	if want != "" {
		for typ := id.Type(); len(typ) > len(want) && strings.EqualFold(typ[:len(want)], want) && typ[len(want)] == '/'; typ = id.Type() {
			id = id.Parent()
		}
		if !strings.ContainsAny(text, "/{") && !from.ID.Group().IsZero() {
			if r := f.lookup(want, text); r != nil {
				return r
			}
			id = from.ID.Group().InGroup(want, text)
		}
	}
	return f.resource(id, want)
}

// plainGroup is the usual id of a resource group that was written in the form of
// any other resource, as subscriptionResourceId() does.
func plainGroup(id estate.ResourceID) estate.ResourceID {
	if id.ResourceGroup() == "" && strings.EqualFold(id.Type(), typeGroup) {
		return groupID(id.Subscription(), id.Name())
	}
	return id
}

// madeBy gives the resource whose state an unknown value is read from, such as
// the account of [reference(accountId).primaryEndpoints.blob]; nil without one,
// and when it is none of the types, if any are given.
func (f *finder) madeBy(v value.Value, types ...string) *estate.Resource {
	u := v.Unknown()
	if u == nil {
		return nil
	}
	id := estate.ParseID(u.Resource)
	u.Residual.Walk(func(e *expr.Expr) bool {
		if !id.IsARM() && e.Kind == expr.KindCall && strings.EqualFold(e.Name, "reference") && len(e.Args) > 0 && e.Args[0].Kind == expr.KindString {
			id = estate.ParseID(e.Args[0].Text)
		}
		return !id.IsARM()
	})
	typ := id.Type()
	if !id.IsARM() || strings.EqualFold(typ, "Microsoft.Resources/deployments") {
		return nil
	}
	if len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, typ) }) {
		return nil
	}
	return f.resource(id, "")
}

// resource gives the resource with the id, made external when it is not there.
func (f *finder) resource(id estate.ResourceID, want string) *estate.Resource {
	if r := f.byKey[id.Key()]; r != nil {
		return r
	}
	r := &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), External: true}
	if !id.IsARM() {
		r.Type, r.Name = want, id.String()
	}
	f.byKey[id.Key()] = r
	f.resources = append(f.resources, r)
	if f.byName != nil {
		if x := f.info(r.Type); x.findable {
			if key := x.key + "|" + strings.ToLower(r.ID.LastName()); f.byName[key] == nil {
				f.byName[key] = r
			}
		}
	}
	return r
}

// madeFor stands for the name of a resource that a service makes for r and that
// nobody knows before.
func madeFor(typ string, r *estate.Resource) string {
	what := map[string]string{
		typeCosmos: "Cosmos DB", typeSearch: "AI Search", typeStorage: "storage", typeAKS: "AKS cluster", typeContainerGroup: "container group",
	}[typ]
	return "{" + what + " of " + r.ID.LastName() + "}"
}

// implied gives a resource that the service of r makes by itself.
func (f *finder) implied(r *estate.Resource, id estate.ResourceID, want, presence string) *estate.Resource {
	if known := f.byKey[id.Key()]; known != nil {
		return known
	}
	x := f.resource(id, want)
	x.Implied, x.Location, x.Presence, x.Origin = true, r.Location, presence, r.Origin
	return x
}
