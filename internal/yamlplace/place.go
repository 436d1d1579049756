// Package yamlplace tells where a node of a YAML file stands, so that an error
// about it can name the line.
package yamlplace

import "github.com/goccy/go-yaml/ast"

// Of gives the line and the column of a node, counted from 1: of a mapping over
// several lines, those of its first key. A node without a place is at 1, 1.
func Of(n ast.Node) (line, column int) {
	switch m := n.(type) { // of lines of key: value, the token is the first colon
	case *ast.MappingValueNode:
		n = m.Key
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			n = m.Values[0].Key
		}
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 1, 1
}
