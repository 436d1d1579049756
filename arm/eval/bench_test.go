package eval_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// benchScope answers as fast as a scope can, so that the evaluator is what is measured.
type benchScope struct {
	eval.Single
	v value.Value
}

func (b *benchScope) Parameter(string) (value.Value, error) { return b.v, nil }
func (b *benchScope) Variable(string) (value.Value, error)  { return b.v, nil }

func BenchmarkEval(b *testing.B) {
	known := eval.Given{SubscriptionID: value.String("00000000-0000-0000-0000-000000000000"), ResourceGroup: value.String("group"), Location: value.String("westeurope")}
	text, open := value.String("premium"), missing("p", value.StringKind).Value
	object := value.Object([]value.Member{{Key: "sku", Value: text}, {Key: "tier", Value: text}})
	for _, bb := range []struct {
		name, in string
		v        value.Value
		given    eval.Given
	}{
		{"parameter", "[parameters('location')]", text, known},
		{"location", "[resourceGroup().location]", text, known},
		{"member", "[parameters('o').sku]", object, known},
		{"concat", "[concat('sa', uniqueString(resourceGroup().id))]", text, known},
		{"format", "[format('{0}-{1}', parameters('p'), uniqueString(resourceGroup().id))]", text, known},
		{"resourceId", "[resourceId('Microsoft.Storage/storageAccounts', parameters('p'))]", text, known},
		{"condition", "[if(equals(parameters('p'), 'new'), 'a', concat('b', parameters('p')))]", text, known},
		{"union", "[union(parameters('o'), createObject('name', 'x', 'sku', 'y'))]", object, known},
		{"lambda", "[map(range(0, 10), lambda('i', add(lambdaVariables('i'), 1)))]", object, known},
		{"unknown concat", "[concat('sa', uniqueString(resourceGroup().id))]", open, eval.Given{}},
		{"unknown resourceId", "[resourceId('Microsoft.Storage/storageAccounts', parameters('p'))]", open, eval.Given{}},
		{"unknown condition", "[if(equals(parameters('p'), 'new'), 'a', 'b')]", open, eval.Given{}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			e, err := eval.Parse(bb.in)
			if err != nil {
				b.Fatal(err)
			}
			c := eval.Config{Scope: &benchScope{v: bb.v}, Facts: eval.NewFacts(bb.given), Budget: eval.NewBudget(1<<60, 1<<60)}
			m := eval.New(c)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Eval(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseAndLink is the cost of an expression that occurs once.
func BenchmarkParseAndLink(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := eval.Parse("[concat('sa', uniqueString(resourceGroup().id), json('null'))]"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewFacts(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		eval.NewFacts(eval.Given{})
	}
}
