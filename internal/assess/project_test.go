package assess

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

func TestParseProject(t *testing.T) {
	got, err := ParseProject(filepath.Join("infra", ProjectFile), []byte(`target: production
failOn: medium
baseline: known.json
suppressions:
  - rule: storage-zone
    resource: "*sandbox*"
    reason: rebuilt from code
    owner: ml
    expires: 2027-06-30
  - rule: a
    reason: >-
      folded over
      two lines
catalog: more
scope: {subscription: s, resourceGroup: g, location: westeurope, tenant: t}
pairs:
  - {primary: a, secondary: b}
`))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("infra", ProjectFile)
	want := &Project{
		File: file, Target: "production", FailOn: Medium, Baseline: filepath.Join("infra", "known.json"),
		Suppressions: []Suppression{
			{Rule: "storage-zone", Resource: "*sandbox*", Reason: "rebuilt from code", Owner: "ml", Expires: time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC), Origin: estate.Origin{File: file, Line: 5, Column: 5}},
			{Rule: "a", Resource: "*", Reason: "folded over two lines", Origin: estate.Origin{File: file, Line: 10, Column: 5}},
		},
		Catalogs: []string{filepath.Join("infra", "more")},
		Scope:    Scope{Tenant: "t", Subscription: "s", ResourceGroup: "g", Location: "westeurope"},
		Pairs:    []PairOf{{Primary: "a", Secondary: "b", Origin: estate.Origin{File: file, Line: 17, Column: 5}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnEmptyProjectFileSaysNothing(t *testing.T) {
	p, err := ParseProject(ProjectFile, nil)
	if err != nil || p.Target != "" || len(p.Suppressions) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestParseProjectTellsAllThatIsWrong(t *testing.T) {
	_, err := ParseProject("p.yaml", []byte(`failOn: hihg
supressions: []
suppressions:
  - {rule: a}
  - {reason: b}
  - {rule: a, reason: b, expires: soon, untill: never}
scope: [a]
pairs:
  - {primary: a}
`))
	want := `p.yaml:1:9: there is no severity "hihg": did you mean "high"?
p.yaml:2:1: the project's file has no "supressions": did you mean "suppressions"?
p.yaml:4:5: the suppression of a has no reason: add "reason: ...", so that others know why it is accepted
p.yaml:5:5: the suppression does not say which rule: add "rule: RULE"; the ids are listed by: holdfast rules
p.yaml:6:35: the day on which it expires "soon" is not a date: write it as 2027-01-31
p.yaml:6:41: a suppression has no "untill": it can have rule, resource, reason, owner, expires
p.yaml:7:8: the scope is not a mapping: write it as lines of key: value
p.yaml:9:5: the pair does not name both workspaces: write it as {primary: NAME, secondary: NAME}`
	if err == nil {
		t.Fatal("it was accepted")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var p Problem
	if !errors.As(err, &p) || p.Origin.Line != 1 || p.Hint == "" {
		t.Errorf("the first problem is %+v", p)
	}
}

func TestTheProjectFileIsFoundUpward(t *testing.T) {
	root := filepath.Join(string(filepath.Separator), "work")
	there := map[string]string{filepath.Join(root, ProjectFile): "target: dev\n"}
	read := func(path string) ([]byte, error) {
		if s, ok := there[path]; ok {
			return []byte(s), nil
		}
		return nil, fs.ErrNotExist
	}
	p, err := FindProject(filepath.Join(root, "infra", "ml"), read)
	if err != nil || p == nil || p.Target != "dev" || p.File != filepath.Join(root, ProjectFile) {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := FindProject(filepath.Join(string(filepath.Separator), "elsewhere"), read); p != nil || err != nil {
		t.Errorf("%+v, %v, want nothing", p, err)
	}
	locked := errors.New("locked")
	if _, err := FindProject(root, func(string) ([]byte, error) { return nil, locked }); !errors.Is(err, locked) {
		t.Errorf("the error is %v", err)
	}
}

func TestPairsBecomeRelations(t *testing.T) {
	e := sketch.Estate(t, "workspace a westeurope\nworkspace b northeurope\nstorage st westeurope sku=LRS")
	joined, notes := Join(e, []PairOf{{Primary: "A", Secondary: e.Resources[1].ID.String()}, {Primary: "a", Secondary: "c"}, {Primary: "b", Secondary: "b"}, {Primary: "st", Secondary: "b"}})
	if len(joined.Relations) != 1 || joined.Relations[0].Role != estate.Pair || joined.Relations[0].From.Name != "a" || joined.Relations[0].To.Name != "b" {
		t.Errorf("the relations are %v", joined.Relations)
	}
	var got []string
	for _, n := range notes {
		got = append(got, n.Message)
	}
	want := []string{
		"the pair of a and c is left out: there is no workspace c",
		"the pair of b is left out: it is with itself",
		"the pair of st and b is left out: there is no workspace st",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if same, notes := Join(e, nil); same != e || notes != nil {
		t.Error("without pairs the estate is another one")
	}
}

func TestALagOfThePairIsHandedOn(t *testing.T) {
	p, err := ParseProject("p.yaml", []byte("pairs:\n  - {primary: a, secondary: b, lag: 90m}\n  - {primary: b, secondary: a, lag: any}\n"))
	if err != nil {
		t.Fatal(err)
	}
	e := sketch.Estate(t, "workspace a westeurope\nworkspace b northeurope")
	joined, notes := Join(e, p.Pairs)
	if len(notes) > 0 || len(joined.Relations) != 2 {
		t.Fatalf("%v, %v", joined.Relations, notes)
	}
	if got := joined.Relations[0].Detail + "|" + joined.Relations[1].Detail; got != "lag=5400|" {
		t.Errorf("the details are %s", got)
	}
	if _, err := ParseProject("p.yaml", []byte("pairs: [{primary: a, secondary: b, lag: soon}]\n")); err == nil {
		t.Error("a lag that is no time is taken")
	}
}

func TestASecondaryIsCountedOnWhenThePairIsInTheProjectFile(t *testing.T) {
	e := sketch.Estate(t, "workspace a westeurope\nworkspace b northeurope")
	joined, _ := Join(e, []PairOf{{Primary: "a", Secondary: "b"}, {Primary: "b", Secondary: "a"}})
	r, err := Assess(t.Context(), joined, ruled(t), Options{Target: TargetByName(CriticalTarget)})
	if err != nil {
		t.Fatal(err)
	}
	if r.Summary.Fail != 0 {
		t.Errorf("a pair fails: %s", told(r))
	}
	for _, o := range r.Outages {
		if o.Outage.Scope == catalog.ScopeRegion && o.Impact(joined.Resources[0], catalog.Train).Effect == "lost" {
			t.Error("training is lost")
		}
	}
}

func FuzzParseProject(f *testing.F) {
	f.Add([]byte("target: production\nsuppressions:\n  - {rule: a, reason: b, expires: 2027-01-01}\npairs: [{primary: a, secondary: b}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := ParseProject("p.yaml", src)
		if (p == nil) == (err == nil) {
			t.Fatalf("project %v, error %v", p, err)
		}
	})
}
