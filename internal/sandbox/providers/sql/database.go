package sql

import (
	_ "embed" // for the tiers
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

//go:embed tiers.yaml
var tierTable []byte

// tier is what the name of a sku says; tiers.yaml has them.
type tier struct {
	Prefix    string `yaml:"prefix"`
	Tier      string `yaml:"tier"`
	Zones     string `yaml:"zones"` // any, creation, never
	Size      int64  `yaml:"size"`  // bytes, 0 for the service's own
	Objective string `yaml:"objective"`
}

var tiers = sync.OnceValues(func() ([]tier, error) {
	var all []tier
	err := yaml.UnmarshalWithOptions(tierTable, &all, yaml.Strict())
	return all, err
})

func tierOf(sku string) tier {
	all, _ := tiers() // a test holds that the table can be read
	for _, t := range all {
		if strings.HasPrefix(strings.ToLower(sku), strings.ToLower(t.Prefix)) {
			return t
		}
	}
	return tier{}
}

func checkServer(c *provider.Call) error {
	if c.Was != nil {
		return nil
	}
	login, external := object.Text(c.Body, "properties.administratorLogin"), object.Inner(c.Body, "properties.administrators")
	switch {
	case login == "" && external == nil:
		return refusal.New(http.StatusBadRequest, "InvalidParameterValue", "Invalid value given for parameter Login. Specify a valid parameter value.")
	case login != "" && object.Get(c.Secret, "properties.administratorLoginPassword") == nil:
		return refusal.New(http.StatusBadRequest, "InvalidParameterValue", "Invalid value given for parameter Password. Specify a valid parameter value.")
	}
	for _, reserved := range []string{"admin", "administrator", "sa", "root", "dbmanager", "loginmanager", "dbo", "guest", "public"} {
		if strings.EqualFold(login, reserved) {
			return refusal.New(http.StatusBadRequest, "InvalidParameterValue", "'%s' is not a valid login name.", login)
		}
	}
	return nil
}

// spellSKU fills in what the name of a sku says: tier, family, capacity.
func spellSKU(body object.Object) tier {
	if edition := object.Text(body, "properties.edition"); edition != "" && object.Text(body, "sku.name") == "" { // as versions of 2014 have it
		object.Set(body, "sku.name", edition)
		if objective := object.Text(body, "properties.requestedServiceObjectiveName"); objective != "" {
			object.Set(body, "sku.name", objective)
		}
	}
	object.Default(body, "sku", object.Object{"name": "GP_Gen5", "tier": "GeneralPurpose", "family": "Gen5", "capacity": 2})
	t := tierOf(object.Text(body, "sku.name"))
	object.Set(body, "sku.tier", t.Tier)
	parts := strings.Split(object.Text(body, "sku.name"), "_")
	if n, err := strconv.Atoi(parts[len(parts)-1]); err == nil && len(parts) > 2 { // GP_Gen5_4
		object.Set(body, "sku.name", strings.Join(parts[:len(parts)-1], "_"))
		object.Set(body, "sku.family", parts[len(parts)-2])
		object.Set(body, "sku.capacity", n)
	}
	return t
}

// objective is the name of the size of a database: GP_Gen5_2, S0.
func objective(body object.Object, t tier) string {
	name := object.Text(body, "sku.name")
	if n := object.Get(body, "sku.capacity"); strings.Contains(name, "_") && n != nil {
		return name + "_" + fmt.Sprint(n)
	}
	if t.Objective != "" {
		return t.Objective
	}
	return name
}

func prepareDatabase(c *provider.Call) error {
	t := spellSKU(c.Body)
	object.Delete(c.Body, "properties.edition") // the sku says it
	if err := facet.Checks(c, func(c *provider.Call) error { return checkDatabase(c, t) }); err != nil {
		return err
	}
	facet.Made(c, "properties.databaseId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.creationDate", func() any { return facet.Time(c.Now) })
	facet.Made(c, "properties.earliestRestoreDate", func() any { return facet.Time(c.Now.Add(10 * time.Minute)) })
	facet.Made(c, "properties.defaultSecondaryLocation", func() any { return facet.Pair(c.Location) })
	object.Default(c.Body, "properties.requestedBackupStorageRedundancy", "Geo")
	object.Set(c.Body, "properties.currentBackupStorageRedundancy", object.Text(c.Body, "properties.requestedBackupStorageRedundancy"))
	size := objective(c.Body, t)
	object.Set(c.Body, "properties.currentServiceObjectiveName", size)
	object.Set(c.Body, "properties.requestedServiceObjectiveName", size)
	object.Set(c.Body, "properties.currentSku", object.CloneObject(object.Inner(c.Body, "sku")))
	if t.Size > 0 {
		object.Default(c.Body, "properties.maxSizeBytes", t.Size)
	}
	if t.Tier == "Hyperscale" {
		object.Default(c.Body, "properties.highAvailabilityReplicaCount", 0)
	}
	object.Set(c.Body, "properties.maintenanceConfigurationId", maintenance(c))
	facet.Made(c, "properties.status", func() any { return "Online" })
	if c.Created && c.Takes > 0 {
		object.Set(c.Body, "properties.status", "Creating")
	}
	return nil
}

func maintenance(c *provider.Call) string {
	if id := object.Text(c.Body, "properties.maintenanceConfigurationId"); id != "" {
		return id
	}
	return "/subscriptions/" + c.Subscription + "/providers/Microsoft.Maintenance/publicMaintenanceConfigurations/SQL_Default"
}

// checkDatabase holds zone redundancy to tier, region and backups (data-stores.md
// 1.1), and a copy to its source.
func checkDatabase(c *provider.Call, t tier) error {
	zones, was := object.Bool(c.Body, "properties.zoneRedundant"), facet.Was(c)
	backups := object.Text(c.Body, "properties.requestedBackupStorageRedundancy")
	replicas := number(object.Get(c.Body, "properties.highAvailabilityReplicaCount"))
	source := object.Text(c.Body, "properties.sourceDatabaseId")
	mode := object.Text(c.Body, "properties.createMode")
	from := object.Text(was, "sku.tier")
	switch {
	case t.Tier == "":
		return refusal.New(http.StatusBadRequest, "InvalidSkuName", "The sku name '%s' specified is invalid.", object.Text(c.Body, "sku.name"))
	case zones && t.Zones == "never":
		return refusal.New(http.StatusBadRequest, "ProvisioningDisabled", "Provisioning of zone redundant database/pool is not supported for your current request: the tier %s has none.", t.Tier)
	case zones && !facet.HasZones(c.Location):
		return refusal.New(http.StatusBadRequest, "ProvisioningDisabled", "Provisioning of zone redundant database/pool is not supported for your current request: the region %s has no availability zones.", c.Location)
	case c.Was != nil && t.Zones == "creation" && zones != object.Bool(was, "properties.zoneRedundant"):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyCannotBeChanged", "The zone redundancy of the %s database %s can only be chosen when it is created.", t.Tier, c.Name)
	case zones && t.Zones == "creation" && backups != "Zone" && backups != "GeoZone":
		return refusal.New(http.StatusBadRequest, "ZoneRedundantHyperscaleNeedsZoneBackups", "A zone-redundant %s database needs the backup storage redundancy Zone or GeoZone.", t.Tier)
	case zones && t.Zones == "creation" && replicas < 1:
		return refusal.New(http.StatusBadRequest, "ZoneRedundantHyperscaleNeedsReplica", "A zone-redundant %s database needs at least one high-availability replica.", t.Tier)
	case c.Was != nil && t.Tier == "Hyperscale" && from == "Hyperscale" && was != nil && backups != object.Text(was, "properties.requestedBackupStorageRedundancy"):
		return refusal.New(http.StatusBadRequest, "BackupStorageRedundancyCannotBeChanged", "The backup storage redundancy of the Hyperscale database %s can only be chosen when it is created.", c.Name)
	case from == "Hyperscale" && t.Tier != "Hyperscale" && t.Tier != "GeneralPurpose":
		return refusal.New(http.StatusBadRequest, "UpdateNotAllowed", "The database %s cannot be changed from Hyperscale to %s.", c.Name, t.Tier)
	case c.Was == nil && copies(mode) && c.Tx.Resource(source) == nil:
		return refusal.New(http.StatusNotFound, "SourceDatabaseNotFound", "Source database '%s' does not exist.", source)
	}
	if pool := object.Text(c.Body, "properties.elasticPoolId"); pool != "" && c.Tx.Resource(pool) == nil {
		return refusal.New(http.StatusNotFound, "TargetElasticPoolDoesNotExist", "The elastic pool '%s' does not exist.", pool)
	}
	return nil
}

// copies says whether a way to create takes another database.
func copies(mode string) bool {
	switch mode {
	case "Secondary", "OnlineSecondary", "NonReadableSecondary", "Copy", "PointInTimeRestore":
		return true
	}
	return false
}

func number(v any) int {
	n, _ := strconv.Atoi(fmt.Sprint(v))
	return n
}

// keptDatabase links a secondary to its primary.
func keptDatabase(c *provider.Call) error {
	mode, source := object.Text(c.Body, "properties.createMode"), object.Text(c.Body, "properties.sourceDatabaseId")
	object.Delete(c.Body, "properties.createMode")
	object.Delete(c.Body, "properties.sourceDatabaseId")
	if !strings.Contains(mode, "Secondary") || !c.Created {
		return nil
	}
	object.Default(c.Body, "properties.secondaryType", "Geo")
	return join(c, source, c.ID)
}

func online(c *provider.Call) error {
	object.Set(c.Body, "properties.status", "Online")
	return nil
}

func dropDatabase(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	if strings.EqualFold(c.Name, "master") {
		return refusal.New(http.StatusBadRequest, "CannotDeleteSystemDatabase", "The system database master cannot be deleted.")
	}
	for r := range c.Tx.OfType(groupType, facet.Subscription(c.ID)) {
		for _, id := range facet.Strings(object.Must(r.Body), "properties.databases") {
			if strings.EqualFold(id, c.ID) {
				return refusal.Conflict("OperationNotAllowed", "The database %s is in the failover group %s: take it out of the group first.", c.Name, r.Name)
			}
		}
	}
	return part(c, c.ID)
}

func pause(c *provider.Call) (provider.Reply, error)  { return setStatus(c, "Paused") }
func resume(c *provider.Call) (provider.Reply, error) { return setStatus(c, "Online") }

func setStatus(c *provider.Call, status string) (provider.Reply, error) {
	body := facet.Was(c)
	object.Set(body, "properties.status", status)
	return provider.Reply{Status: http.StatusAccepted, Takes: 30 * time.Second, Style: "both"}, facet.Change(c, c.Was, body, nil)
}

func preparePool(c *provider.Call) error {
	if object.Inner(c.Body, "sku") == nil {
		object.Set(c.Body, "sku", object.Object{"name": "GP_Gen5", "capacity": 2})
	}
	name := strings.TrimSuffix(object.Text(c.Body, "sku.name"), "Pool")
	t := tierOf(name)
	object.Default(c.Body, "sku.tier", t.Tier)
	facet.Made(c, "properties.creationDate", func() any { return facet.Time(c.Now) })
	zones := object.Bool(c.Body, "properties.zoneRedundant")
	if !c.Seeding && zones && (t.Zones == "never" || !facet.HasZones(c.Location)) {
		return refusal.New(http.StatusBadRequest, "ProvisioningDisabled", "Provisioning of zone redundant database/pool is not supported for your current request.")
	}
	return nil
}

func prepareRule(c *provider.Call) error {
	return facet.Checks(c, func(c *provider.Call) error {
		first, err1 := netip.ParseAddr(object.Text(c.Body, "properties.startIpAddress"))
		last, err2 := netip.ParseAddr(object.Text(c.Body, "properties.endIpAddress"))
		if err1 != nil || err2 != nil || last.Less(first) {
			return refusal.New(http.StatusBadRequest, "InvalidFirewallRule", "The firewall rule %s has no range of addresses.", c.Name)
		}
		return nil
	})
}

func prepareRetention(c *provider.Call) error {
	if days := number(object.Get(c.Body, "properties.retentionDays")); !c.Seeding && (days < 1 || days > 35) {
		return refusal.New(http.StatusBadRequest, "InvalidBackupRetentionPeriod", "The backup retention period of %d days is not between 1 and 35.", days)
	}
	return nil
}
