// Package sketch reads small estates from lines of text, and has a small
// catalog of made-up services for them. It serves the tests of the packages that
// put estates through outages.
package sketch

import (
	"embed"
	"encoding/json"
	"io/fs"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

//go:embed catalog
var files embed.FS

var parsed = sync.OnceValues(func() (*catalog.Catalog, error) {
	dir, err := fs.Sub(files, "catalog")
	if err != nil {
		return nil, err
	}
	return catalog.Parse(dir, "sketch/catalog")
})

// T is what testing.T, testing.B and rapid.T have in common.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Catalog is the small catalog, see catalog/catalog.yaml.
func Catalog(t T) *catalog.Catalog {
	t.Helper()
	c, err := parsed()
	if err != nil {
		t.Fatalf("the small catalog: %v", err)
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

// Estate reads an estate from lines, and classifies it. A resource is "TYPE NAME
// [LOCATION] [key=value ...]" with the keys sku, zones, kind, capacity, pools (a
// list of zones), external, implied, presence and body (JSON without spaces, to
// which the other keys add); a sku of ? is a parameter without a value. A
// relation is "FROM -ROLE-> TO" or "FROM -ROLE:DETAIL-> TO". Origins have the line.
func Estate(t T, text string) *estate.Estate {
	t.Helper()
	byName := map[string]*estate.Resource{}
	var resources []*estate.Resource
	var relations []estate.Relation
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if from, rest, ok := strings.Cut(line, " -"); ok {
			role, to, _ := strings.Cut(rest, "-> ")
			if byName[from] == nil || byName[to] == nil {
				t.Fatalf("no such resource in %q", line)
			}
			role, detail, _ := strings.Cut(role, ":")
			relations = append(relations, estate.Relation{From: byName[from], To: byName[to], Role: estate.Role(role), Detail: detail})
			continue
		}
		if line == "" {
			continue
		}
		r := resource(t, strings.Fields(line))
		r.Origin = estate.Origin{File: "sketch", Line: number, Column: 1}
		byName[r.Name] = r
		resources = append(resources, r)
	}
	e := estate.Build(resources, relations, estate.Coverage{})
	Catalog(t).Classify(e)
	return e
}

func resource(t T, words []string) *estate.Resource {
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
		case "body":
			if err := json.Unmarshal([]byte(v), &body); err != nil {
				t.Fatalf("the body of %s: %v", r.Name, err)
			}
			properties, _ = body["properties"].(map[string]any)
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
		sku := value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Hint: value.StringKind, Parts: []value.Part{{Lit: "{parameters('sku')}"}}})
		r.Body = value.Object([]value.Member{{Key: "apiVersion", Value: value.String("2026-01-01")}, {Key: "sku", Value: value.Object([]value.Member{{Key: "name", Value: sku}})}})
	}
	return r
}
