package value

import "math"

// Kind is the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsAbsent says that there is nothing: the property is not there.
func (v Value) IsAbsent() bool { return v.kind == AbsentKind }

// IsNull says that v is null or absent; ARM treats both alike in properties.
func (v Value) IsNull() bool { return v.kind == NullKind || v.kind == AbsentKind }

// IsUnknown says that v itself is unknown; parts of a known container may be.
func (v Value) IsUnknown() bool { return v.kind == UnknownKind }

// AsBool gives the boolean, false when v is not a known one.
func (v Value) AsBool() (b, ok bool) { return v.num != 0, v.kind == BoolKind }

// AsInt gives the integer, false when v is not a known one.
func (v Value) AsInt() (int64, bool) { return v.num, v.kind == IntKind }

// AsFloat gives a float or an integer as a float, false when v is neither.
func (v Value) AsFloat() (float64, bool) {
	switch v.kind {
	case FloatKind:
		return math.Float64frombits(uint64(v.num)), true
	case IntKind:
		return float64(v.num), true
	}
	return 0, false
}

// AsString gives the string, false when v is not a known one.
func (v Value) AsString() (string, bool) { return v.str, v.kind == StringKind }

// Str gives the string, or "" when v is not a known one.
func (v Value) Str() string {
	if v.kind == StringKind {
		return v.str
	}
	return ""
}

// Text renders v for ids and messages: a string as it is, an unknown string
// with its known parts and a {hole} for each unknown one, a number or boolean
// in its JSON form, a secret as {secret}, a container as compact JSON.
func (v Value) Text() string {
	if v.Secret() {
		return "{secret}"
	}
	switch v.kind {
	case StringKind:
		return v.str
	case AbsentKind, NullKind:
		return ""
	case UnknownKind:
		return v.Unknown().text()
	}
	return string(v.AppendJSON(nil))
}

// Contains says whether v, or anything inside it, satisfies match.
func (v Value) Contains(match func(Value) bool) bool {
	if match(v) {
		return true
	}
	switch v.kind {
	case ArrayKind:
		for _, e := range v.Elems() {
			if e.Contains(match) {
				return true
			}
		}
	case ObjectKind:
		for _, e := range v.Members() {
			if e.Contains(match) {
				return true
			}
		}
	}
	return false
}
