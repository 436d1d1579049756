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
)

const conversionPath = "properties.storageAccountSkuConversionStatus"

// convert asks for a change between copies in one zone and in several. It waits,
// then runs, and the account works all the while.
func convert(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	from, to := skuNamed(object.Text(body, "sku.name")), skuNamed(object.Text(c.Body, "properties.targetSkuName"))
	kind := object.Text(body, "kind")
	r, known := facet.Region(c)
	switch {
	case to.Name == "" || from.Class != to.Class || from.Geo != to.Geo || from.Zone == to.Zone:
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "InvalidSkuConversion", "Conversion from %s to %s is not supported by a customer-initiated conversion.", from.Name, object.Text(c.Body, "properties.targetSkuName"))
	case kind != "StorageV2" && kind != "FileStorage": // associated-resources.md 1.3
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "InvalidSkuConversion", "Conversion is not supported for accounts of kind %s.", kind)
	case known && !to.offered(r):
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "RedundancyConfigurationNotAvailableInRegion", "Sku %s is not available in region %s.", to.Name, c.Location)
	case object.Bool(body, "properties.isNfsV3Enabled") || object.Bool(body, "properties.isSkuConversionBlocked"):
		return provider.Reply{}, refusal.Conflict("SkuConversionBlocked", "Conversion of the storage account %s is blocked: it has NFS 3.0, or is the result of a failover.", c.Name)
	}
	if err := converting(c, body); err != nil {
		return provider.Reply{}, err
	}
	object.Set(body, "properties.accountMigrationInProgress", true)
	object.Set(body, conversionPath, object.Object{"skuConversionStatus": "InProgress", "targetSkuName": to.Name})
	if err := facet.Change(c, c.Was, body, nil); err != nil {
		return provider.Reply{}, err
	}
	if err := c.Tx.Schedule(state.Event{At: c.Now.Add(conversionWaits), Kind: conversionStarts, Key: c.ID}); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: acceptTakes, Style: "location"}, nil
}

// converting refuses another change of redundancy while a conversion waits or
// runs, and for three days after it (associated-resources.md 1.3).
func converting(c *provider.Call, body object.Object) error {
	if object.Text(body, conversionPath+".skuConversionStatus") == "InProgress" || object.Bool(body, "properties.accountMigrationInProgress") {
		return refusal.Conflict("SkuConversionInProgress", "A conversion of the storage account %s is in progress.", c.Name)
	}
	ended, err := time.Parse(time.RFC3339, object.Text(body, conversionPath+".endTime"))
	if next := ended.Add(conversionRests); err == nil && c.Now.Before(next) {
		return refusal.Conflict("SkuConversionTooSoon", "The redundancy of the storage account %s was converted on %s: it can be changed again 72 hours later, on %s.",
			c.Name, ended.UTC().Format(time.RFC3339), next.UTC().Format(time.RFC3339))
	}
	return nil
}

func startConversion(tx *state.Tx, now time.Time, e state.Event) error {
	if err := onAccount(tx, now, e.Key, func(body object.Object) {
		object.Set(body, conversionPath+".startTime", facet.Time(now))
	}); err != nil {
		return err
	}
	return tx.Schedule(state.Event{At: now.Add(conversionTakes), Kind: conversionEnds, Key: e.Key})
}

func endConversion(tx *state.Tx, now time.Time, e state.Event) error {
	return onAccount(tx, now, e.Key, func(body object.Object) {
		object.Set(body, "sku.name", object.Text(body, conversionPath+".targetSkuName"))
		object.Set(body, conversionPath+".skuConversionStatus", "Succeeded")
		object.Set(body, conversionPath+".endTime", facet.Time(now))
		object.Delete(body, "properties.accountMigrationInProgress")
	})
}

// onAccount changes an account that is still there.
func onAccount(tx *state.Tx, now time.Time, id string, change func(object.Object)) error {
	r := tx.Resource(id)
	if r == nil {
		return nil
	}
	body := object.Must(r.Body)
	change(body)
	next := r.Copy()
	next.Body, next.Changed = object.Encode(body), now
	return tx.Put(next)
}

// readConversion answers GET accountMigrations/default.
func readConversion(c *provider.Call) (provider.Reply, error) {
	body := facet.Was(c)
	status := object.Inner(body, conversionPath)
	if status == nil {
		return provider.Reply{}, refusal.New(http.StatusNotFound, "AccountMigrationNotFound", "No conversion of the storage account %s has been asked for.", c.Name)
	}
	word := map[string]string{"Succeeded": "Complete", "Failed": "Failed"}[object.Text(status, "skuConversionStatus")]
	switch {
	case word != "":
	case object.Text(status, "startTime") == "":
		word = "SubmittedForConversion"
	default:
		word = "InProgress"
	}
	return provider.Reply{Body: object.Object{
		"id": c.ID + "/accountMigrations/default", "name": "default", "type": strings.Join([]string{accountType, "accountMigrations"}, "/"),
		"properties": object.Object{"targetSkuName": object.Text(status, "targetSkuName"), "migrationStatus": word},
	}}, nil
}
