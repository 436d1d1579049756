package blueprint_test

import (
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// drawn is any specification that is not refused.
func drawn(t *rapid.T) *blueprint.Spec {
	var regions []string
	for _, r := range estate.Regions() {
		if r.AML && !r.Restricted {
			regions = append(regions, r.Name)
		}
	}
	s := &blueprint.Spec{
		Name:    rapid.StringMatching(`[a-z][a-z0-9]{1,4}(-[a-z0-9]{1,3})?`).Draw(t, "name"),
		Region:  rapid.SampledFrom(regions).Draw(t, "region"),
		Target:  rapid.SampledFrom(blueprint.Targets).Draw(t, "target"),
		Network: rapid.SampledFrom([]string{blueprint.Public, blueprint.Private}).Draw(t, "network"),
		Key:     rapid.Bool().Draw(t, "key"),
	}
	if s.Target == "critical" || rapid.Bool().Draw(t, "paired") {
		s.SecondRegion = rapid.SampledFrom(regions).Draw(t, "second region")
	}
	for _, service := range blueprint.Services {
		if rapid.Bool().Draw(t, service) {
			s.Services = append(s.Services, service)
		}
	}
	if rapid.Bool().Draw(t, "tagged") {
		s.Tags = []blueprint.Tag{{Name: "team", Value: `quotes " and \`}}
	}
	if s.Check() != nil {
		t.Skip("refused")
	}
	return s
}

// Whatever is not refused assesses clean under its own target.
func TestAnySpecificationAssessesClean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		for _, f := range assessed(t, written(t, s), s).Findings {
			if f.Status == assess.Fail {
				rt.Fatalf("%s in %v: %s fails for %s: %s", name(s), s.Regions(), f.Rule.ID, f.Resource.ID, f.Message)
			}
		}
	})
}

// Whatever is not refused is written the same way every time, and comes back from
// its own YAML.
func TestASpecificationComesBackFromItsYAML(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawn(rt)
		back, err := blueprint.ParseSpec("w.yaml", []byte(s.YAML()))
		if err != nil {
			rt.Fatalf("%v\n%s", err, s.YAML())
		}
		first, err := blueprint.Compose(s)
		if err != nil {
			rt.Fatal(err)
		}
		second, err := blueprint.Compose(back)
		if err != nil {
			rt.Fatal(err)
		}
		states, err := blueprint.Compare(first, func(name string) ([]byte, error) {
			for _, f := range second {
				if f.Name == name {
					return []byte(f.Text), nil
				}
			}
			return nil, os.ErrNotExist
		})
		if err != nil {
			rt.Fatal(err)
		}
		for i, state := range states {
			if state != blueprint.Same {
				rt.Fatalf("%s is %s after a round trip", first[i].Name, state)
			}
		}
	})
}
