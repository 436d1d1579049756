package inventory

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Recognise says what the JSON value is: "inventory" or "estate", or "" when it
// is neither. It looks at the form of the outermost values only.
func Recognise(root jsonc.Node) string {
	switch {
	case root.Kind() == jsonc.Object && estateOf(root).IsValid():
		return "estate"
	case listing(root, 0):
		return "inventory"
	}
	return ""
}

// estateOf gives the object with resources and relations of Holdfast's own
// JSON: below "estate" in a document or a report, or the root itself.
func estateOf(root jsonc.Node) jsonc.Node {
	if e := root.Get("estate"); e.Get("resources").Kind() == jsonc.Array {
		return e
	}
	if root.Get("resources").Kind() == jsonc.Array && root.Get("relations").Kind() == jsonc.Array {
		return root
	}
	return jsonc.Node{}
}

// maxStrangers is how many elements of an array are looked at: those of a listing
// may begin with errors or empty answers.
const maxStrangers = 8

// maxNesting is how deep pages may lie in arrays and other pages.
const maxNesting = 4

func listing(n jsonc.Node, depth int) bool {
	if depth > maxNesting {
		return false
	}
	switch n.Kind() {
	case jsonc.Array:
		first := n.First()
		for c, i := first, 0; c.IsValid() && i < maxStrangers; c, i = c.Next(), i+1 {
			if listing(c, depth+1) {
				return true
			}
		}
		return !first.IsValid()
	case jsonc.Object:
		if isElement(n) {
			return true
		}
		for _, key := range pageKeys {
			v := n.Get(key)
			if v.Kind() == jsonc.Array && v.Len() == 0 && key == "resources" && n.Get("diagnostics").Kind() != jsonc.Array {
				continue // many a file has no resources; an expansion says what it has beside them
			}
			if v.Kind() == jsonc.Array && listing(v, depth+1) {
				return true
			}
		}
		return n.Get("data").Get("rows").Kind() == jsonc.Array
	}
	return false
}

// pageKeys are the members under which pages hold their elements: ARM, Resource
// Graph, and `holdfast arm expand`.
var pageKeys = []string{"value", "data", "resources"}

// isElement says whether an object stands for a resource: it has an id, or all
// the parts of one.
func isElement(n jsonc.Node) bool {
	if n.Get("$schema").IsValid() {
		return false
	}
	for _, key := range []string{"id", "resourceId"} {
		if text := n.Get(key).Str(); text != "" && estate.ParseID(text).IsARM() {
			return true
		}
	}
	return strings.Contains(n.Get("type").Str(), "/") && n.Get("name").Kind() == jsonc.String && n.Get("resourceGroup").Kind() == jsonc.String
}
