package blob

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// appendBlock is Append Block and Append Block From URL.
func (q *request) appendBlock() error {
	var p part
	var sum *wire.Sums
	check := func(tx *state.Tx, c *state.Resource) (*doc, *blobState, error) {
		d, s, err := q.current(tx, c)
		if err != nil {
			return nil, nil, err
		}
		return d, s, q.appendable(s)
	}
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		_, _, err := check(tx, c)
		return err
	})
	if err != nil {
		return err
	}
	if q.r.Header.Get("x-ms-copy-source") != "" {
		p.Piece, p.Size, sum, err = q.fetch("x-ms-source-range", maxAppend)
	} else {
		p.Piece, p.Size, sum, err = q.receive(maxAppend)
	}
	if err != nil {
		return err
	}
	p.At = q.Now
	err = q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := check(tx, c)
		if err != nil {
			return err
		}
		q.w.Header().Set("x-ms-blob-append-offset", strconv.FormatInt(s.Size, 10))
		n, merged, err := q.extend(s, p)
		if err != nil {
			return err
		}
		q.w.Header().Set("x-ms-blob-committed-block-count", strconv.Itoa(len(n.Parts)))
		q.tagged(n.ETag, n.Modified)
		d.States = d.States[:len(d.States)-1] // what was appended tells its time by itself
		q.loose = append(q.loose, merged...)
		d.States = append(d.States, n)
		return d.save(tx, c.ID, q.blob)
	})
	if err != nil {
		q.content.Delete(p.Piece)
		return err
	}
	sum.Answer(q.w.Header(), q.r.Header)
	return q.created()
}

// small is the size below which what was appended long ago is put together, so
// that a log of many lines is not one of many pieces.
const small = 256 << 10

// extend is an append blob with one more part. It gives the pieces that were put
// together into another.
func (q *request) extend(s *blobState, p part) (*blobState, []string, error) {
	n := s.change(q.Now)
	n.At = s.At
	n.ETag = nextETag(s.ETag, q.Now, p)
	n.Parts = slices.Clone(s.Parts)
	n.Size += p.Size
	if last := len(n.Parts) - 1; last >= 63 {
		from := last
		size := int64(0)
		for from >= 0 && size+n.Parts[from].Size <= small && q.settled(n.Parts[from]) {
			size += n.Parts[from].Size
			from--
		}
		if rest := n.Parts[from+1:]; len(rest) >= 32 {
			var ids []string
			for _, r := range rest {
				ids = append(ids, r.Piece)
			}
			joined, err := q.join(ids, rest[len(rest)-1].At)
			if err != nil {
				return nil, nil, err
			}
			n.Parts = append(slices.Clone(n.Parts[:from+1]), joined, p)
			return n, ids, nil
		}
	}
	n.Parts = append(n.Parts, p)
	return n, nil, nil
}

// settled says that no reader sees a part's time any more.
func (q *request) settled(p part) bool { return !q.Geo() || q.Now.Sub(p.At) > historyKept }

func (q *request) join(ids []string, at time.Time) (part, error) {
	r, err := q.content.Read(0, 1<<62, ids...)
	if err != nil {
		return part{}, err
	}
	defer r.Close()
	id, size, err := q.content.Put(io.Reader(r))
	return part{Piece: id, Size: size, At: at}, err
}

// appendable checks what an append asks of the blob.
func (q *request) appendable(s *blobState) error {
	if s.Type != appendBlob {
		return errBlobType
	}
	if err := q.check(s); err != nil {
		return err
	}
	if s.Sealed {
		return account.Refuse(http.StatusConflict, "BlobIsSealed", "The specified blob is sealed and its contents can't be modified unless the blob is re-created after a delete.")
	}
	if len(s.Parts) >= maxBlocks {
		return account.Refuse(http.StatusConflict, "BlockCountExceedsLimit", "The committed block count cannot exceed the maximum limit of 50,000 blocks.")
	}
	h := q.r.Header
	if v := h.Get("x-ms-blob-condition-appendpos"); v != "" && v != strconv.FormatInt(s.Size, 10) {
		return account.Refuse(http.StatusPreconditionFailed, "AppendPositionConditionNotMet", "The append position condition specified was not met.")
	}
	if v := h.Get("x-ms-blob-condition-maxsize"); v != "" {
		most, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return account.Header("x-ms-blob-condition-maxsize", v)
		}
		if s.Size+max(q.r.ContentLength, 0) > most {
			return account.Refuse(http.StatusPreconditionFailed, "MaxBlobSizeConditionNotMet", "The max blob size condition specified was not met.")
		}
	}
	return nil
}

func (q *request) seal() error {
	return q.alter(http.StatusOK, func(s *blobState) error {
		if s.Type != appendBlob {
			return errBlobType
		}
		s.Sealed = true
		q.w.Header().Set("x-ms-blob-sealed", "true")
		return nil
	})
}
