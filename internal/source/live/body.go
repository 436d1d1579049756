package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const typeGroup = "Microsoft.Resources/resourceGroups"

// dropped are the columns of Resource Graph that are no members of a resource.
var dropped = []string{"resourceGroup", "subscriptionId", "tenantId"}

// resource makes a resource of a row of Resource Graph or of an element of a
// list. Secrets in it are masked.
func resource(row json.RawMessage) (*estate.Resource, error) {
	body, err := object(row)
	if err != nil {
		return nil, err
	}
	text, _ := body["id"].(string)
	id := estate.ParseID(text)
	if !strings.HasPrefix(text, "/") || !id.IsARM() {
		return nil, errors.New("an element of the answer has no id")
	}
	for _, name := range dropped {
		delete(body, name)
	}
	for name, v := range body {
		if v == nil || v == "" {
			delete(body, name)
		}
	}
	location, _ := body["location"].(string)
	r := &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), Location: estate.NormalizeLocation(location), Body: value.FromAny(mask(body, false))}
	if zones, ok := body["zones"].([]any); ok {
		for _, z := range zones {
			switch z := z.(type) {
			case string:
				r.Zones = append(r.Zones, z)
			case json.Number:
				r.Zones = append(r.Zones, z.String())
			}
		}
	}
	return r, nil
}

func object(row json.RawMessage) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(row))
	d.UseNumber()
	var body map[string]any
	if err := d.Decode(&body); err != nil || body == nil {
		return nil, errors.New("an element of the answer is no object")
	}
	return body, nil
}

// kinds are members within those that hold secrets that say of which kind they
// are.
var kinds = []string{"credentialsType", "secretsType", "credentialType"}

// mask puts [redact.Mask] in the place of secrets: of texts below members whose
// names say so, but those that name a resource or a key in a vault, and of what
// looks like one anywhere.
func mask(x any, secret bool) any {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			x[k] = mask(v, secret && !fold(kinds, k) || redact.Secret(k) || strings.EqualFold(k, "secureValue"))
		}
	case []any:
		for i, v := range x {
			x[i] = mask(v, secret)
		}
	case string:
		switch {
		case secret && x != "" && !names(x):
			return redact.Mask
		case strings.ContainsAny(x, "=: ~") || strings.Contains(x, "eyJ"):
			return redact.Text(x)
		}
	case json.Number:
		if secret {
			return redact.Mask
		}
	}
	return x
}

// names says that a text is the id of a resource, or the address of a key in a
// vault.
func names(text string) bool {
	if IsID(text) {
		return true
	}
	rest, ok := strings.CutPrefix(strings.ToLower(text), "https://")
	_, path, _ := strings.Cut(rest, "/")
	return ok && strings.HasPrefix(path, "keys/") && !strings.ContainsAny(rest, "?#@")
}

func fold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// with is the body with another value of one property.
func with(body value.Value, property string, v value.Value) value.Value {
	set := func(o value.Value, key string, v value.Value) value.Value {
		var members []value.Member
		for k, old := range o.Members() {
			if !strings.EqualFold(k, key) {
				members = append(members, value.Member{Key: k, Value: old})
			}
		}
		return value.Object(append(members, value.Member{Key: key, Value: v}))
	}
	return set(body, "properties", set(body.Get("properties"), property, v))
}
