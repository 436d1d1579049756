package state

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tidwall/btree"
)

// Store holds the state of one sandbox. It is safe for concurrent use: readers
// run together, a writer alone.
type Store struct {
	mu         sync.RWMutex
	resources  btree.Map[string, *Resource] // by key
	byType     btree.Map[string, *Resource] // by type, then key
	records    btree.Map[string, []byte]    // by kind, then key
	events     btree.Map[string, *Event]    // by time, then order
	seq        uint64
	generation uint64
	version    uint64 // of the resources, see [Tx.Version]
	disk       *disk  // nil without a folder
}

// New makes an empty store that lives in memory.
func New() *Store { return &Store{} }

// Read runs fn on what is there. The transaction must not be used after fn has
// returned, nor may fn write.
func (s *Store) Read(fn func(*Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return fn(&Tx{s: s})
}

// Write runs fn, which may change what is there. When fn gives an error, or the
// change cannot be kept on disk, nothing has changed and Write gives the error.
func (s *Store) Write(fn func(*Tx) error) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx := &Tx{s: s, writes: true}
	done := false
	defer func() {
		if !done { // an error, or a panic on its way up
			tx.undo(0)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if len(tx.changes) > 0 {
		if err := s.disk.keep(tx); err != nil {
			return fmt.Errorf("keeping the sandbox's state: %w", err)
		}
		s.generation++
	}
	done = true
	return nil
}

// Generation changes with each transaction that changed something.
func (s *Store) Generation() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.generation
}

// Next is the time of the next event; false when none is to come.
func (s *Store) Next() (time.Time, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, e, ok := s.events.Min()
	if !ok {
		return time.Time{}, false
	}
	return e.At, true
}

// Close lets go of the folder. The store must not be used any more.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.disk.close()
}

// errReading is what a transaction that only reads answers to a change.
var errReading = errors.New("state: a change in a transaction that only reads")

// change is one key that a transaction changed, and what was there before.
type change struct {
	where table
	key   string
	was   any // nil when there was nothing
}

// table is one of the store's tables; its values are the names of the buckets on
// disk.
type table string

const (
	inResources table = "resources"
	inRecords   table = "records"
	inEvents    table = "events"
)

// undo takes back the changes from one on, the last first.
func (tx *Tx) undo(from int) {
	for i := len(tx.changes) - 1; i >= from; i-- {
		c := tx.changes[i]
		switch c.where {
		case inResources:
			tx.s.dropResource(c.key)
			if r, ok := c.was.(*Resource); ok {
				tx.s.setResource(c.key, r)
			}
		case inRecords:
			tx.s.records.Delete(c.key)
			if b, ok := c.was.([]byte); ok {
				tx.s.records.Set(c.key, b)
			}
		case inEvents:
			tx.s.events.Delete(c.key)
			if e, ok := c.was.(*Event); ok {
				tx.s.events.Set(c.key, e)
			}
		}
	}
	tx.changes = tx.changes[:from]
}

func (s *Store) setResource(key string, r *Resource) {
	s.version++
	s.resources.Set(key, r)
	s.byType.Set(typeKey(r.Type, key), r)
}

func (s *Store) dropResource(key string) {
	if r, ok := s.resources.Delete(key); ok {
		s.version++
		s.byType.Delete(typeKey(r.Type, key))
	}
}

func typeKey(typ, key string) string { return Key(typ) + "\x00" + key }
