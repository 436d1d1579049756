package deployment

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// valueOf gives a body to the template language.
func valueOf(o object.Object) value.Value {
	doc, errs := jsonc.Parse("resource", object.Encode(o))
	if len(errs) > 0 {
		return value.Absent() // what Encode writes is JSON
	}
	return value.FromNode(doc.Root())
}

// anyValue gives anything that is marshalled as JSON to the template language.
func anyValue(v any) (value.Value, error) {
	src, err := json.Marshal(v)
	if err != nil {
		return value.Value{}, fmt.Errorf("reading the answer to a list function: %w", err)
	}
	doc, errs := jsonc.Parse("answer", src)
	if len(errs) > 0 {
		return value.Value{}, errs[0]
	}
	return value.FromNode(doc.Root()), nil
}

// decoded is a kept JSON value for an answer.
func decoded(src json.RawMessage) any {
	return object.Must(append(append([]byte(`{"v":`), src...), '}'))["v"]
}

// typeNames are the types of parameters and outputs as the service spells them.
var typeNames = map[string]string{
	"string": "String", "securestring": "SecureString", "int": "Int", "integer": "Int", "bool": "Bool", "boolean": "Bool",
	"object": "Object", "secureobject": "SecureObject", "array": "Array",
}

func typeName(declared string, v value.Value, secure bool) string {
	if name := typeNames[strings.ToLower(declared)]; name != "" {
		return name
	}
	name := typeNames[strings.ToLower(v.Kind().String())]
	if name == "" {
		name = "Object"
	}
	if secure {
		name = "Secure" + name
	}
	return name
}

// timestamp writes a time as Azure does.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// period writes a duration as ISO 8601 has it.
func period(d time.Duration) string {
	d = max(d, 0)
	out := "PT"
	if h := d / time.Hour; h > 0 {
		out += fmt.Sprintf("%dH", h)
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		out += fmt.Sprintf("%dM", m)
	}
	if rest := (d % time.Minute).Seconds(); rest > 0 || out == "PT" {
		text := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.7f", rest), "0"), ".")
		out += text + "S"
	}
	return out
}
