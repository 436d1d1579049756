package jsonc

import "strconv"

func itoa(i int) string { return strconv.Itoa(i) }

// keySet finds out cheaply whether an object may already have a key: most
// objects have few keys that differ in length, first or last letter.
type keySet struct {
	bits uint64
	// exact and folded are made for large objects only; indexed is the last
	// member that they hold.
	exact      map[string]int32
	folded     map[string]bool
	indexed    int32
	duplicates bool
}

// mayHave adds the key and reports whether an equal one, letter case aside, may
// have been added before.
func (s *keySet) mayHave(key string) bool {
	if s.exact != nil {
		return true
	}
	var h uint
	if n := len(key); n > 0 {
		h = uint(key[0]|0x20)*31 + uint(key[n-1]|0x20)*7 + uint(key[n/2]|0x20)*13 + uint(n)
	}
	bit := uint64(1) << ((h ^ h>>6) & 63)
	had := s.bits&bit != 0
	s.bits |= bit
	return had
}

// linearKeys is the number of members up to which comparing with all of them is
// cheaper than a map.
const linearKeys = 24

// checkKey compares the key of a new member with those before it.
func (p *parser) checkKey(id, child int32, key string, seen *keySet) {
	if seen.exact == nil {
		n := 0
		for c := id + 1; c != child; c = p.nodes[c].next {
			if n++; n > linearKeys {
				seen.exact, seen.folded = map[string]int32{}, map[string]bool{}
				break
			}
			if before := p.key(c); before == key {
				p.supersede(c, child, seen)
			} else if EqualFold(before, key) {
				p.note(NoteCaseVariantKey, int(p.nodes[child].keyStart), key)
			}
		}
		if seen.exact == nil {
			return
		}
	}
	c := id + 1
	if seen.indexed != 0 {
		c = p.nodes[seen.indexed].next
	}
	for ; c != 0; c = p.nodes[c].next {
		k := p.key(c)
		folded := fold(k)
		if before, ok := seen.exact[k]; ok {
			p.supersede(before, c, seen)
		} else if seen.folded[folded] && c >= child {
			p.note(NoteCaseVariantKey, int(p.nodes[c].keyStart), k)
		}
		seen.exact[k], seen.folded[folded] = c, true
		seen.indexed = c
	}
}

// supersede lets a member give way to a later one with the same key.
func (p *parser) supersede(before, child int32, seen *keySet) {
	if p.nodes[before].flags&flagSuperseded != 0 {
		return
	}
	p.nodes[before].flags |= flagSuperseded
	seen.duplicates = true
	p.note(NoteDuplicateKey, int(p.nodes[child].keyStart), p.key(child))
}

func (p *parser) key(id int32) string {
	n := &p.nodes[id]
	if n.flags&flagKeyDecoded != 0 {
		return p.doc.keys[id]
	}
	return p.text[n.keyStart+1 : n.keyEnd-1]
}

// fold gives equal strings for keys that are [EqualFold].
func fold(s string) string {
	b := make([]rune, 0, len(s))
	for _, r := range s {
		b = append(b, upper(r))
	}
	return string(b)
}

// dropSuperseded takes the members that a later one replaces out of the chain of
// an object.
func (p *parser) dropSuperseded(id int32) {
	n := &p.nodes[id]
	n.flags &^= flagFlat
	var last, count int32
	for c := id + 1; c != 0; c = p.nodes[c].next {
		if p.nodes[c].flags&flagSuperseded != 0 {
			continue
		}
		if last != 0 {
			p.nodes[last].next = c
		}
		last = c
		count++
	}
	n.aux = count
}
