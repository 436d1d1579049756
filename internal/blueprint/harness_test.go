package blueprint_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// combination is a specification of the acceptance test.
type combination struct {
	name string
	spec blueprint.Spec
}

// combinations are all of target × network × key × no service, each single one,
// all; critical in two regions, the others in one, and without services and with
// all of them in two as well.
func combinations() []combination {
	var out []combination
	sets := [][]string{nil}
	for _, s := range blueprint.Services {
		sets = append(sets, []string{s})
	}
	sets = append(sets, blueprint.Services)
	for _, target := range blueprint.Targets {
		for _, second := range []string{"", "westeurope"} {
			for _, network := range []string{blueprint.Public, blueprint.Private} {
				for _, key := range []bool{false, true} {
					for _, services := range sets {
						if (target == "critical") == (second == "") && len(services) > 0 && len(services) < len(sets)-2 {
							continue // two regions for every service under critical only
						}
						if target == "critical" && second == "" {
							continue
						}
						s := blueprint.Spec{Name: "churn", Region: "northeurope", SecondRegion: second, Target: target, Network: network, Key: key, Services: services}
						out = append(out, combination{name(&s), s})
					}
				}
			}
		}
	}
	return out
}

func name(s *blueprint.Spec) string {
	words := []string{s.Target, s.Region}
	if s.Paired() {
		words = append(words, s.SecondRegion)
	}
	words = append(words, s.Network)
	if s.Key {
		words = append(words, "key")
	}
	switch {
	case len(s.Services) == len(blueprint.Services):
		words = append(words, "all")
	case len(s.Services) > 0:
		words = append(words, s.Services...)
	}
	return strings.Join(words, " ")
}

// written composes a specification into a folder.
func written(t testing.TB, s *blueprint.Spec) string {
	t.Helper()
	files, err := blueprint.Compose(s)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// given are the parameters that are in no file.
func given(s *blueprint.Spec) []template.Assignment {
	var out []template.Assignment
	for _, p := range blueprint.Asked(s) {
		v := "Long-Enough-1!"
		if p == "administratorsId" {
			v = "11111111-2222-4333-8444-555555555555"
		}
		out = append(out, template.Assignment{Name: p, Value: value.String(v)})
	}
	return out
}

// assessed assesses what is in a folder as the command line does, under its own target.
func assessed(t testing.TB, dir string, s *blueprint.Spec) *assess.Result {
	t.Helper()
	e, diags, err := source.Load(context.Background(), []string{filepath.Join(dir, blueprint.TemplateFile)}, source.Options{Template: template.Options{Parameters: given(s)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Errorf("%v", d)
	}
	p, err := assess.FindProject(dir, os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	e, notes := assess.Join(e, p.Pairs)
	for _, n := range notes {
		t.Errorf("%+v", n)
	}
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	r, err := assess.Assess(context.Background(), e, cat, assess.Options{Target: assess.TargetByName(p.Target), Suppressions: p.Suppressions})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
