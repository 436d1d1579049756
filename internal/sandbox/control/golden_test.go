package control

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestBodiesAreAsTheyWere(t *testing.T) {
	s := fill(t)
	s.do(201, "PUT", box+"/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01", `{"properties":{"level":"CanNotDelete","notes":"please"}}`)
	s.do(201, "PUT", group+"/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001?api-version=2022-04-01",
		`{"properties":{"roleDefinitionId":"`+subPath+`/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"aaaaaaaa-0000-0000-0000-000000000001"}}`)
	s.do(200, "PUT", subPath+"/resourceGroups/h/providers/Toy.Box/boxes/white", `{"location":"northeurope","kind":"k","properties":{"colour":"x"}}`)
	operation := s.do(201, "PUT", train, `{"location":"westeurope"}`).header.Get("Azure-AsyncOperation")
	s.advance(90 * time.Second)
	s.w.Health = outage{strings.ToLower(box): world.Gone}
	locations := s.do(200, "GET", subPath+"/locations", "")
	var west any
	for _, l := range object.List(locations.body, "value") {
		if object.Text(l.(object.Object), "name") == "westus3" {
			west = l
		}
	}
	for name, got := range map[string]any{
		"subscription":    s.do(200, "GET", subPath, "").body,
		"tenants":         s.do(200, "GET", "/tenants", "").body,
		"location":        west,
		"group":           s.do(200, "GET", subPath+"/resourceGroups/h", "").body,
		"resource":        s.do(200, "GET", box, "").body,
		"resources":       s.do(200, "GET", subPath+"/resources?$top=2&$expand=createdTime", "").body,
		"operation":       s.do(200, "GET", operation, "").body,
		"locks":           s.do(200, "GET", box+"/providers/Microsoft.Authorization/locks?api-version=2020-05-01", "").body,
		"roleassignments": s.do(200, "GET", group+"/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01", "").body,
		"roledefinition":  s.do(200, "GET", subPath+"/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c?api-version=2022-04-01", "").body,
		"provider":        s.do(200, "GET", "/providers/Microsoft.Authorization", "").body,
		"health":          s.do(200, "GET", box+"/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2020-05-01", "").body,
		"notfound":        s.do(404, "GET", group+"/providers/Toy.Box/boxes/nothing", "").body,
	} {
		b, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		b = append(bytes.ReplaceAll(b, []byte(s.url), []byte("https://arm")), '\n')
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(b, want) {
			t.Errorf("%s (%v; -update writes it anew):\n%s", file, err, b)
		}
	}
}

func TestTheSameRequestsGiveTheSameAnswers(t *testing.T) {
	run := func() string {
		s := fill(t)
		s.do(200, "PUT", box, `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"colour":"x"}}`)
		return strings.ReplaceAll(s.do(200, "GET", box, "").text, s.url, "")
	}
	if a, b := run(), run(); a != b {
		t.Errorf("two sandboxes differ:\n%s\n%s", a, b)
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	s := fill(t)
	s.Unthrottled = true
	var all sync.WaitGroup
	for _, name := range []string{"one", "two", "six", "ten"} {
		all.Go(func() {
			id := group + "/providers/Toy.Box/boxes/" + name
			for range 20 {
				s.raw("PUT", id+"?api-version="+version, `{"location":"westeurope","properties":{"colour":"x"}}`)
				s.raw("GET", subPath+"/resources?api-version=2021-04-01", "")
				s.raw("GET", id+"?api-version="+version, "")
				s.raw("PUT", train+name+"?api-version="+version, `{"location":"westeurope"}`)
				s.w.Clock.Advance(time.Second)
				s.raw("DELETE", id+"?api-version="+version, "")
			}
		})
	}
	all.Wait()
	if got := s.walk(group + "/providers/Toy.Box/boxes"); got != "blue green red" {
		t.Errorf("left are %s", got)
	}
}

func TestADeploymentNeedsItsGroup(t *testing.T) {
	s := open(t, state.New())
	s.Deploy(deployment.Outside{})
	path := group + "/providers/Microsoft.Resources/deployments/d?api-version=2021-04-01"
	const body = `{"properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}}}`
	s.w.Health = outage{strings.ToLower(groupType) + "@westeurope": world.Gone}
	s.refused(503, "ServiceUnavailable", "PUT", path, body)
	s.w.Health = world.Well{}
	lock := group + "/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01"
	s.do(201, "PUT", lock, `{"properties":{"level":"ReadOnly"}}`)
	s.refused(409, "ScopeLocked", "PUT", path, body)
	s.do(200, "DELETE", lock, "")
	s.do(201, "PUT", path, body)
	s.advance(time.Minute)
	if got := object.Text(s.do(200, "GET", path, "").body, stateProperty); got != "Succeeded" {
		t.Errorf("the deployment is %s", got)
	}
}
