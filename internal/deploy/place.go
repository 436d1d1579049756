package deploy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// Azure tells places in several ways: by line and column of the template as it
// was sent, by the id or the path of what is meant, or only by a name in the text.
var (
	lineColumn = regexp.MustCompile(`(?i)\bline '?(\d+)'?,?(?: and| ) ?(?:column|position) '?(\d+)'?`)
	quotedName = regexp.MustCompile(`'([^'\s]{2,})'`)
	inTemplate = regexp.MustCompile(`(?i)(?:^|\bproperties\.|\b)template\.((?:resources|parameters|variables|outputs|functions)\b[\w.\[\]'$-]*)`)
	parameter  = regexp.MustCompile(`(?i)\bparameters? '([^']+)'`)
	property   = regexp.MustCompile(`(?i)\bproperty '([\w.]+)'`)
	output     = regexp.MustCompile(`(?i)\boutput '([^']+)'`)
)

// place finds what a message is about in the user's file, and the id of the
// resource when it is one. The zero position means that it is not known.
func (t *Template) place(message, target, id string) (jsonc.Position, string) {
	if t == nil || t.source == nil {
		return jsonc.Position{}, ""
	}
	if n := t.sentAt(message); n.IsValid() {
		return start(n), t.idAt(n)
	}
	if r := t.resource(id); r != nil {
		if m := property.FindStringSubmatch(message); m != nil && within(r.Node, target) == r.Node {
			target = m[1]
		}
		return start(within(r.Node, target)), r.IDText()
	}
	for _, text := range []string{target, message} {
		if m := inTemplate.FindStringSubmatch(text); m != nil {
			if n := walk(t.source.Node(), m[1]); n.IsValid() {
				return start(n), t.idAt(n)
			}
		}
	}
	if n := t.named(message); n.IsValid() {
		return start(n), t.idAt(n)
	}
	if r := t.resource(target); r != nil {
		return start(r.Node), r.IDText()
	}
	return jsonc.Position{}, ""
}

// start is where a node begins, for a member where its name stands.
func start(n jsonc.Node) jsonc.Position {
	if n.IsMember() {
		return n.KeyPos()
	}
	return n.Pos()
}

// sentAt is the node of the user's file that stands where the message says, by
// line and column in what was sent; absent when it does not say, or says (as for
// the file as a whole) the very beginning.
func (t *Template) sentAt(message string) jsonc.Node {
	m := lineColumn.FindStringSubmatch(message)
	if m == nil || t.sent == nil {
		return jsonc.Node{}
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	offset := offsetOf(t.sent.Source(), line, column)
	if offset <= 0 {
		return jsonc.Node{}
	}
	return twin(nodeAt(t.sent.Root(), offset), t.source.Node())
}

// offsetOf is the byte offset of a line and a column, both counted from 1; -1
// when there is no such place.
func offsetOf(text string, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return -1
		}
		at += i + 1
	}
	for i := range text[at:] {
		if column--; column <= 0 {
			return at + i
		}
	}
	return -1
}

// nodeAt is the innermost node that an offset lies in, its name included.
func nodeAt(n jsonc.Node, offset int) jsonc.Node {
	for c := range n.Children() {
		if offset < c.End() {
			if offset < c.KeyStart() && offset < c.Start() {
				break
			}
			return nodeAt(c, offset)
		}
	}
	return n
}

// twin is the node at the same place in another document with the same tree.
func twin(n, root jsonc.Node) jsonc.Node {
	if !n.Parent().IsValid() {
		return root
	}
	up := twin(n.Parent(), root)
	i := 0
	for c := range n.Parent().Children() {
		if c == n {
			return up.At(i)
		}
		i++
	}
	return up
}

// resource finds the resource with an id: by the id, else by the end of it, since
// parts of an id may not be known offline.
func (t *Template) resource(id string) *template.Resource {
	if !strings.HasPrefix(id, "/") {
		return nil
	}
	typ, name := typeAndName(id)
	var near *template.Resource
	for _, r := range t.expansion.Resources {
		switch {
		case strings.EqualFold(r.IDText(), id):
			return r
		case near == nil && strings.EqualFold(r.Type, typ) && strings.EqualFold(r.NameText(), name):
			near = r
		}
	}
	if near == nil { // the only one of its type whose name is not known yet
		for _, r := range t.expansion.Resources {
			if strings.EqualFold(r.Type, typ) && r.Name.IsUnknown() {
				if near != nil {
					return nil
				}
				near = r
			}
		}
	}
	return near
}

// typeAndName are the full type and name in an id.
func typeAndName(id string) (typ, name string) {
	i := strings.LastIndex(strings.ToLower(id), "/providers/")
	if i < 0 {
		parts := strings.Split(strings.Trim(id, "/"), "/")
		if len(parts) == 4 && strings.EqualFold(parts[2], "resourceGroups") {
			return "Microsoft.Resources/resourceGroups", parts[3]
		}
		return "", ""
	}
	parts := strings.Split(id[i+len("/providers/"):], "/")
	typ = parts[0]
	var names []string
	for k := 1; k < len(parts); k += 2 {
		typ += "/" + parts[k]
		if k+1 < len(parts) {
			names = append(names, parts[k+1])
		}
	}
	return typ, strings.Join(names, "/")
}

// idAt is the id of the innermost resource that a node lies in.
func (t *Template) idAt(n jsonc.Node) string {
	for ; n.IsValid(); n = n.Parent() {
		for _, r := range t.expansion.Resources {
			if r.Node == n && len(r.Copies) == 0 {
				return r.IDText()
			}
		}
	}
	return ""
}

// within goes from a resource to the property that a target names, such as
// properties.encryption or /sku/name, as far as the resource has it.
func within(n jsonc.Node, target string) jsonc.Node {
	if target == "" || strings.Contains(strings.ToLower(target), "/subscriptions/") {
		return n
	}
	path := strings.ReplaceAll(strings.Trim(target, "/$."), "/", ".")
	if found := walkFar(n, path); found != n {
		return found
	}
	if found := walkFar(n.Get("properties"), path); found.IsValid() && found != n.Get("properties") {
		return found
	}
	return n
}

var pathPart = regexp.MustCompile(`[^.\[\]']+`)

// walk follows a path such as resources[0].sku.name; absent when it leads nowhere.
func walk(n jsonc.Node, path string) jsonc.Node {
	for _, part := range pathPart.FindAllString(path, -1) {
		n = step(n, part)
	}
	return n
}

// walkFar follows a path as far as it leads.
func walkFar(n jsonc.Node, path string) jsonc.Node {
	for _, part := range pathPart.FindAllString(path, -1) {
		next := step(n, part)
		if !next.IsValid() {
			break
		}
		n = next
	}
	return n
}

func step(n jsonc.Node, part string) jsonc.Node {
	if n.Kind() == jsonc.Array {
		if i, err := strconv.Atoi(part); err == nil {
			return n.At(i)
		}
		return jsonc.Node{}
	}
	return n.Get(part)
}

// named finds a parameter, an output or a resource that a message names.
func (t *Template) named(message string) jsonc.Node {
	root := t.source.Node()
	if m := parameter.FindStringSubmatch(message); m != nil {
		for _, p := range t.expansion.Parameters {
			if strings.EqualFold(p.Name, m[1]) {
				if p.Source == template.FromFile && p.Origin.IsValid() {
					return p.Origin
				}
				return p.Node
			}
		}
	}
	if m := output.FindStringSubmatch(message); m != nil {
		if n := root.Get("outputs").Get(m[1]); n.IsValid() {
			return n
		}
	}
	for _, m := range quotedName.FindAllStringSubmatch(message, -1) {
		if r := t.resource(m[1]); r != nil {
			return r.Node
		}
		for _, r := range t.expansion.Resources {
			name := r.NameText()
			if strings.EqualFold(name, m[1]) || strings.EqualFold(r.Type+"/"+name, m[1]) {
				return r.Node
			}
		}
	}
	return jsonc.Node{}
}
