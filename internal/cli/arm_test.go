package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParametersAreFilesOrAssignments(t *testing.T) {
	type assignment struct{ Name, Text string }
	for _, tt := range []struct {
		in       []string
		assigned []assignment
		files    []string
	}{
		{nil, nil, nil},
		{[]string{"p.json"}, nil, []string{"p.json"}},
		{[]string{"@p.json"}, nil, []string{"p.json"}}, // as az has it
		{[]string{"name=value"}, []assignment{{Name: "name", Text: "value"}}, nil},
		{[]string{"name="}, []assignment{{Name: "name"}}, nil},
		{[]string{"a=b=c"}, []assignment{{Name: "a", Text: "b=c"}}, nil},
		{[]string{"_x9=1", "p.json", "y=2"}, []assignment{{Name: "_x9", Text: "1"}, {Name: "y", Text: "2"}}, []string{"p.json"}},
		{[]string{"dir/a=b.json"}, nil, []string{"dir/a=b.json"}}, // no name has a slash
		{[]string{"9a=b"}, nil, []string{"9a=b"}},
		{[]string{"=x"}, nil, []string{"=x"}},
		{[]string{`list=["a", "b"]`}, []assignment{{Name: "list", Text: `["a", "b"]`}}, nil},
	} {
		given, files := parameters(tt.in)
		var assigned []assignment
		for _, a := range given {
			assigned = append(assigned, assignment{a.Name, a.Text})
		}
		if diff := cmp.Diff(tt.assigned, assigned); diff != "" {
			t.Errorf("%q: assignments (-want +got):\n%s", tt.in, diff)
		}
		if diff := cmp.Diff(tt.files, files); diff != "" {
			t.Errorf("%q: files (-want +got):\n%s", tt.in, diff)
		}
	}
}

const twoParameters = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"a": {"type": "string"}, "b": {"type": "secureString", "defaultValue": "hidden"}, "wanted": {"type": "bool", "defaultValue": true}},
  "resources": [
    {"condition": "[parameters('wanted')]", "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2024-01-01", "name": "[concat('st', parameters('a'))]", "location": "westeurope", "properties": {"key": "[parameters('b')]"}}
  ],
  "outputs": {"name": {"type": "string", "value": "[parameters('a')]"}, "key": {"type": "secureString", "value": "[parameters('b')]"}}
}`

func parameterFile(values string) string {
	return `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {` + values + `}}`
}

func TestExpandTakesParametersInOrder(t *testing.T) {
	dir := folder(t, map[string]string{
		"t.json": twoParameters, "one.json": parameterFile(`"a": {"value": "1"}`), "two.json": parameterFile(`"a": {"value": "2"}`),
		"other.json": parameterFile(`"zzz": {"value": "2"}`), "none.json": `{"a": 1}`, "broken.json": "{",
	})
	for _, tt := range []struct {
		name string
		args []string
		want string // the name of the account
		code int
		err  string
	}{
		{"one file", []string{"-p", "one.json"}, "st1", 0, ""},
		{"the later file wins", []string{"-p", "one.json", "-p", "two.json"}, "st2", 0, ""},
		{"in this order, too", []string{"-p", "two.json", "-p", "@one.json"}, "st1", 0, ""},
		{"an assignment", []string{"-p", "a=x"}, "stx", 0, ""},
		{"an assignment wins over a file", []string{"-p", "a=x", "-p", "one.json"}, "stx", 0, ""},
		{"no value: unknown, and a warning names it", nil, "", 0, "t.json:4:18: warning: the value for the template parameter 'a' is not provided"},
		{"an error when strict", []string{"--strict"}, "", 2, "t.json:4:18: error: "},
		{"a value for no parameter", []string{"-p", "a=x", "-p", "other.json"}, "stx", 2, `other.json:1:142: error: the template has no parameter "zzz"`},
		{"a file without parameters", []string{"-p", "none.json"}, "", 2, "none.json is not a parameter file"},
		{"a file that is not JSON", []string{"-p", "a=x", "-p", "broken.json"}, "stx", 2, "broken.json:1:"},
		{"a file that is not there", []string{"-p", "missing.json"}, "", 2, "cannot read the parameter file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := session{dir: dir}.run(t, append([]string{"arm", "expand", "t.json", "-o", "json"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.err, tt.err) {
				t.Fatalf("exit %d, want %d: %s", got.code, tt.code, got.err)
			}
			if tt.want == "" {
				return
			}
			resources := decoded(t, got.out)["resources"].([]any)
			if name := resources[0].(map[string]any)["name"]; name != tt.want {
				t.Errorf("the account is %v, want %s", name, tt.want)
			}
		})
	}
}

func TestExpandShowsWhatWillBeDeployed(t *testing.T) {
	dir := folder(t, map[string]string{"t.json": twoParameters})
	got := session{dir: dir}.run(t, "arm", "expand", "t.json", "-p", "a=x")
	want := `+ Microsoft.Storage/storageAccounts stx
    westeurope  t.json:6:5

outputs
    name = "x"
    key = {"$secret":true}

1 resource to deploy, 0 only read, 0 skipped by their condition
`
	if diff := cmp.Diff(want, got.out); diff != "" || got.code != 0 || got.err != "" {
		t.Errorf("exit %d: %s(-want +got):\n%s", got.code, got.err, diff)
	}
	got = session{dir: dir}.run(t, "arm", "expand", "t.json", "-p", "a=x", "-p", "wanted=false")
	if !strings.HasSuffix(got.out, "0 resources to deploy, 0 only read, 1 skipped by their condition\n") {
		t.Errorf("of a condition that is false it says:\n%s", got.out)
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	dir := folder(t, map[string]string{"t.json": strings.Replace(twoParameters, "hidden", "s3cr3t-value", 1)})
	for _, args := range [][]string{
		{"arm", "expand", "t.json", "-p", "a=x"}, {"arm", "expand", "t.json", "-p", "a=x", "-o", "json"}, {"assess", "t.json", "-p", "a=x", "-o", "json"}, {"assess", "t.json", "-p", "a=x", "-v"},
		{"arm", "eval", "[concat('x', parameters('b'))]", "--template", "t.json", "-p", "a=x"},
	} {
		got := session{dir: dir}.run(t, args...)
		if strings.Contains(got.out+got.err, "s3cr3t-value") {
			t.Errorf("%q prints the secret", args)
		}
	}
}

func TestExpandReadsStandardInputAndLinkedTemplates(t *testing.T) {
	linked := `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
		{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "properties": {"mode": "Incremental", "templateLink": {"relativePath": "parts/inner.json"}, "parameters": {"a": {"value": "in"}}}}]}`
	dir := folder(t, map[string]string{"main.json": linked, "parts/inner.json": twoParameters})
	got := session{dir: dir}.run(t, "arm", "expand", "main.json")
	if got.code != 0 || !strings.Contains(got.out, "+ Microsoft.Storage/storageAccounts stin") || !strings.Contains(got.out, "inner.json:6:5") {
		t.Errorf("a linked template: exit %d\n%s%s", got.code, got.out, got.err)
	}
	got = session{stdin: strings.NewReader(twoParameters)}.run(t, "arm", "expand", "-", "-p", "a=x")
	if got.code != 0 || !strings.Contains(got.out, "storageAccounts stx") {
		t.Errorf("standard input: exit %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestEvalAnswersEachLineWithALine(t *testing.T) {
	in := strings.Join([]string{
		"[add(1, 2)]", "", "plain", "[div(1, 0)]", `"[concat('a',\n'b')]"`, "[[escaped]", "[resourceGroup().location]", "[nothing()]", "[concat('" + strings.Repeat("x", 100000) + "')]", "\"not quoted", "[last('abc')]",
	}, "\n")
	got := session{stdin: strings.NewReader(in)}.run(t, "arm", "eval", "--stdin")
	lines := strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
	if got.code != 0 || len(lines) != 11 {
		t.Fatalf("exit %d, %d lines of answers, want 11: %s", got.code, len(lines), got.err)
	}
	for i, want := range []string{"3", `""`, `"plain"`, `{"$error":`, `"ab"`, `"[escaped]"`, `{"$unknown":"[resourceGroup().location]"}`, `{"$error":`, "", `"\"not quoted"`, `"c"`} {
		if !strings.HasPrefix(lines[i], want) || !json.Valid([]byte(lines[i])) {
			t.Errorf("line %d is %.80s, want %s", i+1, lines[i], want)
		}
	}
	if strings.HasPrefix(lines[3], `{"$error":""`) {
		t.Error("an error says nothing")
	}
}

func TestEvalRefusesALineThatIsTooLong(t *testing.T) {
	got := session{stdin: strings.NewReader("[add(1, 2)]\n" + strings.Repeat("x", maxLine+1))}.run(t, "arm", "eval", "--stdin")
	if got.code != ExitUsage || got.out != "3\n" || !strings.Contains(got.err, "standard input: ") {
		t.Errorf("exit %d: %.100s%s", got.code, got.out, got.err)
	}
}

func TestEvalKnowsTheScope(t *testing.T) {
	for _, tt := range []struct{ expression, flag, value, want string }{
		{"[subscription().subscriptionId]", "--subscription", "6c1b0c1e-0000-4000-8000-000000000000", `"6c1b0c1e-0000-4000-8000-000000000000"`},
		{"[resourceGroup().name]", "--resource-group", "rg-ml", `"rg-ml"`},
		{"[resourceGroup().location]", "--location", "westeurope", `"westeurope"`},
		{"[tenant().tenantId]", "--tenant", "6c1b0c1e-0000-4000-8000-000000000001", `"6c1b0c1e-0000-4000-8000-000000000001"`},
	} {
		if got := (session{}).run(t, "arm", "eval", tt.expression, tt.flag, tt.value); got.code != 0 || got.out != tt.want+"\n" {
			t.Errorf("%s with %s: exit %d: %s%s", tt.expression, tt.flag, got.code, got.out, got.err)
		}
		if got := (session{}).run(t, "arm", "eval", tt.expression); got.code != 0 || got.out != fmt.Sprintf("{\"$unknown\":%q}\n", tt.expression) {
			t.Errorf("%s without %s: exit %d: %s%s", tt.expression, tt.flag, got.code, got.out, got.err)
		}
	}
}

func TestEvalInTheScopeOfATemplate(t *testing.T) {
	dir := folder(t, map[string]string{"t.json": twoParameters, "bad.json": `{"resources": [`})
	for _, tt := range []struct {
		args []string
		code int
		out  string
		err  string
	}{
		{[]string{"[parameters('a')]", "--template", "t.json", "-p", "a=x"}, 0, "\"x\"\n", ""},
		{[]string{"[parameters('a')]", "--template", "t.json"}, 0, "{\"$unknown\":\"[parameters('a')]\"}\n", ""},
		{[]string{"[parameters('c')]", "--template", "t.json"}, 2, "", "'c'"},
		{[]string{"[parameters('a')]"}, 2, "", "holdfast: "},
		{[]string{"[parameters('a')]", "-p", "a=x"}, 2, "", "hint: add --template FILE"},
		{[]string{"[add(1,1)]", "--template", "bad.json"}, 2, "", "the template bad.json has errors"},
		{[]string{"[add(1,1)]", "--template", "missing.json"}, 2, "", "cannot read the template"},
	} {
		got := session{dir: dir}.run(t, append([]string{"arm", "eval"}, tt.args...)...)
		if got.code != tt.code || got.out != tt.out || !strings.Contains(got.err, tt.err) {
			t.Errorf("%q ends with %d: %s%s", tt.args, got.code, got.out, got.err)
		}
	}
}
