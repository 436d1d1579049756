package arm_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/template"
)

func TestFilesThatAreNotThere(t *testing.T) {
	if _, _, err := arm.ParseFile("testdata/none.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ParseFile gives %v", err)
	}
	if _, err := arm.ExpandFile(context.Background(), "testdata/none.json", arm.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ExpandFile gives %v", err)
	}
	_, err := arm.ExpandFile(context.Background(), "testdata/storage.json", arm.Options{ParameterPaths: []string{"testdata/none.json"}})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("a missing parameter file gives %v", err)
	}
}

func TestOnlyRegularFilesAreRead(t *testing.T) {
	_, err := arm.ExpandFile(context.Background(), t.TempDir(), arm.Options{})
	if err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder gives %v", err)
	}
}

func TestSyntaxErrorsBecomeDiagnostics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(path, []byte("{\n  \"resources\": [,]\n}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tmpl, diags, err := arm.ParseFile(path)
	if err != nil || tmpl == nil {
		t.Fatal(err)
	}
	if len(diags) == 0 || diags[0].Code != template.CodeSyntax || diags[0].Pos.Line != 2 || diags[0].Pos.Column != 17 {
		t.Errorf("got %v", diags)
	}
	x, err := arm.ExpandFile(context.Background(), path, arm.Options{})
	if err != nil || len(x.Diagnostics) == 0 || x.Diagnostics[0].Code != template.CodeSyntax {
		t.Errorf("ExpandFile gives %v, %v", x, err)
	}
}

func TestCancelledContextIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := arm.ExpandFile(ctx, "testdata/storage.json", arm.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEval(t *testing.T) {
	tests := map[string]struct{ want, fails string }{
		"[add(1, 2)]":                   {want: "3"},
		"plain text":                    {want: `"plain text"`},
		"[[escaped]":                    {want: `"[escaped]"`},
		"[subscription().tenantId]":     {want: `"t"`},
		"[resourceGroup().location]":    {want: `{"$unknown":"[resourceGroup().location]"}`},
		"[concat('a',)]":                {fails: "Unable to parse language expression"},
		"[nothing('a')]":                {fails: "The template function 'nothing' is not valid"},
		"[parameters('x')]":             {fails: "parameter 'x'"},
		"[deployment().name]":           {want: `"main"`},
		"[listKeys('/x', '1').keys]":    {want: `{"$secret":true}`},
		"[createArray(1, 'a', null())]": {want: `[1,"a",null]`},
	}
	for text, test := range tests {
		v, err := arm.Eval(context.Background(), text, template.Options{TenantID: "t"})
		switch {
		case test.fails == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
			t.Errorf("%s: got error %v, want %q", text, err, test.fails)
		case test.fails == "" && string(v.AppendJSON(nil)) != test.want:
			t.Errorf("%s is %s, want %s", text, v.AppendJSON(nil), test.want)
		}
	}
	_, err := arm.Eval(context.Background(), "[concat('a'", template.Options{})
	if err != nil {
		t.Errorf("a text that does not end in a bracket is no expression, got %v", err)
	}
	var syntax *expr.SyntaxError
	if _, err = arm.Eval(context.Background(), "[a b]", template.Options{}); !errors.As(err, &syntax) {
		t.Errorf("the error of a wrong expression is %T", err)
	}
	var failed *eval.Error
	if _, err = arm.Eval(context.Background(), "[int('x')]", template.Options{}); !errors.As(err, &failed) {
		t.Errorf("the error of a failed expression is %T", err)
	}
}

// The console sees what the template declares.
func TestConsole(t *testing.T) {
	tmpl, _, err := arm.ParseFile("testdata/storage.json")
	if err != nil {
		t.Fatal(err)
	}
	c := tmpl.Console(context.Background(), template.Options{
		SubscriptionID: "s", ResourceGroup: "g",
		Parameters: []template.Assignment{{Name: "count", Text: "2"}},
	})
	for text, want := range map[string]string{
		"[mul(parameters('count'), 2)]":        `4`,
		"[parameters('sku')]":                  `{"$unknown":"[parameters('sku')]"}`,
		"[deployment().name]":                  `"storage"`,
		"[reference('logs').outputs.id.value]": `{"$unknown":"[reference('/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/logs', '2022-09-01').outputs.id.value]"}`,
		"[resourceId('A.B/c', 'n')]":           `"/subscriptions/s/resourceGroups/g/providers/A.B/c/n"`,
		"[createObject('a', true()).a]":        `true`,
		"[tryGet(createObject('a', 1), 'b')]":  `null`,
	} {
		v, err := c.Eval(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := string(v.AppendJSON(nil)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	found := false
	for _, d := range c.Diagnostics() {
		found = found || d.Code == template.CodeParameterMissing
	}
	if !found {
		t.Errorf("a missing parameter is not told: %v", c.Diagnostics())
	}
}
