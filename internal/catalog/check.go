package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// checker says what is wrong with what was read, in the light of the whole
// catalog that it becomes part of.
type checker struct {
	*reader
	c *Catalog
}

func check(base, c *Catalog, in *input, rd *reader) {
	ck := &checker{rd, c}
	ck.duplicates(in)
	for _, s := range in.sources {
		ck.source(s)
	}
	for _, s := range in.services {
		ck.service(s)
	}
	for _, r := range in.rules {
		ck.rule(r)
	}
	for _, r := range in.remedies {
		ck.remedy(r)
	}
	for _, m := range in.meters {
		ck.meter(m)
	}
	ck.types(in)
	for _, n := range in.needs {
		ck.need(n)
	}
	for _, s := range in.spreads {
		ck.spread(s)
	}
	ck.disabled(base, in)
	ck.orphans(in)
}

// at reports a problem at the place of what was read, given by pointer.
func (ck *checker) at(p any, what, do string) {
	where := ck.places[p]
	ck.problems.add(Problem{File: where.file, Line: int(where.line), Column: int(where.column), What: what, Do: do})
}

// atOr reports at p if it was written, else at its owner.
func (ck *checker) atOr(p, owner any, what, do string) {
	if _, ok := ck.places[p]; !ok {
		p = owner
	}
	ck.at(p, what, do)
}

// text requires that a text is there.
func (ck *checker) text(owner any, field *string, name string) {
	if *field == "" {
		ck.atOr(field, owner, name+" is missing", "write it")
	}
}

// oneOf requires one of some words; "" passes when it is optional.
func oneOf[T ~string](ck *checker, owner any, field *T, name string, optional bool, words ...string) {
	switch {
	case *field == "" && optional:
	case *field == "":
		ck.atOr(field, owner, name+" is missing", "it can be "+strings.Join(words, ", "))
	case !slices.Contains(words, string(*field)):
		ck.at(field, fmt.Sprintf("%s cannot be %s", name, quote(string(*field))), nearestOf(string(*field), words))
	}
}

// nearestOf always names the words when there are few.
func nearestOf(word string, words []string) string {
	if hint := nearest(word, words); hint != "" {
		return hint
	}
	if len(words) == 0 {
		return "mend it"
	}
	return "it is none of the " + formatInt(int64(len(words))) + " that are known"
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = string(list[i])
	}
	return out
}

// sources requires known keys, and at least one unless optional.
func (ck *checker) sourcesOf(owner any, keys []string, optional bool) {
	if len(keys) == 0 && !optional {
		ck.at(owner, "it has no sources", "every fact has one: add sources: [key]")
	}
	for i := range keys {
		if ck.c.sources[keys[i]] == nil && !ck.unread {
			ck.at(&keys[i], "there is no source "+quote(keys[i]), cmpHint(nearest(keys[i], ck.sourceKeys()), "add it to sources/"))
		}
	}
}

func cmpHint(hint, otherwise string) string {
	if hint == "" || strings.HasPrefix(hint, "it can be") {
		return otherwise
	}
	return hint
}

func (ck *checker) sourceKeys() []string {
	out := make([]string, 0, len(ck.c.sources))
	for k := range ck.c.sources {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (ck *checker) serviceIDs() []string {
	out := make([]string, len(ck.c.services))
	for i, s := range ck.c.services {
		out[i] = s.ID
	}
	return out
}

// servicesExist requires known service ids.
func (ck *checker) servicesExist(ids []string) {
	for i := range ids {
		if ck.c.byID[ids[i]] == nil && !ck.unread {
			ck.at(&ids[i], "there is no service "+quote(ids[i]), nearestOf(ids[i], ck.serviceIDs()))
		}
	}
}

// rolesExist requires known roles.
func rolesExist[T ~string](ck *checker, roles []T) {
	for i := range roles {
		if !slices.Contains(roleWords, string(roles[i])) {
			ck.at(&roles[i], "there is no role "+quote(string(roles[i])), nearestOf(string(roles[i]), roleWords))
		}
	}
}

// compiles requires that a CEL expression type-checks for a service. That the
// names of the settings clash is said where they are.
func (ck *checker) compiles(p any, text string, f *frame, what, do string) {
	if text == "" {
		return
	}
	checked, err := f.ready().typeCheck(text)
	if err == nil {
		for _, odd := range f.oddTexts(checked) {
			ck.at(p, what+": "+odd.variable+" can never be "+quote(odd.text), nearestOf(odd.text, odd.known))
		}
	}
	if names := (*namesError)(nil); err == nil || errors.As(err, &names) {
		return
	}
	if ck.unread && strings.Contains(err.Error(), "undeclared reference") {
		return
	}
	if do == "" {
		do = variableHint(f, err.Error())
	}
	ck.at(p, what+": "+err.Error(), do)
}

// variableHint says which variable may be meant by one that is not there.
func variableHint(f *frame, message string) string {
	_, after, found := strings.Cut(message, "undeclared reference to '")
	if !found || strings.Contains(after, "did you mean") {
		return "mend the CEL expression"
	}
	word, _, _ := strings.Cut(after, "'")
	return nearestOf(word, f.names())
}

// date requires a date in one of the layouts.
func (ck *checker) date(owner any, field *string, name string, layouts ...string) {
	if *field == "" {
		ck.at(owner, name+" is missing", "write a date such as 2026-03-12")
		return
	}
	for _, layout := range layouts {
		if d, err := time.Parse(layout, *field); err == nil && d.Year() >= 2000 && d.Year() < 2100 {
			return
		}
	}
	ck.at(field, fmt.Sprintf("%s is no date: %s", name, quote(*field)), "write "+strings.Join(layouts, " or "))
}

// duplicates requires that nothing stands twice in what was read.
func (ck *checker) duplicates(in *input) {
	twice(ck, in.services, "service", func(s *Service) *string { return &s.ID })
	twice(ck, in.rules, "rule", func(r *Rule) *string { return &r.ID })
	twice(ck, in.remedies, "remedy", func(r *Remedy) *string { return &r.ID })
	twice(ck, in.meters, "meter", func(m *Meter) *string { return &m.ID })
	twice(ck, in.sources, "source", func(s *Source) *string { return &s.Key })
	seen := map[string]any{}
	for _, n := range in.needs {
		ck.once(seen, "need "+needKey(n), n)
	}
	for _, s := range in.spreads {
		ck.once(seen, "spread "+spreadKey(s), s)
	}
}

func twice[T any](ck *checker, list []*T, kind string, id func(*T) *string) {
	seen := map[string]any{}
	for _, x := range list {
		if p := id(x); *p != "" {
			ck.once(seen, kind+" "+*p, p)
		}
	}
}

func (ck *checker) once(seen map[string]any, name string, p any) {
	if first, dup := seen[name]; dup {
		was := ck.places[first]
		ck.at(p, fmt.Sprintf("the %s is there twice, first at %s:%d", name, was.file, was.line), "remove one, or give it a name of its own")
		return
	}
	seen[name] = p
}

func (ck *checker) source(s *Source) {
	ck.text(s, &s.Key, "key")
	ck.text(s, &s.Title, "title")
	ck.text(s, &s.Where, "where")
	ck.date(s, &s.Date, "date", time.DateOnly, "2006-01", "2006")
}

func (ck *checker) need(n *Need) {
	oneOf(ck, n, &n.Capability, "capability", false, words(Capabilities)...)
	ck.role(n, &n.Role)
	ck.servicesExist(n.Services)
	ck.strengths(n, &n.Read, &n.Write)
	ck.text(n, &n.Why, "why")
	ck.sourcesOf(n, n.Sources, false)
}

func (ck *checker) spread(s *Spread) {
	ck.role(s, &s.Role)
	ck.servicesExist(s.From)
	ck.servicesExist(s.To)
	ck.strengths(s, &s.Read, &s.Write)
	ck.text(s, &s.Why, "why")
	ck.sourcesOf(s, s.Sources, false)
}

func (ck *checker) role(owner any, role *estate.Role) {
	if *role == "" {
		ck.at(owner, "role is missing", "name the role, such as default-storage")
		return
	}
	if !slices.Contains(roleWords, string(*role)) {
		ck.at(role, "there is no role "+quote(string(*role)), nearestOf(string(*role), roleWords))
	}
}

func (ck *checker) strengths(owner any, read, write *Strength) {
	oneOf(ck, owner, read, "read", false, string(Hard), string(Soft), string(NoNeed))
	oneOf(ck, owner, write, "write", false, string(Hard), string(Soft), string(NoNeed))
}

// disabled requires that the rules which are taken out are there.
func (ck *checker) disabled(base *Catalog, in *input) {
	var known []string
	if base != nil {
		for _, r := range base.rules {
			known = append(known, r.ID)
		}
	}
	for _, id := range in.disable {
		if !ck.unread && !slices.Contains(known, *id) && (base == nil || !base.disabled[*id]) {
			ck.at(id, "there is no rule "+quote(*id)+" to disable", nearestOf(*id, known))
		}
	}
}
