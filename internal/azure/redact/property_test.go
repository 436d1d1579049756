package redact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// secretNames and openNames are names of members that hide their value, and that
// do not.
var (
	secretNames = []string{"password", "adminPassword", "clientSecret", "accountKey", "primaryKey", "connectionString", "token", "key", "sasToken", "secrets", "credentials"}
	openNames   = []string{"name", "id", "location", "sku", "properties", "value", "tags", "kind", "keyVault", "nextLink"}
)

const canary = "k4n4r1envoge1"

// document draws a JSON value; below a secret name every string is a canary.
func document(rt *rapid.T, depth int, secret bool) any {
	kinds := []string{"text", "number", "bool", "null"}
	if depth > 0 {
		kinds = append(kinds, "object", "object", "list")
	}
	switch rapid.SampledFrom(kinds).Draw(rt, "kind") {
	case "object":
		o := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(rt, "members") {
			if rapid.Bool().Draw(rt, "secret") {
				o[rapid.SampledFrom(secretNames).Draw(rt, "name")] = document(rt, depth-1, true)
			} else {
				// What describes a secret is shown, so that no canary may stand there.
				name := rapid.SampledFrom(openNames).Draw(rt, "name")
				o[name] = document(rt, depth-1, secret && name != "name" && name != "id")
			}
		}
		return o
	case "list":
		var l []any
		for range rapid.IntRange(0, 3).Draw(rt, "items") {
			l = append(l, document(rt, depth-1, secret))
		}
		return l
	case "number":
		return rapid.IntRange(0, 1000).Draw(rt, "number")
	case "bool":
		return rapid.Bool().Draw(rt, "bool")
	case "null":
		return nil
	}
	if secret {
		return canary + rapid.SampledFrom([]string{"", `"`, `\`, "'", " x", "\n", "}", "]", ",", `\"`}).Draw(rt, "tail")
	}
	return rapid.SampledFrom([]string{"westeurope", "a b", `quote " here`, `back \ slash`, "{", "]", "Standard_LRS", ""}).Draw(rt, "text")
}

// TestNoCanaryRemainsInAnyDocument masks drawn documents as JSON, as text, as text
// within JSON once and twice, and cut off anywhere.
func TestNoCanaryRemainsInAnyDocument(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		doc, err := json.Marshal(map[string]any{"properties": document(rt, 4, false)})
		if err != nil {
			rt.Fatal(err)
		}
		quoted, err := json.Marshal(string(doc))
		if err != nil {
			rt.Fatal(err)
		}
		twice, err := json.Marshal(string(quoted))
		if err != nil {
			rt.Fatal(err)
		}
		cut := string(doc[:rapid.IntRange(0, len(doc)).Draw(rt, "cut")])
		for how, text := range map[string]string{
			"JSON": string(redact.JSON(doc)), "JSON within JSON": string(redact.JSON(quoted)),
			"text": redact.Text(string(doc)), "text in text": redact.Text("error: " + string(doc) + " was refused"),
			"quoted": redact.Text(string(quoted)), "quoted twice": redact.Text(string(twice)), "cut off": redact.Text(cut),
		} {
			if strings.Contains(text, canary) {
				rt.Fatalf("as %s, %s becomes %s", how, doc, text)
			}
		}
	})
}

// TestWhatIsNoSecretStays in JSON, byte for byte but for the order of members.
func TestWhatIsNoSecretStays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := map[string]any{}
		for i := range rapid.IntRange(0, 5).Draw(rt, "members") {
			o[fmt.Sprint(rapid.SampledFrom(openNames).Draw(rt, "name"), i)] = rapid.SampledFrom([]any{"westeurope", 1.5, true, nil, []any{"a"}, "/subscriptions/x"}).Draw(rt, "value")
		}
		doc, err := json.Marshal(o)
		if err != nil {
			rt.Fatal(err)
		}
		if got := string(redact.JSON(doc)); got != string(doc) {
			rt.Fatalf("%s becomes %s", doc, got)
		}
		if got := redact.Text(string(doc)); got != string(doc) {
			rt.Fatalf("as text %s becomes %s", doc, got)
		}
	})
}
