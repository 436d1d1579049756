package catalog

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// readJSON reads the form that [appendJSON] writes.
func readJSON(src []byte) (node, error) {
	doc, errs := jsonc.Parse("data.json", src)
	if len(errs) > 0 {
		return node{}, fmt.Errorf("the embedded catalog cannot be read: %w: run go generate ./internal/catalog", errs[0])
	}
	return fromJSON(doc.Root()), nil
}

func fromJSON(j jsonc.Node) node {
	var n node
	switch j.Kind() {
	case jsonc.String:
		n.kind, n.text = textNode, j.Str()
	case jsonc.Number, jsonc.Bool:
		n.kind, n.text = literalNode, j.Raw()
	case jsonc.Array:
		n.kind, n.elems = listNode, make([]node, 0, j.Len())
		for e := j.First(); e.IsValid(); e = e.Next() {
			n.elems = append(n.elems, fromJSON(e))
		}
	case jsonc.Object:
		n.kind, n.fields = mapNode, make([]field, 0, j.Len())
		for e := j.First(); e.IsValid(); e = e.Next() {
			n.fields = append(n.fields, field{key: e.Key(), value: fromJSON(e)})
		}
	}
	return n
}

// appendJSON writes a tree as JSON, with a line for each element of a list at
// most two levels down so that a change of one fact is a change of one line.
func appendJSON(dst []byte, n *node, level int) []byte {
	newline := func() {
		if level < 2 {
			dst = append(dst, '\n')
		}
	}
	switch n.kind {
	case literalNode:
		return append(dst, n.text...)
	case textNode:
		return value.AppendQuoted(dst, n.text)
	case listNode:
		dst = append(dst, '[')
		for i := range n.elems {
			if i > 0 {
				dst = append(dst, ',')
			}
			newline()
			dst = appendJSON(dst, &n.elems[i], level+1)
		}
		newline()
		return append(dst, ']')
	case mapNode:
		dst = append(dst, '{')
		for i := range n.fields {
			if i > 0 {
				dst = append(dst, ',')
			}
			if level == 0 {
				newline()
			}
			dst = value.AppendQuoted(dst, n.fields[i].key)
			dst = append(dst, ':')
			dst = appendJSON(dst, &n.fields[i].value, level+1)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// isJSONLiteral says that a plain YAML text is the same number or boolean in JSON.
func isJSONLiteral(s string) bool {
	if s == "true" || s == "false" {
		return true
	}
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	return isDigits(whole) && (whole == "0" || whole[0] != '0') && (!dotted || isDigits(fraction))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
