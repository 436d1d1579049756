package kubernetes

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
)

// amlExtension is the extension that runs the jobs and endpoints of Azure
// Machine Learning.
const amlExtension = "microsoft.azureml.kubernetes"

// prepareExtension holds an extension to a cluster; that of Azure Machine
// Learning also to what it needs (compute-resources.md 1.5).
func prepareExtension(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	if c.Parent == nil || !strings.EqualFold(c.Parent.Type, clusterType) && !strings.EqualFold(c.Parent.Type, connectedType) {
		return refuse("InvalidParameter", "An extension must be on a managed or a connected cluster.")
	}
	kind := object.Text(c.Body, "properties.extensionType")
	for r := range c.Tx.Children(c.Parent.ID, extensionType) {
		if !strings.EqualFold(r.Name, c.Name) && strings.EqualFold(object.Text(object.Must(r.Body), "properties.extensionType"), kind) {
			return refuse("ExtensionTypeAlreadyInstalled", "The cluster %s has an extension of the type %s already: %s.", c.Parent.Name, kind, r.Name)
		}
	}
	if !strings.EqualFold(kind, amlExtension) {
		return nil
	}
	cluster := object.Must(c.Parent.Body)
	set := func(name string) string {
		return strings.ToLower(object.Text(c.Body, "properties.configurationSettings."+name))
	}
	switch {
	case object.Bool(cluster, "properties.disableLocalAccounts"):
		return refuse("ExtensionCreationFailed", "The extension %s needs the local accounts of the cluster %s.", kind, c.Parent.Name)
	case set("enableTraining") != "true" && set("enableInference") != "true":
		return refuse("ExtensionCreationFailed", "The extension %s needs enableTraining or enableInference to be True.", kind)
	case set("enableInference") == "true" && set("inferenceRouterServiceType") == "":
		return refuse("ExtensionCreationFailed", "The extension %s needs inferenceRouterServiceType when enableInference is True.", kind)
	}
	return nil
}

// doneExtension says which version runs once the extension is installed.
func doneExtension(c *provider.Call) error {
	version := object.Text(c.Body, "properties.version")
	if version == "" {
		o, err := offered()
		if err != nil {
			return err
		}
		version = o.Extension
	}
	object.Set(c.Body, "properties.currentVersion", version)
	object.Set(c.Body, "properties.statuses", []any{})
	return nil
}

func prepareConnected(c *provider.Call) error {
	facet.Made(c, "properties.connectivityStatus", func() any { return "Connected" })
	object.Set(c.Body, "properties.lastConnectivityTime", facet.Time(c.Now))
	return nil
}
