package files

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/wire"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// newShare is a share as ARM shows one that was made with its defaults.
func newShare(accountID, name string, quota int, now time.Time) *state.Resource {
	id := shareID(accountID, name)
	r := &state.Resource{ID: id, Type: ShareType, Name: name, Created: now, Changed: now}
	r.ETag = etag(r)
	r.Body = object.Encode(object.Object{
		"id": id, "name": name, "type": ShareType, "etag": r.ETag,
		"properties": object.Object{
			"accessTier": "TransactionOptimized", "enabledProtocols": "SMB", "leaseState": "available", "leaseStatus": "unlocked",
			"shareQuota": quota, "lastModifiedTime": now.UTC().Format("2006-01-02T15:04:05.0000000Z"),
		},
	})
	return r
}

func etag(r *state.Resource) string {
	sum := sha256.Sum256([]byte(state.Key(r.ID) + r.Changed.String()))
	return fmt.Sprintf(`"0x8D%X"`, sum[:7])
}

// EnsureShare makes a share of an account unless it is there.
func (s *Service) EnsureShare(tx *state.Tx, accountID, name string, now time.Time) error {
	if tx.Resource(shareID(accountID, name)) != nil {
		return nil
	}
	if tx.Resource(accountID) == nil {
		return fmt.Errorf("making the share %s: the storage account %s is not there", name, accountID)
	}
	return tx.Put(newShare(accountID, name, defaultSize, now))
}

func (q *request) createShare() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	quota, err := q.quota(defaultSize)
	if err != nil {
		return err
	}
	err = q.write(func(tx *state.Tx) error {
		if tx.Resource(shareID(q.ID, q.share)) != nil {
			return account.Refuse(http.StatusConflict, "ShareAlreadyExists", "The specified share already exists.")
		}
		return q.changeShare(tx, newShare(q.ID, q.share, quota, q.Now), func(p object.Object) { setMeta(p, meta) })
	})
	return q.answer(http.StatusCreated, err)
}

func (q *request) quota(otherwise int) (int, error) {
	v := q.r.Header.Get("x-ms-share-quota")
	if v == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 102400 {
		return 0, account.Header("x-ms-share-quota", v)
	}
	return n, nil
}

func setMeta(p object.Object, meta map[string]string) {
	o := object.Object{}
	for k, v := range meta {
		o[k] = v
	}
	p["metadata"] = o
}

// changeShare keeps a share with what fn does to its properties.
func (q *request) changeShare(tx *state.Tx, r *state.Resource, fn func(object.Object)) error {
	n := r.Copy()
	n.Changed = q.Now
	n.ETag = etag(n)
	body := object.Must(n.Body)
	object.Default(body, "properties", object.Object{})
	object.Set(body, "properties.lastModifiedTime", q.Now.UTC().Format("2006-01-02T15:04:05.0000000Z"))
	fn(object.Inner(body, "properties"))
	n.Body = object.Encode(body)
	q.tagged(n.ETag, n.Changed)
	return tx.Put(n)
}

func (q *request) tagged(etag string, modified time.Time) {
	q.w.Header().Set("ETag", etag)
	q.w.Header().Set("Last-Modified", account.Stamp(modified))
}

func shareQuota(r *state.Resource) int {
	n, _ := object.Get(object.Must(r.Body), "properties.shareQuota").(json.Number)
	if v, err := n.Int64(); err == nil && v > 0 {
		return int(v)
	}
	return defaultSize
}

func shareMeta(r *state.Resource) map[string]string {
	m := map[string]string{}
	for k, v := range object.Inner(object.Must(r.Body), "properties.metadata") {
		if s, ok := v.(string); ok {
			m[k] = s
		}
	}
	return m
}

func (q *request) getShare() error {
	err := q.world.Store.Read(func(tx *state.Tx) error {
		s, err := q.findShare(tx)
		if err != nil {
			return err
		}
		q.tagged(etag(s), s.Changed)
		h := q.w.Header()
		h.Set("x-ms-share-quota", strconv.Itoa(shareQuota(s)))
		h.Set("x-ms-access-tier", "TransactionOptimized")
		h.Set("x-ms-enabled-protocols", "SMB")
		h.Set("x-ms-lease-state", "available")
		h.Set("x-ms-lease-status", "unlocked")
		wire.HeadMetadata(h, shareMeta(s))
		return nil
	})
	return q.answer(http.StatusOK, err)
}

func (q *request) setShareMetadata() error {
	meta, err := wire.Metadata(q.r.Header)
	if err != nil {
		return err
	}
	return q.alterShare(func(p object.Object) { setMeta(p, meta) })
}

func (q *request) setShareProperties() error {
	quota, err := q.quota(0)
	if err != nil {
		return err
	}
	return q.alterShare(func(p object.Object) {
		if quota > 0 {
			p["shareQuota"] = quota
		}
	})
}

func (q *request) alterShare(fn func(object.Object)) error {
	err := q.write(func(tx *state.Tx) error {
		s, err := q.findShare(tx)
		if err != nil {
			return err
		}
		return q.changeShare(tx, s, fn)
	})
	return q.answer(http.StatusOK, err)
}

func (q *request) shareStats() error {
	var used int64
	err := q.world.Store.Read(func(tx *state.Tx) error {
		s, err := q.findShare(tx)
		if err != nil {
			return err
		}
		for _, raw := range tx.Records(nodeKind, state.Key(s.ID)+"\x00") {
			if n := decode(raw); n != nil {
				used += n.Size
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d := wire.NewDocument()
	d.Open("ShareStats")
	d.Text("ShareUsageBytes", strconv.FormatInt(used, 10))
	d.Close("ShareStats")
	return q.send(d)
}

func (q *request) deleteShare() error {
	err := q.write(func(tx *state.Tx) error {
		s, err := q.findShare(tx)
		if err != nil {
			return err
		}
		if err := Forget(tx, s.ID); err != nil {
			return err
		}
		return tx.Delete(s.ID)
	})
	return q.answer(http.StatusAccepted, err)
}

func (q *request) getServiceProperties() error {
	d := wire.NewDocument()
	d.Open("StorageServiceProperties")
	for _, name := range []string{"HourMetrics", "MinuteMetrics"} {
		d.Open(name)
		d.Text("Version", "1.0")
		d.Text("Enabled", "false")
		d.Open("RetentionPolicy")
		d.Text("Enabled", "false")
		d.Close("RetentionPolicy")
		d.Close(name)
	}
	d.Open("Cors")
	d.Close("Cors")
	d.Close("StorageServiceProperties")
	return q.send(d)
}

func (q *request) listShares() error {
	most, err := q.most()
	if err != nil {
		return err
	}
	prefix, marker := q.Query.Get("prefix"), q.Query.Get("marker")
	withMeta := slices.Contains(strings.Split(q.Query.Get("include"), ","), "metadata")
	d := wire.NewDocument()
	d.WriteString(`<EnumerationResults ServiceEndpoint="` + wire.Attribute(q.world.At.FileEndpoint(q.Name, false)) + `">`)
	d.Some("Prefix", prefix)
	d.Some("Marker", marker)
	d.Open("Shares")
	next, n := "", 0
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		for s := range tx.OfType(ShareType, q.ID) {
			if s.Name < marker || !strings.HasPrefix(s.Name, prefix) || q.Hidden.At(s.Created) {
				continue
			}
			if n++; n > most {
				next = s.Name
				return nil
			}
			d.Open("Share")
			d.Text("Name", s.Name)
			d.Open("Properties")
			d.When("Last-Modified", s.Changed)
			d.Text("Etag", etag(s))
			d.Text("Quota", strconv.Itoa(shareQuota(s)))
			d.Text("AccessTier", "TransactionOptimized")
			d.Text("LeaseStatus", "unlocked")
			d.Text("LeaseState", "available")
			d.Close("Properties")
			if withMeta {
				d.Pairs("Metadata", shareMeta(s))
			}
			d.Close("Share")
		}
		return nil
	})
	d.Close("Shares")
	d.Text("NextMarker", next)
	d.Close("EnumerationResults")
	return q.send(d)
}

// most is how many entries a page has.
func (q *request) most() (int, error) {
	v := q.Query.Get("maxresults")
	if v == "" {
		return maxPage, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, account.Query("maxresults", v, "It must be a number above 0.")
	}
	if n < 1 {
		return 0, account.OutOfRange("maxresults", v, "1", "2147483647")
	}
	return min(n, maxPage), nil
}
