package eval_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Whatever is evaluated: it ends soon, without panic; messages, output and residuals show no secret; a residual can be
// parsed and evaluated again; and an error leaves an unknown that says so.
func FuzzEvaluate(f *testing.F) {
	for _, s := range []string{
		"[concat('a', parameters('s'), parameters('known'))]", "[int(parameters('known'))]", "[parameters('box')[parameters('known')]]",
		"[format('{0:N2}{1,-5}', parameters('i'), 1.0)]", "[map(range(0, 9), lambda('x', 'i', mul(lambdaVariables('x'), 2)))]",
		"[if(parameters('b'), fail(parameters('known')), resourceId(parameters('u'), 'A.B/c', 'd'))]", "[json(parameters('known')).x]",
		"[dateTimeAdd('2020-01-01T00:00:00Z', parameters('known'))]", "[cidrSubnet(parameters('known'), 24, 0)]", "[dateTimeAdd('2020-01-01', 'P1D', 'fffffff')]",
		"[reduce(createArray(1, 2), parameters('u'), lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))]",
		"[tryGet(createArray(1, 2), createObject('value', 1, 'fromEnd', true()))]", "[uri(parameters('known'), '../x')]",
	} {
		f.Add(s)
	}
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	var vectors []struct{ Expression string }
	if b, err := os.ReadFile(filepath.Join(root, "data", "arm-function-vectors.json")); err == nil && json.Unmarshal(b, &vectors) == nil {
		for _, v := range vectors {
			f.Add(v.Expression)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "secret-text") {
			return
		}
		s := halfKnown()
		s.Config.Budget = eval.NewBudget(200_000, 16<<20)
		s.InParameterDefault = true
		start := time.Now()
		v, err := s.Evaluate(text)
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%q took %v", text, took)
		}
		if err != nil {
			if strings.Contains(err.Error(), "secret-text") {
				t.Errorf("%q: the message %q shows a secret", text, err)
			}
			if u := v.Unknown(); u == nil || u.Reason != value.Failed {
				t.Errorf("%q fails with the value %s", text, v.AppendJSON(nil))
			}
			var e *eval.Error
			if errors.As(err, &e) && (e.Start < 0 || e.End <= e.Start || int(e.End) > len(text)) {
				t.Errorf("%q fails without a place: %d to %d: %v", text, e.Start, e.End, e)
			}
			return
		}
		if eval.Weigh(v, 100_000) == 100_000 {
			return
		}
		if out := string(v.AppendJSON(nil)); strings.Contains(out, "secret-text") {
			t.Errorf("%q gives %s, which shows a secret", text, out)
		}
		if v.IsUnknown() {
			again := v.Residual()
			if strings.Contains(again, "secret-text") {
				t.Errorf("%q has the residual %s, which shows a secret", text, again)
			}
			if _, err := expr.Parse(again); err != nil && len(again) < expr.MaxLength && !strings.Contains(err.Error(), "deeper") {
				t.Errorf("%q has the residual %s: %v", text, again, err)
			}
			_, _ = s.Evaluate(again)
		}
	})
}
