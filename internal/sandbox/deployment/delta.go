package deployment

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// The kinds of property changes, as the service names them.
const (
	changeCreate   = "Create"
	changeModify   = "Modify"
	changeDelete   = "Delete"
	changeArray    = "Array"
	changeNoEffect = "NoEffect"
)

// difference lists what changes between two bodies: one entry for each property,
// by its dotted path, those of arrays with one child for each element.
func difference(before, after object.Object) []any { return differObjects("", before, after) }

func differObjects(path string, before, after object.Object) []any {
	var out []any
	names := map[string]string{} // lower case to spelling
	for k := range after {
		names[strings.ToLower(k)] = k
	}
	for k := range before {
		names[strings.ToLower(k)] = k
	}
	for _, lower := range slices.Sorted(maps.Keys(names)) {
		name := names[lower]
		b, had := object.Find(before, name)
		a, has := object.Find(after, name)
		place := name
		if path != "" {
			place = path + "." + name
		}
		out = append(out, differ(place, b, a, had && b != nil, has && a != nil)...)
	}
	return out
}

func differ(path string, before, after any, had, has bool) []any {
	switch {
	case !had && !has:
		return nil
	case !had:
		return []any{object.Object{"path": path, "propertyChangeType": changeCreate, "before": nil, "after": after, "children": nil}}
	case !has:
		return []any{object.Object{"path": path, "propertyChangeType": changeDelete, "before": before, "after": nil, "children": nil}}
	}
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			return differObjects(path, b, a)
		}
	case []any:
		if a, ok := after.([]any); ok {
			if children := differArrays(b, a); len(children) > 0 {
				return []any{object.Object{"path": path, "propertyChangeType": changeArray, "before": nil, "after": nil, "children": children}}
			}
			return nil
		}
	}
	if same(before, after) {
		return nil
	}
	return []any{object.Object{"path": path, "propertyChangeType": changeModify, "before": before, "after": after, "children": nil}}
}

// differArrays compares element by element.
func differArrays(before, after []any) []any {
	var out []any
	for i := range max(len(before), len(after)) {
		var b, a any
		if i < len(before) {
			b = before[i]
		}
		if i < len(after) {
			a = after[i]
		}
		place := strconv.Itoa(i)
		bo, isObject := b.(map[string]any)
		ao, bothObjects := a.(map[string]any)
		if isObject && bothObjects {
			if children := differObjects("", bo, ao); len(children) > 0 {
				out = append(out, object.Object{"path": place, "propertyChangeType": changeModify, "before": nil, "after": nil, "children": children})
			}
			continue
		}
		out = append(out, differ(place, b, a, i < len(before), i < len(after))...)
	}
	return out
}

// same compares two JSON values; numbers by what they say.
func same(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	return string(object.Encode(object.Object{"v": a})) == string(object.Encode(object.Object{"v": b}))
}
