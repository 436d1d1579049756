package file_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// maker makes a random template.
type maker struct {
	t                     *rapid.T
	parameters, variables []string
	given                 []string // of the parameter file
	names                 int
	nested, outer         bool // what is written goes into a nested template with inner or outer scope
}

func (m *maker) chance(what string, in int) bool { return rapid.IntRange(1, in).Draw(m.t, what) == 1 }

// value writes a value in one of the ways in which templates do it. Shared ones are
// used more than once.
func (m *maker) value(what, v string) string {
	ways := []string{"literal", "parameter", "file", "variable", "join", "choice", "shared", "table"}
	if m.nested {
		ways = []string{"literal", "join", "choice"}
	}
	name := fmt.Sprintf("p%d", len(m.parameters)+len(m.variables))
	switch rapid.SampledFrom(ways).Draw(m.t, what) {
	case "parameter":
		allowed := ""
		if m.chance("allowed", 2) {
			allowed = fmt.Sprintf(`, "allowedValues": [ %q, "other" ]`, v)
		}
		m.parameters = append(m.parameters, fmt.Sprintf(`"%s": { "type": "string", "defaultValue": %q%s }`, name, v, allowed))
		return "[parameters('" + name + "')]"
	case "file":
		m.parameters = append(m.parameters, fmt.Sprintf(`"%s": { "type": "string" }`, name))
		m.given = append(m.given, fmt.Sprintf(`"%s": { "value": %q }`, name, v))
		return "[parameters('" + name + "')]"
	case "variable":
		m.variables = append(m.variables, fmt.Sprintf(`"%s": %q`, name, v))
		return "[variables('" + name + "')]"
	case "table":
		m.variables = append(m.variables, fmt.Sprintf(`"%s": { "dev": { "v": %q }, "live": { "v": "x" } }`, name, v))
		return "[variables('" + name + "')[if(true(), 'dev', 'live')].v]"
	case "join":
		return fmt.Sprintf("[concat('%s', '%s')]", v[:1], v[1:])
	case "choice":
		return fmt.Sprintf("[if(equals(1, 1), '%s', 'other')]", v)
	case "shared":
		shared := "shared" + strings.ReplaceAll(v, "_", "")
		if line := fmt.Sprintf(`"%s": { "type": "string", "defaultValue": %q }`, shared, v); !contains(m.parameters, line) {
			m.parameters = append(m.parameters, line)
		}
		return "[parameters('" + shared + "')]"
	}
	return v
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// resource writes one declaration, which may stand for several.
func (m *maker) resource() string {
	m.names++
	name := fmt.Sprintf("r%dx", m.names)
	extra := ""
	switch rapid.SampledFrom([]string{"", "", "copy", "condition", "maybe"}).Draw(m.t, "how") {
	case "copy":
		if m.outer { // copyIndex() is that of the deployment there
			break
		}
		extra = fmt.Sprintf(`"copy": { "name": "loop%d", "count": %d }, `, m.names, rapid.IntRange(1, 3).Draw(m.t, "count"))
		name = fmt.Sprintf("[concat('%s', copyIndex())]", name)
	case "condition":
		extra = `"condition": "[equals('a', 'a')]", `
	case "maybe":
		extra = `"condition": "[contains(resourceGroup().tags, 'x')]", `
	}
	head := func(typ, version string) string {
		return fmt.Sprintf(`{ %s"type": %q, "apiVersion": %q, "name": %q, "location": "[resourceGroup().location]"`, extra, typ, version, name)
	}
	switch rapid.SampledFrom([]string{"storage", "storage", "registry", "vault", "insights", "aks", "net"}).Draw(m.t, "type") {
	case "storage":
		children := ""
		if m.chance("children", 3) {
			children = `, "resources": [ { "type": "blobServices", "apiVersion": "2023-01-01", "name": "default", "properties": { "isVersioningEnabled": false } } ]`
			if strings.Contains(name, "copyIndex") {
				children = ""
			}
		}
		sku := rapid.SampledFrom([]string{"Standard_LRS", "Standard_GRS", "Standard_ZRS"}).Draw(m.t, "sku")
		return fmt.Sprintf(`%s, "sku": { "name": %q }, "kind": "StorageV2", "properties": {}%s }`, head("Microsoft.Storage/storageAccounts", "2023-01-01"), m.value("sku", sku), children)
	case "registry":
		sku := rapid.SampledFrom([]string{"Basic", "Standard", "Premium"}).Draw(m.t, "sku")
		return fmt.Sprintf(`%s, "sku": { "name": %q }, "properties": {} }`, head("Microsoft.ContainerRegistry/registries", "2023-07-01"), m.value("sku", sku))
	case "vault":
		return fmt.Sprintf(`%s, "properties": { "tenantId": "[subscription().tenantId]", "sku": { "family": "A", "name": %q }, "accessPolicies": [] } }`, head("Microsoft.KeyVault/vaults", "2023-07-01"), m.value("sku", "standard"))
	case "insights":
		return fmt.Sprintf(`%s, "kind": "web", "properties": { "Application_Type": %q } }`, head("Microsoft.Insights/components", "2020-02-02"), m.value("kind", "web"))
	case "aks":
		return fmt.Sprintf(`%s, "identity": { "type": "SystemAssigned" }, "properties": { "dnsPrefix": "a", "agentPoolProfiles": [ { "name": "one", "count": %d, "vmSize": %q, "mode": "System" } ] } }`,
			head("Microsoft.ContainerService/managedClusters", "2024-02-01"), rapid.IntRange(1, 4).Draw(m.t, "nodes"), m.value("size", "Standard_D4s_v5"))
	}
	return fmt.Sprintf(`%s, "tags": { "of": %q }, "properties": { "addressSpace": { "addressPrefixes": [ "10.0.0.0/16" ] } } }`, head("Microsoft.Network/virtualNetworks", "2023-09-01"), m.value("tag", "Standard_LRS"))
}

func (m *maker) resources(n int) string {
	var list []string
	for range n {
		list = append(list, "    "+m.resource())
	}
	return strings.Join(list, ",\n")
}

const schemaLine = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`

// files makes a template and its parameter file.
func (m *maker) files() fstest.MapFS {
	body := m.resources(rapid.IntRange(1, 4).Draw(m.t, "resources"))
	if m.chance("nested", 2) {
		inner := m.chance("inner", 2)
		scope := "outer"
		if m.nested, m.outer = inner, !inner; inner {
			scope = "inner"
		}
		body += fmt.Sprintf(`,
    { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "properties": { "mode": "Incremental",
      "expressionEvaluationOptions": { "scope": %q }, "template": { %s, "resources": [
%s
    ] } } }`, scope, schemaLine, m.resources(rapid.IntRange(1, 2).Draw(m.t, "inside")))
	}
	out := fstest.MapFS{"main.json": &fstest.MapFile{Data: fmt.Appendf(nil, "{\n  %s,\n  \"parameters\": {\n    %s\n  },\n  \"variables\": {\n    %s\n  },\n  // all of it\n  \"resources\": [\n%s\n  ]\n}\n",
		schemaLine, strings.Join(m.parameters, ",\n    "), strings.Join(m.variables, ",\n    "), body)}}
	if len(m.given) > 0 {
		out["main.parameters.json"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": { %s } }`, strings.Join(m.given, ", "))}
	}
	return out
}

// Whatever a template looks like: what is mended is gone, what no step is about is
// as it was, nothing else comes or goes, the template gives no diagnostic that it
// did not give before, and a second run changes nothing.
func TestRandomTemplatesKeepThePromises(t *testing.T) {
	cat := defaults(t)
	rapid.Check(t, func(t *rapid.T) {
		files := (&maker{t: t}).files()
		target := rapid.SampledFrom([]string{"production", "critical", "basic"}).Draw(t, "target")
		opts := source.Options{Template: here, Files: files}
		if rapid.Bool().Draw(t, "elsewhere") {
			opts.Template = template.Options{}
		}
		run := func() *file.Result {
			res, err := file.Harden(context.Background(), file.Input{Names: []string{"main.json"}, Catalog: cat, Source: opts}, file.Options{Assess: assess.Options{Target: assess.TargetByName(target)}})
			if err != nil {
				t.Fatal(err, string(files["main.json"].Data))
			}
			return res
		}
		text := string(files["main.json"].Data)
		res := run()
		keeps(t, res, text)
		for _, f := range res.Files {
			files[f.Name] = &fstest.MapFile{Data: f.After}
		}
		again := run()
		if len(again.Diagnostics) > len(res.Diagnostics) {
			t.Errorf("the template gives new diagnostics: %v\n%s", again.Diagnostics, text)
		}
		for _, f := range again.Files {
			t.Errorf("a second run changes %s: %v\n%s", f.Name, f.Changes, text)
		}
	})
}

// keeps checks a result against what the package promises.
func keeps(t *rapid.T, res *file.Result, text string) {
	now := map[string]bool{}
	for _, f := range res.After.Findings {
		if f.Status == assess.Fail {
			now[f.Fingerprint] = true
		}
	}
	for _, i := range res.Plan.Items {
		switch {
		case i.Outcome == harden.Planned, i.Outcome == harden.Withdrawn && i.Why == "":
			t.Errorf("%s is %s\n%s", i.Finding.Rule.ID, i.Outcome, text)
		case i.Outcome == harden.Withdrawn:
			t.Logf("%s of %s is withdrawn: %s\n%s", i.Finding.Rule.ID, i.Finding.Resource.Name, i.Why, text)
		case i.Outcome == harden.Mended && now[i.Finding.Fingerprint]:
			t.Errorf("%s of %s is not mended\n%s", i.Finding.Rule.ID, i.Finding.Resource.Name, text)
		}
	}
	for _, r := range res.Before.Estate.Resources {
		if r.External {
			continue
		}
		after := res.After.Estate.ByID(r.ID)
		if after == nil {
			t.Errorf("%s went\n%s", r.ID, text)
			continue
		}
		touched := false
		for _, s := range res.Made {
			touched = touched || s.Resource.ID.Equal(r.ID) || strings.HasPrefix(r.ID.Key(), s.Resource.ID.Key()+"/")
		}
		if a, b := string(r.Body.AppendJSON(nil)), string(after.Body.AppendJSON(nil)); !touched && a != b {
			t.Errorf("%s changed and no step is about it: %s, %s\n%s", r.ID, a, b, text)
		}
	}
	for _, r := range res.After.Estate.Resources {
		if r.External || res.Before.Estate.ByID(r.ID) != nil {
			continue
		}
		added := false
		for _, s := range res.Made {
			added = added || strings.HasPrefix(r.ID.Key(), s.Resource.ID.Key()+"/") || len(s.Remedy.Add) > 0
		}
		if !added {
			t.Errorf("%s came\n%s", r.ID, text)
		}
	}
}
