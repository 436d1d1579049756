package eval

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// readBody reads a member of the state of a resource, of which only a part is known (value.Unknown.Body): a known
// member is given as it is, but an object that was only declared stays open, as the provider may add to it; any other
// member is unknown and never missing. It declines (ok is false) for all other values and keys.
func readBody(base, key value.Value) (v value.Value, ok bool) {
	u := base.Unknown()
	name, isName := key.AsString()
	if u == nil || u.Body.IsAbsent() || !isName || key.Secret() {
		return v, false
	}
	open := value.Unknown{
		Reason: u.Reason, Resource: u.Resource, Subject: u.Subject, Residual: expr.Member(u.Residual, name),
	}
	v = u.Body.Get(name)
	switch {
	case v.Kind() == value.ObjectKind && v.Declared():
		open.Body, open.Hint, open.NotNull = v, value.ObjectKind, true
	case !v.IsAbsent():
		return v, true
	}
	if v = value.FromUnknown(open); base.Secret() {
		v = v.WithSecret()
	}
	return v, true
}
