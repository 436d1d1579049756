package flexible

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	mode       = "properties.highAvailability.mode"
	standby    = "properties.highAvailability.state"
	role       = "properties.replicationRole"
	source     = "properties.sourceServerResourceId"
	geoBackup  = "properties.backup.geoRedundantBackup"
	createMode = "properties.createMode"
)

func (s service) prepare(c *provider.Call) error {
	s.follow(c)
	if err := facet.Checks(c, s.check, s.checkAvailability); err != nil {
		return err
	}
	if s.promotes(c) {
		object.Set(c.Body, role, map[bool]string{true: "None", false: "Primary"}[s.mysql])
		object.Delete(c.Body, source)
	}
	object.Delete(c.Body, "properties.replica")
	if object.Text(c.Body, role) == "" {
		object.Set(c.Body, role, map[bool]string{true: "None", false: "Primary"}[s.mysql])
	}
	if c.Was == nil {
		object.Set(c.Body, "properties.state", "Starting")
		if facet.HasZones(c.Location) {
			object.Default(c.Body, "properties.availabilityZone", "1")
		}
	}
	if object.Text(c.Body, mode) == "Disabled" {
		object.Set(c.Body, standby, "NotEnabled")
		object.Delete(c.Body, "properties.highAvailability.standbyAvailabilityZone")
	} else if object.Text(facet.Was(c), mode) != object.Text(c.Body, mode) {
		object.Set(c.Body, standby, "CreatingStandby")
	}
	if object.Text(c.Body, mode) == "ZoneRedundant" {
		zone := "2"
		if object.Text(c.Body, "properties.availabilityZone") == "2" {
			zone = "1"
		}
		object.Default(c.Body, "properties.highAvailability.standbyAvailabilityZone", zone)
	}
	object.Default(c.Body, "properties.backup.earliestRestoreDate", facet.Time(c.Now.Add(10*time.Minute)))
	object.Set(c.Body, "properties.replicaCapacity", map[bool]int{true: 10, false: 5}[s.mysql])
	if !s.mysql && c.Was == nil {
		facet.Made(c, "properties.minorVersion", func() any { return "0" })
	}
	return nil
}

// follow gives a new replica what it has from its source.
func (s service) follow(c *provider.Call) {
	from := c.Tx.Resource(object.Text(c.Body, source))
	if object.Text(c.Body, createMode) != "Replica" || from == nil || c.Was != nil {
		return
	}
	body := object.Must(from.Body)
	for _, path := range []string{"properties.version", "properties.administratorLogin", "properties.storage", "sku"} {
		object.Set(c.Body, path, object.Clone(object.Get(body, path)))
	}
	word := "Replica"
	if !s.mysql {
		word = "AsyncReplica"
		if from.Location != c.Location {
			word = "GeoAsyncReplica"
		}
	}
	object.Set(c.Body, role, word)
}

// promotes says that a change makes a replica a server of its own.
func (s service) promotes(c *provider.Call) bool {
	was := object.Text(facet.Was(c), role)
	if !strings.Contains(was, "Replica") {
		return false
	}
	now := object.Text(c.Body, role)
	return now == "None" || now == "Primary" || object.Text(c.Body, "properties.replica.promoteMode") != ""
}

func refuse(code, format string, args ...any) error {
	return refusal.New(http.StatusBadRequest, code, format, args...)
}

func (s service) check(c *provider.Call) error {
	how, was := object.Text(c.Body, createMode), facet.Was(c)
	days, size := whole(object.Get(c.Body, "properties.backup.backupRetentionDays")), whole(object.Get(c.Body, "properties.storage.storageSizeGB"))
	login := object.Text(c.Body, "properties.administratorLogin")
	fresh := c.Was == nil && (how == "" || how == "Default" || how == "Create")
	password := object.Get(c.Secret, "properties.administratorLoginPassword") != nil
	passwords := object.Text(c.Body, "properties.authConfig.passwordAuth") != "Disabled"
	from := c.Tx.Resource(object.Text(c.Body, source))
	switch {
	case fresh && passwords && (login == "" || !password):
		return refuse("InvalidParameterValue", "Invalid value given for parameter administratorLogin or administratorLoginPassword. Specify a valid parameter value.")
	case how == "Replica" && c.Was == nil && from == nil:
		return refuse("SourceServerNotFound", "The source server '%s' of the replica %s is not found.", object.Text(c.Body, source), c.Name)
	case how == "Replica" && c.Was == nil && object.Text(object.Must(from.Body), "sku.tier") == "Burstable":
		return refuse("ReplicaNotSupportedForBurstable", "A server of the tier Burstable has no replicas.")
	case days < s.least || days > 35:
		return refuse("InvalidParameterValue", "The backup retention of %d days is not between %d and 35.", days, s.least)
	case c.Was != nil && size < whole(object.Get(was, "properties.storage.storageSizeGB")):
		return refuse("StorageSizeDecreaseNotSupported", "The storage of the server %s cannot be made smaller.", c.Name)
	case c.Was == nil && object.Text(c.Body, geoBackup) == "Enabled" && facet.Pair(c.Location) == "":
		return refuse("GeoBackupNotSupported", "The region %s has no paired region for geo-redundant backups.", c.Location)
	case c.Was != nil && object.Text(c.Body, "properties.version") < object.Text(was, "properties.version") && len(object.Text(c.Body, "properties.version")) == len(object.Text(was, "properties.version")):
		return refuse("ServerVersionDowngradeNotSupported", "The version of the server %s cannot be lowered.", c.Name)
	}
	if s.mysql && c.Was != nil && object.Text(c.Body, geoBackup) != object.Text(was, geoBackup) && object.Text(was, mode) == "ZoneRedundant" {
		return refuse("GeoBackupCannotBeChanged", "Geo-redundant backup of a zone-redundant server can only be chosen when it is created.")
	}
	return nil
}

// checkAvailability holds high availability to tier, region, and to when it may
// be chosen (data-stores.md 3 and 5).
func (s service) checkAvailability(c *provider.Call) error {
	want, was := object.Text(c.Body, mode), object.Text(facet.Was(c), mode)
	if want == "Disabled" || want == was {
		return nil
	}
	switch {
	case object.Text(c.Body, "sku.tier") == "Burstable":
		return refuse("HANotSupportedForBurstableSku", "High availability is not supported for the tier Burstable.")
	case want == "ZoneRedundant" && !facet.HasZones(c.Location):
		return refuse("ZoneRedundantHANotSupported", "The region %s has no availability zones: zone-redundant high availability is not supported.", c.Location)
	case strings.Contains(object.Text(c.Body, role), "Replica"):
		return refuse("HANotSupportedForReplica", "High availability is not supported for the replica %s.", c.Name)
	case c.Was != nil && was != "Disabled":
		return refuse("HAModeChangeNotSupported", "High availability of the server %s is %s: disable it before you enable %s.", c.Name, was, want)
	case s.mysql && c.Was != nil && want == "ZoneRedundant" && !businessCritical(c):
		return refuse("ZoneRedundantHACannotBeEnabled", "Zone-redundant high availability of the server %s can only be chosen when it is created.", c.Name)
	case s.mysql && object.Text(c.Body, "properties.storage.autoGrow") == "Disabled":
		return refuse("HANeedsAutoGrow", "High availability of the server %s needs storage auto-grow.", c.Name)
	case want == "ZoneRedundant" && object.Text(c.Body, "properties.availabilityZone") != "" &&
		object.Text(c.Body, "properties.availabilityZone") == object.Text(c.Body, "properties.highAvailability.standbyAvailabilityZone"):
		return refuse("InvalidStandbyAvailabilityZone", "The standby of the server %s must be in another zone.", c.Name)
	}
	if s.mysql && c.Was != nil {
		for _, name := range []string{"gtid_mode", "enforce_gtid_consistency"} {
			r := c.Tx.Resource(c.ID + "/configurations/" + name)
			if r == nil || object.Text(object.Must(r.Body), "properties.value") != "ON" {
				return refuse("GtidModeRequired", "High availability of the server %s needs %s to be ON.", c.Name, name)
			}
		}
	}
	return nil
}

// businessCritical says that a server is one of those that may switch on
// zone-redundant high availability in place: of the business-critical tier, which
// ARM calls MemoryOptimized, and made since January 2025 (data-stores.md 5).
func businessCritical(c *provider.Call) bool {
	if object.Text(c.Body, "sku.tier") != "MemoryOptimized" || object.Text(facet.Was(c), "sku.tier") != "MemoryOptimized" {
		return false
	}
	made, err := time.Parse(time.RFC3339, object.Text(facet.Was(c), "systemData.createdAt"))
	return err == nil && !made.Before(time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC))
}

func whole(v any) int {
	n, _ := strconv.Atoi(fmt.Sprint(v))
	return n
}

// done is how a server is when its operation has ended.
func (s service) done(c *provider.Call) error {
	object.Set(c.Body, "properties.state", "Ready")
	if object.Text(c.Body, mode) != "Disabled" {
		object.Set(c.Body, standby, "Healthy")
	}
	return nil
}

// kept makes the settings and the databases that every server has.
func (s service) kept(c *provider.Call) error {
	object.Delete(c.Body, createMode)
	object.Delete(c.Body, "properties.pointInTimeUTC")
	object.Delete(c.Body, "properties.restorePointInTime")
	if !c.Created || c.Seeding {
		return nil
	}
	for _, setting := range settings(s.namespace) {
		if err := setting.make(c); err != nil {
			return err
		}
	}
	databases := []string{"postgres", "azure_maintenance", "azure_sys"}
	if s.mysql {
		databases = []string{"information_schema", "mysql", "performance_schema", "sys"}
	}
	for _, name := range databases {
		if err := facet.Bring(c, provider.Request{ID: c.ID + "/databases/" + name, Body: object.Object{"properties": object.Object{}}}); err != nil {
			return err
		}
	}
	return nil
}

func (s service) show(c *provider.Call) error {
	host := c.World.At.Listener(c.ID)
	if host == "" {
		host = strings.ToLower(c.Name) + "." + s.domain
	}
	object.Set(c.Body, "properties.fullyQualifiedDomainName", host)
	return nil
}

// drop lets the replicas of a server go on as servers of their own.
func (s service) drop(c *provider.Call) error {
	return s.each(c, func(r *state.Resource) error {
		body := object.Must(r.Body)
		object.Set(body, role, map[bool]string{true: "None", false: "Primary"}[s.mysql])
		object.Delete(body, source)
		return facet.Change(c, r, body, nil)
	})
}

// each gives the replicas of a server.
func (s service) each(c *provider.Call, do func(*state.Resource) error) error {
	var found []*state.Resource
	for r := range c.Tx.OfType(c.Type.Name, "") {
		if state.Key(object.Text(object.Must(r.Body), source)) == state.Key(c.ID) {
			found = append(found, r)
		}
	}
	for _, r := range found {
		if err := do(r); err != nil {
			return err
		}
	}
	return nil
}

func (s service) replicas(c *provider.Call) (provider.Reply, error) {
	list := []any{}
	err := s.each(c, func(r *state.Resource) error {
		shown, err := c.Engine.Get(c.Tx, c.Now, r.ID)
		list = append(list, shown)
		return err
	})
	return provider.Reply{Body: object.Object{"value": list}}, err
}
