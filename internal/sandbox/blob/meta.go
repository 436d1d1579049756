package blob

import (
	"net/http"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// tiers are those that a block blob can be in.
var tiers = map[string]bool{"Hot": true, "Cool": true, "Cold": true, "Archive": true}

// tier is the blob's own tier, or else that of the account.
func (s *blobState) tier(account string) string {
	if s.Tier != "" {
		return s.Tier
	}
	return account
}

// defaultTier is that of the account.
func (q *request) defaultTier() string {
	if t, ok := q.Property("accessTier").(string); ok && tiers[t] {
		return t
	}
	return "Hot"
}

// alter changes the request's blob with fn.
func (q *request) alter(status int, fn func(s *blobState) error) error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := q.current(tx, c)
		if err != nil {
			return err
		}
		if err := q.check(s); err != nil {
			return err
		}
		n := s.change(q.Now)
		if err := fn(n); err != nil {
			return err
		}
		q.tagged(n.ETag, n.Modified)
		return q.keep(tx, c, d, n)
	})
	q.status(status)
	return q.answer(err)
}

func (q *request) getMetadata() error {
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		_, s, err := q.current(tx, c)
		if err != nil {
			return err
		}
		q.tagged(s.ETag, s.Modified)
		if err := conditions(q.r.Header, "", s.ETag, s.Modified, false); err != nil {
			return err
		}
		wire.HeadMetadata(q.w.Header(), s.Meta)
		return nil
	})
	q.status(http.StatusOK)
	return q.answer(err)
}

func (q *request) setMetadata() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	return q.alter(http.StatusOK, func(s *blobState) error {
		q.w.Header().Set("x-ms-request-server-encrypted", "true")
		s.Meta = meta
		return nil
	})
}

// setProperties replaces all the headers that a blob keeps, with none when a
// request has some but not that.
func (q *request) setProperties() error {
	if q.r.Header.Get("x-ms-blob-content-length") != "" || q.r.Header.Get("x-ms-sequence-number-action") != "" {
		return errBlobType // of page blobs
	}
	headers := contentOf(q.r.Header)
	return q.alter(http.StatusOK, func(s *blobState) error {
		if headers["Content-Type"] == "" {
			headers["Content-Type"] = s.Headers["Content-Type"]
		}
		s.Headers = headers
		return nil
	})
}

// setTier moves a block blob to a tier; out of the archive too, at once.
func (q *request) setTier() error {
	tier := q.r.Header.Get("x-ms-access-tier")
	if !tiers[tier] {
		return account.Header("x-ms-access-tier", tier)
	}
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := q.current(tx, c)
		if err != nil {
			return err
		}
		if s.Type != blockBlob {
			return errBlobType
		}
		if err := s.Lease.permits(q.r.Header.Get("x-ms-lease-id"), q.Now, "Blob"); err != nil && s.Lease.active(q.Now) && q.r.Header.Get("x-ms-lease-id") != "" {
			return err
		}
		n := *s // the tier is no change of the blob
		n.At, n.Tier, n.TierSet = q.Now, tier, q.Now
		return q.keep(tx, c, d, &n)
	})
	q.status(http.StatusOK)
	return q.answer(err)
}

// tagSet is the XML of tags.
type tagSet struct {
	Tags []struct{ Key, Value string } `xml:"TagSet>Tag"`
}

func writeTags(d *wire.Document, tags map[string]string) {
	keys := make([]string, 0, len(tags))
	for k := range tags {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	d.Open("Tags")
	d.Open("TagSet")
	for _, k := range keys {
		d.Open("Tag")
		d.Text("Key", k)
		d.Text("Value", tags[k])
		d.Close("Tag")
	}
	d.Close("TagSet")
	d.Close("Tags")
}

func (q *request) getTags() error {
	d := wire.NewDocument()
	err := q.read(func(tx *state.Tx, c *state.Resource) error {
		_, s, err := q.current(tx, c)
		if err == nil {
			writeTags(d, s.Tags)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.send(d)
}

func (q *request) setTags() error {
	var set tagSet
	if err := q.body(&set); err != nil {
		return err
	}
	if len(set.Tags) > 10 {
		return account.Refuse(http.StatusBadRequest, "TagsTooLarge", "The tags specified exceed the maximum of 10.")
	}
	tags := map[string]string{}
	for _, t := range set.Tags {
		tags[t.Key] = t.Value
	}
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := q.current(tx, c)
		if err != nil {
			return err
		}
		n := *s // tags are no change of the blob
		n.At, n.Tags = q.Now, tags
		return q.keep(tx, c, d, &n)
	})
	q.status(http.StatusNoContent)
	return q.answer(err)
}

// number is a JSON number, 0 for anything else.
func number(v any) int {
	switch v := v.(type) {
	case interface{ Int64() (int64, error) }:
		n, _ := v.Int64()
		return int(n)
	case float64:
		return int(v)
	case int:
		return v
	}
	return 0
}

// serviceBody is the resource of the account's blob service, as ARM keeps it,
// with an empty body where ARM keeps none.
func (q *request) serviceBody(tx *state.Tx) (*state.Resource, object.Object) {
	id := q.ID + "/blobServices/default"
	if r := tx.Resource(id); r != nil {
		return r.Copy(), object.Must(r.Body)
	}
	typ := account.Type + "/blobServices"
	return &state.Resource{ID: id, Type: typ, Name: "default", Created: q.Now, Changed: q.Now},
		object.Object{"id": id, "name": "default", "type": typ, "properties": object.Object{}}
}
