package storage

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// How long things take. Sources: associated-resources.md 1.2 to 1.4; where it
// gives a bound or nothing, the figure is an estimate below it.
const (
	failoverTakes   = 45 * time.Minute // documented: typically within 60 minutes
	conversionWaits = 24 * time.Hour   // documented: up to 72 hours to start
	conversionTakes = 8 * time.Hour    // estimate: no figure is promised
	conversionRests = 72 * time.Hour   // documented: to wait before the next change
	acceptTakes     = 2 * time.Second  // estimate: until a conversion is accepted, not done
	firstSync       = 30 * time.Minute // estimate: no figure is promised
	usualLag        = 5 * time.Minute  // documented: typically below 15 minutes
	plannedMaxLag   = 30 * time.Minute // documented: of the last sync before a planned failover
)

// The kinds of this package's events. Keys are ids of accounts.
const (
	failoverEnds     = "storage.failover"
	conversionStarts = "storage.conversion.starts"
	conversionEnds   = "storage.conversion.ends"
)

// lastSync is the time up to which the secondary region has everything; false
// while the first copy is not whole. An outage of the primary stops the copying.
func lastSync(c *provider.Call) (time.Time, bool) { return syncedUntil(c.World, c.Tx, c.ID, c.Now) }

func syncedUntil(w *world.World, tx *state.Tx, id string, now time.Time) (time.Time, bool) {
	r := tx.Resource(id)
	if r == nil {
		return time.Time{}, false
	}
	began, err := time.Parse(time.RFC3339, object.Text(object.Must(r.Secret), sinceGeo))
	if err != nil || now.Before(began.Add(firstSync)) {
		return time.Time{}, false
	}
	if own := w.Health.Own(tx, id, now); !own.Since.IsZero() {
		if own.Lost == 0 {
			return own.Since.Add(-usualLag), true
		}
		return own.Since.Add(-own.Lost), true
	}
	return now.Add(-usualLag), true
}

// stats is what Azure tells of the copy in the other region.
func stats(c *provider.Call, s sku) object.Object {
	sync, whole := lastSync(c)
	if !whole {
		return object.Object{"status": "Bootstrap", "canFailover": false, "canPlannedFailover": false}
	}
	after := "Standard_LRS"
	planned := strings.Replace(s.Name, "GZRS", "GRS", 1)
	return object.Object{
		"status": "Live", "lastSyncTime": sync.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05Z"), "canFailover": true,
		"canPlannedFailover": c.Now.Sub(sync) <= plannedMaxLag, "postFailoverRedundancy": after, "postPlannedFailoverRedundancy": planned,
	}
}

// failover begins to make the secondary region the primary one.
func failover(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	s := skuNamed(object.Text(body, "sku.name"))
	planned := strings.EqualFold(c.Query.Get("failoverType"), "planned")
	if err := mayFailOver(c, body, s, planned); err != nil {
		return provider.Reply{}, err
	}
	object.Set(body, "properties.failoverInProgress", true)
	if err := facet.Change(c, c.Was, body, nil); err != nil {
		return provider.Reply{}, err
	}
	event := &state.Event{Kind: failoverEnds, Key: c.ID}
	if planned {
		event.Data = []byte(`{"planned":true}`)
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: failoverTakes, Style: "location", Done: event}, nil
}

func mayFailOver(c *provider.Call, body object.Object, s sku, planned bool) error {
	sync, whole := lastSync(c)
	blocked := false
	for range c.Tx.Children(c.ID, accountType+"/objectReplicationPolicies") {
		blocked = true
	}
	switch {
	case !s.Geo:
		return refusal.New(http.StatusBadRequest, "InvalidAccountType", "Account failover is not supported for the account type %s.", s.Name)
	case object.Bool(body, "properties.failoverInProgress"):
		return refusal.Conflict("AccountFailoverInProgress", "A failover of the storage account %s is in progress.", c.Name)
	case object.Text(body, "kind") == "BlockBlobStorage":
		return refusal.New(http.StatusBadRequest, "InvalidAccountType", "Account failover is not supported for accounts of kind BlockBlobStorage.")
	case object.Bool(body, "properties.isNfsV3Enabled"):
		return refusal.Conflict("AccountFailoverNotSupported", "Account failover is not supported for accounts with NFS 3.0 enabled.")
	case blocked:
		return refusal.Conflict("AccountFailoverNotSupported", "Account failover is not supported for accounts with object replication policies.")
	case !whole:
		return refusal.Conflict("LastSyncTimeNotAvailable", "The account cannot fail over before its first synchronization with the secondary region has finished.")
	case planned && c.Now.Sub(sync) > plannedMaxLag:
		return refusal.Conflict("LastSyncTimeTooOld", "A planned failover needs a last sync time of at most 30 minutes ago.")
	case planned && c.World.Health.Own(c.Tx, c.ID, c.Now).Why != "":
		return refusal.Conflict("PrimaryRegionUnavailable", "A planned failover needs both regions.")
	case planned:
		return blockedFromPlanned(c)
	}
	return nil
}

func blockedFromPlanned(c *provider.Call) error {
	r := c.Tx.Resource(c.ID + "/blobServices/default")
	if r == nil {
		return nil
	}
	service := object.Must(r.Body)
	if object.Bool(service, "properties.changeFeed.enabled") || object.Bool(service, "properties.restorePolicy.enabled") {
		return refusal.Conflict("AccountFailoverNotSupported", "A planned failover is not supported for accounts with change feed or point-in-time restore.")
	}
	return nil
}

// endFailover makes the secondary region the primary one. After an unplanned
// failover the account is locally redundant there, without what had not come
// over yet; after a planned one it keeps a copy in the former primary region.
func endFailover(w *world.World, lose Lose, tx *state.Tx, now time.Time, e state.Event) error {
	r := tx.Resource(e.Key)
	if r == nil {
		return nil // deleted meanwhile
	}
	body, secret := object.Must(r.Body), object.Must(r.Secret)
	from, to := object.Text(body, "properties.primaryLocation"), object.Text(body, "properties.secondaryLocation")
	object.Delete(body, "properties.failoverInProgress")
	object.Set(body, "properties.lastGeoFailoverTime", facet.Time(now))
	object.Set(body, "properties.primaryLocation", to)
	name := object.Text(body, "sku.name")
	if strings.Contains(string(e.Data), "planned") {
		object.Set(body, "sku.name", strings.Replace(name, "GZRS", "GRS", 1))
		object.Set(body, "properties.secondaryLocation", from)
		object.Set(secret, sinceGeo, facet.Time(now))
	} else {
		if sync, whole := syncedUntil(w, tx, r.ID, now); whole && lose != nil {
			if err := lose(tx, r.ID, sync); err != nil {
				return err
			}
		}
		object.Set(body, "sku.name", "Standard_LRS")
		object.Set(body, "properties.isSkuConversionBlocked", true)
		secondary(body, secret, skuNamed("Standard_LRS"), now)
	}
	next := r.Copy()
	next.Body, next.Secret, next.Changed = object.Encode(body), object.Encode(secret), now
	return tx.Put(next)
}
