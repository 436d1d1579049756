package inventory

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// summary tells what no listing of this kind holds.
func (r *reader) summary() {
	if r.short > 0 {
		first := r.result.Resources[r.shortFirst]
		r.result.NotSeen = append(r.result.NotSeen, estate.NotSeen{
			What:   fmt.Sprintf("the properties of %d of %d resources", r.short, len(r.result.Resources)),
			Why:    "the listing leaves them out, as `az resource list` does; list with `az graph query -q Resources`, or show each with `az resource show`",
			Origin: first.Origin,
		})
	}
	r.childless()
}

// childless tells which workspaces come without computes and datastores: those
// are in no listing of a group or subscription, only in listings of their own.
func (r *reader) childless() {
	var bare []*estate.Resource
	var with map[string]bool
	for _, x := range r.result.Resources {
		if !x.Is(estate.WorkspaceType) {
			continue
		}
		if with == nil {
			with = r.parents()
		}
		if !with[x.ID.Key()] {
			bare = append(bare, x)
		}
	}
	if len(bare) == 0 {
		return
	}
	names := make([]string, 0, 4)
	for i, x := range bare {
		if i == 3 {
			names = append(names, "...")
			break
		}
		names = append(names, x.Name)
	}
	r.result.NotSeen = append(r.result.NotSeen, estate.NotSeen{
		What:   fmt.Sprintf("computes and datastores of %d workspaces (%s)", len(bare), strings.Join(names, ", ")),
		Why:    "the input has none of them; neither `az resource list` nor Resource Graph lists them: add the answers of GET <workspace id>/computes and /datastores",
		Origin: bare[0].Origin,
	})
}

// parents gives the keys of the workspaces that have computes or datastores.
func (r *reader) parents() map[string]bool {
	with := map[string]bool{}
	for _, x := range r.result.Resources {
		if x.Is(estate.WorkspaceType+"/computes") || x.Is(estate.WorkspaceType+"/datastores") {
			with[x.ID.Parent().Key()] = true
		}
	}
	return with
}
