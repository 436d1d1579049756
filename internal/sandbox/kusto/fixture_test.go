package kusto_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// now is the clock of every test.
var now = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

// table makes a table of columns "name:type" and rows of JSON arrays.
func table(columns string, rows ...string) kusto.Table {
	types := map[string]kusto.Type{
		"": kusto.TypeDynamic, "dynamic": kusto.TypeDynamic, "bool": kusto.TypeBool, "int": kusto.TypeInt, "long": kusto.TypeLong,
		"real": kusto.TypeReal, "string": kusto.TypeString, "datetime": kusto.TypeDateTime, "timespan": kusto.TypeTimespan,
	}
	var t kusto.Table
	for _, c := range strings.Fields(columns) {
		name, typ, _ := strings.Cut(c, ":")
		t.Columns = append(t.Columns, kusto.Column{Name: name, Type: types[typ]})
	}
	var records []kusto.Row
	for _, r := range rows {
		records = append(records, jsonRow(r))
	}
	t.Rows = slices.Values(records)
	return t
}

// jsonRow is a row that is JSON text.
type jsonRow string

func (r jsonRow) Column(i int) kusto.Value {
	return kusto.At(kusto.JSON(string(r)), i)
}

// estate is a small inventory in the columns that Resource Graph has.
func estate() kusto.TableSet {
	resources := table("id:string name:string type:string location:string resourceGroup:string subscriptionId:string kind:string sku tags properties zones identity",
		`["/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.MachineLearningServices/workspaces/ml-one","ml-one","microsoft.machinelearningservices/workspaces","westeurope","rg-a","s1","Default",{"name":"Basic","tier":"Basic"},{"env":"prod","owner":"ada"},{"storageAccount":"/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.Storage/storageAccounts/stone","publicNetworkAccess":"Enabled","hbiWorkspace":false,"workspaceHubs":[]},null,{"type":"SystemAssigned"}]`,
		`["/subscriptions/s2/resourceGroups/RG-B/providers/Microsoft.MachineLearningServices/workspaces/ml-two","ml-two","microsoft.machinelearningservices/workspaces","northeurope","rg-b","s2","Hub",{"name":"Basic","tier":"Basic"},null,{"storageAccount":"/subscriptions/s2/resourceGroups/rg-b/providers/Microsoft.Storage/storageAccounts/sttwo","publicNetworkAccess":"Disabled","hbiWorkspace":true},null,{"type":"UserAssigned","userAssignedIdentities":{"/a/b":{},"/c/d":{}}}]`,
		`["/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.Storage/storageAccounts/stone","stone","microsoft.storage/storageaccounts","westeurope","rg-a","s1","StorageV2",{"name":"Standard_LRS","tier":"Standard"},{"env":"prod"},{"accessTier":"Hot","minimumTlsVersion":"TLS1_2","creationTime":"2026-01-02T03:04:05.1234567Z","networkAcls":{"ipRules":[{"value":"10.0.0.1"},{"value":"10.0.0.2"}]}},null,null]`,
		`["/subscriptions/s2/resourceGroups/rg-b/providers/Microsoft.Storage/storageAccounts/sttwo","sttwo","microsoft.storage/storageaccounts","northeurope","rg-b","s2","StorageV2",{"name":"Standard_GZRS","tier":"Standard"},{"env":"test","Env":"shadow"},{"accessTier":"Cool","creationTime":"2026-11-20T00:00:00Z","networkAcls":{"ipRules":[]}},null,null]`,
		`["/subscriptions/s1/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm-1","vm-1","microsoft.compute/virtualmachines","westeurope","rg-a","s1","",null,{},{"hardwareProfile":{"vmSize":"Standard_D4s_v5"},"storageProfile":{"dataDisks":[{"lun":0,"diskSizeGB":128},{"lun":1,"diskSizeGB":512}]}},["1","2"],null]`,
	)
	containers := table("id:string name:string type:string subscriptionId:string location:string tags properties",
		`["/subscriptions/s1","Production","microsoft.resources/subscriptions","s1","",{"cost":"42"},{"state":"Enabled"}]`,
		`["/subscriptions/s3","Empty","microsoft.resources/subscriptions","s3","",null,{"state":"Disabled"}]`,
		`["/subscriptions/s1/resourceGroups/rg-a","rg-a","microsoft.resources/subscriptions/resourcegroups","s1","westeurope",{"env":"prod"},{"provisioningState":"Succeeded"}]`,
	)
	numbers := table("n:long r:real s:string b:bool d t:datetime span:timespan",
		`[1,1.5,"one",true,{"k":1},"2026-01-01T00:00:00Z",null]`,
		`[2,-2.5,"Two",false,{"k":"2"},"2026-02-01T12:00:00Z",null]`,
		`[null,null,null,null,null,null,null]`,
		`[2,0,"two",true,[1,2],"2025-12-31T23:59:59Z",null]`,
	)
	return kusto.TableSet{
		{Name: "resources", Table: resources}, {Name: "resourcecontainers", Table: containers}, {Name: "numbers", Table: numbers},
		{Name: "one", Table: table("x:long", `[1]`)}, {Name: "none", Table: table("x:long s:string")},
	}
}

func run(t testing.TB, query string, opts kusto.Options) kusto.Result {
	t.Helper()
	res, err := tryRun(query, opts)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	return res
}

func tryRun(query string, opts kusto.Options) (kusto.Result, error) {
	q, err := kusto.Parse(query)
	if err != nil {
		return kusto.Result{}, err
	}
	if opts.Now.IsZero() {
		opts.Now = now
	}
	return q.Run(context.Background(), estate(), opts)
}

// lines are a result's rows as JSON, one a line, under the names of its columns.
func lines(res kusto.Result) string {
	var b strings.Builder
	for i, c := range res.Columns {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Name + ":" + c.Type.String())
	}
	for _, row := range res.Rows {
		b.WriteByte('\n')
		for i := range res.Columns {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.Write(row.Column(i).AppendJSON(nil))
		}
	}
	return b.String()
}
