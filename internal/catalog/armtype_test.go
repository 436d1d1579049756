package catalog

import (
	"strings"
	"testing"
)

const shelfTypes = `
- {type: Microsoft.Test/shelves, apiVersion: "2024-01-01", update: patch, sources: [book]}
- {type: Microsoft.Test/shelves/boards, apiVersion: 2024-01-01-preview, update: put, sources: [book]}
`

func TestTypesAreFoundWithoutRegardToCase(t *testing.T) {
	c, err := Parse(shelfFiles(map[string]string{"types.yaml": shelfTypes}), "x")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.TypeOf("microsoft.test/SHELVES"); got == nil || got.APIVersion != "2024-01-01" || got.Update != "patch" {
		t.Errorf("%+v", got)
	}
	if got := c.TypeOf("Microsoft.Test/shelves/boards"); got == nil || got.APIVersion != "2024-01-01-preview" || got.Update != "put" {
		t.Errorf("%+v", got)
	}
	if got := c.TypeOf("Microsoft.Test/tables"); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestTypesOfAnotherCatalogReplaceThoseOfTheSameName(t *testing.T) {
	base, err := Parse(shelfFiles(map[string]string{"types.yaml": shelfTypes}), "x")
	if err != nil {
		t.Fatal(err)
	}
	c, err := base.With(shelfFiles(map[string]string{"types.yaml": `[{type: microsoft.test/shelves, apiVersion: 2026-02-03, update: put, sources: [book]}]`}), "y")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.TypeOf("Microsoft.Test/shelves"); got.APIVersion != "2026-02-03" || got.Update != "put" {
		t.Errorf("%+v", got)
	}
	if got := c.TypeOf("Microsoft.Test/shelves/boards"); got == nil {
		t.Error("the other type is gone")
	}
	if got := base.TypeOf("Microsoft.Test/shelves"); got.Update != "patch" {
		t.Error("the catalog that was extended has changed")
	}
}

func TestWrongTypesAreTold(t *testing.T) {
	for from, want := range map[string][2]string{
		"Microsoft.Test/shelves,":        {"shelves,", "no ARM type"},
		"2024-01-01-preview":             {"2024-13-01", "no version of an API"},
		"apiVersion: \"2024-01-01\", ":   {"", "apiVersion is missing"},
		"update: patch":                  {"update: merge", "update cannot be"},
		"update: put, ":                  {"", "update is missing"},
		", sources: [book]}\n- ":         {"}\n- ", "no sources"},
		"Microsoft.Test/shelves/boards,": {"microsoft.test/Shelves,", "there twice"},
	} {
		text := strings.Replace(shelfTypes, from, want[0], 1)
		if text == shelfTypes {
			t.Fatalf("the fixture has no %q", from)
		}
		_, err := Parse(shelfFiles(map[string]string{"types.yaml": text}), "x")
		if err == nil || !strings.Contains(err.Error(), want[1]) || !strings.Contains(err.Error(), "types.yaml:") {
			t.Errorf("%q: %v, want %q with its place", from, err, want[1])
		}
	}
}
