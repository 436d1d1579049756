package estate

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func res(id string) *Resource {
	r := &Resource{ID: ParseID(id)}
	r.Type, r.Name = r.ID.Type(), r.ID.Name()
	return r
}

func ext(id string) *Resource { r := res(id); r.External = true; return r }

func ids(rs []*Resource) (out []string) {
	for _, r := range rs {
		out = append(out, r.ID.Name())
	}
	return out
}

const p = group + "/providers/A.B/c/"

func TestBuildMergesResourcesWithTheSameID(t *testing.T) {
	x, again, inInput, other := ext(p+"X"), ext(p+"x"), res(p+"x"), res(p+"a")
	again.Location = "westeurope"
	e := Build([]*Resource{x, again, inInput, other}, []Relation{{From: other, To: x, Role: KeyVault}, {From: other, To: inInput, Role: KeyVault}}, Coverage{})
	if got := ids(e.Resources); !slices.Equal(got, []string{"a", "x"}) {
		t.Fatalf("resources %v", got)
	}
	if r := e.ByID(ParseID(p + "X")); r == nil || r.External || len(e.Relations) != 1 || e.Relations[0].To != r {
		t.Errorf("the resource of the input does not stand for the external one: %+v", e.Relations)
	}
	if e.Coverage.Resources != 2 || e.Coverage.External != 0 || len(e.Coverage.NotSeen) != 0 {
		t.Errorf("coverage %+v", e.Coverage)
	}
}

func TestBuildLetsExternalMentionsCompleteEachOther(t *testing.T) {
	a, b := ext(p+"x"), ext(p+"x")
	a.Presence, a.Type, b.Location = "maybe()", "", "westeurope"
	e := Build([]*Resource{a, b}, nil, Coverage{})
	if r := e.Resources[0]; r.Location != "westeurope" || r.Type != "A.B/c" || r.Presence != "" || e.Coverage.External != 1 {
		t.Errorf("%+v", r)
	}
}

func TestBuildSaysWhichSecondDeclarationItLeftOut(t *testing.T) {
	first, second := res(p+"x"), res(p+"X")
	first.Origin, second.Origin = Origin{File: "a.json", Line: 1}, Origin{File: "b.json", Line: 7}
	e := Build([]*Resource{first, second}, nil, Coverage{})
	if len(e.Resources) != 1 || e.Resources[0].Origin.File != "a.json" {
		t.Fatalf("resources %v", ids(e.Resources))
	}
	if n := e.Coverage.NotSeen; len(n) != 1 || n[0].What != p+"X" || n[0].Origin.Line != 7 {
		t.Errorf("not seen: %+v", n)
	}
}

func TestBuildSortsRelationsAndDropsRepeatedOnes(t *testing.T) {
	a, b, c := res(p+"a"), res(p+"b"), ext(p+"c")
	e := Build([]*Resource{c, b, a}, []Relation{
		{From: b, To: c, Role: Datastore, Detail: "AzureFile"},
		{From: a, To: c, Role: Network, Presence: "maybe()"},
		{From: a, To: c, Role: Network},
		{From: b, To: c, Role: Datastore, Detail: "AzureBlob"},
		{From: a, To: a, Role: Parent},            // to itself
		{From: a, To: ext(p + "z"), Role: Parent}, // to nothing in the estate
		{From: nil, To: a, Role: Parent},
		{From: a, To: b, Role: Compute},
		{From: b, To: a, Role: Connection},
		{From: b, To: a, Role: Connection, Detail: "store"},
		{From: b, To: a, Role: Endpoint},
		{From: b, To: a, Role: Endpoint, Detail: "maybe", Presence: "maybe()"},
	}, Coverage{})
	var got []string
	for _, r := range e.Relations {
		got = append(got, fmt.Sprint(r.From.Name, " ", r.Role, " ", r.To.Name, " ", r.Detail, r.Presence))
	}
	want := []string{"a compute b ", "a network c ", "b connection a store", "b datastore c AzureBlob", "b datastore c AzureFile", "b endpoint a ", "b endpoint a maybemaybe()"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !slices.Equal(c.Roles, []Role{Datastore, Network}) || !c.HasRole(Network) || c.HasRole(Compute) {
		t.Errorf("roles of c: %v", c.Roles)
	}
}

func TestRelationsAreFoundFromBothEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "resources")
		var resources []*Resource
		for i := range n {
			resources = append(resources, res(p+string(rune('a'+i))))
		}
		var relations []Relation
		for range rapid.IntRange(0, 20).Draw(t, "relations") {
			relations = append(relations, Relation{
				From: resources[rapid.IntRange(0, n-1).Draw(t, "from")], To: resources[rapid.IntRange(0, n-1).Draw(t, "to")],
				Role: rapid.SampledFrom([]Role{Compute, Network, KeyVault}).Draw(t, "role"),
			})
		}
		e := Build(rapid.Permutation(resources).Draw(t, "order"), relations, Coverage{})
		starts, ends := 0, 0
		for i, r := range e.Resources {
			if r.Index() != i {
				t.Fatalf("resource %d says it is %d", i, r.Index())
			}
			for rel := range e.LeansOn(r) {
				if starts++; rel.From != r {
					t.Fatalf("%s leans by a relation of %s", r.Name, rel.From.Name)
				}
			}
			for rel := range e.LeanedOnBy(r) {
				if ends++; rel.To != r || !r.HasRole(rel.Role) {
					t.Fatalf("%s is leaned on by a relation to %s", r.Name, rel.To.Name)
				}
			}
		}
		if starts != len(e.Relations) || ends != len(e.Relations) {
			t.Fatalf("%d relations, %d starts, %d ends", len(e.Relations), starts, ends)
		}
	})
}

func TestRelationsOfAStranger(t *testing.T) {
	e := Build([]*Resource{res(p + "a")}, nil, Coverage{})
	for range e.LeansOn(res(p + "a")) {
		t.Error("a resource of another estate has relations here")
	}
	for range e.LeanedOnBy(res(p + "q")) {
		t.Error("a resource of another estate has relations here")
	}
}

func TestWorkspacesAreThoseOfTheInput(t *testing.T) {
	w := group + "/providers/microsoft.machinelearningservices/WORKSPACES/"
	e := Build([]*Resource{res(w + "b"), res(w + "a"), ext(w + "c"), res(w + "a/computes/x"), res(p + "a")}, nil, Coverage{})
	if got := ids(e.Workspaces()); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("workspaces %v", got)
	}
}
