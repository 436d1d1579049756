package storage

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// accountOf is the account that a child belongs to.
func accountOf(c *provider.Call) *state.Resource {
	i := strings.Index(strings.ToLower(c.ID), "/storageaccounts/")
	if i < 0 {
		return nil
	}
	name, _, _ := strings.Cut(c.ID[i+len("/storageaccounts/"):], "/")
	return c.Tx.Resource(c.ID[:i+len("/storageaccounts/")] + name)
}

func invalid(format string, args ...any) error {
	return refusal.New(http.StatusBadRequest, "InvalidRequestPropertyValue", format, args...)
}

func number(v any) (int, bool) {
	type number interface{ Int64() (int64, error) }
	switch v := v.(type) {
	case number:
		n, err := v.Int64()
		return int(n), err == nil
	case float64:
		return int(v), true
	case int:
		return v, true
	case uint64:
		return int(v), true
	}
	return 0, false
}

// prepareBlobService holds the rules between versioning, change feed, soft
// delete and point-in-time restore (associated-resources.md 1.6).
func prepareBlobService(c *provider.Call) error { return facet.Checks(c, checkBlobService) }

func checkBlobService(c *provider.Call) error {
	account := accountOf(c)
	hns := account != nil && object.Bool(object.Must(account.Body), "properties.isHnsEnabled")
	for _, policy := range []string{"deleteRetentionPolicy", "containerDeleteRetentionPolicy"} {
		if days, ok := number(object.Get(c.Body, "properties."+policy+".days")); ok && (days < 1 || days > 365) {
			return invalid("The value '%d' is not allowed for property %s.days. Allowed values are 1 to 365.", days, policy)
		}
	}
	versioning, feed := object.Bool(c.Body, "properties.isVersioningEnabled"), object.Bool(c.Body, "properties.changeFeed.enabled")
	restore := object.Bool(c.Body, "properties.restorePolicy.enabled")
	if hns && (versioning || feed || restore) {
		return refusal.Conflict("FeatureNotSupportedForAccount", "Blob versioning, change feed and point-in-time restore are not supported for accounts with a hierarchical namespace.")
	}
	if !restore {
		return nil
	}
	kept, _ := number(object.Get(c.Body, "properties.deleteRetentionPolicy.days"))
	days, _ := number(object.Get(c.Body, "properties.restorePolicy.days"))
	switch {
	case !versioning || !feed || !object.Bool(c.Body, "properties.deleteRetentionPolicy.enabled"):
		return refusal.Conflict("InvalidRestorePolicy", "Point-in-time restore needs blob soft delete, versioning and change feed.")
	case days < 1 || days >= kept:
		return invalid("restorePolicy.days must be at least 1 and less than deleteRetentionPolicy.days.")
	}
	return nil
}

func prepareFileService(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	if days, ok := number(object.Get(c.Body, "properties.shareDeleteRetentionPolicy.days")); ok && (days < 1 || days > 365) {
		return invalid("The value '%d' is not allowed for property shareDeleteRetentionPolicy.days. Allowed values are 1 to 365.", days)
	}
	return nil
}

// showService adds the account's sku, as Azure does to its services.
func showService(c *provider.Call) error {
	if a := accountOf(c); a != nil {
		object.Set(c.Body, "sku", object.CloneObject(object.Inner(object.Must(a.Body), "sku")))
	}
	return nil
}

// lease are the properties of something that may be leased, and is not.
func lease(c *provider.Call) {
	facet.Made(c, "properties.leaseStatus", func() any { return "Unlocked" })
	facet.Made(c, "properties.leaseState", func() any { return "Available" })
	object.Set(c.Body, "properties.lastModifiedTime", facet.Time(c.Now))
}

func prepareContainer(c *provider.Call) error {
	account := accountOf(c)
	if account == nil {
		return nil
	}
	body := object.Must(account.Body)
	if !c.Seeding && object.Text(c.Body, "properties.publicAccess") != "None" && !object.Bool(body, "properties.allowBlobPublicAccess") {
		return refusal.Conflict("PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
	}
	facet.Made(c, "properties.hasImmutabilityPolicy", func() any { return false })
	facet.Made(c, "properties.hasLegalHold", func() any { return false })
	lease(c)
	return nil
}

// prepareShare gives a share its quota: 5 TiB, or 100 TiB where large shares are
// on (learn.microsoft.com, Azure Files scale targets).
func prepareShare(c *provider.Call) error {
	account := accountOf(c)
	if account == nil {
		return nil
	}
	body := object.Must(account.Body)
	most := 5120
	if object.Text(body, "kind") == "FileStorage" || object.Text(body, "properties.largeFileSharesState") == "Enabled" {
		most = 102400
	}
	object.Default(c.Body, "properties.shareQuota", most)
	if quota, ok := number(object.Get(c.Body, "properties.shareQuota")); !c.Seeding && (!ok || quota < 1 || quota > most) {
		return invalid("The value is not allowed for property shareQuota. Allowed values are 1 to %d.", most)
	}
	object.Default(c.Body, "properties.enabledProtocols", "SMB")
	if !c.Seeding && object.Text(c.Body, "properties.enabledProtocols") == "NFS" && object.Text(body, "kind") != "FileStorage" {
		return invalid("The value 'NFS' is not allowed for property enabledProtocols: the account is not of kind FileStorage.")
	}
	if object.Text(body, "kind") == "FileStorage" {
		object.Set(c.Body, "properties.accessTier", "Premium")
	} else {
		object.Default(c.Body, "properties.accessTier", "TransactionOptimized")
	}
	lease(c)
	return nil
}

// touched writes the time of the change.
func touched(path string) func(*provider.Call) error {
	return func(c *provider.Call) error {
		object.Set(c.Body, path, facet.Time(c.Now))
		return nil
	}
}

func prepareScope(c *provider.Call) error {
	facet.Made(c, "properties.creationTime", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.lastModifiedTime", facet.Time(c.Now))
	return nil
}

// prepareReplication gives a policy its id. Azure wants it made on the
// destination first, under the name default.
func prepareReplication(c *provider.Call) error {
	account := accountOf(c)
	if !c.Seeding && account != nil && object.Bool(object.Must(account.Body), "properties.isHnsEnabled") {
		return refusal.Conflict("FeatureNotSupportedForAccount", "Object replication is not supported for accounts with a hierarchical namespace.")
	}
	id := c.Name
	if strings.EqualFold(id, "default") {
		id = c.World.GUID()
	}
	facet.Made(c, "properties.policyId", func() any { return id })
	facet.Made(c, "properties.enabledTime", func() any { return facet.Time(c.Now) })
	for _, rule := range facet.Objects(c.Body, "properties.rules") {
		object.Default(rule, "ruleId", c.World.GUID())
	}
	return nil
}
