package estate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sketched is a random input of Build, in words: mentions of resources, some of
// them of the same one, and relations between mentions.
type sketched struct {
	mentions  []mention
	relations []tie
}

type mention struct {
	name               string
	upper              bool // the id is spelled in capitals
	external, implied  bool
	location, presence string
}

type tie struct {
	from, to         int // numbers in mentions
	role             Role
	detail, presence string
}

func drawInput(t *rapid.T) sketched {
	var s sketched
	for range rapid.IntRange(0, 12).Draw(t, "mentions") {
		m := mention{name: rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "name"), upper: rapid.Bool().Draw(t, "upper"), external: rapid.Bool().Draw(t, "external"),
			location: rapid.SampledFrom([]string{"", "westeurope", "northeurope"}).Draw(t, "location"), presence: rapid.SampledFrom([]string{"", "wanted"}).Draw(t, "presence")}
		m.implied = m.external && rapid.Bool().Draw(t, "implied")
		s.mentions = append(s.mentions, m)
	}
	for range rapid.IntRange(0, 12).Draw(t, "relations") {
		if len(s.mentions) == 0 {
			break
		}
		any := rapid.IntRange(0, len(s.mentions)-1)
		s.relations = append(s.relations, tie{any.Draw(t, "from"), any.Draw(t, "to"), rapid.SampledFrom([]Role{Compute, Datastore, Logs}).Draw(t, "role"),
			rapid.SampledFrom([]string{"", "AzureBlob", "AzureFile"}).Draw(t, "detail"), rapid.SampledFrom([]string{"", "wanted"}).Draw(t, "presence")})
	}
	return s
}

// build makes fresh resources and an estate of them.
func (s sketched) build() *Estate {
	resources := make([]*Resource, len(s.mentions))
	for i, m := range s.mentions {
		id := "/subscriptions/s/resourceGroups/g/providers/Microsoft.Test/things/" + m.name
		if m.upper {
			id = strings.ToUpper(id)
		}
		resources[i] = &Resource{ID: ParseID(id), Type: "Microsoft.Test/things", Name: m.name, Location: m.location, External: m.external, Implied: m.implied, Presence: m.presence,
			Origin: Origin{File: "f", Line: i + 1, Column: 1}}
	}
	var relations []Relation
	for _, r := range s.relations {
		relations = append(relations, Relation{From: resources[r.from], To: resources[r.to], Role: r.role, Detail: r.detail, Presence: r.presence})
	}
	return Build(resources, relations, Coverage{})
}

// inWords gives an estate in words, for comparison.
func inWords(e *Estate) []string {
	var out []string
	for _, r := range e.Resources {
		out = append(out, fmt.Sprintf("%s at %q external %v implied %v if %q as %q", r.Name, r.Location, r.External, r.Implied, r.Presence, r.Roles))
	}
	for _, r := range e.Relations {
		out = append(out, fmt.Sprintf("%s -%s-> %s (%s) if %q", r.From.Name, r.Role, r.To.Name, r.Detail, r.Presence))
	}
	return out
}

func TestWhatBuildPromisesHoldsForAnyInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawInput(t)
		e := s.build()
		wanted := map[string]bool{}
		for _, m := range s.mentions {
			wanted[m.name] = true
		}
		if len(e.Resources) != len(wanted) {
			t.Fatalf("%d resources of %d names", len(e.Resources), len(wanted))
		}
		external := 0
		for i, r := range e.Resources {
			if i > 0 && e.Resources[i-1].ID.Key() >= r.ID.Key() {
				t.Fatalf("%s does not stand before %s", e.Resources[i-1].ID, r.ID)
			}
			if r.Index() != i || e.ByID(r.ID) != r || e.ByID(ParseID(strings.ToLower(r.ID.String()))) != r {
				t.Fatalf("%s is not found where it is", r.ID)
			}
			if r.External {
				external++
			}
			inInput := slices.ContainsFunc(s.mentions, func(m mention) bool { return m.name == r.Name && !m.external })
			if r.External == inInput {
				t.Fatalf("%s is in the input: %v, external: %v", r.Name, inInput, r.External)
			}
		}
		if e.Coverage.External != external || e.Coverage.Resources != len(e.Resources)-external {
			t.Fatalf("the counts are wrong: %+v", e.Coverage)
		}
		seconds := 0
		for name := range wanted {
			n := 0
			for _, m := range s.mentions {
				if m.name == name && !m.external {
					n++
				}
			}
			seconds += max(0, n-1)
		}
		if len(e.Coverage.NotSeen) != seconds {
			t.Fatalf("%d second declarations, told of %d", seconds, len(e.Coverage.NotSeen))
		}
	})
}

func TestEveryRelationOfTheInputIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawInput(t)
		e := s.build()
		for _, want := range s.relations {
			from, to := s.mentions[want.from].name, s.mentions[want.to].name
			if from == to {
				continue
			}
			found := slices.ContainsFunc(e.Relations, func(r Relation) bool {
				// a bare one may have given way to one that says more, a doubtful one to a certain one
				return r.From.Name == from && r.To.Name == to && r.Role == want.role && (r.Detail == want.detail || want.detail == "") && (r.Presence == "" || r.Presence == want.presence)
			})
			if !found {
				t.Fatalf("%s -%s-> %s (%s) if %q is lost:\n%s", from, want.role, to, want.detail, want.presence, strings.Join(inWords(e), "\n"))
			}
		}
		for i, r := range e.Relations {
			if e.ByID(r.From.ID) != r.From || e.ByID(r.To.ID) != r.To || r.From == r.To {
				t.Fatalf("relation %d does not join two resources of the estate", i)
			}
			for _, other := range e.Relations[:i] {
				if compareRelations(r, other) == 0 {
					t.Fatalf("%s -%s-> %s is there twice", r.From.Name, r.Role, r.To.Name)
				}
			}
			if !r.To.HasRole(r.Role) {
				t.Fatalf("%s is no %s", r.To.Name, r.Role)
			}
		}
	})
}

func TestRelationsAreTheSameFromBothEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawInput(t).build()
		from, to := 0, 0
		for _, r := range e.Resources {
			for rel := range e.LeansOn(r) {
				if rel.From != r {
					t.Fatalf("%s leans on what %s leans on", r.Name, rel.From.Name)
				}
				from++
			}
			roles := []Role{}
			for rel := range e.LeanedOnBy(r) {
				if rel.To != r {
					t.Fatalf("%s is leaned on as %s is", r.Name, rel.To.Name)
				}
				if !slices.Contains(roles, rel.Role) {
					roles = append(roles, rel.Role)
				}
				to++
			}
			slices.Sort(roles)
			if len(roles)+len(r.Roles) > 0 && !slices.Equal(roles, r.Roles) {
				t.Fatalf("%s plays %q, and has the roles %q", r.Name, roles, r.Roles)
			}
		}
		if from != len(e.Relations) || to != len(e.Relations) {
			t.Fatalf("%d relations, %d seen from one end, %d from the other", len(e.Relations), from, to)
		}
	})
}

// Of one resource each, the order in which an input is read decides nothing.
func TestTheOrderOfMentionsDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawInput(t)
		declared := map[string]bool{}
		s.mentions = slices.DeleteFunc(s.mentions, func(m mention) bool {
			again := declared[m.name]
			declared[m.name] = true
			return again
		})
		s.relations = slices.DeleteFunc(s.relations, func(r tie) bool { return r.from >= len(s.mentions) || r.to >= len(s.mentions) })
		order := rapid.Permutation(numbers(len(s.mentions))).Draw(t, "order")
		turned := sketched{mentions: make([]mention, len(s.mentions))}
		for i, to := range order {
			turned.mentions[to] = s.mentions[i]
		}
		for _, r := range rapid.Permutation(s.relations).Draw(t, "relations") {
			r.from, r.to = order[r.from], order[r.to]
			turned.relations = append(turned.relations, r)
		}
		if diff := cmp.Diff(inWords(s.build()), inWords(turned.build())); diff != "" {
			t.Fatalf("(-in order +turned):\n%s", diff)
		}
	})
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestBuiltAgainItIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawInput(t).build()
		before := inWords(e)
		again := Build(e.Resources, slices.Clone(e.Relations), e.Coverage)
		if diff := cmp.Diff(before, inWords(again)); diff != "" {
			t.Fatalf("(-once +twice):\n%s", diff)
		}
		if diff := cmp.Diff(e.Coverage, again.Coverage); diff != "" {
			t.Fatalf("the coverage (-once +twice):\n%s", diff)
		}
	})
}

// Pairs are what a design for a region outage rests on.
func TestPairsAreWhatTheyAreCalled(t *testing.T) {
	regions := Regions()
	if !slices.IsSortedFunc(regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the regions are not sorted by name")
	}
	for _, r := range regions {
		if r.Name != NormalizeLocation(r.Name) || r.DisplayName == "" || r.Geography == "" {
			t.Errorf("%+v has a name that is none", r)
		}
		if r.Zones != 0 && r.Zones != 3 {
			t.Errorf("%s has %d zones", r.Name, r.Zones)
		}
		if byDisplay, ok := RegionByName(r.DisplayName); !ok || byDisplay != r {
			t.Errorf("%q is not found by the name that people see", r.DisplayName)
		}
		if r.Pair == "" {
			if r.PairMutual {
				t.Errorf("%s has no pair, and a mutual one", r.Name)
			}
			continue
		}
		p, ok := RegionByName(r.Pair)
		switch {
		case !ok:
			t.Errorf("%s is paired with %s, which is not known", r.Name, r.Pair)
		case p.Name == r.Name:
			t.Errorf("%s is paired with itself", r.Name)
		case (p.Pair == r.Name) != r.PairMutual:
			t.Errorf("%s is paired with %s, and that with %s: mutual is %v", r.Name, p.Name, p.Pair, r.PairMutual)
		}
	}
}
