package plain

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

func count(c *provider.Call, property string) int {
	n, _ := strconv.Atoi(fmt.Sprint(object.Get(c.Body, "properties."+property)))
	return n
}

func prepareSynapse(c *provider.Call) error {
	facet.Made(c, "properties.workspaceUID", func() any { return c.World.GUID() })
	host := strings.ToLower(c.Name)
	object.Set(c.Body, "properties.connectivityEndpoints", object.Object{
		"dev": "https://" + host + ".dev.azuresynapse.net", "sql": host + ".sql.azuresynapse.net", "sqlOnDemand": host + "-ondemand.sql.azuresynapse.net",
		"web": "https://web.azuresynapse.net?workspace=" + c.ID,
	})
	if object.Text(c.Body, "properties.managedResourceGroupName") == "" {
		facet.Made(c, "properties.managedResourceGroupName", func() any { return "synapseworkspace-managedrg-" + c.World.GUID() })
	}
	return nil
}

func prepareFactory(c *provider.Call) error {
	facet.Made(c, "properties.createTime", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.version", "2018-06-01")
	return nil
}

// prepareFarm holds zone redundancy of a plan to its region and tier.
func prepareFarm(c *provider.Call) error {
	name := object.Text(c.Body, "sku.name")
	tiers := map[string]string{"F": "Free", "D": "Shared", "B": "Basic", "S": "Standard", "P": "PremiumV3", "Y": "Dynamic", "E": "ElasticPremium"}
	if name != "" {
		if tier := tiers[strings.ToUpper(name[:1])]; tier != "" && name != "F1" {
			object.Set(c.Body, "sku.tier", tier)
		}
	}
	zones := object.Bool(c.Body, "properties.zoneRedundant")
	if !c.Seeding && zones && (!facet.HasZones(c.Location) || !strings.HasPrefix(strings.ToUpper(name), "P")) {
		return refusal.New(http.StatusBadRequest, "BadRequest", "Zone redundancy is not available for the plan %s with the sku %s in %s.", c.Name, name, c.Location)
	}
	return nil
}

func prepareSite(c *provider.Call) error {
	host := strings.ToLower(c.Name) + ".azurewebsites.net"
	object.Set(c.Body, "properties.defaultHostName", host)
	object.Set(c.Body, "properties.hostNames", []any{host})
	if farm := object.Text(c.Body, "properties.serverFarmId"); farm != "" && !c.Seeding && c.Tx.Resource(farm) == nil {
		return refusal.New(http.StatusNotFound, "NotFound", "Cannot find serverFarm with name %s.", farm[strings.LastIndexByte(farm, '/')+1:])
	}
	return nil
}

func prepareHub(c *provider.Call) error {
	facet.Made(c, "properties.createdAt", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.updatedAt", facet.Time(c.Now))
	object.Set(c.Body, "properties.status", "Active")
	object.Set(c.Body, "properties.metricId", c.Subscription+":"+c.Name)
	object.Set(c.Body, "properties.serviceBusEndpoint", "https://"+c.Name+".servicebus.windows.net:443/")
	return nil
}

func hubKeys(c *provider.Call) error {
	for _, name := range []string{"primaryKey", "secondaryKey"} {
		if object.Text(c.Secret, name) == "" {
			c.Secret[name] = facet.Key(c, 32)
		}
	}
	return nil
}

func listHubKeys(c *provider.Call) (provider.Reply, error) {
	out := object.Object{"keyName": c.Name}
	for short, name := range map[string]string{"primary": "primaryKey", "secondary": "secondaryKey"} {
		key := object.Text(c.Secret, name)
		out[name] = key
		out[short+"ConnectionString"] = "Endpoint=sb://" + c.Parent.Name + ".servicebus.windows.net/;SharedAccessKeyName=" + c.Name + ";SharedAccessKey=" + key
	}
	return provider.Reply{Body: out}, nil
}

func prepareWorkflow(c *provider.Call) error {
	facet.Made(c, "properties.createdTime", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.changedTime", facet.Time(c.Now))
	facet.Made(c, "properties.version", func() any { return facet.Token(c, 20) })
	facet.Made(c, "properties.accessEndpoint", func() any {
		return "https://prod-00." + c.Location + ".logic.azure.com:443/workflows/" + facet.Token(c, 32)
	})
	return nil
}
