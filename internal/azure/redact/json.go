package redact

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON is body with its secrets masked: every string below a member whose name
// says so, and what [Text] finds in all others. Members come out in the order of
// their names. A body that is not JSON is masked as text.
func JSON(body []byte) []byte {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return []byte(Text(string(body)))
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(clean(v, false)); err != nil {
		return []byte(Text(string(body)))
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// clean masks v; secret says that all its strings and numbers are secret.
func clean(v any, secret bool) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			_, leaf := member.(bool)
			v[name] = clean(member, (secret || Secret(name)) && !leaf && !describes(name))
		}
		return v
	case []any:
		for i := range v {
			v[i] = clean(v[i], secret)
		}
		return v
	case string:
		if secret && v != "" {
			return Mask
		}
		return Text(v)
	case json.Number:
		if secret {
			return Mask
		}
	}
	return v
}

// describes says that a member of a secret tells about it and is not part of it.
func describes(name string) bool {
	n := normal(name)
	return strings.HasSuffix(n, "type") || n == "keyname" || n == "permissions" || n == "id" || n == "name" || n == "creationtime"
}
