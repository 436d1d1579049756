package estate

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Origin is the place that a resource, a relation or a setting came from. A
// resource that was read from live Azure has no file.
type Origin struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`   // 1-based
	Column  int    `json:"column,omitempty"` // 1-based
	Pointer string `json:"pointer,omitempty"`
}

// OriginOf gives the place where v landed, the zero Origin when it has none.
func OriginOf(v value.Value) Origin {
	n := v.Use()
	if !n.IsValid() {
		return Origin{}
	}
	p := n.Pos()
	return Origin{File: p.File, Line: p.Line, Column: p.Column, Pointer: n.Pointer()}
}

// OriginOf gives the place where v landed, as the package's OriginOf does, but
// at a cost that does not grow with the file: a value inside the body of r is
// counted from r's own origin. A value without a place gives the origin of r.
func (r *Resource) OriginOf(v value.Value) Origin {
	n, body := v.Use(), r.Body.Use()
	if !n.IsValid() {
		return r.Origin
	}
	if !body.IsValid() || body.Document() != n.Document() || r.Origin.Line == 0 || n.Start() < body.Start() || n.Start() >= body.End() {
		return OriginOf(v)
	}
	o := Origin{File: r.Origin.File, Line: r.Origin.Line, Column: r.Origin.Column}
	before := n.Document().Source()[body.Start():n.Start()]
	if last := strings.LastIndexByte(before, '\n'); last >= 0 {
		o.Line += strings.Count(before, "\n")
		o.Column, before = 1, before[last+1:]
	}
	o.Column += utf8.RuneCountInString(before)
	o.Pointer = r.Origin.Pointer + pointerBelow(n, body)
	return o
}

// pointerBelow is the JSON pointer from body to n, which is inside it.
func pointerBelow(n, body jsonc.Node) string {
	rest := ""
	for ; n != body && n.IsValid(); n = n.Parent() {
		if n.IsMember() {
			rest = "/" + pointerEscapes.Replace(n.Key()) + rest
			continue
		}
		i := 0
		for c := n.Parent().First(); c.IsValid() && c != n; c = c.Next() {
			i++
		}
		rest = "/" + strconv.Itoa(i) + rest
	}
	return rest
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
