package file

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// breach is something that a draft does and should not, or the other way round.
type breach struct {
	why      string
	resource *estate.Resource // which it is about; nil when that cannot be said
	trouble  *harden.Trouble  // a finding that is still there, or has come
}

// hold compares what was with what a draft gives. Expected is the estate that the
// steps alone make, but for what goes along with them.
func hold(before, after *world, expected *estate.Estate, along map[*estate.Resource][]difference) []breach {
	var out []breach
	for _, r := range before.estate.Resources {
		if r.External {
			continue
		}
		now := after.estate.ByID(r.ID)
		if now == nil || now.External {
			out = append(out, breach{why: r.Name + " would not be there any more", resource: r})
			continue
		}
		wanted := expected.ByID(r.ID)
		body := wanted.Body
		for _, x := range along[r] {
			body = with(body, x.path, x.value)
		}
		if where := different(declared(body), declared(now.Body), ""); where != "" {
			out = append(out, breach{why: fmt.Sprintf("%s of %s would change to something that is not wanted", strings.TrimPrefix(where, "."), r.Name), resource: r})
		} else if now.Presence != r.Presence || now.Location != wanted.Location {
			out = append(out, breach{why: fmt.Sprintf("the condition or the region of %s would change", r.Name), resource: r})
		}
	}
	for _, r := range expected.Resources {
		if r.External || before.estate.ByID(r.ID) != nil && !before.estate.ByID(r.ID).External {
			continue
		}
		now := after.estate.ByID(r.ID)
		if now == nil || now.External {
			out = append(out, breach{why: fmt.Sprintf("%s would not be there, although it is added", r.ID), resource: r})
			continue
		}
		if where := lacking(r.Body, now.Body); where != "" {
			out = append(out, breach{why: fmt.Sprintf("%s of %s would not be as it is added", strings.TrimPrefix(where, "."), r.Name), resource: r})
		}
	}
	for _, r := range after.estate.Resources {
		if r.External {
			continue
		}
		if x := expected.ByID(r.ID); x == nil || x.External {
			out = append(out, breach{why: fmt.Sprintf("%s would be new, and nothing adds it", r.ID), resource: r})
		}
	}
	return append(out, complaints(before, after)...)
}

// declared is a body without the order of deployment, which is no state of the
// resource: what is added may have to come first.
func declared(body value.Value) value.Value {
	if body.Get("dependsOn").IsAbsent() {
		return body
	}
	var out []value.Member
	for k, e := range body.Members() {
		if !strings.EqualFold(k, "dependsOn") {
			out = append(out, value.Member{Key: k, Value: e})
		}
	}
	return value.Object(out)
}

// with is a body with another value at a path of members.
func with(v value.Value, p path, x value.Value) value.Value {
	if len(p) == 0 {
		return x
	}
	var out []value.Member
	for k, e := range v.Members() {
		if strings.EqualFold(k, p[0].key) {
			e = with(e, p[1:], x)
		}
		out = append(out, value.Member{Key: k, Value: e})
	}
	return value.Object(out)
}

// complaints are the diagnostics that were not there before.
func complaints(before, after *world) []breach {
	key := func(d template.Diagnostic) string { return d.Code + "\x00" + d.Message }
	had := map[string]int{}
	for _, d := range before.diagnostics {
		had[key(d)]++
	}
	var out []breach
	for _, d := range after.diagnostics {
		if had[key(d)]--; had[key(d)] < 0 && d.Severity != template.Info {
			out = append(out, breach{why: "the template would not be right any more: " + d.Message})
		}
	}
	return out
}

// different gives the path at which two bodies differ, "" when they do not. What
// is not known is compared by the expression that gives it; a member that is null
// is one that is not there.
func different(a, b value.Value, at string) string {
	if a.IsNull() && b.IsNull() {
		return ""
	}
	switch {
	case a.Kind() == value.ObjectKind && b.Kind() == value.ObjectKind:
		for k, v := range a.Members() {
			if where := different(v, b.Get(k), at+"."+k); where != "" {
				return where
			}
		}
		for k, v := range b.Members() {
			if a.Get(k).IsAbsent() && !v.IsNull() {
				return at + "." + k
			}
		}
		return ""
	case a.Kind() == value.ArrayKind && b.Kind() == value.ArrayKind && a.Len() == b.Len():
		for i, v := range a.Elems() {
			if where := different(v, b.At(i), at+"["+strconv.Itoa(i)+"]"); where != "" {
				return where
			}
		}
		return ""
	case a.Secret() && b.Secret(), value.Equal(a, b) == value.Yes:
		return ""
	case a.Kind() == value.ArrayKind || b.Kind() == value.ArrayKind || a.Kind() == value.ObjectKind || b.Kind() == value.ObjectKind:
	case (a.IsUnknown() || b.IsUnknown()) && strings.EqualFold(a.Text(), b.Text()):
		return ""
	case a.Kind() == value.StringKind && b.Kind() == value.StringKind && strings.HasPrefix(a.Str(), "/") && strings.EqualFold(a.Str(), b.Str()):
		return "" // ids are compared without case
	}
	return at + "."
}

// lacking gives the path of something in a body that another one does not have so.
func lacking(a, b value.Value) string {
	for k, v := range a.Members() {
		w := b.Get(k)
		if v.Kind() == value.ObjectKind && w.Kind() == value.ObjectKind {
			if where := lacking(v, w); where != "" {
				return "." + k + where
			}
			continue
		}
		if where := different(v, w, "."+k); where != "" {
			return where
		}
	}
	return ""
}
