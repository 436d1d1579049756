package blueprint_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
)

// answers replies to questions by their titles; what is refused is noted, and the
// next answer is tried.
type answers struct {
	to      map[string][]string // several answers are parted by |
	asked   []string
	refused []string
}

func (a *answers) ask(q blueprint.Question) ([]string, error) {
	a.asked = append(a.asked, q.Title)
	for _, reply := range append(a.to[q.Title], strings.Join(q.Default, ",")) {
		var answer []string
		if reply != "" {
			answer = strings.Split(reply, ",")
		}
		if q.Check != nil {
			if err := q.Check(answer); err != nil {
				a.refused = append(a.refused, err.Error())
				continue
			}
		}
		return answer, nil
	}
	return nil, errors.New("there is no answer to: " + q.Title)
}

func TestAnInterviewMakesASpecification(t *testing.T) {
	tests := []struct {
		name    string
		to      map[string][]string
		want    string // its YAML
		refused []string
	}{
		{
			"the least that can be said", map[string][]string{"In which region?": {"West Europe"}, "What is it called?": {"churn"}},
			"name: churn\nregion: westeurope\ntarget: production\nnetwork: public\n", nil,
		},
		{
			"critical asks for a second region and offers the pair", map[string][]string{
				"For which target?": {"critical"}, "In which region?": {"westeurope"}, "What is it called?": {"churn"},
				"Which services besides?": {"sql,aks"}, "Which network?": {"private"}, "Encrypted with a key of yours?": {"yes"},
				"Do you have the group that administers the databases at hand?": {"yes"}, "What is the group called?": {"ml-admins"},
				"What is its object id?": {"me", "11111111-2222-4333-8444-555555555555"},
			},
			"name: churn\nregion: westeurope\nsecondRegion: northeurope\ntarget: critical\nservices: [aks, sql]\nnetwork: private\ncustomerManagedKey: true\n" +
				"administrators: {name: ml-admins, objectId: \"11111111-2222-4333-8444-555555555555\"}\n",
			[]string{"the administrators of the databases need the name and the object id of an Entra group: az ad group show --group NAME --query id"},
		},
		{
			"what will not do is refused where it is said", map[string][]string{
				"In which region?": {"", "westeruope", "westus", "italynorth"}, "A secondary workspace in another region?": {"yes"},
				"In which second region?": {"Italy North", "swedencentral"}, "What is it called?": {"Churn 2", "churn-2"}, "Which services besides?": {"databricks", "aks"},
			},
			"name: churn-2\nregion: italynorth\nsecondRegion: swedencentral\ntarget: production\nservices: [aks]\nnetwork: public\n",
			[]string{
				"there is no answer: name a region",
				`there is no region "westeruope": did you mean "westeurope"?`,
				"West US has no availability zones, and the target production wants the loss of one survived: choose one of its geography, such as centralus, eastus, eastus2; the target dev asks for no zones",
				"the second region is the first one: choose another one",
				`the name "Churn 2" cannot be made part of Azure's names: use lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen, such as churn-2`,
				"Azure Databricks is not offered in Italy North (as of 2026-05-01): leave it out, or choose a region that has it, such as australiaeast, brazilsouth, canadacentral",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &answers{to: tt.to}
			s, err := blueprint.Interview(a.ask)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, s.YAML()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.refused, a.refused); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnInterviewEndsWhenNobodyAnswers(t *testing.T) {
	gone := errors.New("gone")
	asked := 0
	s, err := blueprint.Interview(func(blueprint.Question) ([]string, error) { asked++; return nil, gone })
	if s != nil || !errors.Is(err, gone) || asked != 1 {
		t.Errorf("%v, %v after %d questions", s, err, asked)
	}
}
