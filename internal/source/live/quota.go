package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// usage is one row of what Azure Machine Learning counts in a region
// (facts/azure-ml.md, section 2.1).
type usage struct {
	CurrentValue int64
	Limit        int64
	Name         struct{ Value, LocalizedValue string }
}

// place is where a quota holds: a region of a subscription.
type place struct{ subscription, region string }

// quotas reads what is used of the quota in each region that has a workspace, and
// notes it. A quota that may not be read is not seen.
func (r *reader) quotas(ctx context.Context) error {
	var places []place
	for _, ws := range r.roots() {
		p := place{strings.ToLower(ws.ID.Subscription()), ws.Location}
		if strings.EqualFold(ws.Type, estate.WorkspaceType) && p.region != "" && !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	return each(ctx, r.options.Concurrency, places, func(ctx context.Context, p place) {
		err := r.broken()
		var rows []json.RawMessage
		if err == nil {
			path := "/subscriptions/" + p.subscription + "/providers/Microsoft.MachineLearningServices/locations/" + p.region + "/usages"
			rows, err = azure.All(r.client.List(azure.WithCaller(ctx, p.region), path, "2025-06-01"))
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			if ctx.Err() == nil {
				r.failures++
				r.note("the quota of Azure Machine Learning in "+p.region+" of the subscription "+p.subscription, err)
			}
			return
		}
		r.used = append(r.used, used(p, rows))
	})
}

// used tells in a line how much of a region's quota is in use, where any is, and
// what is used up.
func used(p place, rows []json.RawMessage) string {
	var parts []string
	for _, raw := range rows {
		var u usage
		if json.Unmarshal(raw, &u) != nil || u.CurrentValue == 0 {
			continue
		}
		name := u.Name.LocalizedValue
		if name == "" {
			name = u.Name.Value
		}
		part := fmt.Sprintf("%d of %d %s", u.CurrentValue, u.Limit, name)
		if u.Limit > 0 && u.CurrentValue >= u.Limit {
			part += " (used up)"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		parts = []string{"nothing is in use"}
	}
	return "quota in " + p.region + ": " + strings.Join(parts, ", ")
}
