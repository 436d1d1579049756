package relate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func param(name string) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Subject: name, Residual: expr.Call("parameters", expr.Str(name)), Hint: value.StringKind})
}

func choice(then, otherwise value.Value) value.Value {
	cond := expr.Call("parameters", expr.Str("flag"))
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call("if", cond, expr.Call("a"), expr.Call("b")), Choice: &value.Choice{Cond: cond, Then: then, Else: otherwise}})
}

func object(pairs ...any) value.Value {
	var members []value.Member
	for i := 0; i < len(pairs); i += 2 {
		v, ok := pairs[i+1].(value.Value)
		if !ok {
			v = value.String(expand(pairs[i+1].(string)))
		}
		members = append(members, value.Member{Key: pairs[i].(string), Value: v})
	}
	return value.Object(members)
}

func workspace(properties value.Value) *estate.Resource {
	id := estate.ParseID(expand("#ML/workspaces/w"))
	return &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), Body: object("properties", properties)}
}

func TestReferencesThatAreNotKnown(t *testing.T) {
	a, b := value.String(expand("#Microsoft.Storage/storageAccounts/a")), value.String(expand("#Microsoft.Storage/storageAccounts/b"))
	for _, x := range []struct {
		what       string
		properties value.Value
		want       []string
	}{
		{"an expression is the id of an external resource of the expected type", object("storageAccount", param("storage")),
			[]string{
				"ML/workspaces/w -default-storage-> {parameters('storage')}",
				"external {parameters('storage')}",
			}},
		{"an id with an unknown name is matched by its text", object("storageAccount", value.FromUnknown(value.Unknown{Residual: expr.Call("x"),
			Parts: []value.Part{{Lit: expand("#Microsoft.Storage/storageAccounts/")}, {Hole: expr.Call("uniqueString", expr.Str("a/b"))}}})),
			[]string{
				"ML/workspaces/w -default-storage-> Storage/storageAccounts/{uniqueString('a/b')}",
				"external Storage/storageAccounts/{uniqueString('a/b')}",
			}},
		{"a choice is related with both", object("storageAccount", choice(a, b)),
			[]string{
				"ML/workspaces/w -default-storage-> Storage/storageAccounts/a if [parameters('flag')]",
				"ML/workspaces/w -default-storage-> Storage/storageAccounts/b if [not(parameters('flag'))]",
				"external Storage/storageAccounts/a",
				"external Storage/storageAccounts/b",
			}},
		{"a choice of a resource or nothing", object("containerRegistry", choice(value.String(expand("#Microsoft.ContainerRegistry/registries/r")), value.Null())),
			[]string{
				"ML/workspaces/w -container-registry-> ContainerRegistry/registries/r if [parameters('flag')]",
				"external ContainerRegistry/registries/r",
			}},
		{"a choice within a choice", object("storageAccount", choice(choice(a, value.Null()), value.Null())),
			[]string{
				"ML/workspaces/w -default-storage-> Storage/storageAccounts/a if [parameters('flag')]",
				"external Storage/storageAccounts/a",
			}},
		{"a choice of whole objects on the way", object("managedNetwork", choice(object("outboundRules", object("r", object("destination", object("serviceResourceId", a)))), value.Null())),
			[]string{
				"ML/workspaces/w -network-> Storage/storageAccounts/a (outbound rule) if [parameters('flag')]",
				"external Storage/storageAccounts/a",
			}},
		{"an unknown object on the way is told once", object("workspaceHubConfig", param("hub")),
			[]string{"not seen: workspaceHubConfig.additionalWorkspaceStorageAccounts of ML/workspaces w: it is unknown: a parameter without a value (hub)"}},
		{"unknown properties are told", param("all"),
			[]string{"not seen: the properties of ML/workspaces w: it is unknown: a parameter without a value (all)"}},
		{"unless the listing leaves them out", value.FromUnknown(value.Unknown{Subject: estate.NotListed}), nil},
		{"a failed expression is told, and relates nothing", object("keyVault", value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: expr.Call("boom")})),
			[]string{"not seen: keyVault of ML/workspaces w: it is unknown: an expression that could not be evaluated"}},
		{"a secret is not printed", object("keyVault", value.String("hunter2").WithSecret()), nil},
		{"encryption that may be on", object("encryption", object("status", param("status"), "keyVaultProperties", object("keyVaultArmId", "#Microsoft.KeyVault/vaults/kv"),
			"cosmosDbResourceId", "#Microsoft.DocumentDB/databaseAccounts/c", "searchAccountResourceId", "#Microsoft.Search/searchServices/s", "storageAccountResourceId", a)),
			[]string{
				"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv if [equals(parameters('status'), 'Enabled')]",
				"ML/workspaces/w -encryption-store-> DocumentDB/databaseAccounts/c if [equals(parameters('status'), 'Enabled')]",
				"ML/workspaces/w -encryption-store-> Search/searchServices/s if [equals(parameters('status'), 'Enabled')]",
				"ML/workspaces/w -encryption-store-> Storage/storageAccounts/a if [equals(parameters('status'), 'Enabled')]",
				"external KeyVault/vaults/kv",
				"external DocumentDB/databaseAccounts/c",
				"external Search/searchServices/s",
				"external Storage/storageAccounts/a",
			}},
	} {
		t.Run(x.what, func(t *testing.T) {
			slices.Sort(x.want)
			got := lines(build([]*estate.Resource{workspace(x.properties)}, Options{}))
			if d := cmp.Diff(x.want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			if strings.Contains(strings.Join(got, ""), "hunter2") {
				t.Error("a secret was printed")
			}
		})
	}
}

func TestWhatAListingLeavesOutIsNotToldForEveryResource(t *testing.T) {
	unlisted := value.FromUnknown(value.Unknown{Subject: estate.NotListed})
	r := workspace(value.Null())
	r.Body = object("properties", unlisted, "identity", unlisted)
	if got := lines(build([]*estate.Resource{r}, Options{})); len(got) != 0 {
		t.Errorf("%q", got)
	}
	r.Body = object("properties", object("encryption", unlisted))
	if got := lines(build([]*estate.Resource{r}, Options{})); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "not seen") }) {
		t.Errorf("%q", got)
	}
}

func TestAnUnknownTextLeadsToTheResourceThatItIsReadFrom(t *testing.T) {
	reference := func(id string) value.Value {
		return value.FromUnknown(value.Unknown{Residual: expr.Call("replace", expr.Member(expr.Call("reference", expr.Str(expand(id)), expr.Str("2019-06-01")), "primaryEndpoints"), expr.Str("x"))})
	}
	cluster := &estate.Resource{ID: estate.ParseID(expand("#Microsoft.HDInsight/clusters/h")), Type: typeHDInsight, Name: "h"}
	for id, want := range map[string]string{
		"#Microsoft.Storage/storageAccounts/st": "HDInsight/clusters/h -datastore-> Storage/storageAccounts/st (AzureBlob)",
		"#Microsoft.KeyVault/vaults/kv":         "not seen: storageProfile.storageaccounts of HDInsight/clusters h",
		"#Microsoft.Resources/deployments/d":    "not seen: storageProfile.storageaccounts of HDInsight/clusters h",
		"other":                                 "not seen: storageProfile.storageaccounts of HDInsight/clusters h",
	} {
		cluster.Body = object("properties", object("storageProfile", object("storageaccounts", value.Array([]value.Value{object("name", reference(id))}))))
		if got := strings.Join(lines(build([]*estate.Resource{cluster}, Options{})), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", id, got)
		}
	}
}

func TestOfTwoWithTheSameIDOnlyTheFirstSpeaks(t *testing.T) {
	a, b := workspace(object("storageAccount", "#Microsoft.Storage/storageAccounts/a")), workspace(object("storageAccount", "#Microsoft.Storage/storageAccounts/b"))
	want := []string{
		"ML/workspaces/w -default-storage-> Storage/storageAccounts/a",
		"external Storage/storageAccounts/a",
		"not seen: ML/workspaces/w: a resource with this id was already read; the first one counts",
	}
	if d := cmp.Diff(want, lines(build([]*estate.Resource{a, b}, Options{}))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// bodies are the wildest values that a template could give.
func bodies() *rapid.Generator[value.Value] {
	leaf := rapid.OneOf(
		rapid.Just(value.Null()), rapid.Just(param("p")), rapid.Just(value.Int(3)), rapid.Just(value.Bool(true)), rapid.Just(value.String("")),
		rapid.Just(value.String("k").WithSecret()),
		rapid.Map(rapid.SampledFrom([]string{"#ML/workspaces/w", "#Microsoft.Storage/storageAccounts/a", "a", "st.blob.core.windows.net", "Enabled", "AzureBlob", "AKS", "{x}", "/", "//"}),
			func(s string) value.Value { return value.String(expand(s)) }),
	)
	names := []string{"properties", "storageAccount", "encryption", "status", "keyVaultProperties", "keyVaultArmId", "resourceId", "computeType", "datastoreType", "accountName", "identity",
		"userAssignedIdentities", "target", "metadata", "storageProfile", "storageaccounts", "name", "WorkspaceResourceId", "serverName", "databaseName", "managedNetwork", "outboundRules"}
	var of func(depth int) *rapid.Generator[value.Value]
	of = func(depth int) *rapid.Generator[value.Value] {
		if depth == 0 {
			return leaf
		}
		inner := of(depth - 1)
		return rapid.OneOf(leaf, rapid.Map(rapid.SliceOfN(inner, 0, 3), value.Array),
			rapid.Custom(func(t *rapid.T) value.Value { return choice(inner.Draw(t, "then"), inner.Draw(t, "else")) }),
			rapid.Custom(func(t *rapid.T) value.Value {
				var members []value.Member
				for range rapid.IntRange(0, 4).Draw(t, "members") {
					members = append(members, value.Member{Key: rapid.SampledFrom(names).Draw(t, "name"), Value: inner.Draw(t, "value")})
				}
				return value.Object(members)
			}))
	}
	return of(4)
}

func TestAnyBodyIsSafe(t *testing.T) {
	types := make([]string, 0, 64)
	for key := range knownTypes() {
		types = append(types, key)
	}
	slices.Sort(types)
	rapid.Check(t, func(t *rapid.T) {
		var resources []*estate.Resource
		for range rapid.IntRange(1, 3).Draw(t, "resources") {
			typ := rapid.SampledFrom(types).Draw(t, "type")
			name := strings.Repeat("/n", strings.Count(typ, "/"))[1:]
			id := estate.ParseID(expand("#Grg")).InGroup(typ, name)
			resources = append(resources, &estate.Resource{ID: id, Type: typ, Name: name, Body: object("properties", bodies().Draw(t, "properties"), "identity", bodies().Draw(t, "identity"))})
		}
		given := len(resources)
		found := Find(resources, Options{})
		if !slices.Equal(found.Resources[:given], resources) {
			t.Fatal("the given resources do not come first")
		}
		for _, r := range found.Resources[given:] {
			if !r.External {
				t.Fatalf("%s was made and is not external", r.ID)
			}
		}
		for _, rel := range found.Relations {
			if rel.From == rel.To || rel.From == nil || rel.To == nil || rel.Role == "" || strings.Contains(rel.Detail, "secret") {
				t.Fatalf("relation %+v", rel)
			}
		}
		again := Find(resources, Options{})
		a, b := build(found.Resources, Options{}), build(again.Resources, Options{})
		if d := cmp.Diff(lines(a), lines(b)); d != "" {
			t.Fatalf("a second look differs:\n%s", d)
		}
	})
}
