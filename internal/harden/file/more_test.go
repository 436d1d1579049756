package file_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/quickstart"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// What the quickstarts have little of: databases with replicas, a registry in a
// loop, pools, a Machine Learning registry, all by expressions.
const more = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "prefix": { "type": "string", "defaultValue": "moreofmine" },
    "tier": { "type": "string", "defaultValue": "GeneralPurpose", "allowedValues": [ "GeneralPurpose", "MemoryOptimized" ] },
    "password": { "type": "securestring", "defaultValue": "[concat('P-w0rd', uniqueString(resourceGroup().id))]" }
  },
  "resources": [
    {
      "type": "Microsoft.DBforPostgreSQL/flexibleServers",
      "apiVersion": "2024-08-01",
      "name": "[concat(parameters('prefix'), '-pg')]",
      "location": "[resourceGroup().location]",
      "sku": { "name": "Standard_D2ds_v5", "tier": "[parameters('tier')]" },
      "properties": { "version": "16", "administratorLogin": "chief", "administratorLoginPassword": "[parameters('password')]", "storage": { "storageSizeGB": 64 } }
    },
    {
      "type": "Microsoft.ContainerRegistry/registries",
      "apiVersion": "2023-07-01",
      "name": "[concat(parameters('prefix'), copyIndex('registries'))]",
      "location": "[resourceGroup().location]",
      "copy": { "name": "registries", "count": 2 },
      "sku": { "name": "Basic" },
      "properties": { "adminUserEnabled": false }
    },
    {
      "type": "Microsoft.DocumentDB/databaseAccounts",
      "apiVersion": "2024-05-15",
      "name": "[concat(parameters('prefix'), '-docs')]",
      "location": "[resourceGroup().location]",
      "kind": "GlobalDocumentDB",
      "properties": {
        "databaseAccountOfferType": "Standard",
        "locations": [ { "locationName": "[resourceGroup().location]", "failoverPriority": 0 } ]
      }
    },
    {
      "type": "Microsoft.Storage/storageAccounts",
      "apiVersion": "2023-01-01",
      "name": "[concat(parameters('prefix'), 'st')]",
      "location": "[resourceGroup().location]",
      "sku": { "name": "Standard_LRS" },
      "kind": "StorageV2",
      "properties": { "minimumTlsVersion": "TLS1_2" }
    },
    {
      "type": "Microsoft.OperationalInsights/workspaces",
      "apiVersion": "2023-09-01",
      "name": "[concat(parameters('prefix'), '-logs')]",
      "location": "[resourceGroup().location]",
      "properties": { "retentionInDays": 30 }
    }
  ]
}
`

// What is written for databases, registries and accounts holds, fits the schemas
// and deploys.
func TestMoreServicesAreMendedAndDeploy(t *testing.T) {
	cat := defaults(t)
	published := schemas.Load(t)
	for _, target := range []string{"production", "critical"} {
		t.Run(target, func(t *testing.T) {
			files := fstest.MapFS{"main.json": {Data: []byte(more)}}
			res, err := file.Harden(context.Background(), file.Input{Names: []string{"main.json"}, Catalog: cat, Source: source.Options{Template: here, Files: files}},
				file.Options{Assess: assess.Options{Target: assess.TargetByName(target)}, Plan: harden.Options{Fresh: true}})
			if err != nil {
				t.Fatal(err)
			}
			holds(t, res)
			for _, i := range res.Plan.Items {
				if i.Outcome == harden.Withdrawn {
					t.Errorf("%s of %s is withdrawn: %s", i.Finding.Rule.ID, i.Finding.Resource.Name, i.Why)
				}
			}
			for _, r := range res.After.Estate.Resources {
				if err := fits(t, published, r); !r.External && err != nil {
					t.Errorf("%s: %v", r.ID, err)
				}
			}
			if len(res.Files) != 1 || !strings.Contains(string(res.Files[0].After), "registriesReplications") && target == "critical" {
				t.Fatal(res.Files)
			}
			s, err := sandbox.Start(context.Background(), sandbox.Options{Manual: true, NoThrottling: true})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			if err := quickstart.Deploy(t, s, "more", res.Files[0].After, nil, quickstart.In("eastus2")); err != nil {
				t.Errorf("%v\n%s", err, res.Files[0].After)
			}
		})
	}
}
