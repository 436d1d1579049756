package files

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// contentOf reads the headers x-ms-content-type and the like.
func contentOf(h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition", "Cache-Control", "Content-MD5"} {
		short := "x-ms-" + strings.ToLower(name)
		if v := h.Get(short); v != "" {
			out[name] = v
		}
	}
	return out
}

// createFile makes a file of a size, all zeros, in the place of one of its name.
// Newer clients send the first range with it.
func (q *request) createFile() error {
	if t := q.r.Header.Get("x-ms-type"); !strings.EqualFold(t, "file") {
		return account.Header("x-ms-type", t)
	}
	v := q.r.Header.Get("x-ms-content-length")
	size, err := strconv.ParseInt(v, 10, 64)
	if err != nil || size < 0 || size > maxSize {
		return account.Header("x-ms-content-length", v)
	}
	n, err := q.described(false)
	if err != nil {
		return err
	}
	n.Size, n.Headers = size, contentOf(q.r.Header)
	if n.Headers["Content-Type"] == "" {
		n.Headers["Content-Type"] = "application/octet-stream"
	}
	if err := q.world.Store.Read(func(tx *state.Tx) error { return q.creatable(tx) }); err != nil {
		return err
	}
	piece := ""
	if q.r.ContentLength > 0 {
		var sum *wire.Sums
		if piece, sum, err = q.receive(min(size, maxRange)); err != nil {
			return err
		}
		n.put(extent{Length: q.r.ContentLength, Piece: piece, At: q.Now})
		sum.Answer(q.w.Header(), q.r.Header)
	}
	err = q.write(func(tx *state.Tx) error {
		if err := q.creatable(tx); err != nil {
			return err
		}
		s, was, err := q.find(tx)
		if err != nil {
			return err
		}
		if was != nil {
			q.dropped(was.pieces(), n)
		}
		q.head(s, n)
		return n.save(tx, s.ID, q.path)
	})
	if err != nil && piece != "" {
		q.content.Delete(piece)
	}
	return q.answer(http.StatusCreated, err)
}

// creatable refuses a file in the place of a directory, or by who may only
// create in the place of another file.
func (q *request) creatable(tx *state.Tx) error {
	_, was, err := q.find(tx)
	switch {
	case err != nil:
		return err
	case was != nil && was.Dir:
		return account.Refuse(http.StatusConflict, "ResourceTypeMismatch", "The specified resource type does not match the type of the existing resource.")
	case was != nil && !q.Grant.May("w"):
		return account.ErrPermission
	}
	return nil
}

// receive keeps the body of the request as a piece, which the caller owns.
func (q *request) receive(limit int64) (string, *wire.Sums, error) {
	if q.r.ContentLength < 0 {
		return "", nil, account.ErrLength
	}
	if q.r.ContentLength > limit {
		return "", nil, account.ErrTooLarge
	}
	sum := wire.NewSums()
	id, _, err := q.content.Put(io.TeeReader(q.r.Body, sum))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, account.Refuse(http.StatusBadRequest, "InvalidInput", "The body ended before its Content-Length.")
	}
	if err != nil {
		return "", nil, err
	}
	if err := sum.Check(q.r.Header); err != nil {
		q.content.Delete(id)
		return "", nil, err
	}
	return id, sum, nil
}

// putRange writes or clears a range of a file.
func (q *request) putRange() error {
	from, to, ok := exactRange(q.r.Header)
	if !ok {
		return account.Header("x-ms-range", q.r.Header.Get("x-ms-range"))
	}
	length := to - from + 1
	what := strings.ToLower(q.r.Header.Get("x-ms-write"))
	if what != "update" && what != "clear" {
		return account.Header("x-ms-write", q.r.Header.Get("x-ms-write"))
	}
	if what == "update" && q.r.ContentLength != length {
		return account.Header("Content-Length", strconv.FormatInt(q.r.ContentLength, 10))
	}
	check := func(tx *state.Tx) (*state.Resource, *node, error) {
		s, n, err := q.want(tx, false)
		if err == nil && to >= n.Size {
			err = account.ErrRange
		}
		if err == nil && len(n.Extents) >= maxExtents {
			err = account.Refuse(http.StatusConflict, "FileTooFragmented", "The sandbox keeps at most %d separate ranges of a file.", maxExtents)
		}
		return s, n, err
	}
	if err := q.world.Store.Read(func(tx *state.Tx) error {
		_, _, err := check(tx)
		return err
	}); err != nil {
		return err
	}
	piece := ""
	if what == "update" {
		var sum *wire.Sums
		var err error
		if piece, sum, err = q.receive(maxRange); err != nil {
			return err
		}
		sum.Answer(q.w.Header(), q.r.Header)
	}
	err := q.write(func(tx *state.Tx) error {
		s, n, err := check(tx)
		if err != nil {
			return err
		}
		before := n.pieces()
		if piece == "" {
			n.clear(from, length)
		} else {
			n.put(extent{Offset: from, Length: length, Piece: piece, At: q.Now})
		}
		n.touch(q.Now)
		n.Written = q.Now
		q.dropped(before, n)
		q.head(s, n)
		return n.save(tx, s.ID, q.path)
	})
	if err != nil && piece != "" {
		q.content.Delete(piece)
	}
	return q.answer(http.StatusCreated, err)
}

// exactRange reads a range that names both its ends.
func exactRange(h http.Header) (from, to int64, ok bool) {
	v := h.Get("x-ms-range")
	if v == "" {
		v = h.Get("Range")
	}
	first, last, ok := strings.Cut(strings.TrimPrefix(v, "bytes="), "-")
	if !ok {
		return 0, 0, false
	}
	from, err1 := strconv.ParseInt(first, 10, 64)
	to, err2 := strconv.ParseInt(last, 10, 64)
	return from, to, err1 == nil && err2 == nil && from >= 0 && to >= from && to < maxSize
}

// get is Get File and Get File Properties.
func (q *request) get() error {
	var n *node
	var body *reader
	var span wire.Span
	err := q.world.Store.Read(func(tx *state.Tx) error {
		s, found, err := q.want(tx, false)
		if err != nil {
			return err
		}
		n = found
		q.head(s, n)
		if q.r.Method == http.MethodHead {
			return nil
		}
		if span, err = wire.RangeOf(q.r.Header, n.Size); err != nil {
			return err
		}
		body, err = n.read(q.content, span.From, span.Length)
		return err
	})
	if err != nil {
		return err
	}
	h := q.w.Header()
	for name, v := range n.Headers {
		h.Set(name, v)
	}
	for name, v := range q.Grant.Overrides {
		h.Set(name, v)
	}
	wire.HeadMetadata(h, n.Meta)
	h.Set("Accept-Ranges", "bytes")
	h.Set("x-ms-type", "File")
	h.Set("x-ms-server-encrypted", "true")
	h.Set("x-ms-lease-state", "available")
	h.Set("x-ms-lease-status", "unlocked")
	if q.r.Method == http.MethodHead {
		h.Set("Content-Length", strconv.FormatInt(n.Size, 10))
		q.w.WriteHeader(http.StatusOK)
		return nil
	}
	defer body.Close()
	status := http.StatusOK
	if span.Partial {
		status = http.StatusPartialContent
		h.Set("Content-Range", span.Header(n.Size))
		if v := h.Get("Content-MD5"); v != "" {
			h.Set("x-ms-content-md5", v)
			h.Del("Content-MD5")
		}
	}
	h.Set("Content-Length", strconv.FormatInt(span.Length, 10))
	q.w.WriteHeader(status)
	if _, err := io.Copy(q.w, body); err != nil {
		q.world.Log.Debug("a file's reader went away", "path", q.r.URL.Path, "error", err)
	}
	return nil
}

func (q *request) deleteFile() error {
	err := q.write(func(tx *state.Tx) error {
		s, n, err := q.want(tx, false)
		if err != nil {
			return err
		}
		q.dropped(n.pieces(), nil)
		return tx.DeleteRecord(nodeKind, key(s.ID, q.path))
	})
	return q.answer(http.StatusAccepted, err)
}

func (q *request) listRanges() error {
	d := wire.NewDocument()
	d.Open("Ranges")
	err := q.world.Store.Read(func(tx *state.Tx) error {
		_, n, err := q.want(tx, false)
		if err != nil {
			return err
		}
		q.tagged(n.ETag, n.Modified)
		q.w.Header().Set("x-ms-content-length", strconv.FormatInt(n.Size, 10))
		for i := 0; i < len(n.Extents); {
			from, to := n.Extents[i].Offset, n.Extents[i].end()
			for i++; i < len(n.Extents) && n.Extents[i].Offset == to; i++ {
				to = n.Extents[i].end()
			}
			d.Open("Range")
			d.Text("Start", strconv.FormatInt(from, 10))
			d.Text("End", strconv.FormatInt(to-1, 10))
			d.Close("Range")
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Close("Ranges")
	return q.send(d)
}
