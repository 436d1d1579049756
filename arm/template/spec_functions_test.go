package template_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// Section 7.3 of the specification: functions that a template declares, as people write them and as Bicep does.

func TestClassicFunctions(t *testing.T) {
	x := clean(t, classic(`
		"functions": [
			{
				"namespace": "contoso",
				"members": {
					"uniqueName": {
						"parameters": [{"name": "prefix", "type": "string"}, {"name": "n", "type": "int"}],
						"output": {
							"type": "string",
							"value": "[concat(toLower(parameters('prefix')), parameters('N'), uniqueString(resourceGroup().id))]"
						}
					},
					"constant": {"output": {"type": "object", "value": {"a": [1, "[add(1, 1)]"]}}}
				}
			},
			{
				"namespace": "other",
				"members": {"constant": {"parameters": [], "output": {"type": "string", "value": "o"}}}
			}
		],
		"parameters": {"prefix": {"type": "string", "defaultValue": "not this one"}},
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[contoso.uniqueName('SA', 7)]"}],
		"outputs": {
			"case": {"type": "object", "value": "[CONTOSO.Constant()]"},
			"member": {"type": "int", "value": "[contoso.constant().a[1]]"},
			"other": {"type": "string", "value": "[other.constant()]"}
		}`), zeroScope)
	if name := x.Resources[0].Name.Str(); name != "sa7js26ofeqkqeve" {
		t.Errorf("the name is %s", name)
	}
	sameJSON(t, `{"case": {"a": [1, 2]}, "member": 2, "other": "o"}`, outputs(x))
}

func TestCompiledFunctions(t *testing.T) {
	x := clean(t, symbolic(`
		"definitions": {
			"person": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "int", "nullable": true}}}
		},
		"variables": {"greeting": "Hello"},
		"functions": [{
			"namespace": "__bicep",
			"members": {
				"greet": {
					"parameters": [{"name": "p", "$ref": "#/definitions/person"}],
					"output": {"type": "string", "value": "[format('{0} {1}', variables('greeting'), parameters('p').name)]"}
				},
				"greetAll": {
					"parameters": [{"name": "all", "type": "array", "items": {"$ref": "#/definitions/person"}}],
					"output": {
						"type": "array",
						"value": "[map(parameters('all'), lambda('x', __bicep.greet(lambdaVariables('x'))))]"
					}
				},
				"factorial": {
					"parameters": [{"name": "n", "type": "int"}],
					"output": {"type": "int", "value": "[if(less(parameters('n'), 2), 1, mul(parameters('n'), __bicep.factorial(sub(parameters('n'), 1))))]"}
				},
				"where": {"parameters": [], "output": {"type": "string", "value": "[resourceGroup().name]"}}
			}
		}],
		"resources": {},
		"outputs": {
			"one": {"type": "string", "value": "[__bicep.greet(createObject('name', 'Ann'))]"},
			"all": {"type": "array", "value": "[__bicep.greetAll(createArray(createObject('name', 'Ann'), createObject('name', 'Bob', 'age', 5)))]"},
			"factorial": {"type": "int", "value": "[__bicep.factorial(5)]"},
			"where": {"type": "string", "value": "[__bicep.where()]"}
		}`), zeroScope)
	sameJSON(t, `{"one": "Hello Ann", "all": ["Hello Ann", "Hello Bob"], "factorial": 120, "where": "myRg"}`, outputs(x))
}

func TestWhatFunctionsDoNotSee(t *testing.T) {
	tests := map[string]struct{ parameters, value, call, want string }{
		"a parameter of the template": {`[]`, "[parameters('p')]", "[f.g()]", "The template parameter 'p' is not found"},
		"a runtime function":          {`[]`, "[reference('x').y]", "[f.g()]", "The template function 'reference' is not expected at this location: a user function"},
		"a key":                       {`[]`, "[listKeys('x', '1').y]", "[f.g()]", "The template function 'listKeys' is not expected at this location: a user function"},
		"a loop":                      {`[]`, "[copyIndex()]", "[f.g()]", "The function can only be used in a resource with copy specified"},
		"too few":                     {`[{"name": "a", "type": "int"}]`, "x", "[f.g()]", "function requires 1 argument(s) while 0 were provided"},
		"too many":                    {`[]`, "x", "[f.g(1)]", "function requires 0 argument(s) while 1 were provided"},
		"type":                        {`[{"name": "a", "type": "int"}]`, "x", "[f.g('1')]", "user function 'f.g': parameter 'a' is of type String, expected int"},
		"another name":                {`[]`, "x", "[f.h()]", "The template function 'f.h' is not valid"},
		"another namespace":           {`[]`, "x", "[h.g()]", "The template function 'h.g' is not valid"},
		"itself without end":          {`[]`, "[f.g()]", "[f.g()]", "nests too deep"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, classic(`
				"parameters": {"p": {"type": "string", "defaultValue": "x"}},
				"functions": [{"namespace": "f", "members": {"g": {"parameters": `+tt.parameters+`, "output": {"type": "string", "value": "`+tt.value+`"}}}}],
				"resources": [],
				"outputs": {"o": {"type": "string", "value": "`+tt.call+`"}}`), zeroScope)
			code := template.CodeExpression
			if name == "itself without end" {
				code = template.CodeBudget
			}
			reports(t, x, code, tt.want)
		})
	}
}

// What a function declares secure is secret, given or made.
func TestSecureFunctions(t *testing.T) {
	x := clean(t, classic(`
		"functions": [{
			"namespace": "f",
			"members": {
				"in": {
					"parameters": [{"name": "s", "type": "securestring"}],
					"output": {"type": "string", "value": "[concat('x', parameters('s'))]"}
				},
				"out": {"parameters": [], "output": {"type": "secureObject", "value": {"k": "v"}}}
			}
		}],
		"resources": [],
		"outputs": {
			"in": {"type": "string", "value": "[f.in('plain')]"},
			"out": {"type": "string", "value": "[f.out().k]"}
		}`), zeroScope)
	sameJSON(t, `{"in": {"$secret": true}, "out": {"$secret": true}}`, outputs(x))
}

func TestFunctionsGiveTheTypeTheyDeclare(t *testing.T) {
	x := expand(t, classic(`
		"functions": [{"namespace": "f", "members": {"g": {"output": {"type": "int", "value": "[concat('1', '')]"}}}}],
		"resources": [],
		"outputs": {"o": {"type": "string", "value": "[f.g()]"}}`), zeroScope)
	reports(t, x, template.CodeExpression, "user function 'f.g': the output is of type String, expected int")
}

// Each template has functions of its own; with outer scope those of the parent count.
func TestFunctionsOfNestedTemplates(t *testing.T) {
	fn := func(text string) string {
		return `"functions": [{"namespace": "f", "members": {"g": {"output": {"type": "string", "value": "` + text + `"}}}}]`
	}
	nested := func(name, scope string) string {
		return `{
			"type": "Microsoft.Resources/deployments",
			"apiVersion": "2022-09-01",
			"name": "` + name + `",
			"properties": {
				"mode": "Incremental",
				"expressionEvaluationOptions": {"scope": "` + scope + `"},
				"template": {
					` + rgSchema + `,
					` + fn("nested") + `,
					"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('` + name + `-', f.g())]"}]
				}
			}
		}`
	}
	x := clean(t, classic(fn("parent")+`, "resources": [`+nested("one", "inner")+`, `+nested("two", "Outer")+`]`), zeroScope)
	lists(t, "the resources", described(x), `
		Microsoft.Resources/deployments one
		A.B/c one-nested
		Microsoft.Resources/deployments two
		A.B/c two-parent
	`)
}
