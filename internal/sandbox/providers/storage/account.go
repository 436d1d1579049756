package storage

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// kept by an account over every change, whatever is sent.
var madeByService = []string{
	"properties.creationTime", "properties.keyCreationTime", "properties.primaryLocation",
	"properties.failoverInProgress", "properties.lastGeoFailoverTime", "properties.storageAccountSkuConversionStatus",
	"properties.accountMigrationInProgress", "properties.isSkuConversionBlocked",
}

func prepareAccount(c *provider.Call) error {
	if c.Was == nil && object.Text(c.Body, "kind") == "" && !c.Seeding {
		if c.APIVersion >= "2018" { // kind is required since then
			return refusal.New(http.StatusBadRequest, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: kind.")
		}
		object.Set(c.Body, "kind", "Storage")
	}
	object.Default(c.Body, "kind", "StorageV2")
	if err := facet.Checks(c, checkKind, checkSKU, checkFeatures); err != nil {
		return err
	}
	s, kind := skuNamed(object.Text(c.Body, "sku.name")), object.Text(c.Body, "kind")
	object.Set(c.Body, "sku.tier", s.tier())
	if tier := accessTier(kind, s); tier == "Premium" {
		object.Set(c.Body, "properties.accessTier", tier)
	} else if tier != "" {
		object.Default(c.Body, "properties.accessTier", tier)
	}
	for _, service := range []string{"blob", "file"} {
		path := "properties.encryption.services." + service + ".lastEnabledTime"
		facet.Made(c, path, func() any { return facet.Time(c.Now) })
	}
	since := c.Now
	if c.Was == nil {
		facet.Made(c, "properties.creationTime", func() any { return facet.Time(c.Now) })
		facet.Made(c, "properties.keyCreationTime", func() any { return object.Object{"key1": facet.Time(c.Now), "key2": facet.Time(c.Now)} })
		facet.Made(c, "properties.primaryLocation", func() any { return c.Location })
	} else {
		facet.Carry(c, madeByService...)
	}
	if c.Seeding { // what an estate has is copied already
		since = c.Now.Add(-firstSync)
	}
	keys(c)
	secondary(c.Body, c.Secret, s, since)
	return nil
}

// accessTier is the access tier of an account that names none, "" when its kind
// has none.
func accessTier(kind string, s sku) string {
	switch {
	case s.Class != "standard" && kind != "Storage":
		return "Premium"
	case kind == "StorageV2" || kind == "BlobStorage":
		return "Hot"
	}
	return ""
}

// checkKind lets an account change its kind from Storage or BlobStorage to
// StorageV2 only, which is for ever.
func checkKind(c *provider.Call) error {
	from, to := object.Text(facet.Was(c), "kind"), object.Text(c.Body, "kind")
	if c.Was == nil || from == to || (from == "Storage" || from == "BlobStorage") && to == "StorageV2" {
		return nil
	}
	return readOnly("kind")
}

func readOnly(path string) error {
	return refusal.Conflict("AccountPropertyCannotBeUpdated", "The property '%s' was specified in the input, but it cannot be updated as it is read-only. For more information, see - https://aka.ms/storageaccountupdate", strings.TrimPrefix(path, "properties."))
}

// checkFeatures refuses what Azure does not offer together.
func checkFeatures(c *provider.Call) error {
	kind := object.Text(c.Body, "kind")
	hns := object.Bool(c.Body, "properties.isHnsEnabled")
	for _, path := range []string{"properties.isHnsEnabled", "properties.isNfsV3Enabled"} {
		if c.Was != nil && object.Bool(c.Body, path) && !object.Bool(facet.Was(c), path) {
			return readOnly(path)
		}
	}
	switch {
	case hns && kind != "StorageV2" && kind != "BlockBlobStorage":
		return refusal.New(http.StatusBadRequest, "HnsNotSupportedForThisKindAccount", "Hierarchical namespace is not supported for accounts of kind %s.", kind)
	case object.Bool(c.Body, "properties.isNfsV3Enabled") && !hns:
		return refusal.New(http.StatusBadRequest, "InvalidRequestPropertyValue", "The value 'True' is not allowed for property isNfsV3Enabled. NFS 3.0 needs a hierarchical namespace.")
	}
	return nil
}

// secondary writes where an account's second copy is. It begins with the time at
// which its sku became a geo-redundant one.
func secondary(body, secret object.Object, s sku, now time.Time) {
	primary := object.Text(body, "properties.primaryLocation")
	object.Set(body, "properties.statusOfPrimary", "available")
	if !s.Geo {
		object.Delete(body, "properties.secondaryLocation")
		object.Delete(body, "properties.statusOfSecondary")
		object.Delete(secret, sinceGeo)
		return
	}
	object.Set(body, "properties.secondaryLocation", facet.Pair(primary))
	object.Set(body, "properties.statusOfSecondary", "available")
	object.Default(secret, sinceGeo, facet.Time(now))
}

// sinceGeo is where an account's secret part keeps the time since which it copies
// to its secondary region.
const sinceGeo = "copiesSince"

// services are the children that every account has, each called default, by kind
// of account.
func services(kind string) []string {
	switch kind {
	case "BlobStorage", "BlockBlobStorage":
		return []string{"blobServices"}
	case "FileStorage":
		return []string{"fileServices"}
	}
	return []string{"blobServices", "fileServices", "queueServices", "tableServices"}
}

func keptAccount(c *provider.Call) error {
	for _, service := range services(object.Text(c.Body, "kind")) {
		id := c.ID + "/" + service + "/default"
		if c.Tx.Resource(id) != nil {
			continue
		}
		if err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{"properties": object.Object{}}}); err != nil {
			return err
		}
	}
	return nil
}

func dropAccount(c *provider.Call) error {
	if !c.Cascade && object.Bool(facet.Was(c), "properties.failoverInProgress") {
		return refusal.Conflict("StorageAccountOperationInProgress", "An operation is currently performing on this storage account that requires exclusive access.")
	}
	return nil
}

// dropService refuses to delete a service of an account: it comes and goes with
// the account.
func dropService(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	return refusal.New(http.StatusMethodNotAllowed, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")
}

// showAccount works out the addresses, and the state of the copy when it is
// asked for.
func showAccount(c *provider.Call) error {
	kind, s := object.Text(c.Body, "kind"), skuNamed(object.Text(c.Body, "sku.name"))
	object.Set(c.Body, "properties.primaryEndpoints", endpoints(c, kind, false))
	object.Delete(c.Body, "properties.secondaryEndpoints")
	if s.Read && s.Geo {
		object.Set(c.Body, "properties.secondaryEndpoints", endpoints(c, kind, true))
	}
	if s.Geo && strings.Contains(strings.ToLower(c.Query.Get("$expand")), "georeplicationstats") {
		object.Set(c.Body, "properties.geoReplicationStats", stats(c, s))
	}
	return nil
}

// endpoints are the addresses of an account's services. The sandbox serves blobs
// and files; queues, tables and the rest have Azure's own names.
func endpoints(c *provider.Call, kind string, secondary bool) object.Object {
	at, host := c.World.At, strings.ToLower(c.Name)
	if secondary {
		host += "-secondary"
	}
	out := object.Object{}
	for _, service := range services(kind) {
		switch service {
		case "blobServices":
			out["blob"] = at.BlobEndpoint(c.Name, secondary)
			out["dfs"] = at.BlobEndpoint(c.Name, secondary)
			out["web"] = "https://" + host + ".z6.web.core.windows.net/"
		case "fileServices":
			if !secondary { // shares cannot be read from the secondary: associated-resources.md 1.5
				out["file"] = at.FileEndpoint(c.Name, false)
			}
		case "queueServices":
			out["queue"] = "https://" + host + ".queue.core.windows.net/"
		case "tableServices":
			out["table"] = "https://" + host + ".table.core.windows.net/"
		}
	}
	if kind == "Storage" {
		delete(out, "dfs")
		delete(out, "web")
	}
	return out
}
