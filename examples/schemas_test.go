// Package examples_test holds the example estates against Microsoft's published
// schemas and against what the documentation says of them.
package examples_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// shared is the folder with public material beside the checkout; the test is
// skipped, saying so, where it is not there.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("HOLDFAST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir = filepath.Join(dir, filepath.FromSlash(path))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no published schemas at %s: set HOLDFAST_SHARED to the folder that holds data/", dir)
	}
	return dir
}

// schemas finds the published schema of a resource by type and API version.
type schemas struct {
	compiler *jsonschema.Compiler
	where    map[string]string // lower-case type@version -> location of its definition
}

func loadSchemas(t *testing.T) *schemas {
	t.Helper()
	s := &schemas{compiler: jsonschema.NewCompiler(), where: map[string]string{}}
	err := filepath.WalkDir(shared(t, "data/arm-schemas"), func(path string, d fs.DirEntry, err error) error {
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

func (s *schemas) index(url string, doc any) {
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

// validate holds one resource body (as encoding/json decodes it) against the
// schema of its type and version; found is false when none is published.
func (s *schemas) validate(body map[string]any) (found bool, err error) {
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
