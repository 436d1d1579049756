package state

import (
	"iter"
	"strings"
)

// RecordsFrom is [Tx.Records] without the keys before from, so that a list can
// go on where its last page ended, or pass over many keys at once.
func (tx *Tx) RecordsFrom(kind, prefix, from string) iter.Seq2[string, []byte] {
	all, skip := recordKey(kind, prefix), len(kind)+1
	return func(yield func(string, []byte) bool) {
		tx.s.records.Ascend(max(all, recordKey(kind, from)), func(k string, v []byte) bool {
			return strings.HasPrefix(k, all) && yield(k[skip:], v)
		})
	}
}
