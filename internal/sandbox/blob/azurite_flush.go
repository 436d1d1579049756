package blob

import (
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// flush moves what other parts of the sandbox have written to a container into
// Azurite: they write within transactions, in which nobody waits for the network.
func (z *azurite) flush(q *request, name string) error {
	type own struct {
		blob  string
		state *blobState
	}
	var all []own
	container := containerID(q.ID, q.container)
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		base := docKey(container, "")
		for key, raw := range tx.Records(docKind, base) {
			if s := decodeDoc(raw).live(account.Hidden{}, q.Now); s != nil {
				all = append(all, own{key[len(base):], s})
			}
		}
		return nil
	})
	for _, o := range all {
		if err := z.move(q, name, o.blob, o.state); err != nil {
			return fmt.Errorf("moving the blob %s/%s to Azurite: %w", q.container, o.blob, err)
		}
		err := q.write(func(tx *state.Tx, _ *state.Resource) error {
			d := load(tx, container, o.blob)
			if s := d.live(account.Hidden{}, q.Now); s == nil || s.ETag != o.state.ETag {
				return nil // it was written again meanwhile
			}
			for p := range d.pieces() {
				q.loose = append(q.loose, p)
			}
			return tx.DeleteRecord(docKind, docKey(container, o.blob))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// move writes one blob to Azurite.
func (z *azurite) move(q *request, container, blob string, s *blobState) error {
	put := func(query url.Values, body io.Reader, size int64, header map[string]string, statuses ...int) error {
		r, err := z.request(q.r.Context(), http.MethodPut, container, blob, query)
		if err != nil {
			return err
		}
		for k, v := range header {
			r.Header.Set(k, v)
		}
		if size > 0 {
			r.Body = io.NopCloser(body)
		}
		r.ContentLength = size
		return z.simple(r, statuses...)
	}
	header := map[string]string{"x-ms-blob-type": s.Type, "x-ms-blob-content-type": s.Headers["Content-Type"]}
	if s.Type == appendBlob {
		header["If-None-Match"] = "*"
		if err := put(nil, nil, 0, header, http.StatusCreated, http.StatusConflict); err != nil {
			return err
		}
	}
	const most = 4 << 20 // of one append, in all versions of the protocol
	for from := int64(0); from < s.Size || from == 0 && s.Type == blockBlob; {
		n, query, h := s.Size, url.Values(nil), header
		if s.Type == appendBlob {
			n, query, h = min(s.Size-from, most), url.Values{"comp": {"appendblock"}}, nil
		}
		body, err := q.content.Read(from, n, s.ids()...)
		if err != nil {
			return err
		}
		err = put(query, body, n, h, http.StatusCreated)
		_ = body.Close()
		if err != nil {
			return err
		}
		if from += n; n == 0 {
			break
		}
	}
	return nil
}
