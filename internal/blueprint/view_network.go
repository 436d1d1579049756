package blueprint

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// --- network

// Endpoints are the private endpoints of a region.
func (v *view) Endpoints() []endpoint {
	var out []endpoint
	for _, e := range v.data.endpoints {
		if v.applies(e.When) && (!e.Paired || v.Paired()) {
			out = append(out, e)
		}
	}
	return out
}

// Outbound are the endpoints that the managed network has, too.
func (v *view) Outbound() []endpoint {
	return slices.DeleteFunc(v.Endpoints(), func(e endpoint) bool { return !e.Managed })
}

// ZoneList is the zones as members of a JSON array.
func (e endpoint) ZoneList() string { return `"` + strings.Join(e.Zones, `", "`) + `"` }

// DNSZones are the zones of all endpoints.
func (v *view) DNSZones() []string {
	var out []string
	for _, e := range v.Endpoints() {
		for _, z := range e.Zones {
			if !slices.Contains(out, z) {
				out = append(out, z)
			}
		}
	}
	return out
}

// EndpointsOn are what endpoints are about besides the workspace and what it
// waits for.
func (v *view) EndpointsOn() []string {
	var out []string
	if v.Has("databricks") {
		out = append(out, "databricks")
	}
	if v.Has("hdinsight") {
		out = append(out, "metastoreServer")
	}
	return out
}

// Octet is the second number of the addresses of a region's network.
func (v *view) Octet(region int) int { return 40 + region }

type subnet struct {
	Name, For, Delegation string
	Bits, Number          int
}

// OtherSubnets are those besides that of the endpoints.
func (v *view) OtherSubnets() []subnet {
	var out []subnet
	if v.Has("aks") {
		out = append(out, subnet{"aks", "AKS", "", 22, 1})
	}
	if v.Has("databricks") {
		out = append(out, subnet{"dbhosts", "Databricks", "Microsoft.Databricks/workspaces", 24, 16}, subnet{"dbcontainers", "Databricks", "Microsoft.Databricks/workspaces", 24, 17})
	}
	if v.Has("hdinsight") {
		out = append(out, subnet{"hdinsight", "HDInsight", "", 24, 18})
	}
	return out
}

// --- what is accepted

// Lag is by how much the secondary may be behind, as the pair promises it.
func (v *view) Lag() string { return "1h" }

// Accepted are the findings that remain, each with its reason.
func (v *view) Accepted() []acceptance {
	var out []acceptance
	for _, a := range v.data.accepted {
		if len(a.Targets) > 0 && !slices.Contains(a.Targets, v.Target) {
			continue
		}
		if !v.applies(a.When) {
			continue
		}
		if a.Region == "" {
			out = append(out, a)
			continue
		}
		for _, region := range v.Regions() {
			if v.lacks(region, a.Region) {
				b := a
				b.Resource = strings.NewReplacer("{name}", v.Name, "{region}", region, "{stem}", v.stem()).Replace(a.Resource)
				b.Reason = strings.ReplaceAll(a.Reason, "{region}", display(region))
				out = append(out, b)
			}
		}
	}
	return out
}

// lacks says whether a region lacks what some findings are about.
func (v *view) lacks(region, what string) bool {
	r, _ := estate.RegionByName(region)
	pair, _ := estate.RegionByName(r.Pair)
	switch what {
	case "logs":
		return !slices.Contains(v.data.logs.Resilient, region)
	case "zones":
		return r.Zones == 0
	case "vault":
		return r.Pair == "" || slices.Contains(v.data.logs.UnreplicatedVaults, region)
	}
	return !pair.AML
}

// stem is how names begin that are unique in all of Azure.
func (v *view) stem() string { return fill("{stem}", v.Name, "") }

// --- parameters

// Parameters are those that the services ask for.
func (v *view) Parameters() []parameter {
	var out []parameter
	if v.Has("sql") || v.Has("postgresql") {
		out = append(out,
			parameter{Name: "administratorsName", Type: "string", Description: "Name of the Entra group that administers the databases.", shared: true},
			parameter{Name: "administratorsId", Type: "string", Description: "Object id of that group.", shared: true})
	}
	if v.Has("mysql") {
		out = append(out, parameter{Name: "mysqlPassword", Type: "securestring", Description: "Password of the MySQL administrator mlops.", shared: true, stamp: true})
	}
	if v.Has("hdinsight") {
		out = append(out, parameter{Name: "hdinsightPassword", Type: "securestring", Description: "Password of the HDInsight clusters and their metastores.", stamp: true})
	}
	if v.Has("databricks") {
		out = append(out, parameter{Name: "databricksToken", Type: "securestring", Optional: true, Description: "Access token of Databricks; empty until there is one, then deploy again.", stamp: true})
	}
	return out
}

func (v *view) SharedParameters() []parameter {
	return slices.DeleteFunc(v.Parameters(), func(p parameter) bool { return !p.shared })
}

func (v *view) StampParameters() []parameter {
	return slices.DeleteFunc(v.Parameters(), func(p parameter) bool { return !p.stamp })
}
