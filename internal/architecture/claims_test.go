package architecture_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/architecture"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{root(t)}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func claims(t *testing.T) []architecture.Claim {
	t.Helper()
	all, err := architecture.ParseClaims(read(t, "docs", "claims.md"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("docs/claims.md lists no claim")
	}
	return all
}

func TestEveryClaimHasItsWitness(t *testing.T) {
	for _, c := range claims(t) {
		if !declared(t, c.Package, c.Test) {
			t.Errorf("claim %s: there is no %s in %s", c.ID, c.Test, c.Package)
		}
	}
}

// TestTheGuideNamesRealWitnesses looks at each `folder: TestName` of the page that
// answers the resiliency guide.
func TestTheGuideNamesRealWitnesses(t *testing.T) {
	named := regexp.MustCompile("`([a-z/-]+): (Test[A-Za-z0-9]+)`").FindAllStringSubmatch(read(t, "docs", "guide.md"), -1)
	if len(named) < 13 {
		t.Errorf("the guide has 13 points, its page names %d witnesses", len(named))
	}
	for _, w := range named {
		if !declared(t, w[1], w[2]) {
			t.Errorf("docs/guide.md: there is no %s in %s", w[2], w[1])
		}
	}
}

// declared says whether the tests of a folder have a function of that name.
func declared(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	decl := regexp.MustCompile(`(?m)^func ` + regexp.QuoteMeta(name) + `\(`)
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if decl.Match(src) {
			return true
		}
	}
	return false
}

func TestEveryMarkedClaimIsListed(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root(t), "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed, marked := map[string]bool{}, map[string]string{}
	for _, c := range claims(t) {
		if listed[c.ID] {
			t.Errorf("claim %s is listed twice", c.ID)
		}
		listed[c.ID] = true
	}
	for _, page := range append(pages, filepath.Join(root(t), "README.md"), filepath.Join(root(t), "SECURITY.md")) {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range architecture.Marks(string(src)) {
			marked[id] = page
			if !listed[id] {
				t.Errorf("%s makes the claim %s, which docs/claims.md does not list", page, id)
			}
		}
	}
	for id := range listed {
		if marked[id] == "" {
			t.Errorf("claim %s is listed, but no page makes it: mark the sentence with <!-- claim: %s -->", id, id)
		}
	}
}

func TestParseClaimsNamesTheLine(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"too few cells", "| id | claim | witness |\n|---|---|---|\n| a | b |", "docs/claims.md:3"},
		{"no test named", "| a | b | `internal/x` |", "folder: TestName"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := architecture.ParseClaims(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestMarks(t *testing.T) {
	got := architecture.Marks("One. <!-- claim: a-1 --> Two. <!-- claim: b --> <!-- note: c -->")
	if strings.Join(got, " ") != "a-1 b" {
		t.Errorf("Marks = %v", got)
	}
}
