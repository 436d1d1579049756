package value

import (
	"math"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// Kind says which of the language's types a [Value] has.
type Kind uint8

// The kinds. AbsentKind is the zero value: nothing is there.
const (
	AbsentKind Kind = iota
	NullKind
	BoolKind
	IntKind
	FloatKind
	StringKind
	ArrayKind
	ObjectKind
	UnknownKind
)

var kindNames = [...]string{"Absent", "Null", "Boolean", "Integer", "Float", "String", "Array", "Object", "Unknown"}

// String gives the name that ARM's own messages use, such as "Integer".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Invalid"
}

type flags uint8

const (
	flagSecret   flags = 1 << iota // must never be printed
	flagDeclared                   // read back from a request body: the provider may normalise it
)

// Value is one value of the template language. The zero Value is absent.
// Values are immutable: every method that changes one returns a new one.
type Value struct {
	kind  Kind
	flags flags
	num   int64
	str   string
	ref   any         // *array, *object, *Unknown; nil when backed by a node
	def   jsonc.Node  // the literal that supplied the value, or the node behind it
	use   *jsonc.Node // the property where it landed, when that is another place
}

type array struct{ elems []Value }

// Absent is the value of a property that is not there.
func Absent() Value { return Value{} }

// Null is the JSON null.
func Null() Value { return Value{kind: NullKind} }

// Bool is a known boolean.
func Bool(b bool) Value {
	v := Value{kind: BoolKind}
	if b {
		v.num = 1
	}
	return v
}

// Int is a known 64-bit integer.
func Int(i int64) Value { return Value{kind: IntKind, num: i} }

// Float is a known floating point number, as only float() and JSON make it.
func Float(f float64) Value { return Value{kind: FloatKind, num: int64(math.Float64bits(f))} }

// String is a known string.
func String(s string) Value { return Value{kind: StringKind, str: s} }

// Array takes ownership of elems and makes an array of them.
func Array(elems []Value) Value { return Value{kind: ArrayKind, ref: &array{elems}} }

// FromNode gives the literal JSON at n as a value without copying it; strings
// are taken as they stand, expressions in them are not evaluated. An invalid
// node gives the absent value. The node is both definition and use.
func FromNode(n jsonc.Node) Value {
	switch n.Kind() {
	case jsonc.Null:
		return Value{kind: NullKind, def: n}
	case jsonc.Bool:
		v := Bool(n.Bool())
		v.def = n
		return v
	case jsonc.Number:
		if i, ok := n.Int(); ok {
			return Value{kind: IntKind, num: i, def: n}
		}
		v := Float(n.Float())
		v.def = n
		return v
	case jsonc.String:
		return Value{kind: StringKind, str: n.Str(), def: n}
	case jsonc.Array:
		return Value{kind: ArrayKind, def: n}
	case jsonc.Object:
		return Value{kind: ObjectKind, def: n}
	}
	return Value{}
}

// WithDef returns v with n as the place that supplied it. It is not meant for
// views made by [FromNode]: their node is their content, and stays.
func (v Value) WithDef(n jsonc.Node) Value {
	if !v.backed() {
		v.def = n
	}
	return v
}

// WithUse returns v with n as the place in the template where it landed.
func (v Value) WithUse(n jsonc.Node) Value {
	if n == v.def {
		v.use = nil
		return v
	}
	v.use = &n
	return v
}

// WithSecret returns v marked as secret: it is never printed.
func (v Value) WithSecret() Value { v.flags |= flagSecret; return v }

// WithDeclared returns v marked as read back from a declaration: the provider
// may answer in a normalised form (section 14.4 of the specification).
func (v Value) WithDeclared() Value { v.flags |= flagDeclared; return v }

// Secret says whether v must not be printed.
func (v Value) Secret() bool { return v.flags&flagSecret != 0 }

// Declared says whether v was read back from a declaration.
func (v Value) Declared() bool { return v.flags&flagDeclared != 0 }

// Def is the literal that supplied v; invalid when v was computed.
func (v Value) Def() jsonc.Node { return v.def }

// Use is the property where v landed; the definition when nothing else is known.
func (v Value) Use() jsonc.Node {
	if v.use != nil {
		return *v.use
	}
	return v.def
}

// backed says whether v is a container that is a view on its node.
func (v Value) backed() bool {
	return v.ref == nil && (v.kind == ArrayKind || v.kind == ObjectKind)
}
