package blob

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// listBlobs lists flat, or hierarchically with a delimiter.
func (q *request) listBlobs() error {
	page, err := q.page()
	if err != nil {
		return err
	}
	include := q.includes()
	d := wire.NewDocument()
	d.WriteString(`<EnumerationResults ServiceEndpoint="` + wire.Attribute(q.world.At.BlobEndpoint(q.Name, q.Secondary)) + `" ContainerName="` + wire.Attribute(q.container) + `">`)
	page.head(d)
	d.Open("Blobs")
	next := ""
	err = q.read(func(tx *state.Tx, c *state.Resource) error {
		next = q.walk(tx, c.ID, page, slices.Contains(include, "deleted"),
			func(name string, s *blobState) { q.blobEntry(d, name, s, include) },
			func(prefix string) {
				d.Open("BlobPrefix")
				d.Name("Name", prefix)
				d.Close("BlobPrefix")
			})
		return nil
	})
	if err != nil {
		return err
	}
	d.Close("Blobs")
	d.Text("NextMarker", mark(next))
	d.Close("EnumerationResults")
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
func (q *request) blobEntry(d *wire.Document, name string, s *blobState, include []string) {
	d.Open("Blob")
	d.Name("Name", name)
	if !s.Deleted.IsZero() {
		d.Text("Deleted", "true")
	}
	d.Open("Properties")
	d.When("Creation-Time", s.Created)
	d.When("Last-Modified", s.Modified)
	d.Text("Etag", strings.Trim(s.ETag, `"`))
	d.Text("Content-Length", strconv.FormatInt(s.Size, 10))
	for _, name := range contentHeaders {
		d.Text(name, s.Headers[name])
	}
	d.Text("BlobType", s.Type)
	if s.Type == blockBlob {
		d.Text("AccessTier", s.tier(q.defaultTier()))
		if s.Tier == "" {
			d.Text("AccessTierInferred", "true")
		}
		d.When("AccessTierChangeTime", s.TierSet)
	}
	if s.Sealed {
		d.Text("Sealed", "true")
	}
	d.Text("LeaseStatus", map[bool]string{true: "locked", false: "unlocked"}[s.Lease.active(q.Now)])
	d.Text("LeaseState", s.Lease.state(q.Now))
	if s.Lease.state(q.Now) == "leased" {
		d.Text("LeaseDuration", s.Lease.kind())
	}
	d.Text("ServerEncrypted", "true")
	if len(s.Tags) > 0 {
		d.Text("TagCount", strconv.Itoa(len(s.Tags)))
	}
	if slices.Contains(include, "copy") && s.Copy != nil {
		c := s.Copy
		d.Text("CopyId", c.ID)
		d.Text("CopyStatus", c.Status)
		d.Text("CopySource", c.Source)
		d.Text("CopyProgress", c.progress())
		d.When("CopyCompletionTime", c.Finished)
		d.Some("CopyStatusDescription", c.Why)
	}
	if !s.Deleted.IsZero() {
		d.When("DeletedTime", s.Deleted)
		d.Text("RemainingRetentionDays", strconv.Itoa(int(s.Until.Sub(q.Now)/(24*time.Hour))))
	}
	d.Close("Properties")
	if slices.Contains(include, "metadata") {
		d.Pairs("Metadata", s.Meta)
	}
	if slices.Contains(include, "tags") && len(s.Tags) > 0 {
		writeTags(d, s.Tags)
	}
	d.Close("Blob")
}
