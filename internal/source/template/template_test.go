package template_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	arm "github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/template"
)

const head = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",`

func read(t *testing.T, text string, opts arm.Options) template.Result {
	t.Helper()
	doc, errs := jsonc.Parse("t.json", []byte(text))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	tmpl, _ := arm.Parse(doc)
	res, err := template.Read(context.Background(), tmpl, opts)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func show(res template.Result) (out []string) {
	for _, r := range res.Resources {
		line := fmt.Sprintf("%s %s @%s zones %v", r.Type, r.Name, r.Location, r.Zones)
		if r.External {
			line += " external"
		}
		if r.Presence != "" {
			line += " if " + r.Presence
		}
		out = append(out, fmt.Sprintf("%s at %d %s", line, r.Origin.Line, r.Origin.Pointer))
	}
	for _, n := range res.NotSeen {
		out = append(out, "not seen: "+n.What+": "+n.Why)
	}
	slices.Sort(out)
	return out
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		what, text string
		want       []string
		skipped    int
	}{
		{"region and zones", head + `"resources":[` + "\n" + `{"type":"A.B/c","apiVersion":"1","name":"n","location":"West Europe","zones":["1","[parameters('z')]"]}],"parameters":{"z":{"type":"string"}}}`,
			[]string{"A.B/c n @westeurope zones [1 {parameters('z')}] at 2 /resources/0"}, 0},
		{"a condition that is not known, one that is false", head + `"parameters":{"on":{"type":"bool"}},"resources":[{"type":"A.B/c","apiVersion":"1","name":"n","condition":"[parameters('on')]"},{"type":"A.B/c","apiVersion":"1","name":"m","condition":false}]}`,
			[]string{"A.B/c n @ zones [] if [parameters('on')] at 1 /resources/0"}, 1},
		{"what is only read is external", `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","languageVersion":"2.0","resources":{"a":{"existing":true,"type":"A.B/c","apiVersion":"1","name":"n"},"b":{"type":"A.B/c/d","apiVersion":"1","name":"n/m"}}}`,
			[]string{"A.B/c n @ zones [] external at 1 /resources/a", "A.B/c/d n/m @ zones [] at 1 /resources/b"}, 0},
		{"deployments are no resources; what they deploy is", head + `"resources":[{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"d","properties":{"mode":"Incremental","template":` + head + `"resources":[{"type":"A.B/c","apiVersion":"1","name":"n"}]}}},
			{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"gone","properties":{"mode":"Incremental","templateLink":{"uri":"https://x/y.json"}}}]}`,
			[]string{"A.B/c n @ zones [] at 1 /resources/0/properties/template/resources/0", "not seen: the resources of deployment gone: its template is not at hand"}, 0},
		{"copies", head + `"resources":[{"type":"A.B/c","apiVersion":"1","name":"[concat('n',copyIndex())]","copy":{"name":"l","count":2}}]}`,
			[]string{"A.B/c n0 @ zones [] at 1 /resources/0", "A.B/c n1 @ zones [] at 1 /resources/0"}, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			res := read(t, c.text, arm.Options{})
			if d := cmp.Diff(c.want, show(res)); d != "" || res.Skipped != c.skipped {
				t.Errorf("%d skipped, want %d; -want +got\n%s", res.Skipped, c.skipped, d)
			}
		})
	}
}

func TestIDsAreThoseThatExpressionsBuild(t *testing.T) {
	text := head + `"resources":[{"type":"A.B/c","apiVersion":"1","name":"n"},{"type":"A.B/d","apiVersion":"1","name":"m","properties":{"ref":"[resourceId('A.B/c','n')]"}}]}`
	for _, opts := range []arm.Options{{}, {SubscriptionID: "S", ResourceGroup: "G"}} {
		res := read(t, text, opts)
		if got, want := res.Resources[1].Property("ref").Text(), res.Resources[0].ID; !estate.ParseID(got).Equal(want) {
			t.Errorf("the reference is %s, the id is %s", got, want)
		}
	}
}

func TestPlacesInABodyAreThoseOfTheFile(t *testing.T) {
	text := head + "\n\"parameters\":{\"s\":{\"type\":\"string\",\"defaultValue\":\"x\"}},\n\"resources\":[\n {\"type\":\"A.B/c\",\"apiVersion\":\"1\",\"name\":\"n\",\n  \"sku\":{\n   \"name\":\"[parameters('s')]\"},\"kind\":\"k\"}]}"
	r := read(t, text, arm.Options{}).Resources[0]
	for _, v := range [][]string{{"kind"}, {"sku", "name"}} {
		got, want := r.OriginOf(r.Body.Path(v...)), estate.OriginOf(r.Body.Path(v...))
		if got != want || got.Line < 5 {
			t.Errorf("%v is at %+v, want %+v", v, got, want)
		}
	}
}

func TestTheGroupOfATemplate(t *testing.T) {
	text := head + `"resources":[{"type":"A.B/c","apiVersion":"1","name":"n"}]}`
	if g := read(t, text, arm.Options{SubscriptionID: "S", ResourceGroup: "G", Location: "West Europe"}).Group; g.Location != "westeurope" || g.ID.String() != "/subscriptions/S/resourceGroups/G" {
		t.Errorf("%+v", g)
	}
	if g := read(t, text, arm.Options{}).Group; g.Location != "{resourceGroup().location}" || g.ID.ResourceGroup() != "{resourceGroup().name}" {
		t.Errorf("%+v", g)
	}
	higher := `{"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"g","location":"eastus"}]}`
	res := read(t, higher, arm.Options{SubscriptionID: "S"})
	if !res.Group.ID.IsZero() {
		t.Errorf("a template of a subscription has the group %+v", res.Group)
	}
	if r := res.Resources[0]; r.ID.String() != "/subscriptions/S/resourceGroups/g" || r.Location != "eastus" || r.Type != "Microsoft.Resources/resourceGroups" {
		t.Errorf("the group is %+v", r)
	}
}

func TestACancelledRunEnds(t *testing.T) {
	doc, _ := jsonc.Parse("t.json", []byte(head+`"resources":[]}`))
	tmpl, _ := arm.Parse(doc)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := template.Read(ctx, tmpl, arm.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
