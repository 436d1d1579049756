package blob

import "net/http"

// The types of blobs.
const (
	blockBlob  = "BlockBlob"
	appendBlob = "AppendBlob"
)

// contentHeaders are the headers that a blob keeps, in the order of lists.
var contentHeaders = []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-MD5", "Cache-Control", "Content-Disposition"}

// contentOf reads the headers x-ms-blob-content-type and the like.
func contentOf(h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range contentHeaders {
		if v := h.Get("x-ms-blob-" + name); v != "" {
			out[name] = v
		}
	}
	return out
}
