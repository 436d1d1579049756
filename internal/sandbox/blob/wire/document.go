// Package wire is what the protocols of Azure Storage are made of: XML with names
// that come from data, metadata in headers, ranges, and check sums.
package wire

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Document writes XML as the service does: elements whose names come from data,
// such as those of metadata, are what encoding/xml does not write.
type Document struct{ strings.Builder }

// NewDocument begins a document.
func NewDocument() *Document {
	d := &Document{}
	d.WriteString("\ufeff" + `<?xml version="1.0" encoding="utf-8"?>`)
	return d
}

// Open begins an element.
func (d *Document) Open(name string) { d.WriteString("<" + name + ">") }

// Close ends an element.
func (d *Document) Close(name string) { d.WriteString("</" + name + ">") }

// Text writes an element with a text, which may be empty.
func (d *Document) Text(name, text string) {
	d.Open(name)
	_ = xml.EscapeText(d, []byte(text))
	d.Close(name)
}

// Some writes an element when there is a text.
func (d *Document) Some(name, text string) {
	if text != "" {
		d.Text(name, text)
	}
}

// When writes a time, unless it is zero.
func (d *Document) When(name string, t time.Time) {
	if !t.IsZero() {
		d.Text(name, t.UTC().Format(http.TimeFormat))
	}
}

// Name writes the name of a blob; one that XML cannot hold is percent-encoded.
func (d *Document) Name(element, name string) {
	plain := strings.IndexFunc(name, func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff || r == 0xfffd
	}) < 0
	if plain {
		d.Text(element, name)
		return
	}
	d.WriteString("<" + element + ` Encoded="true">`)
	_ = xml.EscapeText(d, []byte(url.PathEscape(name)))
	d.Close(element)
}

// Pairs writes a map, in the order of its names.
func (d *Document) Pairs(element string, m map[string]string) {
	d.Open(element)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		d.Text(name, m[name])
	}
	d.Close(element)
}

// Attribute is an attribute's text, escaped.
func Attribute(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// DecodeXML reads a document, which may begin with a byte order mark.
func DecodeXML(raw []byte, v any) error {
	return xml.Unmarshal([]byte(strings.TrimPrefix(string(raw), "\ufeff")), v)
}
