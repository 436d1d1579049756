package eval_test

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// What is not known before deployment stays an expression; everything else is evaluated.
func ExampleSingle() {
	s := &eval.Single{
		Parameters: value.Object([]value.Member{{Key: "name", Value: value.String("Data")}}),
	}
	for _, text := range []string{
		"[toLower(concat(parameters('name'), uniqueString('a', 'b')))]",
		"[concat(toLower(parameters('name')), '-', resourceGroup().location)]",
		"[length(createArray(resourceGroup().location, subscription().id))]",
	} {
		v, err := s.Evaluate(text)
		fmt.Println(string(v.AppendJSON(nil)), err)
	}
	// Output:
	// "datai3z4v3sp6aooa" <nil>
	// {"$unknown":"[concat('data', '-', resourceGroup().location)]"} <nil>
	// 2 <nil>
}

// Facts of the place of a deployment that were not supplied are symbolic, and ids keep what is known of them.
func ExampleResourceID() {
	facts := eval.NewFacts(eval.Given{ResourceGroup: value.String("ml")})
	id := eval.ResourceID(facts.ID(), "Microsoft.Storage/storageAccounts", value.String("data"))
	fmt.Println(id.Text())
	// Output:
	// /subscriptions/{subscription().subscriptionId}/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/data
}
