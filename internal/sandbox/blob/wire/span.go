package wire

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

// Span is what is read of something with a size: Length bytes from From.
type Span struct {
	From, Length int64
	Partial      bool // it was asked for
}

// Header is the header Content-Range of a span.
func (s Span) Header(size int64) string {
	return "bytes " + strconv.FormatInt(s.From, 10) + "-" + strconv.FormatInt(s.From+s.Length-1, 10) + "/" + strconv.FormatInt(size, 10)
}

// RangeOf reads the header x-ms-range, or else Range. A header that is no range
// of bytes is passed over, as the service does; one that begins behind the end
// is a fault.
func RangeOf(h http.Header, size int64) (Span, error) {
	all := Span{0, size, false}
	v := h.Get("x-ms-range")
	if v == "" {
		v = h.Get("Range")
	}
	rest, ok := strings.CutPrefix(v, "bytes=")
	if !ok {
		return all, nil
	}
	first, last, ok := strings.Cut(rest, "-")
	if !ok {
		return all, nil
	}
	if first == "" && size > 0 { // the last bytes
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n <= 0 {
			return all, nil
		}
		n = min(n, size)
		return Span{size - n, n, true}, nil
	}
	from, err := strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 {
		return all, nil
	}
	if from >= size {
		return all, account.ErrRange
	}
	to := size - 1
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < from {
			return all, nil
		}
		to = min(to, n)
	}
	return Span{from, to - from + 1, true}, nil
}
