package template_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// cloud is a place to deploy to that keeps what it is sent.
type cloud map[string]value.Value

func (c cloud) Resource(_ context.Context, id, _ string) (value.Value, error) {
	if body, ok := c[id]; ok {
		return body, nil
	}
	return value.Value{}, errors.New(id + " is not there")
}

func (cloud) List(context.Context, string, string, string, value.Value) (value.Value, error) {
	return value.Object([]value.Member{{Key: "key", Value: value.String("secret")}}), nil
}

func (cloud) Provider(context.Context, string) (value.Value, error) {
	return value.Value{}, errors.New("unknown")
}

// A run deploys a template step by step: each step is sent when those that it waits for are there.
func ExampleTemplate_Run() {
	doc, _ := jsonc.Parse("main.json", []byte(`{
	  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
	  "contentVersion": "1.0.0.0",
	  "resources": [
	    {"type": "Contoso.App/sites", "apiVersion": "1", "name": "site", "dependsOn": ["store"],
	     "properties": {"size": "[reference('store').size]", "key": "[listKeys('store', '1').key]"}},
	    {"type": "Contoso.App/stores", "apiVersion": "1", "name": "store", "properties": {"size": 3}}
	  ]
	}`))
	tmpl, _ := template.Parse(doc)
	world := cloud{}
	ctx := context.Background()
	run, err := tmpl.Run(ctx, template.Options{SubscriptionID: "s", ResourceGroup: "g"}, world)
	if err != nil {
		fmt.Println(err)
		return
	}
	deployed := make([]bool, len(run.Steps()))
	for range run.Steps() {
	steps:
		for i, step := range run.Steps() {
			for _, k := range step.After {
				if !deployed[k] {
					continue steps
				}
			}
			if deployed[i] {
				continue
			}
			request, err := run.Request(ctx, step.Resource)
			if err != nil {
				fmt.Println(err)
				return
			}
			body, _ := request.Body.AppendRevealed(nil) // as it is sent
			fmt.Printf("PUT %s\n%s\nshown as %s\n", request.ID, body, request.Body.AppendJSON(nil))
			world[request.ID], deployed[i] = request.Body, true
		}
	}
	// Output:
	// PUT /subscriptions/s/resourceGroups/g/providers/Contoso.App/stores/store
	// {"type":"Contoso.App/stores","apiVersion":"1","name":"store","properties":{"size":3}}
	// shown as {"type":"Contoso.App/stores","apiVersion":"1","name":"store","properties":{"size":3}}
	// PUT /subscriptions/s/resourceGroups/g/providers/Contoso.App/sites/site
	// {"type":"Contoso.App/sites","apiVersion":"1","name":"site","properties":{"size":3,"key":"secret"}}
	// shown as {"type":"Contoso.App/sites","apiVersion":"1","name":"site","properties":{"size":3,"key":{"$secret":true}}}
}
