package file

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// breach is something that a draft does and should not, or the other way round.
type breach struct {
	why      string
	resource *estate.Resource // which it is about; nil when that cannot be said
	item     *harden.Item     // for a finding that is still there
	finding  *assess.Finding  // for one that has come
}

// hold compares what was with what a draft gives. Expected is the estate that the
// steps alone make.
func hold(before, after *world, expected *estate.Estate) []breach {
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
		if where := different(wanted.Body, now.Body, ""); where != "" {
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

// unmended are the items of the steps whose findings are still there.
func unmended(after *world, items []*harden.Item) []breach {
	now := failing(after)
	var out []breach
	for _, i := range items {
		if f := now[i.Finding.Fingerprint]; f != nil {
			out = append(out, breach{why: "the finding would still be there: " + f.Message, resource: i.Finding.Resource, item: i})
		}
	}
	return out
}

// come are the failing findings that were not there before.
func come(before, after *world) []breach {
	had := failing(before)
	var out []breach
	for i := range after.result.Findings {
		f := &after.result.Findings[i]
		if f.Status == assess.Fail && !f.Known && had[f.Fingerprint] == nil {
			out = append(out, breach{why: fmt.Sprintf("it would bring a new finding, %s: %s", f.Rule.ID, f.Message), resource: f.Resource, finding: f})
		}
	}
	return out
}

// failing are the findings that count and those that are not decided, by
// fingerprint: neither is gone.
func failing(w *world) map[string]*assess.Finding {
	out := map[string]*assess.Finding{}
	for i := range w.result.Findings {
		if f := &w.result.Findings[i]; f.Status == assess.Fail {
			out[f.Fingerprint] = f
		}
	}
	return out
}
