package catalog

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// place is where a value was read.
type place struct {
	file         string
	line, column int32
}

// reader turns nodes into the structs of the catalog and collects what is wrong.
// Places are kept only when keep is set, by pointer to what was read: a *Rule,
// the *string of its id, ...
type reader struct {
	file     string
	keep     bool
	places   map[any]place
	problems Problems
	unread   bool // a file could not be read: what others name may be in it
}

func (rd *reader) problem(line, column int32, what, do string) {
	rd.problems.add(Problem{File: rd.file, Line: int(line), Column: int(column), What: what, Do: do})
}

func (rd *reader) wrong(n *node, what, do string) { rd.problem(n.line, n.column, what, do) }

// structFields maps the yaml names of a struct type to its fields, in order.
type structFields []struct {
	name  string
	index int
}

var fieldCache sync.Map // reflect.Type -> structFields

func fieldsOf(t reflect.Type) structFields {
	if f, ok := fieldCache.Load(t); ok {
		return f.(structFields)
	}
	var out structFields
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			out = append(out, struct {
				name  string
				index int
			}{name, i})
		}
	}
	fieldCache.Store(t, out)
	return out
}

func (f structFields) find(name string) int {
	for i := range f {
		if f[i].name == name {
			return f[i].index
		}
	}
	return -1
}

func (f structFields) names() []string {
	out := make([]string, len(f))
	for i := range f {
		out[i] = f[i].name
	}
	return out
}

var (
	valuesType = reflect.TypeFor[Values]()
	spanType   = reflect.TypeFor[Span]()
	armType    = reflect.TypeFor[value.Value]()
)

// read fills v, which is addressable, from n.
func (rd *reader) read(n *node, v reflect.Value) {
	if rd.keep && v.Kind() != reflect.Map && v.Kind() != reflect.Interface {
		rd.places[v.Addr().Interface()] = place{rd.file, n.line, n.column}
	}
	if n.kind == nullNode {
		rd.wrong(n, "there is no value here", "write one, or remove the key")
		return
	}
	switch v.Type() {
	case spanType:
		rd.readSpan(n, v.Addr().Interface().(*Span))
		return
	case armType:
		v.Set(reflect.ValueOf(valueOf(n)))
		return
	case valuesType:
		if n.isScalar() {
			n = &node{kind: listNode, line: n.line, column: n.column, elems: []node{*n}}
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		rd.readStruct(n, v)
	case reflect.Slice:
		rd.readSlice(n, v)
	case reflect.Map:
		rd.readMap(n, v)
	case reflect.Interface:
		v.Set(reflect.ValueOf(anyOf(n)))
	default:
		rd.readScalar(n, v)
	}
}

func (rd *reader) readStruct(n *node, v reflect.Value) {
	if n.kind != mapNode {
		rd.wrong(n, n.name()+" stands where a mapping belongs", "write key: value")
		return
	}
	if s, ok := v.Addr().Interface().(*Survival); ok {
		s.RTO, s.RPO = unwritten, unwritten
	}
	fields := fieldsOf(v.Type())
	for i := range n.fields {
		f := &n.fields[i]
		at := fields.find(f.key)
		if at < 0 {
			rd.problem(f.line, f.column, "there is no field "+quote(f.key)+" here", nearest(f.key, fields.names()))
			continue
		}
		rd.read(&f.value, v.Field(at))
	}
}

func (rd *reader) readSlice(n *node, v reflect.Value) {
	if n.kind != listNode {
		rd.wrong(n, n.name()+" stands where a list belongs", "write - value, or [value]")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.elems), len(n.elems)))
	for i := range n.elems {
		rd.read(&n.elems[i], v.Index(i))
	}
}

func (rd *reader) readMap(n *node, v reflect.Value) {
	if n.kind != mapNode {
		rd.wrong(n, n.name()+" stands where a mapping belongs", "write key: value")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.fields)))
	for i := range n.fields {
		elem := reflect.New(v.Type().Elem()).Elem()
		rd.read(&n.fields[i].value, elem)
		v.SetMapIndex(reflect.ValueOf(n.fields[i].key), elem)
	}
}

func (rd *reader) readSpan(n *node, s *Span) {
	if !n.isScalar() {
		rd.wrong(n, n.name()+" stands where a time belongs", "write an ISO 8601 duration such as PT15M")
		return
	}
	var err error
	if *s, err = ParseSpan(n.text); err != nil {
		what, do, _ := strings.Cut(err.Error(), ": ")
		rd.wrong(n, what, do)
	}
}

func (rd *reader) readScalar(n *node, v reflect.Value) {
	if !n.isScalar() {
		rd.wrong(n, n.name()+" stands where "+kindName(v.Kind())+" belongs", "write one value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.TrimSpace(n.text))
		return
	case reflect.Bool:
		if n.kind == literalNode && (n.text == "true" || n.text == "false") {
			v.SetBool(n.text == "true")
			return
		}
	case reflect.Int, reflect.Int64:
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil && n.kind == literalNode {
			v.SetInt(i)
			return
		}
	case reflect.Float64:
		if f, err := strconv.ParseFloat(n.text, 64); err == nil && n.kind == literalNode && f-f == 0 {
			v.SetFloat(f)
			return
		}
	}
	rd.wrong(n, fmt.Sprintf("%s stands where %s belongs", n.name(), kindName(v.Kind())), map[bool]string{true: "write true or false", false: "write a number"}[v.Kind() == reflect.Bool])
}

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "a text"
}

// anyOf gives a node as the value that a reader of YAML expects: plain true,
// false and whole numbers are no texts. What a number with a fraction means is
// left to whoever knows the type: it stays a text ("1.2" may be a version).
func anyOf(n *node) any {
	switch n.kind {
	case literalNode:
		if n.text == "true" || n.text == "false" {
			return n.text == "true"
		}
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return i
		}
		return n.text
	case textNode:
		return n.text
	case listNode:
		out := make([]any, len(n.elems))
		for i := range n.elems {
			out[i] = anyOf(&n.elems[i])
		}
		return out
	}
	return map[string]any(nil) // no setting has such a default: the check says so
}

// valueOf gives a node as a value of the template language: what a remedy sets is
// what a template would have.
func valueOf(n *node) value.Value {
	switch n.kind {
	case literalNode:
		if n.text == "true" || n.text == "false" {
			return value.Bool(n.text == "true")
		}
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return value.Int(i)
		}
		if f, err := strconv.ParseFloat(n.text, 64); err == nil {
			return value.Float(f)
		}
		return value.String(n.text)
	case textNode:
		return value.String(n.text)
	case listNode:
		out := make([]value.Value, len(n.elems))
		for i := range n.elems {
			out[i] = valueOf(&n.elems[i])
		}
		return value.Array(out)
	case mapNode:
		out := make([]value.Member, len(n.fields))
		for i := range n.fields {
			out[i] = value.Member{Key: n.fields[i].key, Value: valueOf(&n.fields[i].value)}
		}
		return value.Object(out)
	}
	return value.Null()
}
