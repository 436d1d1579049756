package template_test

import (
	"context"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// A nested deployment says whether its expressions are those of the template
// around it.
func TestNestedDeploymentsSayWhoseExpressionsTheyHave(t *testing.T) {
	for options, outer := range map[string]bool{``: true, `"expressionEvaluationOptions": {"scope": "outer"},`: true, `"expressionEvaluationOptions": {"scope": "inner"},`: false} {
		doc, errs := jsonc.Parse("t.json", []byte(`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
			"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "n", "properties": {`+options+`"mode": "Incremental",
			"template": {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": []}}}]}`))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		parsed, _ := template.Parse(doc)
		x, err := parsed.Expand(context.Background(), template.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if x.Root.Outer {
			t.Error("the template itself is in no scope but its own")
		}
		for _, r := range x.Resources {
			if r.Child == nil || r.Child.Outer != outer {
				t.Errorf("with %q: outer is %v", options, !outer)
			}
		}
	}
}
