package blob

import (
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// maxRangeSum is the largest range of which check sums are given.
const maxRangeSum = 4 << 20

// get is Get Blob and Get Blob Properties.
func (q *request) get() error {
	var s *blobState
	var body *content.Reader
	var span wire.Span
	err := q.read(func(tx *state.Tx, c *state.Resource) (err error) {
		if _, s, err = q.current(tx, c); err != nil {
			return err
		}
		if id := q.r.Header.Get("x-ms-lease-id"); id != "" {
			if err := s.Lease.permits(id, q.Now, "Blob"); err != nil {
				return err
			}
		}
		q.tagged(s.ETag, s.Modified)
		if err := conditions(q.r.Header, "", s.ETag, s.Modified, false); err != nil {
			return err
		}
		if q.r.Method == http.MethodHead {
			return nil
		}
		if s.tier("") == "Archive" {
			return account.Refuse(http.StatusConflict, "BlobArchived", "This operation is not permitted on an archived blob.")
		}
		if span, err = wire.RangeOf(q.r.Header, s.Size); err != nil {
			return err
		}
		body, err = q.content.Read(span.From, span.Length, s.ids()...)
		return err
	})
	if err != nil {
		return err
	}
	q.describe(s)
	h := q.w.Header()
	if q.r.Method == http.MethodHead {
		h.Set("Content-Length", strconv.FormatInt(s.Size, 10))
		q.w.WriteHeader(http.StatusOK)
		return nil
	}
	defer body.Close()
	status := http.StatusOK
	from := io.Reader(body)
	if span.Partial {
		status = http.StatusPartialContent
		h.Set("Content-Range", span.Header(s.Size))
		if v := h.Get("Content-MD5"); v != "" {
			h.Set("x-ms-blob-content-md5", v)
			h.Del("Content-MD5")
		}
		if from, err = q.rangeSums(span, from); err != nil {
			return err
		}
	}
	h.Set("Content-Length", strconv.FormatInt(span.Length, 10))
	q.w.WriteHeader(status)
	if _, err := io.Copy(q.w, from); err != nil {
		q.world.Log.Debug("a blob's reader went away", "path", q.r.URL.Path, "error", err)
	}
	return nil
}

// rangeSums sets the check sums of a range when they are asked for.
func (q *request) rangeSums(span wire.Span, from io.Reader) (io.Reader, error) {
	md5, crc := q.flag("x-ms-range-get-content-md5"), q.flag("x-ms-range-get-content-crc64")
	if !md5 && !crc {
		return from, nil
	}
	if span.Length > maxRangeSum {
		return nil, account.Refuse(http.StatusBadRequest, "OutOfRangeInput", "A check sum is given of ranges of at most 4 MiB.")
	}
	raw, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	sum := wire.NewSums()
	_, _ = sum.Write(raw)
	if md5 {
		q.w.Header().Set("Content-MD5", base64.StdEncoding.EncodeToString(sum.MD5.Sum(nil)))
	}
	if crc {
		q.w.Header().Set("x-ms-content-crc64", base64.StdEncoding.EncodeToString(sum.CRC64()))
	}
	return strings.NewReader(string(raw)), nil
}

// describe sets the headers that tell of a blob.
func (q *request) describe(s *blobState) {
	h := q.w.Header()
	for name, v := range s.Headers {
		h.Set(name, v)
	}
	for name, v := range q.Grant.Overrides {
		h.Set(name, v)
	}
	wire.HeadMetadata(h, s.Meta)
	h.Set("Accept-Ranges", "bytes")
	h.Set("x-ms-blob-type", s.Type)
	h.Set("x-ms-creation-time", account.Stamp(s.Created))
	h.Set("x-ms-server-encrypted", "true")
	s.Lease.head(h, q.Now)
	if s.Type == appendBlob {
		h.Set("x-ms-blob-committed-block-count", strconv.Itoa(len(s.Parts)))
		if s.Sealed {
			h.Set("x-ms-blob-sealed", "true")
		}
	} else if q.r.Method == http.MethodHead {
		h.Set("x-ms-access-tier", s.tier(q.defaultTier()))
		if s.Tier == "" {
			h.Set("x-ms-access-tier-inferred", "true")
		} else {
			h.Set("x-ms-access-tier-change-time", account.Stamp(s.TierSet))
		}
	}
	if len(s.Tags) > 0 {
		h.Set("x-ms-tag-count", strconv.Itoa(len(s.Tags)))
	}
	if c := s.Copy; c != nil {
		h.Set("x-ms-copy-id", c.ID)
		h.Set("x-ms-copy-source", c.Source)
		h.Set("x-ms-copy-status", c.Status)
		h.Set("x-ms-copy-progress", c.progress())
		if c.Why != "" {
			h.Set("x-ms-copy-status-description", c.Why)
		}
		if !c.Finished.IsZero() {
			h.Set("x-ms-copy-completion-time", account.Stamp(c.Finished))
		}
	}
}
