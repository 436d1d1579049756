package insights

import (
	"embed"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed insights.yaml operational.yaml
var types embed.FS

const (
	componentType = "Microsoft.Insights/components"
	workspaceType = "Microsoft.OperationalInsights/workspaces"
)

// Providers are the resource providers.
func Providers(w *world.World) ([]*provider.Provider, error) {
	w.Handle(replicated, endReplication)
	var out []*provider.Provider
	for _, namespace := range []string{"Microsoft.Insights", "Microsoft.OperationalInsights", "Microsoft.OperationsManagement"} {
		p, err := provider.Load(namespace, types)
		if err != nil {
			return nil, err
		}
		for _, t := range p.Types {
			t.Hooks = hooks[t.Name]
		}
		out = append(out, p)
	}
	return out, nil
}

var hooks = map[string]provider.Hooks{
	componentType: {Prepare: prepareComponent, Show: showComponent},
	workspaceType: {
		Prepare: prepareWorkspace, Kept: keptWorkspace, Show: showWorkspace, Drop: dropWorkspace,
		Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"sharedkeys": sharedKeys, "listkeys": sharedKeys, "regeneratesharedkey": regenerateSharedKey,
		},
		Reads: map[string]func(*provider.Call) (provider.Reply, error){"usages": usages, "managementgroups": none, "intelligencepacks": none},
	},
	workspaceType + "/tables":                              {Prepare: prepareTable},
	"Microsoft.Insights/diagnosticSettings":                {Prepare: prepareSetting},
	"Microsoft.OperationalInsights/workspaces/dataExports": {Prepare: prepareExport},
}

func none(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{}}}, nil
}

// missing says whether a resource that a body names is not there.
func missing(c *provider.Call, id string) bool {
	return id != "" && c.Tx.Resource(strings.TrimRight(id, "/")) == nil
}
