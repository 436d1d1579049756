package state

import (
	"iter"
	"strings"
)

// BelowAfter is [Tx.Below] without what stands before or at the id after, so
// that a list can go on where its last page ended.
func (tx *Tx) BelowAfter(id, after string) iter.Seq[*Resource] {
	prefix, from := Key(id)+"/", Key(after)
	return func(yield func(*Resource) bool) {
		tx.s.resources.Ascend(max(prefix, from), func(key string, r *Resource) bool {
			return key == from || strings.HasPrefix(key, prefix) && yield(r)
		})
	}
}

// OfTypeAfter is [Tx.OfType] without what stands before or at the id after.
func (tx *Tx) OfTypeAfter(typ, id, after string) iter.Seq[*Resource] {
	prefix := typeKey(typ, "")
	from := typeKey(typ, Key(after))
	if id != "" {
		prefix += Key(id) + "/"
	}
	return func(yield func(*Resource) bool) {
		tx.s.byType.Ascend(max(prefix, from), func(key string, r *Resource) bool {
			return key == from && after != "" || strings.HasPrefix(key, prefix) && yield(r)
		})
	}
}
