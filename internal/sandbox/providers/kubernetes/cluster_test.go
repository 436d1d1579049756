package kubernetes_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const cluster = "Microsoft.ContainerService/managedClusters/"

func body(location, pools, properties string) string {
	return `{"location":"` + location + `","identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"dns","agentPoolProfiles":[` + pools + `]` + properties + `}}`
}

const system = `{"name":"system","mode":"System","count":3,"vmSize":"Standard_D4s_v3"}`

func TestANewClusterHasWhatAzureFillsIn(t *testing.T) {
	b := trial.New(t)
	c := b.Make(cluster+"alpha", body("westeurope", system, ""))
	for path, want := range map[string]string{
		"sku.tier": "Free", "sku.name": "Base", "properties.nodeResourceGroup": "MC_rg_alpha_westeurope", "properties.powerState.code": "Running",
		"properties.networkProfile.loadBalancerSku": "standard", "properties.networkProfile.outboundType": "loadBalancer",
		"properties.autoUpgradeProfile.nodeOSUpgradeChannel": "NodeImage", "properties.provisioningState": "Succeeded", "properties.enableRBAC": "true",
		"properties.servicePrincipalProfile.clientId": "msi", "properties.maxAgentPools": "100",
	} {
		b.Is(c, path, want)
	}
	if host := object.Text(c, "properties.fqdn"); !strings.HasPrefix(host, "dns-") || !strings.HasSuffix(host, ".hcp.westeurope.azmk8s.io") {
		t.Errorf("its host is %s", host)
	}
	b.Is(b.Get("/subscriptions/"+trial.Subscription+"/resourceGroups/MC_rg_alpha_westeurope"), "managedBy", trial.ID(cluster+"alpha"))
	pool := b.Get(cluster + "alpha/agentPools/system")
	for path, want := range map[string]string{"properties.mode": "System", "properties.type": "VirtualMachineScaleSets", "properties.count": "3", "properties.osType": "Linux", "properties.upgradeSettings.maxSurge": "10%"} {
		b.Is(pool, path, want)
	}
	if err := b.Delete(cluster + "alpha"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read("/subscriptions/" + trial.Subscription + "/resourceGroups/MC_rg_alpha_westeurope"); err == nil {
		t.Error("the group of its nodes is left")
	}
}

func TestPoolsAreInlineAndOfTheirOwn(t *testing.T) {
	b := trial.New(t)
	b.Make(cluster+"alpha", body("westeurope", system, ""))
	b.Make(cluster+"alpha/agentPools/users", `{"properties":{"count":2,"vmSize":"Standard_D2s_v3"}}`)
	names := func(o object.Object) (out string) {
		for _, p := range facet.Objects(o, "properties.agentPoolProfiles") {
			out += object.Text(p, "name") + " "
		}
		return out
	}
	if got := names(b.Get(cluster + "alpha")); got != "system users " {
		t.Errorf("the pools are %s", got)
	}
	if got := names(b.Make(cluster+"alpha", body("westeurope", system, ""))); got != "system users " {
		t.Errorf("after a PUT with one they are %s", got)
	}
	if err := b.Delete(cluster + "alpha/agentPools/system"); trial.Code(err) != "LastSystemPoolCannotBeDeleted" {
		t.Errorf("the last system pool goes: %v", err)
	}
	if err := b.Delete(cluster + "alpha/agentPools/users"); err != nil {
		t.Error(err)
	}
}

func TestWhatAClusterRefuses(t *testing.T) {
	b := trial.New(t)
	for name, c := range map[string]struct{ code, body string }{
		"no pool":                     {"AgentPoolProfilesNotProvided", body("westeurope", "", "")},
		"no system pool":              {"MustDefineAtLeastOneSystemPool", body("westeurope", strings.Replace(system, "System", "User", 1), "")},
		"the same pool twice":         {"AgentPoolProfileNameNotUnique", body("westeurope", system+","+system, "")},
		"zones where none are":        {"AvailabilityZoneNotSupported", body("westus", strings.Replace(system, "}", `,"availabilityZones":["1"]}`, 1), "")},
		"a version nobody has":        {"K8sVersionNotSupported", body("westeurope", system, `,"kubernetesVersion":"1.11.1"`)},
		"long support on Free":        {"K8sVersionNotSupported", body("westeurope", system, `,"supportPlan":"AKSLongTermSupport"`)},
		"a spot system pool":          {"SystemPoolMustBeRegular", body("westeurope", strings.Replace(system, "}", `,"scaleSetPriority":"Spot"}`, 1), "")},
		"an autoscaler above":         {"InvalidParameter", body("westeurope", strings.Replace(system, "}", `,"enableAutoScaling":true,"minCount":4,"maxCount":6}`, 1), "")},
		"no identity":                 {"InvalidParameter", strings.Replace(body("westeurope", system, ""), `"identity":{"type":"SystemAssigned"},`, "", 1)},
		"zones with a basic balancer": {"AvailabilityZoneRequiresStandardLoadBalancer", body("westeurope", strings.Replace(system, "}", `,"availabilityZones":["1"]}`, 1), `,"networkProfile":{"loadBalancerSku":"basic"}`)},
	} {
		if _, err := b.Put(cluster+"beta", c.body); trial.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestWhatOfAPoolStays is compute-resources.md 1.1: zones, size and priority are
// fixed when a pool is made; count and mode are not.
func TestWhatOfAPoolStays(t *testing.T) {
	b := trial.New(t)
	b.Make(cluster+"alpha", body("westeurope", system, ""))
	pool := cluster + "alpha/agentPools/zonal"
	b.Make(pool, `{"properties":{"count":3,"vmSize":"Standard_D4s_v3","availabilityZones":["1","2","3"]}}`)
	for _, sent := range []string{`"availabilityZones":["1"]`, `"vmSize":"Standard_D8s_v3"`, `"scaleSetPriority":"Spot"`, `"osDiskType":"Ephemeral"`} {
		if _, err := b.Put(pool, `{"properties":{`+sent+`}}`); trial.Code(err) != "PropertyChangeNotAllowed" {
			t.Errorf("%s: %v", sent, err)
		}
	}
	b.Refuses("PropertyChangeNotAllowed", cluster+"alpha/agentPools/system", `{"properties":{"mode":"System","availabilityZones":["1","2","3"]}}`)
	p := b.Make(pool, `{"properties":{"count":6}}`)
	b.Is(p, "properties.count", "6")
	b.Is(p, "properties.availabilityZones", `["1","2","3"]`)
	b.Refuses("PropertyChangeNotAllowed", cluster+"alpha", body("westeurope", system, `,"networkProfile":{"networkPlugin":"kubenet"}`))
}

func TestStopAndStart(t *testing.T) {
	b := trial.New(t)
	b.Make(cluster+"alpha", body("westeurope", system, ""))
	for _, c := range []struct{ action, going, then string }{{"stop", "Stopping", "Stopped"}, {"start", "Starting", "Running"}} {
		if err := b.Follow(cluster+"alpha", c.action, ""); err != nil {
			t.Fatal(err)
		}
		b.Is(b.Get(cluster+"alpha"), "properties.provisioningState", c.going)
		b.Advance(5 * time.Minute)
		b.Is(b.Get(cluster+"alpha"), "properties.powerState.code", c.then)
		b.Is(b.Get(cluster+"alpha/agentPools/system"), "properties.powerState.code", c.then)
		b.Is(b.Get(cluster+"alpha"), "properties.provisioningState", "Succeeded")
	}
}

func TestCredentialsAndUpgrades(t *testing.T) {
	b := trial.New(t)
	b.Make(cluster+"alpha", body("westeurope", system, `,"kubernetesVersion":"1.33"`))
	b.Is(b.Get(cluster+"alpha"), "properties.currentKubernetesVersion", "1.33.6")
	files := facet.Objects(b.Done(cluster+"alpha", "listClusterAdminCredential", ""), "kubeconfigs")
	text, err := base64.StdEncoding.DecodeString(object.Text(files[0], "value"))
	if err != nil || !strings.Contains(string(text), "server: https://dns-") {
		t.Errorf("the file is %s, %v", text, err)
	}
	up := b.Below(cluster+"alpha", "upgradeProfiles/default")
	if list := object.List(up, "properties.controlPlaneProfile.upgrades"); len(list) == 0 {
		t.Errorf("the upgrades are %v", up)
	}
	b.Refuses("OperationNotAllowed", cluster+"alpha", body("westeurope", system, `,"kubernetesVersion":"1.32"`))
	b.Is(b.Make(cluster+"alpha", body("westeurope", system, `,"kubernetesVersion":"1.34"`)), "properties.currentKubernetesVersion", "1.34.2")
	b.Make(cluster+"closed", body("westeurope", system, `,"disableLocalAccounts":true`))
	if _, err := b.Post(cluster+"closed", "listClusterAdminCredential", ""); trial.Code(err) != "BadRequest" {
		t.Errorf("without local accounts: %v", err)
	}
}

func TestTheExtensionOfAzureMachineLearning(t *testing.T) {
	b := trial.New(t)
	b.Make(cluster+"alpha", body("westeurope", system, ""))
	b.Make(cluster+"closed", body("westeurope", system, `,"disableLocalAccounts":true`))
	at := "/providers/Microsoft.KubernetesConfiguration/extensions/aml"
	sent := func(settings string) string {
		return `{"properties":{"extensionType":"Microsoft.AzureML.Kubernetes","configurationSettings":{` + settings + `},"configurationProtectedSettings":{"key":"canary"}}}`
	}
	b.Refuses("ExtensionCreationFailed", cluster+"alpha"+at, sent(""))
	b.Refuses("ExtensionCreationFailed", cluster+"alpha"+at, sent(`"enableInference":"True"`))
	b.Refuses("ExtensionCreationFailed", cluster+"closed"+at, sent(`"enableTraining":"True"`))
	e := b.Make(cluster+"alpha"+at, sent(`"enableTraining":"True"`))
	b.Is(e, "properties.releaseTrain", "Stable")
	b.Is(e, "properties.configurationProtectedSettings", "")
	if object.Text(e, "properties.currentVersion") == "" {
		t.Error("it says no version")
	}
	b.Refuses("ExtensionTypeAlreadyInstalled", cluster+"alpha"+at+"2", sent(`"enableTraining":"True"`))
	b.Make("Microsoft.OperationalInsights/workspaces/logs", `{"location":"westeurope"}`)
	b.Refuses("InvalidParameter", "Microsoft.OperationalInsights/workspaces/logs"+at, sent(`"enableTraining":"True"`))
}
