package blueprint

import (
	"fmt"
	"strings"
)

// YAML writes the specification as a file that [ParseSpec] reads. What is as it
// would be without a line is left out.
func (s *Spec) YAML() string {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	line("name", quoted(s.Name))
	line("subscription", quoted(s.Subscription))
	line("region", s.Region)
	line("secondRegion", s.SecondRegion)
	line("target", s.Target)
	if len(s.Services) > 0 {
		line("services", "["+strings.Join(s.Services, ", ")+"]")
	}
	line("network", s.Network)
	if s.Key {
		line("customerManagedKey", "true")
	}
	if s.Administrators != (Group{}) {
		line("administrators", fmt.Sprintf("{name: %s, objectId: %s}", quoted(s.Administrators.Name), quoted(s.Administrators.ObjectID)))
	}
	if len(s.Tags) > 0 {
		b.WriteString("tags:\n")
		for _, t := range s.Tags {
			fmt.Fprintf(&b, "  %s: %s\n", quoted(t.Name), quoted(t.Value))
		}
	}
	return b.String()
}

// quoted is a text as YAML reads it again: in quotes, unless it is plain.
func quoted(s string) string {
	if s == "" || namePattern.MatchString(s) && s != "true" && s != "false" && s != "null" && s != "yes" && s != "no" && s != "on" && s != "off" {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}
