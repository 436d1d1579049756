package blob

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// listBlobs lists flat, or hierarchically with a delimiter.
func (q *request) listBlobs() error {
	page, err := q.page()
	if err != nil {
		return err
	}
	include := q.includes()
	d := newDocument()
	d.WriteString(`<EnumerationResults ServiceEndpoint="` + attribute(q.world.At.BlobEndpoint(q.Name, q.Secondary)) + `" ContainerName="` + attribute(q.container) + `">`)
	page.head(d)
	d.open("Blobs")
	next := ""
	err = q.read(func(tx *state.Tx, c *state.Resource) error {
		next = q.walk(tx, c.ID, page, slices.Contains(include, "deleted"),
			func(name string, s *blobState) { q.blobEntry(d, name, s, include) },
			func(prefix string) {
				d.open("BlobPrefix")
				d.name("Name", prefix)
				d.close("BlobPrefix")
			})
		return nil
	})
	if err != nil {
		return err
	}
	d.close("Blobs")
	d.text("NextMarker", mark(next))
	d.close("EnumerationResults")
	return q.send(d)
}

// walk calls one function for each blob of a page and the other for each common
// prefix, and gives the name that the next page begins with, "" at the end.
func (q *request) walk(tx *state.Tx, container string, p *page, deleted bool, blob func(string, *blobState), prefix func(string)) string {
	base := docKey(container, "")
	from, n, passed := base+max(p.prefix, p.marker), 0, ""
	for {
		again := false
		for key, raw := range tx.RecordsFrom(docKind, base+p.prefix, from) {
			name := key[len(base):]
			if passed != "" && strings.HasPrefix(name, passed) {
				from, again = base+after(passed), true
				break
			}
			s := decodeDoc(raw).seen(q.Hidden, q.Now)
			if s == nil || !s.Deleted.IsZero() && !deleted {
				continue
			}
			if n++; n > p.most {
				return name
			}
			if p.delimiter != "" {
				if i := strings.Index(name[len(p.prefix):], p.delimiter); i >= 0 {
					passed = name[:len(p.prefix)+i+len(p.delimiter)]
					prefix(passed)
					continue
				}
			}
			blob(name, s)
		}
		if !again {
			return ""
		}
		passed = ""
	}
}

// after is the least text behind all that begin with a prefix.
func after(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return prefix + "\xff"
}

// blobEntry writes one blob of a list.
func (q *request) blobEntry(d *document, name string, s *blobState, include []string) {
	d.open("Blob")
	d.name("Name", name)
	if !s.Deleted.IsZero() {
		d.text("Deleted", "true")
	}
	d.open("Properties")
	d.when("Creation-Time", s.Created)
	d.when("Last-Modified", s.Modified)
	d.text("Etag", strings.Trim(s.ETag, `"`))
	d.text("Content-Length", strconv.FormatInt(s.Size, 10))
	for _, name := range contentHeaders {
		d.text(name, s.Headers[name])
	}
	d.text("BlobType", s.Type)
	if s.Type == blockBlob {
		d.text("AccessTier", s.tier(q.defaultTier()))
		if s.Tier == "" {
			d.text("AccessTierInferred", "true")
		}
		d.when("AccessTierChangeTime", s.TierSet)
	}
	if s.Sealed {
		d.text("Sealed", "true")
	}
	d.text("LeaseStatus", map[bool]string{true: "locked", false: "unlocked"}[s.Lease.active(q.Now)])
	d.text("LeaseState", s.Lease.state(q.Now))
	d.text("ServerEncrypted", "true")
	if len(s.Tags) > 0 {
		d.text("TagCount", strconv.Itoa(len(s.Tags)))
	}
	if slices.Contains(include, "copy") && s.Copy != nil {
		c := s.Copy
		d.text("CopyId", c.ID)
		d.text("CopyStatus", c.Status)
		d.text("CopySource", c.Source)
		d.text("CopyProgress", c.progress())
		d.when("CopyCompletionTime", c.Finished)
		d.some("CopyStatusDescription", c.Why)
	}
	if !s.Deleted.IsZero() {
		d.when("DeletedTime", s.Deleted)
		d.text("RemainingRetentionDays", strconv.Itoa(int(s.Until.Sub(q.Now)/(24*time.Hour))))
	}
	d.close("Properties")
	if slices.Contains(include, "metadata") {
		d.pairs("Metadata", s.Meta)
	}
	if slices.Contains(include, "tags") && len(s.Tags) > 0 {
		d.tags(s.Tags)
	}
	d.close("Blob")
}
