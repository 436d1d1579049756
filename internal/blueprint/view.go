package blueprint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// view is what the fragments are filled in with.
type view struct {
	*Spec
	settings
	data *blueprintData

	SharedRegistry, SharedData bool   // one for all regions
	Names, Location            string // expressions, where a fragment serves in several places
	local                      bool   // the fragment stands in the stamp
}

// parameter is a parameter of the template.
type parameter struct {
	Name, Type, Description string
	Optional                bool // empty unless it is given
	shared, stamp           bool // where it is used
}

func newView(s *Spec, d *blueprintData) *view {
	v := &view{Spec: s, settings: d.settings[s.Target], data: d, local: true}
	// Encrypted with a customer's key, what is shared would hang on a vault of one region.
	v.SharedRegistry = !s.Key
	v.SharedData = !s.Key && !(s.Paired() && !v.geo())
	return v
}

// geo says that the first region has a pair, to which storage can be copied.
func (v *view) geo() bool {
	r, _ := estate.RegionByName(v.Region)
	return r.Pair != ""
}

// SharedScope is the view of fragments among what is shared, StampScope of those
// in the stamp.
func (v *view) SharedScope() *view {
	w := *v
	w.Names, w.Location, w.local = "parameters('shared')", "parameters('locations')[0]", false
	s := *v.Spec
	s.Key, w.Spec = false, &s
	return &w
}

// StampScope is the view of fragments in the stamp.
func (v *view) StampScope() *view {
	w := *v
	w.Names, w.Location, w.local = "variables('names')", "parameters('location')", true
	return &w
}

func (v *view) Dev() bool     { return v.Target == "dev" }
func (v *view) Private() bool { return v.Network == Private }
func (v *view) Zones() bool   { return v.settings.Zones }

// Databases says whether there is any database that the regions share.
func (v *view) Databases() bool {
	return slices.ContainsFunc([]string{"sql", "postgresql", "mysql", "cosmos-db"}, v.Has)
}

// HasShared says whether anything is shared.
func (v *view) HasShared() bool { return v.SharedRegistry || v.SharedData || v.Databases() }

func (v *view) Headline() string {
	where := "in " + display(v.Region)
	if v.Paired() {
		where = "in " + display(v.Region) + " and " + display(v.SecondRegion)
	}
	return fmt.Sprintf("Azure Machine Learning workspace %s %s, for the target %s", v.Name, where, v.Target)
}

func display(region string) string {
	if r, ok := estate.RegionByName(region); ok {
		return r.DisplayName
	}
	return region
}

func (v *view) LongestName() int { return longestName(v.Spec, v.data) }

// --- registry and storage

func (v *view) RegistryPremium() bool { return v.RegistrySku() == "Premium" }

// RegistrySku is the cheapest tier that does: only Premium has replicas, private
// endpoints and keys of one's own.
func (v *view) RegistrySku() string {
	if v.plainRegistry() {
		return v.Registry
	}
	return "Premium"
}

func (v *view) plainRegistry() bool {
	return !v.Paired() && !v.Private() && !v.Key
}

func (v *view) RegistryWhy() string {
	var why []string
	if v.Paired() && v.SharedRegistry {
		why = append(why, "it has a replica in the other region")
	}
	if v.Private() {
		why = append(why, "private endpoints need it")
	}
	if v.Key && v.local {
		why = append(why, "a key of yours needs it")
	}
	if len(why) == 0 {
		return "a replica in another region can be added later"
	}
	return strings.Join(why, ", ")
}

// Replicas says whether the shared registry has one.
func (v *view) Replicas() bool { return v.Paired() && v.SharedRegistry }

// SoftDeleteImages says whether deleted images are kept, which replicas exclude.
func (v *view) SoftDeleteImages() bool { return !v.Paired() || v.local }

func (v *view) DefaultSku() string { return v.DefaultStorage }

func (v *view) DataSku() string {
	sku := v.DataStorage.Alone
	if v.Paired() {
		sku = v.DataStorage.Paired
	}
	if !v.geo() || v.local && v.Paired() {
		sku = v.DefaultStorage
	}
	return sku
}

func (v *view) DataWhy() string {
	switch sku := v.DataSku(); {
	case strings.HasSuffix(sku, "_LRS"):
		return "the cheapest; it survives nothing"
	case strings.HasSuffix(sku, "GZRS"):
		return "zones here, a copy in the paired region that you can fail over to"
	case v.Paired():
		return "zones; the other region has an account of its own"
	}
	return "its copies are in three zones"
}

func (v *view) VersionDays() int { return 3 * v.SoftDeleteDays() }

// RootSku is that of the root of the Databricks file system.
func (v *view) RootSku() string { return v.DefaultStorage }

func (v *view) RegistryGroup() string { return v.groupIf(v.SharedRegistry) }
func (v *view) DataGroup() string     { return v.groupIf(v.SharedData) }

func (v *view) groupIf(shared bool) string {
	if shared {
		return "parameters('sharedGroup'), "
	}
	return ""
}

func (v *view) DataGroupName() string {
	if v.SharedData {
		return "parameters('sharedGroup')"
	}
	return "resourceGroup().name"
}

func (v *view) SoftDeleteDays() int { return v.settings.SoftDeleteDays }
func (v *view) LogDays() int        { return v.LogRetentionDays }
func (v *view) ClusterNodes() int   { return v.settings.ClusterNodes }

// --- databases

func (v *view) SqlSku() string {
	if v.settings.Databases.Tier == "BusinessCritical" && v.Paired() {
		return `"name": "BC_Gen5_2", "tier": "BusinessCritical"`
	}
	return `"name": "GP_Gen5_2", "tier": "GeneralPurpose"`
}

func (v *view) MetastoreSku() string { return `"name": "GP_Gen5_2", "tier": "GeneralPurpose"` }

func (v *view) SqlBackups() string {
	switch {
	case !v.Zones():
		return "Geo"
	default:
		return "GeoZone"
	}
}

func (v *view) SqlWindow() string {
	return "format('SQL_{0}_DB_2', replace(parameters('locations')[0], ' ', ''))"
}
func (v *view) StampWindow() string { return "format('SQL_{0}_DB_2', parameters('location'))" }

func (v *view) BackupDays() int { return max(14, v.SoftDeleteDays()) }

func (v *view) GeoBackup() string {
	if v.geo() {
		return "Enabled"
	}
	return "Disabled"
}

// --- AKS, HDInsight

func (v *view) AKS() aksSettings { return v.settings.AKS }

type hdinsightRole struct {
	Name, Size string
	Count      int
}

func (v *view) HDInsightRoles() []hdinsightRole {
	return []hdinsightRole{{"headnode", "Standard_E4_v3", 2}, {"workernode", "Standard_E4_v3", max(2, v.settings.AKS.Nodes)}, {"zookeepernode", "Standard_A2_v2", 3}}
}

// --- identities and what they may do

func (v *view) Identities() []string {
	all := []string{"identity", "computeIdentity"}
	if v.Has("hdinsight") {
		all = append(all, "hdinsightIdentity")
	}
	return all
}

// applies says whether an entry of the data belongs to the specification.
func (v *view) applies(when string) bool {
	switch when {
	case "":
		return true
	case Private:
		return v.Private()
	case "plain-registry":
		return v.plainRegistry()
	case "key":
		return v.Key
	}
	return v.Has(when)
}

// places gives where a grant applies: in the stamp, or in the group of what is
// shared, and of what.
func (v *view) grantsIn(shared bool) []grant {
	names := map[string]string{"storage": "storageId", "vault": "vaultId", "registry": "registryId", "data": "dataId", "lake": "lakeId"}
	types := map[string]string{"registry": "Microsoft.ContainerRegistry/registries", "data": "Microsoft.Storage/storageAccounts", "lake": "Microsoft.Storage/storageAccounts"}
	var out []grant
	for _, g := range v.data.grants {
		if !v.applies(g.When) {
			continue
		}
		there := g.Where == "registry" && v.SharedRegistry || (g.Where == "data" || g.Where == "lake") && v.SharedData
		if there != shared {
			continue
		}
		switch {
		case shared:
			g.Scope = fmt.Sprintf("resourceId('%s', parameters('names').%s)", types[g.Where], g.Where)
		case g.Where != "group":
			g.Scope, g.On = "variables('"+names[g.Where]+"')", g.Where
		}
		out = append(out, g)
	}
	return out
}

func (v *view) Grants() []grant       { return v.grantsIn(false) }
func (v *view) SharedGrants() []grant { return v.grantsIn(true) }

// Roles are those that are used.
func (v *view) Roles() []role {
	used := map[string]bool{"encryptionUser": v.Key, "networkContributor": v.Private() && v.Has("aks")}
	for _, g := range v.data.grants {
		used[g.Role] = used[g.Role] || v.applies(g.When)
	}
	var out []role
	for _, key := range v.data.roleOrder {
		if used[key] {
			out = append(out, role{key, v.data.roles[key].Name, v.data.roles[key].ID})
		}
	}
	return out
}
