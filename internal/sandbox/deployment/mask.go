package deployment

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// hidden is what what-if shows for a secret.
const hidden = "*******"

// masking keeps secrets out of what what-if shows.
type masking struct{ secrets []string }

// body is the body of a request with its secrets hidden; they are remembered.
func (m *masking) body(req template.Request) object.Object {
	m.collect(req.Body)
	o, _ := partial(req.Body).(object.Object)
	for _, name := range []string{"type", "name", "apiVersion"} {
		object.Delete(o, name)
	}
	return o
}

func (m *masking) collect(v value.Value) {
	if s, ok := v.AsString(); ok && v.Secret() && len(s) > 3 {
		m.secrets = append(m.secrets, s)
	}
	for _, e := range v.Elems() {
		m.collect(e)
	}
	for _, e := range v.Members() {
		m.collect(e)
	}
}

// hide replaces the secrets that it remembers in a body.
func (m *masking) hide(v any) any {
	switch v := v.(type) {
	case string:
		for _, s := range m.secrets {
			if strings.Contains(v, s) {
				return hidden
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = m.hide(v[i])
		}
		return v
	case map[string]any:
		for k := range v {
			v[k] = m.hide(v[k])
		}
		return v
	}
	return v
}

// partial is a value of which a part may not be known: expressions stand for
// that, and asterisks for secrets.
func partial(v value.Value) any {
	if v.Secret() {
		return hidden
	}
	switch v.Kind() {
	case value.UnknownKind:
		return v.Residual()
	case value.ArrayKind:
		list := []any{}
		for _, e := range v.Elems() {
			list = append(list, partial(e))
		}
		return list
	case value.ObjectKind:
		o := object.Object{}
		for k, e := range v.Members() {
			o[k] = partial(e)
		}
		return o
	}
	return decoded(v.AppendJSON(nil))
}
