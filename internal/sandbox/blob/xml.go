package blob

import (
	"fmt"
	"io"
	"net/http"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
)

// send answers with the document.
func (q *request) send(d *wire.Document) error {
	q.w.Header().Set("Content-Type", "application/xml")
	q.w.Header().Set("Content-Length", fmt.Sprint(d.Len()))
	q.w.WriteHeader(http.StatusOK)
	if q.r.Method != http.MethodHead {
		_, _ = io.WriteString(q.w, d.String())
	}
	return nil
}

// body reads the XML body of a request into v.
func (q *request) body(v any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, maxBody))
	if err != nil {
		return account.ErrTooLarge
	}
	if err := wire.CheckSum(q.r.Header, raw); err != nil {
		return err
	}
	if len(raw) == 0 {
		return nil
	}
	if err := wire.DecodeXML(raw, v); err != nil {
		return account.ErrXML
	}
	return nil
}
