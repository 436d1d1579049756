package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// disk is the store's copy in a folder, one file of a transactional key-value
// store. The nil disk keeps nothing.
type disk struct{ db *bbolt.DB }

// storedEvent is an event with its order.
type storedEvent struct {
	Event
	Seq uint64 `json:"seq"`
}

// Open makes a store that keeps its state in a folder, which is made when it is
// not there, and takes up what the folder holds. A folder that another process
// has open, or that holds something else, is an error.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for the sandbox's state: %w", err)
	}
	file := filepath.Join(dir, "state.db")
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		if errors.Is(err, bolterrors.ErrTimeout) {
			return nil, fmt.Errorf("opening %s: another sandbox is using it; stop that one, or choose another folder", file)
		}
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	s := &Store{disk: &disk{db}}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %w", file, err), db.Close())
	}
	return s, nil
}

func (s *Store) load() error {
	return s.disk.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []table{inResources, inRecords, inEvents} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		if err := tx.Bucket([]byte(inResources)).ForEach(func(k, v []byte) error {
			r := new(Resource)
			if err := json.Unmarshal(v, r); err != nil {
				return fmt.Errorf("resource %s: %w", k, err)
			}
			s.setResource(string(k), r)
			return nil
		}); err != nil {
			return err
		}
		if err := tx.Bucket([]byte(inRecords)).ForEach(func(k, v []byte) error {
			s.records.Set(string(k), append([]byte(nil), v...))
			return nil
		}); err != nil {
			return err
		}
		return tx.Bucket([]byte(inEvents)).ForEach(func(k, v []byte) error {
			var e storedEvent
			if err := json.Unmarshal(v, &e); err != nil {
				return fmt.Errorf("event %s: %w", k, err)
			}
			e.Event.seq = e.Seq
			s.seq = max(s.seq, e.Seq)
			s.events.Set(string(k), &e.Event)
			return nil
		})
	})
}

// keep writes what a transaction changed, all of it or nothing.
func (d *disk) keep(tx *Tx) error {
	if d == nil {
		return nil
	}
	return d.db.Update(func(db *bbolt.Tx) error {
		for _, c := range tx.changes {
			value, err := tx.s.stored(c)
			if err != nil {
				return err
			}
			bucket := db.Bucket([]byte(c.where))
			if value == nil {
				err = bucket.Delete([]byte(c.key))
			} else {
				err = bucket.Put([]byte(c.key), value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// stored is what the disk has to hold of a key that changed, nil for nothing.
func (s *Store) stored(c change) ([]byte, error) {
	switch c.where {
	case inResources:
		if r, ok := s.resources.Get(c.key); ok {
			return json.Marshal(r)
		}
	case inRecords:
		if v, ok := s.records.Get(c.key); ok {
			return append([]byte{}, v...), nil
		}
	case inEvents:
		if e, ok := s.events.Get(c.key); ok {
			return json.Marshal(storedEvent{*e, e.seq})
		}
	}
	return nil, nil
}

func (d *disk) close() error {
	if d == nil {
		return nil
	}
	return d.db.Close()
}
