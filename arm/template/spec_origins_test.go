package template_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// origins checks, for properties of the last resource, the pointer of the literal that supplied the value and of the
// property where it landed; "=" stands for the same place.
func origins(t *testing.T, x *template.Expansion, want string) {
	t.Helper()
	body := x.Resources[len(x.Resources)-1].Body
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			t.Fatalf("the line %q has %d words", line, len(f))
		}
		v := body.Path(strings.Split(f[0], ".")...)
		def, use := v.Def(), v.Use()
		if f[2] == "=" {
			f[2] = f[1]
		}
		if got := def.Document().Name() + "#" + def.Pointer(); got != f[1] {
			t.Errorf("%s is defined at %s, want %s", f[0], got, f[1])
		}
		if got := use.Document().Name() + "#" + use.Pointer(); got != f[2] {
			t.Errorf("%s is used at %s, want %s", f[0], got, f[2])
		}
	}
}

// Section 14.7 of the specification: a value that is passed on keeps the literal that supplied it.
func TestOriginsThroughParametersAndVariables(t *testing.T) {
	src := classic(`
		"parameters": {
			"fromFile": {"type": "string"},
			"fromDefault": {"type": "string", "defaultValue": "d"},
			"object": {"type": "object", "defaultValue": {"a": {"b": "deep"}, "list": ["x", "y"]}},
			"again": {"type": "string", "defaultValue": "[parameters('fromDefault')]"},
			"flag": {"type": "bool", "defaultValue": true}
		},
		"variables": {
			"text": "v",
			"object": {"k": "kv", "nested": "[parameters('fromFile')]"},
			"alias": "[variables('text')]",
			"copy": [{"name": "loop", "count": 2, "input": {"fixed": "same", "i": "[copyIndex('loop')]"}}]
		},
		"resources": [{
			"type": "A.B/c",
			"apiVersion": "1",
			"name": "n",
			"properties": {
				"literal": "l",
				"escaped": "[[l]",
				"file": "[parameters('fromFile')]",
				"default": "[parameters('fromDefault')]",
				"again": "[parameters('again')]",
				"variable": "[variables('text')]",
				"alias": "[variables('alias')]",
				"member": "[variables('object').k]",
				"memberOfParameter": "[parameters('object').a.b]",
				"element": "[parameters('object').list[1]]",
				"first": "[first(parameters('object').list)]",
				"last": "[last(parameters('object').list)]",
				"tryGet": "[tryGet(parameters('object'), 'a', 'b')]",
				"coalesce": "[coalesce(null(), variables('text'))]",
				"if": "[if(parameters('flag'), variables('text'), 'other')]",
				"union": "[union(createObject('z', 1), variables('object')).k]",
				"merge": "[shallowMerge(createArray(createObject('z', 1), variables('object'))).k]",
				"created": "[createObject('m', variables('text')).m]",
				"through": "[variables('object').nested]",
				"loop": "[variables('loop')[1].fixed]",
				"whole": "[parameters('object')]",
				"computed": "[concat('a', variables('text'))]",
				"copy": [{"name": "made", "count": 1, "input": "[parameters('fromFile')]"}]
			}
		}]`)
	doc := file(t, "p.json", `{"parameters": {"fromFile": {"value": "f"}}}`)
	x := clean(t, src, template.Options{ParameterFiles: files1(doc)})
	const r = "azuredeploy.json#/resources/0/properties/"
	origins(t, x, `
		properties.literal           `+r+`literal =
		properties.escaped           `+r+`escaped =
		properties.file              p.json#/parameters/fromFile/value                              `+r+`file
		properties.default           azuredeploy.json#/parameters/fromDefault/defaultValue          `+r+`default
		properties.again             azuredeploy.json#/parameters/fromDefault/defaultValue          `+r+`again
		properties.variable          azuredeploy.json#/variables/text                               `+r+`variable
		properties.alias             azuredeploy.json#/variables/text                               `+r+`alias
		properties.member            azuredeploy.json#/variables/object/k                           `+r+`member
		properties.memberOfParameter azuredeploy.json#/parameters/object/defaultValue/a/b           `+r+`memberOfParameter
		properties.element           azuredeploy.json#/parameters/object/defaultValue/list/1        `+r+`element
		properties.first             azuredeploy.json#/parameters/object/defaultValue/list/0        `+r+`first
		properties.last              azuredeploy.json#/parameters/object/defaultValue/list/1        `+r+`last
		properties.tryGet            azuredeploy.json#/parameters/object/defaultValue/a/b           `+r+`tryGet
		properties.coalesce          azuredeploy.json#/variables/text                               `+r+`coalesce
		properties.if                azuredeploy.json#/variables/text                               `+r+`if
		properties.union             azuredeploy.json#/variables/object/k                           `+r+`union
		properties.merge             azuredeploy.json#/variables/object/k                           `+r+`merge
		properties.created           azuredeploy.json#/variables/text                               `+r+`created
		properties.through           p.json#/parameters/fromFile/value                              `+r+`through
		properties.loop              azuredeploy.json#/variables/copy/0/input/fixed                 `+r+`loop
		properties.whole             azuredeploy.json#/parameters/object/defaultValue               `+r+`whole
		properties.whole.a.b         azuredeploy.json#/parameters/object/defaultValue/a/b           =
		properties.computed          `+r+`computed =
	`)
	made := x.Resources[0].Body.Path("properties", "made").At(0)
	if made.Def().Document().Name() != "p.json" || made.Use().Pointer() != "/resources/0/properties/copy/0/input" {
		t.Errorf("the element of a loop comes from %s and lands at %s", made.Def().Pointer(), made.Use().Pointer())
	}
}

func TestOriginsThroughNestedDeployments(t *testing.T) {
	src := classic(`
		"variables": {"size": "big"},
		"resources": [{
			"type": "Microsoft.Resources/deployments",
			"apiVersion": "2022-09-01",
			"name": "outer",
			"properties": {
				"mode": "Incremental",
				"expressionEvaluationOptions": {"scope": "inner"},
				"parameters": {
					"given": {"value": "[variables('size')]"},
					"literal": {"value": "lit"},
					"object": {"value": {"k": "[variables('size')]", "l": 5}}
				},
				"template": {
					` + rgSchema + `,
					"parameters": {
						"given": {"type": "string"},
						"literal": {"type": "string"},
						"object": {"type": "object"},
						"own": {"type": "string", "defaultValue": "own"}
					},
					"resources": [{
						"type": "A.B/c",
						"apiVersion": "1",
						"name": "n",
						"properties": {
							"given": "[parameters('given')]",
							"literal": "[parameters('literal')]",
							"k": "[parameters('object').k]",
							"l": "[parameters('object').l]",
							"own": "[parameters('own')]"
						}
					}]
				}
			}
		}]`)
	const p = "azuredeploy.json#/resources/0/properties/parameters/"
	const r = "azuredeploy.json#/resources/0/properties/template/resources/0/properties/"
	origins(t, clean(t, src, zeroScope), `
		properties.given   azuredeploy.json#/variables/size  `+r+`given
		properties.literal `+p+`literal/value                `+r+`literal
		properties.k       azuredeploy.json#/variables/size  `+r+`k
		properties.l       `+p+`object/value/l               `+r+`l
		properties.own     azuredeploy.json#/resources/0/properties/template/parameters/own/defaultValue `+r+`own
	`)
}

func TestOriginsThroughLinkedTemplatesAndOutputs(t *testing.T) {
	const linked = `{` + rgSchema + `,
		"parameters": {"p": {"type": "string"}},
		"resources": [],
		"outputs": {
			"passed": {"type": "string", "value": "[parameters('p')]"},
			"own": {"type": "string", "value": "from the link"}
		}
	}`
	src := classic(`
		"resources": [
			{
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "link",
				"properties": {
					"mode": "Incremental",
					"templateLink": {"relativePath": "nested/linked.json"},
					"parameters": {"p": {"value": "here"}}
				}
			},
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "n",
				"properties": {
					"passed": "[reference('link').outputs.passed.value]",
					"own": "[reference('link').outputs.own.value]"
				}
			}
		]`)
	doc, _ := jsonc.Parse("dir/main.json", []byte(src))
	tmpl, _ := template.Parse(doc)
	x, err := tmpl.Expand(context.Background(), template.Options{ReadFile: func(path string) ([]byte, error) {
		if path == "dir/nested/linked.json" {
			return []byte(linked), nil
		}
		return nil, fs.ErrNotExist
	}})
	if err != nil || template.HasErrors(x.Diagnostics) {
		t.Fatal(err, x.Diagnostics)
	}
	const r = "dir/main.json#/resources/1/properties/"
	origins(t, x, `
		properties.passed dir/main.json#/resources/0/properties/parameters/p/value `+r+`passed
		properties.own    dir/nested/linked.json#/outputs/own/value                `+r+`own
	`)
}

// An error is reported where it stands, inside of its expression, with what led there.
func TestPlacesOfErrors(t *testing.T) {
	const src = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "p": {"type": "string", "defaultValue": "[toLower(1)]"}
  },
  "variables": {
    "é": "x",
    "v": "[concat('ü', int('x'))]",
    "o": {"[toUpper(2)]": 1}
  },
  "resources": [
    {
      "type": "A.B/c", "apiVersion": "1",
      "name": "[concat(parameters('p'), variables('v'))]",
      "properties": {
        "q": "a\"b", "e": "[concat('\"', base64(3))]",
        "k": "[variables('o')]",
        "multi": "[concat('a',
                    trim(4))]",
        "u": "[add(\u0031, 'x')]"
      }
    },
    {
      "type": "A.B/d", "apiVersion": "1", "name": "[concat('d', copyIndex())]",
      "copy": {"name": "L", "count": 2},
      "properties": {"x": "[createArray('a')[copyIndex('L', 1)]]"}
    }
  ]
}`
	x := expand(t, src, zeroScope)
	lists(t, "the places", places(x), `
		error expression azuredeploy.json:5:47 /parameters/p/defaultValue
		error expression azuredeploy.json:9:24 /variables/v
		error expression azuredeploy.json:10:13 /variables/o/[toUpper(2)]
		error expression azuredeploy.json:17:42 /resources/0/properties/e
		error expression azuredeploy.json:20:21 /resources/0/properties/multi
		error expression azuredeploy.json:21:16 /resources/0/properties/u
		error expression azuredeploy.json:27:29 /resources/1/properties/x
	`)
	for _, d := range x.Diagnostics {
		if d.Pointer == "/resources/1/properties/x" {
			if got := strings.Join(d.Trace, " | "); got != "resource A.B/d d0 | loop L[0]" {
				t.Errorf("the trace is %s", got)
			}
			if !strings.Contains(d.Message, "array index '1' is out of bounds") || !strings.HasSuffix(d.Message, "(and 1 more times at this place)") {
				t.Errorf("the message is %s", d.Message)
			}
		}
	}
	if u := x.Resources[0].Name.Unknown(); u == nil || u.Reason != value.Failed {
		t.Error("the name that cannot be evaluated is not unknown")
	}
}
