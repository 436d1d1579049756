package kubernetes

import (
	"embed"

	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	clusterType   = "Microsoft.ContainerService/managedClusters"
	poolType      = clusterType + "/agentPools"
	extensionType = "Microsoft.KubernetesConfiguration/extensions"
	connectedType = "Microsoft.Kubernetes/connectedClusters"
)

// Providers are the resource providers.
func Providers(w *world.World) ([]*provider.Provider, error) {
	w.Handle(powerChanged, changePower)
	var out []*provider.Provider
	for _, namespace := range []string{"Microsoft.ContainerService", "Microsoft.KubernetesConfiguration", "Microsoft.Kubernetes"} {
		p, err := provider.Load(namespace, types)
		if err != nil {
			return nil, err
		}
		for _, t := range p.Types {
			t.Hooks = hooks[t.Name]
		}
		if namespace == "Microsoft.ContainerService" {
			p.Locations = map[string]func(*provider.Call) (provider.Reply, error){"kubernetesversions": listVersions}
		}
		out = append(out, p)
	}
	return out, nil
}

var hooks = map[string]provider.Hooks{
	clusterType: {
		Prepare: prepareCluster, Kept: keptCluster, Show: showCluster, Drop: dropCluster,
		Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"listclusteradmincredential": adminCredential, "listclusterusercredential": userCredential, "listclustermonitoringusercredential": userCredential,
			"start": start, "stop": stop, "rotateclustercertificates": rotate,
		},
		Reads: map[string]func(*provider.Call) (provider.Reply, error){
			"upgradeprofiles": upgrades, "availableagentpoolversions": poolVersions, "privatelinkresources": privateLinkResources,
		},
	},
	poolType:      {Prepare: preparePool, Drop: dropPool},
	extensionType: {Prepare: prepareExtension, Done: doneExtension},
	connectedType: {Prepare: prepareConnected},
}
