package catalog

import (
	"regexp"
	"strings"
)

// Type says how the resources of one ARM type are written.
type Type struct {
	Type       string `yaml:"type" json:"type"` // Microsoft.Storage/storageAccounts
	APIVersion string `yaml:"apiVersion" json:"apiVersion"`
	// Update is "patch" when the resource provider changes settings by PATCH, "put"
	// when a resource has to be read and written whole. A PATCH that takes nothing
	// but tags is no PATCH.
	Update  string   `yaml:"update" json:"update"`
	Sources []string `yaml:"sources" json:"sources"`
}

// TypeOf gives how resources of a type are written, without regard to case; nil
// when the catalog does not know the type.
func (c *Catalog) TypeOf(name string) *Type { return c.types[strings.ToLower(name)] }

// addTypes puts types into the catalog, in the place of those of the same name.
func (c *Catalog) addTypes(types []*Type) {
	for _, t := range types {
		c.types[strings.ToLower(t.Type)] = t
	}
}

// isAPIVersion knows the versions that ARM has: a date, and for a preview a word.
var isAPIVersion = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(-preview)?$`)

func (ck *checker) types(in *input) {
	seen := map[string]any{}
	for _, t := range in.types {
		ck.armType(&t.Type)
		switch {
		case t.APIVersion == "":
			ck.at(t, "apiVersion is missing", "write the version of the API, such as 2024-01-01")
		case !isAPIVersion.MatchString(t.APIVersion):
			ck.at(&t.APIVersion, quote(t.APIVersion)+" is no version of an API", "write it like 2024-01-01 or 2024-01-01-preview")
		}
		oneOf(ck, t, &t.Update, "update", false, "patch", "put")
		ck.sourcesOf(t, t.Sources, false)
		ck.once(seen, "type "+strings.ToLower(t.Type), t)
	}
}
