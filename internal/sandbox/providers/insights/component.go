package insights

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

const linked = "properties.WorkspaceResourceId"

func prepareComponent(c *provider.Call) error {
	if err := facet.Checks(c, checkComponent); err != nil {
		return err
	}
	facet.Made(c, "properties.AppId", func() any { return c.World.GUID() })
	facet.Made(c, "properties.InstrumentationKey", func() any { return c.World.GUID() })
	facet.Made(c, "properties.CreationDate", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.ApplicationId", c.Name)
	object.Set(c.Body, "properties.Name", c.Name)
	object.Set(c.Body, "properties.TenantId", c.Subscription) // it is the subscription's id, as Azure shows it
	if object.Text(c.Body, linked) == "" && !c.Seeding {
		id, err := managed(c)
		if err != nil {
			return err
		}
		object.Set(c.Body, linked, id)
	}
	return nil
}

func checkComponent(c *provider.Call) error {
	if id := object.Text(c.Body, linked); missing(c, id) {
		return refusal.New(http.StatusBadRequest, "InvalidWorkspaceResourceId", "The workspace '%s' that WorkspaceResourceId names is not found.", id)
	}
	if days, ok := object.Find(c.Body, "properties.RetentionInDays"); ok && !retention[text(days)] {
		return refusal.BadRequest("RetentionInDays is %s: it must be one of 30, 60, 90, 120, 180, 270, 365, 550, 730.", text(days))
	}
	return nil
}

// retention are the days for which a component can keep data
// (associated-resources.md 4.1).
var retention = map[string]bool{"30": true, "60": true, "90": true, "120": true, "180": true, "270": true, "365": true, "550": true, "730": true}

// managed makes the workspace, in a group of its own, that Azure makes for a
// component without one (associated-resources.md 4.1).
func managed(c *provider.Call) (string, error) {
	digits := strings.ReplaceAll(c.World.GUID(), "-", "")[:8]
	group := "/subscriptions/" + c.Subscription + "/resourceGroups/ai_" + c.Name + "_" + digits + "_managed"
	if err := facet.Bring(c, provider.Request{ID: group,
		Body: object.Object{"location": c.Location, "managedBy": c.ID}}); err != nil {
		return "", err
	}
	id := group + "/providers/" + workspaceType + "/managed-" + c.Name + "-ws"
	err := facet.Bring(c, provider.Request{ID: id,
		Body: object.Object{"location": c.Location, "properties": object.Object{}}})
	return id, err
}

// showComponent works out the connection string.
func showComponent(c *provider.Call) error {
	at := c.World.At.Ingestion()
	object.Set(c.Body, "properties.ConnectionString", "InstrumentationKey="+object.Text(c.Body, "properties.InstrumentationKey")+
		";IngestionEndpoint="+at+";LiveEndpoint="+at+";ApplicationId="+object.Text(c.Body, "properties.AppId"))
	return nil
}

// prepareSetting wants a diagnostic setting to send somewhere that is there.
func prepareSetting(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	sends := false
	for _, name := range []string{"workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"} {
		id := object.Text(c.Body, "properties."+name)
		sends = sends || id != ""
		if name != "eventHubAuthorizationRuleId" && missing(c, id) {
			return refusal.New(http.StatusBadRequest, "ResourceNotFound", "Resource '%s' was not found.", id)
		}
	}
	if !sends {
		return refusal.BadRequest("At least one data sink needs to be specified.")
	}
	return nil
}
