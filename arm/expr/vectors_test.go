package expr_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// sharedData finds a file of the shared test data, beside the repository or where HOLDFAST_SHARED says.
func sharedData(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(root, "data", name))
	if err != nil {
		t.Skipf("shared test data not found: %v (set HOLDFAST_SHARED to its folder)", err)
	}
	return b
}

// Every published expression with a known result parses, unless a syntax error is the result.
func TestVectorsParse(t *testing.T) {
	var vectors []struct{ Group, Expression, Error string }
	if err := json.Unmarshal(sharedData(t, "arm-function-vectors.json"), &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if !expr.IsExpression(v.Expression) {
			continue
		}
		_, err := expr.Parse(v.Expression)
		if wantError := strings.HasPrefix(v.Error, "syntax:"); wantError != (err != nil) {
			t.Errorf("%s: error %v, want one: %v", v.Expression, err, wantError)
		}
		checkStable(t, v.Expression)
	}
}
