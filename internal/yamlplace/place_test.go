package yamlplace_test

import (
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/holdfast-ml/holdfast/internal/yamlplace"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name, src, path string
		line, column    int
	}{
		{"a mapping is at its first key", "\n  a: 1\n  b: 2\n", "", 2, 3},
		{"a mapping of one key, too", "# note\na: 1\n", "", 2, 1},
		{"one in braces is at the brace", "a: {b: 1}\n", "a", 1, 4},
		{"a word is where it begins", "a:\n  - x\n  - yes\n", "a/1", 3, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := parser.ParseBytes([]byte(tt.src), 0)
			if err != nil {
				t.Fatal(err)
			}
			n := file.Docs[0].Body
			switch tt.path {
			case "a":
				n = n.(*ast.MappingNode).Values[0].Value
			case "a/1":
				n = n.(*ast.MappingNode).Values[0].Value.(*ast.SequenceNode).Values[1]
			}
			if line, column := yamlplace.Of(n); line != tt.line || column != tt.column {
				t.Errorf("%d:%d, want %d:%d", line, column, tt.line, tt.column)
			}
		})
	}
}
