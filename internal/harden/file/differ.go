package file

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// piece is one step of a path below a body: a member, or an element where key is "".
type piece struct {
	key   string
	index int
}

type path []piece

func (p path) String() string {
	var b strings.Builder
	for _, x := range p {
		if x.key == "" {
			b.WriteString("[" + strconv.Itoa(x.index) + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strings.ToLower(x.key))
	}
	return b.String()
}

func (p path) with(x piece) path { return append(p[:len(p):len(p)], x) }

// difference is a value that is to be another one.
type difference struct {
	path   path
	value  value.Value   // the new value; absent with more
	more   []value.Value // elements that are added to the list at the path
	insert bool          // nothing stands at the path yet
	gone   bool          // what stands at the path is taken away
}

// differences lists what makes one value of another, the least there is.
func differences(old, wanted value.Value) []difference { return differ(nil, nil, old, wanted) }

func differ(out []difference, at path, old, wanted value.Value) []difference {
	switch {
	case old.Kind() == value.ObjectKind && wanted.Kind() == value.ObjectKind:
		for key, w := range wanted.Members() {
			o := old.Get(key)
			if o.IsAbsent() {
				out = append(out, difference{path: at.with(piece{key: key}), value: w, insert: true})
				continue
			}
			out = differ(out, at.with(piece{key: key}), o, w)
		}
		for key := range old.Members() {
			if wanted.Get(key).IsAbsent() {
				out = append(out, difference{path: at.with(piece{key: key}), gone: true})
			}
		}
		return out
	case old.Kind() == value.ArrayKind && wanted.Kind() == value.ArrayKind && old.Len() > 0 && old.Len() <= wanted.Len():
		var more []value.Value
		for i, w := range wanted.Elems() {
			if i >= old.Len() {
				more = append(more, w)
				continue
			}
			out = differ(out, at.with(piece{index: i}), old.At(i), w)
		}
		if more != nil {
			out = append(out, difference{path: at, more: more})
		}
		return out
	}
	if !alike(old, wanted) {
		out = append(out, difference{path: at, value: wanted})
	}
	return out
}

// alike says whether two values are the same, as far as they can be written.
func alike(a, b value.Value) bool { return bytes.Equal(a.AppendJSON(nil), b.AppendJSON(nil)) }
