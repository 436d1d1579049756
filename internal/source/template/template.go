// Package template makes the resources of an estate out of ARM templates: what a
// deployment of the template would leave in Azure.
//
// A resource whose condition is not known is there with its condition as
// presence. A resource that the template only reads ("existing") is external.
// Deployments are no resources of an estate: what they deploy is.
package template

import (
	"context"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/eval"
	arm "github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Result is what a template gave.
type Result struct {
	Resources   []*estate.Resource
	NotSeen     []estate.NotSeen
	Skipped     int      // resources whose condition is false
	Deployments int      // nested and linked deployments that were gone into
	Linked      []string // files of linked templates that were gone into
	Group       Group
	Diagnostics []arm.Diagnostic
	Expansion   *arm.Expansion // what the rest was made of
}

// Group is the resource group that a template is deployed to. Its ID is zero for
// templates of a higher level.
type Group struct {
	ID       estate.ResourceID
	Location string // "{resourceGroup().location}" when it was not supplied
}

// Read expands a template. The error is that of ctx; all else is told by
// diagnostics and NotSeen.
func Read(ctx context.Context, t *arm.Template, opts arm.Options) (Result, error) {
	x, err := t.Expand(ctx, opts)
	if err != nil {
		return Result{}, fmt.Errorf("expanding %s: %w", t.Document().Name(), err)
	}
	res := Result{Expansion: x, Diagnostics: x.Diagnostics, Resources: make([]*estate.Resource, 0, len(x.Resources))}
	if facts := x.Root.Facts; facts.Scope() == eval.ResourceGroupScope {
		res.Group = Group{ID: estate.ParseID(facts.ID().Text()), Location: estate.NormalizeLocation(facts.Location().Text())}
	}
	for _, r := range x.Resources {
		if r.IsDeployment() {
			res.deployment(r)
			continue
		}
		res.add(r)
	}
	for _, r := range x.Skipped {
		if !r.Existing {
			res.Skipped++
		}
	}
	return res, nil
}

// deployment counts a nested deployment, and tells when its template is not at hand.
func (res *Result) deployment(r *arm.Resource) {
	if r.Child == nil {
		if r.Existing {
			return
		}
		res.NotSeen = append(res.NotSeen, estate.NotSeen{
			What:   fmt.Sprintf("the resources of deployment %s", r.Name.Text()),
			Why:    "its template is not at hand",
			Origin: origin(r),
		})
		return
	}
	res.Deployments++
	if r.Child.Linked != "" {
		res.Linked = append(res.Linked, r.Child.Linked)
	}
}

func (res *Result) add(r *arm.Resource) {
	if u := r.ID.Unknown(); u != nil && u.Reason == value.Failed {
		res.NotSeen = append(res.NotSeen, estate.NotSeen{
			What: "a resource of type " + r.Type, Why: "its name or scope could not be evaluated, so it has no id", Origin: origin(r)})
		return
	}
	x := &estate.Resource{
		ID: estate.ParseID(r.IDText()), Type: r.Type, Name: r.NameText(), Location: estate.NormalizeLocation(r.Location.Text()),
		External: r.Existing, Origin: origin(r),
	}
	if x.Type == "" {
		x.Type = x.ID.Type()
	}
	if r.Presence == arm.Maybe {
		x.Presence = r.Condition.Residual()
	}
	if !r.Existing {
		x.Body = r.Body
		if x.Body.Use() != r.Node { // so that places in the body are counted from the resource's
			x.Body = x.Body.WithUse(r.Node)
		}
		x.Zones = zones(r.Body.Get("zones"))
	}
	res.Resources = append(res.Resources, x)
}

func zones(v value.Value) []string {
	if v.Len() == 0 {
		return nil
	}
	out := make([]string, 0, v.Len())
	for _, e := range v.Elems() {
		out = append(out, e.Text())
	}
	return out
}

func origin(r *arm.Resource) estate.Origin {
	p := r.Node.Pos()
	return estate.Origin{File: p.File, Line: p.Line, Column: p.Column, Pointer: r.Node.Pointer()}
}
