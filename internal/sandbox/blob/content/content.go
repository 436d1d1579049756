// Package content keeps bytes: what blobs, files and image layers are made of.
//
// Words: a piece is a run of bytes that never changes, known by its id. Each
// piece has one owner, who deletes it; a second owner takes a copy, which shares
// the bytes. A reader pins the pieces it reads, so that what is deleted meanwhile
// goes only when it is done.
//
// Without a folder small pieces live in memory, and large ones, or all beyond a
// total, in temporary files. With a folder each piece is a file, written whole:
// under another name, synced, renamed.
package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// The bounds of what a store without a folder holds in memory, in bytes.
const (
	largest = 16 << 20  // one piece
	total   = 256 << 20 // all pieces
)

// Store keeps pieces. It is safe for concurrent use.
type Store struct {
	dir  string // of the files; without a folder a temporary one, made when needed
	keep bool   // dir was given and stays

	mu     sync.Mutex
	next   uint64
	pieces map[string]*piece
	held   int64 // bytes in memory
}

// piece is one run of bytes: in memory, or the file of its id.
type piece struct {
	data   []byte
	size   int64
	file   bool
	pins   int
	doomed bool
}

// ErrMissing says that there is no piece with an id.
var ErrMissing = errors.New("content: there is no such piece")

// New makes a store that lives in memory and temporary files.
func New() *Store { return &Store{pieces: map[string]*piece{}} }

// Open makes a store that keeps its pieces in a folder, and takes up those that
// are there. What a killed process left half written is removed.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for contents: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the folder of contents: %w", err)
	}
	s := &Store{dir: dir, keep: true, pieces: map[string]*piece{}}
	for _, e := range entries {
		n, err := strconv.ParseUint(e.Name(), 16, 64)
		if err != nil {
			if filepath.Ext(e.Name()) == ".part" {
				_ = os.Remove(filepath.Join(dir, e.Name()))
			}
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("reading the folder of contents: %w", err)
		}
		s.next = max(s.next, n)
		s.pieces[e.Name()] = &piece{size: info.Size(), file: true}
	}
	return s, nil
}

// Put keeps what r gives and says how much it was. An error of r is given as it
// is, and nothing is kept.
func (s *Store) Put(r io.Reader) (id string, size int64, err error) {
	var small []byte
	if !s.keep {
		var b bytes.Buffer
		n, err := io.CopyN(&b, r, largest+1)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", 0, err
		}
		small = b.Bytes()
		if n <= largest {
			if id, ok := s.hold(bytes.Clone(small)); ok {
				return id, n, nil
			}
		}
	}
	return s.write(io.MultiReader(bytes.NewReader(small), r))
}

// hold keeps data in memory; false when there is no room.
func (s *Store) hold(data []byte) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held+int64(len(data)) > total {
		return "", false
	}
	s.held += int64(len(data))
	return s.add(&piece{data: data, size: int64(len(data))}), true
}

// add names a piece. The store is locked.
func (s *Store) add(p *piece) string {
	id := s.name()
	s.pieces[id] = p
	return id
}

func (s *Store) name() string {
	s.next++
	return fmt.Sprintf("%016x", s.next)
}

// write keeps what r gives as a file.
func (s *Store) write(r io.Reader) (string, int64, error) {
	s.mu.Lock()
	err := s.folder()
	id := s.name()
	s.mu.Unlock()
	if err != nil {
		return "", 0, err
	}
	path := s.path(id)
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, fmt.Errorf("keeping contents: %w", err)
	}
	n, err := io.Copy(f, r)
	if err == nil && s.keep {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	if err == nil && s.keep {
		err = syncFolder(s.dir)
	}
	if err != nil {
		_ = os.Remove(path + ".part")
		return "", 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces[id] = &piece{size: n, file: true}
	return id, n, nil
}

// folder makes the temporary folder of a store without one. The store is locked.
func (s *Store) folder() error {
	if s.dir != "" {
		return nil
	}
	dir, err := os.MkdirTemp("", "holdfast-content-")
	if err != nil {
		return fmt.Errorf("making a temporary folder for contents: %w", err)
	}
	s.dir = dir
	return nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *Store) path(id string) string { return filepath.Join(s.dir, id) }

// Copy gives a piece a second owner, who knows it by the id that Copy gives.
func (s *Store) Copy(id string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pieces[id]
	if p == nil {
		return "", ErrMissing
	}
	if !p.file {
		s.held += p.size
		return s.add(&piece{data: p.data, size: p.size}), nil
	}
	to := s.name()
	if err := os.Link(s.path(id), s.path(to)); err != nil {
		return "", fmt.Errorf("sharing contents: %w", err)
	}
	s.pieces[to] = &piece{size: p.size, file: true}
	return to, nil
}

// Delete lets pieces go. Ids that are not there are passed over.
func (s *Store) Delete(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if p := s.pieces[id]; p != nil {
			p.doomed = true
			s.bury(id, p)
		}
	}
}

// bury removes a piece that is deleted and that nobody reads.
func (s *Store) bury(id string, p *piece) {
	if !p.doomed || p.pins > 0 {
		return
	}
	delete(s.pieces, id)
	if p.file {
		_ = os.Remove(s.path(id))
	} else {
		s.held -= p.size
	}
}

// Sweep deletes all pieces that owned does not claim: what a killed process
// wrote and nobody came to own.
func (s *Store) Sweep(owned func(id string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, p := range s.pieces {
		if !owned(id) {
			p.doomed = true
			s.bury(id, p)
		}
	}
}

// Len is the number of pieces.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pieces)
}

// Close lets go of everything; the folder that Open was given stays as it is.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces, s.held = map[string]*piece{}, 0
	if s.keep || s.dir == "" {
		return nil
	}
	dir := s.dir
	s.dir = ""
	return os.RemoveAll(dir)
}
