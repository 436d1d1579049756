package compute

import (
	"embed"

	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	machineType = "Microsoft.Compute/virtualMachines"
	diskType    = "Microsoft.Compute/disks"
	groupType   = "Microsoft.ContainerInstance/containerGroups"
	clusterType = "Microsoft.HDInsight/clusters"
)

type actions = map[string]func(*provider.Call) (provider.Reply, error)

// Providers are the resource providers.
func Providers(w *world.World) ([]*provider.Provider, error) {
	w.Handle(powerChanged, changePower)
	hooks := map[string]provider.Hooks{
		machineType: {Prepare: prepareMachine, Kept: keptMachine, Show: showMachine, Done: doneMachine, Drop: dropMachine, Actions: actions{
			"start": power("running"), "restart": power("running"), "poweroff": power("stopped"), "deallocate": power("deallocated"), "redeploy": power("running"),
		}, Reads: actions{"instanceview": instanceView}},
		diskType:                             {Prepare: prepareDisk, Show: showDisk, Drop: dropDisk},
		"Microsoft.Compute/snapshots":        {Prepare: prepareDisk},
		"Microsoft.Compute/availabilitySets": {Prepare: prepareSet, Show: showSet},
		"Microsoft.Compute/capacityReservationGroups/capacityReservations": {Prepare: facet.One},
		groupType: {Prepare: prepareGroup, Show: showGroup, Done: doneGroup, Actions: actions{
			"start": groupPower("Running"), "restart": groupPower("Running"), "stop": groupPower("Stopped"),
		}},
		clusterType: {Prepare: prepareCluster, Show: showCluster, Done: doneCluster},
	}
	var out []*provider.Provider
	for _, namespace := range []string{"Microsoft.Compute", "Microsoft.ContainerInstance", "Microsoft.HDInsight"} {
		p, err := provider.Load(namespace, types)
		if err != nil {
			return nil, err
		}
		for _, t := range p.Types {
			t.Hooks = hooks[t.Name]
		}
		if namespace == "Microsoft.Compute" {
			p.Subscription = actions{"skus": listSKUs}
			p.Locations = actions{"vmsizes": listSizes, "usages": usages}
		}
		out = append(out, p)
	}
	return out, nil
}
