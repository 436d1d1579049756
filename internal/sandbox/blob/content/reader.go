package content

import (
	"bytes"
	"io"
	"os"
)

// Reader reads pieces one after the other, or a range of them.
type Reader struct {
	store *Store
	ids   []string // pinned, those still to be closed
	rest  []span
	open  io.Closer
	from  io.Reader
}

// span is what is read of a piece.
type span struct {
	id     string
	offset int64
	length int64
}

// Read gives a reader of length bytes from offset of the pieces put together;
// what lies beyond their end is left out. It must be closed. A piece that is not
// there gives [ErrMissing].
func (s *Store) Read(offset, length int64, ids ...string) (*Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &Reader{store: s}
	for _, id := range ids {
		p := s.pieces[id]
		if p == nil {
			s.unpin(r.ids)
			return nil, ErrMissing
		}
		if offset >= p.size {
			offset -= p.size
			continue
		}
		if length <= 0 {
			break
		}
		n := min(p.size-offset, length)
		r.rest = append(r.rest, span{id, offset, n})
		offset, length = 0, length-n
		p.pins++
		r.ids = append(r.ids, id)
	}
	return r, nil
}

// All gives the bytes of pieces put together, at most limit of them.
func (s *Store) All(limit int64, ids ...string) ([]byte, error) {
	r, err := s.Read(0, limit, ids...)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (r *Reader) Read(b []byte) (int, error) {
	for {
		if r.from == nil {
			if len(r.rest) == 0 {
				return 0, io.EOF
			}
			if err := r.advance(); err != nil {
				return 0, err
			}
		}
		n, err := r.from.Read(b)
		if err == io.EOF {
			err = r.shut()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// advance opens the next piece.
func (r *Reader) advance() error {
	next := r.rest[0]
	r.rest = r.rest[1:]
	r.store.mu.Lock()
	p, path := r.store.pieces[next.id], r.store.path(next.id)
	r.store.mu.Unlock()
	if p == nil {
		return ErrMissing // the store was closed
	}
	if !p.file {
		r.from = bytes.NewReader(p.data[next.offset : next.offset+next.length])
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	r.open, r.from = f, io.NewSectionReader(f, next.offset, next.length)
	return nil
}

func (r *Reader) shut() error {
	r.from = nil
	if r.open == nil {
		return nil
	}
	c := r.open
	r.open = nil
	return c.Close()
}

// Close lets go of the pieces. It may be called twice.
func (r *Reader) Close() error {
	err := r.shut()
	r.rest = nil
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	r.store.unpin(r.ids)
	r.ids = nil
	return err
}

// unpin takes pins off. The store is locked.
func (s *Store) unpin(ids []string) {
	for _, id := range ids {
		if p := s.pieces[id]; p != nil {
			p.pins--
			s.bury(id, p)
		}
	}
}
