package inventory

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Result is what a document gave.
type Result struct {
	Resources []*estate.Resource
	Relations []estate.Relation // of Holdfast's own estate JSON only
	NotSeen   []estate.NotSeen
	Skipped   int // resources that were skipped when the estate was made
}

// Read reads a document that [Recognise] knows. Anything in it that is no
// resource is told in NotSeen, with its place.
func Read(doc *jsonc.Document) Result {
	r := &reader{doc: doc, place: positioner{text: doc.Source(), line: 1}}
	r.marked = strings.Contains(doc.Source(), `"$unknown"`) || strings.Contains(doc.Source(), `"$secret"`)
	if e := estateOf(doc.Root()); e.IsValid() {
		r.estate(doc.Root(), e)
	} else {
		r.collect(doc.Root(), "", 0)
		r.summary()
	}
	if more := r.strangers - maxUnseen; more > 0 {
		r.result.NotSeen = append(r.result.NotSeen, estate.NotSeen{
			What: fmt.Sprintf("%d more values", more), Why: "they stand for no resource; only the first are told one by one", Origin: estate.Origin{File: doc.Name()}})
	}
	return r.result
}

// reader walks through one document.
type reader struct {
	doc    *jsonc.Document
	place  positioner
	marked bool // bodies hold the marks of unknown values
	result Result

	strangers         int // things that were not seen
	short, shortFirst int // resources without properties, and the number of the first of them
}

// collect takes the resources out of elements, pages and arrays of them.
func (r *reader) collect(n jsonc.Node, pointer string, depth int) {
	switch {
	case depth > maxNesting:
		r.unseen(n, pointer, "the value", "it is nested too deep for a listing")
	case n.Kind() == jsonc.Array:
		if depth == 0 || r.result.Resources == nil {
			r.result.Resources = make([]*estate.Resource, 0, n.Len())
		}
		i := 0
		for c := n.First(); c.IsValid(); c = c.Next() {
			at := pointer + "/" + strconv.Itoa(i)
			if c.Kind() != jsonc.Object || !r.element(c, at) {
				r.collect(c, at, depth+1)
			}
			i++
		}
	case n.Kind() != jsonc.Object:
		r.unseen(n, pointer, "the value", "it is of kind "+n.Kind().String()+" and stands for no resource; expected an object with an id")
	case r.element(n, pointer):
	default:
		r.page(n, pointer, depth)
	}
}

// page goes into the elements of a page, and tells when there are more of them
// elsewhere.
func (r *reader) page(n jsonc.Node, pointer string, depth int) {
	for _, key := range pageKeys {
		list := n.Get(key)
		switch {
		case list.Kind() == jsonc.Array:
			r.collect(list, pointer+"/"+list.Key(), depth+1)
			r.cut(n, list.Len(), pointer)
			return
		case key == "data" && list.Get("rows").Kind() == jsonc.Array:
			r.table(list, pointer+"/"+list.Key())
			r.cut(n, list.Get("rows").Len(), pointer)
			return
		}
	}
	r.unseen(n, pointer, "the object", "it has no id, and stands for no resource")
}

// cut tells when a page says itself that it is not all.
func (r *reader) cut(n jsonc.Node, have int, pointer string) {
	for _, key := range []string{"nextLink", "skipToken", "skip_token", "$skipToken"} {
		if next := n.Get(key); next.Kind() == jsonc.String && next.Str() != "" {
			r.unseen(next, pointer+"/"+next.Key(), "the rest of the listing", "the page has "+next.Key()+": there are more pages; add them, or list with a tool that follows them")
			return
		}
	}
	for _, key := range []string{"totalRecords", "total_records"} {
		n := n.Get(key)
		if total, ok := n.Int(); ok && total > int64(have) {
			r.unseen(n, pointer+"/"+n.Key(), "the rest of the listing", fmt.Sprintf("the page holds %d of %d records; ask for more with --first and --skip-token", have, total))
			return
		}
	}
	if t := n.Get("resultTruncated"); t.Bool() || jsonc.EqualFold(t.Str(), "true") {
		r.unseen(t, pointer+"/"+t.Key(), "the rest of the listing", "the answer was truncated; ask for fewer columns or pages")
	}
}

// parts are the members of an element that make a resource.
type parts struct {
	id, resourceID, typ, name, location, group, subscription string
	zones, properties                                        jsonc.Node
}

func (p *parts) take(key string, n jsonc.Node) {
	switch len(key) {
	case 2:
		if jsonc.EqualFold(key, "id") {
			p.id = n.Str()
		}
	case 4:
		if jsonc.EqualFold(key, "type") {
			p.typ = n.Str()
		} else if jsonc.EqualFold(key, "name") {
			p.name = n.Str()
		}
	case 5:
		if jsonc.EqualFold(key, "zones") {
			p.zones = n
		}
	case 8:
		if jsonc.EqualFold(key, "location") {
			p.location = n.Str()
		}
	case 10:
		if jsonc.EqualFold(key, "properties") {
			p.properties = n
		} else if jsonc.EqualFold(key, "resourceId") {
			p.resourceID = n.Str()
		}
	case 13:
		if jsonc.EqualFold(key, "resourceGroup") {
			p.group = n.Str()
		}
	case 14:
		if jsonc.EqualFold(key, "subscriptionId") {
			p.subscription = n.Str()
		}
	}
}

// identity gives the id of an element, the zero id when it has none. Members
// called id that hold something else are passed over.
func (p *parts) identity() estate.ResourceID {
	for _, text := range []string{p.id, p.resourceID} {
		if strings.HasPrefix(text, "/") {
			if id := estate.ParseID(text); id.IsARM() {
				return id
			}
		}
	}
	if strings.Contains(p.typ, "/") && p.name != "" && p.group != "" {
		subscription := p.subscription
		if subscription == "" {
			subscription = "{subscription}"
		}
		return estate.ParseID("/subscriptions/"+subscription+"/resourceGroups/"+p.group).InGroup(p.typ, p.name)
	}
	for _, text := range []string{p.id, p.resourceID} {
		if id := estate.ParseID(text); id.IsARM() {
			return id
		}
	}
	return estate.ResourceID{}
}

// element makes a resource of an object, and says false when it is none.
func (r *reader) element(n jsonc.Node, pointer string) bool {
	var p parts
	for c := n.First(); c.IsValid(); c = c.Next() {
		p.take(c.Key(), c)
	}
	id := p.identity()
	if id.IsZero() {
		return false
	}
	body := value.FromNode(n)
	if r.marked {
		body = decode(n).WithUse(n)
	}
	r.add(id, &p, body, n, pointer)
	return true
}

func (r *reader) add(id estate.ResourceID, p *parts, body value.Value, n jsonc.Node, pointer string) {
	x := &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), Location: estate.NormalizeLocation(p.location), Zones: zones(p.zones), Origin: r.origin(n, pointer)}
	if x.Type == "" {
		x.Type = p.typ
	}
	if x.Name == "" {
		x.Name = p.name
	}
	if k := p.properties.Kind(); (k == jsonc.Null || k == jsonc.Invalid) && !isContainer(id) {
		if r.short++; r.short == 1 {
			r.shortFirst = len(r.result.Resources)
		}
		body = unlisted(body, id).WithUse(n)
	}
	x.Body = body
	r.result.Resources = append(r.result.Resources, x)
}

// isContainer says that id is a resource group or subscription: these have no
// properties that matter.
func isContainer(id estate.ResourceID) bool {
	t := id.Type()
	return t == "Microsoft.Resources/resourceGroups" || t == "Microsoft.Resources/subscriptions"
}

// unlisted is the body of a resource in a short listing: what the listing leaves
// out is unknown.
func unlisted(body value.Value, id estate.ResourceID) value.Value {
	members := make([]value.Member, 0, 10)
	zones := false
	for k, v := range body.Members() {
		if v.IsNull() {
			continue
		}
		zones = zones || jsonc.EqualFold(k, "zones")
		members = append(members, value.Member{Key: k, Value: v})
	}
	properties := expr.Call("reference", expr.Str(id.String()))
	members = append(members, value.Member{Key: "properties", Value: value.FromUnknown(value.Unknown{
		Reason: value.RuntimeReference, Hint: value.ObjectKind, Residual: properties, Subject: estate.NotListed, Resource: id.String(), NotNull: true})})
	if !zones {
		members = append(members, value.Member{Key: "zones", Value: value.FromUnknown(value.Unknown{
			Reason: value.RuntimeReference, Hint: value.ArrayKind, Residual: expr.Member(properties, "zones"), Subject: estate.NotListed, Resource: id.String()})})
	}
	return value.Object(members)
}

func zones(n jsonc.Node) []string {
	if n.Kind() != jsonc.Array || n.Len() == 0 {
		return nil
	}
	out := make([]string, 0, n.Len())
	for c := n.First(); c.IsValid(); c = c.Next() {
		switch c.Kind() {
		case jsonc.String:
			out = append(out, c.Str())
		case jsonc.Number:
			out = append(out, c.Raw())
		}
	}
	return out
}

// table reads the rows of Resource Graph's table form: columns with names, and
// rows with as many values.
func (r *reader) table(data jsonc.Node, pointer string) {
	var names []string
	for c := data.Get("columns").First(); c.IsValid(); c = c.Next() {
		names = append(names, c.Get("name").Str())
	}
	i := 0
	for row := data.Get("rows").First(); row.IsValid(); row = row.Next() {
		at := pointer + "/rows/" + strconv.Itoa(i)
		i++
		var p parts
		members := make([]value.Member, 0, len(names))
		k := 0
		for c := row.First(); c.IsValid() && k < len(names); c = c.Next() {
			p.take(names[k], c)
			members = append(members, value.Member{Key: names[k], Value: value.FromNode(c)})
			k++
		}
		if id := p.identity(); !id.IsZero() {
			r.add(id, &p, value.Object(members).WithUse(row), row, at)
			continue
		}
		r.unseen(row, at, "the row", "it has no id, and stands for no resource; project the column id")
	}
}

// maxUnseen bounds how much is told of a listing that is full of strangers.
const maxUnseen = 1000

func (r *reader) unseen(n jsonc.Node, pointer, what, why string) {
	if r.strangers++; r.strangers > maxUnseen {
		return
	}
	r.result.NotSeen = append(r.result.NotSeen, estate.NotSeen{What: what, Why: why, Origin: r.origin(n, pointer)})
}

func (r *reader) origin(n jsonc.Node, pointer string) estate.Origin {
	line, column := r.place.at(n.Start())
	return estate.Origin{File: r.doc.Name(), Line: line, Column: column, Pointer: pointer}
}
