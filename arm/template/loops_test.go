package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

func TestResourceLoops(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"resources": [
			{"type": "A.B/c", "apiVersion": "1", "name": "[concat('x', copyIndex(1))]", "dependsOn": ["first"],
				"copy": {"name": "second", "count": 2},
				"properties": {"plain": "[copyIndex()]", "named": "[copyIndex('SECOND', 10)]"}},
			{"type": "A.B/d", "apiVersion": "1", "name": "[concat('y', copyIndex())]", "copy": {"name": "first", "count": "[add(1, 1)]", "mode": "serial", "batchSize": 1}},
			{"type": "A.B/e", "apiVersion": "1", "name": "none", "copy": {"name": "nothing", "count": 0}}
		]}`, zeroScope)
	base := "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/A.B/"
	same(t, []string{base + "d/y0", base + "d/y1", base + "c/x1", base + "c/x2"}, ids(x.Resources))
	second := find(t, x, "/x2")
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "x2", "properties": {"plain": 1, "named": 11}}`, bodyOf(second))
	if len(second.DependsOn) != 2 {
		t.Errorf("a loop that is depended on means all its instances, got %d", len(second.DependsOn))
	}
	if c := second.Copies; len(c) != 1 || c[0].Loop != "second" || c[0].Index.Text() != "1" {
		t.Errorf("the place in the loop is %v", c)
	}
}

func TestPropertyLoops(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"variables": {"names": ["a", "b"]},
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[format('vm{0}', copyIndex())]", "copy": {"name": "vms", "count": 2},
			"properties": {
				"first": true,
				"copy": [
					{"name": "disks", "count": "[length(variables('names'))]", "input": {
						"name": "[concat(variables('names')[copyIndex('disks')], copyIndex())]",
						"copy": [{"name": "inner", "count": 2, "input": "[mul(copyIndex('disks'), copyIndex('inner', 1))]"}]}},
					{"name": "flat", "count": 1, "input": "x"}
				],
				"deep": {"copy": [{"name": "list", "count": 3, "input": "[copyIndex('list', 1)]"}]},
				"ordinary": {"copy": "no loop"}
			}}]}`, zeroScope)
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "vm1", "properties": {
		"first": true,
		"disks": [{"name": "a1", "inner": [0, 0]}, {"name": "b1", "inner": [1, 2]}],
		"flat": ["x"],
		"deep": {"list": [1, 2, 3]},
		"ordinary": {"copy": "no loop"}}}`, bodyOf(find(t, x, "vm1")))
}

func TestVariableAndOutputLoops(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"variables": {
			"copy": [{"name": "top", "count": 3, "input": "[copyIndex('top', 5)]"}],
			"object": {"kept": 1, "copy": [{"name": "disks", "count": 2, "input": {"name": "[concat('d', copyIndex('disks'))]"}}]}
		},
		"resources": [],
		"outputs": {
			"top": {"type": "array", "value": "[variables('top')]"},
			"object": {"type": "object", "value": "[variables('object')]"},
			"loop": {"type": "array", "copy": {"count": "[length(variables('top'))]", "input": "[concat('o', copyIndex())]"}}
		}}`, zeroScope)
	sameJSON(t, `{"top": [5, 6, 7], "object": {"kept": 1, "disks": [{"name": "d0"}, {"name": "d1"}]}, "loop": ["o0", "o1", "o2"]}`, outputs(x))
}

func TestLoopOfUnknownCountGivesARepresentative(t *testing.T) {
	x := expand(t, `{`+rgSchema+`,
		"parameters": {"n": {"type": "int"}},
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('x', copyIndex())]", "copy": {"name": "loop", "count": "[parameters('n')]"},
			"properties": {"copy": [{"name": "list", "count": "[parameters('n')]", "input": "[copyIndex('list')]"}]}}]}`, zeroScope)
	r := x.Resources[0]
	if len(x.Resources) != 1 || r.Presence != template.Maybe {
		t.Fatalf("got %q", ids(x.Resources))
	}
	if got := r.Condition.Residual(); got != "[greater(parameters('n'), 0)]" {
		t.Errorf("the condition is %s", got)
	}
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": {"$unknown": "[concat('x', copyIndex('loop'))]"},
		"properties": {"list": {"$unknown": "[map(range(0, parameters('n')), lambda('list', copyIndex('list')))]"}}}`, bodyOf(r))
}

func TestWrongLoopsAreReported(t *testing.T) {
	tests := map[string]struct{ copy, want string }{
		"negative":         {`{"name": "l", "count": -1}`, "is -1, expected 0 or more"},
		"too many":         {`{"name": "l", "count": 801}`, "is 801; Azure accepts at most 800"},
		"text":             {`{"name": "l", "count": "many"}`, "of type String, expected an integer"},
		"no count":         {`{"name": "l"}`, "has no count"},
		"no name":          {`{"count": 1}`, "needs a name and a count"},
		"not an object":    {`[1]`, "needs a name and a count"},
		"by a reference":   {`{"name": "l", "count": "[reference('x').n]"}`, "not expected at this location"},
		"a numeric string": {`{"name": "l", "count": "2"}`, "expected an integer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, `{`+rgSchema+`, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('x', copyIndex())]", "copy": `+test.copy+`}]}`, zeroScope)
			if got := strings.Join(messages(x.Diagnostics), "\n"); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
