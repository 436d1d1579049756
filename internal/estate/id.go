package estate

import "strings"

// ResourceID is the id of an Azure resource, such as
// /subscriptions/S/resourceGroups/G/providers/Microsoft.Storage/storageAccounts/a.
// Unknown pieces stand in braces, and what is inside braces is never split. The
// zero ResourceID names nothing.
type ResourceID struct {
	text string
	key  string
}

// ParseID reads an id. Any text is accepted, since templates and inventories
// hold ids that are only partly known; the parts of one that is not in ARM's
// form are empty. Surrounding space and a trailing slash are dropped.
func ParseID(text string) ResourceID {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	return ResourceID{text: text, key: strings.ToLower(text)}
}

// String is the id as it was first spelled.
func (id ResourceID) String() string { return id.text }

// Key is equal for equal ids: ids are compared without regard to case.
func (id ResourceID) Key() string { return id.key }

// IsZero says that id names nothing.
func (id ResourceID) IsZero() bool { return id.text == "" }

// Equal compares two ids as Azure does, ignoring case.
func (id ResourceID) Equal(other ResourceID) bool { return id.key == other.key }

// segments splits at slashes that are not inside braces.
func (id ResourceID) segments() []string {
	s := strings.TrimPrefix(id.text, "/")
	if !strings.Contains(s, "{") {
		return strings.Split(s, "/")
	}
	var out []string
	depth, start := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '/':
			if depth == 0 {
				out, start = append(out, s[start:i]), i+1
			}
		}
	}
	return append(out, s[start:])
}

// Subscription is the subscription's id, "" when the id has none.
func (id ResourceID) Subscription() string { return id.after("subscriptions") }

// ResourceGroup is the name of the resource group, "" when the id has none.
func (id ResourceID) ResourceGroup() string { return id.after("resourceGroups") }

func (id ResourceID) after(name string) string {
	segs := id.segments()
	for i := 0; i+1 < len(segs); i++ {
		if strings.EqualFold(segs[i], name) {
			return segs[i+1]
		}
		if strings.EqualFold(segs[i], "providers") {
			return ""
		}
	}
	return ""
}

// provider is the index in segs of the last "providers", -1 without one.
func provider(segs []string) int {
	for i := len(segs) - 2; i >= 0; i-- {
		if strings.EqualFold(segs[i], "providers") {
			return i
		}
	}
	return -1
}

// Type is the resource type, e.g. Microsoft.Sql/servers/databases; for a
// resource group Microsoft.Resources/resourceGroups; "" when the id has none.
func (id ResourceID) Type() string {
	segs := id.segments()
	p := provider(segs)
	if p < 0 {
		switch {
		case len(segs) == 4 && strings.EqualFold(segs[2], "resourceGroups"):
			return "Microsoft.Resources/resourceGroups"
		case len(segs) == 2 && strings.EqualFold(segs[0], "subscriptions"):
			return "Microsoft.Resources/subscriptions"
		}
		return ""
	}
	t := segs[p+1]
	for i := p + 2; i < len(segs); i += 2 {
		t += "/" + segs[i]
	}
	return t
}

// Name is the full name, child names joined with "/", "" when the id has none.
func (id ResourceID) Name() string {
	segs := id.segments()
	p := provider(segs)
	if p < 0 {
		if len(segs)%2 == 0 {
			return segs[len(segs)-1]
		}
		return ""
	}
	var names []string
	for i := p + 3; i < len(segs); i += 2 {
		names = append(names, segs[i])
	}
	return strings.Join(names, "/")
}

// Parent is the id of the parent resource of a child resource, and of the
// target of an extension resource; the zero ResourceID for any other.
func (id ResourceID) Parent() ResourceID {
	segs := id.segments()
	p := provider(segs)
	switch {
	case p < 0:
		return ResourceID{}
	case len(segs)-p > 4:
		return ParseID("/" + strings.Join(segs[:len(segs)-2], "/"))
	case p > 0 && provider(segs[:p]) >= 0:
		return ParseID("/" + strings.Join(segs[:p], "/"))
	}
	return ResourceID{}
}

// Group is the id of the resource group, the zero ResourceID without one.
func (id ResourceID) Group() ResourceID {
	s, g := id.Subscription(), id.ResourceGroup()
	if g == "" {
		return ResourceID{}
	}
	return ParseID("/subscriptions/" + s + "/resourceGroups/" + g)
}
