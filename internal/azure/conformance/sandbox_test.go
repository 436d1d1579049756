package conformance_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// wrong is a secret that is not the sandbox's, and must not be told.
const wrong = "canary-secret-0123456789"

// hasty sleeps a sixtieth of what it is asked for.
type hasty struct{ clock.Real }

func (h hasty) Sleep(ctx context.Context, d time.Duration) error { return h.Real.Sleep(ctx, d/60) }

// TestAgainstTheSandbox logs in by the default credentials and does with the
// sandbox what the client can do with Azure.
func TestAgainstTheSandbox(t *testing.T) {
	s, err := sandbox.Start(t.Context(), sandbox.Options{Rate: 60})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at := s.Connection
	t.Setenv("AZURE_TENANT_ID", at.Tenant)
	t.Setenv("AZURE_CLIENT_ID", at.ClientID)
	t.Setenv("AZURE_CLIENT_SECRET", at.ClientSecret)
	t.Setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
	ctx := t.Context()
	c, err := azure.New(ctx, azure.Options{ARMEndpoint: at.Address, CAFile: at.CAFile, Clock: hasty{}})
	if err != nil {
		t.Fatalf("%v\nhint: %s", err, azure.Hint(err))
	}
	defer c.Close()
	must := func(op *azure.Operation, err error) *azure.Response {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\nhint: %s", err, azure.Hint(err))
		}
		resp, err := op.Wait(ctx, nil)
		if err != nil {
			t.Fatalf("%v\nhint: %s", err, azure.Hint(err))
		}
		return resp
	}

	subscriptions, err := azure.All(c.List(ctx, "/subscriptions", "2022-12-01"))
	if err != nil || len(subscriptions) == 0 || !strings.Contains(string(subscriptions[0]), at.Subscription) {
		t.Fatalf("subscriptions %s, %v", subscriptions, err)
	}
	scope := azure.Scope{Subscription: at.Subscription, Group: "drill-group"}
	must(c.Put(ctx, scope.Path(), "2021-04-01", map[string]any{"location": "westeurope", "tags": map[string]string{azure.DrillTag: "d1"}}))
	if found, err := c.Exists(ctx, scope.Path(), "2021-04-01"); !found || err != nil {
		t.Errorf("the group exists: %v, %v", found, err)
	}
	request := azure.DeploymentRequest{Template: json.RawMessage(`{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
		"resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "holdfastdrill", "location": "westeurope",
			"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "tags": {"holdfast-drill": "d1"}, "properties": {}}]}`)}
	if _, err := c.ValidateDeployment(ctx, scope, "one", request); err != nil {
		t.Errorf("validate: %v", err)
	}
	preview, err := azure.ParseWhatIf(must(c.WhatIf(ctx, scope, "one", request)))
	if err != nil || len(preview.Changes) != 1 || preview.Changes[0].ChangeType != azure.ChangeCreate {
		t.Errorf("preview %+v, %v", preview, err)
	}
	must(c.CreateDeployment(ctx, scope, "one", request))
	d, err := c.GetDeployment(ctx, scope, "one")
	if err != nil || d.Properties.ProvisioningState != "Succeeded" {
		t.Errorf("deployment %+v, %v", d, err)
	}
	operations := 0
	for o, err := range c.DeploymentOperations(ctx, scope, "one") {
		if err != nil || o.Failure() != nil {
			t.Errorf("%v, %v", err, o.Failure())
		}
		operations++
	}
	if operations == 0 {
		t.Error("the deployment has no operations")
	}
	rows, err := azure.All(c.Query(ctx, "resources | where type =~ 'microsoft.storage/storageaccounts' | project id, name", []string{at.Subscription}))
	if err != nil || len(rows) != 1 || !strings.Contains(string(rows[0]), "holdfastdrill") {
		t.Errorf("rows %s, %v", rows, err)
	}

	account := scope.Path() + "/providers/Microsoft.Storage/storageAccounts/holdfastdrill"
	if _, err := c.DeleteDrilled(ctx, account, "2023-05-01", "d2"); !errors.Is(err, azure.ErrRefused) {
		t.Errorf("a resource of another drill: %v", err)
	}
	must(c.DeleteDrilled(ctx, account, "2023-05-01", "d1"))
	if _, err := c.Get(ctx, account, "2023-05-01"); !errors.Is(err, azure.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	must(c.DeleteDrilled(ctx, scope.Path(), "2021-04-01", "d1"))
	if _, err := c.Get(ctx, scope.Path(), "2021-04-01"); !errors.Is(err, azure.ErrNotFound) || azure.Hint(err) == "" {
		t.Errorf("deleted: %v, hint %q", err, azure.Hint(err))
	}
	t.Log(c.Stats())
}

// TestTheSandboxIsNotTrustedWithoutItsCertificate and with a wrong secret nobody
// is let in.
func TestTheSandboxIsNotTrustedWithoutItsCertificate(t *testing.T) {
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := s.Connection
	if _, err := azure.New(t.Context(), azure.Options{ARMEndpoint: at.Address}); !strings.Contains(azure.Hint(err), "--ca-file") {
		t.Errorf("%v, hint %s", err, azure.Hint(err))
	}
	t.Setenv("AZURE_TENANT_ID", at.Tenant)
	t.Setenv("AZURE_CLIENT_ID", at.ClientID)
	t.Setenv("AZURE_CLIENT_SECRET", wrong)
	t.Setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
	c, err := azure.New(t.Context(), azure.Options{ARMEndpoint: at.Address, CAFile: at.CAFile})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Get(t.Context(), "/subscriptions", "2022-12-01")
	if !errors.Is(err, azure.ErrUnauthenticated) || strings.Contains(err.Error(), wrong) || !strings.Contains(azure.Hint(err), "az login") {
		t.Errorf("%v, hint %s", err, azure.Hint(err))
	}
	if !strings.HasPrefix(err.Error(), "GET /subscriptions: no token could be had: AADSTS7000215: Invalid client secret") || strings.Contains(err.Error(), "\n") {
		t.Errorf("not one line that says what is wrong: %v", err)
	}
}
