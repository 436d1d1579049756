package relate

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// at makes a body in which v stands at the end of the path.
func at(steps []step, v value.Value, name string) value.Value {
	for i := len(steps) - 1; i >= 0; i-- {
		switch steps[i].kind {
		case member:
			v = value.Object([]value.Member{{Key: steps[i].key, Value: v}})
		case each:
			v = value.Array([]value.Value{value.Null(), v})
		case keys:
			v = value.Object([]value.Member{{Key: name, Value: value.Object(nil)}})
		}
	}
	return v
}

// Every rule of the table: a reference at its path gives a relation in its role
// and direction; null, an empty text and a number there give none.
func TestEveryRuleIsFollowed(t *testing.T) {
	types := make([]string, 0, len(rules))
	for typ := range rules {
		types = append(types, typ)
	}
	slices.Sort(types)
	for _, typ := range types {
		for _, r := range rules[typ] {
			t.Run(typ+" "+r.text, func(t *testing.T) {
				r.compile()
				target := estate.ParseID(expand("#Gother/providers/Microsoft.Test/things/x"))
				if r.want != "" {
					target = estate.ParseID(expand("#Gother")).InGroup(r.want, strings.Repeat("x/", strings.Count(r.want, "/")-1)+"x")
				}
				if r.want == typeGroup {
					target = estate.ParseID(expand("#Gother"))
				}
				found := relationAt(typ, &r, value.String(target.String()))
				if r.resolve == nil {
					checkRelation(t, &r, found, target)
				}
				for _, nothing := range []value.Value{value.Null(), value.String(""), value.String("  "), value.Absent()} {
					if got := relationAt(typ, &r, nothing); len(got) != 0 {
						t.Errorf("%v gives %v", nothing.Kind(), got)
					}
				}
			})
		}
	}
}

// relationAt gives the relations, in the roles of the rule, of a resource of the
// type that has v at the path of the rule.
func relationAt(typ string, r *rule, v value.Value) []estate.Relation {
	body := at(r.steps, v, v.Str())
	if !r.root {
		body = value.Object([]value.Member{{Key: "properties", Value: body}})
	}
	id := estate.ParseID(expand("#Grg")).InGroup(typ, strings.TrimSuffix(strings.Repeat("n/", strings.Count(typ, "/")), "/"))
	if strings.EqualFold(typ, typeGroup) {
		id = estate.ParseID(expand("#Gmine"))
	}
	e := build([]*estate.Resource{{ID: id, Type: typ, Name: id.Name(), Body: body}}, Options{})
	var out []estate.Relation
	for _, rel := range e.Relations {
		if rel.Role == r.role && rel.Detail == r.detail && !rel.To.Implied && (rel.From.ID.Equal(id) != rel.To.ID.Equal(id)) && !rel.From.ID.Parent().Equal(rel.To.ID) && !rel.To.ID.Parent().Equal(rel.From.ID) {
			out = append(out, rel)
		}
	}
	return out
}

func checkRelation(t *testing.T, r *rule, found []estate.Relation, target estate.ResourceID) {
	t.Helper()
	if len(found) != 1 {
		t.Fatalf("%d relations in the role %s", len(found), r.role)
	}
	end := found[0].To
	if r.reverse {
		end = found[0].From
	}
	if !end.ID.Equal(target) || !end.External {
		t.Errorf("%s -%s-> %s, want the end to be %s", found[0].From.ID, found[0].Role, found[0].To.ID, target)
	}
}

func TestEveryHostNamesItsService(t *testing.T) {
	for _, h := range hosts {
		t.Run(h.suffix, func(t *testing.T) {
			address := "https://Name1." + h.suffix + ":443/path"
			f := newFinder(nil, Options{})
			from := &estate.Resource{ID: estate.ParseID(expand("#ML/workspaces/w"))}
			r := f.byHost(from, hostOf(address))
			if r == nil || !strings.EqualFold(r.Type, h.typ) || !r.External || !strings.Contains(r.ID.LastName(), "name1") {
				t.Fatalf("%s is %+v", address, r)
			}
			if again := f.byHost(from, hostOf(address)); again != r {
				t.Error("a second mention is another resource")
			}
			for _, end := range h.strip {
				if short := f.byHost(from, "name1"+end+"."+h.suffix); short != r {
					t.Errorf("name1%s is %s, want %s", end, short.ID, r.ID)
				}
			}
		})
	}
	if f := newFinder(nil, Options{}); f.byHost(nil, "example.com") != nil {
		t.Error("a host outside Azure names a resource")
	}
}

func TestNamesAreFoundInTheInputBeforeStrangersAreMade(t *testing.T) {
	for _, typ := range findable {
		id := estate.ParseID(expand("#Gfar")).InGroup(typ, strings.Repeat("p/", strings.Count(typ, "/")-1)+"Name")
		known := &estate.Resource{ID: id, Type: strings.ToLower(typ), Name: id.Name()}
		f := newFinder([]*estate.Resource{known}, Options{})
		if got := f.lookup(typ, "name"); got != known {
			t.Errorf("%s: found %v", typ, got)
		}
		if f.lookup(typ, "other") != nil {
			t.Errorf("%s: another name is found", typ)
		}
	}
}

func TestPathsOfRules(t *testing.T) {
	for text, want := range map[string][]step{
		"a":         {{"a", member}},
		"a.b":       {{"a", member}, {"b", member}},
		"a[].b":     {{"a", member}, {"", each}, {"b", member}},
		"a.b[].c[]": {{"a", member}, {"b", member}, {"", each}, {"c", member}, {"", each}},
		"a.b{}":     {{"a", member}, {"b", member}, {"", keys}},
	} {
		if got := path(text); !slices.Equal(got, want) {
			t.Errorf("path(%q) = %v", text, got)
		}
	}
}

func TestConditionsAreJoined(t *testing.T) {
	for _, c := range [][3]string{{"", "", ""}, {"[a()]", "", "[a()]"}, {"", "[b()]", "[b()]"}, {"[a()]", "[a()]", "[a()]"}, {"[a()]", "[b()]", "[and(a(), b())]"}} {
		if got := both(c[0], c[1]); got != c[2] {
			t.Errorf("both(%q, %q) = %q", c[0], c[1], got)
		}
	}
}
