package object

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// values are JSON values whose names differ in more than their case.
func values(depth int) *rapid.Generator[any] {
	plain := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.SampledFrom([]string{"x", "y"}), func(s string) any { return s }), rapid.Just[any](json.Number("1")),
	}
	if depth == 0 {
		return rapid.OneOf(plain...)
	}
	list := rapid.Map(rapid.SliceOfN(values(depth-1), 0, 2), func(l []any) any { return l })
	inner := rapid.Map(objects(depth-1), func(o Object) any { return o })
	return rapid.OneOf(append(plain, list, inner, inner)...)
}

func objects(depth int) *rapid.Generator[Object] {
	return rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), values(depth), 0, 4)
}

// merged is MergePatch as RFC 7396, section 2, writes it down.
func merged(target, patch any) any {
	p, isObject := patch.(map[string]any)
	if !isObject {
		return patch
	}
	t, isObject := target.(map[string]any)
	out := map[string]any{}
	if isObject {
		for k, v := range t {
			out[k] = v
		}
	}
	for k, v := range p {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = merged(out[k], v)
		}
	}
	return out
}

// shout spells all names of a value in capitals.
func shout(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			out[strings.ToUpper(k)] = shout(inner)
		}
		return out
	case []any:
		return v
	}
	return v
}

func TestMergeIsThatOfTheRFC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, patch := objects(3).Draw(t, "object"), objects(3).Draw(t, "patch")
		want := string(Encode(shout(merged(o, patch)).(map[string]any)))
		for _, p := range []Object{patch, shout(patch).(map[string]any)} {
			got := CloneObject(o)
			before := string(Encode(p))
			Merge(got, p)
			if text := string(Encode(shout(got).(map[string]any))); text != want {
				t.Fatalf("%s merged with %s is %s, not %s", Encode(o), before, text, want)
			}
			for k, v := range p { // the patch is not shared
				if inner, ok := v.(map[string]any); ok {
					inner["zz"] = "later"
					if Get(got, k+".zz") != nil {
						t.Fatal("the result shares a part of the patch")
					}
					delete(inner, "zz")
				}
			}
			again := CloneObject(got)
			if Merge(again, p); !reflect.DeepEqual(again, got) {
				t.Fatalf("merging twice changes %s to %s", Encode(got), Encode(again))
			}
		}
	})
}

func TestFillKeepsWhatIsThereAndAddsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o, defaults := objects(3).Draw(t, "object"), objects(3).Draw(t, "defaults")
		got := CloneObject(o)
		Fill(got, defaults)
		var paths func(prefix string, v Object, visit func(path string, v any))
		paths = func(prefix string, v Object, visit func(string, any)) {
			for k, inner := range v {
				visit(prefix+k, inner)
				if m, ok := inner.(map[string]any); ok {
					paths(prefix+k+".", m, visit)
				}
			}
		}
		paths("", o, func(path string, v any) {
			_, isObject := v.(map[string]any)
			if now, there := Find(got, path); !there || !isObject && !reflect.DeepEqual(now, v) {
				t.Fatalf("%s was %v and is %v", path, v, now)
			}
		})
		paths("", defaults, func(path string, v any) {
			if _, there := Find(got, path); !there {
				if i := strings.LastIndexByte(path, '.'); i < 0 || Inner(got, path[:i]) != nil {
					t.Fatalf("%s is missing in %s", path, Encode(got))
				}
			}
		})
		again := CloneObject(got)
		if Fill(again, defaults); !reflect.DeepEqual(again, got) {
			t.Fatalf("filling twice changes %s to %s", Encode(got), Encode(again))
		}
	})
}

func TestACloneSharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := objects(3).Draw(t, "object")
		before := string(Encode(o))
		c := CloneObject(o)
		if !reflect.DeepEqual(c, o) {
			t.Fatalf("%s became %s", before, Encode(c))
		}
		var spoil func(v any)
		spoil = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				for _, inner := range v {
					spoil(inner)
				}
				v["zz"] = true
			case []any:
				for i := range v {
					spoil(v[i])
					v[i] = "spoilt"
				}
			}
		}
		if spoil(c); string(Encode(o)) != before {
			t.Fatalf("%s became %s", before, Encode(o))
		}
	})
}

func TestWhatIsSetIsGot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := objects(2).Draw(t, "object")
		path := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "c"}), 1, 4).Draw(t, "path"), ".")
		Set(o, path, "value")
		if Text(o, path) != "value" || Text(o, strings.ToUpper(path)) != "value" {
			t.Fatalf("%s is not in %s", path, Encode(o))
		}
		if Delete(o, path) != "value" {
			t.Fatalf("%s is not taken out", path)
		}
		if _, there := Find(o, path); there {
			t.Fatalf("%s is still there", path)
		}
	})
}
