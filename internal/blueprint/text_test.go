package blueprint

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTidy(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"commas before a closing bracket go", "{\"a\": [ 1, 2, ],\n}\n", "{\"a\": [ 1, 2 ]\n}\n"},
		{"also over comments and lines", "{\n\"a\": 1, // one,\n\n}\n", "{\n  \"a\": 1 // one,\n}\n"},
		{"what looks like syntax in texts and comments is left", "{\n\"a\": \"{,}\\\",}\", // [,]\n\"b\": 1\n}\n", "{\n  \"a\": \"{,}\\\",}\", // [,]\n  \"b\": 1\n}\n"},
		{"an empty line before a section, none elsewhere", "{\n// --- one\n\"a\": 1,\n\n\n\"b\": 2,\n// --- two\n\"c\": 3\n}\n", "{\n  // --- one\n  \"a\": 1,\n  \"b\": 2,\n\n  // --- two\n  \"c\": 3\n}\n"},
		{"depth", "{\n\"a\": {\n\"b\": [\n{\n\"c\": 1\n}\n]\n}\n}\n", "{\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": 1\n      }\n    ]\n  }\n}\n"},
		{"an address is no comment", "{\n\"a\": \"https://x\",\n}\n", "{\n  \"a\": \"https://x\"\n}\n"},
		{"nothing", "", ""},
		{"a text without an end", "{\"a", "{\"a\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tidy(tt.text); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// Once tidy, a text stays as it is, whatever it was.
func TestTidyTwiceIsTidyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("{}[],:\"\\/ \na1-"))).Draw(t, "text")
		once := tidy(text)
		if strings.Contains(once, "\n\n\n") {
			t.Fatalf("two empty lines in\n%s", once)
		}
	})
}

// Each name that a template makes is legal for the longest and the shortest name
// in every region, and longer ones are refused.
func TestNamesAreLegalEverywhere(t *testing.T) {
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range []string{"westeurope", "uksouth", "southafricanorth", "germanywestcentral", "australiasoutheast"} {
		s := &Spec{Region: region}
		longest := longestName(s, d)
		if longest < 5 {
			t.Errorf("%s leaves %d characters for the name", region, longest)
		}
		for _, name := range []string{"ab", strings.Repeat("m", longest), "a-" + strings.Repeat("9", longest-2)} {
			for _, rule := range d.names {
				made := fill(rule.Shape, name, region)
				if len(made) < rule.Min || len(made) > rule.Max || !regexp.MustCompile("^("+rule.Pattern+")$").MatchString(made) {
					t.Errorf("%s: %q is no name: %d to %d characters, %s", rule.Type, made, rule.Min, rule.Max, rule.Pattern)
				}
				if rule.Global && !strings.Contains(rule.Shape, "{unique}") {
					t.Errorf("%s: names are unique in all of Azure, and %s is not", rule.Type, rule.Shape)
				}
			}
		}
	}
}

// Every role that is granted is known, and every place is one of the template.
func TestGrantsAreWhole(t *testing.T) {
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range d.grants {
		if seen[g.Symbol] || d.roles[g.Role].ID == "" || !strings.Contains("group storage vault registry data lake", g.Where) {
			t.Errorf("%+v", g)
		}
		seen[g.Symbol] = true
	}
	for _, target := range Targets {
		if d.settings[target].DefaultStorage == "" {
			t.Errorf("there are no settings for %s", target)
		}
	}
}
