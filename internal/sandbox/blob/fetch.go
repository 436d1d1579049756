package blob

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Fetch gives what a GET of an address gives, within a transaction: for a part of
// the sandbox that is told to read a file, such as a linked template. The address
// must carry a SAS, or the blob must be public. ok is false for an address that is
// none of this service; an error is an [account.Fault]. limit is how many bytes
// are read at most; what is larger is refused.
func (s *Service) Fetch(tx *state.Tx, now time.Time, address string, limit int64) (raw []byte, ok bool, err error) {
	rest, ok := strings.CutPrefix(address, s.world.At.Blob+"/")
	u, err := url.Parse("/" + rest)
	if !ok || err != nil {
		return nil, false, nil
	}
	a, err := s.front.OpenIn(tx, now, u)
	if err != nil {
		return nil, true, err
	}
	if len(a.Path) < 2 {
		return nil, true, account.ErrURI
	}
	if err := s.front.Usable(a, false); err != nil {
		return nil, true, err
	}
	id := containerID(a.ID, a.Path[0])
	c := tx.Resource(id)
	r := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, RemoteAddr: "127.0.0.1:0", TLS: &tls.ConnectionState{}}
	need := account.Need{Scope: account.OfObject, Letters: "r", Public: c != nil && allowsPublic(c, "Blob"), Policy: func(name string) (string, string, string, bool) {
		return policyOf(tx, id, name)
	}}
	if err := s.front.Authorize(a, r, need); err != nil {
		return nil, true, err
	}
	if c == nil || a.Hidden.At(c.Created) {
		return nil, true, account.Refuse(http.StatusNotFound, "ContainerNotFound", "The specified container does not exist.")
	}
	b := load(tx, id, a.Path[1]).live(a.Hidden, now)
	switch {
	case b == nil && s.azurite != nil:
		return nil, true, account.Refuse(http.StatusNotFound, "BlobNotFound", "The specified blob is not kept by the sandbox itself but by Azurite, where this cannot be read.")
	case b == nil:
		return nil, true, errBlobNotFound
	case b.Size > limit:
		return nil, true, account.Refuse(http.StatusRequestEntityTooLarge, "RequestBodyTooLarge", "The blob has %d bytes, more than the %d that are read.", b.Size, limit)
	}
	raw, err = s.content.All(limit, b.ids()...)
	return raw, true, err
}
