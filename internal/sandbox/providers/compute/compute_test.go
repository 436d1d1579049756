package compute_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	machine = "Microsoft.Compute/virtualMachines/"
	nic     = "Microsoft.Network/networkInterfaces/"
	group   = "Microsoft.ContainerInstance/containerGroups/"
	cluster = "Microsoft.HDInsight/clusters/"
)

func bench(t *testing.T) *trial.Bench {
	b := trial.New(t)
	b.Make("Microsoft.Network/virtualNetworks/net", `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"s","properties":{"addressPrefix":"10.0.0.0/24"}}]}}`)
	for _, name := range []string{"card", "other"} {
		b.Make(nic+name, `{"location":"westeurope","properties":{"ipConfigurations":[{"name":"c","properties":{"subnet":{"id":"`+trial.ID("Microsoft.Network/virtualNetworks/net/subnets/s")+`"}}}]}}`)
	}
	return b
}

func vm(card, more string) string {
	return `{"location":"westeurope"` + more + `,"properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v3"},"osProfile":{"computerName":"vm","adminUsername":"boss","adminPassword":"canary"},` +
		`"storageProfile":{"osDisk":{"createOption":"FromImage","osType":"Linux","deleteOption":"Delete"}},"networkProfile":{"networkInterfaces":[{"id":"` + trial.ID(nic+card) + `"}]}}}`
}

func TestAMachineHasItsDisk(t *testing.T) {
	b := bench(t)
	m := b.Make(machine+"vm", vm("card", `,"zones":["2"]`))
	disk := object.Text(m, "properties.storageProfile.osDisk.managedDisk.id")
	d := b.Get(disk)
	b.Is(d, "zones", `["2"]`)
	b.Is(d, "managedBy", trial.ID(machine+"vm"))
	b.Is(d, "properties.diskState", "Attached")
	b.Is(b.Get(nic+"card"), "properties.virtualMachine.id", trial.ID(machine+"vm"))
	b.Is(m, "properties.osProfile.adminPassword", "")
	for what, code := range map[string]string{disk: "OperationNotAllowed", nic + "card": "NicInUse"} {
		if err := b.Delete(what); trial.Code(err) != code {
			t.Errorf("deleting %s: %v", what, err)
		}
	}
	b.Refuses("NicInUse", machine+"second", vm("card", ""))
	b.Refuses("NotFound", machine+"second", vm("none", ""))
	b.Refuses("ResourceCannotHaveMultipleAvailabilityZones", machine+"second", vm("other", `,"zones":["1","2"]`))
	b.Refuses("PropertyChangeNotAllowed", machine+"vm", vm("card", `,"zones":["1"]`))
	b.Refuses("InvalidParameter", machine+"second", strings.Replace(vm("other", ""), "Standard_D2s_v3", "Huge", 1))
	if err := b.Delete(machine + "vm"); err != nil {
		t.Fatal(err)
	}
	if b.Stored(disk) != nil || b.Stored(nic+"card") == nil {
		t.Error("the disk is left, or the interface gone")
	}
}

func TestThePowerOfAMachine(t *testing.T) {
	b := bench(t)
	b.Make(machine+"vm", vm("card", ""))
	state := func() string {
		statuses := facet.Objects(b.Expand(machine+"vm", "instanceView"), "properties.instanceView.statuses")
		return object.Text(statuses[1], "code")
	}
	for _, c := range []struct{ action, then string }{{"deallocate", "PowerState/deallocated"}, {"start", "PowerState/running"}, {"powerOff", "PowerState/stopped"}} {
		if err := b.Follow(machine+"vm", c.action, ""); err != nil {
			t.Fatal(err)
		}
		b.Advance(time.Minute)
		if got := state(); got != c.then {
			t.Errorf("after %s it is %s", c.action, got)
		}
	}
	b.Is(facet.Objects(b.Below(machine+"vm", "instanceView"), "statuses")[1], "code", "PowerState/stopped")
	if _, shown := object.Find(b.Get(machine+"vm"), "properties.instanceView"); shown {
		t.Error("the instance view is shown unasked")
	}
}

func TestWhichSizesThereAre(t *testing.T) {
	b := bench(t)
	b.Make(machine+"vm", vm("card", ""))
	at := "/subscriptions/" + trial.Subscription + "/providers/Microsoft.Compute/"
	_, skus, err := b.Over("GET", at+"skus", "$filter=location%20eq%20'westeurope'", "")
	if err != nil {
		t.Fatal(err)
	}
	list := facet.Objects(skus, "value")
	if len(list) == 0 || trial.Text(facet.Objects(list[0], "locationInfo")[0]["zones"]) != `["1","2","3"]` {
		t.Errorf("the skus are %v", list)
	}
	_, used, err := b.Over("GET", at+"locations/westeurope/usages", "", "")
	if err != nil {
		t.Fatal(err)
	}
	b.Is(facet.Objects(used, "value")[0], "currentValue", "2")
	if _, sizes, err := b.Over("GET", at+"locations/westeurope/vmSizes", "", ""); err != nil || len(object.List(sizes, "value")) == 0 {
		t.Errorf("the sizes are %v, %v", sizes, err)
	}
}

func TestDisksInZones(t *testing.T) {
	b := trial.New(t)
	disk := func(location, sku, more string) string {
		return `{"location":"` + location + `","sku":{"name":"` + sku + `"}` + more + `,"properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":8}}`
	}
	b.Is(b.Make("Microsoft.Compute/disks/wide", disk("westeurope", "Premium_ZRS", "")), "sku.tier", "Premium")
	b.Refuses("InvalidParameter", "Microsoft.Compute/disks/far", disk("westus", "Premium_ZRS", ""))
	b.Refuses("ResourceCannotHaveMultipleAvailabilityZones", "Microsoft.Compute/disks/two", disk("westeurope", "Premium_LRS", `,"zones":["1","2"]`))
}

func aci(more, properties string) string {
	return `{"location":"westeurope"` + more + `,"properties":{"osType":"Linux","containers":[{"name":"c","properties":{"image":"nginx","resources":{"requests":{"cpu":1,"memoryInGB":1}}}}]` + properties + `}}`
}

// TestContainerGroups is compute-resources.md 3.
func TestContainerGroups(t *testing.T) {
	b := trial.New(t)
	g := b.Make(group+"one", aci("", `,"ipAddress":{"type":"Public","dnsNameLabel":"one","ports":[{"port":80}]}`))
	b.Is(g, "properties.instanceView.state", "Running")
	b.Is(g, "properties.restartPolicy", "Always")
	b.Is(g, "properties.ipAddress.fqdn", "one.westeurope.azurecontainer.io")
	address := object.Text(g, "properties.ipAddress.ip")
	b.Is(b.Make(group+"one", aci("", `,"ipAddress":{"type":"Public","dnsNameLabel":"one","ports":[{"port":80}]}`)), "properties.ipAddress.ip", address)
	if _, err := b.Post(group+"one", "stop", ""); err != nil {
		t.Fatal(err)
	}
	b.Is(b.Get(group+"one"), "properties.instanceView.state", "Stopped")
	if err := b.Follow(group+"one", "start", ""); err != nil {
		t.Fatal(err)
	}
	b.Advance(time.Minute)
	b.Is(b.Get(group+"one"), "properties.instanceView.state", "Running")
	b.Refuses("InvalidContainerGroupUpdate", group+"one", aci("", `,"restartPolicy":"Never"`))
	b.Refuses("InvalidContainerGroupUpdate", group+"one", aci(`,"zones":["1"]`, ""))
	b.Make(group+"zonal", aci(`,"zones":["1"]`, ""))
	b.Refuses("ResourceCannotHaveMultipleAvailabilityZones", group+"wide", aci(`,"zones":["1","2"]`, ""))
	b.Refuses("InvalidZone", group+"spot", aci(`,"zones":["1"]`, `,"priority":"Spot"`))
	b.Refuses("InvalidIpAddress", group+"spot", aci("", `,"priority":"Spot","ipAddress":{"type":"Public","ports":[]}`))
	b.Refuses("MissingContainers", group+"none", `{"location":"westeurope","properties":{"osType":"Linux","containers":[]}}`)
}

// TestHadoopClusters is compute-resources.md 4.
func TestHadoopClusters(t *testing.T) {
	b := trial.New(t)
	body := func(more, version, head, network string) string {
		return `{"location":"westeurope"` + more + `,"properties":{"clusterVersion":"` + version + `","clusterDefinition":{"kind":"spark"},"computeProfile":{"roles":[` +
			`{"name":"headnode","targetInstanceCount":` + head + `,"hardwareProfile":{"vmSize":"Standard_D3_v2"}` + network + `},{"name":"workernode","targetInstanceCount":2,"hardwareProfile":{"vmSize":"Standard_D3_v2"}}]}}}`
	}
	c := b.Make(cluster+"hadoop", body("", "5.1", "2", ""))
	for path, want := range map[string]string{"properties.clusterState": "Running", "properties.provisioningState": "Succeeded", "properties.quotaInfo.coresUsed": "16"} {
		b.Is(c, path, want)
	}
	b.Is(facet.Objects(c, "properties.connectivityEndpoints")[1], "location", "hadoop.azurehdinsight.net")
	b.Refuses("InvalidClusterVersion", cluster+"old", body("", "4.0", "2", ""))
	b.Refuses("InvalidClusterVersion", cluster+"old", body("", "5.0.3000", "2", ""))
	b.Refuses("InvalidHeadNodeCount", cluster+"many", body("", "5.1", "3", ""))
	b.Refuses("AvailabilityZoneNeedsVirtualNetwork", cluster+"zonal", body(`,"zones":["1"]`, "5.1", "2", ""))
	b.Make(cluster+"zonal", body(`,"zones":["1"]`, "5.1", "2", `,"virtualNetworkProfile":{"id":"/net","subnet":"/net/s"}`))
}
