package insights

import (
	_ "embed" // for the groups of regions
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

//go:embed groups.yaml
var groupTable []byte

// group is a set of regions between which workspaces may be replicated.
type group struct {
	Regions []string `yaml:"regions"`
	Apart   []string `yaml:"apart"` // of these no two together
}

var groups = sync.OnceValues(func() ([]group, error) {
	var all []group
	err := yaml.UnmarshalWithOptions(groupTable, &all, yaml.Strict())
	return all, err
})

// mayPair says whether a workspace of one region may be replicated to another.
func mayPair(a, b string) bool {
	all, _ := groups() // a test holds that the table can be read
	for _, g := range all {
		if slices.Contains(g.Regions, a) && slices.Contains(g.Regions, b) {
			return a != b && (!slices.Contains(g.Apart, a) || !slices.Contains(g.Apart, b))
		}
	}
	return false
}

const (
	// replicated is the kind of the event at which a workspace's copy is ready;
	// its key is the workspace's id.
	replicated = "insights.replicated"
	// replicationTakes is how long it takes until copying begins: documented as up
	// to an hour.
	replicationTakes = 45 * time.Minute
	replication      = "properties.replication"
)

func prepareWorkspace(c *provider.Call) error {
	if err := facet.Checks(c, checkWorkspace); err != nil {
		return err
	}
	facet.Made(c, "properties.customerId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.createdDate", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.modifiedDate", facet.Time(c.Now))
	facet.Made(c, "properties.sku.lastSkuUpdate", func() any { return facet.Time(c.Now) })
	facet.Made(c, "properties.workspaceCapping.quotaNextResetTime", func() any { return facet.Time(c.Now.Truncate(24 * time.Hour).Add(24 * time.Hour)) })
	facet.Made(c, "properties.workspaceCapping.dataIngestionStatus", func() any { return "RespectQuota" })
	for _, name := range []string{"primarySharedKey", "secondarySharedKey"} {
		if object.Text(c.Secret, name) == "" {
			c.Secret[name] = facet.Key(c, 64)
		}
	}
	if object.Inner(c.Body, replication) != nil {
		was := facet.Was(c)
		state := object.Text(was, replication+".provisioningState")
		if object.Bool(c.Body, replication+".enabled") && !object.Bool(was, replication+".enabled") {
			state = "EnableRequested"
		} else if !object.Bool(c.Body, replication+".enabled") {
			state = "Succeeded"
		}
		object.Set(c.Body, replication+".provisioningState", state)
		object.Set(c.Body, "properties.failover", object.Object{"state": "Inactive"})
	}
	return nil
}

func checkWorkspace(c *provider.Call) error {
	if object.Bool(c.Body, replication+".enabled") {
		to := estate.NormalizeLocation(object.Text(c.Body, replication+".location"))
		if !mayPair(estate.NormalizeLocation(c.Location), to) {
			return refusal.New(http.StatusBadRequest, "InvalidReplicationLocation", "A workspace in %s cannot be replicated to '%s'.", c.Location, to)
		}
		if was := object.Text(facet.Was(c), replication+".location"); was != "" && !strings.EqualFold(estate.NormalizeLocation(was), to) {
			return refusal.New(http.StatusBadRequest, "ReplicationLocationCannotBeChanged", "The replication location of the workspace %s cannot be changed: disable replication first.", c.Name)
		}
	}
	days, ok := object.Find(c.Body, "properties.retentionInDays")
	if n := text(days); ok && n != "" && object.Text(c.Body, "properties.sku.name") != "Free" {
		var number int
		if _, err := fmt.Sscan(n, &number); err != nil || number < 7 || number > 730 || number > 7 && number < 30 {
			return refusal.New(http.StatusBadRequest, "InvalidParameter", "'RetentionInDays' property doesn't match the SKU limits: %s is not between 30 and 730.", n)
		}
	}
	return nil
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// keptWorkspace begins to copy where replication was turned on.
func keptWorkspace(c *provider.Call) error {
	if object.Text(c.Body, replication+".provisioningState") != "EnableRequested" {
		return nil
	}
	return c.Tx.Schedule(state.Event{At: c.Now.Add(replicationTakes), Kind: replicated, Key: c.ID})
}

func endReplication(tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil
	}
	body := object.Must(r.Body)
	if !object.Bool(body, replication+".enabled") {
		return nil
	}
	object.Set(body, replication+".provisioningState", "Succeeded")
	object.Set(body, replication+".createdDate", facet.Time(now))
	next := r.Copy()
	next.Body = object.Encode(body)
	return tx.Put(next)
}

// showWorkspace spells the provisioning state of what has one.
func showWorkspace(c *provider.Call) error {
	if object.Inner(c.Body, replication) == nil {
		object.Set(c.Body, "properties.failover", object.Object{"state": "Inactive"})
	}
	return nil
}

// dropWorkspace wants replication to be off first (associated-resources.md 4.1).
func dropWorkspace(c *provider.Call) error {
	if !c.Cascade && object.Bool(facet.Was(c), replication+".enabled") {
		return refusal.Conflict("Conflict", "The workspace %s has replication enabled: disable it before you delete the workspace.", c.Name)
	}
	return nil
}

func sharedKeys(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{
		"primarySharedKey": object.Text(c.Secret, "primarySharedKey"), "secondarySharedKey": object.Text(c.Secret, "secondarySharedKey"),
	}}, nil
}

func regenerateSharedKey(c *provider.Call) (provider.Reply, error) {
	for _, name := range []string{"primarySharedKey", "secondarySharedKey"} {
		c.Secret[name] = facet.Key(c, 64)
	}
	if err := facet.Change(c, c.Was, facet.Was(c), c.Secret); err != nil {
		return provider.Reply{}, err
	}
	return sharedKeys(c)
}

func usages(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{object.Object{
		"name": object.Object{"value": "DataAnalyzed", "localizedValue": "Data Analyzed"}, "unit": "Bytes", "currentValue": 0, "limit": -1,
		"nextResetTime": facet.Time(c.Now.Truncate(24 * time.Hour).Add(24 * time.Hour)), "quotaPeriod": "1.00:00:00",
	}}}}, nil
}

func prepareTable(c *provider.Call) error {
	if c.Parent != nil {
		object.Default(c.Body, "properties.retentionInDays", object.Get(object.Must(c.Parent.Body), "properties.retentionInDays"))
	}
	object.Default(c.Body, "properties.totalRetentionInDays", object.Get(c.Body, "properties.retentionInDays"))
	facet.Made(c, "properties.lastPlanModifiedDate", func() any { return facet.Time(c.Now) })
	return nil
}

func prepareExport(c *provider.Call) error {
	facet.Made(c, "properties.dataExportId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.createdDate", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.lastModifiedDate", facet.Time(c.Now))
	return nil
}
