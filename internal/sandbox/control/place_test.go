package control

import (
	"strings"
	"testing"
)

func TestPlacesAreReadFromPaths(t *testing.T) {
	for _, c := range []struct{ path, sub, group, scope, space, rest string }{
		{"/", "", "", "", "", ""},
		{"/subscriptions", "", "", "", "", "subscriptions"},
		{"/Subscriptions/s/", "s", "", "/Subscriptions/s", "", ""},
		{"/subscriptions/s/locations", "s", "", "/subscriptions/s", "", "locations"},
		{"/subscriptions/s/providers", "s", "", "/subscriptions/s", "", "providers"},
		{"/subscriptions/s/providers/N.S", "s", "", "/subscriptions/s", "N.S", ""},
		{"/subscriptions/s/resourcegroups/g", "s", "g", "/subscriptions/s/resourcegroups/g", "", ""},
		{"/subscriptions/s/resourceGroups/g/resources", "s", "g", "/subscriptions/s/resourceGroups/g", "", "resources"},
		{"/subscriptions/s/resourceGroups/g/providers/N.S/as/a/bs", "s", "g", "/subscriptions/s/resourceGroups/g", "N.S", "as a bs"},
		{"/subscriptions/s/resourceGroups/g/providers/N.S//as/a//providers/N.T/xs/x", "s", "g", "/subscriptions/s/resourceGroups/g/providers/N.S/as/a", "N.T", "xs x"},
		{"/subscriptions/s/providers/N.S/as/providers/bs/b", "s", "", "/subscriptions/s", "N.S", "as providers bs b"},
		{"/providers/N.S/as/a", "", "", "", "N.S", "as a"},
	} {
		p := parse(c.path)
		if p.sub != c.sub || p.group != c.group || p.scope != c.scope || p.space != c.space || strings.Join(p.rest, " ") != c.rest {
			t.Errorf("%s is read as %+v", c.path, p)
		}
	}
	p := parse("/subscriptions/s/resourceGroups/g/providers/N.S/as/a/bs/b")
	if p.kind(2) != "N.S/as/bs" || p.kind(1) != "N.S/as" || p.name() != "b" || !p.isResource() || p.cut(1).path != "/subscriptions/s/resourceGroups/g/providers/N.S/as/a" {
		t.Errorf("it is %+v", p)
	}
}
