// Package object handles JSON objects as the bodies of resources are: nested
// maps, addressed by paths such as properties.encryption.keySource. Names are
// compared without regard to case, as Azure Resource Manager does.
package object

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Object is a JSON object. Its values are nil, bool, json.Number, string, []any
// and map[string]any.
type Object = map[string]any

// Decode reads a JSON object; anything else is an error. Numbers keep their
// spelling.
func Decode(src []byte) (Object, error) {
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	var o Object
	if err := d.Decode(&o); err != nil {
		return nil, err
	}
	if o == nil {
		return nil, fmt.Errorf("the body is null; it must be a JSON object")
	}
	return o, nil
}

// Must reads a JSON object that the sandbox itself has kept; what is empty or no
// object gives an empty one.
func Must(src []byte) Object {
	o, err := Decode(src)
	if err != nil {
		return Object{}
	}
	return o
}

// Encode writes an object; its members are in the order of their names.
func Encode(o Object) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		return json.RawMessage("{}") // only a value that is no JSON value does this
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// key is the spelling that o has of a name.
func key(o Object, name string) (string, bool) {
	if _, ok := o[name]; ok {
		return name, true
	}
	for k := range o {
		if strings.EqualFold(k, name) {
			return k, true
		}
	}
	return name, false
}

// Get gives the value at a dotted path, nil when it is not there.
func Get(o Object, path string) any {
	v, _ := Find(o, path)
	return v
}

// Find gives the value at a dotted path and whether it is there, be it null.
func Find(o Object, path string) (any, bool) {
	var v any = o
	for name := range strings.SplitSeq(path, ".") {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		k, ok := key(inner, name)
		if !ok {
			return nil, false
		}
		v = inner[k]
	}
	return v, true
}

// Text gives the string at a path, "" when there is none.
func Text(o Object, path string) string {
	s, _ := Get(o, path).(string)
	return s
}

// Bool gives the boolean at a path, false when there is none.
func Bool(o Object, path string) bool {
	b, _ := Get(o, path).(bool)
	return b
}

// Inner gives the object at a path, nil when there is none.
func Inner(o Object, path string) Object {
	m, _ := Get(o, path).(map[string]any)
	return m
}

// List gives the list at a path, nil when there is none.
func List(o Object, path string) []any {
	l, _ := Get(o, path).([]any)
	return l
}

// Set puts a value at a path, making the objects on the way; what is in the way
// and no object is replaced.
func Set(o Object, path string, v any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		k, _ := key(o, name)
		inner, ok := o[k].(map[string]any)
		if !ok {
			inner = Object{}
			o[k] = inner
		}
		o = inner
	}
	k, _ := key(o, names[len(names)-1])
	o[k] = v
}

// Default puts a value at a path when nothing, or null, is there.
func Default(o Object, path string, v any) {
	if Get(o, path) == nil {
		Set(o, path, v)
	}
}

// Delete takes out what is at a path and gives it; nil when nothing was there.
func Delete(o Object, path string) any {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		o, path = Inner(o, path[:i]), path[i+1:]
	}
	k, ok := key(o, path)
	if !ok {
		return nil
	}
	v := o[k]
	delete(o, k)
	return v
}

// Clone is a copy that shares nothing with v.
func Clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return CloneObject(v)
	case []any:
		c := slices.Clone(v)
		for i := range c {
			c[i] = Clone(c[i])
		}
		return c
	}
	return v
}

// CloneObject is [Clone] for an object.
func CloneObject(o Object) Object {
	c := make(Object, len(o))
	for k, v := range o {
		c[k] = Clone(v)
	}
	return c
}

// Merge puts patch over o as JSON Merge Patch (RFC 7396) has it: objects are
// merged, null takes out, all else replaces.
func Merge(o, patch Object) {
	for name, v := range patch {
		k, _ := key(o, name)
		inner, isObject := v.(map[string]any)
		switch {
		case v == nil:
			delete(o, k)
		case isObject:
			target, ok := o[k].(map[string]any)
			if !ok {
				target = Object{}
				o[k] = target
			}
			Merge(target, inner)
		default:
			o[k] = Clone(v)
		}
	}
}

// Fill puts what o lacks from defaults; what o has, be it null, stays.
func Fill(o, defaults Object) {
	for name, v := range defaults {
		k, has := key(o, name)
		inner, isObject := v.(map[string]any)
		target, targetIsObject := o[k].(map[string]any)
		switch {
		case !has:
			o[k] = Clone(v)
		case isObject && targetIsObject:
			Fill(target, inner)
		}
	}
}
