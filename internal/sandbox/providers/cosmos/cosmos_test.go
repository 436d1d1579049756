package cosmos_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const account = "Microsoft.DocumentDB/databaseAccounts/"

func body(locations, more string) string {
	return `{"location":"westeurope","properties":{"databaseAccountOfferType":"Standard","locations":[` + locations + `]` + more + `}}`
}

func at(name, priority, zones string) string {
	return `{"locationName":"` + name + `","failoverPriority":` + priority + `,"isZoneRedundant":` + zones + `}`
}

func regions(o object.Object, path string) string {
	var out []string
	for _, l := range facet.Objects(o, path) {
		out = append(out, object.Text(l, "locationName"))
	}
	return strings.Join(out, ", ")
}

func TestANewAccount(t *testing.T) {
	b := trial.New(t)
	a := b.Make(account+"one", body(at("northeurope", "1", "false")+","+at("West Europe", "0", "true"), ""))
	for path, want := range map[string]string{
		"properties.documentEndpoint": "https://one.documents.azure.com:443/", "properties.consistencyPolicy.defaultConsistencyLevel": "Session",
		"properties.backupPolicy.type": "Periodic", "properties.backupPolicy.periodicModeProperties.backupIntervalInMinutes": "240",
		"properties.backupPolicy.periodicModeProperties.backupStorageRedundancy": "Geo", "properties.enableAutomaticFailover": "false", "kind": "GlobalDocumentDB",
		"properties.provisioningState": "Succeeded",
	} {
		b.Is(a, path, want)
	}
	for path, want := range map[string]string{"locations": "West Europe, North Europe", "readLocations": "West Europe, North Europe", "writeLocations": "West Europe", "failoverPolicies": "West Europe, North Europe"} {
		if got := regions(a, "properties."+path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	many := b.Make(account+"many", body(at("northeurope", "1", "false")+","+at("westeurope", "0", "false"), `,"enableMultipleWriteLocations":true`))
	if got := regions(many, "properties.writeLocations"); got != "West Europe, North Europe" {
		t.Errorf("it writes in %s", got)
	}
}

func TestWhatAnAccountRefuses(t *testing.T) {
	b := trial.New(t)
	west := at("westeurope", "0", "false")
	b.Make(account+"one", body(west, `,"backupPolicy":{"type":"Continuous"}`))
	for name, c := range map[string]string{
		"zones turned on":       body(at("westeurope", "0", "true"), ""),
		"another write region":  body(at("northeurope", "0", "false")+","+at("westeurope", "1", "false"), ""),
		"no write region":       body(at("northeurope", "0", "false"), ""),
		"a gap in priorities":   body(west+","+at("northeurope", "2", "false"), ""),
		"a region twice":        body(west+","+at("West Europe", "1", "false"), ""),
		"a region that is none": body(west+","+at("atlantis", "1", "false"), ""),
		"zones in westus":       body(west+","+at("westus", "1", "true"), ""),
		"strong, many writers":  body(west, `,"enableMultipleWriteLocations":true,"consistencyPolicy":{"defaultConsistencyLevel":"Strong"}`),
		"back to periodic":      body(west, `,"backupPolicy":{"type":"Periodic"}`),
		"serverless, two":       body(west+","+at("northeurope", "1", "false"), `,"capabilities":[{"name":"EnableServerless"}]`),
	} {
		if _, err := b.Put(account+"one", c); trial.Code(err) != "BadRequest" {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := b.Make(account+"one", body(west+","+at("northeurope", "1", "true"), ""))
	b.Is(facet.Objects(two, "properties.locations")[1], "isZoneRedundant", "true")
}

func TestFailovers(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"one", body(at("westeurope", "0", "false")+","+at("northeurope", "1", "false"), ""))
	swap := `{"failoverPolicies":[{"locationName":"northeurope","failoverPriority":0},{"locationName":"West Europe","failoverPriority":1}]}`
	if _, _, err := b.Over("POST", account+"one/failoverPriorityChange", "", swap); err != nil {
		t.Fatal(err)
	}
	b.Settle()
	if got := regions(b.Get(account+"one"), "properties.writeLocations"); got != "North Europe" {
		t.Errorf("it writes in %s", got)
	}
	if _, _, err := b.Over("POST", account+"one/offlineRegion", "", `{"region":"North Europe"}`); err != nil {
		t.Fatal(err)
	}
	b.Settle()
	if got := regions(b.Get(account+"one"), "properties.writeLocations"); got != "West Europe" {
		t.Errorf("with its region offline it writes in %s", got)
	}
	if _, err := b.Post(account+"one", "failoverPriorityChange", `{"failoverPolicies":[]}`); trial.Code(err) != "BadRequest" {
		t.Errorf("no policies: %v", err)
	}
	b.Make(account+"single", body(at("westeurope", "0", "false"), ""))
	if _, err := b.Post(account+"single", "offlineRegion", `{"region":"westeurope"}`); trial.Code(err) != "BadRequest" {
		t.Errorf("the only region goes offline: %v", err)
	}
}

func TestKeysAndContents(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"one", body(at("westeurope", "0", "false"), ""))
	keys := b.Done(account+"one", "listKeys", "")
	if len(keys) != 4 || len(object.Text(keys, "primaryMasterKey")) != 88 {
		t.Errorf("the keys are %v", keys)
	}
	if n := len(b.Done(account+"one", "readonlykeys", "")); n != 2 {
		t.Errorf("%d keys only read", n)
	}
	if _, err := b.Post(account+"one", "regenerateKey", `{"keyKind":"primary"}`); err != nil {
		t.Fatal(err)
	}
	if again := b.Done(account+"one", "listKeys", ""); object.Text(again, "primaryMasterKey") == object.Text(keys, "primaryMasterKey") || object.Text(again, "secondaryMasterKey") != object.Text(keys, "secondaryMasterKey") {
		t.Error("not the primary key alone has changed")
	}
	b.Make(account+"one/sqlDatabases/db", `{"properties":{"resource":{"id":"db"},"options":{"throughput":400}}}`)
	c := b.Make(account+"one/sqlDatabases/db/containers/items", `{"properties":{"resource":{"id":"items","partitionKey":{"paths":["/id"]}}}}`)
	if object.Text(c, "properties.resource._rid") == "" {
		t.Error("the container has no _rid")
	}
	b.Refuses("PropertyChangeNotAllowed", account+"one/sqlDatabases/db/containers/items", `{"properties":{"resource":{"id":"items","partitionKey":{"paths":["/other"]}}}}`)
	b.Make(account+"closed", body(at("westeurope", "0", "false"), `,"disableLocalAuth":true`))
	if _, err := b.Post(account+"closed", "listKeys", ""); trial.Code(err) != "Unauthorized" {
		t.Errorf("keys without local auth: %v", err)
	}
}
