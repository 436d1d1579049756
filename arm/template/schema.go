package template

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// schema is a type as a parameter, an output, a user function or the section
// "definitions" declares it: the node with its keywords, behind any $ref.
type schema struct {
	node  jsonc.Node // the keywords
	outer jsonc.Node // the node that referred to it, whose keywords add to it
}

// maxReferences bounds a chain of $ref; a longer one is a circle.
const maxReferences = 32

// resolve follows $ref. It gives false when the target is not there or refers to
// itself.
func (t *Template) resolve(n jsonc.Node) (schema, bool) {
	s := schema{node: n}
	for range maxReferences {
		ref := s.node.Get("$ref")
		if !ref.IsValid() {
			return s, s.node.IsValid()
		}
		target := t.pointer(ref.Str())
		if !target.IsValid() {
			return s, false
		}
		if !s.outer.IsValid() {
			s.outer = s.node
		}
		s.node = target
	}
	return s, false
}

// pointer finds what a reference such as #/definitions/name/properties/x means,
// counted from the template that it stands in.
func (t *Template) pointer(ref string) jsonc.Node {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return jsonc.Node{}
	}
	n := t.node
	for step := range strings.SplitSeq(rest, "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		if n.Kind() == jsonc.Array {
			i, err := strconv.Atoi(step)
			if err != nil {
				return jsonc.Node{}
			}
			n = n.At(i)
		} else {
			n = n.Get(step)
		}
	}
	return n
}

// keyword finds a keyword beside $ref or behind it.
func (s schema) keyword(name string) jsonc.Node {
	if s.outer.IsValid() {
		if n := s.outer.Get(name); n.IsValid() {
			return n
		}
	}
	return s.node.Get(name)
}

func (s schema) nullable() bool { return s.keyword("nullable").Bool() }

// kind gives the kind of values that a type name stands for and whether it is
// secret; false when there is no such type.
func kindOf(typeName string) (kind value.Kind, secret, ok bool) {
	switch {
	case is(typeName, "string"):
		return value.StringKind, false, true
	case is(typeName, "securestring"):
		return value.StringKind, true, true
	case is(typeName, "int"):
		return value.IntKind, false, true
	case is(typeName, "bool"):
		return value.BoolKind, false, true
	case is(typeName, "object"):
		return value.ObjectKind, false, true
	case is(typeName, "secureobject"):
		return value.ObjectKind, true, true
	case is(typeName, "array"):
		return value.ArrayKind, false, true
	}
	return value.AbsentKind, false, false
}

// declaredKind gives the kind that a declaration allows, AbsentKind when several
// are possible or the type is not known, and whether the value is secret.
func (t *Template) declaredKind(n jsonc.Node) (value.Kind, bool) {
	s, ok := t.resolve(n)
	if !ok {
		return value.AbsentKind, false
	}
	kind, secret, _ := kindOf(s.keyword("type").Str())
	return kind, secret
}

// checker compares a value with a declared type. Every mismatch is handed to
// report with the value concerned and the path to it.
type checker struct {
	t      *Template
	budget int
	report func(v value.Value, path, message string, severity Severity)
}

// checkBudget bounds the values compared for one declaration.
const checkBudget = 20000

func (c *checker) fail(v value.Value, path, format string, args ...any) {
	c.report(v, path, fmt.Sprintf(format, args...), Error)
}

// check compares v, which is at path, with the type declared by n.
func (c *checker) check(n jsonc.Node, v value.Value, path string) {
	if c.budget--; c.budget < 0 {
		return
	}
	s, ok := c.t.resolve(n)
	if !ok {
		c.fail(v, path, "the type %q of %s cannot be resolved", n.Get("$ref").Str(), path)
		return
	}
	if v.IsUnknown() {
		return
	}
	if v.IsNull() {
		if !s.nullable() && s.keyword("type").IsValid() {
			c.fail(v, path, "%s is null, expected %s", path, s.describe())
		}
		return
	}
	if typ := s.keyword("type"); typ.IsValid() {
		kind, _, known := kindOf(typ.Str())
		if known && v.Kind() != kind && (kind != value.IntKind || !integral(v)) {
			c.fail(v, path, "%s is of type %s, expected %s", path, v.Kind(), s.describe())
			return
		}
	}
	c.allowed(s, v, path)
	switch v.Kind() {
	case value.StringKind:
		c.length(s, v, path, utf16Length(v.Str()), "characters")
	case value.IntKind:
		c.bounds(s, v, path)
	case value.ArrayKind:
		c.length(s, v, path, v.Len(), "elements")
		c.items(s, v, path)
	case value.ObjectKind:
		c.properties(s, v, path)
	}
}

// describe says what a type expects.
func (s schema) describe() string {
	name := s.keyword("type").Str()
	if s.nullable() {
		return name + " or null"
	}
	return name
}

func integral(v value.Value) bool {
	f, ok := v.AsFloat()
	return ok && f == float64(int64(f))
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// shown prints a value for a message; secrets stay hidden, long texts are cut.
func shown(v value.Value) string {
	if v.Secret() {
		return "the secret value"
	}
	if v.Kind() == value.ArrayKind || v.Kind() == value.ObjectKind {
		return fmt.Sprintf("the %s of %d", strings.ToLower(v.Kind().String()), v.Len())
	}
	text := []rune(v.Text())
	if len(text) > 80 {
		return "\"" + string(text[:80]) + "...\""
	}
	return "\"" + string(text) + "\""
}

func (c *checker) allowed(s schema, v value.Value, path string) {
	list := s.keyword("allowedValues")
	if list.Kind() != jsonc.Array || list.Len() == 0 {
		return
	}
	if listed(list, v) {
		return
	}
	if v.Kind() == value.ArrayKind {
		all := true
		for _, e := range v.Elems() {
			all = all && (e.IsUnknown() || listed(list, e))
		}
		if all {
			return
		}
	}
	names := make([]string, 0, list.Len())
	for a := range list.Children() {
		if a.Kind() == jsonc.String && v.Kind() == value.StringKind && jsonc.EqualFold(a.Str(), v.Str()) {
			c.report(v, path, fmt.Sprintf("%s is %s, but the allowed value is spelt %q", path, shown(v), a.Str()), Warning)
			return
		}
		if len(names) < 30 {
			names = append(names, value.FromNode(a).Text())
		}
	}
	c.fail(v, path, "%s is %s, which is not an allowed value; expected one of %s", path, shown(v), strings.Join(names, ", "))
}

func listed(list jsonc.Node, v value.Value) bool {
	for a := list.First(); a.IsValid(); a = a.Next() {
		if value.Equal(value.FromNode(a), v) != value.No {
			return true
		}
	}
	return false
}

func (c *checker) length(s schema, v value.Value, path string, n int, unit string) {
	if low, ok := s.keyword("minLength").Int(); ok && int64(n) < low {
		c.fail(v, path, "%s has %d %s, expected at least %d", path, n, unit, low)
	}
	if high, ok := s.keyword("maxLength").Int(); ok && int64(n) > high {
		c.fail(v, path, "%s has %d %s, expected at most %d", path, n, unit, high)
	}
}

func (c *checker) bounds(s schema, v value.Value, path string) {
	i, _ := v.AsInt()
	if low, ok := s.keyword("minValue").Int(); ok && i < low {
		c.fail(v, path, "%s is %d, expected at least %d", path, i, low)
	}
	if high, ok := s.keyword("maxValue").Int(); ok && i > high {
		c.fail(v, path, "%s is %d, expected at most %d", path, i, high)
	}
}

func (c *checker) items(s schema, v value.Value, path string) {
	prefix, items := s.node.Get("prefixItems"), s.node.Get("items")
	if !prefix.IsValid() && !items.IsValid() {
		return
	}
	fixed := prefix.First()
	for i, e := range v.Elems() {
		place := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case fixed.IsValid():
			c.check(fixed, e, place)
			fixed = fixed.Next()
		case items.Kind() == jsonc.Bool && !items.Bool():
			c.fail(v, path, "%s has %d elements, expected %d", path, v.Len(), prefix.Len())
			return
		case items.Kind() == jsonc.Object:
			c.check(items, e, place)
		}
	}
	if v.Len() < prefix.Len() {
		c.fail(v, path, "%s has %d elements, expected %d", path, v.Len(), prefix.Len())
	}
}

func (c *checker) properties(s schema, v value.Value, path string) {
	if d := s.node.Get("discriminator"); d.IsValid() {
		name := d.Get("propertyName").Str()
		tag := v.Get(name)
		if tag.IsUnknown() {
			return
		}
		variant := d.Get("mapping").Get(tag.Str())
		if tag.Kind() != value.StringKind || !variant.IsValid() {
			var names []string
			for m := range d.Get("mapping").Children() {
				names = append(names, m.Key())
			}
			c.fail(v, path, "%s.%s is %s; expected one of %s", path, name, shown(tag), strings.Join(names, ", "))
			return
		}
		c.check(variant, v, path)
		return
	}
	declared := s.node.Get("properties")
	for p := declared.First(); p.IsValid(); p = p.Next() {
		place := path + "." + p.Key()
		m := v.Get(p.Key())
		if m.IsAbsent() {
			if r, ok := c.t.resolve(p); ok && !r.nullable() {
				c.fail(v, path, "%s is missing, expected %s", place, r.describe())
			}
			continue
		}
		c.check(p, m, place)
	}
	extra := s.node.Get("additionalProperties")
	closed := extra.Kind() == jsonc.Bool && !extra.Bool() || s.keyword("sealed").Bool()
	if !closed && extra.Kind() != jsonc.Object {
		return
	}
	for key, m := range v.Members() {
		if declared.Get(key).IsValid() {
			continue
		}
		if closed {
			c.fail(m, path, "%s has no property %q", path, key)
			continue
		}
		c.check(extra, m, path+"."+key)
	}
}
