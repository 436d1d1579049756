package facet

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// names is what the control plane knows of names that are taken, also by what was
// deleted and can be recovered.
type names interface {
	Taken(tx *state.Tx, t *provider.Type, subscription, location, name string) bool
}

// Taken says whether a name of a type is taken anywhere in Azure.
func Taken(c *provider.Call, typ, name string) bool {
	if n, ok := c.Engine.(names); ok && n.Taken(c.Tx, c.Engine.Type(typ), c.Subscription, c.Location, name) {
		return true
	}
	for r := range c.Tx.OfType(typ, "") {
		if strings.EqualFold(r.Name, name) {
			return true
		}
	}
	return false
}

// NameCheck answers checkNameAvailability for a type: whether a name is well
// formed and free. invalid and exists are the messages, in which %s is the name.
func NameCheck(typ, pattern, invalid, exists string) func(*provider.Call) (provider.Reply, error) {
	form := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(c *provider.Call) (provider.Reply, error) {
		name := object.Text(c.Body, "name")
		answer := object.Object{"nameAvailable": true}
		switch {
		case !form.MatchString(name):
			answer = object.Object{"nameAvailable": false, "reason": "AccountNameInvalid", "message": text(invalid, name)}
		case Taken(c, typ, name):
			answer = object.Object{"nameAvailable": false, "reason": "AlreadyExists", "message": text(exists, name)}
		}
		return provider.Reply{Body: answer}, nil
	}
}

func text(format, name string) string {
	if strings.Contains(format, "%s") {
		return fmt.Sprintf(format, name)
	}
	return format
}
