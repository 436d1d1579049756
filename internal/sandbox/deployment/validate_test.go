package deployment_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

const validatePath = group + "/providers/Microsoft.Resources/deployments/main/validate"

func TestValidateTellsWhatIsWrongAndWhere(t *testing.T) {
	n := `{"type": "A.B/c", "apiVersion": "1", "name": "n"}`
	many := func(section string, k int) string {
		var list []string
		for i := range k {
			list = append(list, fmt.Sprintf(`"x%d": {"type": "string", "defaultValue": "", "value": ""}`, i))
		}
		return templ(`"` + section + `": {` + strings.Join(list, ",") + `}, "resources": []`)
	}
	tests := map[string]struct{ body, code, message string }{
		"no JSON":             {`{"properties": `, "InvalidRequestContent", "line 1, position 16"},
		"no properties":       {`{}`, "InvalidRequestContent", "no properties"},
		"no mode":             {`{"properties": {"template": {}}}`, "InvalidRequestContent", "'mode'"},
		"a mode":              {`{"properties": {"mode": "Odd", "template": {}}}`, "InvalidRequestContent", "'Odd'"},
		"complete":            {`{"properties": {"mode": "Complete", "template": {}}}`, "DeploymentModeNotSupported", "never deletes"},
		"location":            {`{"location": "westeurope", "properties": {"mode": "Incremental", "template": {}}}`, "InvalidDeployment", "'location'"},
		"no template":         {`{"properties": {"mode": "Incremental"}}`, "InvalidTemplate", "neither"},
		"both":                {`{"properties": {"mode": "Incremental", "template": {}, "templateLink": {"uri": "x"}}}`, "InvalidRequestContent", "not both"},
		"text":                {`{"properties": {"mode": "Incremental", "template": "x"}}`, "InvalidRequestContent", "expected an object"},
		"no version":          {sent(`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}`, ""), "InvalidTemplate", "'contentVersion'"},
		"expression":          {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('a']"}]`), ""), "InvalidTemplate", "at line '2' and column '72'"},
		"unknown function":    {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concta('a')]"}]`), ""), "InvalidTemplate", "did you mean 'concat'"},
		"parameter":           {sent(templ(`"parameters": {"p": {"type": "int"}}, "resources": []`), ""), "InvalidTemplate", "The value for the template parameter 'p' at line '2' and column '16' is not provided."},
		"extra parameter":     {sent(templ(`"parameters": {"p": {"type": "int", "defaultValue": 1}}, "resources": []`), `{"q": {"value": 1}}`), "InvalidTemplate", "do not correspond to any parameters defined in the template: 'q'. The parameters defined in the template are: 'p'."},
		"wrong type":          {sent(templ(`"parameters": {"p": {"type": "int"}}, "resources": []`), `{"p": {"value": "x"}}`), "InvalidTemplate", "expected int"},
		"not allowed":         {sent(templ(`"parameters": {"p": {"type": "string", "allowedValues": ["a", "b"]}}, "resources": []`), `{"p": {"value": "x"}}`), "InvalidTemplate", "expected one of a, b"},
		"secure of type":      {sent(templ(`"parameters": {"p": {"type": "securestring", "maxLength": 3}}, "resources": []`), `{"p": {"value": "`+canary+`"}}`), "InvalidTemplate", "at most 3"},
		"parameter form":      {sent(templ(`"parameters": {"p": {"type": "int"}}, "resources": []`), `{"p": 1}`), "InvalidRequestContent", "parameters.p"},
		"dependency":          {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": ["none"]}]`), ""), "InvalidTemplate", "the resource 'none'"},
		"circle":              {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": ["m"]}, {"type": "A.B/c", "apiVersion": "1", "name": "m", "dependsOn": ["n"]}]`), ""), "InvalidTemplate", "Circular dependency"},
		"twice":               {sent(templ(`"resources": [`+n+`,`+n+`]`), ""), "InvalidTemplate", "defined multiple times"},
		"too many parameters": {sent(many("parameters", 257), ""), "InvalidTemplate", "257 parameters; Azure accepts 256"},
		"too many outputs":    {sent(many("outputs", 65), ""), "InvalidTemplate", "65 outputs"},
		"too many resources":  {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[string(copyIndex())]", "copy": {"name": "a", "count": 800}},`+n+`]`), ""), "InvalidTemplate", "801 resources"},
		"type":                {sent(templ(`"resources": [{"type": "None.Such/c", "apiVersion": "1", "name": "n"}]`), ""), "InvalidTemplateDeployment", "InvalidResourceType: The resource type 'c' could not be found in the namespace 'None.Such'"},
		"api version":         {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "7", "name": "n"}]`), ""), "InvalidTemplateDeployment", "NoRegisteredProviderFound: No registered resource provider found"},
		"refused body":        {sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "bad"}, {"type": "A.B/c", "apiVersion": "1", "name": "taken"}]`), ""), "InvalidTemplateDeployment", "BadRequest: The property of bad is wrong. NameAlreadyTaken: The name taken is already taken."},
		"no vault":            {sent(templ(`"parameters": {"p": {"type": "securestring"}}, "resources": []`), `{"p": {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}}}`), "KeyVaultParameterReferenceNotFound", "'/x'"},
		"no secret":           {sent(templ(`"parameters": {"p": {"type": "securestring"}}, "resources": []`), `{"p": {"reference": {"keyVault": {"id": "`+group+`/providers/Microsoft.KeyVault/vaults/v"}, "secretName": "s"}}}`), "KeyVaultParameterReferenceSecretRetrieveFailed", "'Not Found'"},
		"closed vault":        {sent(templ(`"parameters": {"p": {"type": "securestring"}}, "resources": []`), `{"p": {"reference": {"keyVault": {"id": "`+group+`/providers/Microsoft.KeyVault/vaults/v"}, "secretName": "closed"}}}`), "KeyVaultParameterReferenceAuthorizationFailed", "not enabled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			_, err := b.ask("POST", validatePath, test.body)
			if err == nil {
				t.Fatal("it is valid")
			}
			message := err.Message
			for _, d := range err.Details {
				message += " " + d.Code + ": " + d.Message
			}
			if err.Code != test.code || !strings.Contains(message, test.message) {
				t.Errorf("got %s: %s\nwant %s: %s", err.Code, message, test.code, test.message)
			}
			if strings.Contains(b.seen.String(), canary) {
				t.Error("the secret is shown")
			}
			// The same is refused when it is deployed, and nothing is kept of either.
			if _, put := b.ask("PUT", strings.TrimSuffix(validatePath, "/validate"), test.body); put == nil || put.Code != test.code {
				t.Errorf("deploying gives %v", put)
			}
			if kept := b.records("deployment") + b.records("deployment.input"); kept != "" || b.deployed(group, "A.B/c") != "" {
				t.Errorf("it leaves %s %s", kept, b.deployed(group, "A.B/c"))
			}
		})
	}
}

// The place of a fault is machine-readable, too.
func TestFaultsHaveAPlace(t *testing.T) {
	_, err := newBox(t).ask("POST", validatePath, sent(templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[int('x')]"}]`), ""))
	if err == nil || len(err.AdditionalInfo) != 1 {
		t.Fatalf("got %v", err)
	}
	if got := fmt.Sprint(err.AdditionalInfo[0]); got != "map[info:map[lineNumber:2 linePosition:62 path:resources.0.name] type:TemplateViolation]" {
		t.Errorf("the place is %s", got)
	}
}

func TestValidateShowsWhatWouldBeDeployed(t *testing.T) {
	b := newBox(t)
	a, err := b.ask("POST", validatePath, sent(templ(`"parameters": {"p": {"type": "string"}}, "resources": [
 {"type": "A.B/c", "apiVersion": "1", "name": "[parameters('p')]"}, {"type": "A.B/c", "apiVersion": "1", "name": "busy", "dependsOn": ["x"]},
`+child("child", "", inner, templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "inside"}]`))+`]`), `{"p": {"value": "x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	p := object.Inner(b.body(a), "properties")
	if object.Text(p, "provisioningState") != "Succeeded" || object.Text(p, "parameters.p.value") != "x" {
		t.Errorf("got %v", p)
	}
	var ids []string
	for _, v := range object.List(p, "validatedResources") {
		ids = append(ids, strings.TrimPrefix(object.Text(v.(object.Object), "id"), group+"/providers/"))
	}
	if got := strings.Join(ids, " "); got != "A.B/c/x A.B/c/busy Microsoft.Resources/deployments/child A.B/c/inside" {
		t.Errorf("validated are %s", got)
	}
	if b.deployed(group, "A.B/c") != "" || b.records("deployment") != "" {
		t.Error("validating leaves something behind")
	}
}
