package files

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// node is a directory or a file.
type node struct {
	Name       string            `json:"name"`
	Dir        bool              `json:"dir,omitempty"`
	ETag       string            `json:"etag"`
	Created    time.Time         `json:"created"`
	Modified   time.Time         `json:"modified"`
	Written    time.Time         `json:"written"` // its last write time
	Attributes string            `json:"attributes"`
	Headers    map[string]string `json:"headers,omitempty"`
	Meta       map[string]string `json:"meta,omitempty"`
	Size       int64             `json:"size,omitempty"`
	Extents    []extent          `json:"extents,omitempty"` // in the order of their offsets, apart from each other
}

// extent is a stretch of a file: Length bytes from From of a piece.
type extent struct {
	Offset int64     `json:"offset"`
	Length int64     `json:"length"`
	Piece  string    `json:"piece"`
	From   int64     `json:"from,omitempty"`
	At     time.Time `json:"at"`
}

func (e extent) end() int64 { return e.Offset + e.Length }

// key is where a node is kept; the path is that below the share, "" for none.
func key(share, path string) string {
	path = strings.ToLower(path)
	parent, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		parent, name = path[:i], path[i+1:]
	}
	return below(share, parent) + name
}

// below is what the keys of a directory's nodes begin with.
func below(share, dir string) string {
	return state.Key(share) + "\x00" + strings.ToLower(dir) + "\x00"
}

func load(tx *state.Tx, share, path string, hidden account.Hidden) *node {
	raw, ok := tx.Record(nodeKind, key(share, path))
	if !ok {
		return nil
	}
	n := decode(raw)
	if n == nil || hidden.At(n.Created) {
		return nil
	}
	n.Extents = slices.DeleteFunc(n.Extents, func(e extent) bool { return hidden.At(e.At) })
	return n
}

func decode(raw []byte) *node {
	n := new(node)
	if json.Unmarshal(raw, n) != nil {
		return nil
	}
	return n
}

func (n *node) save(tx *state.Tx, share, path string) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return tx.PutRecord(nodeKind, key(share, path), raw)
}

// touch gives the node a new ETag and time of change.
func (n *node) touch(now time.Time) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", n.Name, n.ETag, now.UnixNano()))
	n.ETag = fmt.Sprintf(`"0x8D%X"`, sum[:7])
	n.Modified = now
}

// id is the node's number in the share, as the service shows one.
func id(share, path string) string {
	sum := sha256.Sum256([]byte(key(share, path)))
	return fmt.Sprint(binary.BigEndian.Uint64(sum[:]) >> 1)
}

// clear takes a stretch out of the extents: it reads as zeros.
func (n *node) clear(offset, length int64) {
	end := offset + length
	var out []extent
	for _, e := range n.Extents {
		if e.end() <= offset || e.Offset >= end {
			out = append(out, e)
			continue
		}
		if e.Offset < offset {
			head := e
			head.Length = offset - e.Offset
			out = append(out, head)
		}
		if e.end() > end {
			tail := e
			tail.From += end - e.Offset
			tail.Offset, tail.Length = end, e.end()-end
			out = append(out, tail)
		}
	}
	n.Extents = out
}

// put writes an extent over what was there.
func (n *node) put(e extent) {
	n.clear(e.Offset, e.Length)
	i, _ := slices.BinarySearchFunc(n.Extents, e.Offset, func(x extent, offset int64) int { return int(min(max(x.Offset-offset, -1), 1)) })
	n.Extents = slices.Insert(n.Extents, i, e)
}

// resize cuts the file, or lets it grow with zeros.
func (n *node) resize(size int64) {
	if size < n.Size {
		n.clear(size, n.Size-size)
	}
	n.Size = size
}

func (n *node) pieces() map[string]bool {
	out := map[string]bool{}
	for _, e := range n.Extents {
		out[e.Piece] = true
	}
	return out
}

// zeros reads as zeros for ever.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// reader reads a stretch of a file. It must be closed.
type reader struct {
	io.Reader
	open []*content.Reader
}

// Close lets go of the pieces.
func (r *reader) Close() error {
	for _, o := range r.open {
		_ = o.Close() // reading is over
	}
	return nil
}

func (n *node) read(c *content.Store, offset, length int64) (*reader, error) {
	r := &reader{}
	var parts []io.Reader
	end := offset + length
	gap := func(to int64) {
		if to > offset {
			parts = append(parts, io.LimitReader(zeros{}, to-offset))
			offset = to
		}
	}
	for _, e := range n.Extents {
		if e.end() <= offset || e.Offset >= end {
			continue
		}
		gap(e.Offset)
		upTo := min(end, e.end())
		p, err := c.Read(e.From+offset-e.Offset, upTo-offset, e.Piece)
		if err != nil {
			_ = r.Close()
			return nil, err
		}
		r.open, parts = append(r.open, p), append(parts, p)
		offset = upTo
	}
	gap(end)
	r.Reader = io.MultiReader(parts...)
	return r, nil
}

// Forget takes away what is kept of the shares at or below an id, when ARM
// deletes them or their account.
func Forget(tx *state.Tx, id string) error {
	want := state.Key(id)
	var keys, loose []string
	for k, raw := range tx.Records(nodeKind, want) {
		if rest := k[len(want):]; rest != "" && rest[0] != '/' && rest[0] != 0 {
			continue
		}
		keys = append(keys, k)
		if n := decode(raw); n != nil {
			for p := range n.pieces() {
				loose = append(loose, p)
			}
		}
	}
	for _, k := range keys {
		if err := tx.DeleteRecord(nodeKind, k); err != nil {
			return err
		}
	}
	for _, p := range loose {
		if err := tx.PutRecord(garbageKind, p, []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// Owned gives the pieces that files own, for [content.Store.Sweep].
func Owned(tx *state.Tx, own func(id string)) {
	for _, raw := range tx.Records(nodeKind, "") {
		if n := decode(raw); n != nil {
			for p := range n.pieces() {
				own(p)
			}
		}
	}
}

// Lose takes away for good what was written to an account's shares after a time:
// what a failover by the customer loses, whose copy in the other region ended
// then. What was overwritten since is lost too.
func Lose(tx *state.Tx, accountID string, after time.Time) error {
	hidden := account.Hidden{From: after}
	var late []*state.Resource
	for s := range tx.OfType(ShareType, accountID) {
		if hidden.At(s.Created) {
			late = append(late, s)
		}
	}
	for _, s := range late {
		if err := Forget(tx, s.ID); err != nil {
			return err
		}
		if err := tx.Delete(s.ID); err != nil {
			return err
		}
	}
	changed := map[string]*node{} // nil is to be deleted
	var keys, loose []string
	for k, raw := range tx.Records(nodeKind, state.Key(shareID(accountID, ""))) {
		n := decode(raw)
		if n == nil {
			continue
		}
		before := n.pieces()
		count := len(n.Extents)
		n.Extents = slices.DeleteFunc(n.Extents, func(e extent) bool { return hidden.At(e.At) })
		gone := hidden.At(n.Created)
		if !gone && len(n.Extents) == count {
			continue
		}
		keys = append(keys, k)
		if gone {
			n, changed[k] = &node{}, nil
		} else {
			changed[k] = n
		}
		for p := range before {
			if !n.pieces()[p] {
				loose = append(loose, p)
			}
		}
	}
	for _, k := range keys {
		if changed[k] == nil {
			if err := tx.DeleteRecord(nodeKind, k); err != nil {
				return err
			}
			continue
		}
		raw, err := json.Marshal(changed[k])
		if err != nil {
			return err
		}
		if err := tx.PutRecord(nodeKind, k, raw); err != nil {
			return err
		}
	}
	for _, p := range loose {
		if err := tx.PutRecord(garbageKind, p, []byte{}); err != nil {
			return err
		}
	}
	return nil
}
