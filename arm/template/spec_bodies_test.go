package template_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// Section 8.1: what is sent to Azure, and what only the deployment engine reads.
func TestBodies(t *testing.T) {
	tests := map[string]struct{ resource, want string }{
		"everything": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "westeurope", "tags": {"a": "[concat('x', 'y')]"}, "sku": {"name": "S", "capacity": 2},
				"kind": "k", "identity": {"type": "SystemAssigned"}, "plan": {"name": "p"}, "zones": ["1", "[string(2)]"], "extendedLocation": {"name": "e"},
				"managedBy": "m", "properties": {"deep": [{"er": true}]}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "westeurope", "tags": {"a": "xy"}, "sku": {"name": "S", "capacity": 2},
				"kind": "k", "identity": {"type": "SystemAssigned"}, "plan": {"name": "p"}, "zones": ["1", "2"], "extendedLocation": {"name": "e"},
				"managedBy": "m", "properties": {"deep": [{"er": true}]}}`,
		},
		"the engine's own": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "condition": true, "dependsOn": [], "comments": "c", "metadata": {"description": "d"}, "@options": {"onlyIfNotExists": []}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n"}`,
		},
		"unknown members stay": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "etag": "e", "somethingNew": {"x": 1}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "etag": "e", "somethingNew": {"x": 1}}`,
		},
		"null is absent": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "zones": "[null()]", "location": "[json('null')]",
				"properties": {"a": "[null()]", "b": {"c": "[if(true(), null(), 1)]"}, "d": "[createObject('e', null(), 'f', createObject('g', null()))]", "h": "[createArray(null(), createObject('i', null(), 'j', 1))]"}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"b": {}, "d": {"f": {}}, "h": [null, {"j": 1}]}}`,
		},
		"names that are expressions": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "tags": {"[concat('hidden-link:', '/x')]": "Resource", "[[literal]": 1, "[open": 2}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "tags": {"hidden-link:/x": "Resource", "[literal]": 1, "[open": 2}}`,
		},
		"brackets that are none": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"a": "[[x]", "b": "[x] y", "c": " [x]", "d": "[[[x]", "e": "[[x", "f": "[]x"}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"a": "[x]", "b": "[x] y", "c": " [x]", "d": "[[x]", "e": "[[x", "f": "[]x"}}`,
		},
		"members in any case": {
			`"Type": "A.B/c", "APIVersion": "1", "NAME": "n", "Properties": {"x": "[add(1, 1)]"}, "DependsOn": []`,
			`{"Type": "A.B/c", "APIVersion": "1", "NAME": "n", "Properties": {"x": 2}}`,
		},
		"numbers keep what they are": {
			`"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"i": 9007199254740993, "f": 1.50, "e": 1e3, "z": "[json('0.25')]"}`,
			`{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"i": 9007199254740993, "f": 1.5, "e": 1000.0, "z": 0.25}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			x := clean(t, classic(`"resources": [{`+tt.resource+`}]`), everyScope)
			sameJSON(t, tt.want, bodyOf(x.Resources[0]))
		})
	}
}

// Resources of Bicep's extensions are not Azure's.
func TestResourcesOfExtensions(t *testing.T) {
	x := expand(t, symbolic(`
		"imports": {"microsoftGraph": {"provider": "MicrosoftGraph", "version": "1.0"}},
		"resources": {
			"group": {"import": "microsoftGraph", "type": "Microsoft.Graph/groups@v1.0", "properties": {"displayName": "g"}},
			"other": {"extension": "kubernetes", "type": "core/Pod@v1", "properties": {}},
			"azure": {"type": "A.B/c", "apiVersion": "1", "name": "n"}
		}`), everyScope)
	lists(t, "the resources", described(x), `
		A.B/c n
	`)
	if len(x.Diagnostics) != 2 || x.Diagnostics[0].Severity != template.Info || template.HasErrors(x.Diagnostics) {
		t.Errorf("the diagnostics are %q", messages(x.Diagnostics))
	}
}

// Existing resources are read and not deployed: their ids follow what they say of their place.
func TestExistingResources(t *testing.T) {
	tests := []struct{ members, want string }{
		{`"type": "A.B/c", "name": "n"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n"},
		{`"type": "A.B/c", "name": "n", "resourceGroup": "other"`, "/subscriptions/S/resourceGroups/other/providers/A.B/c/n"},
		{`"type": "A.B/c", "name": "n", "resourceGroup": "other", "subscriptionId": "S2"`, "/subscriptions/S2/resourceGroups/other/providers/A.B/c/n"},
		{`"type": "A.B/c/d", "name": "n/m"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/d/m"},
		{`"type": "A.B/c", "name": "n", "scope": "/subscriptions/X/resourceGroups/Y"`, "/subscriptions/X/resourceGroups/Y/providers/A.B/c/n"},
		{`"type": "A.B/c", "name": "n", "scope": "X.Y/z/w"`, "/subscriptions/S/resourceGroups/G/providers/X.Y/z/w/providers/A.B/c/n"},
		{`"type": "A.B/c", "name": "n", "scope": "/"`, "/providers/A.B/c/n"},
		{`"type": "A.B/c", "name": "n", "resourceGroup": "[concat('o', 'p')]"`, "/subscriptions/S/resourceGroups/op/providers/A.B/c/n"},
	}
	for _, tt := range tests {
		x := clean(t, symbolic(`"resources": {"there": {"existing": true, "apiVersion": "1", `+tt.members+`}}`), everyScope)
		r := x.Resources[0]
		if got := r.ID.Text(); got != tt.want || !r.Existing || r.Symbol != "there" {
			t.Errorf("%s has the id %s, want %s", tt.members, got, tt.want)
		}
	}
}
