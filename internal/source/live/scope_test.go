package live_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/source/live"
)

func TestParseScope(t *testing.T) {
	const s = "/subscriptions/11111111-0000-4000-8000-000000000001"
	for text, want := range map[string]string{
		"azure":                  "azure",
		"AZURE":                  "azure",
		s:                        s,
		s + "/":                  s,
		s + "/resourceGroups/g":  s + "/resourceGroups/g",
		s + "/resourcegroups/g/": s + "/resourcegroups/g",
		s + "/resourceGroups/g/providers/microsoft.machinelearningservices/workspaces/w": s + "/resourceGroups/g/providers/microsoft.machinelearningservices/workspaces/w",
		s + "/resourceGroups/g/providers/Microsoft.MachineLearningServices/registries/r": s + "/resourceGroups/g/providers/Microsoft.MachineLearningServices/registries/r",
	} {
		got, err := live.ParseScope(text)
		if err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for text, part := range map[string]string{
		"":                        "is no ARM id",
		"workspace":               "is no ARM id",
		"/subscriptions/":         "is no ARM id",
		s + "'/resourceGroups/g":  "is no ARM id",
		s + "/resourceGroups/{g}": "is no ARM id",
		s + "/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a":                       "give the id of a workspace",
		s + "/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c": "give the id of a workspace",
	} {
		if got, err := live.ParseScope(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}
