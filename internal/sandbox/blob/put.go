package blob

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// put is Put Blob, Put Blob From URL or Copy Blob: the headers say which.
func (q *request) put() error {
	h := q.r.Header
	if h.Get("x-ms-copy-source") != "" {
		if h.Get("x-ms-blob-type") != "" {
			return q.putFromURL()
		}
		return q.copyBlob()
	}
	switch h.Get("x-ms-blob-type") {
	case blockBlob:
		return q.putWhole()
	case appendBlob:
		return q.createAppend()
	case "PageBlob":
		return account.Refuse(http.StatusNotImplemented, "NotImplemented", "The sandbox does not have page blobs.")
	default:
		return account.Header("x-ms-blob-type", h.Get("x-ms-blob-type"))
	}
}

// receive keeps the body of the request as a piece, which the caller owns.
func (q *request) receive(limit int64) (string, int64, *wire.Sums, error) {
	if q.r.ContentLength < 0 {
		return "", 0, nil, account.ErrLength
	}
	if q.r.ContentLength > limit {
		return "", 0, nil, account.ErrTooLarge
	}
	sum := wire.NewSums()
	id, n, err := q.content.Put(io.TeeReader(q.r.Body, sum))
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) { // the caller went away
			return "", 0, nil, account.Refuse(http.StatusBadRequest, "InvalidInput", "The body ended before its Content-Length.")
		}
		return "", 0, nil, err
	}
	if err := sum.Check(q.r.Header); err != nil {
		q.content.Delete(id)
		return "", 0, nil, err
	}
	return id, n, sum, nil
}

// ready checks what can be refused before the body is read.
func (q *request) ready() error {
	return q.read(func(tx *state.Tx, c *state.Resource) error {
		return q.writable(tx, c, q.now(tx, c))
	})
}

// now is the request's blob as it is, nil when it is not there.
func (q *request) now(tx *state.Tx, c *state.Resource) *blobState {
	return load(tx, c.ID, q.blob).live(q.Hidden, q.Now)
}

// writable checks the conditions, the lease, and that who may only create does
// not replace.
func (q *request) writable(_ *state.Tx, _ *state.Resource, s *blobState) error {
	if err := q.check(s); err != nil {
		return err
	}
	if s != nil && !q.Grant.May("w") {
		return account.ErrPermission
	}
	return nil
}

// putWhole is Put Blob of a block blob, whole in one request.
func (q *request) putWhole() error {
	n, err := q.described(blockBlob)
	if err != nil {
		return err
	}
	if err := q.ready(); err != nil {
		return err
	}
	piece, size, sum, err := q.receive(maxPutBlob)
	if err != nil {
		return err
	}
	if n.Headers["Content-MD5"] == "" {
		n.Headers["Content-MD5"] = base64.StdEncoding.EncodeToString(sum.MD5.Sum(nil))
	}
	n.Parts, n.Size = []part{{Piece: piece, Size: size}}, size
	if err := q.replace(n); err != nil {
		return err
	}
	sum.Answer(q.w.Header(), q.r.Header)
	return q.created()
}

func (q *request) created() error {
	q.w.Header().Set("x-ms-request-server-encrypted", "true")
	q.status(http.StatusCreated)
	return q.answer(nil)
}

// described is a new blob with what the headers say of it.
func (q *request) described(typ string) (*blobState, error) {
	h := q.r.Header
	meta, err := wire.Metadata(h)
	if err != nil {
		return nil, err
	}
	n := &blobState{Type: typ, Headers: contentOf(h), Meta: meta}
	if n.Headers["Content-Type"] == "" {
		n.Headers["Content-Type"] = "application/octet-stream"
		if v := h.Get("Content-Type"); v != "" {
			n.Headers["Content-Type"] = v
		}
	}
	if v := h.Get("x-ms-access-tier"); v != "" {
		if !tiers[v] {
			return nil, account.Header("x-ms-access-tier", v)
		}
		n.Tier, n.TierSet = v, q.Now
	}
	if n.Tags, err = tagHeader(h.Get("x-ms-tags")); err != nil {
		return nil, err
	}
	return n, nil
}

// tagHeader reads tags as a query string.
func tagHeader(v string) (map[string]string, error) {
	if v == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(v)
	if err != nil || len(values) > 10 {
		return nil, account.Header("x-ms-tags", v)
	}
	m := map[string]string{}
	for k := range values {
		m[k] = values.Get(k)
	}
	return m, nil
}

// replace makes a blob the current one of its name and takes over its pieces;
// with an error they are deleted. Blocks that are not committed go.
func (q *request) replace(n *blobState) error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		s := q.now(tx, c)
		if err := q.writable(tx, c, s); err != nil {
			return err
		}
		return q.commit(tx, c, s, n)
	})
	if err != nil {
		q.content.Delete(n.ids()...)
	}
	return err
}

// commit makes n the blob of the request in the place of s.
func (q *request) commit(tx *state.Tx, c *state.Resource, s, n *blobState) error {
	n.At, n.Created, n.Modified = q.Now, q.Now, q.Now
	before := docKey(c.ID, q.blob)
	if s != nil {
		n.Created, before, n.Lease = s.Created, s.ETag, s.Lease
		if !n.Lease.active(q.Now) {
			n.Lease = nil // a write ends a lease that is broken or has expired
		}
		if s.Type != n.Type || n.Type == appendBlob {
			n.Created = q.Now
		}
	}
	n.ETag = nextETag(before, q.Now, n.Parts...)
	if err := q.dropBlocks(tx, c, n); err != nil {
		return err
	}
	q.tagged(n.ETag, n.Modified)
	return q.keep(tx, c, load(tx, c.ID, q.blob), n)
}

// createAppend is Put Blob of an append blob, which begins empty.
func (q *request) createAppend() error {
	if q.r.ContentLength > 0 {
		return account.Header("Content-Length", q.r.Header.Get("Content-Length"))
	}
	n, err := q.described(appendBlob)
	if err != nil {
		return err
	}
	if err := q.replace(n); err != nil {
		return err
	}
	return q.created()
}

// remove is Delete Blob: for good, or so that it can be recovered where the
// account has soft delete.
func (q *request) remove() error {
	if v := q.r.Header.Get("x-ms-delete-snapshots"); v != "" && v != "include" && v != "only" {
		return account.Header("x-ms-delete-snapshots", v)
	}
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d := load(tx, c.ID, q.blob)
		s := d.live(q.Hidden, q.Now)
		if s == nil {
			if old := d.seen(q.Hidden, q.Now); old != nil && q.Query.Get("deletetype") == "permanent" {
				return q.keep(tx, c, d, &blobState{At: q.Now, Gone: true})
			}
			return errBlobNotFound
		}
		if err := q.check(s); err != nil {
			return err
		}
		days := q.retention(tx)
		permanent := days == 0 || q.Query.Get("deletetype") == "permanent"
		q.w.Header().Set("x-ms-delete-type-permanent", map[bool]string{true: "true", false: "false"}[permanent])
		if permanent {
			return q.keep(tx, c, d, &blobState{At: q.Now, Gone: true})
		}
		n := *s
		n.At, n.Deleted, n.Until, n.Lease = q.Now, q.Now, q.Now.Add(time.Duration(days)*24*time.Hour), nil
		return q.keep(tx, c, d, &n)
	})
	q.status(http.StatusAccepted)
	return q.answer(err)
}

// retention is for how many days deleted blobs can be recovered, 0 for none.
func (q *request) retention(tx *state.Tx) int {
	r := tx.Resource(q.ID + "/blobServices/default")
	if r == nil {
		return 0
	}
	policy := object.Inner(object.Must(r.Body), "properties.deleteRetentionPolicy")
	if !object.Bool(policy, "enabled") {
		return 0
	}
	return number(object.Get(policy, "days"))
}

func (q *request) undelete() error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d := load(tx, c.ID, q.blob)
		s := d.seen(q.Hidden, q.Now)
		if s == nil {
			return errBlobNotFound
		}
		if s.Deleted.IsZero() {
			return nil
		}
		n := *s
		n.At, n.Deleted, n.Until = q.Now, time.Time{}, time.Time{}
		return q.keep(tx, c, d, &n)
	})
	q.status(http.StatusOK)
	return q.answer(err)
}
