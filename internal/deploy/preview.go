package deploy

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Kind is what would become of a resource.
type Kind string

// The kinds of changes. A resource is NotEvaluated when Azure has not compared it
// with what is there: because the template does not name it, because it cannot be
// known before the deployment, or because Azure does not say.
const (
	Create       Kind = "create"
	Modify       Kind = "change"
	Delete       Kind = "delete"
	NoChange     Kind = "no-change"
	NotEvaluated Kind = "not-evaluated"
)

// Kinds are all kinds, in the order in which they are shown.
var Kinds = []Kind{Delete, Modify, Create, NotEvaluated, NoChange}

// Preview is what a deployment would change, as far as Azure can say before.
type Preview struct {
	Changes []Change  `json:"changes"` // by kind, then by id
	Remarks []Problem `json:"remarks"` // of Azure, on the preview itself
	// Before and After are the bodies of the resources as they are and as they
	// would be, as far as Azure tells them; secrets are hidden in them.
	Before []json.RawMessage `json:"-"`
	After  []json.RawMessage `json:"-"`
}

// Change is what would become of one resource.
type Change struct {
	Kind       Kind       `json:"kind"`
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Group      string     `json:"resourceGroup,omitempty"`
	Untouched  bool       `json:"untouched,omitempty"` // the template does not name it: the deployment leaves it alone
	Maybe      bool       `json:"maybe,omitempty"`     // Azure is not sure that it will happen
	Why        string     `json:"why,omitempty"`       // it is not evaluated
	Facts      []string   `json:"facts,omitempty"`     // of what will be there: location, sku, kind
	Properties []Property `json:"properties,omitempty"`
	File       string     `json:"file,omitempty"`
	Line       int        `json:"line,omitempty"`
	Column     int        `json:"column,omitempty"`
}

// Property is a change within a resource. Old is absent for what is added, New for
// what is taken away.
type Property struct {
	Path     string          `json:"path"`
	Old      json.RawMessage `json:"old,omitempty"`
	New      json.RawMessage `json:"new,omitempty"`
	NoEffect bool            `json:"noEffect,omitempty"` // only the service can set it
}

// Counts are how many resources there are of each kind; together they are all.
func (p *Preview) Counts() map[Kind]int {
	n := map[Kind]int{}
	for _, k := range Kinds {
		n[k] = 0
	}
	for _, c := range p.Changes {
		n[c.Kind]++
	}
	return n
}

// PreviewOf asks Azure what the template would change. The name is that of the
// deployment.
func PreviewOf(ctx context.Context, c *azure.Client, s azure.Scope, name string, t *Template) (*Preview, error) {
	op, err := c.WhatIf(ctx, s, name, t.Request)
	if err != nil {
		return nil, err
	}
	resp, err := op.Wait(ctx, nil)
	if err != nil {
		return nil, err
	}
	result, err := azure.ParseWhatIf(resp)
	if err != nil {
		return nil, err
	}
	return NewPreview(result, t), nil
}

// NewPreview makes a preview of what Azure says.
func NewPreview(w *azure.WhatIfResult, t *Template) *Preview {
	p := &Preview{Changes: []Change{}, Remarks: []Problem{}}
	for _, list := range []struct {
		changes []azure.WhatIfChange
		maybe   bool
	}{{w.Changes, false}, {w.Potential, true}} {
		for _, wc := range list.changes {
			c := t.change(wc)
			c.Maybe = list.maybe
			p.Changes = append(p.Changes, c)
			p.remember(t.secrets(), wc, c)
		}
	}
	for _, d := range w.Diagnostics {
		p.Remarks = append(p.Remarks, t.problem(azure.Detail{Code: d.Code, Message: d.Message, Target: d.Target}, "", "", ""))
	}
	slices.SortStableFunc(p.Changes, func(a, b Change) int {
		if d := slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind); d != 0 {
			return d
		}
		return strings.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID))
	})
	return p
}

// remember keeps the bodies of a resource before and after. What is not evaluated
// is taken to stay as it is where it is there, and to come as declared where not.
func (p *Preview) remember(s Secrets, w azure.WhatIfChange, c Change) {
	before, after := s.JSON(w.Before), s.JSON(w.After)
	if before != nil {
		p.Before = append(p.Before, withID(before, c.ID))
	}
	switch {
	case c.Kind == Delete:
	case after != nil:
		p.After = append(p.After, withID(after, c.ID))
	case before != nil:
		p.After = append(p.After, withID(before, c.ID))
	}
}

// withID sees to it that a body has its id.
func withID(body json.RawMessage, id string) json.RawMessage {
	var o map[string]json.RawMessage
	if json.Unmarshal(body, &o) != nil || o == nil || o["id"] != nil {
		return body
	}
	o["id"], _ = marshal(id)
	if b, err := marshal(o); err == nil {
		return b
	}
	return body
}

// change tells of one resource.
func (t *Template) change(w azure.WhatIfChange) Change {
	s := t.secrets()
	id := estate.ParseID(w.ResourceID)
	c := Change{ID: s.Hide(w.ResourceID), Type: id.Type(), Name: s.Hide(id.Name()), Group: s.Hide(id.ResourceGroup())}
	if c.Type == "" {
		c.Type, c.Name = typeAndName(c.ID)
	}
	if c.Name == "" {
		c.Name = c.ID
	}
	switch w.ChangeType {
	case azure.ChangeCreate:
		c.Kind = Create
	case azure.ChangeModify:
		c.Kind = Modify
	case azure.ChangeDelete:
		c.Kind = Delete
	case azure.ChangeNone, azure.ChangeNoEffect:
		c.Kind = NoChange
	default:
		c.Kind = NotEvaluated
		c.Why = s.Hide(why(w))
		c.Untouched = w.ChangeType == azure.ChangeIgnore
	}
	if c.Kind == Create || c.Kind == NotEvaluated {
		c.Facts = facts(s.JSON(firstOf(w.After, w.Before)))
	}
	for _, d := range w.Delta {
		c.Properties = append(c.Properties, flatten(s, "", d)...)
	}
	if t != nil && !c.Untouched {
		if r := t.resource(w.ResourceID); r != nil {
			pos := r.Node.Pos()
			c.File, c.Line, c.Column = pos.File, pos.Line, pos.Column
		}
	}
	return c
}

// why a resource is not evaluated, in words.
func why(w azure.WhatIfChange) string {
	switch {
	case w.UnsupportedReason != "":
		return w.UnsupportedReason
	case w.ChangeType == azure.ChangeIgnore:
		return "the template does not name it"
	case w.ChangeType == azure.ChangeDeploy:
		return "it will be deployed, and Azure does not say what changes"
	}
	return "Azure does not say why"
}

func firstOf(a, b json.RawMessage) json.RawMessage {
	if absent(a) {
		return b
	}
	return a
}

// facts are what tells most of a resource in few words.
func facts(body json.RawMessage) []string {
	var o struct {
		Location string          `json:"location"`
		SKU      json.RawMessage `json:"sku"`
		Kind     string          `json:"kind"`
		Zones    []string        `json:"zones"`
	}
	_ = json.Unmarshal(body, &o) // what is of another form is left out
	var sku struct {
		Name string `json:"name"`
	}
	_ = json.Unmarshal(o.SKU, &sku)
	var out []string
	for _, f := range []string{o.Location, sku.Name, o.Kind} {
		if f != "" {
			out = append(out, f)
		}
	}
	if len(o.Zones) == 1 {
		out = append(out, "zone "+o.Zones[0])
	} else if len(o.Zones) > 1 {
		out = append(out, "zones "+strings.Join(o.Zones, ", "))
	}
	return out
}

// flatten makes one property of each leaf of a change.
func flatten(s Secrets, path string, d azure.PropertyChange) []Property {
	path = join(path, d.Path)
	if len(d.Children) > 0 {
		var out []Property
		for _, child := range d.Children {
			out = append(out, flatten(s, path, child)...)
		}
		return out
	}
	named := func(raw json.RawMessage) json.RawMessage { // the name of a member may say that it is secret
		wrapped, err := marshal(map[string]json.RawMessage{lastName(path): firstOf(raw, json.RawMessage("null"))})
		if err != nil || absent(raw) {
			return nil
		}
		var o map[string]json.RawMessage
		if json.Unmarshal(s.JSON(wrapped), &o) != nil {
			return nil
		}
		return o[lastName(path)]
	}
	p := Property{Path: s.Hide(path), Old: named(d.Before), New: named(d.After), NoEffect: d.Type == "NoEffect"}
	return []Property{p}
}

func join(path, next string) string {
	switch {
	case next == "":
		return path
	case strings.Trim(next, "0123456789") == "":
		return path + "[" + next + "]"
	case path == "":
		return next
	}
	return path + "." + next
}

func lastName(path string) string {
	path = strings.TrimRight(path, "[]0123456789")
	return path[strings.LastIndexByte(path, '.')+1:]
}
