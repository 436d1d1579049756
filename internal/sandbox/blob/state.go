package blob

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// doc is all that is kept of one blob name.
type doc struct {
	States []*blobState `json:"states"` // in the order they were written
}

// blobState is a blob as it was from a time on. Gone says that there was none.
type blobState struct {
	At       time.Time         `json:"at"`
	Gone     bool              `json:"gone,omitempty"`
	Type     string            `json:"type,omitempty"` // BlockBlob, AppendBlob
	ETag     string            `json:"etag,omitempty"`
	Created  time.Time         `json:"created"`
	Modified time.Time         `json:"modified"`
	Parts    []part            `json:"parts,omitempty"`
	Size     int64             `json:"size"`
	Headers  map[string]string `json:"headers,omitempty"` // Content-Type and the like, by name
	Meta     map[string]string `json:"meta,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
	Tier     string            `json:"tier,omitempty"`
	TierSet  time.Time         `json:"tierSet,omitzero"`
	Sealed   bool              `json:"sealed,omitempty"`
	Copy     *copyState        `json:"copy,omitempty"`
	Lease    *lease            `json:"lease,omitempty"`
	// Deleted is when a blob was deleted that can still be recovered until Until.
	Deleted time.Time `json:"deleted,omitzero"`
	Until   time.Time `json:"until,omitzero"`
}

// part is a piece of a blob.
type part struct {
	Piece string    `json:"piece"`
	Size  int64     `json:"size"`
	Block string    `json:"block,omitempty"` // id of the block, base64 as it was sent
	At    time.Time `json:"at,omitzero"`     // of an append
}

// copyState is what a blob tells of the copy that made it.
type copyState struct {
	ID       string    `json:"id"`
	Source   string    `json:"source"` // without its signature
	Status   string    `json:"status"` // success, pending, aborted, failed
	Done     int64     `json:"done"`
	Total    int64     `json:"total"`
	Finished time.Time `json:"finished,omitzero"`
	Why      string    `json:"why,omitempty"`
	Parts    []part    `json:"parts,omitempty"` // of one that is pending
}

// historyKept is for how long former states are kept at least in accounts with a
// copy in another region: longer than replication lags and outages lose.
const historyKept = time.Hour

func containerID(accountID, name string) string {
	return accountID + "/blobServices/default/containers/" + name
}

func docKey(container, name string) string { return state.Key(container) + "\x00" + name }

func blockKey(container, name, id string) string { return docKey(container, name) + "\x00" + id }

// load gives the doc of a blob name, an empty one when there is none.
func load(tx *state.Tx, container, name string) *doc {
	raw, ok := tx.Record(docKind, docKey(container, name))
	if !ok {
		return &doc{}
	}
	return decodeDoc(raw)
}

func decodeDoc(raw []byte) *doc {
	d := new(doc)
	if err := json.Unmarshal(raw, d); err != nil {
		return &doc{} // only what is not ours is not readable
	}
	return d
}

// seen is the state that a reader sees, nil when there is no blob. A state that
// can be recovered is given with Deleted set.
func (d *doc) seen(hidden account.Hidden, now time.Time) *blobState {
	for i := len(d.States) - 1; i >= 0; i-- {
		s := d.States[i]
		if hidden.At(s.At) && !(s.Type == appendBlob && !hidden.At(s.Created)) {
			continue
		}
		if s.Gone || !s.Deleted.IsZero() && !now.Before(s.Until) {
			return nil
		}
		if s.Type == appendBlob {
			return s.without(hidden)
		}
		return s
	}
	return nil
}

// without is an append blob without the appends that are hidden.
func (s *blobState) without(hidden account.Hidden) *blobState {
	c := *s
	c.Parts, c.Size = nil, 0
	for _, p := range s.Parts {
		if !hidden.At(p.At) {
			c.Parts, c.Size = append(c.Parts, p), c.Size+p.Size
			c.Modified = laterOf(c.Created, p.At)
		}
	}
	if len(c.Parts) == len(s.Parts) {
		return s
	}
	return &c
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// live is the state that can be read and written, nil when there is none.
func (d *doc) live(hidden account.Hidden, now time.Time) *blobState {
	if s := d.seen(hidden, now); s != nil && s.Deleted.IsZero() {
		return s
	}
	return nil
}

// add makes a state the current one. It gives the pieces that nobody owns any
// more.
func (d *doc) add(s *blobState, keep bool) (loose []string) {
	before := d.pieces()
	d.States = append(d.States, s)
	from := len(d.States) - 1
	if keep {
		for from > 0 && d.States[from].At.After(s.At.Add(-historyKept)) {
			from--
		}
	}
	d.States = append([]*blobState(nil), d.States[from:]...)
	after := d.pieces()
	for id := range before {
		if !after[id] {
			loose = append(loose, id)
		}
	}
	return loose
}

// pieces are the pieces that the doc owns.
func (d *doc) pieces() map[string]bool {
	out := map[string]bool{}
	for _, s := range d.States {
		for _, p := range s.Parts {
			out[p.Piece] = true
		}
		if s.Copy != nil {
			for _, p := range s.Copy.Parts {
				out[p.Piece] = true
			}
		}
	}
	return out
}

// save keeps the doc; one of nothing but an absence is not kept.
func (d *doc) save(tx *state.Tx, container, name string) error {
	return d.saveAs(tx, docKey(container, name))
}

func (d *doc) saveAs(tx *state.Tx, key string) error {
	if len(d.States) == 0 || len(d.States) == 1 && d.States[0].Gone {
		return tx.DeleteRecord(docKind, key)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return tx.PutRecord(docKind, key, raw)
}

// change is a copy of a state to be changed, with the time and a new ETag.
func (s *blobState) change(now time.Time) *blobState {
	c := *s
	c.At, c.Modified = now, now
	c.ETag = nextETag(s.ETag, now)
	return &c
}

// nextETag is an ETag that differs from the one before.
func nextETag(before string, now time.Time, pieces ...part) string {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s %d", before, now.UnixNano())
	for _, p := range pieces {
		_, _ = sum.Write([]byte(" " + p.Piece))
	}
	return fmt.Sprintf(`"0x8D%X"`, sum.Sum(nil)[:7])
}

func (s *blobState) ids() []string {
	ids := make([]string, len(s.Parts))
	for i, p := range s.Parts {
		ids[i] = p.Piece
	}
	return ids
}

// Forget takes away what is kept of the containers at or below an id, when ARM
// deletes them or their account.
func Forget(tx *state.Tx, id string) error {
	key := state.Key(id)
	type record struct {
		kind, key string
	}
	var gone []record
	var loose []string
	below := func(k string) bool {
		rest, ok := strings.CutPrefix(k, key)
		return ok && (rest == "" || rest[0] == '/' || rest[0] == 0)
	}
	for _, kind := range []string{docKind, blockKind, policyKind, leaseKind} {
		for k, raw := range tx.Records(kind, key) {
			if !below(k) {
				continue
			}
			gone = append(gone, record{kind, k})
			switch kind {
			case docKind:
				for p := range decodeDoc(raw).pieces() {
					loose = append(loose, p)
				}
			case blockKind:
				loose = append(loose, decodeBlock(raw).Piece)
			}
		}
	}
	for _, g := range gone {
		if err := tx.DeleteRecord(g.kind, g.key); err != nil {
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
