package estate

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plainID is the plain way to read an id: split it, then count segments. It
// costs too much for large inventories, and says what the quick way must give.
type plainID []string

func readPlain(text string) plainID {
	text = strings.TrimPrefix(text, "/")
	var out plainID
	depth, start := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '/':
			if depth == 0 {
				out, start = append(out, text[start:i]), i+1
			}
		}
	}
	return append(out, text[start:])
}

// provider is the number of the last segment "providers", -1 without one.
func (p plainID) provider() int {
	for i := len(p) - 2; i >= 0; i-- {
		if strings.EqualFold(p[i], "providers") {
			return i
		}
	}
	return -1
}

func (p plainID) every(from int) string {
	var out []string
	for i := from; i < len(p); i += 2 {
		out = append(out, p[i])
	}
	return strings.Join(out, "/")
}

func (p plainID) typ() string {
	at := p.provider()
	if at < 0 {
		return ""
	}
	if rest := p.every(at + 2); rest != "" {
		return p[at+1] + "/" + rest
	}
	return p[at+1]
}

func (p plainID) name() string {
	if at := p.provider(); at >= 0 {
		return p.every(at + 3)
	}
	return ""
}

func (p plainID) group() string {
	for i := 0; i+1 < len(p) && !strings.EqualFold(p[i], "providers"); i++ {
		if strings.EqualFold(p[i], "resourceGroups") {
			return p[i+1]
		}
	}
	return ""
}

func (p plainID) parent() string {
	at := p.provider()
	switch {
	case at < 0:
		return ""
	case len(p)-at > 4:
		return "/" + strings.Join(p[:len(p)-2], "/")
	case at > 0 && p[:at].provider() >= 0:
		return "/" + strings.Join(p[:at], "/")
	}
	return ""
}

// ids in ARM's form, with all that may stand in them.
func armIDs() *rapid.Generator[string] {
	segment := rapid.OneOf(
		rapid.StringMatching(`[A-Za-z0-9._-]{1,8}`),
		rapid.SampledFrom([]string{"{parameters('a/b')}", "pre{f('/')}post", "{a}{b}", "default", "İstanbul", "resourcegroups2"}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		if rapid.Bool().Draw(t, "subscription") {
			b.WriteString("/" + rapid.SampledFrom([]string{"subscriptions", "Subscriptions"}).Draw(t, "word") + "/" + segment.Draw(t, "subscription id"))
			if rapid.Bool().Draw(t, "group") {
				b.WriteString("/" + rapid.SampledFrom([]string{"resourceGroups", "resourcegroups"}).Draw(t, "word") + "/" + segment.Draw(t, "group name"))
			}
		}
		for range rapid.IntRange(1, 2).Draw(t, "providers") {
			b.WriteString("/" + rapid.SampledFrom([]string{"providers", "PROVIDERS"}).Draw(t, "word") + "/Micro.Soft")
			for range rapid.IntRange(1, 3).Draw(t, "depth") {
				b.WriteString("/" + rapid.StringMatching(`[a-z]{1,6}`).Draw(t, "type") + "/" + segment.Draw(t, "name"))
			}
		}
		return b.String()
	})
}

func TestIDsAreReadAsThePlainWayReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := armIDs().Draw(t, "id")
		id, plain := ParseID(text), readPlain(text)
		for what, pair := range map[string][2]string{
			"type":   {id.Type(), plain.typ()},
			"name":   {id.Name(), plain.name()},
			"group":  {id.ResourceGroup(), plain.group()},
			"parent": {id.Parent().String(), plain.parent()},
		} {
			if pair[0] != pair[1] {
				t.Fatalf("%s of %s is %q, the plain way gives %q", what, text, pair[0], pair[1])
			}
		}
		if !id.IsARM() || id.Key() != strings.ToLower(text) || id.String() != text {
			t.Fatalf("%s: %q, key %q", text, id, id.Key())
		}
		if upper := ParseID(strings.ToUpper(text)); len(text) == len(strings.ToUpper(text)) && !strings.Contains(text, "İ") && !upper.Equal(id) {
			t.Fatalf("%s is not equal to itself in capitals", text)
		}
	})
}

func TestTheParentOfAChildIsTheParent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := ParseID(armIDs().Draw(t, "id"))
		child := id.Child("parts", "p")
		if !child.Parent().Equal(id) || child.LastName() != "p" || child.Type() != id.Type()+"/parts" || child.ResourceGroup() != id.ResourceGroup() {
			t.Fatalf("the child of %s is %s, its parent %s", id, child, child.Parent())
		}
	})
}
