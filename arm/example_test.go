package arm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// A template is expanded to its resources, with those of the templates that it
// links to.
func ExampleExpandFile() {
	x, err := arm.ExpandFile(context.Background(), "testdata/storage.json", arm.Options{
		ParameterPaths: []string{"testdata/storage.parameters.json"},
		Options: template.Options{
			SubscriptionID: "00000000-0000-0000-0000-000000000000", ResourceGroup: "myRg", Location: "westeurope",
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range x.Resources {
		fmt.Println(r.Type, r.Name.Text())
	}
	fmt.Printf("%s\n", x.Resources[1].Body.AppendJSON(nil))
	for _, o := range x.Outputs {
		fmt.Printf("%s = %s\n", o.Name, o.Value.AppendJSON(nil))
	}
	// Output:
	// Microsoft.Storage/storageAccounts datajs26ofeqkqeve0
	// Microsoft.Storage/storageAccounts datajs26ofeqkqeve1
	// Microsoft.Resources/deployments logs
	// Microsoft.OperationalInsights/workspaces logs
	// {"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-01-01","name":"datajs26ofeqkqeve1","location":"westeurope","sku":{"name":"Standard_ZRS"},"kind":"StorageV2"}
	// logs = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.OperationalInsights/workspaces/logs"
	// endpoint = {"$unknown":"[reference('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Storage/storageAccounts/datajs26ofeqkqeve0', '2023-01-01').primaryEndpoints.blob]"}
}

// What is not given stays unknown: the region, because nobody said where the
// group is, and the sku, because the required parameter has no value.
func ExampleExpandFile_unknown() {
	x, err := arm.ExpandFile(context.Background(), "testdata/storage.json", arm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	r := x.Resources[0]
	fmt.Println(r.ID.Text())
	fmt.Println(string(r.Location.AppendJSON(nil)), r.Location.Unknown().Reason)
	fmt.Println(string(r.Body.Get("sku").AppendJSON(nil)))
	for _, d := range x.Diagnostics {
		fmt.Println(d)
	}
	// Output:
	// /subscriptions/{subscription().subscriptionId}/resourceGroups/{resourceGroup().name}/providers/Microsoft.Storage/storageAccounts/data{uniqueString(resourceGroup().id)}0
	// {"$unknown":"[resourceGroup().location]"} a fact of the deployment scope that was not supplied
	// {"name":{"$unknown":"[parameters('sku')]"}}
	// testdata/storage.json:6:5: warning: the value for the template parameter 'sku' is not provided; expected a string, one of Standard_LRS, Standard_ZRS (give it in a parameter file or with -p sku=VALUE; until then what depends on it is unknown)
}

// Every value knows the literal that supplied it and the property where it is
// used.
func ExampleExpandFile_origins() {
	x, err := arm.ExpandFile(context.Background(), "testdata/storage.json", arm.Options{
		ParameterPaths: []string{"testdata/storage.parameters.json"},
	})
	if err != nil {
		log.Fatal(err)
	}
	sku := x.Resources[0].Body.Path("sku", "name")
	fmt.Println("value:  ", sku.Text())
	fmt.Println("used:   ", sku.Use().Pos(), sku.Use().Pointer())
	fmt.Println("defined:", sku.Def().Pos(), sku.Def().Pointer())
	// Output:
	// value:   Standard_ZRS
	// used:    testdata/storage.json:15:24 /resources/0/sku/name
	// defined: testdata/storage.parameters.json:5:23 /parameters/sku/value
}

// One expression can be evaluated by itself.
func ExampleEval() {
	for _, expression := range []string{
		"[toUpper(concat('a', 'b'))]",
		"[uniqueString('snap', 'crackle', 'pop')]",
		"[concat(resourceGroup().location, '-2')]",
	} {
		v, err := arm.Eval(context.Background(), expression, template.Options{})
		fmt.Println(v.Text(), err, v.Kind() == value.UnknownKind)
	}
	// Output:
	// AB <nil> false
	// byghxckddilkc <nil> false
	// {resourceGroup().location}-2 <nil> true
}

// A template is parsed once and may be expanded many times.
func ExampleParse() {
	t, diags := arm.Parse("main.json", []byte(`{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		"contentVersion": "1.0.0.0",
		"parameters": {"n": {"type": "int"}},
		"resources": [{
			"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
			"name": "[concat('st', copyIndex())]", "copy": {"name": "loop", "count": "[parameters('n')]"}
		}]
	}`))
	fmt.Println(len(diags), "problems")
	for _, n := range []string{"1", "3"} {
		x, err := t.Expand(context.Background(), template.Options{Parameters: []template.Assignment{{Name: "n", Text: n}}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(n, "gives", len(x.Resources))
	}
	// Output:
	// 0 problems
	// 1 gives 1
	// 3 gives 3
}
