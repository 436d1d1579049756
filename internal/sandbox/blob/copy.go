package blob

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// copyRate is how fast the sandbox copies between accounts, in bytes a second.
// It is a choice of ours: Azure promises none.
const copyRate = 100 << 20

// source is the blob that a copy reads.
type source struct {
	*request
	state *blobState
	url   string // without its signature
}

// nowhere takes the headers of a request that the service makes to itself.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}

// source finds the blob that x-ms-copy-source names, which must be of this
// sandbox and readable: by its own signature or token, or because the caller may
// read the whole account. fn is called while it cannot change.
func (q *request) source(fn func(*source) error) error {
	s, err := q.openSource()
	if err != nil {
		return err
	}
	return s.read(func(tx *state.Tx, c *state.Resource) error {
		var err error
		if _, s.state, err = s.current(tx, c); err != nil {
			return cannotVerify(http.StatusNotFound, account.Of(err).Message)
		}
		if err := conditions(q.r.Header, "x-ms-source-", s.state.ETag, s.state.Modified, true); err != nil {
			return err
		}
		return fn(s)
	})
}

// openSource is the request for the source of a copy, which the caller may make.
func (q *request) openSource() (*source, error) {
	raw := q.r.Header.Get("x-ms-copy-source")
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return nil, account.Header("x-ms-copy-source", "(not a URL)")
	}
	if own, _ := url.Parse(q.world.At.Blob); u.Host != q.r.Host && (own == nil || u.Host != own.Host) {
		return nil, cannotVerify(http.StatusBadRequest, "The sandbox copies from its own storage accounts only, not from "+u.Host+".")
	}
	r := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{}, TLS: q.r.TLS, RemoteAddr: q.r.RemoteAddr, Body: http.NoBody}).WithContext(q.r.Context())
	if v := q.r.Header.Get("x-ms-copy-source-authorization"); v != "" {
		r.Header.Set("Authorization", v)
	}
	w := nowhere{http.Header{}}
	a, err := q.front.Open(w, r)
	if err != nil {
		return nil, cannotVerify(account.Of(err).Status, account.Of(err).Message)
	}
	if len(a.Path) != 2 {
		return nil, account.Header("x-ms-copy-source", "(not the URL of a blob)")
	}
	s := &source{request: &request{Service: q.Service, Access: a, w: w, r: r, container: a.Path[0], blob: a.Path[1]}}
	if err := q.front.Usable(a, false); err != nil {
		return nil, cannotVerify(account.Of(err).Status, account.Of(err).Message)
	}
	if a.Grant = q.Grant; a.ID != q.ID || !q.Grant.All || u.Query().Get("sig") != "" {
		need := account.Need{Scope: account.OfObject, Letters: "r", Policy: s.policy, Public: s.isPublic("Blob")}
		if err := q.front.Authorize(a, r, need); err != nil {
			return nil, cannotVerify(account.Of(err).Status, account.Of(err).Message)
		}
	}
	u.RawQuery = ""
	s.url = u.String()
	return s, nil
}

func cannotVerify(status int, message string) error {
	if status == http.StatusNotModified || status < 400 {
		status = http.StatusBadRequest
	}
	return account.Refuse(status, "CannotVerifyCopySource", "%s", message)
}

// shared gives the source's parts new owners.
func (s *source) shared() ([]part, error) {
	parts := make([]part, 0, len(s.state.Parts))
	known := map[string]string{} // a piece that stands twice is copied once
	for _, p := range s.state.Parts {
		id, ok := known[p.Piece]
		if !ok {
			var err error
			if id, err = s.content.Copy(p.Piece); err != nil {
				s.drop(parts)
				return nil, err
			}
			known[p.Piece] = id
		}
		p.Piece = id
		parts = append(parts, p)
	}
	return parts, nil
}

func (s *source) drop(parts []part) {
	for _, p := range parts {
		s.content.Delete(p.Piece)
	}
}

// fetch keeps a range of the source, named by a header, as a piece.
func (q *request) fetch(header string, limit int64) (string, int64, *wire.Sums, error) {
	var body io.ReadCloser
	err := q.source(func(s *source) error {
		h := http.Header{}
		if v := q.r.Header.Get(header); v != "" {
			h.Set("Range", v)
		}
		span, err := wire.RangeOf(h, s.state.Size)
		if err != nil {
			return err
		}
		if span.Length > limit {
			return account.ErrTooLarge
		}
		body, err = q.content.Read(span.From, span.Length, s.state.ids()...)
		return err
	})
	if err != nil {
		return "", 0, nil, err
	}
	defer body.Close()
	sum := wire.NewSums()
	id, n, err := q.content.Put(io.TeeReader(body, sum))
	if err != nil {
		return "", 0, nil, err
	}
	if err := sum.Check(sourceSums(q.r.Header)); err != nil {
		q.content.Delete(id)
		return "", 0, nil, err
	}
	return id, n, sum, nil
}

// sourceSums are the check sums that a request names of its source.
func sourceSums(h http.Header) http.Header {
	out := http.Header{}
	for from, to := range map[string]string{"x-ms-source-content-md5": "Content-MD5", "x-ms-source-content-crc64": "x-ms-content-crc64"} {
		if v := h.Get(from); v != "" {
			out.Set(to, v)
		}
	}
	return out
}

// putFromURL is Put Blob From URL: a copy that is done when it is answered.
func (q *request) putFromURL() error {
	if q.r.Header.Get("x-ms-blob-type") != blockBlob {
		return account.Header("x-ms-blob-type", q.r.Header.Get("x-ms-blob-type"))
	}
	n, err := q.described(blockBlob)
	if err != nil {
		return err
	}
	if err := q.ready(); err != nil {
		return err
	}
	if err := q.source(func(s *source) error {
		if q.r.Header.Get("x-ms-copy-source-blob-properties") != "false" {
			n.inherit(s.state, q.r.Header)
		}
		return nil
	}); err != nil {
		return err
	}
	piece, size, sum, err := q.fetch("", maxPutBlob)
	if err != nil {
		return err
	}
	n.Headers["Content-MD5"] = base64.StdEncoding.EncodeToString(sum.MD5.Sum(nil))
	n.Parts, n.Size = []part{{Piece: piece, Size: size}}, size
	if err := q.replace(n); err != nil {
		return err
	}
	sum.Answer(q.w.Header(), q.r.Header)
	return q.created()
}

// inherit takes over what the source says of itself where the request is silent.
func (n *blobState) inherit(s *blobState, h http.Header) {
	own := contentOf(h)
	n.Headers = maps.Clone(s.Headers)
	if n.Headers == nil {
		n.Headers = map[string]string{}
	}
	maps.Copy(n.Headers, own)
	if n.Meta == nil {
		n.Meta = s.Meta
	}
}

// copyBlob is Copy Blob: done at once within an account, pending for a while
// from another, and always at once with x-ms-requires-sync.
func (q *request) copyBlob() error {
	n, err := q.described(blockBlob)
	if err != nil {
		return err
	}
	if err := q.ready(); err != nil {
		return err
	}
	done := &copyState{ID: q.world.GUID(), Status: "success"}
	err = q.source(func(s *source) error {
		n.Type = s.state.Type
		n.inherit(s.state, http.Header{})
		parts, err := s.shared()
		if err != nil {
			return err
		}
		done.Source, done.Total = s.url, s.state.Size
		if s.ID != q.ID && !q.flag("x-ms-requires-sync") {
			done.Status, done.Parts = "pending", parts
			return nil
		}
		n.Parts, n.Size, done.Done, done.Finished = parts, s.state.Size, s.state.Size, q.Now
		return nil
	})
	if err != nil {
		return err
	}
	n.Copy = done
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		s := q.now(tx, c)
		if err := q.writable(tx, c, s); err != nil {
			return err
		}
		if err := q.commit(tx, c, s, n); err != nil || done.Status != "pending" {
			return err
		}
		data, err := json.Marshal(pendingCopy{c.ID, q.blob, done.ID})
		if err != nil {
			return err
		}
		takes := time.Second + time.Duration(float64(done.Total)/copyRate*float64(time.Second))
		return tx.Schedule(state.Event{At: q.Now.Add(takes), Kind: copyKind, Key: done.ID, Data: data})
	})
	if err != nil {
		(&source{request: q}).drop(append(n.Parts, done.Parts...))
		return err
	}
	q.w.Header().Set("x-ms-copy-id", done.ID)
	q.w.Header().Set("x-ms-copy-status", done.Status)
	q.status(http.StatusAccepted)
	return q.answer(nil)
}

// pendingCopy names the blob that an event is about.
type pendingCopy struct{ Container, Blob, Copy string }

// copied ends a copy, unless it was aborted or its blob is another by now.
func (s *Service) copied(tx *state.Tx, now time.Time, e state.Event) error {
	var p pendingCopy
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return fmt.Errorf("the event of a copy: %w", err)
	}
	d := load(tx, p.Container, p.Blob)
	b := d.live(account.Hidden{}, now)
	if b == nil || b.Copy == nil || b.Copy.ID != p.Copy || b.Copy.Status != "pending" {
		return nil
	}
	n := b.change(now)
	c := *b.Copy
	n.Parts, n.Size = c.Parts, c.Total
	c.Parts, c.Status, c.Done, c.Finished = nil, "success", c.Total, now
	n.Copy = &c
	for _, id := range d.add(n, true) {
		if err := tx.PutRecord(garbageKind, id, []byte{}); err != nil {
			return err
		}
	}
	return d.save(tx, p.Container, p.Blob)
}

var errNoCopy = account.Refuse(http.StatusConflict, "NoPendingCopyOperation", "There is currently no pending copy operation.")

func (q *request) abortCopy() error {
	if !strings.EqualFold(q.r.Header.Get("x-ms-copy-action"), "abort") {
		return account.Header("x-ms-copy-action", q.r.Header.Get("x-ms-copy-action"))
	}
	return q.alter(http.StatusNoContent, func(s *blobState) error {
		if s.Copy == nil || s.Copy.Status != "pending" {
			return errNoCopy
		}
		if s.Copy.ID != q.Query.Get("copyid") {
			return account.Refuse(http.StatusConflict, "CopyIdMismatch", "The specified copy ID did not match the copy ID for the pending copy operation.")
		}
		c := *s.Copy
		c.Parts, c.Status, c.Finished = nil, "aborted", q.Now
		s.Copy = &c
		return nil
	})
}

// progress is how far a copy is, in the words of the header.
func (c *copyState) progress() string { return fmt.Sprintf("%d/%d", c.Done, c.Total) }
