package template_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// refines finds a place where what was known with less given is not the same
// with more given; "" when there is none. What was unknown may be anything, what
// was known must stay.
func refines(less, more value.Value, path string) string {
	if less.IsUnknown() || less.Secret() {
		return ""
	}
	if less.IsNull() && more.IsNull() {
		return ""
	}
	if less.Kind() != more.Kind() {
		return fmt.Sprintf("%s was %s and is %s", path, less.AppendJSON(nil), more.AppendJSON(nil))
	}
	switch less.Kind() {
	case value.ArrayKind:
		if less.Len() != more.Len() {
			return fmt.Sprintf("%s had %d elements and has %d", path, less.Len(), more.Len())
		}
		for i, e := range less.Elems() {
			if s := refines(e, more.At(i), fmt.Sprintf("%s[%d]", path, i)); s != "" {
				return s
			}
		}
	case value.ObjectKind:
		for key, m := range less.Members() {
			if strings.Contains(key, "{") {
				continue // a name that was not known whole
			}
			if s := refines(m, more.Get(key), path+"."+key); s != "" {
				return s
			}
		}
	default:
		if value.Equal(less, more) != value.Yes {
			return fmt.Sprintf("%s was %s and is %s", path, less.AppendJSON(nil), more.AppendJSON(nil))
		}
	}
	return ""
}

// instanceKey names an instance independently of what is known of it.
func instanceKey(r *template.Resource) string {
	key := r.Node.Document().Name() + r.Node.Pointer()
	for _, c := range r.Copies {
		key += "[" + c.Index.Text() + "]"
	}
	for d := r.Deployment; d != nil && d.Resource != nil; d = d.Parent {
		key = instanceKey(d.Resource) + "/" + key
	}
	return key
}

func checkRefinement(t interface{ Errorf(string, ...any) }, less, more *template.Expansion) {
	known := map[string]*template.Resource{}
	for _, r := range append(more.Resources[:len(more.Resources):len(more.Resources)], more.Skipped...) {
		known[instanceKey(r)] = r
	}
	for _, r := range less.Resources {
		if r.Presence != template.Yes {
			continue
		}
		m := known[instanceKey(r)]
		if m == nil {
			t.Errorf("%s was sure to be deployed and is gone", r.ID.Text())
			continue
		}
		if m.Presence != template.Yes {
			t.Errorf("%s was sure to be deployed and is %s", r.ID.Text(), m.Presence)
		}
		for what, pair := range map[string][2]value.Value{
			"id": {r.ID, m.ID}, "name": {r.Name, m.Name}, "location": {r.Location, m.Location}, "body": {r.Body, m.Body},
		} {
			if s := refines(pair[0], pair[1], what); s != "" {
				t.Errorf("%s: %s", r.ID.Text(), s)
			}
		}
	}
	for i, o := range less.Outputs {
		if i < len(more.Outputs) && more.Outputs[i].Name == o.Name {
			if s := refines(o.Value, more.Outputs[i].Value, "output "+o.Name); s != "" {
				t.Errorf("%s", s)
			}
		}
	}
}

// What an expansion tells without the facts of the scope holds with any facts:
// an unknown is never replaced by a guess.
func TestFactsOnlyAddToWhatIsKnown(t *testing.T) {
	for _, s := range samples(t) {
		name, _ := filepath.Rel(quickstarts(t), s.path)
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			doc, _ := jsonc.Parse(s.path, s.src)
			tmpl, _ := template.Parse(doc)
			with := s.options(tmpl)
			without := template.Options{Parameters: with.Parameters, ParameterFiles: with.ParameterFiles, ReadFile: with.ReadFile}
			more, err := tmpl.Expand(context.Background(), with)
			if err != nil {
				t.Fatal(err)
			}
			less, err := tmpl.Expand(context.Background(), without)
			if err != nil {
				t.Fatal(err)
			}
			checkRefinement(t, less, more)
		})
	}
}

// The same for parameters, with templates made at random.
func TestParametersOnlyAddToWhatIsKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := randomTemplate(t)
		doc, errs := jsonc.Parse("random.json", []byte(src))
		if len(errs) > 0 {
			t.Fatalf("%v in %s", errs, src)
		}
		tmpl, _ := template.Parse(doc)
		given := []template.Assignment{
			{Name: "s", Text: rapid.SampledFrom([]string{"alpha", "beta"}).Draw(t, "s")},
			{Name: "n", Text: fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "n"))},
			{Name: "b", Text: fmt.Sprint(rapid.Bool().Draw(t, "b"))},
			{Name: "o", Text: `{"k": "v", "l": [1, "two"]}`},
		}
		all := template.Options{SubscriptionID: "sub", ResourceGroup: "rg", Location: "westeurope", Parameters: given}
		some := template.Options{}
		for _, a := range given {
			if rapid.Bool().Draw(t, "give "+a.Name) {
				some.Parameters = append(some.Parameters, a)
			}
		}
		more, err := tmpl.Expand(context.Background(), all)
		if err != nil {
			t.Fatal(err)
		}
		less, err := tmpl.Expand(context.Background(), some)
		if err != nil {
			t.Fatal(err)
		}
		if template.HasErrors(more.Diagnostics) {
			t.Skip("the template fails with these values")
		}
		checkRefinement(t, less, more)
	})
}

// randomTemplate makes a template of resources whose parts are expressions over
// its parameters, variables, facts and other resources.
func randomTemplate(t *rapid.T) string {
	text := rapid.SampledFrom([]string{
		"parameters('s')", "'literal'", "resourceGroup().location", "variables('v')", "parameters('o').k",
		"if(parameters('b'), 'yes', 'no')", "if(parameters('b'), parameters('s'), 'other')", "string(parameters('n'))",
		"toUpper(parameters('s'))", "uniqueString(resourceGroup().id)", "last(split(resourceGroup().id, '/'))",
		"concat(parameters('s'), '-', resourceGroup().name)", "format('{0}-{1}', parameters('n'), variables('v'))",
		"coalesce(null(), parameters('s'))", "tryGet(parameters('o'), 'k')", "first(createArray(parameters('s'), 'b'))",
		"substring('abcdef', 0, parameters('n'))", "replace(concat('x-', parameters('s')), 'x', 'y')",
		"take(concat('abc', parameters('s')), 2)", "resourceId('A.B/c', parameters('s'))", "reference('fixed').text",
	})
	boolean := rapid.SampledFrom([]string{
		"parameters('b')", "true()", "equals(parameters('s'), 'alpha')", "greater(parameters('n'), 1)",
		"and(parameters('b'), equals(1, 1))", "or(parameters('b'), true())", "not(parameters('b'))", "empty(parameters('s'))",
		"startsWith(concat('x', parameters('s')), 'x')", "contains(createArray('alpha'), parameters('s'))",
	})
	structure := rapid.SampledFrom([]string{
		"createObject('a', parameters('s'), 'b', 1)", "union(createObject('a', 1), parameters('o'))", "parameters('o').l",
		"createArray(parameters('n'), 2)", "range(0, 2)", "concat(createArray(1), parameters('o').l)",
		"map(createArray(1, 2), lambda('x', add(lambdaVariables('x'), parameters('n'))))", "reference('fixed').list",
		"filter(createArray('alpha', 'beta'), lambda('x', equals(lambdaVariables('x'), parameters('s'))))",
		"if(parameters('b'), createObject('x', 1), createObject('y', 2))", "shallowMerge(createArray(parameters('o'), createObject('z', parameters('s'))))",
	})
	var resources []string
	for i := range rapid.IntRange(1, 4).Draw(t, "resources") {
		label := func(s string) string { return fmt.Sprintf("%s of %d", s, i) }
		r := fmt.Sprintf(`{"type": "A.B/t%d", "apiVersion": "1", "name": "[concat('r%d', %s)]"`, i, i, text.Draw(t, label("name")))
		r = strings.ReplaceAll(r, "reference('fixed').text", "'static'")
		if rapid.Bool().Draw(t, label("conditional")) {
			r += fmt.Sprintf(`, "condition": "[%s]"`, boolean.Draw(t, label("condition")))
		}
		if rapid.Bool().Draw(t, label("located")) {
			r += `, "location": "[resourceGroup().location]"`
		}
		r += fmt.Sprintf(`, "tags": {"a": "[%s]"}`, text.Draw(t, label("tag")))
		r += fmt.Sprintf(`, "properties": {"t": "[%s]", "b": "[%s]", "s": "[%s]", "list": ["[%s]", 1, {"deep": "[%s]"}],
			"copy": [{"name": "loop", "count": 2, "input": "[concat(%s, copyIndex('loop'))]"}]}}`,
			text.Draw(t, label("text")), boolean.Draw(t, label("boolean")), structure.Draw(t, label("structure")),
			text.Draw(t, label("element")), structure.Draw(t, label("deep")), text.Draw(t, label("input")))
		resources = append(resources, r)
	}
	return `{` + rgSchema + `,
		"parameters": {"s": {"type": "string"}, "n": {"type": "int"}, "b": {"type": "bool"}, "o": {"type": "object"}},
		"variables": {"v": "[concat('v-', parameters('s'))]"},
		"resources": [
			{"type": "A.B/fixed", "apiVersion": "1", "name": "fixed", "properties": {"text": "[parameters('s')]", "list": [1, "[parameters('n')]"]}},
			` + strings.Join(resources, ",\n") + `],
		"outputs": {"o": {"type": "string", "value": "[` + text.Draw(t, "output") + `]"}}}`
}
