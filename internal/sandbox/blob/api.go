package blob

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// What follows is for other parts of the sandbox, which act as a service that
// holds the account's key: they write logs, read code, make containers.

// ErrMissing says that an account, a container or a blob is not there.
var ErrMissing = errors.New("there is no such blob")

// EnsureContainer makes a container of an account unless it is there.
func (s *Service) EnsureContainer(tx *state.Tx, accountID, container string, now time.Time) error {
	if tx.Resource(containerID(accountID, container)) != nil {
		return nil
	}
	if tx.Resource(accountID) == nil {
		return fmt.Errorf("making the container %s: the storage account %s is not there: %w", container, accountID, ErrMissing)
	}
	return tx.Put(newContainer(accountID, container, state.Resource{Created: now}))
}

// Write keeps a block blob in a container that is there, in the place of what
// had its name. It must be called outside of transactions.
func (s *Service) Write(accountID, container, name string, r io.Reader, contentType string) error {
	piece, size, err := s.content.Put(r)
	if err != nil {
		return fmt.Errorf("writing the blob %s/%s: %w", container, name, err)
	}
	err = s.world.Store.Write(func(tx *state.Tx) error {
		q, err := s.within(tx, accountID, container, name)
		if err != nil {
			return err
		}
		return s.put(tx, q, blockBlob, contentType, []part{{Piece: piece, Size: size}}, size)
	})
	if err != nil {
		s.content.Delete(piece)
		return fmt.Errorf("writing the blob %s/%s: %w", container, name, err)
	}
	return nil
}

// WriteIn is [Service.Write] within a transaction, for what is small. Should the
// transaction fail, the bytes go at the next sweep.
func (s *Service) WriteIn(tx *state.Tx, accountID, container, name, text, contentType string) error {
	q, err := s.within(tx, accountID, container, name)
	if err == nil {
		var piece string
		var size int64
		if piece, size, err = s.content.Put(strings.NewReader(text)); err == nil {
			err = s.put(tx, q, blockBlob, contentType, []part{{Piece: piece, Size: size}}, size)
		}
	}
	if err != nil {
		return fmt.Errorf("writing the blob %s/%s: %w", container, name, err)
	}
	return nil
}

// AppendIn appends to an append blob within a transaction, and makes it when it
// is not there: a line of a log.
func (s *Service) AppendIn(tx *state.Tx, accountID, container, name, text string) error {
	q, err := s.within(tx, accountID, container, name)
	if err != nil {
		return fmt.Errorf("appending to the blob %s/%s: %w", container, name, err)
	}
	c := tx.Resource(containerID(accountID, container))
	d := load(tx, c.ID, name)
	b := d.live(account.Hidden{}, q.Now)
	if b == nil || b.Type != appendBlob {
		if err := s.put(tx, q, appendBlob, "text/plain", nil, 0); err != nil {
			return err
		}
		d = load(tx, c.ID, name)
		b = d.live(account.Hidden{}, q.Now)
	}
	piece, size, err := s.content.Put(strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("appending to the blob %s/%s: %w", container, name, err)
	}
	n, merged, err := q.extend(b, part{Piece: piece, Size: size, At: q.Now})
	if err != nil {
		return err
	}
	d.States[len(d.States)-1] = n
	for _, id := range merged {
		if err := tx.PutRecord(garbageKind, id, []byte{}); err != nil {
			return err
		}
	}
	return d.save(tx, c.ID, name)
}

// within is a request of the sandbox itself about a blob.
func (s *Service) within(tx *state.Tx, accountID, container, name string) (*request, error) {
	r := tx.Resource(accountID)
	if r == nil || tx.Resource(containerID(accountID, container)) == nil {
		return nil, fmt.Errorf("the storage account %s has no container %s: %w", accountID, container, ErrMissing)
	}
	a := account.Within(r, s.world.Clock.Now())
	return &request{Service: s, Access: a, w: nowhere{map[string][]string{}}, container: container, blob: name}, nil
}

// put makes a blob with those parts.
func (s *Service) put(tx *state.Tx, q *request, typ, contentType string, parts []part, size int64) error {
	c := tx.Resource(containerID(q.ID, q.container))
	n := &blobState{Type: typ, Headers: map[string]string{"Content-Type": contentType}, Parts: parts, Size: size}
	if err := q.commit(tx, c, q.now(tx, c), n); err != nil {
		return err
	}
	for _, id := range q.loose {
		if err := tx.PutRecord(garbageKind, id, []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// Read gives the bytes of a blob, at most limit of them, within a transaction.
func (s *Service) Read(tx *state.Tx, accountID, container, name string, limit int64) ([]byte, error) {
	b := load(tx, containerID(accountID, container), name).live(account.Hidden{}, s.world.Clock.Now())
	if b == nil {
		return nil, fmt.Errorf("reading the blob %s/%s: %w", container, name, ErrMissing)
	}
	return s.content.All(limit, b.ids()...)
}

// List calls fn for the names and sizes of the blobs of a container that begin
// with a prefix, in order, until fn says no.
func (s *Service) List(tx *state.Tx, accountID, container, prefix string, fn func(name string, size int64) bool) {
	base := docKey(containerID(accountID, container), "")
	for key, raw := range tx.Records(docKind, base+prefix) {
		if b := decodeDoc(raw).live(account.Hidden{}, s.world.Clock.Now()); b != nil && !fn(key[len(base):], b.Size) {
			return
		}
	}
}
