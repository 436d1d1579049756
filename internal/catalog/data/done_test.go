package data_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// Whatever a remedy changes leads to an estate in which it is not about the
// resource any more, and in which its plain rules do not fail for it: done once is
// done, and what is promised is so.
func TestDoneRemediesAreDone(t *testing.T) {
	sku := func(typ, tier, rest string) thing {
		return with(typ, "", `"sku":{"name":"x","tier":"`+tier+`"},"properties":{`+rest+`}`)
	}
	pools := func(rest, pool string) thing {
		return props(cluster, rest+`"agentPoolProfiles":[{"name":"a",`+pool+`}]`)
	}
	old := func(name, text string) *estate.Resource { // a vault of a version before the default changed
		return declared(t, "2023-07-01", vault, name, "westeurope", `"properties":{`+text+`}`)
	}
	extension := resource(t, "Microsoft.KubernetesConfiguration/extensions", "ml", "", `"properties":{"configurationSettings":{"inferenceRouterHA":"False"}}`)
	extension.ID = estate.ParseID("/subscriptions/s/resourceGroups/g/providers/" + cluster + "/it/providers/" + extension.Type + "/ml")
	server := []*estate.Resource{resource(t, sqlServer, "ws", "westeurope", `"properties":{}`)}
	fixtures := []struct {
		it     thing
		others []*estate.Resource
	}{
		{it: with(workspace, "", `"properties":{"v1LegacyMode":true,"managedNetwork":{"isolationMode":"AllowInternetOutbound"}}`)},
		{it: stored("Standard_LRS", "")},
		{it: stored("Standard_LRS", "").asShares()},
		{it: stored("Standard_GRS", "").asBlobs()},
		{it: stored("Standard_RAGRS", "").asBlobs()},
		{it: stored("Standard_ZRS", "").asBlobs()},
		{it: with(account, "", `"kind":"Storage","sku":{"name":"Standard_LRS"}`)},
		{it: with(account, "", `"kind":"BlockBlobStorage","sku":{"name":"Premium_LRS"}`)},
		{it: stored("Standard_ZRS", `,"properties":{}`), others: []*estate.Resource{resource(t, account+"/fileServices", "it/default", "", `"properties":{"shareDeleteRetentionPolicy":{"enabled":false}}`)}},
		{it: props(vault, `"enableSoftDelete":false,"softDeleteRetentionInDays":7`)},
		{it: props(vault, `"accessPolicies":[{"objectId":"o"}]`), others: []*estate.Resource{old("a", ""), old("b", `"enableRbacAuthorization":true`)}},
		{it: with(images, "", `"sku":{"name":"Basic"},"properties":{}`)},
		{it: with(images, "", `"sku":{"name":"Premium"},"properties":{"policies":{"retentionPolicy":{"status":"enabled"}}}`)},
		{it: with(images, "", `"sku":{"name":"Premium"},"properties":{"policies":{"softDeletePolicy":{"status":"enabled"}}}`), others: []*estate.Resource{
			resource(t, images+"/replications", "it/northeurope", "northeurope", `"properties":{"regionEndpointEnabled":false}`)}},
		{it: props(component, `"RetentionInDays":30`)},
		{it: props(logs, `"workspaceCapping":{"dailyQuotaGb":5}`)},
		{it: with(compute, "", `"properties":{"computeType":"AmlCompute","properties":{"vmPriority":"LowPriority"}}`)},
		{it: with(deployment, "", `"sku":{"capacity":1},"properties":{"endpointComputeType":"Managed"}`)},
		{it: pools(`"disableLocalAccounts":true,`, `"count":1,"upgradeSettings":{"maxSurge":"1"}`).as(estate.Compute, "")},
		{it: pools(`"networkProfile":{"loadBalancerSku":"basic"},`, `"count":3`)},
		{it: props(cluster, `"agentPoolProfiles":[{"name":"a","enableAutoScaling":true,"availabilityZones":["1"]},{"name":"b","enableAutoScaling":true,"availabilityZones":["2"]}]`)},
		{it: pools("", `"count":3`), others: []*estate.Resource{extension}},
		{it: sku(spark, "premium", "")},
		{it: sku(sqlDatabase, "GeneralPurpose", ""), others: server},
		{it: sku(sqlDatabase, "Standard", ""), others: server},
		{it: sku(sqlDatabase, "Hyperscale", `"highAvailabilityReplicaCount":1,"requestedBackupStorageRedundancy":"GeoZone"`), others: server},
		{it: sku(sqlDatabase, "Hyperscale", `"zoneRedundant":true`), others: server},
		{it: sku(sqlDatabase, "BusinessCritical", `"createMode":"Secondary"`), others: []*estate.Resource{server[0],
			resource(t, sqlDatabase+"/backupShortTermRetentionPolicies", "ws/it/default", "", `"properties":{"retentionDays":3}`)}},
		{it: props(sqlGroup, `"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":120}`)},
		{it: sku(postgres, "Burstable", "")},
		{it: sku(postgres, "GeneralPurpose", "")},
		{it: sku(mysql, "Burstable", "")},
		{it: sku(mysql, "GeneralPurpose", `"storage":{"autoGrow":"Disabled"},"backup":{"backupRetentionDays":3}`)},
		{it: props(cosmos, `"locations":[{"locationName":"westeurope"}],"enableFreeTier":true`)},
		{it: props(cosmos, `"locations":[{"locationName":"westeurope"},{"locationName":"northeurope"}],"backupPolicy":{"type":"Periodic","periodicModeProperties":{"backupStorageRedundancy":"Local"}}`)},
		{it: props(mlRegistry, `"regionDetails":[{"location":"westeurope","storageAccountDetails":[{"systemCreatedStorageAccount":{"storageAccountType":"Standard_LRS"}}]}]`)},
	}
	tried := map[string]bool{}
	for _, x := range fixtures {
		c, e, _ := x.it.put(t, x.others...)
		for _, r := range e.Resources {
			for _, rem := range c.RemediesFor(r.Service) {
				if doIt(t, c, e, r, rem) {
					tried[rem.ID] = true
				}
			}
		}
	}
	for _, rem := range load(t).Remedies() {
		if len(rem.Set)+len(rem.Add) > 0 && !tried[rem.ID] && !never[rem.ID] {
			t.Errorf("%s was not tried on any resource", rem.ID)
		}
	}
}

// never are remedies that stay applicable when they are done: about every
// resource, of which one more lock does no harm.
var never = map[string]bool{"delete-lock": true}

// doIt does a remedy, if it is about the resource and has all that it needs.
func doIt(t *testing.T, c *catalog.Catalog, e *estate.Estate, r *estate.Resource, rem *catalog.Remedy) bool {
	t.Helper()
	if v := c.Concerns(rem, e, r); len(rem.Set)+len(rem.Add) == 0 || !v.Holds || never[rem.ID] {
		return false
	}
	if needs, _ := c.Missing(rem, e, r); len(needs) > 0 {
		return false
	}
	after := improve.Apply(e, c, "northeurope", improve.Change{Remedy: rem, Resource: r})
	now := after.ByID(r.ID)
	if v := c.Concerns(rem, after, now); !v.Known || v.Holds {
		t.Errorf("%s on %s is still to be done after it was: %+v", rem.ID, r.Name, v)
	}
	for _, id := range rem.Rules {
		rule := c.Rule(id)
		if rule.Check == "" || !fails(c, rule, e, r) {
			continue // an outage rule, or one that another setting breaks
		}
		if fails(c, rule, after, now) {
			t.Errorf("%s on %s leaves %s as it was", rem.ID, r.Name, id)
		}
	}
	return true
}

func fails(c *catalog.Catalog, rule *catalog.Rule, e *estate.Estate, r *estate.Resource) bool {
	applies, holds := c.Applies(rule, e, r), c.Check(rule, e, r)
	return applies.Known && applies.Holds && holds.Known && !holds.Holds
}
