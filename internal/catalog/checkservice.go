package catalog

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

const maxShort = 14

func (ck *checker) service(s *Service) {
	ck.text(s, &s.ID, "id")
	if s.ID != "" && !isID(s.ID) {
		ck.at(&s.ID, "the id "+quote(s.ID)+" has other characters than a to z, 0 to 9 and -", "write it like azure-storage")
	}
	ck.text(s, &s.Title, "title")
	ck.text(s, &s.Short, "short")
	if n := len([]rune(s.Short)); n > maxShort {
		ck.at(&s.Short, fmt.Sprintf("short has %d characters", n), fmt.Sprintf("use at most %d", maxShort))
	}
	ck.text(s, &s.Today, "today")
	oneOf(ck, s, &s.Group, "group", false, "infrastructure", "associated", "compute", "datastore", "encryption", "supporting")
	oneOf(ck, s, &s.ManagedBy, "managedBy", false, "microsoft", "customer")
	oneOf(ck, s, &s.HAByDefault, "haByDefault", false, "yes", "no", "notApplicable")
	ck.sourcesOf(s, s.Sources, false)
	if len(s.Matches) == 0 {
		ck.at(s, "it has no matches", "say which resources it is: matches: [{type: Microsoft.Storage/storageAccounts}]")
	}
	for i := range s.Matches {
		ck.match(&s.Matches[i])
	}
	ck.extends(s)
	ck.settings(s)
	ck.survival(s)
	ck.otherFacts(s)
}

func isID(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func (ck *checker) match(m *Match) {
	if m.Type == "" && len(m.Roles) == 0 {
		ck.at(m, "a match needs a type or a role", "add type: or roles:")
	}
	if m.Type != "" {
		ck.armType(&m.Type)
	}
	for text := range m.Where {
		ck.path(m, text)
	}
	for i := range m.Absent {
		ck.path(&m.Absent[i], m.Absent[i])
	}
	rolesExist(ck, m.Roles)
	rolesExist(ck, m.NotRoles)
	if len(m.Detail) > 0 && len(m.Roles) == 0 {
		ck.at(&m.Detail, "detail has no role that it is the detail of", "add roles:")
	}
}

func (ck *checker) armType(t *string) {
	if namespace, rest, ok := strings.Cut(*t, "/"); !ok || !strings.Contains(namespace, ".") || rest == "" {
		ck.at(t, quote(*t)+" is no ARM type", "write it like Microsoft.Storage/storageAccounts")
	}
}

func (ck *checker) path(p any, text string) {
	if _, err := parsePath(text); err != nil {
		what, do, _ := strings.Cut(err.Error(), ": ")
		ck.at(p, what, do)
	}
}

// extends requires a service that is there and no circle.
func (ck *checker) extends(s *Service) {
	if s.Extends == "" {
		return
	}
	byID := map[string]*Service{}
	for _, w := range ck.c.written {
		byID[w.ID] = w
	}
	if byID[s.Extends] == nil {
		if ck.unread {
			return
		}
		ck.at(&s.Extends, "there is no service "+quote(s.Extends), nearestOf(s.Extends, ck.serviceIDs()))
		return
	}
	seen := map[string]bool{s.ID: true}
	for next := byID[s.Extends]; next != nil; next = byID[next.Extends] {
		if seen[next.ID] {
			ck.at(&s.Extends, "the service extends itself, by way of "+next.ID, "break the circle")
			return
		}
		seen[next.ID] = true
	}
}

// maxSettings keeps the number of variables of a condition in bounds.
const maxSettings = 200

func (ck *checker) settings(s *Service) {
	seen := map[string]any{}
	if len(s.Settings) > maxSettings {
		ck.at(s, fmt.Sprintf("it has more than %d settings", maxSettings), "leave out what no fact depends on")
		return
	}
	for i := range s.Settings {
		set := &s.Settings[i]
		if ck.settingName(set) {
			ck.once(seen, "setting "+set.Name, &set.Name)
		}
		ck.setting(set)
	}
}

// celWords cannot be names of variables.
var celWords = []string{"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while", "size", "type", "string", "bool", "int", "double", "uint", "bytes", "list", "map", "dyn", "duration", "timestamp", "matches", "has", "all", "exists", "filter"}

func (ck *checker) settingName(set *Setting) bool {
	ck.text(set, &set.Name, "name")
	switch {
	case set.Name == "":
		return false
	case strings.ContainsFunc(set.Name, func(r rune) bool { return !isWord(r) }) || set.Name[0] >= '0' && set.Name[0] <= '9':
		ck.at(&set.Name, quote(set.Name)+" cannot be the name of a variable", "use letters and digits, such as zoneRedundant")
	case slices.Contains(celWords, set.Name):
		ck.at(&set.Name, quote(set.Name)+" is a word of CEL", "give the setting another name")
	case slices.ContainsFunc(commons, func(v variable) bool { return v.name == set.Name }):
		ck.at(&set.Name, quote(set.Name)+" is a common variable of every service", "give the setting another name, or leave it out")
	default:
		return true
	}
	return false
}

func (ck *checker) setting(set *Setting) {
	ck.text(set, &set.Title, "title")
	oneOf(ck, set, &set.Type, "type", false, "string", "bool", "int", "strings")
	many := set.Child != "" || set.Related != ""
	if len(set.Path) == 0 && (!many || set.Type == "string") {
		ck.at(set, "path is missing", "say where the value is, such as path: sku.name")
	}
	for i := range set.Path {
		ck.path(&set.Path[i], set.Path[i])
		if set.Type != "strings" && strings.Contains(set.Path[i], "[*]") {
			ck.at(&set.Path[i], "a path over all elements gives a list", "use type: strings, or [0]")
		}
	}
	ck.manySetting(set)
	ck.defaultOf(set)
	if len(set.Allowed) > 0 && (set.Type == "bool" || set.Type == "int") {
		ck.at(&set.Allowed, "allowed is for texts", "leave it out for type "+set.Type)
	}
	ck.change(set, &set.Change)
	ck.sourcesOf(set, set.Sources, false)
}

func (ck *checker) manySetting(set *Setting) {
	if set.Child != "" {
		ck.armType(&set.Child)
		if set.Related != "" {
			ck.at(&set.Related, "a setting is about children or about related resources, not both", "remove child or related")
		}
	} else if set.ChildName != "" {
		ck.at(&set.ChildName, "childName has no child that it is the name of", "add child:")
	}
	if set.Related != "" {
		ck.role(set, &set.Related)
	} else if set.Reverse {
		ck.at(&set.Reverse, "reverse is for related", "add related:")
	}
}

func (ck *checker) defaultOf(set *Setting) {
	if set.Default == nil {
		return
	}
	if set.AbsentUnknown {
		ck.at(&set.AbsentUnknown, "a setting with a default is not unknown when it is absent", "remove default or absentUnknown")
	}
	d, ok := set.typedDefault()
	if !ok {
		ck.at(set, fmt.Sprintf("the default %v is no %s", set.Default, set.Type), "write a value of that type")
		return
	}
	texts, _ := d.([]string)
	if text, isText := d.(string); isText {
		texts = []string{text}
	}
	for _, text := range texts {
		if !set.allows(text) {
			ck.at(set, fmt.Sprintf("the default %s is not in allowed", quote(text)), "add it there, or mend it")
		}
	}
}

func (ck *checker) change(owner any, ch *Change) {
	oneOf(ck, owner, &ch.Kind, "change.kind", false, "inPlace", "conversion", "recreate", "onlyAtCreation", "none")
}

func (ck *checker) otherFacts(s *Service) {
	for i := range s.SLA {
		f := &s.SLA[i]
		if f.Percent <= 0 || f.Percent > 100 || math.IsNaN(f.Percent) {
			ck.atOr(&f.Percent, f, "percent is not above 0 and at most 100", "write it like 99.95")
		}
		ck.text(f, &f.What, "what")
		ck.condition(s, &f.When)
		ck.sourcesOf(f, f.Sources, false)
	}
	for i := range s.Constraints {
		ck.text(&s.Constraints[i], &s.Constraints[i].Text, "text")
		ck.sourcesOf(&s.Constraints[i], s.Constraints[i].Sources, false)
	}
	for i := range s.Retirements {
		f := &s.Retirements[i]
		ck.text(f, &f.What, "what")
		ck.date(f, &f.On, "on", time.DateOnly)
		ck.sourcesOf(f, f.Sources, false)
	}
	for i := range s.Costs {
		f := &s.Costs[i]
		ck.text(f, &f.What, "what")
		ck.condition(s, &f.When)
		if f.Factor < 0 {
			ck.at(&f.Factor, "factor is below 0", "write how many times the plainest configuration it costs")
		}
		ck.sourcesOf(f, f.Sources, f.Estimate)
	}
}
