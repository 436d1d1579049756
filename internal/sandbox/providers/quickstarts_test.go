package providers_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
)

// TestEveryQuickstartFindsItsTypes wants the types of all published quickstart
// templates, and of the project's examples, in the versions that they ask for.
func TestEveryQuickstartFindsItsTypes(t *testing.T) {
	b := trial.New(t)
	var files []string
	for _, dir := range []string{schemas.Shared(t, "data/quickstarts"), filepath.Join("..", "..", "..", "examples")} {
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".json") && !strings.Contains(path, "parameters") && !strings.Contains(path, "faulttree") {
				files = append(files, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for _, file := range files {
		x, err := arm.ExpandFile(context.Background(), file, arm.Options{})
		if err != nil || x == nil {
			continue // some of them are no templates, or broken as published
		}
		for _, r := range x.Resources {
			if strings.HasPrefix(r.Type, "Microsoft.MachineLearningServices/") || strings.HasPrefix(r.Type, "Microsoft.Authorization/") || r.Type == "Microsoft.Resources/deployments" {
				continue // not of these providers
			}
			seen++
			typ := b.Control.Type(r.Type)
			if typ == nil {
				t.Errorf("%s: there is no type %s", file, r.Type)
			} else if r.APIVersion != "" && !strings.HasPrefix(r.APIVersion, "[") && !slices.Contains(typ.APIVersions, r.APIVersion) {
				t.Errorf("%s: %s has no version %s", file, r.Type, r.APIVersion)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d resources were seen", seen)
	}
}
