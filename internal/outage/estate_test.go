package outage

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

var testCatalog = sync.OnceValues(func() (*catalog.Catalog, error) {
	return catalog.Parse(os.DirFS("testdata/catalog"), "testdata/catalog")
})

// fatal is what testing.T and rapid.T have in common.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func shelf(t fatal) *catalog.Catalog {
	t.Helper()
	c, err := testCatalog()
	if err != nil {
		t.Fatalf("the test catalog: %v", err)
	}
	return c
}

// types are the ARM types by the words that the tests use.
var types = map[string]string{
	"workspace": "Microsoft.MachineLearningServices/workspaces", "storage": "Microsoft.Storage/storageAccounts",
	"vault": "Microsoft.KeyVault/vaults", "registry": "Microsoft.ContainerRegistry/registries",
	"replica": "Microsoft.ContainerRegistry/registries/replications", "insights": "Microsoft.Insights/components",
	"logs": "Microsoft.OperationalInsights/workspaces", "aks": "Microsoft.ContainerService/managedClusters",
	"compute": "Microsoft.MachineLearningServices/workspaces/computes", "endpoint": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
	"deployment": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
	"datastore":  "Microsoft.MachineLearningServices/workspaces/datastores", "riddle": "Microsoft.Test/riddles", "other": "Microsoft.Test/others",
}

// sketch reads an estate from lines. A resource is "TYPE NAME [LOCATION]
// [key=value ...]" with the keys sku, zones, kind, capacity, pools (a list of
// zones), external, implied and presence; a sku of ? is a parameter without a
// value. A relation is "FROM -ROLE-> TO".
func sketch(t fatal, text string) *estate.Estate {
	t.Helper()
	byName := map[string]*estate.Resource{}
	var resources []*estate.Resource
	var relations []estate.Relation
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if from, rest, ok := strings.Cut(line, " -"); ok {
			role, to, _ := strings.Cut(rest, "-> ")
			if byName[from] == nil || byName[to] == nil {
				t.Fatalf("no such resource in %q", line)
			}
			relations = append(relations, estate.Relation{From: byName[from], To: byName[to], Role: estate.Role(role)})
			continue
		}
		if line == "" {
			continue
		}
		r := sketchOne(t, strings.Fields(line))
		byName[r.Name] = r
		resources = append(resources, r)
	}
	e := estate.Build(resources, relations, estate.Coverage{})
	shelf(t).Classify(e)
	return e
}

func sketchOne(t fatal, words []string) *estate.Resource {
	t.Helper()
	r := &estate.Resource{Type: types[words[0]], Name: words[1]}
	if r.Type == "" {
		t.Fatalf("no such type: %s", words[0])
	}
	segments, names := strings.Split(r.Type, "/"), strings.Split(r.Name, "/")
	id := "/subscriptions/s/resourceGroups/g/providers/" + segments[0]
	for i, name := range names {
		id += "/" + segments[i+1] + "/" + name
	}
	r.ID = estate.ParseID(id)
	body := map[string]any{"apiVersion": "2026-01-01", "properties": map[string]any{}}
	properties := body["properties"].(map[string]any)
	unknown := false
	for _, word := range words[2:] {
		key, v, _ := strings.Cut(word, "=")
		switch key {
		case "sku":
			unknown = v == "?"
			body["sku"] = map[string]any{"name": v}
		case "capacity":
			body["sku"] = map[string]any{"capacity": json.Number(v)}
		case "kind":
			properties["computeType"] = v
		case "pools":
			zones := []any{}
			for _, z := range strings.Split(v, ",") {
				zones = append(zones, z)
			}
			properties["zones"] = zones
		case "zones":
			r.Zones = strings.Split(v, ",")
		case "external":
			r.External = true
		case "implied":
			r.External, r.Implied = true, true
		case "presence":
			r.Presence = v
		default:
			r.Location = word
		}
	}
	r.Body = value.FromAny(body)
	if unknown {
		parameter, err := expr.Parse("[parameters('sku')]")
		if err != nil {
			t.Fatalf("parsing: %v", err)
		}
		sku := value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Hint: value.StringKind, Residual: parameter})
		r.Body = value.Object([]value.Member{{Key: "apiVersion", Value: value.String("2026-01-01")}, {Key: "sku", Value: value.Object([]value.Member{{Key: "name", Value: sku}})}})
	}
	return r
}

func model(t *testing.T, text string) *Model {
	t.Helper()
	return New(sketch(t, text), shelf(t))
}
