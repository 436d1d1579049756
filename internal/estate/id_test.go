package estate

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const group = "/subscriptions/S/resourceGroups/rg-ml"

func TestResourceIDParts(t *testing.T) {
	for _, c := range []struct {
		what, id                              string
		sub, rg, typ, name, last, parent, grp string
	}{
		{"a resource", group + "/providers/Microsoft.Storage/storageAccounts/st1",
			"S", "rg-ml", "Microsoft.Storage/storageAccounts", "st1", "st1", "", group},
		{"a child", group + "/providers/Microsoft.Sql/servers/s/databases/d",
			"S", "rg-ml", "Microsoft.Sql/servers/databases", "s/d", "d", group + "/providers/Microsoft.Sql/servers/s", group},
		{"a grandchild", group + "/providers/A.B/c/1/d/2/e/3",
			"S", "rg-ml", "A.B/c/d/e", "1/2/3", "3", group + "/providers/A.B/c/1/d/2", group},
		{"an extension of a resource", group + "/providers/A.B/c/1/providers/Microsoft.Authorization/locks/l",
			"S", "rg-ml", "Microsoft.Authorization/locks", "l", "l", group + "/providers/A.B/c/1", group},
		{"an extension of a group", group + "/providers/Microsoft.Authorization/locks/l",
			"S", "rg-ml", "Microsoft.Authorization/locks", "l", "l", "", group},
		{"a group", group, "S", "rg-ml", "Microsoft.Resources/resourceGroups", "rg-ml", "rg-ml", "", group},
		{"a subscription", "/subscriptions/S", "S", "", "Microsoft.Resources/subscriptions", "S", "S", "", ""},
		{"a resource of a subscription", "/subscriptions/S/providers/A.B/c/1", "S", "", "A.B/c", "1", "1", "", ""},
		{"a resource of the tenant", "/providers/Microsoft.Management/managementGroups/m",
			"", "", "Microsoft.Management/managementGroups", "m", "m", "", ""},
		{"letter case of the fixed words", "/SUBSCRIPTIONS/S/resourcegroups/rg-ml/PROVIDERS/A.B/c/1",
			"S", "rg-ml", "A.B/c", "1", "1", "", "/SUBSCRIPTIONS/S/resourcegroups/rg-ml"},
		{"a name called providers is told by its place", group + "/providers/A.B/c/1/d/2",
			"S", "rg-ml", "A.B/c/d", "1/2", "2", group + "/providers/A.B/c/1", group},
		{"expressions with slashes in braces", "/subscriptions/{subscription().subscriptionId}/resourceGroups/{f('a/b')}/providers/A.B/c/{parameters('x/y')}",
			"{subscription().subscriptionId}", "{f('a/b')}", "A.B/c", "{parameters('x/y')}", "{parameters('x/y')}", "",
			"/subscriptions/{subscription().subscriptionId}/resourceGroups/{f('a/b')}"},
		{"an expression alone", "{parameters('storageId')}", "", "", "", "", "", "", ""},
		{"without leading slash", "subscriptions/S/resourceGroups/rg-ml/providers/A.B/c/1",
			"S", "rg-ml", "A.B/c", "1", "1", "", "/subscriptions/S/resourceGroups/rg-ml"},
		{"space and slash around it", "  " + group + "/providers/A.B/c/1/ ", "S", "rg-ml", "A.B/c", "1", "1", "", group},
		{"nothing", "", "", "", "", "", "", "", ""},
		{"no id at all", "hello", "", "", "", "", "", "", ""},
		{"a provider without a type", group + "/providers", "S", "rg-ml", "", "", "", "", group},
		{"a type without a name", group + "/providers/A.B/c", "S", "rg-ml", "A.B/c", "", "c", "", group},
	} {
		t.Run(c.what, func(t *testing.T) {
			id := ParseID(c.id)
			for what, pair := range map[string][2]string{
				"Subscription": {id.Subscription(), c.sub}, "ResourceGroup": {id.ResourceGroup(), c.rg}, "Type": {id.Type(), c.typ},
				"Name": {id.Name(), c.name}, "Parent": {id.Parent().String(), c.parent}, "Group": {id.Group().String(), c.grp},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s of %q = %q, want %q", what, c.id, pair[0], pair[1])
				}
			}
			if id.IsARM() && id.LastName() != c.last {
				t.Errorf("LastName of %q = %q, want %q", c.id, id.LastName(), c.last)
			}
		})
	}
}

func TestTooLongIDsHaveNoParts(t *testing.T) {
	long := ParseID(group + "/providers/A.B" + strings.Repeat("/c/1", 100_000))
	if long.IsARM() || !long.Parent().IsZero() || !long.Group().IsZero() || long.IsZero() {
		t.Error("an id of 200,000 segments has parts")
	}
	if deep := ParseID(group + "/providers/A.B" + strings.Repeat("/c/1", 20)); !deep.IsARM() || deep.Parent().IsZero() {
		t.Error("an id of 46 segments has none")
	}
}

func TestIDsAreEqualIgnoringCase(t *testing.T) {
	a, b := ParseID(group+"/providers/A.B/c/1"), ParseID(strings.ToUpper(group)+"/providers/a.b/C/1/")
	if !a.Equal(b) || a.Key() != b.Key() || a.String() == b.String() {
		t.Errorf("%q and %q", a, b)
	}
	if a.Equal(ParseID(group + "/providers/A.B/c/2")) {
		t.Error("ids of different resources are equal")
	}
	if !(ResourceID{}).IsZero() || !ParseID(" / ").IsZero() || a.IsZero() {
		t.Error("IsZero")
	}
}

func TestIDsAreBuiltFromGroupAndParent(t *testing.T) {
	g := ParseID(group)
	for _, c := range []struct{ typ, name, want string }{
		{"A.B/c", "1", "/providers/A.B/c/1"},
		{"A.B/c/d", "1/2", "/providers/A.B/c/1/d/2"},
		{"A.B/c/d", "{f('a/b')}/2", "/providers/A.B/c/{f('a/b')}/d/2"},
		{"A.B/c", "1/2", "/providers/A.B/c/1/2"}, // as many names as types: the rest stays where it is
		{"A.B/c/d", "1", "/providers/A.B/c/1/d/"},
	} {
		if got := g.InGroup(c.typ, c.name).String(); got != strings.TrimRight(group+c.want, "/") {
			t.Errorf("InGroup(%q, %q) = %q", c.typ, c.name, got)
		}
	}
	if got := g.InGroup("A.B/c", "1").Child("d", "2"); got.Type() != "A.B/c/d" || got.Name() != "1/2" {
		t.Errorf("Child: %q", got)
	}
}

func TestIDsOfAnyTextAreSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("/{}aİproviders PROVIDERS\n"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "arm") {
			s = group + "/providers/" + s + "/resourceGroups/" + s
		}
		id := ParseID(s)
		id.Type()
		id.Name()
		id.Subscription()
		id.ResourceGroup()
		id.LastName()
		for p, n := id, 0; !p.IsZero(); p = p.Parent() {
			if n++; n > len(s)+1 {
				t.Fatalf("the parents of %q have no end", s)
			}
			if again := ParseID(p.String()); again.Type() != p.Type() || again.Name() != p.Name() || again.Key() != p.Key() {
				t.Fatalf("%q is not what it says when read again", p)
			}
		}
		if g := id.Group(); !g.IsZero() && g.ResourceGroup() != id.ResourceGroup() {
			t.Fatalf("the group of %q is %q", s, g)
		}
	})
}

func TestIDsGoApartAndTogetherAgain(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9.-]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		typ, name := "Micro.Soft", ""
		for i := range rapid.IntRange(1, 4).Draw(t, "depth") {
			typ += "/t" + word.Draw(t, "type")
			if i > 0 {
				name += "/"
			}
			name += "n" + word.Draw(t, "name")
		}
		id := ParseID("/subscriptions/s/resourceGroups/"+word.Draw(t, "group")).InGroup(typ, name)
		if id.Type() != typ || id.Name() != name {
			t.Fatalf("%q has type %q (want %q), name %q (want %q)", id, id.Type(), typ, id.Name(), name)
		}
		if again := id.Group().InGroup(id.Type(), id.Name()); !again.Equal(id) {
			t.Fatalf("%q became %q", id, again)
		}
	})
}

func BenchmarkParseID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		id := ParseID("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-machine-learning/providers/Microsoft.Storage/storageAccounts/account0001")
		if id.Type() == "" || id.Name() == "" || id.Group().IsZero() || !id.Parent().IsZero() {
			b.Fatal(id)
		}
	}
}
