package catalog

import (
	"slices"
	"strings"
)

func (ck *checker) rule(r *Rule) {
	ck.text(r, &r.ID, "id")
	if r.ID != "" && !isID(r.ID) {
		ck.at(&r.ID, "the id "+quote(r.ID)+" has other characters than a to z, 0 to 9 and -", "write it like default-storage-zone-redundancy")
	}
	ck.text(r, &r.Title, "title")
	ck.text(r, &r.Message, "message")
	ck.text(r, &r.Why, "why")
	ck.text(r, &r.Remedy, "remedy")
	oneOf(ck, r, &r.Severity, "severity", false, "critical", "high", "medium", "low", "info")
	oneOf(ck, r, &r.Scope, "scope", true, words(Scopes())...)
	switch {
	case r.Scope == "" && r.Check == "":
		ck.at(r, "a rule needs a scope or a check", "add scope: for an outage rule, check: for a plain one")
	case r.Scope != "" && r.Check != "":
		ck.at(&r.Check, "a rule has a scope or a check, not both", "make two rules of it")
	}
	ck.change(r, &r.Change)
	ck.sourcesOf(r, r.Sources, false)
	for i := range r.Disagree {
		d := &r.Disagree[i]
		ck.text(d, &d.With, "with")
		ck.text(d, &d.Why, "why")
		ck.sourcesOf(d, d.Sources, false)
	}
	ck.ruleServices(r)
}

// ruleServices checks what a rule says of the settings of its services.
func (ck *checker) ruleServices(r *Rule) {
	if len(r.Services) == 0 {
		ck.at(r, "services is missing", `name the services that it is about, or ["*"]`)
		return
	}
	if slices.Contains(r.Services, anyService) {
		if len(r.Services) > 1 {
			ck.at(&r.Services, `"*" stands for every service`, "remove the others")
		}
		ck.ruleFrame(r, &frame{service: &Service{ID: "every service"}})
		return
	}
	ck.servicesExist(r.Services)
	known := map[string]bool{}
	for _, id := range r.Services {
		if f := ck.c.byID[id]; f != nil {
			ck.ruleFrame(r, f)
			for i := range f.service.Settings {
				known[f.service.Settings[i].Name] = true
			}
		}
	}
	for i := range r.Settings {
		if !known[r.Settings[i]] && !ck.unread {
			ck.at(&r.Settings[i], "none of its services has the setting "+quote(r.Settings[i]), nearestOf(r.Settings[i], sortedKeys(known)))
		}
	}
}

func (ck *checker) ruleFrame(r *Rule, f *frame) {
	f.ready()
	for _, text := range []*string{&r.When, &r.Check} {
		ck.compiles(text, *text, f, "the condition "+quote(*text)+" is wrong for "+f.service.ID, "")
	}
	expand(r.Message, func(word string) (string, bool) {
		if f.variable(word) == nil && word != "" && !strings.ContainsFunc(word, func(c rune) bool { return !isWord(c) }) {
			ck.at(&r.Message, f.service.ID+" has no setting {"+word+"}", nearestOf(word, f.names()))
		}
		return "", true
	})
}

func sortedKeys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// orphans finds what was right before and is broken by what was read: a rule, a
// need or an heir of a service that has been replaced.
func (ck *checker) orphans(in *input) {
	own := map[any]bool{}
	for _, r := range in.rules {
		own[r] = true
	}
	replaced := map[string]*Service{}
	for _, s := range in.services {
		replaced[s.ID] = s
		own[s] = true
	}
	for _, r := range ck.c.rules {
		if own[r] {
			continue
		}
		for _, id := range r.Services {
			if s := replaced[id]; s != nil {
				ck.orphanRule(r, s)
			}
		}
	}
	for _, s := range ck.c.written {
		if from := replaced[s.Extends]; from != nil && !own[s] {
			ck.heir(s, from)
		}
	}
}

func (ck *checker) orphanRule(r *Rule, s *Service) {
	f := ck.c.byID[s.ID].ready()
	for _, text := range []string{r.When, r.Check} {
		ck.compiles(&s.ID, text, f, "the rule "+r.ID+" no longer holds for this service", "keep the setting, or disable the rule")
	}
}

func (ck *checker) heir(s, from *Service) {
	f := ck.c.byID[s.ID].ready()
	for _, c := range f.conditions {
		ck.compiles(&from.ID, c.text, f, "the service "+s.ID+", which extends this one, no longer holds", "keep the setting, or replace that service too")
	}
}
