package template_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// Each code at its place: severity, place and pointer, what happened, what to do. The place is what the marker «» in
// the template stands before; markers are taken out before it is read.
func TestEveryCodeHasItsPlaceAndHint(t *testing.T) {
	const deployment = `"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", `
	tests := []struct {
		code, src          string
		severity           template.Severity
		pointer, want, tip string
	}{
		{
			template.CodeExpressionSyntax, classic(`"resources": [], "variables": {"v": "[concat('a' «»'b')]"}`), template.Error,
			"/variables/v", "Unable to parse language expression 'concat('a' 'b')': expected token 'RightParenthesis' and actual 'Literal'", "",
		},
		{
			template.CodeExpression, classic(`"resources": [], "variables": {"v": "[if(true(), 1, «»nope(2))]"}`), template.Error,
			"/variables/v", "The template function 'nope' is not valid", "",
		},
		{
			template.CodeExpression, classic(`"resources": [], "outputs": {"o": {"type": "int", "value": "[add(1, «»int('x'))]"}}`), template.Error,
			"/outputs/o/value", "Unable to evaluate template language function 'int': the value 'x' cannot be converted to type 'Integer'", "",
		},
		{
			template.CodeSchema, `{"$schema": «»"https://example.com/other.json", "contentVersion": "1.0.0.0", "resources": []}`, template.Error,
			"/$schema", `"https://example.com/other.json" is not the schema of a template`, "expected an address that ends in deploymentTemplate.json",
		},
		{
			template.CodeSchema, `«»{"contentVersion": "1.0.0.0", "resources": []}`, template.Warning,
			"", "the template has no $schema; it is taken as one for a resource group", `add "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"`,
		},
		{
			template.CodeStructure, classic(`"resources": [], "resource": «»[]`), template.Warning,
			"/resource", `a template has no section "resource"`, "Azure refuses sections that it does not know",
		},
		{
			template.CodeStructure, classic(`"resources": [«»{"name": "n"}]`), template.Error,
			"/resources/0", "the resource has no type", "expected a type such as Microsoft.Storage/storageAccounts",
		},
		{
			template.CodeStructure, classic(`"resources": «»{"a": {"type": "A.B/c", "apiVersion": "1", "name": "n"}}`), template.Error,
			"/resources", "resources is an object of symbolic names, but the template does not say languageVersion 2.0", `add "languageVersion": "2.0"`,
		},
		{
			template.CodeStructure, classic(`"resources": [{"type": "A.B/c", "apiVersion": «»"[createArray()]", "name": "n"}]`), template.Error,
			"/resources/0/apiVersion", "the apiVersion of a resource is of type Array, expected a string", "",
		},
		{
			template.CodeDuplicate, classic(`"resources": [], "variables": {"a": 1, «»"A": 2}`), template.Error,
			"/variables/A", `the variable "A" is declared twice`, "",
		},
		{
			template.CodeDuplicate, classic(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}, «»{"type": "A.B/c", "apiVersion": "1", "name": "N"}]`), template.Error,
			"/resources/1", "is defined multiple times in the template, first at line 2", "in a copy loop the name needs copyIndex()",
		},
		{
			template.CodeParameterMissing, classic(`"resources": [], "parameters": {«»"p": {"type": "int"}}`), template.Warning,
			"/parameters/p", "the value for the template parameter 'p' is not provided; expected an int", "give it in a parameter file or with -p p=VALUE",
		},
		{
			template.CodeParameterType, classic(`"resources": [], "parameters": {"p": {"type": "int", "maxValue": 3, "defaultValue": «»5}}`), template.Error,
			"/parameters/p/defaultValue", "parameter 'p' is 5, expected at most 3", "",
		},
		{
			template.CodeCopy, classic(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "l", "count": «»-2}}]`), template.Error,
			"/resources/0/copy/count", `the count of loop "l" is -2, expected 0 or more`, "",
		},
		{
			template.CodeCopy, classic(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "resources": [{"type": "d", "apiVersion": "1", "name": "m", "copy": «»{"name": "l", "count": 1}}]}]`), template.Error,
			"/resources/0/resources/0/copy", "a child resource inside of its parent cannot have a copy loop", "write the child as a resource of the template with its full type and name",
		},
		{
			template.CodeName, classic(`"resources": [{"type": "A.B/c/d", "apiVersion": "1", "name": «»"n"}]`), template.Error,
			"/resources/0/name", "has incorrect segment lengths", "a type such as Microsoft.Network/virtualNetworks/subnets goes with a name such as vnet/subnet",
		},
		{
			template.CodeCycle, classic(`"resources": [], "variables": {"v": "[«»variables('v')]"}, "outputs": {"o": {"type": "string", "value": "[variables('v')]"}}`), template.Error,
			"/variables/v", "Circular dependency detected in template language expression: variables v -> v", "",
		},
		{
			template.CodeDependency, classic(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": [«»"other"]}]`), template.Warning,
			"/resources/0/dependsOn/0", "the resource 'other' that A.B/c n depends on is not defined in the template", "dependsOn names resources of the same template",
		},
		{
			template.CodeDeployment, classic(`"resources": [{` + deployment + `"properties": «»{"mode": "Incremental"}}]`), template.Error,
			"/resources/0/properties", "the deployment has neither a template nor a templateLink", "",
		},
		{
			template.CodeDeployment, classic(`"resources": [{` + deployment + `"properties": {"mode": "Incremental", "expressionEvaluationOptions": «»{"scope": "both"}, "template": {` + rgSchema + `, "resources": []}}}]`), template.Error,
			"/resources/0/properties/expressionEvaluationOptions", `the scope of expressions is "both", expected inner or outer`, "",
		},
		{
			template.CodeParameterUnknown, classic(`"resources": [{` + deployment + `"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {«»"x": {"value": 1}}, "template": {` + rgSchema + `, "resources": []}}}]`), template.Error,
			"/resources/0/properties/parameters/x", `the template of the deployment has no parameter "x"`, "",
		},
		{
			template.CodeLinkedTemplate, classic(`"resources": [{` + deployment + `"properties": {"mode": "Incremental", "templateLink": «»{"uri": "https://h/a.json?sig=hush"}}}]`), template.Warning,
			"/resources/0/properties/templateLink", "the linked template https://h/a.json is not at hand; its resources and outputs are unknown", "linked files are not followed here",
		},
		{
			template.CodeOutput, classic(`"resources": [], "outputs": {"o": {"type": "int", "value": «»"five"}}`), template.Error,
			"/outputs/o/value", "Template output JToken type is not valid: output 'o' is of type String, expected int", "",
		},
		{
			template.CodeOutput, classic(`"resources": [], "outputs": {"o": «»{"type": "int"}}`), template.Error,
			"/outputs/o", `the output "o" has neither a value nor a copy`, "",
		},
		{
			template.CodeAssert, classic(`"resources": [], "asserts": {"holds": true, "fails": «»"[equals(1, 2)]"}`), template.Error,
			"/asserts/fails", `the assertion "fails" does not hold`, "",
		},
	}
	for _, tt := range tests {
		before, after, _ := strings.Cut(tt.src, "«»")
		x := expand(t, before+after, everyScope)
		var found []string
		for _, d := range x.Diagnostics {
			if d.Code != tt.code || !strings.Contains(d.Message, tt.want) {
				continue
			}
			found = append(found, d.Message)
			if d.Severity != tt.severity || d.Pos.Offset != len(before) || d.Pos.File != "azuredeploy.json" {
				t.Errorf("%s: %s is a %s at %s, byte %d, want a %s at byte %d", tt.code, tt.want, d.Severity, d.Pos, d.Pos.Offset, tt.severity, len(before))
			}
			if tt.pointer != "" && d.Pointer != tt.pointer || !strings.HasPrefix(d.Hint, tt.tip) || (tt.tip == "") != (d.Hint == "") && tt.code != template.CodeDuplicate {
				t.Errorf("%s: %s has the pointer %s and the hint %q, want %s and %q", tt.code, tt.want, d.Pointer, d.Hint, tt.pointer, tt.tip)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s: %q is found %d times in %q", tt.code, tt.want, len(found), messages(x.Diagnostics))
		}
	}
}

// Diagnostics about what is given beside the template.
func TestDiagnosticsOfParameterFiles(t *testing.T) {
	tests := []struct{ parameters, want string }{
		{`{"parameters": {"p": {"value": 5}}}`, ""},
		{`{"parameters": {"P": {"value": 5}}}`, ""},
		{`{"parameters": {"p": {"value": "5"}}}`, "error parameter-type p.json:1:32 /parameters/p/value"},
		{`{"parameters": {"q": {"value": 5}, "p": {"value": 1}}}`, "error parameter-unknown p.json:1:17 /parameters/q"},
		{`{"parameters": {"p": 5}}`, "error parameter-file p.json:1:22 /parameters/p"},
		{`{"parameters": {"p": {"val": 5}}}`, "error parameter-file p.json:1:22 /parameters/p"},
		{`{"parameters": []}`, "error parameter-file p.json:1:1 "},
		{`{}`, "error parameter-file p.json:1:1 "},
		{`{"parameters": {"p": {"reference": {"keyVault": {}}}}}`, "warning parameter-file p.json:1:36 /parameters/p/reference"},
		{`{"parameters": {"p": {"expression": "[add(1, )]"}}}`, "error expression-syntax p.json:1:46 /parameters/p/expression"},
		{`{"parameters": {"p": {"expression": "[add(1, int('x'))]"}}}`, "error expression p.json:1:46 /parameters/p/expression"},
		{`{"parameters": {"p": {"expression": "[parameters('p')]"}}}`, "error expression p.json:1:39 /parameters/p/expression"},
		{`{"parameters": {"p": {"expression": "[add(1, externalInputs('x'))]"}}, "externalInputs": {"x": {"value": 2}}}`, ""},
		{`{"parameters": {"p": {"expression": "[externalInputs('x')]"}}, "externalInputDefinitions": {"x": {"kind": "sys.cli"}}}`, ""},
	}
	for _, tt := range tests {
		x := expand(t, classic(`"parameters": {"p": {"type": "int", "defaultValue": 0}}, "resources": []`),
			template.Options{ParameterFiles: files1(file(t, "p.json", tt.parameters))})
		if got := strings.Join(places(x), " | "); got != tt.want {
			t.Errorf("%s\n gives %s\n want  %s", tt.parameters, got, tt.want)
		}
	}
}

// Limits of the service are warnings: expansion goes on.
func TestLimitsOfTheService(t *testing.T) {
	many := func(n int, member string) string {
		return strings.TrimSuffix(strings.Repeat(member+", ", n), ", ")
	}
	numbered := func(n int, member string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = strings.ReplaceAll(member, "#", strings.Repeat("x", i%100+1)+string(rune('a'+i/100)))
		}
		return strings.Join(list, ", ")
	}
	tests := map[string]struct{ sections, want string }{
		"256 parameters": {`"resources": [], "parameters": {` + numbered(256, `"#": {"type": "int", "defaultValue": 1}`) + `}`, ""},
		"257 parameters": {`"resources": [], "parameters": {` + numbered(257, `"#": {"type": "int", "defaultValue": 1}`) + `}`, "the template has 257 parameters; Azure accepts 256"},
		"256 variables":  {`"resources": [], "variables": {` + numbered(256, `"#": 1`) + `}`, ""},
		"257 variables":  {`"resources": [], "variables": {` + numbered(257, `"#": 1`) + `}`, "the template has 257 variables; Azure accepts 256"},
		"64 outputs":     {`"resources": [], "outputs": {` + numbered(64, `"#": {"type": "int", "value": 1}`) + `}`, ""},
		"65 outputs":     {`"resources": [], "outputs": {` + numbered(65, `"#": {"type": "int", "value": 1}`) + `}`, "the template has 65 outputs; Azure accepts 64"},
		"4 MB":           {`"resources": [], "variables": {"v": "` + strings.Repeat("x", 4<<20) + `"}`, "; Azure accepts 4194304"},
		"five levels":    {`"resources": [` + strings.Repeat(`{"type": "A.B/c", "apiVersion": "1", "name": "n", "resources": [`, 1) + many(1, `{"type": "d", "apiVersion": "1", "name": "m"}`) + `]}]`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, classic(tt.sections), everyScope)
			got := strings.Join(messages(x.Diagnostics), "\n")
			if tt.want == "" && got != "" || strings.Count(got, tt.want) != 1 && tt.want != "" {
				t.Errorf("gives %q, want %q", got, tt.want)
			}
		})
	}
}

// Linked templates (section 10.4): what is found where, and what is said when it is not.
func TestWhereLinkedTemplatesAreLookedFor(t *testing.T) {
	const child = `{` + rgSchema + `, "parameters": {"p": {"type": "string", "defaultValue": "d"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "linked"}]}`
	tests := map[string]struct {
		link   string
		files  string // there are
		uris   map[string]string
		linked string // file that was taken
		want   string // diagnostics
	}{
		"relative":              {`{"relativePath": "nested/a.json"}`, "dir/nested/a.json", nil, "dir/nested/a.json", ""},
		"relative, up":          {`{"relativePath": "../a.json"}`, "a.json", nil, "a.json", ""},
		"relative, computed":    {`{"relativePath": "[concat('nested', '/a.json')]"}`, "dir/nested/a.json", nil, "dir/nested/a.json", ""},
		"relative, missing":     {`{"relativePath": "nested/b.json"}`, "dir/nested/a.json", nil, "", "the linked template nested/b.json is not at hand"},
		"relative, no guess":    {`{"relativePath": "other/a.json"}`, "dir/a.json", nil, "", "the linked template other/a.json is not at hand"},
		"uri beside":            {`{"uri": "https://h/repo/nested/a.json"}`, "dir/nested/a.json", nil, "dir/nested/a.json", "the file dir/nested/a.json is taken for the linked template"},
		"uri, file name only":   {`{"uri": "https://h/repo/nested/a.json"}`, "dir/a.json", nil, "dir/a.json", "the file dir/a.json is taken for"},
		"uri with a token":      {`{"uri": "https://h/nested/a.json?sig=hush"}`, "dir/nested/a.json", nil, "dir/nested/a.json", "the file dir/nested/a.json is taken for"},
		"uri of the deployment": {`{"uri": "[uri(deployment().properties.templateLink.uri, 'nested/a.json')]"}`, "dir/nested/a.json", nil, "dir/nested/a.json", "the file dir/nested/a.json is taken for"},
		"mapped":                {`{"uri": "https://h/repo/a.json"}`, "local/a.json", map[string]string{"https://h/repo": "local"}, "local/a.json", ""},
		"mapped, longest":       {`{"uri": "https://h/repo/a.json"}`, "two/a.json one/repo/a.json", map[string]string{"https://h": "one", "https://h/repo": "two"}, "two/a.json", ""},
		"mapped file":           {`{"uri": "https://H/Repo/a.json?x"}`, "local.json", map[string]string{"https://h/repo/a.json": "local.json"}, "local.json", ""},
		"mapped, not there":     {`{"uri": "https://h/repo/a.json"}`, "dir/a.json", map[string]string{"https://h/repo": "local"}, "", "the linked template https://h/repo/a.json is not at hand"},
		"template spec":         {`{"id": "/subscriptions/S/x/versions/1"}`, "spec.json", map[string]string{"/subscriptions/S/x/versions/1": "spec.json"}, "spec.json", ""},
		"template spec, none":   {`{"id": "/subscriptions/S/x"}`, "dir/x", nil, "", "the linked template /subscriptions/S/x is not at hand"},
		"version":               {`{"relativePath": "a.json", "contentVersion": "1.0.0.0"}`, "dir/a.json", nil, "dir/a.json", ""},
		"other version":         {`{"relativePath": "a.json", "contentVersion": "2.0.0.0"}`, "dir/a.json", nil, "dir/a.json", `the linked template dir/a.json has contentVersion "1.0.0.0", expected "2.0.0.0"`},
		"nothing":               {`{}`, "", nil, "", "the link has no uri, relativePath or id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			doc, _ := jsonc.Parse("dir/main.json", []byte(classic(`"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
				"properties": {"mode": "Incremental", "templateLink": `+tt.link+`}}]`)))
			tmpl, _ := template.Parse(doc)
			x, err := tmpl.Expand(t.Context(), template.Options{URIMap: tt.uris, ReadFile: func(path string) ([]byte, error) {
				for _, f := range strings.Fields(tt.files) {
					if f == path {
						return []byte(child), nil
					}
				}
				return nil, fs.ErrNotExist
			}})
			if err != nil {
				t.Fatal(err)
			}
			linked := ""
			if c := x.Resources[0].Child; c != nil {
				linked = c.Linked
			}
			got := strings.Join(messages(x.Diagnostics), "\n")
			if linked != tt.linked || tt.want == "" && got != "" || !strings.Contains(got, tt.want) || strings.Contains(got, "hush") {
				t.Errorf("took %q and said %q, want %q and %q", linked, got, tt.linked, tt.want)
			}
			if want := 1; linked != "" && len(x.Resources) != want+1 {
				t.Errorf("there are %d resources", len(x.Resources))
			}
		})
	}
}
