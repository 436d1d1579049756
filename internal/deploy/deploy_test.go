package deploy_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/deploy"
)

// TestTheExamplesAreDeployed previews, deploys and previews again: what is there is
// not created a second time.
func TestTheExamplesAreDeployed(t *testing.T) {
	c := start(t)
	for name, region := range map[string]string{"workspace": "westeurope", "resilient": "northeurope"} { // names of computes are unique in a region
		t.Run(name, func(t *testing.T) {
			s := c.group(t, "rg-"+name)
			d := read(t, "azuredeploy.json", example(t, name), s, map[string]string{"prefix": name, "suffix": "7f3k", "location": region, "sqlPassword": canary})
			if _, err := c.client.ValidateDeployment(t.Context(), s, name, d.Request); err != nil {
				t.Fatal(err)
			}
			before, err := deploy.PreviewOf(t.Context(), c.client, s, name, d)
			if err != nil {
				t.Fatal(err)
			}
			if n := before.Counts(); n[deploy.Create] < 15 || n[deploy.Delete] != 0 {
				t.Errorf("counts %v", n)
			}
			looks := 0
			r := c.run(t, s, name, d, func(x deploy.Snapshot) {
				looks++
				if len(x.Steps) > d.Planned() {
					t.Errorf("%d steps of %d", len(x.Steps), d.Planned())
				}
			})
			if r.State != deploy.Succeeded || len(r.Problems) > 0 || len(r.Missing) > 0 || len(r.Steps) != d.Planned() || r.NotBegun != 0 {
				t.Errorf("result %+v, planned %d", r, d.Planned())
			}
			if looks == 0 || r.Took <= 0 {
				t.Errorf("%d looks, took %v", looks, r.Took)
			}
			if i := slices.IndexFunc(r.Outputs, func(o deploy.Output) bool { return o.Name == "workspaceId" }); i < 0 || !strings.HasPrefix(string(r.Outputs[i].Value), `"/subscriptions/`) {
				t.Errorf("outputs %+v", r.Outputs)
			}
			again, err := deploy.PreviewOf(t.Context(), c.client, s, name, d)
			if err != nil {
				t.Fatal(err)
			}
			if n := again.Counts(); n[deploy.Create] != 0 || n[deploy.NoChange] < 10 {
				t.Errorf("afterwards %v", n)
			}
			nowhere(t, before, again, r)
		})
	}
}

// nowhere wants the secret in nothing of what is given.
func nowhere(t *testing.T, what ...any) {
	t.Helper()
	for _, x := range what {
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if p, is := x.(*deploy.Preview); is {
			bodies, _ := json.Marshal([]any{p.Before, p.After})
			text = append(text, bodies...)
		}
		if i := strings.Index(string(text), canary); i >= 0 {
			t.Errorf("the secret is seen: …%s…", text[max(0, i-60):i+30])
		}
	}
}

const failing = `"parameters": {"key": {"type": "securestring", "defaultValue": "` + canary + `"}},
  "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "fine12345", "location": "westeurope",
     "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "tags": {"k": "[parameters('key')]"}, "properties": {}},
    {
      "type": "Microsoft.ContainerService/managedClusters",
      "apiVersion": "2024-05-01", "name": "cluster", "location": "westeurope", "identity": {"type": "SystemAssigned"},
      "properties": {"dnsPrefix": "d", "agentPoolProfiles": [{"name": "np", "count": 1, "vmSize": "Standard_D4s_v5", "mode": "System"}]}
    },
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "never12345", "location": "westeurope",
     "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {}, "dependsOn": ["cluster"]}
  ],
  "outputs": {
    "first": {"type": "string", "value": "[parameters('key')]"},
    "second": {"type": "securestring", "value": "x"},
    "third": {"type": "object", "value": {"password": "abc", "n": 1}}
  }`

// TestAFailedDeploymentPointsToTheTemplate names what failed, where it stands, and
// what was not begun; what went well is told as well.
func TestAFailedDeploymentPointsToTheTemplate(t *testing.T) {
	c := start(t)
	c.letFail(t, "managedClusters")
	d := read(t, "infra/main.json", templ(failing), c.scope, nil)
	r := c.run(t, c.scope, "bad", d, nil)
	if r.State != deploy.Failed || len(r.Problems) != 1 || r.NotBegun != 1 {
		t.Fatalf("%+v", r)
	}
	p := r.Problems[0]
	if p.Place() != "infra/main.json:7:5" || p.Code == "" || p.Message == "" || !strings.HasSuffix(p.Resource, "/managedClusters/cluster") {
		t.Errorf("%+v at %s", p, p.Place())
	}
	if len(r.Steps) != 2 || !slices.ContainsFunc(r.Steps, func(s deploy.Step) bool { return s.Name == "fine12345" && s.State == deploy.Succeeded }) {
		t.Errorf("steps %+v", r.Steps)
	}
	nowhere(t, r)

	c.letFail(t, "")
	good := c.run(t, c.scope, "good", d, nil)
	if good.State != deploy.Succeeded || len(good.Outputs) != 3 {
		t.Fatalf("%+v", good)
	}
	for i, want := range []deploy.Output{{Name: "first", Secret: true}, {Name: "second", Secret: true}, {Name: "third"}} {
		if o := good.Outputs[i]; o.Name != want.Name || o.Secret != want.Secret || o.Secret == (o.Value != nil) {
			t.Errorf("output %d: %+v", i, o)
		}
	}
	nowhere(t, good)
}

// TestADeploymentIsTakenUpByName follows one that was started elsewhere, without
// its template, and one that has ended.
func TestADeploymentIsTakenUpByName(t *testing.T) {
	c := start(t)
	d := read(t, "main.json", templ(failing), c.scope, nil)
	if _, err := deploy.Start(t.Context(), c.client, c.scope, "one", "11111111-2222-4333-8444-555555555555", d); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"under way", "ended"} {
		op, err := c.client.FollowDeployment(t.Context(), c.scope, "one")
		if err != nil {
			t.Fatal(err)
		}
		f := deploy.Follower{Client: c.client, Scope: c.scope, Name: "one"}
		r, err := f.Follow(t.Context(), op)
		if err != nil || r.State != deploy.Succeeded || len(r.Steps) != 3 {
			t.Fatalf("%s: %+v, %v", when, r, err)
		}
		if i := slices.IndexFunc(r.Outputs, func(o deploy.Output) bool { return o.Name == "second" }); !r.Outputs[i].Secret || r.Outputs[i].Value != nil {
			t.Errorf("%s: %+v", when, r.Outputs)
		}
	}
	if _, err := c.client.FollowDeployment(t.Context(), c.scope, "two"); !errors.Is(err, azure.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
}

// TestASubscriptionIsDeployedTo makes a group and, by a child deployment, what
// lies in it; the steps of the child are told with it.
func TestASubscriptionIsDeployedTo(t *testing.T) {
	c := start(t)
	s := azure.Scope{Subscription: c.scope.Subscription}
	d := read(t, "sub.json", `{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "resources": [
    {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "rg-made", "location": "westeurope"},
    {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "resourceGroup": "rg-made", "dependsOn": ["rg-made"],
     "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
      "template": {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
       {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "nested12345", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {}}]}}}
  ]}`, s, nil)
	d.Request.Location = "westeurope"
	if err := d.Fits(s); err != nil {
		t.Fatal(err)
	}
	p, err := deploy.PreviewOf(t.Context(), c.client, s, "sub", d)
	if err != nil || p.Counts()[deploy.Create] != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	r := c.run(t, s, "sub", d, nil)
	inner := slices.IndexFunc(r.Steps, func(x deploy.Step) bool { return x.Name == "nested12345" && x.Within == "inner" })
	if r.State != deploy.Succeeded || len(r.Steps) != 3 || inner < 0 || d.Planned() != 2 {
		t.Errorf("%+v, planned %d", r, d.Planned())
	}

	c.letFail(t, "nested67890")
	bad := read(t, "sub.json", strings.ReplaceAll(sourceOf(t, d), "nested12345", "nested67890"), s, nil)
	bad.Request.Location = "westeurope"
	r = c.run(t, s, "sub2", bad, nil)
	if r.State != deploy.Failed || len(r.Problems) != 1 || !strings.HasSuffix(r.Problems[0].Resource, "/nested67890") || r.Problems[0].Line == 0 {
		t.Errorf("a failure in a child: %+v", r)
	}
}

func sourceOf(t *testing.T, d *deploy.Template) string {
	t.Helper()
	return string(d.Request.Template)
}

// TestTheSchemaDecidesTheScope tells a mismatch in words.
func TestTheSchemaDecidesTheScope(t *testing.T) {
	schema := map[string]string{
		"group":        "2019-04-01/deploymentTemplate.json#",
		"subscription": "2018-05-01/subscriptionDeploymentTemplate.json#",
		"tenant":       "2019-08-01/tenantDeploymentTemplate.json#",
	}
	group, sub := azure.Scope{Subscription: "s", Group: "g"}, azure.Scope{Subscription: "s"}
	for _, tt := range []struct {
		schema string
		scope  azure.Scope
		want   string
	}{
		{"group", group, ""},
		{"subscription", sub, ""},
		{"group", sub, "m.json is a template for a resource group, and none is given"},
		{"subscription", group, "m.json is a template for a subscription, and the resource group g is given"},
		{"tenant", sub, "m.json is a template for a tenant, and those are not deployed by Holdfast"},
	} {
		d := read(t, "m.json", `{"$schema": "https://schema.management.azure.com/schemas/`+schema[tt.schema]+`", "contentVersion": "1.0.0.0", "resources": []}`, sub, nil)
		got := ""
		if err := d.Fits(tt.scope); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s to %v: %q, want %q", tt.schema, tt.scope, got, tt.want)
		}
	}
}

// TestWhatIsWrongOfflineIsNeverSent has its place and is told before Azure is asked.
func TestWhatIsWrongOfflineIsNeverSent(t *testing.T) {
	for name, text := range map[string]string{
		"a missing parameter": `"parameters": {"p": {"type": "string"}}, "resources": []`,
		"an expression":       `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('a']"}]`,
		"a wrong type":        `"parameters": {"p": {"type": "int", "defaultValue": "x"}}, "resources": []`,
	} {
		_, diags, err := tryRead(t, "m.json", templ(text), azure.Scope{Subscription: "s", Group: "g"}, nil)
		if !errors.Is(err, deploy.ErrInvalid) || len(diags) == 0 || diags[0].Pos.Line != 3 {
			t.Errorf("%s: %v, %v", name, err, diags)
		}
	}
}
