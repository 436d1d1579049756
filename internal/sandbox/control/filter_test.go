package control

import (
	"reflect"
	"strings"
	"testing"
)

func TestFiltersAreReadAsARMTakesThem(t *testing.T) {
	for text, want := range map[string][]term{
		"":                              nil,
		"name eq 'a'":                   {{"name", "eq", "a"}},
		"Name EQ 'it''s'":               {{"name", "eq", "it's"}},
		"tagName ne 'a' AND x eq 5":     {{"tagname", "ne", "a"}, {"x", "eq", "5"}},
		"substringof('a', name)":        {{"name", "substringof", "a"}},
		"startswith(tagName,'a')":       {{"tagname", "startswith", "a"}},
		"atScope()":                     {{"atscope", "()", ""}},
		"atScope() and assignedTo('x')": {{"atscope", "()", ""}, {"assignedto", "()", "x"}},
		"name eq '' and kind eq 'b c'":  {{"name", "eq", ""}, {"kind", "eq", "b c"}},
	} {
		got, err := filter(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"name", "name eq", "name lt 'a'", "name eq 'a", "name eq 'a' or x eq 'b'", "name eq 'a' x eq 'b'", "(name eq 'a')", "f(x)", "f('a','b','c')", "endswith(name,'a')", "substringof(a, name)", "and", "name eq 'a' and"} {
		if got, err := filter(text); err == nil || !strings.Contains(err.Error(), "Invalid $filter") {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
}

func TestTermsCompareWithoutRegardToCase(t *testing.T) {
	for _, c := range []struct {
		term
		text string
		want bool
	}{
		{term{"n", "eq", "AB"}, "ab", true}, {term{"n", "eq", "a"}, "ab", false},
		{term{"n", "ne", "AB"}, "ab", false}, {term{"n", "ne", "a"}, "ab", true},
		{term{"n", "substringof", "B"}, "abc", true}, {term{"n", "substringof", "x"}, "abc", false},
		{term{"n", "startswith", "A"}, "abc", true}, {term{"n", "startswith", "b"}, "abc", false},
		{term{"n", "()", "a"}, "b", true},
	} {
		if got := c.holds(c.text); got != c.want {
			t.Errorf("%v of %s is %v", c.term, c.text, got)
		}
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"name eq 'a' and startswith(x,'b')", "atScope()", "'", "((((", "a eq ''''"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		terms, err := filter(s)
		if err != nil && terms != nil {
			t.Errorf("%q gives both %v and %v", s, terms, err)
		}
		for _, term := range terms {
			_ = term.holds(s)
		}
	})
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{group, box + "/providers/A.B/cs/d", "/providers", "//", "/subscriptions/x/resourceGroups"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parse(s)
		if again := parse(p.path); again.path != p.path || again.space != p.space || again.scope != p.scope || len(again.rest) != len(p.rest) {
			t.Errorf("%q is read as %+v, and that as %+v", s, p, again)
		}
	})
}
