package kubernetes

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
)

// listVersions answers which versions a region has.
func listVersions(*provider.Call) (provider.Reply, error) {
	o, err := offered()
	if err != nil {
		return provider.Reply{}, err
	}
	list := []any{}
	for _, v := range o.Versions {
		minor := v[:strings.LastIndexByte(v, '.')]
		list = append(list, object.Object{"version": minor, "isDefault": v == o.Default, "isPreview": nil,
			"capabilities":  object.Object{"supportPlan": []any{"KubernetesOfficial"}},
			"patchVersions": object.Object{v: object.Object{"upgrades": newer(v)}}})
	}
	return provider.Reply{Body: object.Object{"values": list}}, nil
}

// newer are the versions to which one can be raised.
func newer(version string) []any {
	o, _ := offered()
	out := []any{}
	for _, v := range o.Versions {
		if older(version, v) {
			out = append(out, v)
		}
	}
	return out
}

func upgrades(c *provider.Call) (provider.Reply, error) {
	was := facet.Was(c)
	profile := func(version, name string) object.Object {
		list := []any{}
		for _, v := range newer(version) {
			list = append(list, object.Object{"kubernetesVersion": v})
		}
		return object.Object{"kubernetesVersion": version, "name": name, "osType": "Linux", "upgrades": list}
	}
	pools := []any{}
	for r := range c.Tx.Children(c.ID, poolType) {
		pools = append(pools, profile(object.Text(object.Must(r.Body), "properties.currentOrchestratorVersion"), r.Name))
	}
	return provider.Reply{Body: object.Object{"id": c.ID + "/upgradeprofiles/default", "name": "default", "type": clusterType + "/upgradeprofiles", "properties": object.Object{
		"controlPlaneProfile": profile(object.Text(was, "properties.currentKubernetesVersion"), "master"), "agentPoolProfiles": pools,
	}}}, nil
}

func poolVersions(c *provider.Call) (provider.Reply, error) {
	o, err := offered()
	if err != nil {
		return provider.Reply{}, err
	}
	list := []any{}
	for _, v := range o.Versions {
		list = append(list, object.Object{"kubernetesVersion": v, "default": v == o.Default})
	}
	return provider.Reply{Body: object.Object{"id": c.ID + "/availableAgentPoolVersions", "name": "default", "properties": object.Object{"agentPoolVersions": list}}}, nil
}

func privateLinkResources(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{object.Object{"name": "management", "groupId": "management", "requiredMembers": []any{"management"}}}}}, nil
}
