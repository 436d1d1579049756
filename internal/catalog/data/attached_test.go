package data_test

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const (
	cluster     = "Microsoft.ContainerService/managedClusters"
	spark       = "Microsoft.Databricks/workspaces"
	containers  = "Microsoft.ContainerInstance/containerGroups"
	ngroups     = "Microsoft.ContainerInstance/ngroups"
	hadoop      = "Microsoft.HDInsight/clusters"
	machine     = "Microsoft.Compute/virtualMachines"
	webService  = workspace + "/services"
	amlExternal = "/subscriptions/s/resourceGroups/g/providers/"
)

func computeOf(kind, rest string) thing {
	return props(compute, `"computeType":"`+kind+`"`+rest).as(estate.Compute, kind)
}

func attached(kind, to string) thing {
	return computeOf(kind, `,"resourceId":"`+amlExternal+to+`/it"`)
}

// pools is a cluster with the node pools of the text.
func pools(text string) thing {
	return thing{cluster, "", `"sku":{"name":"Base","tier":"Standard"},"properties":{"agentPoolProfiles":[` + text + `]}`, estate.Compute, ""}
}

const (
	spreadPool = `{"name":"a","mode":"System","count":3,"availabilityZones":["1","2","3"]}`
	twoZones   = `{"name":"a","mode":"System","count":2,"availabilityZones":["1","2"]}`
	onePool    = `{"name":"b","mode":"User","count":3,"availabilityZones":["1"]}`
	otherPool  = `{"name":"c","mode":"User","count":3,"availabilityZones":["2"]}`
	loosePool  = `{"name":"d","mode":"User","count":5}`
)

func of(typ, rest string) thing { return with(typ, "", rest) }

type survivalCase struct {
	name string
	thing
	scope    catalog.Scope
	state    catalog.State
	rto, rpo string
}

func (tt survivalCase) run(t *testing.T) {
	t.Run(tt.name+" in an outage of its "+string(tt.scope), func(t *testing.T) {
		c, e, r := tt.put(t)
		got := c.Survive(e, r, tt.scope)
		if got.Fact == nil {
			t.Fatalf("which row holds is not known: %v", got.Unknowns)
		}
		rto, err := catalog.ParseSpan(tt.rto)
		if err != nil {
			t.Fatal(err)
		}
		rpo, err := catalog.ParseSpan(tt.rpo)
		if err != nil {
			t.Fatal(err)
		}
		if f := got.Fact; f.State != tt.state || f.RTO != rto || f.RPO != rpo {
			t.Errorf("it is %s, RTO %v, RPO %v; want %s, RTO %v, RPO %v", f.State, f.RTO, f.RPO, tt.state, rto, rpo)
		}
	})
}

type ruleCase struct {
	rule      string
	bad, good thing
}

// run checks that the rule applies to the bad thing and fails, and that the good
// thing passes it or is none of its business.
func (tt ruleCase) run(t *testing.T) {
	t.Run(tt.rule, func(t *testing.T) {
		for _, x := range []struct {
			thing
			passes bool
		}{{tt.bad, false}, {tt.good, true}} {
			if x.typ == "" {
				continue // a rule that nothing passes
			}
			c, e, r := x.put(t)
			rule := c.Rule(tt.rule)
			if rule == nil || !slices.Contains(c.RulesFor(r.Service), rule) {
				t.Fatalf("there is no such rule about %s", r.Service)
			}
			v, applies := c.Check(rule, e, r), c.Applies(rule, e, r)
			switch {
			case !x.passes && !(applies.Known && applies.Holds):
				t.Errorf("%s: it does not apply: %+v", x.rest, applies)
			case x.passes && applies.Known && !applies.Holds:
			case !v.Known || v.Holds != x.passes:
				t.Errorf("%s: %+v, want %v", x.rest, v, x.passes)
			}
		}
	})
}

// Where compute that is brought from outside belongs, see section 0 of
// facts/compute-resources.md.
func TestAttachedComputeBelongsToTheServiceBehindIt(t *testing.T) {
	for _, tt := range []struct {
		thing
		want string
	}{
		{computeOf("Aks", ""), "aks"}, {attached("Kubernetes", cluster), "aks"}, {props(webService, `"computeType":"AKS"`), "aks"}, {of(cluster, ""), "aks"},
		{computeOf("Databricks", ""), "databricks"}, {of(spark, ""), "databricks"},
		{props(webService, `"computeType":"ACI"`), "aci"}, {of(containers, ""), "aci"}, {of(ngroups, ""), "aci"},
		{computeOf("HDInsight", ""), "hdinsight"}, {of(hadoop, ""), "hdinsight"},
		{computeOf("VirtualMachine", ""), "virtual-machine"}, {of(machine, ""), "virtual-machine"},
		{computeOf("SynapseSpark", ""), "synapse"}, {of("Microsoft.Synapse/workspaces", ""), "synapse"},
		{computeOf("DataFactory", ""), "data-factory"}, {of("Microsoft.DataFactory/factories", ""), "data-factory"},
		{computeOf("DataLakeAnalytics", ""), "data-lake-analytics"}, {of("Microsoft.DataLakeAnalytics/accounts", ""), "data-lake-analytics"},
	} {
		if _, _, r := tt.put(t); r.Service != tt.want {
			t.Errorf("%s %s belongs to %s, want %s", tt.typ, tt.rest, r.Service, tt.want)
		}
	}
}

// Sections 1.2, 2, 3 and 4 of facts/compute-resources.md, row by row.
func TestWhatAttachedComputeSurvives(t *testing.T) {
	root := func(sku string) thing {
		return props(spark, `"parameters":{"storageAccountSkuName":{"value":"`+sku+`"}}`)
	}
	for _, tt := range []survivalCase{
		{"a pool over three zones", pools(spreadPool), catalog.ScopeZone, catalog.CarriesOn, "0", "0"},
		{"a pool over three zones with automatic scaling down to one", pools(`{"count":3,"minCount":1,"enableAutoScaling":true,"availabilityZones":["1","2","3"]}`), catalog.ScopeZone, catalog.Degraded, "<=PT15M", "0"},
		{"two nodes in two zones", pools(twoZones), catalog.ScopeZone, catalog.Degraded, "<=PT15M", "0"},
		{"one node with zones", pools(`{"availabilityZones":["1","2","3"]}`), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a pool in each zone", pools(spreadPool + "," + onePool + "," + otherPool), catalog.ScopeZone, catalog.Degraded, "<=PT15M", "0"},
		{"all pools in one zone", pools(onePool + "," + onePool), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"one pool without zones", pools(spreadPool + "," + loosePool), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a cluster without pools in the input", pools(""), catalog.ScopeZone, catalog.Unknown, "unknown", "unknown"},
		{"any cluster", pools(spreadPool), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"a pool of one node", pools(`{"count":1}`), catalog.ScopeNode, catalog.Degraded, "<=PT15M", "0"},
		{"pools of several nodes", pools(spreadPool), catalog.ScopeNode, catalog.CarriesOn, "0", "0"},
		{"a cluster that Azure Machine Learning makes", computeOf("AKS", `,"properties":{"agentCount":3}`), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a cluster that Azure Machine Learning makes", computeOf("AKS", ``), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"an attached cluster, as a compute", attached("AKS", cluster), catalog.ScopeRegion, catalog.CarriesOn, "0", "0"},
		{"a v1 service on AKS", props(webService, `"computeType":"AKS"`), catalog.ScopeZone, catalog.CarriesOn, "0", "0"},
		{"Databricks as it is made", props(spark, `"parameters":{}`), catalog.ScopeZone, catalog.Degraded, "outage", "0"},
		{"Databricks with GZRS", root("Standard_GZRS"), catalog.ScopeZone, catalog.FailsOver, "<=PT15M", "0"},
		{"Databricks with ZRS", root("standard_zrs"), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"serverless Databricks", props(spark, `"computeMode":"Serverless"`), catalog.ScopeZone, catalog.FailsOver, "<=PT15M", "0"},
		{"Databricks, deleted", props(spark, ``), catalog.ScopeResource, catalog.Down, "rebuild", "total"},
		{"a container group", of(containers, ""), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a container group", of(containers, ""), catalog.ScopeNode, catalog.FailsOver, "unknown", "0"},
		{"a container group that is never restarted", props(containers, `"restartPolicy":"Never"`), catalog.ScopeNode, catalog.Down, "rebuild", "0"},
		{"an NGroup without zones", of(ngroups, ""), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a v1 service on ACI", props(webService, `"computeType":"ACI"`), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"HDInsight", of(hadoop, ""), catalog.ScopeNode, catalog.CarriesOn, "0", "0"},
		{"HDInsight", of(hadoop, ""), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"HDInsight with its own tables", of(hadoop, `"properties":{}`), catalog.ScopeResource, catalog.Down, "rebuild", "total"},
		{"HDInsight with tables outside", props(hadoop, `"clusterDefinition":{"configurations":{"hive-site":{"a":"b"}}}`), catalog.ScopeResource, catalog.Down, "rebuild", "0"},
		{"an attached HDInsight, as a compute", attached("HDInsight", hadoop), catalog.ScopeRegion, catalog.CarriesOn, "0", "0"},
		{"an attached machine", of(machine, ""), catalog.ScopeZone, catalog.Down, "outage", "0"},
	} {
		tt.run(t)
	}
}

func TestAnNGroupOverZonesCarriesOn(t *testing.T) {
	c, e, r := of(ngroups, `"zones":["1","2"]`).put(t)
	r.Zones = []string{"1", "2"}
	if got := c.Survive(e, r, catalog.ScopeZone); got.State != catalog.CarriesOn {
		t.Errorf("%+v", got)
	}
}

// Pools that are resources of their own count like those of the cluster.
func TestPoolsOfTheirOwnCountToo(t *testing.T) {
	for body, want := range map[string]catalog.State{`"count":3,"availabilityZones":["1","2","3"]`: catalog.CarriesOn, `"count":3`: catalog.Down} {
		pool := resource(t, cluster+"/agentPools", "it/more", "", `"properties":{`+body+`}`)
		c, e, r := pools(spreadPool).put(t, pool)
		if got := c.Survive(e, r, catalog.ScopeZone); got.State != want {
			t.Errorf("a pool with %s: %+v, want %s", body, got, want)
		}
	}
}

func TestASingleInferenceRouterIsFound(t *testing.T) {
	for value, passes := range map[string]bool{`"False"`: false, `false`: false, `"True"`: true} {
		router := resource(t, cluster+"/x", "it/x", "", "")
		router.ID = estate.ParseID(amlExternal + cluster + "/it/providers/Microsoft.KubernetesConfiguration/extensions/ml")
		router.Type, router.Name = "Microsoft.KubernetesConfiguration/extensions", "ml"
		router.Body = resource(t, cluster, "y", "", `"properties":{"extensionType":"Microsoft.AzureML.Kubernetes","configurationSettings":{"inferenceRouterHA":`+value+`}}`).Body
		c, e, r := pools(spreadPool).put(t, router)
		rule := c.Rule("aks-single-inference-router")
		if v := c.Check(rule, e, r); !v.Known || v.Holds != passes {
			t.Errorf("%s: %+v, want %v", value, v, passes)
		}
		if v := c.Applies(rule, e, r); !v.Holds {
			t.Errorf("%s: it does not apply: %+v", value, v)
		}
	}
}

// Section 7 of facts/compute-resources.md: what no outage shows, with a resource
// that breaks each rule and one that does not.
func TestPlainRulesOfAttachedCompute(t *testing.T) {
	network := func(text string) thing {
		return thing{cluster, "", `"properties":{"networkProfile":{` + text + `},"agentPoolProfiles":[` + spreadPool + `]}`, estate.Compute, ""}
	}
	scaler := func(pool, rest string) thing {
		return thing{cluster, "", `"properties":{"autoScalerProfile":{` + rest + `},"agentPoolProfiles":[` + pool + `]}`, estate.Compute, ""}
	}
	growing := `{"count":3,"enableAutoScaling":true,"availabilityZones":["1","2"]}`
	version := func(v string) thing { return props(hadoop, `"clusterVersion":"`+v+`"`) }
	for _, tt := range []ruleCase{
		{"aks-free-tier", of(cluster, ""), of(cluster, `"sku":{"name":"Base","tier":"Standard"}`)},
		{"aks-free-tier", of(cluster, `"sku":{"tier":"free"}`), of(cluster, `"sku":{"name":"Automatic"}`)},
		{"aks-zone-node-count", pools(twoZones), pools(spreadPool)},
		{"aks-all-zones", pools(twoZones), pools(onePool + "," + otherPool + `,{"availabilityZones":["3"]}`)},
		{"aks-autoscaler-halt", scaler(growing, ""), scaler(growing, `"max-total-unready-percentage":"60"`)},
		{"aks-autoscaler-halt", scaler(growing, `"max-total-unready-percentage":"30"`), pools(spreadPool)},
		{"aks-balance-pools", pools(onePool + "," + `{"count":3,"enableAutoScaling":true,"availabilityZones":["2"]}`), pools(spreadPool)},
		{"aks-nat-gateway-zonal", network(`"outboundType":"managedNATGateway"`), network(``)},
		{"aks-own-nat-gateway", network(`"outboundType":"userAssignedNATGateway"`), network(`"outboundType":"managedNATGatewayV2"`)},
		{"aks-inference-nodes", pools(twoZones), pools(twoZones + "," + loosePool)},
		{"aks-created-by-aml", computeOf("AKS", ""), attached("AKS", cluster)},
		{"aks-created-by-aml", computeOf("AKS", `,"resourceId":"x","isAttachedCompute":false`), attached("Kubernetes", cluster)},
		{"aks-v1-compute", attached("Aks", cluster), attached("Kubernetes", cluster)},
		{"aks-v1-service", props(webService, `"computeType":"AKS"`), thing{}},
		{"aks-v1-development", computeOf("AKS", `,"properties":{"clusterPurpose":"DevTest"}`), computeOf("AKS", "")},
		{"aks-spot-pools", pools(spreadPool + `,{"mode":"User","scaleSetPriority":"Spot"}`), pools(spreadPool + "," + loosePool + `,{"mode":"User","scaleSetPriority":"Spot"}`)},
		{"aks-basic-load-balancer", network(`"loadBalancerSku":"Basic"`), network(``)},
		{"aks-availability-set", pools(`{"type":"AvailabilitySet"}`), pools(spreadPool)},
		{"aks-local-accounts", thing{cluster, "", `"properties":{"disableLocalAccounts":true}`, estate.Compute, ""}, pools(spreadPool)},
		{"aks-hidden-nodes", props(cluster, `"nodeProvisioningProfile":{"mode":"Auto"}`), of(cluster, "")},
		{"aks-maintenance-window", of(cluster, ""), thing{}},
		{"aks-upgrade-channel", of(cluster, ""), props(cluster, `"autoUpgradeProfile":{"upgradeChannel":"patch"}`)},
		{"aks-upgrade-surge", pools(`{"upgradeSettings":{"maxSurge":"1"}}`), pools(spreadPool)},
		{"aks-kubenet", network(`"networkPlugin":"kubenet"`), network(`"networkPlugin":"azure"`)},
		{"aks-system-pool-isolation", pools(spreadPool + "," + loosePool), pools(loosePool + `,{"mode":"System","nodeTaints":["CriticalAddonsOnly=true:NoSchedule"]}`)},
		{"aks-reserved-capacity", pools(growing), pools(`{"enableAutoScaling":true,"capacityReservationGroupID":"x"}`)},
		{"databricks-root-geo-redundancy", of(spark, ""), props(spark, `"parameters":{"storageAccountSkuName":{"value":"Standard_ZRS"}}`)},
		{"databricks-trial", of(spark, `"sku":{"name":"trial"}`), of(spark, `"sku":{"name":"premium"}`)},
		{"aci-web-service", props(webService, `"computeType":"aci"`), of(containers, "")},
		{"aci-spot", props(containers, `"priority":"Spot"`), of(containers, "")},
		{"hdinsight-version", version("3.6"), version("5.1")},
		{"hdinsight-version", version("5.0.3000"), of(hadoop, "")},
		{"hdinsight-metastore", of(hadoop, ""), props(hadoop, `"clusterDefinition":{"configurations":{"hive-env":{}}}`)},
		{"hdinsight-attachment", attached("HDInsight", hadoop), of(hadoop, "")},
		{"data-lake-analytics-retired", attached("DataLakeAnalytics", "Microsoft.DataLakeAnalytics/accounts"), thing{}},
	} {
		tt.run(t)
	}
}

// A v1 cluster can be attached once; see section 1.5 of facts/compute-resources.md.
func TestASecondV1AttachmentIsFound(t *testing.T) {
	c := load(t)
	for n, passes := range map[int]bool{1: true, 2: false} {
		it := resource(t, cluster, "it", "westeurope", "")
		all := []*estate.Resource{it}
		var relations []estate.Relation
		for _, name := range []string{"ws/one", "ws2/two"}[:n] {
			x := resource(t, compute, name, "westeurope", `"properties":{"computeType":"Aks"}`)
			all, relations = append(all, x), append(relations, estate.Relation{From: x, To: it, Role: estate.Compute})
		}
		e := build(c, all, relations...)
		if v := c.Check(c.Rule("aks-v1-attached-twice"), e, e.ByID(it.ID)); !v.Known || v.Holds != passes {
			t.Errorf("%d attachments: %+v, want %v", n, v, passes)
		}
	}
}
