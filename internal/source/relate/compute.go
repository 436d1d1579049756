package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// computeTypes are the spellings of the discriminator of computes and v1 web
// services (facts/compute-resources.md section 0).
var computeTypes = []string{"AKS", "AmlCompute", "ComputeInstance", "Databricks", "DataFactory", "DataLakeAnalytics", "HDInsight", "Kubernetes", "SynapseSpark", "VirtualMachine", "ACI"}

// computeType is the compute's type in its usual spelling, as it is written when
// that is not a known one, "" when it is not known.
func computeType(r *estate.Resource) string {
	text := r.Property("computeType").Str()
	for _, known := range computeTypes {
		if strings.EqualFold(text, known) {
			return known
		}
	}
	return text
}

var attachedTo = path("resourceId")

// compute relates a compute with the cluster or machine that it is attached to.
// Where that has no id it is told from an address or from the names of its parts.
func (f *finder) compute(r *estate.Resource) {
	kind := computeType(r)
	properties := r.Body.Get("properties")
	named := false
	walk(properties, attachedTo, "", func(at found) {
		if !at.references(func(ref reference) {
			named = true
			f.add(r, f.byID(r, ref.text, ""), estate.Compute, kind, r.OriginOf(ref.value), ref.presence)
		}) {
			f.unseen(r, "resourceId", reason(at.value, "it is no text"), at.value)
			named = true
		}
	}, func(value.Value) {})
	details := properties.Get("properties")
	if kind == "DataLakeAnalytics" {
		references(details.Get("dataLakeStoreAccountName"), details, "", 0, func(ref reference) {
			f.later = append(f.later, func() {
				f.add(r, f.named(r, typeDataLake, ref.text, "", ""), estate.Datastore, azureDataLakeGen1, r.OriginOf(details), ref.presence)
			})
		})
	}
	if named {
		return
	}
	switch kind {
	case "Databricks":
		f.computeAt(r, kind, details, "workspaceUrl")
	case "HDInsight", "VirtualMachine":
		f.computeAt(r, kind, details, "address")
	case "SynapseSpark":
		f.sparkPool(r, details)
	case "AKS": // the first generation lets the service make the cluster
		id := r.ID.Group().InGroup(typeAKS, madeFor(typeAKS, r))
		f.add(r, f.implied(r, id, typeAKS, r.Presence), estate.Compute, kind, r.Origin, "")
	case "Kubernetes", "DataFactory", "DataLakeAnalytics":
		f.unseen(r, "resourceId", "there is none, so what the compute is attached to is not known", properties)
	}
}

// computeAt relates a compute with the resource that answers under an address.
func (f *finder) computeAt(r *estate.Resource, kind string, details value.Value, name string) {
	v := details.Get(name)
	any := false
	references(v, v, "", 0, func(ref reference) {
		any = true
		f.later = append(f.later, func() {
			to := f.byHost(r, hostOf(ref.text))
			if to == nil {
				to = f.madeBy(v, typeDatabricks, typeHDInsight, typeVM)
			}
			if to != nil {
				f.add(r, to, estate.Compute, kind, r.OriginOf(v), ref.presence)
				return
			}
			f.unseen(r, name, "no resource is known under "+ref.text+", and the compute has no resourceId", v)
		})
	})
	if !any {
		f.unseen(r, "resourceId", "there is neither a resourceId nor "+name+", so what the compute is attached to is not known", details)
	}
}

// sparkPool relates a compute with the Synapse Spark pool that its parts name.
func (f *finder) sparkPool(r *estate.Resource, details value.Value) {
	workspace, pool := details.Get("workspaceName").Text(), details.Get("poolName").Text()
	if workspace == "" || pool == "" {
		f.unseen(r, "resourceId", "there is neither a resourceId nor workspaceName and poolName", details)
		return
	}
	subscription, group := details.Get("subscriptionId").Text(), details.Get("resourceGroup").Text()
	if subscription == "" {
		subscription = r.ID.Subscription()
	}
	f.later = append(f.later, func() {
		parent := f.named(r, typeSynapse, workspace, subscription, group)
		f.add(r, f.resource(parent.ID.Child("bigDataPools", pool), ""), estate.Compute, "SynapseSpark", r.OriginOf(details), "")
	})
}

// webService relates a web service of the first generation with the container
// group that the service makes for it; one on AKS names its compute.
func (f *finder) webService(r *estate.Resource) {
	if computeType(r) != "ACI" {
		return
	}
	id := r.ID.Group().InGroup(typeContainerGroup, madeFor(typeContainerGroup, r))
	f.add(r, f.implied(r, id, typeContainerGroup, r.Presence), estate.Compute, "ACI", r.Origin, "")
}

var (
	clusterStorage = path("storageProfile.storageaccounts[]")
	clusterAccount = rule{text: "storageProfile.storageaccounts"}
)

// hdinsight relates a cluster with the storage accounts of its file systems. They
// play the role of datastores: the default storage is a workspace's.
func (f *finder) hdinsight(r *estate.Resource) {
	walk(r.Body.Get("properties"), clusterStorage, "", func(at found) {
		account := at.value
		name := hostOf(account.Get("name").Text())
		detail := azureBlob
		switch {
		case strings.Contains(name, ".dfs."):
			detail = azureDataLakeGen2
		case strings.Contains(name, ".azuredatalakestore."):
			detail = azureDataLakeGen1
		}
		id := account.Get("resourceId")
		if !id.IsNull() && id.Text() != "" {
			references(id, id, at.presence, 0, func(ref reference) {
				f.add(r, f.byID(r, ref.text, typeStorage), estate.Datastore, detail, r.OriginOf(ref.value), ref.presence)
			})
			return
		}
		f.later = append(f.later, func() {
			to := f.byHost(r, name)
			if to == nil {
				to = f.madeBy(account.Get("name"), typeStorage, typeDataLake)
			}
			if to != nil {
				f.add(r, to, estate.Datastore, detail, r.OriginOf(account), at.presence)
				return
			}
			f.unseen(r, clusterAccount.name(), "no resource is known under "+account.Get("name").Text(), account)
		})
	}, func(v value.Value) { f.blocked(r, &clusterAccount, v) })
}
