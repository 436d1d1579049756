package containers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// layer is what a record keeps of a blob.
type layer struct {
	Pieces []string  `json:"pieces"`
	Size   int64     `json:"size"`
	At     time.Time `json:"at"`
}

// upload is a blob that is being pushed. Uploads do not outlive the process.
type upload struct {
	key    string // of the registry and repository
	pieces []string
	size   int64
	busy   bool
}

func (q *request) find(tx *state.Tx, digest string) (*layer, error) {
	raw, ok := tx.Record(blobKind, q.key(digest))
	l := new(layer)
	if !ok || json.Unmarshal(raw, l) != nil || q.hidden.At(l.At) {
		return nil, errBlobUnknown
	}
	return l, nil
}

// blob gives or deletes a blob.
func (q *request) blob(digest string) error {
	if !digestForm.MatchString(digest) {
		return errDigest
	}
	switch q.r.Method {
	case http.MethodGet, http.MethodHead:
		return q.getBlob(digest)
	case http.MethodDelete:
		err := q.write(func(tx *state.Tx) error {
			l, err := q.find(tx, digest)
			if err != nil {
				return err
			}
			q.loose = append(q.loose, l.Pieces...)
			return tx.DeleteRecord(blobKind, q.key(digest))
		})
		if err == nil {
			q.w.WriteHeader(http.StatusAccepted)
		}
		return err
	}
	return errUnsupported
}

func (q *request) getBlob(digest string) error {
	var body io.ReadCloser
	var l *layer
	var span wire.Span
	err := q.world.Store.Read(func(tx *state.Tx) (err error) {
		if l, err = q.find(tx, digest); err != nil {
			return err
		}
		if span, err = wire.RangeOf(q.r.Header, l.Size); err != nil {
			return refusal(http.StatusRequestedRangeNotSatisfiable, "RANGE_INVALID", "The range lies behind the end of the blob.")
		}
		body, err = q.content.Read(span.From, span.Length, l.Pieces...)
		return err
	})
	if err != nil {
		return err
	}
	defer body.Close()
	h := q.w.Header()
	h.Set("Docker-Content-Digest", digest)
	h.Set("ETag", `"`+digest+`"`)
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Length", strconv.FormatInt(span.Length, 10))
	status := http.StatusOK
	if span.Partial {
		status = http.StatusPartialContent
		h.Set("Content-Range", span.Header(l.Size))
	}
	q.w.WriteHeader(status)
	if q.r.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(q.w, body); err != nil {
		q.world.Log.Debug("a blob's reader went away", "path", q.r.URL.Path, "error", err)
	}
	return nil
}

// upload is all that is done to uploads; id is "" for a new one.
func (q *request) upload(id string) error {
	switch {
	case id == "" && q.r.Method == http.MethodPost:
		return q.beginUpload()
	case id == "":
		return errUnsupported
	}
	u := q.take(id)
	if u == nil {
		return errUploadUnknown
	}
	switch q.r.Method {
	case http.MethodPatch:
		defer q.give(u)
		if err := q.chunk(u); err != nil {
			return err
		}
		q.uploadHead(id, u, http.StatusAccepted)
		return nil
	case http.MethodPut:
		return q.endUpload(id, u)
	case http.MethodGet:
		defer q.give(u)
		q.uploadHead(id, u, http.StatusNoContent)
		return nil
	case http.MethodDelete:
		q.drop(id)
		q.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	q.give(u)
	return errUnsupported
}

// beginUpload begins an upload, or does all of it: a mount, or a blob in one
// request.
func (q *request) beginUpload() error {
	if digest := q.r.URL.Query().Get("mount"); digest != "" {
		err := q.world.Store.Read(func(tx *state.Tx) error {
			_, err := q.find(tx, digest)
			return err
		})
		if err == nil { // the registry's repositories share their blobs
			q.created(digest)
			return nil
		}
	}
	id, u := q.world.GUID(), &upload{key: q.key(q.repo), busy: true}
	q.mu.Lock()
	for len(q.order) >= maxUploads { // the oldest has been left alone for longest
		oldest := q.order[0]
		q.order = q.order[1:]
		if o := q.uploads[oldest]; o != nil && !o.busy {
			q.content.Delete(o.pieces...)
			delete(q.uploads, oldest)
		}
	}
	q.uploads[id] = u
	q.order = append(q.order, id)
	q.mu.Unlock()
	if q.r.URL.Query().Get("digest") != "" {
		return q.endUpload(id, u)
	}
	q.give(u)
	q.uploadHead(id, u, http.StatusAccepted)
	return nil
}

// take gives an upload of the request's repository to this request alone.
func (q *request) take(id string) *upload {
	q.mu.Lock()
	defer q.mu.Unlock()
	u := q.uploads[id]
	if u == nil || u.busy || u.key != q.key(q.repo) {
		return nil
	}
	u.busy = true
	return u
}

func (q *request) give(u *upload) {
	q.mu.Lock()
	defer q.mu.Unlock()
	u.busy = false
}

// drop ends an upload and deletes what it has.
func (q *request) drop(id string) {
	q.mu.Lock()
	u := q.uploads[id]
	delete(q.uploads, id)
	q.mu.Unlock()
	if u != nil {
		q.content.Delete(u.pieces...)
	}
}

func (q *request) uploadHead(id string, u *upload, status int) {
	h := q.w.Header()
	h.Set("Location", "/v2/"+q.repo+"/blobs/uploads/"+id)
	h.Set("Docker-Upload-Uuid", id)
	h.Set("Range", fmt.Sprintf("0-%d", max(u.size-1, 0)))
	h.Set("Content-Length", "0")
	q.w.WriteHeader(status)
}

// chunk adds the body of the request to an upload.
func (q *request) chunk(u *upload) error {
	if v := q.r.Header.Get("Content-Range"); v != "" {
		if from, _, _ := strings.Cut(strings.TrimPrefix(v, "bytes "), "-"); from != strconv.FormatInt(u.size, 10) {
			f := refusal(http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID", "The chunk does not begin where the last one ended.")
			f.header = map[string]string{"Range": fmt.Sprintf("0-%d", max(u.size-1, 0))}
			return f
		}
	}
	if q.r.ContentLength == 0 {
		return nil
	}
	if len(u.pieces) >= maxChunks {
		return refusal(http.StatusRequestEntityTooLarge, "SIZE_INVALID", "An upload has at most %d chunks.", maxChunks)
	}
	id, n, err := q.content.Put(q.r.Body)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return refusal(http.StatusBadRequest, "SIZE_INVALID", "The body ended before its Content-Length.")
	}
	if err != nil {
		return err
	}
	u.pieces, u.size = append(u.pieces, id), u.size+n
	return nil
}

// endUpload makes a blob of an upload when it has the digest that it is said to
// have.
func (q *request) endUpload(id string, u *upload) error {
	digest := q.r.URL.Query().Get("digest")
	err := q.chunk(u)
	if err == nil && !digestForm.MatchString(digest) {
		err = errDigest
	}
	if err == nil {
		err = q.verify(u, digest)
	}
	if err == nil {
		err = q.write(func(tx *state.Tx) error {
			if raw, ok := tx.Record(blobKind, q.key(digest)); ok { // it is there already, if not lost
				var old layer
				if json.Unmarshal(raw, &old) == nil {
					q.loose = append(q.loose, old.Pieces...)
				}
			}
			raw, err := json.Marshal(layer{u.pieces, u.size, q.now})
			if err != nil {
				return err
			}
			return tx.PutRecord(blobKind, q.key(digest), raw)
		})
	}
	if err != nil {
		q.drop(id)
		return err
	}
	q.mu.Lock()
	delete(q.uploads, id)
	q.mu.Unlock()
	q.created(digest)
	return nil
}

func (q *request) verify(u *upload, digest string) error {
	r, err := q.content.Read(0, u.size, u.pieces...)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return err
	}
	if "sha256:"+hex.EncodeToString(sum.Sum(nil)) != digest {
		return errDigest
	}
	return nil
}

func (q *request) created(digest string) {
	h := q.w.Header()
	h.Set("Location", "/v2/"+q.repo+"/blobs/"+digest)
	h.Set("Docker-Content-Digest", digest)
	h.Set("Content-Length", "0")
	q.w.WriteHeader(http.StatusCreated)
}
