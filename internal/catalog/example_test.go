package catalog_test

import (
	"fmt"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func account(name, body string) *estate.Resource {
	doc, _ := jsonc.Parse(name+".json", []byte(body))
	return &estate.Resource{
		ID:   estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/" + name),
		Type: "Microsoft.Storage/storageAccounts", Name: name, Location: "westeurope", Body: value.FromNode(doc.Root()),
	}
}

// What two storage accounts do when a zone fails.
func ExampleCatalog_Survive() {
	c, err := catalog.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	e := estate.Build([]*estate.Resource{
		account("stlocal", `{"apiVersion":"2023-01-01","kind":"StorageV2","sku":{"name":"Standard_LRS"}}`),
		account("stzones", `{"apiVersion":"2023-01-01","kind":"StorageV2","sku":{"name":"Standard_ZRS"}}`),
	}, nil, estate.Coverage{})
	c.Classify(e)
	for _, r := range e.Resources {
		fmt.Println(r.Name, "is", c.ServiceOf(r).ID, "and", c.Survive(e, r, catalog.ScopeZone).State)
	}
	// Output:
	// stlocal is azure-storage and down
	// stzones is azure-storage and carries-on
}

// A catalog of one's own says everything that is wrong with it at once.
func ExampleCatalog_With() {
	c, err := catalog.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.With(fstest.MapFS{"rules/ours.yaml": {Data: []byte(`
- id: ours
  title: Our accounts are zone-redundant
  services: [azure-storge]
  severity: hihg
  check: sku.endsWith('ZRS')
  message: "{name} is {sku}"
  why: We say so.
  remedy: Choose Standard_ZRS.
  change: {kind: conversion}
  sources: [guide]
`)}}, "ours")
	fmt.Println(err)
	// Output:
	// the catalog has 2 problems
	//   ours/rules/ours.yaml:4:14: there is no service "azure-storge"; did you mean "azure-storage"?
	//   ours/rules/ours.yaml:5:13: severity cannot be "hihg"; did you mean "high"?
}
