package file

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// depend lets resources that are told of an addition wait for it.
func (d *draft) depend(shapes []*shape) {
	told := map[string]bool{}
	for _, s := range shapes {
		if s.id == nil || s.first.child || s.first.lock {
			continue
		}
		v := value.String("[" + s.id.String() + "]")
		if s.symbol != "" {
			v = value.String(s.symbol)
		}
		for _, t := range d.state.order {
			if t.was == nil || !speaksOf(t.body, s.first) {
				continue
			}
			node := d.w.node(t.was.Body.Use())
			key := fmt.Sprint(node.Start(), " ", v.Str())
			if told[key] || outermost(node).Parent() != outermost(s.node).Parent() {
				continue
			}
			told[key] = true
			d.do(s.first.target.steps[:1], func(why string) error {
				list := node.Get("dependsOn")
				if list.IsValid() {
					return d.set(list).Append(list, v, why)
				}
				after, _ := place(node, "dependsOn", true)
				return d.set(node).SetMemberAfter(node, after, "dependsOn", value.Array([]value.Value{v}), why)
			})
		}
	}
}

// speaksOf says that a body holds the id of an addition.
func speaksOf(body value.Value, a *addition) bool {
	return body.Contains(func(v value.Value) bool {
		s, ok := v.AsString()
		return ok && strings.HasPrefix(s, markStart+"group@") && strings.HasSuffix(s, markEnd+"/providers/"+a.typ+"/"+a.name)
	})
}

// siblings are the declarations of the children of the same type that the owner has
// already: many providers make one child at a time.
func (d *draft) siblings(a *addition) []jsonc.Node {
	if !a.child || a.above != nil {
		return nil
	}
	var out []jsonc.Node
	owner := d.w.node(a.owner.Body.Use())
	prefix := a.owner.ID.Key() + "/"
	for _, r := range d.w.estate.Resources {
		made := d.w.made[r]
		if made == nil || !strings.EqualFold(r.Type, a.typ) || !strings.HasPrefix(r.ID.Key(), prefix) {
			continue
		}
		n := d.w.node(made.Node)
		if n.Document() == owner.Document() && outermost(n).Parent() == outermost(owner).Parent() && !enclosingCopy(n).IsValid() && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// section is where an addition is declared: among the children that are written
// inside of the owner where there are such, else beside it.
func (d *draft) section(s *shape) (section jsonc.Node, inside bool, err error) {
	if s.first.child && s.above == nil {
		if list := s.node.Get("resources"); list.Kind() == jsonc.Array && list.Len() > 0 {
			short := true
			for c := range list.Children() {
				short = short && !namesProvider(c.Get("type").Str())
			}
			if short {
				return list, true, nil
			}
		}
	}
	top := outermost(s.node)
	section = top.Parent()
	if section.Kind() != jsonc.Array && section.Kind() != jsonc.Object {
		return section, false, fmt.Errorf("the resources around line %d are no list", s.node.Pos().Line)
	}
	return section, false, nil
}

// outermost is the declaration of a template that a declaration is written in.
func outermost(n jsonc.Node) jsonc.Node {
	for {
		up := around(n)
		if !up.IsValid() {
			return n
		}
		n = up
	}
}

func enclosingCopy(n jsonc.Node) jsonc.Node {
	for ; n.IsValid(); n = around(n) {
		if c := n.Get("copy"); c.Kind() == jsonc.Object {
			return c
		}
	}
	return jsonc.Node{}
}

// condition is that of a declaration, or else of the nearest one around it.
func condition(n jsonc.Node) jsonc.Node {
	for ; n.IsValid(); n = around(n) {
		if c := n.Get("condition"); c.IsValid() {
			return c
		}
	}
	return jsonc.Node{}
}

func symbolOf(n jsonc.Node) string {
	if n.IsMember() {
		return n.Key()
	}
	return ""
}

// rawValue is a literal as it is written, with expressions in it.
func rawValue(n jsonc.Node) value.Value { return value.FromNode(n) }

// freshLoop makes a name for a loop that no other one has.
func (d *draft) freshLoop(name string) string {
	for i, try := 2, name; ; i++ {
		if !d.loops[strings.ToLower(try)] {
			d.loops[strings.ToLower(try)] = true
			return try
		}
		try = name + strconv.Itoa(i)
	}
}

func (d *draft) freshSymbol(section jsonc.Node, name string) string {
	taken := d.names[section]
	if taken == nil {
		taken = map[string]bool{}
		d.names[section] = taken
	}
	for i, try := 2, name; ; i++ {
		if !section.Get(try).IsValid() && !taken[strings.ToLower(try)] {
			taken[strings.ToLower(try)] = true
			return try
		}
		try = name + strconv.Itoa(i)
	}
}

// renameLoop lets copyIndex() ask for a loop under its new name.
func renameLoop(v value.Value, was, now string) value.Value {
	switch v.Kind() {
	case value.StringKind:
		s := v.Str()
		if !expr.IsExpression(s) {
			return v
		}
		e, err := expr.Parse(s)
		if err != nil {
			return v
		}
		return value.String("[" + renamed(e, was, now).String() + "]")
	case value.ArrayKind:
		out := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			out = append(out, renameLoop(e, was, now))
		}
		return value.Array(out)
	case value.ObjectKind:
		out := make([]value.Member, 0, v.Len())
		for k, e := range v.Members() {
			out = append(out, value.Member{Key: k, Value: renameLoop(e, was, now)})
		}
		return value.Object(out)
	}
	return v
}

func renamed(e *expr.Expr, was, now string) *expr.Expr {
	if len(e.Args) == 0 {
		return e
	}
	out := *e
	out.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = renamed(a, was, now)
	}
	if isCall(e, "copyIndex") && e.Args[0].Kind == expr.KindString && strings.EqualFold(e.Args[0].Text, was) {
		out.Args[0] = expr.Str(now)
	}
	return &out
}

// version is the API version that a new resource is declared with: that of another
// resource of its type in the file, or the one that the catalog knows, or that of
// its owner, or of another resource of its provider.
func (d *draft) version(typ string, owner jsonc.Node) string {
	best, rank := "", 0
	consider := func(n jsonc.Node, full string) {
		v := n.Get("apiVersion").Str()
		if v == "" || isExpression(n.Get("apiVersion")) {
			return
		}
		r := 0
		switch {
		case strings.EqualFold(full, typ):
			r = 4
		case n == owner && sameProvider(full, typ):
			r = 2
		case sameProvider(full, typ):
			r = 1
		}
		if r > rank || r == rank && r > 0 && v > best {
			best, rank = v, r
		}
	}
	for node, list := range d.w.byDec {
		if node.Document() == owner.Document() {
			consider(node, list[0].Type)
		}
	}
	if known := d.cat.TypeOf(typ); rank < 4 && known != nil {
		return known.APIVersion
	}
	return best
}

func sameProvider(a, b string) bool {
	pa, _, _ := strings.Cut(a, "/")
	pb, _, _ := strings.Cut(b, "/")
	return strings.EqualFold(pa, pb)
}

func last(typ string) string { return typ[strings.LastIndexByte(typ, '/')+1:] }

func upperFirst(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

func article(typ string) string {
	if strings.ContainsRune("aeiou", unicode.ToLower([]rune(last(typ) + "x")[0])) {
		return "an"
	}
	return "a"
}
