package estate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ResourceID is the id of an Azure resource, such as
// /subscriptions/S/resourceGroups/G/providers/Microsoft.Storage/storageAccounts/a.
// Unknown pieces stand in braces, and what is inside braces is never split. The
// zero ResourceID names nothing.
type ResourceID struct {
	text string
	key  string
	prov int32 // offset of the namespace behind the last "providers", 0 without one
	rg   int32 // offset behind the resource group's name, 0 without one
}

// ParseID reads an id. Any text is accepted, since templates and inventories
// hold ids that are only partly known; the parts of one that is not in ARM's
// form are empty. Surrounding space and a trailing slash are dropped.
func ParseID(text string) ResourceID {
	text = strings.TrimRightFunc(strings.TrimSpace(text), func(r rune) bool { return r == '/' || unicode.IsSpace(r) })
	return locate(ResourceID{text: text, key: strings.ToLower(text)})
}

// maxSegments is how many segments an id can have: far more than any of Azure
// has, and few enough that a hostile one costs nothing.
const maxSegments = 64

// locate finds the parts of an id whose text and key are set.
func locate(id ResourceID) ResourceID {
	id.prov, id.rg = 0, 0
	inGroup, seen := false, false
	segments := 0
	for pos := start(id.text); pos < len(id.text); {
		if segments++; segments > maxSegments {
			id.prov, id.rg = 0, 0
			return id
		}
		end := segmentEnd(id.text, pos)
		switch seg := id.text[pos:end]; {
		case inGroup:
			id.rg, inGroup = int32(end), false
		case len(seg) == len("providers") && strings.EqualFold(seg, "providers"):
			seen = true
			if end+1 < len(id.text) {
				id.prov = int32(end) + 1
			}
		case !seen && id.rg == 0 && len(seg) == len("resourceGroups") && strings.EqualFold(seg, "resourceGroups"):
			inGroup = true
		}
		pos = end + 1
	}
	return id
}

// start is the offset of the first segment.
func start(s string) int {
	if strings.HasPrefix(s, "/") {
		return 1
	}
	return 0
}

// segmentEnd is the offset of the next slash from pos that is not inside braces.
func segmentEnd(s string, pos int) int {
	end := strings.IndexByte(s[pos:], '/')
	if end < 0 {
		return len(s)
	}
	if strings.IndexByte(s[pos:pos+end], '{') < 0 {
		return pos + end
	}
	depth := 0
	for i := pos; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth = max(depth-1, 0)
		case '/':
			if depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// String is the id as it was first spelled.
func (id ResourceID) String() string { return id.text }

// Key is equal for equal ids: ids are compared without regard to case.
func (id ResourceID) Key() string { return id.key }

// IsZero says that id names nothing.
func (id ResourceID) IsZero() bool { return id.text == "" }

// Equal compares two ids as Azure does, ignoring case.
func (id ResourceID) Equal(other ResourceID) bool { return id.key == other.key }

// IsARM says that id has the form of an ARM id: a provider with a type and a
// name, a resource group or a subscription.
func (id ResourceID) IsARM() bool { return id.Type() != "" && id.Name() != "" }

// cut is the id that the first n bytes of the text are.
func (id ResourceID) cut(n int) ResourceID {
	if last := id.text[max(n-1, 0)]; len(id.key) != len(id.text) || last == '/' || last <= ' ' || last >= utf8.RuneSelf {
		return ParseID(id.text[:n])
	}
	return locate(ResourceID{text: id.text[:n], key: id.key[:n]})
}

// Child is the id of the child resource of that type and name, e.g.
// Child("databases", "db") of a SQL server.
func (id ResourceID) Child(typ, name string) ResourceID {
	return ParseID(id.text + "/" + typ + "/" + name)
}

// InGroup is the id of a resource of the full type and name in the resource
// group that id is; child types and names are interleaved as ARM does.
func (id ResourceID) InGroup(typ, name string) ResourceID {
	var b strings.Builder
	b.Grow(len(id.text) + len("/providers//") + len(typ) + len(name))
	b.WriteString(id.text)
	b.WriteString("/providers/")
	ns := segmentEnd(typ, 0)
	b.WriteString(typ[:ns])
	for ns < len(typ) {
		end := segmentEnd(typ, ns+1)
		b.WriteByte('/')
		b.WriteString(typ[ns+1 : end])
		ns = end
		b.WriteByte('/')
		if ns >= len(typ) {
			b.WriteString(name)
			break
		}
		n := segmentEnd(name, 0)
		b.WriteString(name[:n])
		name = name[min(n+1, len(name)):]
	}
	return ParseID(b.String())
}

// Subscription is the subscription's id, "" when the id has none.
func (id ResourceID) Subscription() string {
	pos := start(id.text)
	end := segmentEnd(id.text, pos)
	if !strings.EqualFold(id.text[pos:end], "subscriptions") || end+1 >= len(id.text) {
		return ""
	}
	return id.text[end+1 : segmentEnd(id.text, end+1)]
}

// isSubscription says that id is the one of a subscription itself.
func (id ResourceID) isSubscription() bool {
	sub := id.Subscription()
	return sub != "" && len(id.text) == start(id.text)+len("subscriptions/")+len(sub)
}

// ResourceGroup is the name of the resource group, "" when the id has none.
func (id ResourceID) ResourceGroup() string {
	if id.rg == 0 {
		return ""
	}
	pos := start(id.text)
	for {
		end := segmentEnd(id.text, pos)
		if end >= int(id.rg) {
			return id.text[pos:id.rg]
		}
		pos = end + 1
	}
}

// Type is the resource type, e.g. Microsoft.Sql/servers/databases; for a
// resource group Microsoft.Resources/resourceGroups; "" when the id has none.
func (id ResourceID) Type() string {
	if id.prov == 0 {
		switch {
		case id.rg > 0 && int(id.rg) == len(id.text):
			return "Microsoft.Resources/resourceGroups"
		case id.isSubscription():
			return "Microsoft.Resources/subscriptions"
		}
		return ""
	}
	s := id.text[id.prov:]
	ns := segmentEnd(s, 0)
	if ns >= len(s) {
		return s
	}
	end := segmentEnd(s, ns+1)
	if end >= len(s) || segmentEnd(s, end+1) >= len(s) {
		return s[:end] // a resource without parent: the type is a piece of the id
	}
	segs := segments(s)
	t := segs[:1]
	for i := 1; i < len(segs); i += 2 {
		t = append(t, segs[i])
	}
	return strings.Join(t, "/")
}

// Name is the full name, child names joined with "/", "" when the id has none.
func (id ResourceID) Name() string {
	if id.prov == 0 {
		return id.LastName()
	}
	s := id.text[id.prov:]
	name, joined := "", ""
	for pos, i := 0, 0; pos < len(s); i++ {
		end := segmentEnd(s, pos)
		if i > 0 && i%2 == 0 {
			name = s[pos:end]
			if i == 2 {
				joined = name
			} else {
				joined += "/" + name
			}
		}
		pos = end + 1
	}
	return joined
}

// LastName is the last segment of the name: of a child resource its own name
// without its parent's; "" when the id has none.
func (id ResourceID) LastName() string {
	if id.prov == 0 && id.Type() == "" {
		return ""
	}
	pos := max(start(id.text), int(id.prov))
	for {
		end := segmentEnd(id.text, pos)
		if end >= len(id.text) {
			return id.text[pos:]
		}
		pos = end + 1
	}
}

// Parent is the id of the parent resource of a child resource, and of the
// target of an extension resource; the zero ResourceID for any other.
func (id ResourceID) Parent() ResourceID {
	if id.prov == 0 {
		return ResourceID{}
	}
	last, before, n := 0, 0, 0 // starts of the last two segments behind "providers"
	for pos := int(id.prov); pos < len(id.text); n++ {
		before, last = last, pos
		pos = segmentEnd(id.text, pos) + 1
	}
	if n > 3 {
		return id.cut(before - 1)
	}
	head := int(id.prov) - len("/providers/")
	if head <= 0 {
		return ResourceID{}
	}
	if parent := id.cut(head); parent.prov > 0 {
		return parent
	}
	return ResourceID{}
}

// Group is the id of the resource group, the zero ResourceID without one.
func (id ResourceID) Group() ResourceID {
	if id.rg == 0 {
		return ResourceID{}
	}
	if !strings.HasPrefix(id.text, "/") {
		return ParseID("/" + id.text[:id.rg])
	}
	return id.cut(int(id.rg))
}

// segments splits at slashes that are not inside braces.
func segments(s string) []string {
	out := make([]string, 0, 12)
	for pos := start(s); ; {
		end := segmentEnd(s, pos)
		out = append(out, s[pos:end])
		if end >= len(s) {
			return out
		}
		pos = end + 1
	}
}
