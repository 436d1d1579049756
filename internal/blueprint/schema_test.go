package blueprint_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
)

// unpublished are the namespaces without a schema among the published ones.
var unpublished = []string{"Microsoft.Resources/", "Microsoft.Network/", "Microsoft.Authorization/", "Microsoft.Search/", "Microsoft.KubernetesConfiguration/"}

func TestEveryCombinationValidatesAgainstThePublishedSchemas(t *testing.T) {
	s := schemas.Load(t)
	for _, c := range combinations() {
		t.Run(c.name, func(t *testing.T) {
			dir := written(t, &c.spec)
			x, err := arm.ExpandFile(context.Background(), filepath.Join(dir, blueprint.TemplateFile), arm.Options{ParameterPaths: []string{filepath.Join(dir, blueprint.ParameterFile)}, Options: template.Options{SubscriptionID: "11111111-2222-4333-8444-555555555555", Parameters: given(&c.spec)}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range x.Resources {
				found, err := s.Validate(sendable(t, r))
				switch {
				case err != nil:
					t.Errorf("%s: %v", r.ID.Text(), err)
				case !found && !slices.ContainsFunc(unpublished, func(ns string) bool { return strings.HasPrefix(r.Type, ns) }):
					t.Errorf("%s@%s: no schema is published for it", r.Type, r.APIVersion)
				}
			}
		})
	}
}

var marked = regexp.MustCompile(`\{"\$(unknown|secret)":("(?:[^"\\]|\\.)*"|true)\}`)

// sendable is the body as the schemas see it: unknown values as the expressions
// that they are.
func sendable(t *testing.T, r *template.Resource) map[string]any {
	t.Helper()
	text := marked.ReplaceAllStringFunc(string(r.Body.AppendJSON(nil)), func(m string) string {
		if strings.HasPrefix(m, `{"$secret"`) {
			return `"[secret()]"`
		}
		return strings.TrimSuffix(strings.TrimPrefix(m, `{"$unknown":`), "}")
	})
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatalf("%s: %v", r.ID.Text(), err)
	}
	return body
}
