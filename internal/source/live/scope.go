package live

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Everything is the name of the scope of all that the login sees.
const Everything = "azure"

// Scope is where to look: one workspace (or another resource of Azure Machine
// Learning), a resource group, a subscription, or everything.
type Scope struct {
	id estate.ResourceID // the zero id is everything
}

// ParseScope reads a scope: "azure", or the id of a workspace, a resource group
// or a subscription.
func ParseScope(text string) (Scope, error) {
	if strings.EqualFold(text, Everything) {
		return Scope{}, nil
	}
	id := estate.ParseID(text)
	s := Scope{id}
	switch {
	case !IsID(text) || strings.ContainsAny(text, "'\"{}\\\n"):
		return s, fmt.Errorf("%q is no ARM id: give that of a workspace, a resource group or a subscription, such as /subscriptions/S/resourceGroups/G", text)
	case id.Subscription() == "":
		return s, fmt.Errorf("%s is in no subscription: give the id of a workspace, a resource group or a subscription", text)
	case s.isResource() && !isRoot(id.Type()):
		return s, fmt.Errorf("%s is a %s: give the id of a workspace or registry of Azure Machine Learning, of a resource group or a subscription", text, id.Type())
	}
	return s, nil
}

// IsID says whether a text is an id rather than the name of a file: it begins
// with /subscriptions/.
func IsID(text string) bool {
	const prefix = "/subscriptions/"
	return len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

func isRoot(typ string) bool { return slices.Contains(loadTable().Roots, strings.ToLower(typ)) }

// String is the id, or "azure".
func (s Scope) String() string {
	if s.id.IsZero() {
		return Everything
	}
	return s.id.String()
}

func (s Scope) isGroup() bool { return strings.EqualFold(s.id.Type(), typeGroup) }

func (s Scope) isResource() bool {
	return !s.id.IsZero() && !s.isGroup() && s.id.ResourceGroup() != ""
}

// subscriptions are those that a query is to be made over; none are all.
func (s Scope) subscriptions() []string {
	if s.id.IsZero() {
		return nil
	}
	return []string{s.id.Subscription()}
}

// holds says whether the scope looked at all resources of the scope's types that
// are children of the resource.
func (s Scope) holds(id estate.ResourceID) bool {
	switch {
	case s.id.IsZero():
		return true
	case s.isResource():
		return s.id.Equal(id) || strings.HasPrefix(id.Key(), s.id.Key()+"/")
	case s.isGroup():
		return s.id.Equal(id.Group())
	}
	return strings.EqualFold(s.id.Subscription(), id.Subscription())
}
