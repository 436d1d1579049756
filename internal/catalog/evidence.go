package catalog

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Settings gives the value of every setting of the resource's service, in the
// order of the catalog; nil for a resource without a service.
func (c *Catalog) Settings(e *estate.Estate, r *estate.Resource) []SettingValue {
	f := c.byID[r.Service]
	if f == nil {
		return nil
	}
	l := c.viewOf(e).about(e, r)
	defer l.done()
	out := make([]SettingValue, len(f.service.Settings))
	for i := range out {
		out[i] = l.evidence(&f.service.Settings[i])
	}
	return out
}

// Setting gives the value of one setting of a resource by its name, false when
// its service does not have it.
func (c *Catalog) Setting(e *estate.Estate, r *estate.Resource, name string) (SettingValue, bool) {
	if f := c.byID[r.Service]; f != nil {
		if v := f.ready().variable(name); v != nil && v.setting != nil {
			l := c.viewOf(e).about(e, r)
			defer l.done()
			return l.evidence(v.setting), true
		}
	}
	return SettingValue{}, false
}

func (l *lookup) evidence(s *Setting) SettingValue {
	f := l.setting(s)
	out := SettingValue{Setting: s, Text: f.human(s.Type), Defaulted: f.defaulted, Known: f.known, Origin: l.r.OriginOf(f.at)}
	if out.Origin == (estate.Origin{}) {
		out.Origin = l.r.Origin
	}
	return out
}

// Message is what the rule says of the resource when it fails: its message with
// {setting} and {variable} replaced. A value that is not known is named as such,
// an empty one "none", and a region that is not known by whose it is ("its
// region").
func (c *Catalog) Message(rule *Rule, e *estate.Estate, r *estate.Resource) string {
	f := c.byID[r.Service]
	if f == nil || !strings.Contains(rule.Message, "{") {
		return rule.Message
	}
	f.ready()
	l := c.viewOf(e).about(e, r)
	defer l.done()
	return expand(rule.Message, func(name string) (string, bool) {
		v := f.variable(name)
		if v == nil {
			return "", false
		}
		fact := v.of(l)
		switch text := fact.human(v.kind); {
		case !fact.known && v.setting == nil && v.name == "groupLocation":
			return "the region of its group", true
		case !fact.known && (v.setting == nil && v.name == "location" || l.isItsRegion(text)):
			return "its region", true
		case !fact.known:
			return "not known (" + text + ")", true
		case text == "":
			return "none", true
		default:
			return text, true
		}
	})
}

// isItsRegion says that an expression, in the brackets of a template or in
// braces, is the symbolic region of the resource.
func (l *lookup) isItsRegion(expression string) bool {
	at := l.place()
	return estate.IsSymbolic(at) && len(expression) > 2 && at[1:len(at)-1] == expression[1:len(expression)-1]
}

// expand replaces {word} by what value gives for it, and leaves other braces.
func expand(text string, value func(string) (string, bool)) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		word, after, closed := strings.Cut(rest, "}")
		if replacement, ok := value(word); closed && ok {
			b.WriteString(replacement)
			text = after
			continue
		}
		b.WriteByte('{')
		text = rest
	}
}
