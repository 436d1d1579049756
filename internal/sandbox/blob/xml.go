package blob

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
)

// document writes XML as the service does: elements whose names come from data,
// such as those of metadata, are what encoding/xml does not write.
type document struct{ strings.Builder }

func newDocument() *document {
	d := &document{}
	d.WriteString("\ufeff" + `<?xml version="1.0" encoding="utf-8"?>`)
	return d
}

func (d *document) open(name string)  { d.WriteString("<" + name + ">") }
func (d *document) close(name string) { d.WriteString("</" + name + ">") }

// text writes an element with a text, which may be empty.
func (d *document) text(name, text string) {
	d.open(name)
	_ = xml.EscapeText(d, []byte(text))
	d.close(name)
}

// some writes an element when there is a text.
func (d *document) some(name, text string) {
	if text != "" {
		d.text(name, text)
	}
}

// when writes a time, unless it is zero.
func (d *document) when(name string, t time.Time) {
	if !t.IsZero() {
		d.text(name, account.Stamp(t))
	}
}

// name writes the name of a blob; one that XML cannot hold is percent-encoded.
func (d *document) name(element, name string) {
	plain := strings.IndexFunc(name, func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff || r == 0xfffd
	}) < 0
	if plain {
		d.text(element, name)
		return
	}
	d.WriteString("<" + element + ` Encoded="true">`)
	_ = xml.EscapeText(d, []byte(url.PathEscape(name)))
	d.close(element)
}

// pairs writes a map, in the order of its names.
func (d *document) pairs(element string, m map[string]string) {
	d.open(element)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		d.text(name, m[name])
	}
	d.close(element)
}

// attribute is an attribute's text, escaped.
func attribute(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// send answers with the document.
func (q *request) send(d *document) error {
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
	if err := checkSum(q.r.Header, raw); err != nil {
		return err
	}
	if len(raw) == 0 {
		return nil
	}
	if err := decodeXML(raw, v); err != nil {
		return account.ErrXML
	}
	return nil
}

// decodeXML reads a document, which may begin with a byte order mark.
func decodeXML(raw []byte, v any) error {
	return xml.Unmarshal([]byte(strings.TrimPrefix(string(raw), "\ufeff")), v)
}
