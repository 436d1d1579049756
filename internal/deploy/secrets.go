package deploy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// Hidden stands where a secret was.
const Hidden = "(secret)"

// shortest is the length in bytes below which a secret is only hidden where it is
// the whole of a text: a shorter one would be found in half of all words.
const shortest = 4

// Secrets are texts that must not be seen. The zero value knows none, and hides
// only what package redact recognises.
type Secrets struct{ values []string }

// secretsOf gathers the secure parameters, and whatever in the resources and
// outputs was made of them and is known.
func secretsOf(x *template.Expansion) Secrets {
	found := map[string]bool{}
	for _, p := range x.Parameters {
		if p.Secure {
			gather(found, p.Value.WithSecret(), true)
		}
	}
	for _, r := range x.Resources {
		gather(found, r.Name, false)
		gather(found, r.Body, false)
	}
	for _, o := range x.Outputs {
		gather(found, o.Value, o.Secure)
	}
	return newSecrets(found)
}

// gather finds the secret texts in a value.
func gather(found map[string]bool, v value.Value, secret bool) {
	secret = secret || v.Secret()
	switch v.Kind() {
	case value.ObjectKind:
		for _, m := range v.Members() {
			gather(found, m, secret)
		}
	case value.ArrayKind:
		for _, e := range v.Elems() {
			gather(found, e, secret)
		}
	default:
		if !secret || v.IsUnknown() {
			return
		}
		if text, err := v.AppendRevealed(nil); err == nil {
			found[textOf(text)] = true
		}
	}
}

// textOf is a JSON scalar as text: a string without its quotes. true, false and
// null tell nothing.
func textOf(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if t := string(raw); t != "true" && t != "false" && t != "null" {
		return t
	}
	return ""
}

func newSecrets(found map[string]bool) Secrets {
	all := map[string]bool{}
	for text := range found {
		if strings.TrimSpace(text) == "" {
			continue
		}
		quoted, _ := json.Marshal(text)
		for _, form := range []string{text, strings.Trim(string(quoted), `"`), url.QueryEscape(text), url.PathEscape(text), base64.StdEncoding.EncodeToString([]byte(text))} {
			all[form] = true
		}
	}
	var s Secrets
	for text := range all {
		s.values = append(s.values, text)
	}
	slices.SortFunc(s.values, func(a, b string) int { // longest first: one may hold another
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return s
}

// Hide is a text without secrets.
func (s Secrets) Hide(text string) string {
	for _, v := range s.values {
		if text == v {
			return Hidden
		}
		if len(v) >= shortest {
			text = strings.ReplaceAll(text, v, Hidden)
		}
	}
	return redact.Text(text)
}

// JSON is a JSON value without secrets: members whose names say so are hidden
// too. What is no JSON is hidden as text. Absent and null stay so.
func (s Secrets) JSON(raw json.RawMessage) json.RawMessage {
	if absent(raw) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		b, _ := json.Marshal(s.Hide(string(raw)))
		return b
	}
	b, err := marshal(s.hide(v, ""))
	if err != nil {
		return nil
	}
	return b
}

func (s Secrets) hide(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = s.hide(e, k)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = s.hide(e, name)
		}
		return out
	case string:
		if redact.Secret(name) && v != "" {
			return Hidden
		}
		return s.Hide(v)
	case json.Number:
		if s.Hide(v.String()) != v.String() {
			return Hidden
		}
	}
	return v
}

func absent(raw json.RawMessage) bool {
	t := bytes.TrimSpace(raw)
	return len(t) == 0 || bytes.Equal(t, []byte("null"))
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
