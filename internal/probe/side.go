package probe

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// side tries by itself each resource that the capability leans on, to read it, to
// write it, or both, as the catalog says it is needed.
func (r *round) side(c catalog.Capability) []Check {
	var out []Check
	for _, n := range r.Catalog.Needs() {
		if n.Capability != c {
			continue
		}
		for _, on := range r.inRole(n) {
			read, write := r.look(on)
			if n.Read != catalog.NoNeed && read.Tries > 0 {
				out = append(out, read)
			}
			if n.Write != catalog.NoNeed && write.Tries > 0 {
				out = append(out, write)
			}
		}
	}
	return out
}

// inRole lists what meets a need: what the workspace leans on in the role, what
// its children do, and what its hub does.
func (r *round) inRole(n *catalog.Need) []*estate.Resource {
	var out []*estate.Resource
	add := func(to *estate.Resource) {
		if (len(n.Services) == 0 || slices.Contains(n.Services, to.Service)) && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	seen := map[*estate.Resource]bool{}
	var from func(ws *estate.Resource)
	from = func(ws *estate.Resource) {
		if seen[ws] {
			return
		}
		seen[ws] = true
		if n.Role == estate.Workspace {
			add(ws)
		}
		for rel := range r.e.LeansOn(ws) {
			if rel.Role == n.Role {
				add(rel.To)
			}
			if rel.Role == estate.Hub {
				from(rel.To)
			}
		}
		for _, child := range r.e.Resources {
			if !strings.HasPrefix(child.ID.Key(), ws.ID.Key()+"/") || child.HasRole(n.Role) {
				continue
			}
			for rel := range r.e.LeansOn(child) {
				if rel.Role == n.Role && rel.To != ws {
					add(rel.To)
				}
			}
		}
	}
	from(r.ws)
	return out
}

// look tries to read and to write a resource, once in each round.
func (r *round) look(on *estate.Resource) (read, write Check) {
	if c, ok := r.looked[on.ID.Key()]; ok {
		return c[0], c[1]
	}
	name := on.ID.LastName()
	switch {
	case on.Is("Microsoft.Storage/storageAccounts"):
		read = r.try(false, "read blobs of "+name, on.ID.String(), func(ctx context.Context) error { return r.readBlobs(ctx, on) })
		write = r.try(false, "write a blob to "+name, on.ID.String(), func(ctx context.Context) error { return r.writeBlob(ctx, on) })
	case on.Is("Microsoft.KeyVault/vaults"):
		read = r.try(false, "read the secrets of "+name, on.ID.String(), func(ctx context.Context) error { return r.vault(ctx, on, false) })
		write = r.try(false, "write a secret to "+name, on.ID.String(), func(ctx context.Context) error { return r.vault(ctx, on, true) })
	case on.Is("Microsoft.Resources/resourceGroups"):
		write = r.try(false, "change the resource group "+name, on.ID.String(), func(ctx context.Context) error { return r.touch(ctx, on) })
	default:
		read = r.health(on)
		write = read
	}
	if r.absent(read) || r.absent(write) {
		read, write = Check{}, Check{} // it is not there: nothing can be said of it
	}
	r.looked[on.ID.Key()] = [2]Check{read, write}
	return read, write
}

// notThere marks the failure of a check of what does not exist.
const notThere = "it does not exist"

func (r *round) absent(c Check) bool { return c.Why == notThere }

// health asks Azure Resource Health of a resource that has no data plane to try.
func (r *round) health(on *estate.Resource) Check {
	c := Check{What: "ask for the health of " + on.ID.LastName(), Resource: on.ID.String(), Tries: r.tries()}
	res, err := r.Client.Get(r.ctx, on.ID.String()+"/providers/Microsoft.ResourceHealth/availabilityStatuses/current", "2022-10-01")
	if err != nil {
		c.Failed, c.Why = c.Tries, reason(err)
		if errors.Is(err, azure.ErrNotFound) {
			c.Why = notThere
		}
		return c
	}
	var seen struct {
		Properties struct{ AvailabilityState, Summary string }
	}
	if err := res.Decode(&seen); err != nil {
		c.Failed, c.Why = c.Tries, reason(err)
		return c
	}
	switch seen.Properties.AvailabilityState {
	case "Available", "Unknown":
	case "Degraded":
		c.Failed, c.Why = max(1, c.Tries/2), seen.Properties.Summary
	default:
		c.Failed, c.Why = c.Tries, seen.Properties.Summary
	}
	return c
}

// touch writes the tags that a resource group has.
func (r *round) touch(ctx context.Context, on *estate.Resource) error {
	tags := map[string]string{}
	for k, v := range on.Body.Get("tags").Members() {
		tags[k], _ = v.AsString()
	}
	_, err := r.Client.Patch(ctx, on.ID.String(), "2022-09-01", map[string]any{"tags": tags})
	return err
}

// vault reads the list of secrets, or writes the probe's own secret.
func (r *round) vault(ctx context.Context, on *estate.Resource, write bool) error {
	at, _ := on.Property("vaultUri").AsString()
	if at == "" {
		return errors.New(notThere)
	}
	at = strings.TrimSuffix(at, "/") + "/secrets"
	method, body := http.MethodGet, any(nil)
	if write {
		at, method, body = at+"/holdfast-probe", http.MethodPut, map[string]any{"value": r.Name}
	}
	_, err := r.ask(ctx, method, at+"?api-version=7.4", body, "https://vault.azure.net/.default", "")
	return err
}
