package jsonc

import (
	"slices"
	"unicode/utf8"
)

// manyChildren is the number of children above which their places are looked up
// in a table, which is made when the first of them is asked for: an inventory is
// one array of very many.
const manyChildren = 64

// childIDs lists the children of a container, in rising order.
func (d *Document) childIDs(parent int32) []int32 {
	if ids, ok := d.children.Load(parent); ok {
		return ids.([]int32)
	}
	p := Node{doc: d, id: parent}
	ids := make([]int32, 0, p.Len())
	for c := p.First(); c.doc != nil; c = c.Next() {
		ids = append(ids, c.id)
	}
	made, _ := d.children.LoadOrStore(parent, ids)
	return made.([]int32)
}

// index is the place of n among the children of parent.
func (n Node) index(parent Node) int {
	if parent.at().flags&flagFlat != 0 {
		return int(n.id - parent.id - 1)
	}
	if parent.Len() > manyChildren {
		i, _ := slices.BinarySearch(n.doc.childIDs(parent.id), n.id)
		return i
	}
	i := 0
	for c := parent.First(); c.doc != nil && c.id != n.id; c = c.Next() {
		i++
	}
	return i
}

// runeBlock is the distance of the offsets at which characters are counted
// beforehand, so that a place in a file of one long line is found quickly.
const runeBlock = 4096

// runes counts the characters between two offsets.
func (d *Document) runes(from, to int) int {
	if to-from < 2*runeBlock {
		return utf8.RuneCountInString(d.text[from:to])
	}
	d.blocksOnce.Do(d.countBlocks)
	first, last := (from+runeBlock-1)/runeBlock, to/runeBlock
	return starts(d.text[from:first*runeBlock]) + int(d.blocks[last]-d.blocks[first]) + starts(d.text[last*runeBlock:to])
}

func (d *Document) countBlocks() {
	d.blocks = make([]int32, len(d.text)/runeBlock+1)
	for i := 1; i < len(d.blocks); i++ {
		d.blocks[i] = d.blocks[i-1] + int32(starts(d.text[(i-1)*runeBlock:i*runeBlock]))
	}
}

// starts counts the bytes that begin a character, which is the number of
// characters of valid UTF-8 wherever it is cut.
func starts(s string) int {
	n := 0
	for i := range len(s) {
		if s[i]&0xC0 != 0x80 {
			n++
		}
	}
	return n
}
