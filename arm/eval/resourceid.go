package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// ResourceID builds the id of a resource from the id of its scope ("" for the tenant), its full type and one name per
// segment of the type after the namespace. Names may be unknown or partly known. Names that are too many are
// appended, missing ones left out: this function does not check.
func ResourceID(scope value.Value, resourceType string, names ...value.Value) value.Value {
	var t text
	t.add(scope)
	t.resource(resourceType, names)
	v, _ := t.value(nil, nil)
	return v
}

// NamedResourceID is [ResourceID] for a full name, such as "server/database". A name that is not known enough to be
// cut into its segments follows the whole type.
func NamedResourceID(scope value.Value, resourceType string, name value.Value) value.Value {
	names := splitSegments(name)
	if len(names) != strings.Count(resourceType, "/") {
		return Concat(scope, value.String("/providers/"+resourceType+"/"), name)
	}
	return ResourceID(scope, resourceType, names...)
}

// resource appends /providers/namespace/type/name/type/name.
func (t *text) resource(resourceType string, names []value.Value) {
	t.literal("/providers/")
	namespace, types, _ := strings.Cut(resourceType, "/")
	t.literal(namespace)
	for types != "" || len(names) > 0 {
		var segment string
		if segment, types, _ = strings.Cut(types, "/"); segment != "" {
			t.literal("/")
			t.literal(segment)
		}
		if len(names) > 0 {
			t.literal("/")
			if names[0].IsUnknown() {
				t.unknownText(names[0])
			} else {
				t.literal(names[0].Str())
				t.secret = t.secret || names[0].Secret()
			}
			names = names[1:]
		}
	}
}

// idForm tells the functions of the family apart.
type idForm struct {
	before int // arguments that may stand before the type
	prefix func(m *Machine, t *text, e *expr.Expr, lead []value.Value) *Error
}

// idFunction makes a function of the resourceId family.
func idFunction(form idForm) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		open := false
		for i, v := range a {
			if k := kindOf(v); k != value.StringKind && (!v.IsUnknown() || k != value.AbsentKind) {
				return value.Value{}, wrongType(e, len(e.Args)-len(a)+i, "String", v)
			}
			open = open || v.IsUnknown()
		}
		at, resourceType, names := typeArgument(a, form.before)
		if at < 0 {
			if open {
				return m.choose(e, a, value.StringKind)
			}
			return value.Value{}, cannot(e, "a resource type such as 'Microsoft.Storage/storageAccounts' is missing among the first %d parameter(s)", form.before+1)
		}
		if want := strings.Count(resourceType, "/"); want != len(names) {
			return value.Value{}, cannot(e, "the type '%s' requires '%d' resource name argument(s) while %d were provided", resourceType, want, len(names))
		}
		if open {
			if v, err, ok := m.splitChoice(e, a); ok {
				return v, err
			}
		}
		t := m.text()
		if err := form.prefix(m, &t, e, a[:at]); err != nil {
			return value.Value{}, err
		}
		t.resource(resourceType, names)
		return m.finish(&t, func() *expr.Expr { return m.residual(e, a) })
	}
}

// typeArgument finds the type: the first argument with a slash in it, among the first before+1. Parameter files made
// by Bicep cut it in two, as in resourceId(sub, rg, 'Microsoft.KeyVault', 'vaults', name).
func typeArgument(a []value.Value, before int) (at int, resourceType string, names []value.Value) {
	for i := 0; i <= before && i < len(a); i++ {
		if a[i].IsUnknown() {
			for _, p := range a[i].Unknown().Parts {
				if strings.Contains(p.Lit, "/") {
					return -1, "", nil
				}
			}
			continue
		}
		if s := a[i].Str(); strings.Contains(s, "/") {
			return i, strings.TrimRight(s, "/"), a[i+1:]
		}
	}
	if n := len(a); n >= 3 && n-3 <= before {
		namespace, short := a[n-3].Str(), a[n-2].Str()
		if strings.Contains(namespace, ".") && short != "" {
			return n - 3, namespace + "/" + short, a[n-1:]
		}
	}
	return -1, "", nil
}

func (t *text) add(v value.Value) {
	t.secret = t.secret || v.Secret()
	if v.IsUnknown() {
		t.unknownText(v)
	} else {
		t.literal(v.Str())
	}
}

func resourceIDPrefix(m *Machine, t *text, _ *expr.Expr, lead []value.Value) *Error {
	f := m.Facts
	switch {
	case len(lead) == 2:
		t.subscription(lead[0])
		t.literal("/resourceGroups/")
		t.add(lead[1])
	case len(lead) == 1 && f.given.Scope == ResourceGroupScope:
		t.subscription(f.subscriptionID)
		t.literal("/resourceGroups/")
		t.add(lead[0])
	case len(lead) == 1:
		t.subscription(lead[0])
	default:
		t.add(f.scopeID)
		if k := f.given.Scope; k == ManagementGroupScope {
			// Ids in a management group deployment are those of the tenant.
			*t = text{lit: t.lit[:0]}
		}
	}
	return nil
}

func (t *text) subscription(id value.Value) {
	t.literal("/subscriptions/")
	t.add(id)
}

func subscriptionIDPrefix(m *Machine, t *text, _ *expr.Expr, lead []value.Value) *Error {
	if len(lead) == 1 {
		t.subscription(lead[0])
	} else {
		t.subscription(m.Facts.subscriptionID)
	}
	return nil
}

func tenantIDPrefix(*Machine, *text, *expr.Expr, []value.Value) *Error { return nil }

func managementGroupIDPrefix(m *Machine, t *text, _ *expr.Expr, lead []value.Value) *Error {
	t.literal("/providers/Microsoft.Management/managementGroups/")
	if len(lead) == 1 {
		t.add(lead[0])
	} else {
		t.add(m.Facts.managementGroup)
	}
	return nil
}

// fnExtensionResourceID appends to the id of the resource that is extended.
func fnExtensionResourceID(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	base := a[0]
	if k := kindOf(base); k != value.StringKind && (!base.IsUnknown() || k != value.AbsentKind) {
		return value.Value{}, wrongType(e, 0, "String", base)
	}
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	// The rest is an id of the tenant; its residual must be that of the whole call.
	rest, err := idFunction(idForm{before: 0, prefix: tenantIDPrefix})(m, e, a[1:])
	if err != nil {
		return rest, err
	}
	if u := rest.Unknown(); u != nil && len(u.Parts) == 0 {
		return m.unknown(e, a, value.StringKind), nil
	}
	var t text
	t.add(base)
	t.add(rest)
	return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
}
