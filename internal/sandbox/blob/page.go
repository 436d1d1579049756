package blob

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
)

// page is what a list is asked for.
type page struct {
	prefix, delimiter string
	marker            string // the first name to list; "" for all
	sent              string // the marker as it was sent
	most              int
	asked             bool // for a number of entries
}

// page reads what a list is asked for.
func (q *request) page() (*page, error) {
	p := &page{prefix: q.Query.Get("prefix"), delimiter: q.Query.Get("delimiter"), sent: q.Query.Get("marker"), most: maxPage}
	p.marker = p.sent
	if rest, ok := strings.CutPrefix(p.sent, "2!"); ok { // of blobs, whose names may be anything
		raw, err := base64.RawURLEncoding.DecodeString(rest)
		if err != nil {
			return nil, account.Query("marker", p.sent, "Invalid marker.")
		}
		p.marker = string(raw)
	}
	if v := q.Query.Get("maxresults"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, account.Query("maxresults", v, "It must be a number above 0.")
		}
		if n < 1 {
			return nil, account.OutOfRange("maxresults", v, "1", "2147483647")
		}
		p.most, p.asked = min(n, maxPage), true
	}
	return p, nil
}

// mark is the marker of a page that begins with a blob's name.
func mark(name string) string {
	if name == "" {
		return ""
	}
	return "2!" + base64.RawURLEncoding.EncodeToString([]byte(name))
}

// head writes what the list was asked for.
func (p *page) head(d *wire.Document) {
	if p.prefix != "" {
		d.Name("Prefix", p.prefix)
	}
	d.Some("Marker", p.sent)
	if p.asked {
		d.Text("MaxResults", strconv.Itoa(p.most))
	}
	if p.delimiter != "" {
		d.Name("Delimiter", p.delimiter)
	}
}

// includes are the values of the parameter include.
func (q *request) includes() []string {
	return strings.FieldsFunc(strings.Join(q.Query["include"], ","), func(r rune) bool { return r == ',' || r == ' ' })
}
