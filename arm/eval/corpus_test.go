package eval_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// openScope declares every name, and knows the value of none.
type openScope struct{ eval.Single }

func open(function, name string) (value.Value, error) {
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call(function, expr.Str(name)), Subject: name}), nil
}

func (*openScope) Parameter(name string) (value.Value, error) { return open("parameters", name) }
func (*openScope) Variable(name string) (value.Value, error)  { return open("variables", name) }
func (*openScope) CopyIndex(name string) (value.Value, error) { return open("copyIndex", name) }

// Every expression of the published templates evaluates without error when nothing is known, and its residual says the
// same in the language itself.
func TestPublishedExpressionsEvaluateWithNothingKnown(t *testing.T) {
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	root = filepath.Join(root, "data", "quickstarts")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("shared test data not found: %v (set HOLDFAST_SHARED to its folder)", err)
	}
	m := eval.New(eval.Config{Scope: &openScope{}, Budget: eval.NewBudget(1<<40, 1<<40)})
	count := 0
	check := func(file, text string) {
		if !expr.IsExpression(text) {
			return
		}
		count++
		e, syntax := eval.Parse(text)
		if syntax != nil {
			t.Errorf("%s: %v", file, syntax)
			return
		}
		for _, err := range eval.Check(e, nil) {
			t.Errorf("%s: %s: %v", file, text, err)
		}
		v, err := m.EvalDefault(e)
		if err != nil {
			t.Errorf("%s: %s: %v", file, text, err)
			return
		}
		if v.IsUnknown() {
			if _, err := expr.Parse(v.Residual()); err != nil {
				t.Errorf("%s: %s: residual %s: %v", file, text, v.Residual(), err)
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "azuredeploy.json") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, _ := jsonc.Parse(path, src)
		everyString(value.FromNode(doc.Root()), func(s string) { check(path, s) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 1000 {
		t.Errorf("only %d expressions found", count)
	}
}

func everyString(v value.Value, visit func(string)) {
	switch v.Kind() {
	case value.StringKind:
		visit(v.Str())
	case value.ArrayKind:
		for _, x := range v.Elems() {
			everyString(x, visit)
		}
	case value.ObjectKind:
		for k, x := range v.Members() {
			visit(k)
			everyString(x, visit)
		}
	}
}
