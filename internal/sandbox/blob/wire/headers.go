package wire

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

// MaxMetadata is how many bytes of metadata something can have.
const MaxMetadata = 8 << 10

// crcTable is that of the check sum x-ms-content-crc64 (the polynomial is in the
// documentation of Put Blob's clients).
var crcTable = crc64.MakeTable(0x9A6C9329AC4BC9B5)

// Sums are the check sums of what passes through.
type Sums struct {
	MD5 hash.Hash
	crc hash.Hash64
}

// NewSums begins with nothing.
func NewSums() *Sums { return &Sums{md5.New(), crc64.New(crcTable)} }

// Write takes what passes through.
func (s *Sums) Write(b []byte) (int, error) {
	_, _ = s.MD5.Write(b)
	return s.crc.Write(b)
}

// CRC64 is the sum as the headers have it.
func (s *Sums) CRC64() []byte {
	return binary.LittleEndian.AppendUint64(nil, s.crc.Sum64())
}

// Check compares with what the request says of its body, and tells what was
// calculated.
func (s *Sums) Check(h http.Header) error {
	if v := h.Get("Content-MD5"); v != "" {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil || len(raw) != md5.Size {
			return account.Refuse(http.StatusBadRequest, "InvalidMd5", "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64 encoded.")
		}
		if !bytes.Equal(raw, s.MD5.Sum(nil)) {
			return account.ErrMD5
		}
	}
	if v := h.Get("x-ms-content-crc64"); v != "" {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil || len(raw) != crc64.Size {
			return account.Header("x-ms-content-crc64", v)
		}
		if !bytes.Equal(raw, s.CRC64()) {
			return account.ErrCRC
		}
	}
	return nil
}

// Answer sets the headers with what was calculated.
func (s *Sums) Answer(h http.Header, r http.Header) {
	if r.Get("x-ms-content-crc64") != "" {
		h.Set("x-ms-content-crc64", base64.StdEncoding.EncodeToString(s.CRC64()))
		return
	}
	h.Set("Content-MD5", base64.StdEncoding.EncodeToString(s.MD5.Sum(nil)))
}

// CheckSum holds a small body against the sums that the request names.
func CheckSum(h http.Header, body []byte) error {
	s := NewSums()
	_, _ = s.Write(body)
	return s.Check(h)
}

// metadataName is what the name of a metadatum may be: a C# identifier.
var metadataName = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// Metadata reads the x-ms-meta- headers. Their names lose the case they were
// written in, as all names of headers do on the way here.
func Metadata(h http.Header) (map[string]string, error) {
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
	if size > MaxMetadata {
		return nil, account.Refuse(http.StatusBadRequest, "MetadataTooLarge", "The size of the specified metadata exceeds the maximum size permitted.")
	}
	return m, nil
}

// HeadMetadata sets the x-ms-meta- headers.
func HeadMetadata(h http.Header, m map[string]string) {
	for k, v := range m {
		h.Set("x-ms-meta-"+k, v)
	}
}
