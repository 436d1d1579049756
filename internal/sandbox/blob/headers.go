package blob

import (
	"bytes"
	"crypto/md5" // the check sum of the protocol
	"encoding/base64"
	"encoding/binary"
	"hash"
	"hash/crc64"
	"net/http"
	"regexp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

// The types of blobs.
const (
	blockBlob  = "BlockBlob"
	appendBlob = "AppendBlob"
)

// contentHeaders are the headers that a blob keeps, in the order of lists.
var contentHeaders = []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-MD5", "Cache-Control", "Content-Disposition"}

// crcTable is that of the check sum x-ms-content-crc64 (the polynomial is in the
// documentation of Put Blob's clients).
var crcTable = crc64.MakeTable(0x9A6C9329AC4BC9B5)

// sums are the check sums of what passes through.
type sums struct {
	md5 hash.Hash
	crc hash.Hash64
}

func newSums() *sums { return &sums{md5.New(), crc64.New(crcTable)} }

func (s *sums) Write(b []byte) (int, error) {
	_, _ = s.md5.Write(b)
	return s.crc.Write(b)
}

func (s *sums) crc64() []byte {
	return binary.LittleEndian.AppendUint64(nil, s.crc.Sum64())
}

// check compares with what the request says of its body, and tells what was
// calculated.
func (s *sums) check(h http.Header) error {
	if v := h.Get("Content-MD5"); v != "" {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil || len(raw) != md5.Size {
			return account.Refuse(http.StatusBadRequest, "InvalidMd5", "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64 encoded.")
		}
		if !bytes.Equal(raw, s.md5.Sum(nil)) {
			return account.ErrMD5
		}
	}
	if v := h.Get("x-ms-content-crc64"); v != "" {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil || len(raw) != crc64.Size {
			return account.Header("x-ms-content-crc64", v)
		}
		if !bytes.Equal(raw, s.crc64()) {
			return account.ErrCRC
		}
	}
	return nil
}

// answer sets the headers with what was calculated.
func (s *sums) answer(h http.Header, r http.Header) {
	if r.Get("x-ms-content-crc64") != "" {
		h.Set("x-ms-content-crc64", base64.StdEncoding.EncodeToString(s.crc64()))
		return
	}
	h.Set("Content-MD5", base64.StdEncoding.EncodeToString(s.md5.Sum(nil)))
}

// checkSum holds a small body against the sums that the request names.
func checkSum(h http.Header, body []byte) error {
	s := newSums()
	_, _ = s.Write(body)
	return s.check(h)
}

// metadataName is what the name of a metadatum may be: a C# identifier.
var metadataName = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// metadata reads the x-ms-meta- headers. Their names lose the case they were
// written in, as all names of headers do on the way here.
func metadata(h http.Header) (map[string]string, error) {
	var m map[string]string
	size := 0
	for name, values := range h {
		short, ok := strings.CutPrefix(strings.ToLower(name), "x-ms-meta-")
		if !ok {
			continue
		}
		if !metadataName.MatchString(short) {
			return nil, account.Refuse(http.StatusBadRequest, "InvalidMetadata", "The metadata specified is invalid. It has characters that are not permitted.")
		}
		if m == nil {
			m = map[string]string{}
		}
		m[short] = strings.Join(values, ",")
		size += len(short) + len(m[short])
	}
	if size > maxMetadata {
		return nil, account.Refuse(http.StatusBadRequest, "MetadataTooLarge", "The size of the specified metadata exceeds the maximum size permitted.")
	}
	return m, nil
}

func headMetadata(h http.Header, m map[string]string) {
	for k, v := range m {
		h.Set("x-ms-meta-"+k, v)
	}
}

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
