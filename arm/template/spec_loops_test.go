package template_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// Section 9 of the specification: loops in every place.

func TestLoopOfResources(t *testing.T) {
	x := clean(t, classic(`
		"resources": [
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "[concat('n', copyIndex(), '-', copyIndex(1), '-', copyIndex('L'), '-', copyIndex('l', 10))]",
				"copy": {"name": "L", "count": "[add(1, 1)]", "mode": "serial", "batchSize": 1}
			},
			{
				"type": "A.B/d",
				"apiVersion": "1",
				"name": "none",
				"copy": {"name": "empty", "count": 0}
			},
			{
				"type": "A.B/e",
				"apiVersion": "1",
				"name": "[concat('odd', copyIndex())]",
				"condition": "[equals(mod(copyIndex(), 2), 1)]",
				"copy": {"name": "odds", "count": 3}
			}
		]`), zeroScope)
	lists(t, "the resources", described(x), `
		A.B/c n0-1-0-10 L[0]
		A.B/c n1-2-1-11 L[1]
		A.B/e odd1 odds[1]
		no A.B/e odd0 odds[0]
		no A.B/e odd2 odds[2]
	`)
}

func TestLoopOfProperties(t *testing.T) {
	x := clean(t, classic(`
		"resources": [{
			"type": "A.B/c",
			"apiVersion": "1",
			"name": "[concat('vm', copyIndex())]",
			"copy": {"name": "vms", "count": 2},
			"properties": {
				"before": 1,
				"copy": [
					{"name": "disks", "count": 2, "input": {"lun": "[copyIndex('disks')]", "vm": "[copyIndex()]", "next": "[copyIndex('disks', 5)]"}},
					{"name": "none", "count": 0, "input": "x"},
					{"name": "flat", "count": 1, "input": "[concat('f', copyIndex('FLAT'), copyIndex('vms'))]"}
				],
				"after": {
					"copy": [{
						"name": "outer",
						"count": 2,
						"input": {
							"o": "[copyIndex('outer')]",
							"copy": [{"name": "inner", "count": 2, "input": "[add(mul(copyIndex('outer'), 10), copyIndex('inner'))]"}]
						}
					}]
				}
			}
		}]`), zeroScope)
	sameJSON(t, `{
		"before": 1,
		"disks": [{"lun": 0, "vm": 1, "next": 5}, {"lun": 1, "vm": 1, "next": 6}],
		"none": [],
		"flat": ["f01"],
		"after": {"outer": [{"o": 0, "inner": [0, 1]}, {"o": 1, "inner": [10, 11]}]}
	}`, string(x.Resources[1].Body.Get("properties").AppendJSON(nil)))
}

func TestOrdinaryMembersCalledCopy(t *testing.T) {
	x := clean(t, classic(`
		"resources": [{
			"type": "A.B/c",
			"apiVersion": "1",
			"name": "n",
			"properties": {
				"a": {"copy": "[concat('x', 'y')]"},
				"b": {"copy": [{"name": "only a name"}]},
				"c": {"copy": {"name": "n", "count": 1, "input": 2}},
				"d": {"copy": []},
				"e": {"[string('copy')]": [{"name": "z", "count": 1, "input": 2}]}
			}
		}]`), zeroScope)
	sameJSON(t, `{
		"a": {"copy": "xy"},
		"b": {"copy": [{"name": "only a name"}]},
		"c": {"copy": {"name": "n", "count": 1, "input": 2}},
		"d": {"copy": []},
		"e": {"copy": [{"name": "z", "count": 1, "input": 2}]}
	}`, string(x.Resources[0].Body.Get("properties").AppendJSON(nil)))
}

func TestLoopOfVariablesAndOutputs(t *testing.T) {
	x := clean(t, classic(`
		"parameters": {"n": {"type": "int", "defaultValue": 3}},
		"variables": {
			"copy": [
				{"name": "names", "count": "[parameters('n')]", "input": "[concat('n', copyIndex('names', 1))]"},
				{"name": "objects", "count": 2, "input": {"i": "[copyIndex('objects')]", "name": "[variables('names')[copyIndex('objects')]]"}}
			],
			"inside": {
				"plain": true,
				"copy": [{"name": "made", "count": 2, "input": "[copyIndex('made')]"}]
			}
		},
		"resources": [],
		"outputs": {
			"names": {"type": "array", "value": "[variables('names')]"},
			"objects": {"type": "array", "value": "[variables('objects')]"},
			"inside": {"type": "object", "value": "[variables('inside')]"},
			"loop": {"type": "array", "copy": {"count": "[length(variables('names'))]", "input": "[concat(variables('names')[copyIndex()], '!', copyIndex(7))]"}},
			"empty": {"type": "array", "copy": {"count": 0, "input": "x"}}
		}`), zeroScope)
	sameJSON(t, `{
		"names": ["n1", "n2", "n3"],
		"objects": [{"i": 0, "name": "n1"}, {"i": 1, "name": "n2"}],
		"inside": {"plain": true, "made": [0, 1]},
		"loop": ["n1!7", "n2!8", "n3!9"],
		"empty": []
	}`, outputs(x))
}

// Compiled Bicep writes the argument of a module that is a list as a loop called "value".
func TestLoopOfModuleParameters(t *testing.T) {
	x := clean(t, symbolic(`
		"resources": {
			"mod": {
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "[format('mod{0}', copyIndex())]",
				"copy": {"name": "mod", "count": 2},
				"properties": {
					"mode": "Incremental",
					"parameters": {
						"list": {"copy": [{"name": "value", "count": 2, "input": "[format('{0}-{1}', copyIndex(), copyIndex('value'))]"}]}
					},
					"template": {
						`+rgSchema+`,
						"languageVersion": "2.0",
						"parameters": {"list": {"type": "array", "items": {"type": "string"}}},
						"resources": {
							"inner": {
								"type": "A.B/c",
								"apiVersion": "1",
								"name": "[parameters('list')[copyIndex()]]",
								"copy": {"name": "inner", "count": "[length(parameters('list'))]"}
							}
						}
					}
				}
			}
		}`), zeroScope)
	lists(t, "the resources", described(x), `
		Microsoft.Resources/deployments mod0 mod[0]
		A.B/c 0-0 inner[0]
		A.B/c 0-1 inner[1]
		Microsoft.Resources/deployments mod1 mod[1]
		A.B/c 1-0 inner[0]
		A.B/c 1-1 inner[1]
	`)
}

// A loop whose count is not known stands for itself with one instance that may be there, and so do the children written
// inside of it and what it deploys.
func TestWhatALoopOfUnknownCountHolds(t *testing.T) {
	x := expand(t, classic(`
		"parameters": {"n": {"type": "int"}},
		"resources": [
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "[concat('n', copyIndex())]",
				"copy": {"name": "L", "count": "[parameters('n')]"},
				"resources": [{"type": "d", "apiVersion": "1", "name": "child"}]
			},
			{
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "[concat('dep', copyIndex())]",
				"copy": {"name": "M", "count": "[parameters('n')]"},
				"properties": {
					"mode": "Incremental",
					"expressionEvaluationOptions": {"scope": "inner"},
					"template": {`+rgSchema+`, "resources": [{"type": "A.B/e", "apiVersion": "1", "name": "inside"}]}
				}
			},
			{
				"type": "A.B/f",
				"apiVersion": "1",
				"name": "conditional",
				"condition": "[equals(parameters('n'), 5)]",
				"copy": {"name": "N", "count": "[parameters('n')]"}
			}
		]`), zeroScope)
	lists(t, "the resources", described(x), `
		maybe A.B/c n{copyIndex('L')} if [greater(parameters('n'), 0)] L[{copyIndex('L')}]
		maybe A.B/c/d n{copyIndex('L')}/child if [greater(parameters('n'), 0)] L[{copyIndex('L')}]
		maybe Microsoft.Resources/deployments dep{copyIndex('M')} if [greater(parameters('n'), 0)] M[{copyIndex('M')}]
		maybe A.B/e inside if [greater(parameters('n'), 0)]
		maybe A.B/f conditional if [and(greater(parameters('n'), 0), equals(parameters('n'), 5))] N[{copyIndex('N')}]
	`)
}

func TestWrongLoops(t *testing.T) {
	tests := map[string]struct{ sections, want string }{
		"no count":        {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"name": "l"}}]`, `the copy loop "l" has no count`},
		"no name":         {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"count": 1}}]`, "the copy loop of a resource needs a name and a count"},
		"an array":        {`"resources": [{"type": "A.B/c", "name": "n", "copy": []}]`, "the copy loop of a resource needs a name and a count"},
		"negative":        {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"name": "l", "count": -1}}]`, `the count of loop "l" is -1, expected 0 or more`},
		"too many":        {`"resources": [{"type": "A.B/c", "name": "[concat('n', copyIndex())]", "copy": {"name": "l", "count": 801}}]`, `the count of loop "l" is 801; Azure accepts at most 800`},
		"count as text":   {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"name": "l", "count": "1"}}]`, `the count of loop "l" is the string "1", expected an integer`},
		"count is a list": {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"name": "l", "count": []}}]`, `the count of loop "l" is of type Array, expected an integer`},
		"count asks":      {`"resources": [{"type": "A.B/c", "name": "n", "copy": {"name": "l", "count": "[length(reference('x').y)]"}}]`, "'reference' is not expected at this location: the count of a loop"},
		"no loop":         {`"resources": [{"type": "A.B/c", "name": "[concat('n', copyIndex())]"}]`, "The function can only be used in a resource with copy specified"},
		"other loop":      {`"resources": [{"type": "A.B/c", "name": "[concat('n', copyIndex('m'))]", "copy": {"name": "l", "count": 1}}]`, "The copy loop 'm' that 'copyIndex' names does not enclose this expression"},
		"variable":        {`"resources": [], "variables": {"copy": [{"count": 1, "input": 1}]}`, "a variable loop needs a name, a count and an input"},
		"variable input":  {`"resources": [], "variables": {"copy": [{"name": "v", "count": 1}]}, "outputs": {"o": {"type": "array", "value": "[variables('v')]"}}`, `the loop "v" has no input`},
		"output count":    {`"resources": [], "outputs": {"o": {"type": "array", "copy": {"input": 1}}}`, `the loop "o" has no count`},
		"output input":    {`"resources": [], "outputs": {"o": {"type": "array", "copy": {"count": 1}}}`, `the loop "o" has no input`},
		"same names":      {`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "copy": {"name": "l", "count": 2}}]`, "is defined multiple times in the template"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			reports(t, expand(t, classic(tt.sections), zeroScope), template.CodeCopy, tt.want)
		})
	}
}
