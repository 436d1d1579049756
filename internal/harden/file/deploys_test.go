package file_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/quickstart"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// What a hardened template declares fits the published schemas where it did before,
// and what it adds fits them. Templates name versions of the API that are older
// than the schemas: each resource is held to the latest one.
func TestHardenedQuickstartsFitThePublishedSchemas(t *testing.T) {
	s := schemas.Load(t)
	cat := defaults(t)
	names, files := published(t)
	for i, name := range names {
		for _, target := range []string{"production", "critical"} {
			t.Run(name+" "+target, func(t *testing.T) {
				res := hardened(t, cat, source.Options{Template: here}, target, files[i])
				for _, r := range res.After.Estate.Resources {
					if r.External {
						continue
					}
					was := res.Before.Estate.ByID(r.ID)
					if was != nil && !was.External && fits(t, s, was) != nil {
						continue
					}
					if err := fits(t, s, r); err != nil {
						t.Errorf("%s: %v", r.ID, err)
					}
				}
			})
		}
	}
}

var marked = regexp.MustCompile(`\{"\$(unknown|secret)":("(?:[^"\\]|\\.)*"|true)\}`)

// fits holds a resource to the latest schema of its type.
func fits(t testing.TB, s *schemas.Schemas, r *estate.Resource) error {
	text := marked.ReplaceAllStringFunc(string(r.Body.AppendJSON(nil)), func(m string) string {
		if strings.HasPrefix(m, `{"$secret"`) {
			return `"[secret()]"`
		}
		return strings.TrimSuffix(strings.TrimPrefix(m, `{"$unknown":`), "}")
	})
	var body map[string]any
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	versions := s.Versions(r.Type)
	if len(versions) == 0 {
		return nil
	}
	body["type"], body["apiVersion"] = r.Type, versions[len(versions)-1]
	_, err := s.Validate(body)
	return err
}

// Every published template that Azure takes is taken after it was hardened, too.
func TestHardenedQuickstartsDeploy(t *testing.T) {
	cat := defaults(t)
	names, files := published(t)
	for i, name := range names {
		for _, target := range []string{"production", "critical"} {
			if _, refused := quickstart.Refused[name]; refused && name != "101-aks-azml-targetcompute" {
				continue
			}
			t.Run(name+" "+target, func(t *testing.T) {
				t.Parallel()
				at := here
				if name == "101-container-registry-geo-replication" { // its replica is in eastus2, which must not be the home
					at.Location = "eastus"
				}
				res := hardened(t, cat, source.Options{Template: at}, target, files[i])
				if len(res.Files) == 0 {
					return
				}
				m := memory{}.put(res)
				template, err := m.ReadFile(files[i])
				if err != nil {
					t.Fatal(err)
				}
				parameters, err := m.ReadFile(filepath.Join(filepath.Dir(files[i]), "azuredeploy.parameters.json"))
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				s, err := sandbox.Start(context.Background(), sandbox.Options{Manual: true, NoThrottling: true})
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				}()
				with := []quickstart.Option{quickstart.In(at.Location)}
				if name == "101-aks-azml-targetcompute" {
					with = append(with, quickstart.With("kuberneteVersion", "1.34"))
				}
				if err := quickstart.Deploy(t, s, name, template, parameters, with...); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
