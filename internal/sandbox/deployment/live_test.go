package deployment_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// What expressions give while they are deployed.
func TestExpressionsSeeTheSandbox(t *testing.T) {
	for expression, want := range map[string]string{
		"resourceGroup().location":                   "westeurope",
		"resourceGroup().tags.team":                  "x",
		"resourceGroup().name":                       "g1",
		"subscription().displayName":                 "one",
		"subscription().subscriptionId":              sub,
		"subscription().tenantId":                    "t1",
		"deployer().objectId":                        "me",
		"deployment().name":                          "main",
		"deployment().properties.mode":               "Incremental",
		"string(deployment().properties.parameters)": `{"given":{"value":1}}`,
		"providers('A.B', 'c').apiVersions[0]":       "2",
		"reference('first').made":                    "by the plant",
		"reference(resourceId('A.B/c', 'first'), '1', 'Full').resourceGroupName":     "g1",
		"reference('child').outputs.o.value":                                         "from the child",
		"reference('child').provisioningState":                                       "Succeeded",
		"reference(resourceGroup().id, '1', 'full').location":                        "westeurope",
		"string(contains(reference('child').outputs.s, 'value'))":                    "False",
		"listOutputsWithSecureValues('child', '2025-04-01').s":                       canary,
		"listOutputsWithSecureValues('child', '2025-04-01').o":                       "from the child",
		"listKeys(resourceId('A.B/c', 'first'), '1').key":                            canary,
		"if(equals(1, 1), 'taken', reference(resourceId('A.B/c', 'none'), '1').x)":   "taken",
		"reference(resourceId('A.B/c', 'none'), '1').x":                              "ResourceNotFound",
		"listKeys(resourceId('A.B/c', 'none'), '1').key":                             "ResourceNotFound",
		"listThings(resourceId('Microsoft.Resources/deployments', 'child'), '1').x":  "MethodNotAllowed",
		"reference(resourceId('Microsoft.Resources/deployments', 'none'), '1').x":    "DeploymentNotFound",
		"listOutputsWithSecureValues(resourceId('A.B/c', 'none'), '2025-04-01').s":   "ResourceNotFound",
		"first(pickZones('Microsoft.Compute', 'virtualMachines', 'westeurope'))":     "InvalidTemplate",
		"concat(reference('first').made, '/', toLower(uniqueString('a')), '/', 'x')": "by the plant/",
	} {
		t.Run(expression, func(t *testing.T) {
			b := newBox(t)
			b.put("main", templ(`"parameters": {"given": {"type": "int"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "first"},
`+child("child", "", inner, templ(`"resources": [], "outputs": {"o": {"type": "string", "value": "from the child"}, "s": {"type": "securestring", "value": "`+canary+`"}}`))+`,
 {"type": "A.B/c", "apiVersion": "1", "name": "asks", "dependsOn": ["first", "child"], "properties": {"x": "[`+expression+`]"}}]`), `{"given": {"value": 1}}`)
			b.pass(time.Minute)
			got := object.Text(object.Must([]byte(b.resource("A.B/c/asks"))), "properties.x")
			if got == "" { // refused: the code
				for _, d := range object.List(b.get("main"), "properties.error.details") {
					got = object.Text(d.(object.Object), "code")
				}
			}
			if !strings.HasPrefix(got, want) {
				t.Errorf("it is %s, want %s", got, want)
			}
		})
	}
}

// gone is the health of a control plane that is down.
type gone struct{ world.Well }

func (gone) Control(*state.Tx, string, string, string, time.Time) world.Standing {
	return world.Standing{Write: world.Gone, Why: "the region westeurope is down."}
}

func TestNothingIsDeployedWhileTheControlPlaneIsDown(t *testing.T) {
	b := newBox(t)
	b.put("before", quick, "")
	b.w.Health = gone{}
	_, err := b.ask("PUT", at+"/main", sent(quick, ""))
	if err == nil || err.Status != http.StatusServiceUnavailable || !strings.Contains(err.Message, "the region westeurope is down") {
		t.Errorf("got %v", err)
	}
	if got := object.Text(b.get("before"), "name"); got != "before" {
		t.Error("what was deployed cannot be read")
	}
	b.w.Health = world.Well{}
	b.put("main", quick, "")
}

// A service that stays down fails its resource in the end.
func TestWhatIsRefusedForLongFails(t *testing.T) {
	b := newBox(t)
	b.plant.busy[group+"/providers/A.B/c/busy"] = -100
	b.put("main", templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "first"}, {"type": "A.B/c", "apiVersion": "1", "name": "busy", "dependsOn": ["first"]}]`), "")
	b.pass(10 * time.Minute)
	if got := strings.Join(b.operations("main"), ", "); got != "first Succeeded Created, busy Failed TooManyRequests TooManyRequests" {
		t.Errorf("the operations are %s", got)
	}
}

// A fault of the sandbox itself is told without its text, which may hold anything.
func TestFaultsOfTheSandboxKeepTheirText(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "first"}, {"type": "A.B/c", "apiVersion": "1", "name": "fault", "dependsOn": ["first"]}]`), "")
	b.pass(time.Minute)
	details := object.List(b.get("main"), "properties.error.details")
	if len(details) != 1 || object.Text(details[0].(object.Object), "code") != "InternalServerError" || strings.Contains(b.seen.String(), canary) {
		t.Errorf("got %v", details)
	}
}

func TestServicesNeedNothingOutside(t *testing.T) {
	b := newBox(t)
	b.w.Log.Debug("none")
	if err := b.w.Store.Write(func(tx *state.Tx) error {
		_, err := b.bare().Answer(tx, noon, bareRequest(templ(`"parameters": {"p": {"type": "securestring"}}, "resources": []`),
			`{"p": {"reference": {"keyVault": {"id": "`+group+`/providers/Microsoft.KeyVault/vaults/v"}, "secretName": "known"}}}`))
		if e := refusal.Of(err); e.Code != "KeyVaultParameterReferenceNotFound" {
			t.Errorf("a secret without vaults gives %v", err)
		}
		_, err = b.bare().Answer(tx, noon, bareRequest(templ(`"resources": [{"type": "A.B/c", "apiVersion": "[providers('A.B', 'c').apiVersions[0]]", "name": "n"}]`), ""))
		if e := refusal.Of(err); e.Code != "InvalidTemplate" || !strings.Contains(e.Message, "does not list its providers") {
			t.Errorf("providers without a list give %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
