// Package schemas holds bodies of resources against Microsoft's published
// schemas of templates. It is for tests: the schemas are not part of the project.
package schemas

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Shared is the folder with public material beside the checkout; the test is
// skipped, saying so, where it is not there.
func Shared(t testing.TB, path string) string {
	t.Helper()
	dir := os.Getenv("HOLDFAST_SHARED")
	if dir == "" {
		dir = filepath.Join(root(), "..", "shared")
	}
	dir = filepath.Join(dir, filepath.FromSlash(path))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no published schemas at %s: set HOLDFAST_SHARED to the folder that holds data/", dir)
	}
	return dir
}

// root is the folder of the module that the test belongs to.
func root() string {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	return "."
}

// The pattern of the schemas' language is ECMAScript's, which knows lookaheads.
type pattern struct{ *regexp2.Regexp }

// MatchString says whether a text fits the pattern.
func (p pattern) MatchString(s string) bool {
	ok, err := p.Regexp.MatchString(s)
	return err == nil && ok
}

func compilePattern(s string) (jsonschema.Regexp, error) {
	re, err := regexp2.Compile(s, regexp2.ECMAScript)
	return pattern{re}, err
}

// Schemas finds the published schema of a resource by type and API version.
type Schemas struct {
	compiler *jsonschema.Compiler
	where    map[string]string // lower-case type@version -> location of its definition
}

// Load reads all published schemas, or skips the test where there are none.
func Load(t testing.TB) *Schemas {
	t.Helper()
	s := &Schemas{compiler: jsonschema.NewCompiler(), where: map[string]string{}}
	err := filepath.WalkDir(Shared(t, "data/arm-schemas"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		url := "https://schema.management.azure.com/schemas/" + filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		mend(doc)
		if err := s.compiler.AddResource(url, doc); err != nil {
			return err
		}
		s.index(url, doc)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.compiler.UseRegexpEngine(compilePattern)
	return s
}

// mend corrects two faults of the published schemas, with which no template that
// uses the types concerned could be valid: the common part of a type with a
// discriminator forbids the members of every variant (additionalProperties false
// inside allOf), and an expression that fits a string's own pattern counts as two
// matches of a oneOf.
func mend(schema any) {
	switch x := schema.(type) {
	case []any:
		for _, e := range x {
			mend(e)
		}
	case map[string]any:
		if all, ok := x["allOf"].([]any); ok {
			for _, e := range all {
				if part, ok := e.(map[string]any); ok && part["additionalProperties"] == false {
					delete(part, "additionalProperties")
				}
			}
		}
		for _, e := range x {
			mend(e)
		}
		if one, ok := x["oneOf"].([]any); ok && len(one) == 2 && isExpression(one[1]) {
			x["anyOf"] = one
			delete(x, "oneOf")
		}
	}
}

func isExpression(schema any) bool {
	m, _ := schema.(map[string]any)
	ref, _ := m["$ref"].(string)
	return strings.HasSuffix(ref, "/common/definitions.json#/definitions/expression")
}

func (s *Schemas) index(url string, doc any) {
	top, _ := doc.(map[string]any)
	for _, section := range []string{"resourceDefinitions", "unknown_resourceDefinitions"} {
		defs, _ := top[section].(map[string]any)
		for name, def := range defs {
			typ, version := enumOf(def, "type"), enumOf(def, "apiVersion")
			if typ != "" {
				s.where[strings.ToLower(typ)+"@"+version] = url + "#/" + section + "/" + name
			}
		}
	}
}

func enumOf(def any, property string) string {
	d, _ := def.(map[string]any)
	props, _ := d["properties"].(map[string]any)
	p, _ := props[property].(map[string]any)
	if values, ok := p["enum"].([]any); ok && len(values) > 0 {
		s, _ := values[0].(string)
		return s
	}
	return ""
}

// Versions are the API versions of which a schema is published for a type, the
// oldest first.
func (s *Schemas) Versions(typ string) []string {
	var out []string
	for at := range s.where {
		if version, ok := strings.CutPrefix(at, strings.ToLower(typ)+"@"); ok {
			out = append(out, version)
		}
	}
	slices.Sort(out)
	return out
}

// Validate holds one resource body (as encoding/json decodes it) against the
// schema of its type and version; found is false when none is published.
func (s *Schemas) Validate(body map[string]any) (found bool, err error) {
	typ, _ := body["type"].(string)
	version, _ := body["apiVersion"].(string)
	loc, ok := s.where[strings.ToLower(typ)+"@"+version]
	if !ok {
		return false, nil
	}
	schema, err := s.compiler.Compile(loc)
	if err != nil {
		return true, fmt.Errorf("the schema %s does not compile: %w", loc, err)
	}
	// Some definitions want the full name of a child, others its own part of it.
	if err = schema.Validate(body); err != nil {
		if name, ok := body["name"].(string); ok && !strings.HasPrefix(name, "[") {
			body["name"] = name[strings.LastIndex(name, "/")+1:]
			err = schema.Validate(body)
		}
	}
	return true, err
}
