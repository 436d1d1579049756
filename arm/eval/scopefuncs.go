package eval

import (
	"errors"
	"strconv"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// outside makes the error of an answer that the scope could not give.
func (m *Machine) outside(e *expr.Expr, err error, notFound string) *Error {
	if errors.Is(err, NotFound) {
		return (&Error{Message: notFound, Cause: err}).at(e)
	}
	var inner *Error
	out := &Error{Message: err.Error(), Cause: err}
	if errors.As(err, &inner) {
		out.Limit = inner.Limit
	}
	return out.at(e)
}

// named makes parameters() and variables(): what reads a declared thing by its name.
func named(what string, read func(Scope, string) (value.Value, error)) func(*Machine, *expr.Expr) (value.Value, *Error) {
	return func(m *Machine, e *expr.Expr) (value.Value, *Error) {
		arg := e.Args[0]
		name, hidden := arg.Text, false
		if arg.Kind != expr.KindString {
			v, err := m.eval(arg)
			if err != nil {
				return v, err
			}
			if v.IsUnknown() {
				return m.unknown(e, []value.Value{v}, value.AbsentKind), nil
			}
			if name, err = str(e, -1, v); err != nil {
				return v, err
			}
			hidden = v.Secret()
		}
		v, err := read(m.Scope, name)
		if err != nil {
			if hidden && errors.Is(err, NotFound) {
				name = "{secret}"
			}
			return v, m.outside(e, err, "The template "+what+" '"+name+"' is not found")
		}
		if v.IsAbsent() {
			v = value.Null()
		}
		if hidden {
			v = v.WithSecret()
		}
		return v, nil
	}
}

// callUser calls a user function of the template.
func callUser(m *Machine, e *expr.Expr) (value.Value, *Error) {
	f := m.Scope.UserFunction(e.Name)
	if f == nil {
		return value.Value{}, invalidFunction(e)
	}
	if f.Arity() != len(e.Args) {
		return value.Value{}, arity(e, strconv.Itoa(f.Arity()), len(e.Args))
	}
	base := len(m.stack)
	for _, a := range e.Args {
		v, err := m.eval(a)
		if err != nil {
			m.stack = m.stack[:base]
			return v, err
		}
		m.stack = append(m.stack, v)
	}
	v, err := f.Call(m.stack[base:len(m.stack):len(m.stack)])
	m.stack = m.stack[:base]
	if err != nil {
		return v, m.outside(e, err, "The template function '"+e.Name+"' is not valid")
	}
	return v, nil
}

func lazyInvalid(_ *Machine, e *expr.Expr) (value.Value, *Error) {
	return value.Value{}, invalidFunction(e)
}

// fact makes a function without arguments that reads an object of the scope; kinds are the levels that have it.
func fact(read func(*Facts) value.Value, kinds ...ScopeKind) impl {
	return func(m *Machine, e *expr.Expr, _ []value.Value) (value.Value, *Error) {
		at := m.Facts.given.Scope
		for _, k := range kinds {
			if k == at {
				return read(m.Facts), nil
			}
		}
		return value.Value{}, fault("The template function '%s' is not expected at this location: the template is deployed at %s scope", callName(e), at)
	}
}

func fnDeployment(m *Machine, e *expr.Expr, _ []value.Value) (value.Value, *Error) {
	if v := m.Scope.Deployment(); !v.IsAbsent() {
		return v, nil
	}
	return value.FromUnknown(value.Unknown{
		Reason: value.ScopeFact, Hint: value.ObjectKind, NotNull: true, Residual: expr.Call("deployment"), Subject: "deployment()",
	}), nil
}

func fnExternalInputs(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	id, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	v, failure := m.Scope.ExternalInput(id)
	switch {
	case errors.Is(failure, NotFound):
		return value.FromUnknown(value.Unknown{Reason: value.ExternalInput, Residual: m.residual(e, a), Subject: id}), nil
	case failure != nil:
		return v, m.outside(e, failure, "")
	}
	return v, nil
}

func fnNewGUID(m *Machine, e *expr.Expr, _ []value.Value) (value.Value, *Error) {
	if err := m.onlyInDefault(e); err != nil {
		return value.Value{}, err
	}
	if m.NewGUID != "" {
		return value.String(m.NewGUID), nil
	}
	return value.FromUnknown(value.Unknown{
		Reason: value.Random, Hint: value.StringKind, NotNull: true, Residual: expr.Call("newGuid"), Subject: "newGuid()",
	}), nil
}

// fnFail stops the deployment with the author's message.
func fnFail(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if k := kindOf(a[0]); k != value.StringKind && (!a[0].IsUnknown() || k != value.AbsentKind) {
		return value.Value{}, wrongType(e, -1, "String", a[0])
	}
	return value.Value{}, &Error{safe: true, Message: a[0].Text()}
}

// runtime makes the functions that ask Azure.
func runtime(f RuntimeFunc) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		for i, v := range a {
			if k := kindOf(v); k != value.StringKind && (!v.IsUnknown() || k != value.AbsentKind) && (f != List || i < 2) {
				return value.Value{}, wrongType(e, i, "String", v)
			}
		}
		c := &RuntimeCall{Func: f, Name: e.Name, Args: a, Expr: e, m: m}
		v, err := m.Scope.Runtime(c)
		if err != nil {
			return v, m.outside(e, err, "The resource '"+show(a[0])+"' that '"+callName(e)+"' asks for is not found")
		}
		return v, nil
	}
}

func (m *Machine) runtimeUnknown(c *RuntimeCall) value.Value {
	u := value.Unknown{Reason: value.RuntimeReference, Hint: value.ObjectKind, NotNull: true, Residual: c.Residual()}
	switch c.Func {
	case List:
		u.Reason = value.SecretValue
	case Providers:
		u.Reason = value.ProviderCatalog
	case Extensions:
		u.Reason = value.UnsupportedFunction
	case References:
		u.Hint = value.ArrayKind
	}
	secret := u.Reason == value.SecretValue
	if len(c.Args) > 0 {
		id := c.Args[0]
		u.Subject = id.Text()
		if parts := partsOf(id); len(parts) > 0 && parts[0].Hole == nil && len(parts[0].Lit) > 0 && parts[0].Lit[0] == '/' {
			u.Resource = id.Text()
		}
		if cause := because(c.Args); cause != nil && cause.Reason == value.Failed {
			u.Reason = value.Failed
		}
		secret = secret || id.Secret()
	}
	v := value.FromUnknown(u)
	if secret {
		v = v.WithSecret()
	}
	return v
}

// fnPickZones chooses zones of a region: pickZones(namespace, type, location, [count], [offset]).
func fnPickZones(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	var text [3]string
	for i := range text {
		var err *Error
		if text[i], err = str(e, i, a[i]); err != nil {
			return value.Value{}, err
		}
	}
	count, offset := int64(1), int64(0)
	for i, target := range [...]*int64{&count, &offset} {
		if len(a) <= 3+i {
			continue
		}
		// A count written as a string occurs in published templates.
		v := a[3+i]
		if s, ok := v.AsString(); ok {
			if n, ok := digits(s); ok {
				v = value.Int(int64(n))
			}
		}
		var err *Error
		if *target, err = integer(e, 3+i, v); err != nil {
			return value.Value{}, err
		}
	}
	if count < 1 || count > 3 || offset < 0 || offset > 2 {
		return value.Value{}, cannot(e, "the number of zones must be between 1 and 3, the offset between 0 and 2. The provided values: '%d' and '%d'", count, offset)
	}
	if m.Zones == nil {
		return m.zonesUnknown(e, a), nil
	}
	zones, known := m.Zones(text[0], text[1], text[2])
	switch {
	case !known:
		return m.zonesUnknown(e, a), nil
	case len(zones) == 0:
		return value.Array(nil), nil
	case int(count+offset) > len(zones):
		return value.Value{}, cannot(e, "the region '%s' has %d zone(s) for '%s/%s', the count and offset ask for more", text[2], len(zones), text[0], text[1])
	}
	elems := make([]value.Value, count)
	for i := range elems {
		elems[i] = value.String(zones[int(offset)+i])
	}
	return value.Array(elems), nil
}

func (m *Machine) zonesUnknown(e *expr.Expr, a []value.Value) value.Value {
	return value.FromUnknown(value.Unknown{
		Reason: value.ProviderCatalog, Hint: value.ArrayKind, NotNull: true, Residual: m.residual(e, a), Subject: "the zones of " + show(a[2]),
	})
}

// zoneMapping makes toLogicalZone and its kin: zones are numbered differently in each subscription.
func zoneMapping(kind value.Kind) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		for i, want := range [...]value.Kind{value.StringKind, value.StringKind, kind} {
			if k := kindOf(a[i]); k != want && (!a[i].IsUnknown() || k != value.AbsentKind) {
				return value.Value{}, wrongType(e, i, want.String(), a[i])
			}
		}
		return value.FromUnknown(value.Unknown{
			Reason: value.ZoneMapping, Hint: kind, NotNull: true, Residual: m.residual(e, a), Subject: "the zones of subscription " + show(a[0]),
		}), nil
	}
}

// fnRoleDefinitions gives id and GUID of a built-in role.
func fnRoleDefinitions(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	name, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	guid, ok := "", false
	if m.Roles != nil {
		guid, ok = m.Roles(name)
	}
	if !ok {
		return value.FromUnknown(value.Unknown{
			Reason: value.ProviderCatalog, Hint: value.ObjectKind, NotNull: true, Residual: m.residual(e, a), Subject: "the role " + show(a[0]),
		}), nil
	}
	scope := value.String("")
	if k := m.Facts.given.Scope; k == ResourceGroupScope || k == SubscriptionScope {
		scope = m.Facts.subscriptionScopeID
	}
	return value.Object([]value.Member{
		{Key: "id", Value: ResourceID(scope, "Microsoft.Authorization/roleDefinitions", value.String(guid))},
		{Key: "roleDefinitionId", Value: value.String(guid)},
	}), nil
}
